"""Documents to search."""

from datetime import UTC, datetime, timedelta

from cms.search.engine import Document, Section, TagName

FEET = TagName("foot-strength", "Foot strength", ("strong feet",))
HEEL = TagName("heel-pain", "Heel pain", ())
SHIN = TagName("shin-pain", "Shin pain", ())


def post(id: str, title: str, *sections: tuple[str, str], day: int = 0, **more: object) -> Document:
    """A document in few words: `post("a", "Title", ("Heading", "text"))`."""
    made = tuple(Section(heading.lower().replace(" ", "-"), heading, text) for heading, text in sections)
    published = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return Document(id=id, slug=f"slug-{id}", title=title, sections=made, published_at=published, **more)  # type: ignore[arg-type]


POSTS = [
    post(
        "heel",
        "Why your heel hurts in the morning",
        ("", "The first steps hurt. That is often plantar fasciitis, and it heals."),
        ("What helps", "Slow heavy heel raises help the plantar fascia. Café runners like them."),
        ("When to worry", "See somebody if the pain wakes you up at night."),
        tags=(HEEL, FEET),
        authors=("alex",),
        excerpt="Plantar fasciitis in plain words.",
        day=1,
    ),
    post(
        "toe",
        "Toe yoga for runners",
        ("How to do it", "Lift the big toe alone. Toe yoga trains the intrinsic foot muscles (IFMs)."),
        ("How often", "Daily, for two minutes. The IFMs learn slowly."),
        tags=(FEET,),
        hashtags=("ToeYoga", "RunStronger"),
        authors=("alex",),
        day=2,
    ),
    post(
        "shin",
        "Shin splints: what they are",
        ("", "Pain along the inner shin after running. Rest is not the only way."),
        ("Load", "Shin splints come from too much load too soon. The IT band has nothing to do with it."),
        tags=(SHIN,),
        authors=("sam",),
        day=3,
    ),
    post("band", "IT band syndrome", ("", "The IT band rubs. It hurts outside the knee."), authors=("sam",), day=4),
    post("shoes", "Choosing running shoes", ("", "Comfort first. A runner’s knee forgives soft shoes."), day=5),
]
