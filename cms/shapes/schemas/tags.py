"""Tags and hashtags."""

from marshmallow import fields

from cms.shapes.schemas.ground import Shape, about, moment, number, string


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
