"""Who may write: editors, sign-in, sessions, one-time and preview links."""

from cms.auth.links import make_link, make_preview, open_preview, open_previews, revoke_previews
from cms.auth.passwords import find_editor, make_editor, set_password
from cms.auth.tables import Editor, EditorSession, OneTimeLink, PreviewLink, SignInFailure

__all__ = [
    "Editor",
    "EditorSession",
    "OneTimeLink",
    "PreviewLink",
    "SignInFailure",
    "find_editor",
    "make_editor",
    "make_link",
    "make_preview",
    "open_preview",
    "open_previews",
    "revoke_previews",
    "set_password",
]
