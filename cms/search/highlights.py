"""Highlights as pairs of text and flag, from word places: no text is read twice."""

from collections.abc import Sequence

from cms.search.engine import Pairs


def marked(text: str, spans: Sequence[int], hits: Sequence[int], start: int, end: int) -> Pairs:
    """`text[start:end]` in pieces; hits beside each other become one piece.

    `spans` hold start and length of each word (two numbers a word); `hits` are numbers of words.
    """
    pairs: Pairs = []
    at = start
    for hit in hits:
        begin = spans[2 * hit]
        stop = begin + spans[2 * hit + 1]
        if begin < at or stop > end:
            continue
        if pairs and pairs[-1][1] and text[at:begin].isspace():
            pairs[-1] = (pairs[-1][0] + text[at:stop], True)
        else:
            if begin > at:
                pairs.append((text[at:begin], False))
            pairs.append((text[begin:stop], True))
        at = stop
    if end > at:
        pairs.append((text[at:end], False))
    return pairs
