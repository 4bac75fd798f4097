"""Who writes."""

from marshmallow import fields

from cms.shapes.schemas.ground import Shape, about, number, one, string
from cms.shapes.schemas.pictures import Picture


class AuthorRef(Shape):
    slug = string("Name in addresses.", "alex-rivera")
    name = string("Name as shown.", "Alex Rivera")
    credentials = fields.List(fields.String(), metadata=about("Credentials, highest first.", ["PT", "DPT", "SCS"]))


class Author(AuthorRef):
    bio_html = fields.String(metadata=about("About the author, as clean HTML.", "<p>Alex runs, slowly.</p>"))
    picture = one(Picture, "Portrait.", none=True)
    same_as = fields.List(fields.String(), metadata=about("The author elsewhere.", ["https://example.org/alex"]))
    count = number("How many public posts the author has written.", 12)
