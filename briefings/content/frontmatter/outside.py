"""Characters outside of values that would change them: comments, and spaces of other kinds.

In YAML, ` #` within an unquoted text begins a comment, and the rest of the line is dropped:
`Notice no # 4` would be published as `Notice no`. And what looks like a space in an editor can be a
letter to YAML: `unit:`, a non-breaking space and its value would be one word. libyaml reports
neither. So each such character is looked up among the spans of the scalars.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from briefings.content.frontmatter.signs import Place
from briefings.content.frontmatter.tree import Mark

#: Line and column (from 1) where a scalar begins and ends, and its style.
Spans = Sequence[tuple[Mark, Mark, str | None]]

_SIGN = re.compile(r"(?:^|[ \t])(#)", re.MULTILINE)
_OWN_LINE = re.compile(r"[ \t]*#")
#: End of a line whose value is on the lines below it.
_OPEN = re.compile(r"(?:[:,\[{-]|[|>][-+0-9]*)[ \t]*$")
#: A list item that is a text, not a key.
_TEXT_ITEM = re.compile(r"[ ]*(-) (?![A-Za-z_][\w-]*:(?: |$))")
#: Spaces other than U+0020, and zero-width characters.
_ODD = "\u00a0\u00ad\u1680\u180e\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
_ANY_ODD = re.compile(f"[{_ODD}]")
_KEY = rf"(?P<name>[A-Za-z_][\w-]*)[ {_ODD}]*:[ {_ODD}]*"
_START = re.compile(rf"[ \t{_ODD}]*(?:-[ \t{_ODD}]+)*(?:{_KEY})?")
_IN_GROUP = re.compile(rf"[{{,][ {_ODD}]*{_KEY}")


class Within:
    """A set of scalars; `in` tests whether a place is within one of them."""

    def __init__(self, spans: Spans) -> None:
        self._begins, self._ends = [], []
        for begin, end, style in sorted(spans):
            # A comment may follow `|` on its own line.
            self._begins.append((begin[0] + 1, 0) if style in {"|", ">"} else begin)
            self._ends.append(end)

    def __contains__(self, mark: Mark) -> bool:
        index = bisect_right(self._begins, mark)
        return index > 0 and mark < self._ends[index - 1]


def comment_faults(text: str, first: int, spans: Spans) -> Iterator[Place]:
    """Yield the fault of each comment that drops, or seems to drop, text: one for a line.

    `first` is the number in the file of the first line of `text`.
    """
    if "#" not in text:
        return
    within, lines = Within(spans), text.split("\n")
    for number, line in enumerate(lines, first):
        for sign in _SIGN.finditer(line) if "#" in line else ():
            column = sign.start(1)
            if (number, column + 1) in within:
                continue
            if line[:column].strip():
                yield _after_a_value(number, line[:column])
            elif _goes_on(lines[number - first - 1] if number > first else "", column):
                yield Place(
                    number, column + 1, "this line begins with # and would be lost (a comment)",
                    "if it goes on with the text above, put that whole text in quotes; if it is a "
                    "remark, start it in the column of the keys above",
                )  # fmt: skip
            break


def _after_a_value(number: int, before: str) -> Place:
    message = "what follows the # on this line would be lost (a comment)"
    hint = "put the value in quotes, or the remark on a line of its own"
    if _OPEN.search(before):
        hint = "put the remark on a line of its own, above this one"
    return Place(number, len(before) + 1, message, hint)


def _goes_on(above: str, column: int) -> bool:
    """Return True if a comment is indented like a continuation of the value above it."""
    if not above.strip() or _OWN_LINE.match(above) or _OPEN.search(above):
        return False
    item = _TEXT_ITEM.match(above)
    return column > (item.start(1) if item else len(above) - len(above.lstrip(" -")))


# -- spaces ----------------------------------------------------------------------------------------


def odd_spaces(text: str, first: int) -> tuple[str, list[Place]]:
    """Return the text with ordinary spaces where YAML needs them, and a fault for each of another.

    That is in the indentation, after a key and after a dash. Elsewhere they are part of a text
    (`8,000&nbsp;people`); these places may be within a quoted text too.
    """
    faults: list[Place] = []
    if not _ANY_ODD.search(text):
        return text, faults
    lines = text.split("\n")
    for number, line in enumerate(lines):
        faults_in_line = list(_in_line(number + first, line))
        for fault in faults_in_line:
            line = f"{line[: fault.column - 1]} {line[fault.column :]}"
        lines[number] = line
        faults += faults_in_line
    return "\n".join(lines), faults


def outside_texts(faults: Sequence[Place], spans: Spans) -> Iterator[Place]:
    """Yield the first fault of each line that is not within a quoted or block scalar."""
    texts = Within([span for span in spans if span[2]])
    outside = (fault for fault in faults if (fault.line, fault.column) not in texts)
    for _, group in groupby(outside, key=lambda fault: fault.line):
        yield next(group)


def _in_line(number: int, line: str) -> Iterator[Place]:
    for part in filter(None, (_START.match(line), *_IN_GROUP.finditer(line))):
        for odd in _ANY_ODD.finditer(part[0]):
            yield _odd_space(number, part.start() + odd.start(), part, odd[0])


def _odd_space(number: int, column: int, part: re.Match[str], sign: str) -> Place:
    name, colon = part["name"], part[0].rfind(":") + part.start()
    where, hint = "at the start of this line", "delete it, and type an ordinary space"
    if name and column > colon:
        where = f"after `{name}:`"
    elif name and column > part.start("name"):
        where, hint = f"after `{name}`", "delete it; the colon follows the key at once"
    elif "-" in part.string[:column]:
        where = "after the dash"
    known = unicodedata.name(sign, "sign").lower().replace("no-break", "non-breaking")
    return Place(number, column + 1, f"a {known} (U+{ord(sign):04X}) stands {where}", hint)
