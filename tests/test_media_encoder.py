"""The encoder's own program, run here instead of in its process, so that every line of it is seen to work."""

import contextlib
import io
import json
import random
import sys
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms

from cms.media.encoder import main, work
from cms.media.encoder.work import Refused, encode

LIMIT = 50_000_000


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def drawn(mode: str = "RGB", size: tuple[int, int] = (700, 400)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def turned() -> bytes:
    data = Image.Exif()
    data[0x0112] = 6
    return data.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF"])
@pytest.mark.parametrize("exif", [False, True])
def test_every_kind_plain_and_turned(tmp_path: Path, kind: str, exif: bool) -> None:
    options = {"exif": turned()} if exif and kind not in ("GIF", "HEIF") else {}
    made = encode(saved(drawn(), kind, **options), tmp_path, LIMIT)
    assert {variant["file"] for variant in made["variants"]} | {made["file"]} == {
        path.name for path in tmp_path.iterdir()
    }
    expected = (400, 700) if options else (700, 400)
    assert (made["width"], made["height"]) == expected
    assert made["type"] == ("image/jpeg" if kind == "HEIF" else f"image/{kind.lower()}")
    assert made["variants"][-1]["width"] == expected[0]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "PA", "1", "CMYK", "RGBA"])
def test_every_mode(tmp_path: Path, mode: str) -> None:
    kind = "TIFF" if mode == "PA" else "JPEG" if mode == "CMYK" else "PNG"
    image = drawn(mode) if mode != "PA" else drawn("LA")
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    made = encode(saved(image, "PNG" if kind == "TIFF" else kind), tmp_path, LIMIT)
    assert made["width"] == 700
    assert made["colour"].startswith("#")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P"])
@pytest.mark.parametrize("known", [True, False])
def test_profiles(tmp_path: Path, mode: str, known: bool) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    other = profile.replace("sRGB".encode("utf-16-be"), "Else".encode("utf-16-be")).replace(b"sRGB", b"Else")
    image = drawn(mode)
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    made = encode(saved(image, "PNG", icc_profile=profile if known else other), tmp_path, LIMIT)
    assert "icc_profile" not in Image.open(io.BytesIO((tmp_path / made["file"]).read_bytes())).info


def test_a_see_through_heic_becomes_a_webp(tmp_path: Path) -> None:
    image = drawn("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    assert encode(saved(image, "HEIF"), tmp_path, LIMIT)["type"] == "image/webp"


def test_a_gif_not_built_as_it_says_becomes_a_png(tmp_path: Path) -> None:
    data = saved(drawn("P"), "GIF").removesuffix(b";")  # decoders do not mind
    assert encode(data, tmp_path, LIMIT)["type"] == "image/png"


def test_a_tall_picture_keeps_to_what_webp_can_hold(tmp_path: Path) -> None:
    tall = saved(Image.new("RGB", (40, 17_000), "teal"), "JPEG", exif=turned())  # turned: 17,000 wide
    made = encode(tall, tmp_path, LIMIT)
    assert (made["width"], made["height"]) == (17_000, 40)
    assert all(variant["width"] <= 16_383 for variant in made["variants"])
    see_through = Image.new("RGBA", (20, 17_000), (0, 0, 0, 0))
    see_through.putpixel((0, 0), (255, 0, 0, 255))
    made = encode(saved(see_through, "PNG"), tmp_path, LIMIT)
    assert made["variants"][-1]["height"] <= 16_383


def test_what_is_too_tall_for_a_webp_is_written_as_a_png() -> None:
    data, kind = work._written_anew(Image.new("RGBA", (3, 17_000)), "HEIC")
    assert (kind, data[:4]) == ("PNG", b"\x89PNG")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"text", "kind"),
        (b"\xff\xd8\xff\xe0nonsense", "broken"),
        (saved(drawn(), "PNG")[:300], "broken"),
        (saved(drawn(), "JPEG")[:900], "broken"),
        (saved(drawn(), "WEBP")[:900], "broken"),
        (b"GIF89a\x00\x00\x00\x00\x00\x00\x00;", "broken"),
    ],
)
def test_what_cannot_be_taken(tmp_path: Path, data: bytes, problem: str) -> None:
    with pytest.raises(Refused) as caught:
        encode(data, tmp_path, LIMIT)
    assert caught.value.facts["problem"] == problem


def test_pixels_are_counted_before_they_are_decoded(tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG", "AVIF"):
        with pytest.raises(Refused) as caught:
            encode(saved(drawn(), kind), tmp_path, 1000)
        assert caught.value.facts == {"problem": "pixels", "width": 700, "height": 400}


def test_exif_that_cannot_be_read_means_a_new_file(tmp_path: Path) -> None:
    data = saved(drawn(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"secret" * 9)
    made = encode(data, tmp_path, LIMIT)
    assert b"secret" not in (tmp_path / made["file"]).read_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_broken_files_are_refused_or_taken_but_never_crash(tmp_path: Path, kind: str) -> None:
    """Bytes changed at random: what comes out is a picture or a refusal."""
    whole, chance = saved(drawn(size=(120, 80)), kind), random.Random(5)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(Refused):
            encode(bytes(data[: chance.choice([len(data), chance.randrange(1, len(data))])]), tmp_path, LIMIT)


def test_the_program_answers_in_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    limits: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(work.resource, "setrlimit", lambda *limit: limits.append(limit))  # not for the test's process
    source = tmp_path / "source"
    source.write_bytes(saved(drawn(), "PNG"))
    monkeypatch.setattr(sys, "argv", ["-c", "room", str(source), str(tmp_path), str(LIMIT)])
    main()
    assert json.loads(capsys.readouterr().out)["width"] == 700
    assert len(limits) == 3
    source.write_bytes(b"text")
    main()
    assert json.loads(capsys.readouterr().out) == {"problem": "kind"}

    def greedy(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(work, "encode", greedy)
    main()
    assert json.loads(capsys.readouterr().out) == {"problem": "memory"}


@pytest.mark.parametrize("place", ["open", "getexif", "load"])
def test_running_out_of_memory_is_told_apart_from_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    data = saved(drawn(), "PNG")

    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(work.Image if place == "open" else Image.Image, place, greedy)
    with pytest.raises(MemoryError):
        encode(data, tmp_path, LIMIT)
