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
_ELISION = re.compile(r"(?:\d\ds?|tis|twas|em|til|cause|n)\b", re.IGNORECASE)


def smart(text: str, before: str) -> str:
    """`text` with typographic punctuation; `before` is the character that stands before it.

    A quote opens after a space, a bracket or a dash, and closes elsewhere; `'90s` and `'tis`
    begin with an apostrophe. Runs of four or more dots or hyphens stay as they are.
    """
    out: list[str] = []
    end = 0
    last = before
    for match in _MARKS.finditer(text):
        start = match.start()
        if start > end:
            last = text[start - 1]
        mark = match[0]
        sign = _quote(mark, last, text, match.end()) if mark in "\"'" else _DASHES.get(mark, mark)
        out += (text[end:start], sign)
        end, last = match.end(), sign[-1]
    if not out:
        return text
    out.append(text[end:])
    return "".join(out)


def _quote(mark: str, last: str, text: str, end: int) -> str:
    opens = (last.isspace() or last in _OPENERS) and not text[end : end + 1].isspace()
    if mark == '"':
        return "“" if opens else "”"
    return "‘" if opens and not _ELISION.match(text, end) else "’"
