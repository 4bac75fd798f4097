"""Pictures."""

from marshmallow import fields

from cms.shapes.schemas.ground import Shape, about, number, one, string


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
