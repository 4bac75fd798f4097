"""Midstance: a headless blog service with search.

`create_app()` puts the house together and does nothing else: no migration, no import, no network.
`mount()` carries the service under a prefix inside another WSGI site.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__version__ = "0.1.0"


def create_app(config: Mapping[str, Any] | None = None) -> "Flask":
    """Make the application. `config` holds settings by their upper-case names and wins over all else.

    Raises BadInput, naming the setting and the cure, if a setting cannot be used.
    """
    from cms.assembly import assemble

    return assemble(config)
