"""Search: the only room that knows an engine.

`find` and `suggest` answer visitors, `catch_up` lets the index follow the journal, `rebuild` makes it
anew, `check` compares it with the truth. All of them need an application context.
"""

from cms.search.engine import Found, Hit, Passage, Suggestion
from cms.search.finding import find, suggest
from cms.search.follower import catch_up, check, rebuild

__all__ = ["Found", "Hit", "Passage", "Suggestion", "catch_up", "check", "find", "rebuild", "suggest"]
