"""Posts: as a card, in a list, whole."""

from marshmallow import fields

from cms.shapes.fields import Day
from cms.shapes.schemas.ground import Shape, about, many, moment, number, one, string
from cms.shapes.schemas.people import AuthorRef
from cms.shapes.schemas.pictures import Picture
from cms.shapes.schemas.tags import TagRef


class Card(Shape):
    """A post as a list shows it."""

    id = string("Never changes; opaque.", "01JD9Z0Q6M3F7W3T8E6V1K2B4C")
    slug = string("Name in addresses; may change, the old one redirects.", "foot-strength")
    url = string("Address on your own site (POST_URL).", "https://example.com/blog/foot-strength")
    title = string("Plain text.", "Why foot strength matters")
    excerpt = string("Plain text.", "Your feet do more than carry you.")
    cover = one(Picture, "The picture that stands for the post.", none=True)
    tags = many(TagRef, "In the author's order.")
    hashtags = fields.List(fields.String(), metadata=about("As spelled in the post.", ["RunStronger"]))
    authors = many(AuthorRef, "In the author's order.")
    published_at = moment("When it became public.")
    updated_at = moment("When what a reader sees last changed.")
    reading_time = number("Minutes.", 4)
    featured = fields.Boolean(metadata=about("Whether the author marked it.", False))


class ListedPost(Card):
    """A card in a list; `html` only with `include=html`."""

    html = string("The finished article.", "<p>Your feet…</p>", optional=True)


class OutlineItem(Shape):
    id = string("The heading's anchor.", "how-to-start")
    level = number("2, 3 or 4.", 2)
    text = string("Plain text.", "How to start")


class Reference(Shape):
    n = number("Number in the text.", 1)
    text = string("Authors, title, journal, year.", "McKeon et al., The foot core system, 2015")
    url = fields.String(metadata=about("Address, or empty.", "https://doi.org/10.1136/bjsports-2013-092690"))
    doi = fields.String(metadata=about("Digital object identifier, or empty.", "10.1136/bjsports-2013-092690"))


class Neighbour(Shape):
    slug = string("Name in addresses.", "toe-yoga")
    title = string("Plain text.", "Toe yoga")


class Seo(Shape):
    title = string("For <title> and og:title.", "Why foot strength matters")
    description = string("For the description.", "Your feet do more than carry you.")
    canonical_url = string("The one address of this post.", "https://example.com/blog/foot-strength")
    image = string("For og:image.", "https://blog.example.com/media/5f0c-1600.webp", none=True)


class Reason(Shape):
    kind = string("pinned, tag, phrase or recent.", "tag")
    label = string("What the two posts share.", "foot strength")


class RelatedCard(Card):
    score = fields.Float(metadata=about("Higher is closer; only for ordering.", 0.62))
    reasons = many(Reason, "Why it is here, strongest first; at least one.")


class Post(Card):
    """A whole post. `html`, `text` and `markdown` come as `formats` asks."""

    html = string("The finished article: safe to insert.", "<p>Your feet…</p>", optional=True)
    text = string("The article as plain text.", "Your feet…", optional=True)
    markdown = string("The article as Markdown.", "Your feet…", optional=True)
    outline = many(OutlineItem, "The headings.")
    references = many(Reference, "Research the post names.")
    reviewed_by = one(AuthorRef, "Who checked it.", none=True)
    last_reviewed_at = Day(allow_none=True, metadata=about("When.", "2026-10-01", type="string", format="date"))
    previous = one(Neighbour, "The post published before this one.", none=True)
    next = one(Neighbour, "The post published after this one.", none=True)
    blocks = fields.List(
        fields.Dict(keys=fields.String()),
        metadata=about(
            "Exercises, videos and the like as data; each has `kind` and `id`.",
            [{"kind": "booking", "id": "book", "label": "Book a visit", "url": "https://example.com/book"}],
        ),
    )
    seo = one(Seo, "For the page's head.")
    json_ld = fields.Dict(metadata=about("schema.org data for the page's head.", {"@type": "Article"}))
    related = many(RelatedCard, "Only with `include=related`.", optional=True)
