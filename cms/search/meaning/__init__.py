"""Meaning: posts found for what they say, beside the words in which they say it (the extra `semantic`).

A small language model turns a passage, or what a visitor asked, into a row of numbers; what means the same
lies near. `model.py` runs it, `passages.py` says what of a post is read, `vectors.py` keeps the rows on disk,
`following.py` lets them follow the journal, off the requests. Nothing here is imported where MEANING is off.
"""
