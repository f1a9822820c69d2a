"""Finds lines that look like Markdown to the person typing them, and are not."""

from __future__ import annotations

import re

from briefings.content.markdown.body import Fault

_BULLET = re.compile(r"[•‣◦▪▫●○■□➢➤►▶·∙⁃]")
_ODD_SPACE = re.compile(
    r"([-+*]|\d{1,9}[.)]|#{1,6})([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000])"
)
_NO_SPACE = re.compile(r"(#{2,6})[^\W_]")
_BELOW_HEADS = re.compile(r"\|(?=[ |:]*+-)[ |:\-]++(?<=\|)$")


def judged(line: str) -> Fault | None:
    """Return the fault in a paragraph line that was meant to begin a list, heading or table."""
    sign = line[:1]
    if sign in "-+*#" or sign.isdigit():
        odd = _ODD_SPACE.match(line)
        if odd:
            hint = "type an ordinary space after it; without one this is no list or heading"
            return (f"a space of another kind (U+{ord(odd[2]):04X}) after `{odd[1]}`", hint)
        bare = _NO_SPACE.match(line)
        if bare:
            return (f"no space after `{bare[1]}`", "write ## words; for the sign itself write \\#")
    elif _BULLET.match(sign):
        hint = "begin each item with - and a space; for the sign itself put words before it"
        return (f"`{sign}` makes no list", hint)
    elif sign == "|" and _BELOW_HEADS.match(line):
        hint = "give the line below the heads as many cells as the heads have"
        return ("this line makes no table of the line above", hint)
    return None
