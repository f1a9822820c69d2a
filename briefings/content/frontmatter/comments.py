"""Comments in front matter: each must be on a line of its own.

In YAML, ` #` within an unquoted text begins a comment, and the rest of the line is dropped:
`Notice no # 4` would be published as `Notice no`. libyaml does not report comments. They are found
as each `#` at the start of a line or after a space that is not part of a value.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

import yaml

from briefings.content.frontmatter.signs import Place

_SIGN = re.compile(r"(?:^|[ \t])(#)", re.MULTILINE)
_OWN_LINE = re.compile(r"[ \t]*#")
#: End of a line whose value is on the lines below it.
_OPEN = re.compile(r"(?:[:,\[{-]|[|>][-+0-9]*)[ \t]*$")

#: A list item that is a text, not a key.
_TEXT_ITEM = re.compile(r"[ ]*(-) (?![A-Za-z_][\w-]*:(?: |$))")

_Mark = tuple[int, int]  # line and column, from 0


class Comments:
    """Every `#` in a YAML text that may begin a comment."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n") if "#" in text else []
        self._signs = [
            (number, found.start(1))
            for number, line in enumerate(self._lines)
            for found in _SIGN.finditer(line)
        ]
        self._texts: set[_Mark] = set()

    def pass_over(self, event: yaml.ScalarEvent) -> None:
        """Exclude each `#` within the value (or key) of an event: it is part of the text."""
        start, end = event.start_mark, event.end_mark
        if not self._signs or start is None or end is None:
            return
        first = (start.line, start.column)
        if event.style in {"|", ">"}:  # a comment may follow `|` on its own line
            first = (start.line + 1, 0)
        self._texts.update(
            self._signs[
                bisect_left(self._signs, first) : bisect_left(self._signs, (end.line, end.column))
            ]
        )

    def faults(self) -> Iterator[Place]:
        """Yield a fault for each comment that drops, or seems to drop, text; lines from 1."""
        seen: set[int] = set()
        for number, column in self._signs:
            if (number, column) in self._texts or number in seen:
                continue
            seen.add(number)
            before = self._lines[number][:column]
            if before.strip():
                yield _after_a_value(number, before, self._lines[number][column:])
            elif self._goes_on(number, column):
                yield Place(
                    number + 1, column + 1,
                    "this line begins with # and would be lost (a comment)",
                    "if it goes on with the text above, put that whole text in quotes; if it is a "
                    "remark, start it in the column of the keys above",
                )  # fmt: skip

    def _goes_on(self, number: int, column: int) -> bool:
        """Return True if a comment is indented like a continuation of the value above it."""
        above = self._lines[number - 1] if number else ""
        if not above.strip() or _OWN_LINE.match(above) or _OPEN.search(above):
            return False
        item = _TEXT_ITEM.match(above)
        return column > (item.start(1) if item else len(above) - len(above.lstrip(" -")))


def _after_a_value(number: int, before: str, comment: str) -> Place:
    message = "what follows the # on this line would be lost (a comment)"
    if _OPEN.search(before):
        hint = "put the remark on a line of its own, above this one"
    else:
        hint = "put the value in quotes, or the remark on a line of its own"
    return Place(number + 1, len(before) + 1, message, hint)
