"""Smart punctuation: curly quotes, apostrophes, dashes and ellipses.

Python-Markdown's own extension doubles the time of a body, because each of its dozen patterns is
one more pass of the inline parser. Here it is one pass over each finished text.
"""

from __future__ import annotations

import re

# Each alternative begins with a literal character, so that the search skips to the next of these.
_MARKS = re.compile(r"\"|'|--+|\.\.\.+")
_DASHES = {"--": "–", "---": "—", "...": "…"}
_OPENERS = frozenset("([{<«‘“–—/=\u00a0")
# What group 1 matches is always an elision.
_ELISION = re.compile(
    r"(?:(\d\ds|\d\d(?=[,.;:!?)]|$)|tis|twas|n)|\d\d|em|til|cause)\b", re.IGNORECASE
)
# An opening mark is in group 1. A mark between two letters neither opens nor closes.
_SINGLE = re.compile(r"((?:(?<=[\s(\[{<«“–—/=])|(?<=^))'(?=\S))|'(?!\w)")


def smart(text: str, before: str, after: str = "") -> str:
    """Return `text` with typographic punctuation.

    `before` is the character before it, `after` the text behind it in the same block. A quote opens
    after a space, a bracket or a dash, and closes elsewhere. `'90s` and `'tis` begin with an
    apostrophe, and so do `'12` and `'cause`, unless a closing mark comes before the next opening
    one: `'12 patients had falls'`. Runs of four or more dots or hyphens are unchanged.
    """
    out: list[str] = []
    end = 0
    last = before
    for match in _MARKS.finditer(text):
        start = match.start()
        if start > end:
            last = text[start - 1]
        mark = match[0]
        sign = _DASHES.get(mark, mark)
        if mark in "\"'":
            sign = _quote(mark, last, text, match.end(), after)
        out += (text[end:start], sign)
        end, last = match.end(), sign[-1]
    if not out:
        return text
    out.append(text[end:])
    return "".join(out)


def _quote(mark: str, last: str, text: str, end: int, after: str) -> str:
    opens = (last.isspace() or last in _OPENERS) and not text[end : end + 1].isspace()
    if mark == '"':
        return "“" if opens else "”"
    return "‘" if opens and not _is_elision(text, end, after) else "’"


def _is_elision(text: str, end: int, after: str) -> bool:
    word = _ELISION.match(text, end)
    if word is None or word[1]:
        return word is not None
    following = _SINGLE.search(text, end) or _SINGLE.search(after)
    return following is None or following[1] is not None
