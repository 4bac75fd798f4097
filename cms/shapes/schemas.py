"""The public contract on one page: every field that the API may show, and nothing else.

The API documents itself from these schemas, and a test holds every answer against them (an unknown or a
missing field fails). The answers themselves are built by the plain functions beside this file, because
marshmallow's `dump` takes longer than reading the rows.
"""

from typing import Any

from marshmallow import RAISE, Schema, fields

from cms.shapes.fields import Day, Moment, Pairs


def about(description: str, example: Any = None, **more: Any) -> dict[str, Any]:
    """What OpenAPI says of a field."""
    return {"description": description, **({} if example is None else {"examples": [example]}), **more}


class Shape(Schema):
    """Every field must be there unless it says otherwise; no other may."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if not field_obj.metadata.get("optional"):
            field_obj.required = True


def string(description: str, example: str = "", *, none: bool = False, optional: bool = False) -> fields.String:
    extra = {"optional": True} if optional else {}
    return fields.String(allow_none=none, metadata=about(description, example, **extra))


def number(description: str, example: int = 1, *, none: bool = False) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=none, metadata=about(description, example))


def moment(description: str, example: str = "2026-11-22T06:43:00Z", *, none: bool = False) -> Moment:
    return Moment(allow_none=none, metadata=about(description, example, type="string", format="date-time"))


def many(shape: type[Schema], description: str, *, optional: bool = False) -> fields.List[Any]:
    extra = {"optional": True} if optional else {}
    return fields.List(fields.Nested(shape), metadata={"description": description, **extra})


def one(shape: type[Schema], description: str, *, none: bool = False, optional: bool = False) -> fields.Nested:
    extra = {"optional": True} if optional else {}
    return fields.Nested(shape, allow_none=none, metadata={"description": description, **extra})


class FocalPoint(Shape):
    x = fields.Float(metadata=about("From the left edge (0) to the right (1).", 0.5))
    y = fields.Float(metadata=about("From the top (0) to the bottom (1).", 0.4))


class Picture(Shape):
    """A picture with every size of it. Addresses are absolute and never change their bytes."""

    src = string("The largest size.", "https://blog.example.com/media/5f0c-1600.webp")
    srcset = string("All sizes, as in HTML.", "https://blog.example.com/media/5f0c-480.webp 480w")
    sizes = string("As in HTML; replace it with what fits your layout.", "(min-width: 48rem) 44rem, 100vw")
    width = number("Pixels.", 1600)
    height = number("Pixels.", 900)
    alt = fields.String(metadata=about("What the picture shows; empty only if it is decorative.", "Two bare feet"))
    caption = fields.String(metadata=about("Text under the picture, or empty.", "Feet have 26 bones each."))
    focal_point = one(FocalPoint, "What to keep in view when cropping.", none=True)
    blurhash = string("A placeholder while it loads (blurha.sh).", "LEHV6nWB2yk8pyo0adR*.7kCMdnj", optional=True)


class AuthorRef(Shape):
    slug = string("Name in addresses.", "alex-rivera")
    name = string("Name as shown.", "Alex Rivera")
    credentials = fields.List(fields.String(), metadata=about("Credentials, highest first.", ["PT", "DPT", "SCS"]))


class Author(AuthorRef):
    bio_html = fields.String(metadata=about("About the author, as clean HTML.", "<p>Alex runs, slowly.</p>"))
    picture = one(Picture, "Portrait.", none=True)
    same_as = fields.List(fields.String(), metadata=about("The author elsewhere.", ["https://example.org/alex"]))
    count = number("How many public posts the author has written.", 12)


class TagRef(Shape):
    slug = string("Name in addresses.", "foot-strength")
    name = string("Name as shown.", "Foot strength")


class Tag(TagRef):
    description = fields.String(metadata=about("What the tag is about, or empty.", "Training the small muscles."))
    aliases = fields.List(fields.String(), metadata=about("Other words for it.", ["foot core"]))
    count = number("How many public posts have it.", 7)
    url = string("A page that lists its posts.", "https://blog.example.com/tags/foot-strength")
    latest_at = moment("When its newest post was published.")


class TagCount(TagRef):
    count = number("How many of the found posts have it.", 3)


class Hashtag(Shape):
    name = string("As first spelled.", "RunStronger")
    slug = string("Folded, for the parameter `hashtag`.", "runstronger")
    count = number("How many public posts have it.", 4)


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


class Pagination(Shape):
    page = number("This page.", 1)
    limit = number("Posts on a page.", 10)
    pages = number("How many pages there are; 0 if nothing was found.", 3)
    total = number("How many there are in all.", 24)
    next = number("The next page, or null.", 2, none=True)
    prev = number("The page before, or null.", 1, none=True)


class Meta(Shape):
    pagination = one(Pagination, "Where in the list this answer stands.")


class PostsAnswer(Shape):
    posts = many(ListedPost, "Newest first unless `order` says otherwise.")
    meta = one(Meta, "Pagination.")


class PostAnswer(Shape):
    post = one(Post, "The post.")


class RelatedAnswer(Shape):
    related = many(RelatedCard, "Best first.")


class TagsAnswer(Shape):
    tags = many(Tag, "Only tags with public posts.")
    meta = one(Meta, "Pagination.")


class TagAnswer(Shape):
    tag = one(Tag, "The tag.")
    posts = many(Card, "Its posts, newest first.")
    meta = one(Meta, "Pagination.")


class HashtagsAnswer(Shape):
    hashtags = many(Hashtag, "Only hashtags of public posts.")
    meta = one(Meta, "Pagination.")


class AuthorsAnswer(Shape):
    authors = many(Author, "Only those who wrote or reviewed a public post.")
    meta = one(Meta, "Pagination.")


class AuthorAnswer(Shape):
    author = one(Author, "The author.")
    posts = many(Card, "The author's posts, newest first.")
    meta = one(Meta, "Pagination.")


class Highlights(Shape):
    title = Pairs(
        metadata=about(
            "The title in pieces: text, and whether it was searched for.",
            [["Foot", True]],
            type="array",
            items={"type": "array"},
        )
    )
    body = fields.List(Pairs(), metadata=about("Passages of the body, likewise.", [[["foot", True], [" pain", False]]]))


class Passage(Shape):
    id = fields.String(metadata=about("Anchor of the section that answers best; empty: the beginning.", "how-to-start"))
    heading = fields.String(metadata=about("Its heading.", "How to start"))


class FoundCard(Card):
    score = fields.Float(metadata=about("Higher is better; only for ordering.", 12.4))
    highlights = one(Highlights, "Never HTML: nothing to escape.")
    passage = one(Passage, "The section that answers best.", none=True)
    explain = fields.Dict(
        metadata=about("Only with `explain=true`: what gave how much.", {"title": 4.1}, optional=True)
    )


class Query(Shape):
    q = string("What was asked.", "heal pain")
    corrected = string("What was searched instead, if something was misspelt.", "heel pain", none=True)
    expanded = fields.List(fields.String(), metadata=about("Words the site uses for it.", ["plantar fasciitis"]))
    stage = string("all, most, any or fuzzy: how strictly the words had to match.", "all")


class Facets(Shape):
    tags = many(TagCount, "Tags of everything found.")


class Found(Shape):
    degraded = fields.Boolean(metadata=about("True while the index is being rebuilt: simpler results.", False))
    query = one(Query, "How the question was understood.")
    total = number("How many posts were found.", 3)
    results = many(FoundCard, "Best first.")
    facets = one(Facets, "For filters.")
    meta = one(Meta, "Pagination.")


class Suggestion(Shape):
    kind = string("post, tag or phrase.", "post")
    text = string("What to show.", "Plantar fasciitis")
    parts = Pairs(
        metadata=about(
            "The same in pieces: text, and whether it was typed.",
            [["Plant", True], ["ar", False]],
            type="array",
            items={"type": "array"},
        )
    )
    slug = string("Of a post or tag.", "plantar-fasciitis", optional=True)
    url = string("Of a post or tag.", "https://example.com/blog/plantar-fasciitis", optional=True)


class SuggestAnswer(Shape):
    suggestions = many(Suggestion, "Best first.")


class Redirect(Shape):
    source = fields.String(data_key="from", metadata=about("Old path on your site.", "/blog/old-name"))
    target = fields.String(data_key="to", metadata=about("New path or address.", "/blog/new-name"))
    status = number("301 or 302.", 301)


class RedirectsAnswer(Shape):
    redirects = many(Redirect, "For your site's own server.")


class Booking(Shape):
    label = string("Text of the link.", "Book a visit")
    url = string("Its address.", "https://example.com/book")


class Feeds(Shape):
    rss = string("RSS 2.0.", "https://blog.example.com/feed.xml")
    atom = string("Atom.", "https://blog.example.com/atom.xml")
    json = string("JSON Feed 1.1.", "https://blog.example.com/feed.json")
    sitemap = string("Sitemap.", "https://blog.example.com/sitemap.xml")


class Site(Shape):
    """The site as its author describes it."""

    name = string("Name of the site.", "Stride & Sole Physio")
    description = fields.String(metadata=about("One sentence.", "Plain-spoken physical therapy for runners."))
    language = string("As in HTML's lang.", "en-US")
    time_zone = string("The author's time zone.", "America/New_York")
    post_url = string("Address of a post, with {slug}.", "https://example.com/blog/{slug}")
    disclaimer = fields.String(
        metadata=about("To show under each post, or empty.", "General education, not a diagnosis.")
    )
    booking = one(Booking, "The booking link.", none=True)
    feeds = one(Feeds, "Addresses of the feeds.")


class Problem(Shape):
    """The one error body, RFC 9457."""

    type = string("What kind of problem.", "about:blank")
    title = string("The problem in a few words.", "This cannot be used as it is")
    status = number("The HTTP status again.", 422)
    detail = string("What to change.", "limit is 1 to 100.")
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata=about("What is wrong with which field.", {"limit": ["Write a whole number from 1 to 100."]}),
    )
