"""Reading what the browser sent: forms and JSON, nothing taken on trust."""

import json
from typing import Any

from flask import request

from cms.errors import BadInput, TooLarge
from cms.shapes.paging import asked_number, pages_of

JSON_BYTES = 8_000_000  # a clipboard of 4 MB, escaped


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises BadInput if it is none, TooLarge if it is too much."""
    if (request.content_length or 0) > JSON_BYTES:
        raise TooLarge("This is more text than we take at once. Paste it in parts.")
    try:
        data = json.loads(request.get_data(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadInput("What was sent is not valid JSON.") from None
    if not isinstance(data, dict):
        raise BadInput("Send one JSON object.")
    return data


def text_of(name: str) -> str:
    """A form field's text without the white space around it."""
    return request.form.get(name, "").strip()


def lines_of(name: str) -> list[str]:
    """A form field's lines, those that hold something."""
    return [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()]


def words_of(name: str) -> list[str]:
    """A form field's parts between commas, those that hold something."""
    return [part.strip() for part in request.form.get(name, "").split(",") if part.strip()]


def number_of(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A query parameter that is a whole number, kept within bounds; the default where it is none."""
    return asked_number(request.args.get(name, ""), default, least, most)


def page_of(total: int, size: int) -> int:
    """The page of a list that is asked for; the last one where there are not so many."""
    return number_of("page", 1, least=1, most=max(1, pages_of(total, size)))


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
