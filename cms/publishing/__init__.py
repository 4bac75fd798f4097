"""The desk: the only writer of posts. Its verbs: draft (start), save, publish, schedule (publish with a moment
ahead), withdraw, restore, delete."""

from cms.publishing.aside import (
    bring_back,
    find_aside,
    merge_away,
    replace_picture,
    set_aside,
    take_away,
    take_tag_away,
)
from cms.publishing.desk import describe, discard_draft, go_back, history, save, start
from cms.publishing.finished import Finished, finish, silent_blocks
from cms.publishing.follow import notice_due, settle
from cms.publishing.live import (
    delete,
    erase,
    free_slug,
    is_out,
    publish,
    put_live,
    rerender,
    restore,
    undo_publish,
    withdraw,
)
from cms.publishing.people import (
    fill_author,
    fill_exercise,
    posts_showing,
    put_redirect,
    save_author,
    save_exercise,
    save_redirect,
    save_site,
)
from cms.publishing.shelf import delete_tag, find_or_make_tags, find_tag, make_tag, merge_tags, save_tag, set_names

__all__ = [
    "Finished",
    "bring_back",
    "delete",
    "delete_tag",
    "describe",
    "discard_draft",
    "erase",
    "fill_author",
    "fill_exercise",
    "find_aside",
    "find_or_make_tags",
    "find_tag",
    "finish",
    "free_slug",
    "go_back",
    "history",
    "is_out",
    "make_tag",
    "merge_away",
    "merge_tags",
    "notice_due",
    "posts_showing",
    "publish",
    "put_live",
    "put_redirect",
    "replace_picture",
    "rerender",
    "restore",
    "save",
    "save_author",
    "save_exercise",
    "save_redirect",
    "save_site",
    "save_tag",
    "set_aside",
    "set_names",
    "settle",
    "silent_blocks",
    "start",
    "take_away",
    "take_tag_away",
    "undo_publish",
    "withdraw",
]
