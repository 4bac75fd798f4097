"""Running the encoder: one process a picture, bounded in time, and its outcome in plain words.

Nothing here touches the database, so that no lock is held while a picture is worked on.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cms.errors import BadInput, CmsError, TooLarge, Unavailable, UnsupportedMedia
from cms.media.files import fsync_folder

# The room's own folder is the only thing added to the path: see encoder/__init__.py.
STARTER = "import sys; sys.path.insert(0, sys.argv[1]); from encoder import main; main()"
ROOM = Path(__file__).parent
PATIENCE = 60.0  # seconds for one picture, after which its decoder is taken to hang

# Two at a time in one worker: each may want the memory of a large picture several times over.
_turn = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture that is ready: its files lie in the media folder, no row speaks of it yet."""

    upload_digest: str
    file: str
    type: str
    bytes: int
    digest: str
    width: int
    height: int
    colour: str
    blurhash: str
    variants: list[dict[str, Any]] = field(default_factory=list)


def digest_of(data: bytes) -> str:
    """What tells two uploads apart: the SHA-256 of their bytes."""
    return hashlib.sha256(data).hexdigest()


def encode(data: bytes, folder: Path, most_pixels: int, most_bytes: int) -> Encoded:
    """Clean a picture, make its sizes and put all of it into the media folder, each file whole or not there.

    Raises UnsupportedMedia (415) for what is no picture we take, TooLarge (413) for too many bytes or
    pixels (judged from the header, before anything is decoded), BadInput (422) for a damaged file,
    Unavailable (503) where the encoder itself cannot run.
    """
    if len(data) > most_bytes:
        raise TooLarge(
            f"This picture has {len(data) / 1e6:.0f} MB; we take up to {most_bytes / 1e6:.0f} MB. "
            "Save it smaller, about 2,000 pixels wide, and add it again."
        )
    refuse_by_first_bytes(data)
    work = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        source = work / "source"
        source.write_bytes(data)
        with _turn:
            outcome = _run(source, work, most_pixels)
        if "problem" in outcome:
            raise _explained(outcome, most_pixels)
        for file in {outcome["file"], *(variant["file"] for variant in outcome["variants"])}:
            (work / file).replace(folder / file)  # the name says the content, so replacing changes nothing
        fsync_folder(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Encoded(upload_digest=digest_of(data), **outcome)


def _run(source: Path, out: Path, most_pixels: int) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", STARTER, str(ROOM), str(source), str(out), str(most_pixels)]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}  # no secrets for a decoder
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with arguments of our own making
            command, capture_output=True, timeout=PATIENCE, env=environment, cwd=out, check=False
        )
    except subprocess.TimeoutExpired:
        return {"problem": "time"}
    except OSError as error:
        raise Unavailable(
            f"Pictures cannot be worked on at this moment ({error.strerror}). Please try again."
        ) from error
    if done.returncode < 0:  # killed by a limit, or crashed: the picture's doing, not ours
        return {"problem": "crash"}
    try:
        outcome: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no answer"]
        raise CmsError(f"The picture encoder failed: {lines[-1]}") from None
    return outcome


def refuse_by_first_bytes(data: bytes) -> None:
    """Tell at once, and by name, what we never take. Raises UnsupportedMedia or BadInput."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data:
        raise BadInput("This file is empty. Choose the picture again.")
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        raise UnsupportedMedia(
            "SVG drawings are not taken, because they can carry programs. "
            "Open it in a browser or drawing program, save it as PNG, and add that."
        )
    for beginning, name in OTHERS.items():
        if data.startswith(beginning):
            raise UnsupportedMedia(f"This is {name}, not a picture we can show. {KINDS_WE_TAKE}")
    if data[4:8] == b"ftyp" and data[8:11] in (b"mp4", b"iso", b"qt ", b"M4V", b"avc"):
        raise UnsupportedMedia("This is a film. Put it on YouTube or Vimeo and place it as a video block.")


KINDS_WE_TAKE = "Save it as JPEG, PNG or WebP and add that."
OTHERS = {
    b"%PDF": "a PDF document",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"BM": "a BMP picture",
    b"8BPS": "a Photoshop file",
    b"PK\x03\x04": "an archive or Office document",
    b"\x00\x00\x01\x00": "an icon",
}


def _explained(outcome: dict[str, Any], most_pixels: int) -> CmsError:
    match outcome["problem"]:
        case "kind":
            return UnsupportedMedia(
                f"This file is not a picture that we know (JPEG, PNG, WebP, AVIF, HEIC, GIF). {KINDS_WE_TAKE}"
            )
        case "pixels":
            return TooLarge(
                f"This picture has {outcome['width']:,} × {outcome['height']:,} pixels; "
                f"we take up to {most_pixels / 1e6:.0f} million in all. "
                "Make it smaller, about 2,000 pixels wide, and add it again."
            )
        case "broken":
            return BadInput("This picture is damaged or cut short. Download or export it once more, and add that file.")
        case _:  # memory, time, crash
            return TooLarge(
                "This picture takes too much work to open. Open it in a photo program, "
                "save it as a JPEG about 2,000 pixels wide, and add that."
            )
