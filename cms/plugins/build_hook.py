"""Tell a static site that it is time to build again: an empty POST to BUILD_HOOK_URL after each public change.

Sent beside the request, never in it: a slow or broken build service does not slow a publish down. Not told
twice within a second, so that an import asks for one build.
"""

import logging
import threading
from http.client import HTTPException
from urllib.request import Request, urlopen

from cms.config import Settings
from cms.hooks import PostEvent, hookimpl

log = logging.getLogger(__name__)

SECONDS_TOGETHER = 1.0
SECONDS_PATIENCE = 10
_waiting: dict[str, threading.Timer] = {}


@hookimpl
def post_published(event: PostEvent, site: Settings) -> None:
    ask_for_a_build(site.build_hook_url)


@hookimpl
def post_updated(event: PostEvent, site: Settings) -> None:
    ask_for_a_build(site.build_hook_url)


@hookimpl
def post_withdrawn(event: PostEvent, site: Settings) -> None:
    ask_for_a_build(site.build_hook_url)


def ask_for_a_build(address: str) -> None:
    """Ask in a second from now; asking again before that changes nothing."""
    if address and address not in _waiting:
        timer = _waiting[address] = threading.Timer(SECONDS_TOGETHER, _send, [address])
        timer.start()  # not a daemon: a command that publishes waits for it before it ends


def _send(address: str) -> None:
    _waiting.pop(address, None)
    try:
        request = Request(address, data=b"", method="POST")  # noqa: S310 - config.py lets only http(s) through
        with urlopen(request, timeout=SECONDS_PATIENCE) as answer:  # noqa: S310 - the same
            answer.read(1)
    except (OSError, HTTPException, ValueError) as error:  # nobody there, no HTTP, no address
        log.warning("The build hook did not answer: %s", error)
