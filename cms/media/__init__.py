"""Pictures: taking them in, cleaning them of private data, making sizes, finding their files."""

from cms.media.encoding import Encoded, digest_of, encode
from cms.media.files import NAME, bring_files_back, forget_files, media_folder, path_of, put_files_away
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
    "bring_files_back",
    "digest_of",
    "encode",
    "encoded_of",
    "files_of",
    "for_rendering",
    "forget_files",
    "keep",
    "known",
    "media_folder",
    "path_of",
    "picture_data",
    "put",
    "put_files_away",
    "set_focal",
    "store",
    "work_on",
]
