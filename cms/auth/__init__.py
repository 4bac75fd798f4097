"""Who may write: editors, sign-in, sessions, one-time and preview links."""

from cms.auth.tables import Editor, EditorSession, OneTimeLink, PreviewLink, SignInFailure

__all__ = ["Editor", "EditorSession", "OneTimeLink", "PreviewLink", "SignInFailure"]
