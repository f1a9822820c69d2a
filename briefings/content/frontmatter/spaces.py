"""Non-ASCII spaces where YAML needs an ordinary one: in the indentation, after a key, after a dash.

They look like spaces in an editor and are letters to YAML: `unit:` and its value would be one word.
Within a text (`8,000&nbsp;people`) they are allowed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import yaml

from briefings.content.frontmatter.signs import Place

#: Spaces other than U+0020, and zero-width characters.
_ODD = "\u00a0\u00ad\u1680\u180e\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
_ANY_ODD = re.compile(f"[{_ODD}]")
_KEY = rf"(?P<name>[A-Za-z_][\w-]*)[ {_ODD}]*:[ {_ODD}]*"
_START = re.compile(rf"[ \t{_ODD}]*(?:-[ \t{_ODD}]+)*(?:{_KEY})?")
_IN_GROUP = re.compile(rf"[{{,][ {_ODD}]*{_KEY}")


class Spaces:
    """The non-ASCII spaces in a YAML text that YAML would take for letters.

    `mended` is the text with an ordinary space in place of each.
    """

    def __init__(self, text: str, first: int) -> None:
        """`first` is the number of the first line in its file; lines and columns count from 1."""
        self._found: dict[tuple[int, int], Place] = {}
        self._texts: list[tuple[tuple[int, int], tuple[int, int]]] = []
        lines = text.split("\n") if _ANY_ODD.search(text) else []
        for number, line in enumerate(lines):
            for fault in _in_line(number + first, line):
                self._found[fault.line, fault.column] = fault
                line = f"{line[: fault.column - 1]} {line[fault.column :]}"
            lines[number] = line
        #: The text with ordinary spaces instead.
        self.mended = "\n".join(lines) if self._found else text

    def __bool__(self) -> bool:
        return bool(self._found)

    def pass_over(self, event: yaml.ScalarEvent, first: int) -> None:
        """Exclude spaces in a quoted or block scalar: all spaces are part of its text.

        `first`: the line number in the file of the first line that was parsed.
        """
        start, end = event.start_mark, event.end_mark
        if self._found and event.style and start is not None and end is not None:
            self._texts.append(
                ((start.line + first, start.column + 1), (end.line + first, end.column + 1))
            )

    def faults(self) -> Iterator[Place]:
        """Yield a fault for the first such space on each line that is not part of a text."""
        told: set[int] = set()
        for mark, place in self._found.items():
            if mark[0] not in told and not any(a <= mark < b for a, b in self._texts):
                told.add(mark[0])
                yield place


def _in_line(number: int, line: str) -> Iterator[Place]:
    parts = [_START.match(line), *_IN_GROUP.finditer(line)]
    for part in filter(None, parts):
        for odd in _ANY_ODD.finditer(part[0]):
            yield _place(number, part.start() + odd.start(), part, odd[0])


def _place(number: int, column: int, part: re.Match[str], sign: str) -> Place:
    name, colon = part["name"], part[0].rfind(":") + part.start()
    where = "at the start of this line"
    if name and column > part.start("name"):
        where = f"after `{name}:`" if column > colon else f"after `{name}`"
    elif "-" in part.string[:column]:
        where = "after the dash"
    known = unicodedata.name(sign, "sign").lower().replace("no-break", "non-breaking")
    message = f"a {known} (U+{ord(sign):04X}) stands {where}"
    hint = "delete it, and type an ordinary space"
    if where.startswith("after `") and not where.endswith(":`"):
        hint = "delete it; the colon follows the key at once"
    return Place(number, column + 1, message, hint)
