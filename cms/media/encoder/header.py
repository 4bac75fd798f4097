"""What a file's first bytes say: its kind and, where a decoder would reserve memory for it, its size."""

import struct

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}


def kind_of(data: bytes) -> str | None:
    """JPEG, PNG, WEBP, GIF, AVIF or HEIC; None for everything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[4:8] == b"ftyp":
        length = min(struct.unpack(">I", data[:4])[0], 256)
        brands = {data[8:12]} | {data[at : at + 4] for at in range(16, length, 4)}
        if brands & AVIF_BRANDS:
            return "AVIF"
        if brands & HEIC_BRANDS:
            return "HEIC"
    return None


def size_of(data: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or WebP, which decoders reserve memory for on opening."""
    if kind == "PNG" and data[12:16] == b"IHDR" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if kind == "GIF" and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if kind == "WEBP" and len(data) >= 30:
        return _webp_size(data)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    # https://developers.google.com/speed/webp/docs/riff_container
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def is_animated(data: bytes) -> bool:
    """Whether a WebP file moves."""
    return data[12:16] == b"VP8X" and bool(data[20] & 0x02)
