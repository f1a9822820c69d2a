"""Lines of YAML taken apart where its keys and list items begin, without a parser.

It is for text that no parser reads: what begins a part is judged by how the lines look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: How a line begins that has a key, whether or not a space follows the colon, and if another sign
#: than a colon does.
KEY = re.compile(r"""(?:[A-Za-z_][\w.-]*|"[^"]*"|'[^']*')[ ]*(?::(?!//)|[\uff1a\ufe55]|=[ ])""")
_ITEM = re.compile(r"-(?: |$)")
#: A line whose value is the text below it, just as it stands there.
_TEXT_BELOW = re.compile(r"(?::|-)[ ]+[|>][-+0-9]*[ ]*$")


class Part(NamedTuple):
    """Some lines of a file, and the number of the first one."""

    first: int
    lines: Sequence[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def head(self) -> int:
        """The index of the line that the part begins with: the first that says something."""
        return next((n for n, line in enumerate(self.lines) if _says(line)), 0)


def indent(line: str) -> int:
    """The column of the first sign, from 0."""
    return len(line) - len(line.lstrip(" \t"))


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def begins_with_an_item(part: Part) -> bool:
    """True for a list."""
    head = part.lines[part.head] if part.lines else ""
    return _ITEM.match(head, indent(head)) is not None


def begins(part: Part) -> bool:
    """True for what begins as keys or as a list does."""
    head = part.lines[part.head] if part.lines else ""
    return begins_with_an_item(part) or KEY.match(head, indent(head)) is not None


def is_open(part: Part) -> bool:
    """True for a key with nothing beside it: its value stands below."""
    head = part.lines[part.head] if part.lines else ""
    found = KEY.match(head, indent(head))
    return found is not None and not head[found.end() :].strip()


def name_of(part: Part) -> str:
    """The key that a part begins with."""
    return part.lines[part.head].partition(":")[0].strip().strip("'\"")


def split(part: Part) -> list[Part]:
    """One part for each key or item that stands as far left as the first; what stands before the
    first, and what begins with neither, belongs to the part above it."""
    column = indent(part.lines[part.head]) if part.lines else 0
    beginning = _ITEM if begins_with_an_item(part) else KEY
    starts = [
        n
        for n, line in enumerate(part.lines)
        if indent(line) <= column and beginning.match(line, indent(line))
    ]
    return _cut(part, starts)


def inner(part: Part) -> Part | None:
    """What stands below the key (or beside the dash) that a part begins with; None for a text."""
    head = part.lines[part.head] if part.lines else ""
    if _TEXT_BELOW.search(head):
        return None
    column = indent(head)
    if _ITEM.match(head, column):
        beside = head[:column] + " " + head[column + 1 :]
        lines = [beside, *part.lines[part.head + 1 :]]
        return Part(part.first + part.head, lines) if beside.strip() else _below(part)
    return _below(part)


def _below(part: Part) -> Part | None:
    lines = part.lines[part.head + 1 :]
    return Part(part.first + part.head + 1, lines) if any(map(_says, lines)) else None


def _cut(part: Part, starts: list[int]) -> list[Part]:
    if not starts:
        return [part]
    ends = [*starts[1:], len(part.lines)]
    return [
        Part(part.first + (start if number else 0), part.lines[start if number else 0 : end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def joined(parts: Sequence[Part]) -> Part:
    """Parts that stand one after another as one."""
    return Part(parts[0].first, [line for part in parts for line in part.lines])
