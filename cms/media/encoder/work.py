"""What the encoder does with one picture, from the header to the sizes."""

import hashlib
import io
import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile

from . import colours, header, strip
from .blurhash import blurhash

SIZES = (320, 480, 640, 960, 1280, 1600)
QUALITY = 80  # of the sizes; beyond it photographs grow faster than they improve
METHOD = 4  # libwebp's effort: 6 saves 2 % and takes twice as long
LONGEST_SIDE = 16_383  # of a WebP file (https://developers.google.com/speed/webp/faq)
MEMORY = 3 << 30
CPU_SECONDS = 60
ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
TYPES = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
    "GIF": ("image/gif", "gif"),
}


class Refused(Exception):
    """The picture cannot be taken; `facts` say why, as `cms.media.encoding` explains them."""

    def __init__(self, problem: str, **facts: Any) -> None:
        super().__init__(problem)
        self.facts = {"problem": problem, **facts}


def main() -> None:
    """Do one picture, as the arguments say, and print the outcome."""
    _, source, out, most_pixels = sys.argv[1:5]
    _bound()
    try:
        outcome = encode(Path(source).read_bytes(), Path(out), int(most_pixels))
    except Refused as refused:
        outcome = refused.facts
    except MemoryError:
        outcome = {"problem": "memory"}
    sys.stdout.write(json.dumps(outcome))


def _bound() -> None:
    """Give up memory, time and core dumps beyond what an honest picture needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def encode(data: bytes, out: Path, most_pixels: int) -> dict[str, Any]:
    """Write the kept original and the sizes into `out`; say what was made. Raises Refused."""
    Image.MAX_IMAGE_PIXELS = None  # judged here, by our own limit
    warnings.simplefilter("ignore")
    kind = header.kind_of(data)
    if kind is None:
        raise Refused("kind")
    _judge_size(header.size_of(data, kind), most_pixels)
    image = _open(data, kind)
    full = image.size
    _judge_size(full, most_pixels)
    kept = None
    if kind in TYPES and _is_upright(image) and colours.is_plain(image):
        kept = strip.without_private_data(data, kind)
    if kept is not None and kind == "JPEG":  # sizes need no more than twice the largest of them
        image.draft(None, (SIZES[-1] * 2, SIZES[-1] * 2))
    pixels = _decode(image)
    if kept is None:
        kept, kind = _written_anew(pixels, kind)
        full = pixels.size
    return _write(out, kept, kind, full, pixels)


def _judge_size(size: tuple[int, int] | None, most_pixels: int) -> None:
    if size is None:
        return
    width, height = size
    if width < 1 or height < 1:
        raise Refused("broken")
    if width * height > most_pixels or max(width, height) > 60_000:
        raise Refused("pixels", width=width, height=height)


def _open(data: bytes, kind: str) -> Image.Image:
    """Read the header only."""
    if kind == "HEIC":
        import pillow_heif  # 60 ms that other kinds need not spend

        pillow_heif.register_heif_opener(thumbnails=False)
    if kind == "JPEG":
        from PIL import MpoImagePlugin  # noqa: F401 - a JPEG with a second picture behind the first

    formats = ["HEIF"] if kind == "HEIC" else ["JPEG", "MPO"] if kind == "JPEG" else [kind]
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("broken", why=str(error)[:200]) from error


def _is_upright(image: Image.Image) -> bool:
    try:
        return image.getexif().get(ORIENTATION, 1) in (0, 1)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - EXIF that cannot be read: write the picture anew, without it
        return False


def _decode(image: Image.Image) -> Image.Image:
    """All pixels of the first frame: upright, in sRGB, as RGB or RGBA."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image.load()
        return colours.upright_srgb(image)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("broken", why=str(error)[:200]) from error


def _written_anew(pixels: Image.Image, kind: str) -> tuple[bytes, str]:
    """The original as new bytes, where private data, turning or colours leave no other way."""
    out = io.BytesIO()
    see_through = pixels.mode == "RGBA"
    if kind in ("PNG", "GIF"):
        pixels.save(out, "PNG", optimize=True)
        return out.getvalue(), "PNG"
    if kind == "AVIF":
        pixels.save(out, "AVIF", quality=85, speed=8)
        return out.getvalue(), "AVIF"
    if kind == "WEBP" or see_through:
        if max(pixels.size) > LONGEST_SIDE:
            pixels.save(out, "PNG")
            return out.getvalue(), "PNG"
        pixels.save(out, "WEBP", quality=92, method=METHOD)
        return out.getvalue(), "WEBP"
    pixels.save(out, "JPEG", quality=92, optimize=True, progressive=True)
    return out.getvalue(), "JPEG"


def _write(out: Path, kept: bytes, kind: str, full: tuple[int, int], pixels: Image.Image) -> dict[str, Any]:
    media_type, ending = TYPES[kind]
    made = [_write_size(out, pixels, full, width) for width in widths(*full) if not _serves(kept, kind, full, width)]
    original = _file(out, kept, ending)
    if _serves(kept, kind, full, full[0]):
        made.append({"file": original, "width": full[0], "height": full[1], "type": media_type})
    small = pixels.convert("RGB") if pixels.mode == "RGB" else _on_white(pixels)
    small.thumbnail((32, 32))
    red, green, blue = small.resize((1, 1), Image.Resampling.BOX).tobytes()
    return {
        "file": original,
        "type": media_type,
        "bytes": len(kept),
        "digest": hashlib.sha256(kept).hexdigest(),
        "width": full[0],
        "height": full[1],
        "colour": f"#{red:02x}{green:02x}{blue:02x}",
        "blurhash": blurhash(small),
        "variants": made,
    }


def widths(width: int, height: int) -> list[int]:
    """The widths to make, smallest first: never larger than the picture, none within a tenth of the largest."""
    largest = max(1, min(width, SIZES[-1], width * LONGEST_SIDE // height))
    return [size for size in SIZES if size <= largest * 0.9] + [largest]


def _serves(kept: bytes, kind: str, full: tuple[int, int], width: int) -> bool:
    """Whether the kept original is itself the size asked for: a WebP that is small enough to send."""
    return (
        kind == "WEBP"
        and width == full[0] == widths(*full)[-1]
        and not header.is_animated(kept)
        and len(kept) <= full[0] * full[1] * 0.2
    )


def _write_size(out: Path, pixels: Image.Image, full: tuple[int, int], width: int) -> dict[str, Any]:
    height = max(1, round(full[1] * width / full[0]))
    sized = pixels.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    data = io.BytesIO()
    sized.save(data, "WEBP", quality=QUALITY, method=METHOD)
    return {
        "file": _file(out, data.getvalue(), "webp"),
        "width": width,
        "height": height,
        "type": "image/webp",
    }


def _on_white(pixels: Image.Image) -> Image.Image:
    white = Image.new("RGB", pixels.size, "white")
    white.paste(pixels, mask=pixels.getchannel("A"))
    return white


def _file(out: Path, data: bytes, ending: str) -> str:
    """Write bytes under the hash of what they are, safely on the disk."""
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.{ending}"
    with (out / name).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name
