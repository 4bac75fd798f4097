"""An author's folder: which files are in it, and what they say, as long as they stay inside it.

Everything is hostile until looked at: links that lead out of the folder, files that are no files, bytes
that are no text, names that no database takes.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cms.errors import BadInput, TooLarge
from cms.library.problems import Unusable

MOST_BYTES = 2_000_000  # of one text file: a book, but no more
POST_ENDINGS = (".md", ".markdown")


def look_at(path: Path) -> Path:
    """The folder, resolved. Raises BadInput if it is none, or holds nothing of ours."""
    root = path.resolve()
    if not root.is_dir():
        raise BadInput(f"There is no folder {path}. Give the folder that holds posts/.")
    if not (root / "posts").is_dir():
        raise BadInput(f"{path} has no folder posts/ in it. Give the folder that holds posts/, or make it.")
    return root


def post_files(root: Path, folder: str) -> Iterator[str]:
    """Posts below `folder`, as paths from the root, in order of their names."""
    for here, folders, files in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(POST_ENDINGS) and not name.startswith("."):
                yield (Path(here) / name).relative_to(root).as_posix()


def picture_files(root: Path) -> Iterator[str]:
    """Files below media/, as paths from the root, in order of their names."""
    for here, folders, files in os.walk(root / "media"):
        folders.sort()
        for name in sorted(files):
            if not name.startswith(".") and name not in {"Thumbs.db", "desktop.ini"}:
                yield (Path(here) / name).relative_to(root).as_posix()


def read_bytes(root: Path, file: str, most: int = MOST_BYTES) -> bytes:
    """What a file holds. Raises Unusable if it leads out of the folder, is no plain file, or is too large."""
    path = root / file
    try:
        file.encode("utf-8")
    except UnicodeEncodeError:
        raise Unusable(None, "The name of this file is not UTF-8.", "Rename it in plain letters.") from None
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root):
            raise Unusable(None, "This is a link that leads out of the folder.", "Put a copy of the file in its place.")
        if not real.is_file():
            raise Unusable(None, "This is not a plain file.", "Put a plain file in its place.")
        if real.stat().st_size > most:
            raise Unusable(
                None,
                f"This file is larger than {most / 1e6:.0f} MB.",
                "Make it smaller, or split it in two.",
            )
        return real.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        reason = getattr(error, "strerror", None) or "links in a circle"
        raise Unusable(None, f"This file cannot be read ({reason}).", "Check its rights.") from error


def text_of(data: bytes) -> str:
    """UTF-8 text without a byte order mark. Raises Unusable, with the line, for anything else."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable(
            line, "Here stand bytes that are not UTF-8.", "Save the file again with the encoding UTF-8."
        ) from None
    at = text.find("\x00")
    if at >= 0:
        raise Unusable(text.count("\n", 0, at) + 1, "Here stands a NUL character.", "Delete it; no text needs one.")
    return text


def write_if_changed(path: Path, data: bytes) -> bool:
    """Put bytes into a file, whole or not at all; a file that holds them already is not touched."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return True


def stays_inside(root: Path, path: Path) -> None:
    """Raise BadInput if writing `path` would write outside of `root`, through a link somebody put there."""
    if not path.parent.resolve().is_relative_to(root) or path.is_symlink():
        raise BadInput(f"{path} is a link that leads elsewhere. Remove it, or export into another folder.")


def too_large(file: str, most: int) -> TooLarge:
    return TooLarge(f"{file} is larger than {most / 1e6:.0f} MB.")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
