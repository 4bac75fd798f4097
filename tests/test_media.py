"""Pictures: what is taken, what is refused and in which words, what is left of private data."""

import io
import os
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from sqlalchemy.orm import Session

from cms import media
from cms.errors import BadInput, CmsError, NotFound, TooLarge, Unavailable, UnsupportedMedia
from cms.media import encoding
from cms.media.encoder import header, strip
from cms.media.encoder.blurhash import blurhash
from cms.media.encoder.work import widths

GPS = 0x8825
SECRET = b"47.36 N 8.54 E, Alex's iPhone"


def picture(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose top right corner is blue: it tells which way up it is."""
    image = Image.new(mode, (width, height), (250, 250, 250, 255)[: len(Image.new(mode, (1, 1)).getbands())])
    if mode in ("RGB", "RGBA"):
        image.paste((200, 30, 30), (0, 0, width // 2, height))
        image.paste((20, 20, 220), (width // 2, 0, width, height // 4))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = SECRET.decode()  # description
    data.get_ifd(GPS)[1] = "N"
    data.get_ifd(GPS)[2] = (47.0, 21.0, 0.0)
    return data


def every_file() -> bytes:
    return b"".join(path.read_bytes() for path in media.media_folder().iterdir() if path.is_file())


def opened(file: str) -> Image.Image:
    return Image.open(io.BytesIO(media.path_of(file).read_bytes()))


def kept(stored: media.Picture) -> Image.Image:
    return opened(stored.file)


@pytest.fixture(autouse=True)
def _formats() -> None:
    pillow_heif.register_heif_opener()


# What is taken


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF"])
def test_each_kind_of_picture_is_taken_and_gets_its_sizes(session: Session, kind: str) -> None:
    stored = media.store(session, saved(picture(), kind), f"My Photo (1).{kind.lower()}", alt="A foot")
    assert (stored.width, stored.height) == (900, 600)
    assert [variant["width"] for variant in stored.variants] == [320, 480, 640, 900]
    for variant in stored.variants:
        size = opened(variant["file"])
        assert size.format == "WEBP"
        assert size.size == (variant["width"], variant["height"])
    assert stored.name.startswith("my-photo-1")
    assert len(stored.blurhash) == 28
    assert stored.colour.startswith("#")
    assert stored.alt == "A foot"


def test_file_names_are_hashes_of_what_is_in_them(session: Session) -> None:
    import hashlib

    stored = media.store(session, saved(picture(), "PNG"), "x.png")
    for file in media.files_of(stored):
        data = media.path_of(file).read_bytes()
        assert file.startswith(hashlib.sha256(data).hexdigest()[:32])
    assert not list(media.media_folder().glob(".new-*"))


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (100, 80, [100]),
        (1, 1, [1]),
        (330, 10, [330]),
        (400, 10, [320, 400]),
        (1600, 900, [320, 480, 640, 960, 1280, 1600]),
        (6000, 4000, [320, 480, 640, 960, 1280, 1600]),
        (1500, 900, [320, 480, 640, 960, 1280, 1500]),
        (1000, 30_000, [320, 480, 546]),
    ],
)
def test_sizes_are_never_larger_than_the_picture(width: int, height: int, expected: list[int]) -> None:
    assert widths(width, height) == expected


def test_a_small_webp_is_its_own_largest_size(session: Session) -> None:
    data = saved(picture(1600, 900), "WEBP")
    stored = media.store(session, data, "drawn.webp")
    assert stored.variants[-1]["file"] == stored.file
    assert media.path_of(stored.file).read_bytes() == data


def test_the_same_file_twice_is_one_picture(session: Session) -> None:
    first = media.store(session, saved(picture(), "PNG"), "one.png", alt="One")
    second = media.store(session, saved(picture(), "PNG"), "two.png")
    assert second.id == first.id
    assert second.alt == "One"
    third = media.store(session, media.path_of(first.file).read_bytes(), "three.png", name="three.png")
    assert third.id != first.id  # a name of its own, the files shared
    assert third.file == first.file


def test_the_same_file_twice_is_worked_on_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(picture(), "JPEG", exif=exif(6))
    media.store(session, io.BytesIO(data), "one.jpg")
    monkeypatch.setattr(encoding, "_run", lambda *_: pytest.fail("it was worked on again"))
    media.store(session, data, "again.jpg")


def test_lost_files_are_made_again(session: Session) -> None:
    data = saved(picture(), "PNG")
    stored = media.store(session, data, "one.png")
    media.path_of(stored.variants[0]["file"]).unlink()
    media.store(session, data, "one.png")
    assert media.path_of(stored.variants[0]["file"]).is_file()


def test_two_files_of_one_name_get_two_names(session: Session) -> None:
    first = media.store(session, saved(picture(), "PNG"), "C:\\photos\\Fuß.PNG")
    second = media.store(session, saved(picture(901), "PNG"), "/tmp/Fuß.png")
    third = media.store(session, saved(picture(902), "PNG"), "../../..")
    assert [first.name, second.name, third.name] == ["fuß.png", "fuß-2.png", "picture.png"]
    assert all(media.NAME.fullmatch(row.name) for row in (first, second, third))


def test_a_moving_picture_is_kept_whole_and_shown_still(session: Session) -> None:
    frames = [picture(400, 300), Image.new("RGB", (400, 300), "green")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    stored = media.store(session, data, "moves.gif")
    assert getattr(kept(stored), "n_frames", 1) == 2
    assert all(getattr(opened(size["file"]), "n_frames", 1) == 1 for size in stored.variants)


def test_what_is_see_through_stays_so(session: Session) -> None:
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 100, 100))
    stored = media.store(session, saved(image, "PNG"), "icon.png")
    size = opened(stored.variants[0]["file"]).convert("RGBA")
    assert size.getpixel((300, 200))[3] == 0  # type: ignore[index] # four bands
    assert stored.colour != "#000000"  # placeholders are seen on white


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "I;16"])
def test_every_way_to_keep_colours_becomes_rgb(session: Session, mode: str) -> None:
    grey = Image.linear_gradient("L").resize((400, 300))
    image = grey.convert(mode) if mode != "I;16" else Image.frombytes("I;16", grey.size, doubled(grey.tobytes()))
    stored = media.store(session, saved(image, "JPEG" if mode == "CMYK" else "PNG"), "x")
    size = opened(stored.variants[-1]["file"]).convert("RGB")
    assert size.size == (400, 300)
    dark, light = size.getpixel((200, 5)), size.getpixel((200, 295))
    assert isinstance(dark, tuple)
    assert isinstance(light, tuple)
    assert dark[0] < 60 < 190 < light[0]


def doubled(greys: bytes) -> bytes:
    return b"".join(bytes((value, value)) for value in greys)


# Private data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_where_and_by_whom_it_was_taken_is_told_to_nobody(session: Session, kind: str, orientation: int) -> None:
    data = saved(picture(), kind, exif=exif(orientation).tobytes())
    assert SECRET in data
    stored = media.store(session, data, "photo")
    assert SECRET not in every_file()
    assert not kept(stored).getexif()
    expected = (600, 900) if orientation == 6 and kind != "HEIF" else (900, 600)
    if kind != "HEIF":  # saving HEIF through Pillow does not turn
        assert (stored.width, stored.height) == expected
        assert opened(stored.variants[-1]["file"]).size == expected


def test_a_turned_picture_stands_upright(session: Session) -> None:
    stored = media.store(session, saved(picture(), "JPEG", quality=95, exif=exif(6)), "photo.jpg")
    top, bottom = (kept(stored).getpixel((300, y)) for y in (100, 800))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > bottom[2] or top[0] > 150  # red was left, and is now above
    assert kept(stored).size == (600, 900)


def test_comments_xmp_iptc_thumbnails_and_films_behind_the_end_go(session: Session) -> None:
    plain = saved(picture(), "JPEG")
    segments = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in [
            (0xE0, b"JFXX\x00\x10" + SECRET),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>" + SECRET + b"</x>"),
            (0xED, b"Photoshop 3.0\x00" + SECRET),
            (0xFE, SECRET),
            (0xE2, b"MPF\x00" + SECRET),
        ]
    )
    data = plain[:2] + segments + plain[2:] + b"....ftypmp42" + SECRET
    stored = media.store(session, data, "photo.jpg")
    assert media.path_of(stored.file).read_bytes() == plain  # the pixels are the very same bytes


def test_text_in_a_png_goes_without_touching_the_pixels(session: Session) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    plain = saved(picture(), "PNG")
    stored = media.store(session, saved(picture(), "PNG", pnginfo=notes), "drawn.png")
    assert media.path_of(stored.file).read_bytes() == plain


def test_text_in_a_gif_goes_and_its_frames_stay(session: Session) -> None:
    frames = [picture(400, 300), Image.new("RGB", (400, 300), "green")]
    plain = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0)
    stored = media.store(
        session, saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, comment=SECRET), "m"
    )
    assert SECRET not in every_file()
    assert getattr(kept(stored), "n_frames", 1) == 2
    assert kept(stored).info.get("loop") == 0
    assert strip.without_private_data(plain, "GIF") == plain


def test_webp_flags_agree_with_what_is_left(session: Session) -> None:
    data = saved(picture(), "WEBP", exif=exif().tobytes(), xmp=b"<x>" + SECRET + b"</x>")
    stored = media.store(session, data, "x.webp")
    assert SECRET not in every_file()
    assert not kept(stored).info.get("exif")
    assert not kept(stored).info.get("xmp")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_file_with_nothing_private_is_kept_byte_for_byte(session: Session, kind: str) -> None:
    data = saved(picture(), kind)
    assert media.path_of(media.store(session, data, "x").file).read_bytes() == data


def profile_with_red_and_blue_swapped() -> bytes:
    """An sRGB profile whose tags rXYZ and bXYZ have changed names (ICC.1:2010, 7.3)."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"____"), (b"bXYZ", b"rXYZ"), (b"____", b"bXYZ")):
        data = data.replace(old, new, 1)
    return data.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be")).replace(b"sRGB", b"Swap")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_turned_into_srgb(session: Session, kind: str) -> None:
    stored = media.store(session, saved(picture(), kind, icc_profile=profile_with_red_and_blue_swapped()), "swapped")
    assert "icc_profile" not in kept(stored).info
    for image in (kept(stored), opened(stored.variants[0]["file"])):
        red, _, blue = image.convert("RGB").getpixel((10, 10))  # type: ignore[misc] # three bands
        assert blue > 180 > 60 > red


def test_see_through_and_grey_pictures_are_turned_into_srgb_too(session: Session) -> None:
    profile = profile_with_red_and_blue_swapped()
    image = picture(mode="RGBA")
    image.putpixel((899, 599), (0, 0, 0, 0))
    stored = media.store(session, saved(image, "PNG", icc_profile=profile), "x.png")
    assert kept(stored).mode == "RGBA"
    assert kept(stored).getpixel((10, 10))[2] > 180  # type: ignore[index] # four bands
    grey = media.store(session, saved(picture(901, mode="LA"), "PNG", icc_profile=profile), "grey.png")
    assert "icc_profile" not in kept(grey).info


def test_an_srgb_profile_goes_without_touching_the_pixels(session: Session) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stored = media.store(session, saved(picture(), "PNG", icc_profile=profile), "srgb.png")
    assert media.path_of(stored.file).read_bytes() == saved(picture(), "PNG")


def test_a_broken_profile_is_dropped(session: Session) -> None:
    stored = media.store(session, saved(picture(), "PNG", icc_profile=b"nonsense" * 20), "x.png")
    assert "icc_profile" not in kept(stored).info


# What is refused


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", UnsupportedMedia, "PNG"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", UnsupportedMedia, "SVG"),
        (b"<!-- hi --><SVG onload=alert(1)>", UnsupportedMedia, "SVG"),
        (b"", BadInput, "empty"),
        (b"hello", UnsupportedMedia, "not a picture"),
        (b"%PDF-1.7 ...", UnsupportedMedia, "PDF"),
        (b"II*\x00" + b"x" * 50, UnsupportedMedia, "TIFF"),
        (b"\x00\x00\x00\x18ftypmp42", UnsupportedMedia, "film"),
        (b"\xff\xd8\xff\xe0nonsense", BadInput, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, BadInput, "damaged"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", BadInput, "damaged"),
        (b"GIF89a\x01", BadInput, "damaged"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1nonsense", BadInput, "damaged"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1nonsense", BadInput, "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_in_plain_words(
    session: Session, data: bytes, error: type[CmsError], words: str
) -> None:
    with pytest.raises(error) as caught:
        media.store(session, data, "x.jpg")
    assert type(caught.value) is error
    assert words in caught.value.detail
    assert not list(media.media_folder().iterdir())


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_claims(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8_000, 8_000), (2**31 - 1, 2**31 - 1), (1, 70_000)])
def test_a_decompression_bomb_is_refused_by_its_header(session: Session, width: int, height: int) -> None:
    with pytest.raises(TooLarge) as caught:
        media.store(session, png_that_claims(width, height), "bomb.png")
    assert "pixels" in caught.value.detail
    assert "50 million" in caught.value.detail


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "JPEG"])
def test_other_bombs_are_refused_by_their_headers_too(session: Session, kind: str) -> None:
    data = bytearray(saved(picture(64, 64), kind, **({"exif": exif().tobytes()} if kind == "WEBP" else {})))
    if kind == "WEBP":  # with EXIF it has a VP8X header
        data[24:30] = b"\xfe\x3f\x00\xfe\x3f\x00"
    elif kind == "GIF":
        data[6:10] = struct.pack("<HH", 50_000, 50_000)
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(TooLarge):
        media.store(session, bytes(data), "bomb")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_file_cut_short_is_refused(session: Session, kind: str) -> None:
    noise = Image.frombytes("RGB", (300, 200), os.urandom(300 * 200 * 3))
    data = saved(noise, kind)
    with pytest.raises(BadInput, match="damaged or cut short"):
        media.store(session, data[: len(data) // 2], "x")


def test_too_many_bytes_are_refused(session: Session) -> None:
    with pytest.raises(TooLarge, match="25 MB"):
        media.store(session, b"\xff\xd8\xff" + b"x" * 25_000_001, "x.jpg")


def test_a_name_that_no_post_could_write_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="cannot be named"):
        media.store(session, saved(picture(), "PNG"), "x.png", name="../x.png")


def test_a_decoder_that_hangs_is_ended(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "STARTER", "import time; time.sleep(60)")
    monkeypatch.setattr(encoding, "PATIENCE", 0.3)
    with pytest.raises(TooLarge, match="too much work"):
        media.store(session, saved(picture(), "PNG"), "x.png")
    assert not list(media.media_folder().iterdir())


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import os; os.kill(os.getpid(), 11)", TooLarge),
        ("raise SystemExit('out of order')", CmsError),
    ],
)
def test_a_decoder_that_crashes_takes_nobody_along(
    session: Session, monkeypatch: pytest.MonkeyPatch, program: str, error: type[CmsError]
) -> None:
    monkeypatch.setattr(encoding, "STARTER", program)
    with pytest.raises(error):
        media.store(session, saved(picture(), "PNG"), "x.png")


def test_a_machine_that_starts_no_process_says_so(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding.sys, "executable", "/nowhere/python")
    with pytest.raises(Unavailable, match="try again"):
        media.store(session, saved(picture(), "PNG"), "x.png")


def test_the_encoder_sees_no_secrets(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMS_SECRET", "do not tell")
    program = "import os, json; print(json.dumps({'problem': 'kind', **dict(os.environ)}))"
    seen = {}
    monkeypatch.setattr(encoding, "STARTER", program)
    monkeypatch.setattr(encoding, "_explained", lambda outcome, _: seen.update(outcome) or BadInput("x"))
    with pytest.raises(BadInput):
        media.store(session, saved(picture(), "PNG"), "x.png")
    assert "CMS_SECRET" not in seen
    assert "PATH" in seen


# Addresses


@pytest.mark.parametrize(
    "name", ["../secret_key", "..", "", "x.webp", "a" * 32 + ".svg", "/etc/passwd", "a" * 32 + ".png"]
)
def test_no_name_leads_out_of_the_folder(session: Session, name: str) -> None:
    with pytest.raises(NotFound):
        media.path_of(name)


def test_a_link_in_the_folder_is_not_followed(session: Session, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    link = media.media_folder() / ("a" * 32 + ".png")
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(NotFound):
        media.path_of(link.name)


def test_renderers_get_the_largest_size_and_all_the_others(session: Session) -> None:
    stored = media.store(
        session, saved(picture(2000, 1000), "PNG"), "wide.png", alt="Wide", caption="C", focal=(0.5, 0.25)
    )
    look_up = media.picture_data(session)
    found = look_up("wide.png")
    assert found is not None
    assert found is look_up("media/wide.png")
    assert (found.width, found.height, found.alt, found.caption, found.focal) == (1600, 800, "Wide", "C", (0.5, 0.25))
    assert found.name == stored.variants[-1]["file"]
    assert [width for _, width in found.variants] == [320, 480, 640, 960, 1280, 1600]
    assert look_up("missing.png") is None


@pytest.mark.parametrize("focal", [(-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5)])
def test_a_focal_point_lies_in_the_picture(session: Session, focal: tuple[float, float]) -> None:
    with pytest.raises(BadInput, match="focal point"):
        media.store(session, saved(picture(), "PNG"), "x.png", focal=focal)


# The encoder's parts


def test_blurhash_is_that_of_the_description() -> None:
    # What other encoders give for white: its DC component is the colour.
    assert blurhash(Image.new("RGB", (32, 32), (255, 255, 255))) == "L9TSUA~qfQ~q~qoffQoffQfQfQfQ"
    assert blurhash(Image.new("RGB", (32, 20), (0, 0, 0))).startswith("L00000")


def test_kinds_are_told_by_first_bytes() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
        assert header.kind_of(saved(picture(40, 30), kind)) == kind
    assert header.kind_of(saved(picture(40, 30), "HEIF")) == "HEIC"
    assert header.kind_of(b"\x00\x00\x00\x18ftypqt  ") is None
    for options in ({"lossless": True}, {}, {"exif": exif().tobytes()}):
        assert header.size_of(saved(picture(40, 30), "WEBP", **options), "WEBP") == (40, 30)
    assert header.size_of(saved(picture(40, 30), "GIF"), "GIF") == (40, 30)
    assert header.size_of(b"\x89PNG", "PNG") is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_files_not_built_as_their_format_says_are_left_to_the_decoder(kind: str) -> None:
    data = saved(picture(64, 48), kind)
    for cut in (len(data) // 3, len(data) // 2, 14):
        assert strip.without_private_data(data[:cut], kind) is None
    broken = bytearray(data)
    broken[len(data) // 2 :] = os.urandom(len(data) - len(data) // 2)
    for seed in range(20):
        strip.without_private_data(bytes(broken[seed:]), kind)  # raises nothing, returns in time
