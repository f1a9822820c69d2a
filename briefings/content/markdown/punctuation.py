"""Smart punctuation: curly quotes, apostrophes, dashes and ellipses.

Python-Markdown's own extension for this doubles the price of a body, because each of its dozen
patterns is one more pass of the inline parser; here it is one look at each finished text.
"""

from __future__ import annotations

import re

# Each branch begins with a sign that stands for itself: so the search steps from sign to sign.
_MARKS = re.compile(r"\"|'|--+|\.\.\.+")
_DASHES = {"--": "–", "---": "—", "...": "…"}
_OPENERS = frozenset("([{<«‘“–—/=\u00a0")
# What is in group 1 is always short for something.
_ELISION = re.compile(
    r"(?:(\d\ds|\d\d(?=[,.;:!?)]|$)|tis|twas|n)|\d\d|em|til|cause)\b", re.IGNORECASE
)
# A mark between two letters is neither; one that opens is in group 1.
_SINGLE = re.compile(r"((?:(?<=[\s(\[{<«“–—/=])|(?<=^))'(?=\S))|'(?!\w)")


def smart(text: str, before: str, after: str = "") -> str:
    """`text` with typographic punctuation. `before` is the character that stands before it, `after`
    the words of the same block behind it.

    A quote opens after a space, a bracket or a dash, and closes elsewhere. `'90s` and `'tis` begin
    with an apostrophe, `'12` and `'cause` too, unless a mark that closes comes before the next one
    that opens: `'12 patients had falls'`. Runs of four or more dots or hyphens stay as they are.
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
