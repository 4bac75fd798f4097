"""Pictures: taking them in, cleaning them of private data, making sizes, finding where they are used."""

from cms.media.lookup import picture_data
from cms.media.picture import Picture

__all__ = ["Picture", "picture_data"]
