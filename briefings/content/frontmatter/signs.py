"""Signs that no content file may hold: control characters, and what a wrong encoding left behind.

Each is told once for a file and kind, with the lines on which it stands, as the remedy is the same
for all of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

# C0 and C1 controls but tab and newline; the direction overrides that can make a line read
# differently from what it says (CVE-2021-42574); and the two codes that are never characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
#: To YAML these end a line, and to an editor's eye they don't: a text would turn into two keys.
SEPARATORS = re.compile("[\u2028\u2029]")
#: Private-use characters mean something in one font only, and elsewhere are an empty box.
_PRIVATE = "[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
#: UTF-8 that was read as Windows-1252 (a curly quote as `â€™`, é as `Ã©`, a narrow space as `Â `).
_MOJIBAKE = (
    "\u00e2(?:\u20ac[\u2122\u0153\u02dc\u201c\u201d\u00a6\u00a2\u00a0\u009d\u0161\u00b0\u00b2]"
    "|\u201e\u00a2|\u02c6\u2019|\u2020\u2019)"
    "|\u00c3[\u0080-\u00bf\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2020-\u203a\u20ac\u2122]"
    "|\u00c2[\u00a0-\u00bf]|\u00ef\u00bb\u00bf"
)
_ANY = re.compile(f"\ufffd|{_PRIVATE}|{_MOJIBAKE}|{FORBIDDEN.pattern}")
#: Bullets of Word and its like, in the private range of their fonts.
_BULLETS = frozenset("\uf0b7\uf0a7\uf076\uf0d8\uf0fc\uf02d\uf0a8\uf06c\uf06e")
#: Lines that are named for one kind of sign.
_NAMED = 5

Found = tuple[int, str, str]  # index, what is wrong, what to write


class Place(NamedTuple):
    """A fault in a text: line and column from 1, what is wrong, what to write."""

    line: int
    column: int
    message: str
    hint: str


def strange(text: str) -> Found | None:
    """The first character that no text may have: its index, what it is, what to write."""
    found = FORBIDDEN.search(text)
    return (found.start(), *control(found[0])) if found else None


def control(character: str) -> tuple[str, str]:
    """What a forbidden character is, and what to do."""
    code = f"U+{ord(character):04X}"
    if character == "\r":
        return "a lone carriage return (U+000D)", "end lines as your editor does by default"
    if character in "\u2028\u2029":
        return f"an invisible line end ({code})", "delete it, or end the line as usual"
    if character >= "\u202a":
        return f"an invisible character ({code}) that can change how a line reads", "delete it"
    return f"a control character ({code})", "delete it; it has no place in text"


def sign_faults(text: str) -> Iterator[Place]:
    """Every kind of sign in a text that nobody meant to write, at the first place of each."""
    if text.isascii() and not FORBIDDEN.search(text):
        return
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    kinds: dict[str, list[int]] = {}
    for found in _ANY.finditer(text):
        kinds.setdefault(found[0], []).append(found.start())
    for sign, indexes in kinds.items():
        message, hint = control(sign) if FORBIDDEN.match(sign) else _left(sign)
        line = bisect_right(starts, indexes[0])
        lines = sorted({bisect_right(starts, index) for index in indexes} - {line})
        if lines:
            more = ", ".join(map(str, lines[:_NAMED])) + (" …" if len(lines) > _NAMED else "")
            message += f"; it stands on line{'s' if len(lines) > 1 else ''} {more} as well"
        yield Place(line, indexes[0] - starts[line - 1] + 1, message, hint)


def _left(sign: str) -> tuple[str, str]:
    """What an encoding or a font left behind, and what to write instead."""
    code = f"U+{ord(sign[0]):04X}"
    if sign == "\ufffd":
        return (
            f"a sign that stands for one that was lost ({code})",
            "look up what stood there in the source, and type it anew",
        )
    if sign in _BULLETS:
        return (
            f"a bullet of a word processor ({code}), which readers see as an empty box",
            "write a list: each item on a line of its own, after - and a space",
        )
    if len(sign) == 1:
        return (
            f"a private-use sign ({code}), which readers see as an empty box",
            "delete it, or type the sign that was meant",
        )
    meant = _meant(sign)
    instead = f"write {meant}" if meant.strip() and meant.isprintable() else "write a space"
    return (
        f"`{sign.strip()}` is what is left of another sign after a wrong conversion",
        f"{instead} instead, or copy the text again from its source, as UTF-8",
    )


def _meant(sign: str) -> str:
    """The sign whose UTF-8 was read as Windows-1252 (or as Latin-1, where that has no sign)."""
    raw = bytearray()
    for letter in sign:
        try:
            raw += letter.encode("cp1252")
        except UnicodeEncodeError:
            raw += letter.encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")
