"""The site itself, and where its old addresses lead."""

from marshmallow import fields

from cms.shapes.schemas.ground import Shape, about, number, one, string


class Redirect(Shape):
    source = fields.String(data_key="from", metadata=about("Old path on your site.", "/blog/old-name"))
    target = fields.String(data_key="to", metadata=about("New path or address.", "/blog/new-name"))
    status = number("301 or 302.", 301)


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
