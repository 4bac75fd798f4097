"""Every error Midstance raises on purpose.

    CmsError (500)
    ├── BadInput (422)            what was sent cannot be used; `detail` says what to change
    │   ├── TooLarge (413)        more than we take; `detail` says how much we take
    │   └── UnsupportedMedia (415)
    ├── NotSignedIn (401)
    ├── Forbidden (403)
    ├── NotFound (404)            nothing public stands there (always the same answer)
    ├── Conflict (409)            somebody saved in between; carries the newer state
    ├── TooManyRequests (429)     carries `retry_after` in seconds
    └── Unavailable (503)         something we need does not answer

One handler (`cms/api/problems.py`) turns any of them into the one JSON error body, RFC 9457.
"""

from collections.abc import Mapping, Sequence


class CmsError(Exception):
    """Root of the tree.

    `detail` is one or two plain sentences for the person who has to mend it;
    `errors` names the fields, each with its messages.
    """

    status = 500
    title = "Something went wrong on our side"

    def __init__(self, detail: str = "", errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = {field: list(messages) for field, messages in (errors or {}).items()}
        self.headers: dict[str, str] = {}  # what the answer says besides


class BadInput(CmsError):
    status = 422
    title = "This cannot be used as it is"


class TooLarge(BadInput):
    status = 413
    title = "This is too large"


class UnsupportedMedia(BadInput):
    status = 415
    title = "This kind of file is not supported"


class NotSignedIn(CmsError):
    status = 401
    title = "Please sign in"


class Forbidden(CmsError):
    status = 403
    title = "This is not allowed"


class NotFound(CmsError):
    status = 404
    title = "Not found"


class Conflict(CmsError):
    status = 409
    title = "Somebody saved a newer version"

    def __init__(self, detail: str = "", current: Mapping[str, object] | None = None) -> None:
        super().__init__(detail)
        self.current = dict(current or {})


class TooManyRequests(CmsError):
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str = "", retry_after: int = 60) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.headers = {"Retry-After": str(retry_after)}


class Unavailable(CmsError):
    status = 503
    title = "Not available right now"
