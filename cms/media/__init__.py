"""Pictures: taking them in, cleaning them of private data, making sizes, finding their files."""

from cms.media.encoding import Encoded, digest_of, encode
from cms.media.files import NAME, media_folder, path_of
from cms.media.library import (
    encoded_of,
    files_of,
    for_rendering,
    keep,
    known,
    picture_data,
    put,
    set_focal,
    store,
    work_on,
)
from cms.media.picture import Picture

__all__ = [
    "NAME",
    "Encoded",
    "Picture",
    "digest_of",
    "encode",
    "encoded_of",
    "files_of",
    "for_rendering",
    "keep",
    "known",
    "media_folder",
    "path_of",
    "picture_data",
    "put",
    "set_focal",
    "store",
    "work_on",
]
