"""Midstance: a headless blog service with search.

`create_app()` puts the house together and does nothing else: no migration, no import, no network.
`mount()` carries the service under a prefix inside another WSGI site.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cms.errors import BadInput

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from flask import Flask

__version__ = "0.1.0"


def create_app(config: Mapping[str, Any] | None = None) -> "Flask":
    """Make the application. `config` holds settings by their upper-case names and wins over all else.

    Raises BadInput, naming the setting and the cure, if a setting cannot be used.
    """
    from cms.assembly import assemble

    return assemble(config)


def mount(host: Any, prefix: str, config: Mapping[str, Any] | None = None) -> "WSGIApplication":
    """Carry the service inside another site, under `prefix` (such as "/blog").

    `host` is a Flask application, whose `wsgi_app` is wrapped in place, or any WSGI application. Returns the
    WSGI application to serve. The service keeps its own settings, database, sessions and cookies;
    PUBLIC_URL is the address of the host site. The database is brought up to date on the way.
    Raises BadInput if the prefix or a setting cannot be used.
    """
    from cms.instance import prepare
    from cms.served import Served, note

    if not prefix.startswith("/") or prefix.endswith("/"):
        raise BadInput(f"The prefix is {prefix!r}; write one that begins with a slash and does not end with one: /blog")
    service = create_app({**(config or {}), "PREFIX": prefix})
    prepare(service)
    note(service.extensions["midstance"].settings, Served(prefix=prefix))
    site = host.wsgi_app if hasattr(host, "wsgi_app") else host

    def both(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path != prefix and not path.startswith(prefix + "/"):
            return site(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return service(environ, start_response)

    if hasattr(host, "wsgi_app"):
        host.wsgi_app = both
    return both
