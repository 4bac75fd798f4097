"""Take private data out of a file without touching its pixels.

Each function copies the parts that make the picture and leaves the rest: EXIF (with GPS), XMP, IPTC,
comments, thumbnails, colour profiles (the caller has made sure that the picture is sRGB) and whatever
hangs behind the end (phones put short films there). A file with nothing to leave comes back equal.
None means that the file is not built as its format says: it is then decoded and written anew.
"""

import re
import struct
from collections.abc import Callable, Mapping

# A marker that ends a run of JPEG pixels: not a stuffed FF 00, not a restart (ITU T.81, B.1.1).
NEXT_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
# APP0 (JFIF) and APP14 (Adobe: says how colours are coded) belong to the picture; the other APPs tell stories.
JPEG_LEFT_OUT = {*range(0xE1, 0xEE), 0xEF, 0xFE}
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"pHYs", b"sBIT"} | {
    b"acTL",
    b"fcTL",
    b"fdAT",
    b"sRGB",
    b"gAMA",
    b"cHRM",
    b"cICP",
}
WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
VP8X_ICC, VP8X_EXIF, VP8X_XMP = 0x20, 0x08, 0x04


def without_private_data(data: bytes, kind: str) -> bytes | None:
    """The same picture without what it tells about its maker, or None if that needs writing it anew."""
    try:
        return WAYS[kind](data)
    except (IndexError, struct.error):
        return None


def _jpeg(data: bytes) -> bytes | None:
    kept, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            return None
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if end > len(data):
            return None
        if marker == 0xDA:  # start of scan: the pixels follow, up to the next marker
            found = NEXT_MARKER.search(data, end)
            if found is None:
                return None
            end = found.start()
        if marker == 0xE0 and data[at + 4 : at + 9] == b"JFXX\x00":
            at = end  # an extra thumbnail
            continue
        if marker not in JPEG_LEFT_OUT:
            kept.append(data[at:end])
        at = end


def _png(data: bytes) -> bytes | None:
    kept, at = [data[:8]], 8
    while True:
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            return None
        if name in PNG_KEPT:
            kept.append(data[at:end])
        elif not name[0] & 0x20:  # critical, and unknown to us
            return None
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _webp(data: bytes) -> bytes | None:
    kept, at = [], 12
    stop = 8 + struct.unpack("<I", data[4:8])[0]
    if stop > len(data):
        return None
    while at + 8 <= stop:
        name, length = struct.unpack("<4sI", data[at : at + 8])
        end = at + 8 + length + (length & 1)
        if at + 8 + length > stop:
            return None
        if name in WEBP_KEPT:
            kept.append(data[at:end])
        at = end
    if kept and kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~(VP8X_ICC | VP8X_EXIF | VP8X_XMP)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _gif(data: bytes) -> bytes | None:
    """GIF89a by blocks: comments and application data go, but the note of how often to repeat stays."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    kept = [data[:at]]
    while True:
        start, block = at, data[at]
        if block == 0x3B:
            kept.append(b";")
            return b"".join(kept)
        if block == 0x2C:
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0) + 1
            wanted = True
        elif block == 0x21:
            label = data[at + 1]
            application = data[at + 3 : at + 14] if label == 0xFF else b""
            wanted = label == 0xF9 or application in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
            at += 2
        else:
            return None
        while data[at]:
            at += data[at] + 1
        at += 1
        if wanted:
            kept.append(data[start:at])


def _avif(data: bytes) -> bytes | None:
    """AVIF keeps such data as items of its `meta` box; a file that has any is written anew."""
    head = data[: data.find(b"mdat")] if b"mdat" in data else data
    if any(mark in head for mark in (b"Exif", b"mime", b"uri ", b"prof", b"rICC", b"irot", b"imir")):
        return None
    return data if _avif_boxes_end(data) else None


def _avif_boxes_end(data: bytes) -> bool:
    """Whether the file consists of known boxes and ends with the last of them."""
    at = 0
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        if name not in (b"ftyp", b"meta", b"mdat", b"moov", b"free") or (size < 8 and size != 0):
            return False
        at = len(data) if size == 0 else at + size
    return at == len(data)


WAYS: Mapping[str, Callable[[bytes], bytes | None]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
    "AVIF": _avif,
}
