"""Placeholders become finished HTML, and no value of an author becomes markup."""

from typing import Any

import nh3
import pytest

from cms.markup.blocks import Picture, Reference, block_ids, dose_sentence, numbered, render
from cms.markup.clean import clean
from cms.markup.clean.policy import names
from tests.markup.documents import document

HOSTILE = '"><script>alert(1)</script>\x00{{7*7}} midstance-media:x'
FOOT = Picture(
    "abc-1600.webp", 1600, 900, "Stored words", "Stored caption", (0.5, 0.25),
    [("abc-800.webp", 800), ("abc, 320.webp", 320)], "LEHV6n",
)  # fmt: skip


def pictures(name: str) -> Picture | None:
    return FOOT if name == "foot.jpg" else None


def block(data: dict[str, Any], **more: Any) -> str:
    return render('<figure data-block="x"></figure>', {"x": data}, pictures, **more)


def test_a_picture_gets_every_size_and_its_room() -> None:
    html = render('<p><img src="media/foot.jpg" alt="A &quot;foot&quot;"></p>', {}, pictures)
    assert html == (
        '<p><img src="midstance-media:abc-1600.webp" srcset="midstance-media:abc%2C%20320.webp 320w,'
        ' midstance-media:abc-800.webp 800w" sizes="(min-width: 46rem) 44rem, 100vw" data-focal="0.5 0.25"'
        ' data-blurhash="LEHV6n" alt="A &quot;foot&quot;" width="1600" height="900" loading="lazy"'
        ' decoding="async"></p>'
    )


def test_words_and_caption_come_from_the_library_where_the_author_gave_none() -> None:
    alone = render('<figure><img src="media/foot.jpg"></figure>', {}, pictures)
    assert 'alt="Stored words"' in alone
    assert alone.endswith("<figcaption>Stored caption</figcaption></figure>")
    own = render('<figure><img src="media/foot.jpg" alt="own"><figcaption>mine</figcaption></figure>', {}, pictures)
    assert 'alt="own"' in own
    assert own.count("<figcaption>") == 1
    decorative = render('<p><img src="media/foot.jpg" alt="" data-decorative=""></p>', {}, pictures)
    assert 'alt=""' in decorative
    assert "data-decorative" not in decorative


def test_a_picture_without_sizes_has_no_srcset() -> None:
    html = render('<p><img src="media/a"></p>', {}, lambda name: Picture(name, 1, 2))
    assert html == ('<p><img src="midstance-media:a" alt="" width="1" height="2" loading="lazy" decoding="async"></p>')


def test_a_missing_picture_leaves_its_words_and_no_broken_image() -> None:
    html = render(
        '<figure><img src="media/gone.jpg" alt="A foot"><figcaption>Cap</figcaption></figure>'
        '<figure><img src="media/gone.jpg"></figure><p>a<img src="media/gone.jpg" alt="b">c</p>',
        {},
        pictures,
    )
    assert html == (
        '<figure><span class="ms-missing-picture">A foot</span><figcaption>Cap</figcaption></figure>'
        '<p>a<span class="ms-missing-picture">b</span>c</p>'
    )


def test_a_picture_of_another_site_tells_it_nothing_about_the_visitor() -> None:
    html = render('<p><img src="https://x.org/a?b&amp;c" alt=""></p>', {}, pictures)
    assert html == (
        '<p><img src="https://x.org/a?b&amp;c" alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer"></p>'
    )


def test_links_to_other_sites_get_rel_and_own_ones_do_not() -> None:
    html = '<p><a href="https://x.org/?a&amp;b">x</a><a href="/p">p</a><a href="#h">h</a></p>'
    done = render(html, {}, pictures)
    assert done.count('rel="noopener noreferrer"') == 1
    assert '<a href="https://x.org/?a&amp;b" rel="noopener noreferrer">' in done
    assert "rel=" not in render(html, {}, pictures, own_hosts={"x.org"})
    assert "rel=" in render('<p><a href="https://[bad">x</a></p>', {}, pictures, own_hosts={"x.org"})


def test_words_that_look_like_the_media_marker_are_not_one() -> None:
    html = render('<p>midstance-media:x <img src="media/gone" alt="midstance-media:y"></p>', {}, pictures)
    assert "midstance-media:" not in html
    assert nh3.clean(html, tags=set()).strip() == "midstance-media:x midstance-media:y"


def test_an_exercise_is_a_section_with_steps_dose_and_when_to_stop() -> None:
    html = block(
        {
            "kind": "exercise",
            "exercise": "short-foot",
            "name": "Short foot",
            "steps": ["Sit.", "Lift the <arch>."],
            "dose": {"sets": 3, "reps": 8, "hold": 10, "side": "each"},
            "stop_if": "It hurts.",
            "picture": {"src": "media/foot.jpg", "alt": "Side view"},
        }
    )
    assert html.startswith('<section class="ms-exercise" data-exercise="short-foot" aria-label="Short foot">')
    assert '<p class="ms-exercise-name"><strong>Short foot</strong></p><figure><img src="midstance-media:abc' in html
    assert '<ol class="ms-exercise-steps"><li>Sit.</li><li>Lift the &lt;arch&gt;.</li></ol>' in html
    assert '<p class="ms-exercise-dose">3 sets of 8 · hold 10 s · each side</p>' in html
    assert html.endswith('<p class="ms-exercise-stop"><strong>Stop if:</strong> It hurts.</p></section>')


def test_an_exercise_shows_what_it_has() -> None:
    assert block({"kind": "exercise"}) == ""
    bare = block({"kind": "exercise", "name": "A", "steps": "One step", "picture": "gone.jpg"})
    assert bare == (
        '<section class="ms-exercise" data-exercise="" aria-label="A">'
        '<p class="ms-exercise-name"><strong>A</strong></p>'
        '<ol class="ms-exercise-steps"><li>One step</li></ol></section>'
    )
    assert "<figure><img" in block({"kind": "exercise", "name": "A", "picture": "foot.jpg"})


@pytest.mark.parametrize(
    ("dose", "sentence"),
    [
        ({"sets": 3, "reps": 8, "hold": "5 seconds", "side": "each foot"}, "3 sets of 8 · hold 5 seconds · each foot"),
        ({"sets": 1, "reps": "8 to 12"}, "1 set of 8 to 12"),
        ({"sets": 2}, "2 sets"),
        ({"sets": "1"}, "1 set"),
        ({"reps": 10}, "10 times"),
        ({"reps": "as many as you like"}, "as many as you like"),
        ({"hold": 0, "side": "BOTH"}, "each side"),
        ("twice a day", "twice a day"),
        (None, ""),
        ({"sets": [1], "reps": True}, ""),
    ],
)
def test_a_dose_reads_as_one_line(dose: Any, sentence: str) -> None:
    assert dose_sentence(dose) == sentence


def test_a_call_to_book_needs_an_address() -> None:
    made = block({"kind": "booking", "url": "https://x.org/book", "label": "Book", "text": "One.\n\nTwo."})
    assert made == (
        '<aside class="ms-booking"><p>One.</p><p>Two.</p>'
        '<p><a class="ms-button" href="https://x.org/book" rel="noopener noreferrer">Book</a></p></aside>'
    )
    assert "Book a visit" in block({"kind": "booking", "url": "/book"})
    assert block({"kind": "booking", "url": "javascript:alert(1)"}) == ""


def test_a_video_is_a_link_until_the_visitor_asks() -> None:
    made = block({"kind": "video", "provider": "YouTube", "video_id": "abc-DEF_123", "title": "Warm-up"})
    assert made == (
        '<figure class="ms-video" data-video-provider="youtube" data-video-id="abc-DEF_123">'
        '<a href="https://www.youtube.com/watch?v=abc-DEF_123" rel="noopener noreferrer">'
        "<span>Warm-up (YouTube)</span></a></figure>"
    )
    shown = block({"kind": "video", "provider": "vimeo", "video_id": 123456789, "thumbnail": "media/foot.jpg"})
    assert '<img src="midstance-media:abc' in shown
    assert "Video (Vimeo)" in shown
    assert "iframe" not in made + shown
    for wrong in ({"provider": "x", "video_id": "abc-DEF_123"}, {"provider": "youtube", "video_id": "../../evil"}, {}):
        assert block({"kind": "video", **wrong}) == ""


def test_a_question_opens_its_answer() -> None:
    assert block({"kind": "question", "question": "Why?", "answer": "So.\n\nAnd so."}) == (
        '<details class="ms-question"><summary>Why?</summary><p>So.</p><p>And so.</p></details>'
    )
    assert block({"kind": "question", "question": "Why?"}) == "<p><strong>Why?</strong></p>"
    assert block({"kind": "question", "answer": 5}) == "<p>5</p>"


def test_references_are_numbered_in_order_of_appearance() -> None:
    blocks = {
        "b": {"kind": "reference", "text": "Second", "url": "https://x.org"},
        "a": {
            "kind": "reference",
            "title": "First",
            "doi": "doi:10.1136/bjsports-2013-092690",
            "shows": "That it works",
        },
        "same": {"kind": "reference", "text": "First again", "doi": "10.1136/BJSPORTS-2013-092690"},
        "unused": {"kind": "reference", "text": "Nowhere"},
        "empty": {"kind": "reference"},
    }
    html = "".join(f'<figure data-block="{name}"></figure>' for name in ("a", "b", "same", "empty", "missing"))
    assert block_ids(html) == ["a", "b", "same", "empty", "missing"]
    assert list(numbered(blocks, html).values()) == [
        Reference(1, "First", "https://doi.org/10.1136/bjsports-2013-092690", "10.1136/bjsports-2013-092690"),
        Reference(2, "Second", "https://x.org", ""),
    ]
    made = render(html, blocks, pictures)
    assert made.count("[1]") == 2
    assert '<span class="ms-reference-number">[2]</span> <a href="https://x.org"' in made
    assert '<span class="ms-shows">That it works</span>' in made
    assert block({"kind": "reference", "text": "Only words"}).endswith("[1]</span> Only words</p>")


def test_plugins_are_asked_first_and_unknown_kinds_vanish() -> None:
    def expand(kind: str, data: Any) -> str | None:
        return {"poll": f"<p>{data.get('n')}</p>", "booking": ""}.get(kind)

    assert block({"kind": "poll", "n": 3}, expand=expand) == "<p>3</p>"
    assert block({"kind": "booking", "url": "/book"}, expand=expand) == ""
    assert block({"kind": "question", "answer": "a"}, expand=expand) == "<p>a</p>"
    assert block({"kind": "other"}, expand=expand) == block({"kind": "other"}) == block({}) == ""


VALUES: list[Any] = [HOSTILE, None, 3, 2.5, True, [HOSTILE], {"a": HOSTILE}, [[HOSTILE]], "\ud800", "x" * 5000]


@pytest.mark.parametrize("kind", ["exercise", "booking", "video", "question", "reference"])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_no_value_becomes_markup(kind: str, value: Any) -> None:
    fields = names(
        "exercise name steps dose stop_if picture label url text provider video_id title thumbnail question answer doi"
    )
    safe = {"exercise": {"name": "A"}, "booking": {"url": "/b"}, "video": {"provider": "vimeo", "video_id": "123456"}}
    for data in (
        {"kind": kind, **dict.fromkeys(fields, value)},
        {"kind": kind, **dict.fromkeys(fields, value), **safe.get(kind, {})},
        {"kind": kind, "name": "A", "dose": {"sets": value, "hold": value}, "picture": {"src": value, "alt": value}},
    ):
        made = block(data)
        assert "<script" not in made
        assert "\x00" not in made
        assert not any(0xD800 <= ord(c) <= 0xDFFF for c in made)
        assert "midstance-media:x" not in made
        kept = nh3.clean(
            made,
            tags={
                "section",
                "p",
                "strong",
                "ol",
                "li",
                "figure",
                "aside",
                "a",
                "span",
                "details",
                "summary",
                "img",
                "figcaption",
            },
            attributes={"*": {"class", "aria-label", "role", "href", "rel", "src", "alt"}},
            generic_attribute_prefixes={"data-"},
            link_rel=None,
        )
        assert kept.count("<") == made.count("<")


def test_blocks_may_stand_anywhere_and_the_rest_stays() -> None:
    for seed in range(200):
        html = clean(document(seed)).html
        assert render(render(html, {}, pictures), {}, pictures).count("data-block") == 0
