"""What a search finds, and what is suggested meanwhile."""

from marshmallow import fields

from cms.shapes.fields import Pairs
from cms.shapes.schemas.ground import Shape, about, many, one, string
from cms.shapes.schemas.posts import Card
from cms.shapes.schemas.tags import TagCount


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
