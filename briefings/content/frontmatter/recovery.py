"""Error recovery: find every syntax fault in lines of YAML, each at its own line.

A YAML parser stops at the first fault. Parsing then restarts at the next line below it that begins
a key or a list item, until the end. Top-level keys go into the tree; what is below a key
with a fault is parsed only for its faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from briefings.content.frontmatter.causes import begins, explained, indent, is_item
from briefings.content.frontmatter.outside import comment_faults, odd_spaces, outside_texts
from briefings.content.frontmatter.signs import SEPARATORS, Place, control
from briefings.content.frontmatter.tree import (
    EMPTY,
    NO_COLON,
    TOO_DEEP,
    Builder,
    Findings,
    Refused,
    ValueTree,
)
from briefings.problems import Problem


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
    for match in SEPARATORS.finditer(text):
        line = first + text.count("\n", 0, match.start())
        column = match.start() - text.rfind("\n", 0, match.start())
        yield Place(line, column, *control(match[0]))


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
                own_key = (
                    index < len(lines) and indent(lines[index]) == top and begins(lines[index])
                )
                tree.drop_unfinished(
                    fault.place.line, own_key=own_key and not is_item(lines[index])
                )
            _report(explained(fault, lines, number, first), findings)
            number = _after(fault, lines, index)
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
            place = Place(
                first + number, 1, "a second document starts here", "remove this --- line"
            )
            findings.faults.append(place)
            findings.skipped.update(range(place.line, first + len(lines)))
            return lines[:number]
        begun = begun or (bool(line.strip()) and line[0] not in "#%" and line.rstrip() != "---")
    return lines


def _after(fault: Refused, lines: Sequence[str], index: int) -> int:
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
