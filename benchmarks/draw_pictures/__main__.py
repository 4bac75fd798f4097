"""Draw the starter blog's pictures: `python -m benchmarks.draw_pictures [NAME ...] [--png FOLDER]`."""

import argparse
import io
from pathlib import Path

from PIL import Image

from . import feet, people, portraits, things

MEDIA = Path(__file__).resolve().parents[2] / "content" / "media"
LIMIT = 60_000  # bytes a picture may take
PICTURES = feet.PICTURES | people.PICTURES | portraits.PICTURES | things.PICTURES


def as_webp(image: Image.Image) -> bytes:
    """The picture as WebP, in the best quality that stays below the limit."""
    for quality in (90, 84, 76, 68, 58):
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LIMIT:
            break
    return out.getvalue()


def main() -> None:
    """Draw all the pictures, or those named."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", choices=[*PICTURES, []], help="only these")
    options.add_argument("--png", type=Path, help="a folder for PNG previews instead of the blog's media")
    chosen = options.parse_args()
    for name in chosen.names or PICTURES:
        image = PICTURES[name]().finish()
        if chosen.png:
            chosen.png.mkdir(parents=True, exist_ok=True)
            image.save(chosen.png / f"{name}.png")
        else:
            data = as_webp(image)
            (MEDIA / f"{name}.webp").write_bytes(data)
            print(f"{name}.webp {len(data):,} bytes")


if __name__ == "__main__":
    main()
