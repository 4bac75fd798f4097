"""Highlights as pairs, and the passage that answers, from word places: no text is read twice.

`spans` hold start and length of each word (two numbers a word); `hits` are the word's numbers.
"""

from bisect import bisect_right
from collections.abc import Sequence

from cms.search.engine import Pairs, Passage

FRAGMENT_WORDS = 30
FRAGMENTS = 2
LONGEST = 400
"""Characters of one fragment at most, whatever its words are."""


def marked(text: str, spans: Sequence[int], hits: Sequence[int], start: int, end: int) -> Pairs:
    """`text[start:end]` in pieces; hits beside each other become one piece."""
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


def whole(text: str, spans: Sequence[int], hits: Sequence[int]) -> Pairs:
    """A whole text, such as a title, with its hits marked."""
    return marked(text, spans, hits, 0, len(text))


def best_windows(hits: Sequence[int], weights: Sequence[float], words: int) -> list[tuple[int, int]]:
    """Up to FRAGMENTS stretches of FRAGMENT_WORDS words that hold the most different weight.

    `hits` ascend; `weights` go with them. A word that repeats inside a stretch counts once more by a tenth.
    """
    windows: list[tuple[float, int]] = []
    left = 0
    seen: dict[float, int] = {}
    value = 0.0
    for hit, weight in zip(hits, weights, strict=True):
        value += weight if not seen.get(weight) else weight / 10
        seen[weight] = seen.get(weight, 0) + 1
        while hit - hits[left] >= FRAGMENT_WORDS - 8:
            gone = weights[left]
            seen[gone] -= 1
            value -= gone if not seen[gone] else gone / 10
            left += 1
        windows.append((value, left))
    chosen: list[tuple[int, int]] = []
    for _, index in sorted(windows, key=lambda window: (-window[0], window[1])):
        begin = max(0, hits[index] - 6)
        end = min(words, begin + FRAGMENT_WORDS)
        if all(end <= other[0] or begin >= other[1] for other in chosen):
            chosen.append((begin, end))
            if len(chosen) == FRAGMENTS:
                break
    return sorted(chosen)


def fragments(text: str, spans: Sequence[int], hits: Sequence[int], weights: Sequence[float]) -> list[Pairs]:
    """The stretches of a body that say most about the query. Without hits: the beginning of the body."""
    words = len(spans) // 2
    found: list[Pairs] = []
    for begin, end in best_windows(hits, weights, words) or [(0, min(words, FRAGMENT_WORDS))]:
        if not end:
            continue
        start = spans[2 * begin]
        stop = min(spans[2 * (end - 1)] + spans[2 * (end - 1) + 1], start + LONGEST)
        inside = [hit for hit in hits if begin <= hit < end]
        found.append(marked(text, spans, inside, start, stop))
    return found


def passage(
    sections: Sequence[tuple[int, str, str]], positions: Sequence[int], weights: Sequence[float]
) -> Passage | None:
    """The section whose words answer best; None if that is the part before the first heading.

    `sections` hold the position of their first word, anchor and heading; a word counts once a section
    and a little for each time it comes again.
    """
    starts = [section[0] for section in sections]
    scores: dict[int, float] = {}
    seen: set[tuple[int, float]] = set()
    for position, weight in zip(positions, weights, strict=True):
        index = bisect_right(starts, position) - 1
        if index < 0:
            continue
        scores[index] = scores.get(index, 0.0) + (weight / 10 if (index, weight) in seen else weight)
        seen.add((index, weight))
    if not scores:
        return None
    best = max(scores, key=lambda index: (scores[index], -index))
    _, anchor, heading = sections[best]
    return Passage(anchor, heading) if anchor else None
