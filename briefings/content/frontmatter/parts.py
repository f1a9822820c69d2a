"""Split lines of YAML at their keys and list items, without a parser.

Used for text that no parser accepts: where a part begins is judged by the form of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: A key at the start of a line, also if no space follows the colon, or if a similar character
#: (fullwidth colon, `=`) is in its place.
KEY = re.compile(r"""(?:[A-Za-z_][\w.-]*|"[^"]*"|'[^']*')[ ]*(?::(?!//)|[\uff1a\ufe55]|=[ ])""")
_ITEM = re.compile(r"-(?: |$)")
#: A line that begins a block text (`|` or `>`) on the lines below it.
_TEXT_BELOW = re.compile(r"(?::|-)[ ]+[|>][-+0-9]*[ ]*$")


class Part(NamedTuple):
    """Consecutive lines of a file; `first` is the number of the first one."""

    first: int
    lines: Sequence[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def head(self) -> int:
        """Index of the first line that is neither empty nor a comment; 0 if there is none."""
        return next((n for n, line in enumerate(self.lines) if _says(line)), 0)


def indent(line: str) -> int:
    """Return the number of spaces and tabs at the start of a line."""
    return len(line) - len(line.lstrip(" \t"))


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def begins_with_an_item(part: Part) -> bool:
    """Return True if the head of a part is a list item."""
    head = part.lines[part.head] if part.lines else ""
    return _ITEM.match(head, indent(head)) is not None


def begins(part: Part) -> bool:
    """Return True if the head of a part is a key or a list item."""
    head = part.lines[part.head] if part.lines else ""
    return begins_with_an_item(part) or KEY.match(head, indent(head)) is not None


def is_open(part: Part) -> bool:
    """Return True if the head of a part is a key without a value on its line."""
    head = part.lines[part.head] if part.lines else ""
    found = KEY.match(head, indent(head))
    return found is not None and not head[found.end() :].strip()


def name_of(part: Part) -> str:
    """Return the key at the head of a part."""
    return part.lines[part.head].partition(":")[0].strip().strip("'\"")


def split(part: Part) -> list[Part]:
    """Split a part at each key or list item that is indented no deeper than its head.

    If the head is a list item, it is split at list items, else at keys. Lines before the first
    belong to the first part, all others to the part above them.
    """
    column = indent(part.lines[part.head]) if part.lines else 0
    beginning = _ITEM if begins_with_an_item(part) else KEY
    starts = [
        n
        for n, line in enumerate(part.lines)
        if indent(line) <= column and beginning.match(line, indent(line))
    ]
    return _cut(part, starts)


def inner(part: Part) -> Part | None:
    """Return the content below the key, or beside and below the dash, at the head of a part.

    None if there is none or it is a block text (`|`, `>`).
    """
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
    """Return consecutive parts as one part."""
    return Part(parts[0].first, [line for part in parts for line in part.lines])
