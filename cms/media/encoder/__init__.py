"""The program that opens pictures. It runs in a process of its own, because a decoder may hang, crash or
want all memory, and the service must not.

    python -I -c STARTER cms/media SOURCE OUT MOST_PIXELS   ->   one line of JSON on standard output

It reads SOURCE, writes the kept original and the sizes into the folder OUT and says what it made, or
`{"problem": …}`. Its modules import each other relatively and nothing else of Midstance, so that it
starts in 40 ms instead of a second.
"""

from .work import main

__all__ = ["main"]
