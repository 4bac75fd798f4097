"""Pages of a list, and numbers in the addresses of pages that people look at (the API is strict instead)."""


def pages_of(total: int, limit: int) -> int:
    """How many pages a list fills; 0 where there is nothing."""
    return -(-total // limit)


def asked_number(text: str, otherwise: int, least: int, most: int) -> int:
    """The whole number in `text`, taken to the nearest that is allowed; `otherwise` where it is none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        return otherwise
    return min(max(int(text), least), most)
