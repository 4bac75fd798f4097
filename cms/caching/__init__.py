"""Whole public answers, kept ahead of Flask and never stale.

`WholeAnswers` is a WSGI layer around the application. What it keeps belongs to an `Epoch`: the time between
two changes of what the public may see. A change makes a new epoch and the old one is dropped with everything
in it, so nothing has to be found and taken out. `answer()` is how a view hands over a public answer,
`memo()` is where it may keep what stays true until the next change, `each_time()` what it counts.
"""

from cms.caching.answers import answer, each_time, memo
from cms.caching.layer import WholeAnswers, keep_time, surround
from cms.caching.pulse import Epoch, Pulse

__all__ = ["Epoch", "Pulse", "WholeAnswers", "answer", "each_time", "keep_time", "memo", "surround"]
