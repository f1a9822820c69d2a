"""Error recovery: find every syntax fault in lines of YAML, each at its own line.

A YAML parser stops at the first fault. Parsing then restarts at the next line below it that begins
a key or a list item, until the end. Top-level keys go into the tree; what is below a key
with a fault is parsed only for its faults.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from briefings.content.frontmatter.causes import begins, explained, indent, is_item
from briefings.content.frontmatter.signs import SEPARATORS, Place, control
from briefings.content.frontmatter.tree import (
    EMPTY,
    NO_COLON,
    TOO_DEEP,
    Builder,
    Findings,
    Mark,
    Refused,
    Span,
    ValueTree,
)
from briefings.problems import Lines, Problem

# Characters outside of values that would change them: comments, and spaces of other kinds.
#
# In YAML, ` #` within an unquoted text begins a comment, and the rest of the line is dropped:
# `Notice no # 4` would be published as `Notice no`. And what looks like a space in an editor can be
# a letter to YAML: `unit:`, a non-breaking space and its value would be one word. libyaml reports
# neither. So each such character is looked up among the spans of the scalars.

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

    def __init__(self, spans: Sequence[Span]) -> None:
        self._begins, self._ends = [], []
        for begin, end, style in sorted(spans):
            # A comment may follow `|` on its own line.
            self._begins.append((begin[0] + 1, 0) if style in {"|", ">"} else begin)
            self._ends.append(end)

    def __contains__(self, mark: Mark) -> bool:
        index = bisect_right(self._begins, mark)
        return index > 0 and mark < self._ends[index - 1]


def comment_faults(text: str, first: int, spans: Sequence[Span]) -> Iterator[Place]:
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


def odd_spaces(text: str, first: int) -> tuple[str, list[Place]]:
    """Replace odd spaces in the indentation, after a key and after a dash; return a fault for each.

    Elsewhere they are part of a text (`8,000&nbsp;people`). These places may be in a quoted text.
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


def outside_texts(faults: Sequence[Place], spans: Sequence[Span]) -> Iterator[Place]:
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


def read_lines(text: str, first: int, path: str, tree: ValueTree, problems: list[Problem]) -> bool:
    """Parse `text` into `tree` and append its faults to `problems`.

    `first` is the line number of its first line in the file. Returns True if all of it could be
    parsed as it was typed; otherwise keys may be missing from the tree.
    """
    separators = list(_separators(text, first))
    text = SEPARATORS.sub(" ", text)
    mended, spaces = odd_spaces(text, first)
    findings = Findings()
    is_sound = _parse(mended, first, tree, findings)
    odd = list(outside_texts(spaces, findings.spans))
    if spaces and not odd:  # all are inside texts: parse again, unchanged
        tree.clear()
        findings = Findings()
        is_sound = _parse(text, first, tree, findings)
    _find_comments(text, first, tree, findings)
    lines = {fault.line for fault in odd}
    faults = [*separators, *(fault for fault in findings.faults if fault.line not in lines), *odd]
    problems += [Problem(path, *fault) for fault in faults]
    return is_sound and not separators


def _separators(text: str, first: int) -> Iterator[Place]:
    place = Lines(text).place
    for match in SEPARATORS.finditer(text):
        line, column = place(match.start())
        yield Place(first - 1 + line, column, *control(match[0]))


def _parse(text: str, first: int, tree: ValueTree, findings: Findings) -> bool:
    """Parse a text, restarting below each fault; return True if there is no syntax fault."""
    lines = _one_document(text.split("\n"), first, findings)
    text = "\n".join([*lines, ""])
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    top = min((indent(line) for line in lines if begins(line)), default=0)
    number = 0
    while number < len(lines):
        inside = number > 0 and (indent(lines[number]) > top or is_item(lines[number]))
        target = ValueTree() if inside else tree
        try:
            ended = Builder(text[starts[number] :], first + number, target, findings).run(inside)
        except Refused as fault:
            index = fault.place.line - first
            if not inside:
                line = lines[index] if index < len(lines) else ""
                own_key = indent(line) == top and begins(line) and not is_item(line)
                tree.drop_unfinished(fault.place.line, own_key=own_key)
            _report(explained(fault, lines, number, first), findings)
            number = _restart_after(fault, lines, index)
            findings.skipped.update(range(fault.place.line, first + number))
        else:
            if ended is None:
                break
            if not inside:
                column = indent(lines[number]) + 1
                message = "this line is indented, and the keys below it are not"
                hint = "begin each key in the same column as the others of its group"
                findings.faults.append(Place(first + number, column, message, hint))
                findings.skipped.add(first + number)
            number = _next(lines, ended - first)
    return not findings.skipped


def _one_document(lines: list[str], first: int, findings: Findings) -> list[str]:
    """Return the lines before a second YAML document; report that document."""
    begun = False
    for number, line in enumerate(lines):
        if begun and line.rstrip() == "---":
            message, hint = "a second document starts here", "remove this --- line"
            findings.faults.append(Place(first + number, 1, message, hint))
            findings.skipped.update(range(first + number, first + len(lines)))
            return lines[:number]
        begun = begun or (bool(line.strip()) and line[0] not in "#%" and line.rstrip() != "---")
    return lines


def _restart_after(fault: Refused, lines: Sequence[str], index: int) -> int:
    """Return the index of the line where parsing restarts after a fault in line `index`."""
    if fault.place.message == TOO_DEEP:
        while index + 1 < len(lines) and indent(lines[index + 1]) >= indent(lines[index]):
            index += 1
    return _next(lines, index + 1)


def _next(lines: Sequence[str], number: int) -> int:
    """Return the index of the next line, from `number` on, that begins a key or an item."""
    return next((index for index in range(number, len(lines)) if begins(lines[index])), len(lines))


def _report(place: Place, findings: Findings) -> None:
    """Add a fault of syntax, instead of the emptiness of values that it leaves right above."""
    while findings.faults:
        last = findings.faults[-1]
        near = place.line - 3 <= last.line <= place.line
        if not near or not last.message.endswith((EMPTY, NO_COLON)):
            break
        findings.faults.pop()
    findings.faults.append(place)


def _find_comments(text: str, first: int, tree: ValueTree, findings: Findings) -> None:
    """Report each comment that drops text, and no emptiness of a value on its line.

    The values that begin on that line are spoiled: no other rule judges them.
    """
    faults = {
        fault.line: fault
        for fault in comment_faults(text, first, findings.spans)
        if fault.line not in findings.skipped
    }
    if not faults:
        return
    findings.faults = [
        fault
        for fault in findings.faults
        if fault.line not in faults or not fault.message.endswith(EMPTY)
    ]
    findings.faults += faults.values()
    tree.spoiled.update(loc for loc, (line, _) in tree.values.items() if loc and line in faults)
