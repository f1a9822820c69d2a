"""Messages for YAML syntax faults: the editor's likely mistake, and what to write instead.

libyaml reports where its parser stopped, often a line below the mistake, and in words for
programmers. So each known mistake is searched for in the lines themselves, the most specific first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from briefings.content.frontmatter.parts import KEY, Part, indent
from briefings.content.frontmatter.quotes import closed_early, in_quotes
from briefings.content.frontmatter.signs import Place
from briefings.content.frontmatter.tree import Refused

_HINT = "check the quotes, brackets and spaces at the start of this line and the one before"


@dataclass(frozen=True, slots=True)
class Scene:
    """A syntax fault with its context.

    `part`: the smallest part that can't be parsed. `above`: the parts before it in the same block.
    `fault`: the fault that libyaml, or the tree builder, reported.
    """

    part: Part
    above: Sequence[Part]
    fault: Refused

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Line number and text, from the head of the part to the line where libyaml stopped."""
        first, start = self.part.first, self.part.head
        end = max(self.fault.stopped - first + 1, start + 1)
        return [(first + n, line) for n, line in enumerate(self.part.lines)][start:end]

    @property
    def at(self) -> str:
        """The line of the fault; "" if it is outside the part."""
        index = self.fault.line - self.part.first
        return self.part.lines[index] if 0 <= index < len(self.part.lines) else ""


def explained(scene: Scene) -> Place:
    """Return the fault of a part, at the line of the mistake, with a hint what to write."""
    fault = scene.fault
    if not fault.said:  # raised by the tree builder, with a message for editors
        found = _forgotten_space(scene) if _is_text(fault) else None
        return found or Place(fault.line, fault.column, fault.message, fault.hint)
    for cause in _CAUSES:
        place = cause(scene)
        if place is not None:
            return place
    for pattern, message, hint in _SAID:
        if pattern in fault.said:
            return Place(fault.line, fault.column, message, hint)
    return Place(fault.line, fault.column, fault.message, _HINT)


def _is_text(fault: Refused) -> bool:
    return fault.message.startswith("this should be a list of keys")


def _tab(scene: Scene) -> Place | None:
    for number, line in scene.lines:
        start = line[: indent(line)]
        if "\t" in start:
            hint = "replace it by spaces, as many as the lines beside it begin with"
            return Place(
                number, start.index("\t") + 1, "a tab stands at the start of this line", hint
            )
    return None


_MARK = re.compile(
    r"[ ]*([*+\u2022\u00b7\u2023\u25aa\u25cf\u25e6\u2043\u2010-\u2015\u2212])(?:[ ]+|$)"
)


def _other_mark(scene: Scene) -> Place | None:
    """A list whose items begin with another character than `-`, such as a bullet."""
    for number, line in scene.lines:
        found = _MARK.match(line)
        of_texts = found and found[1] == "*" and "alphabetic" in scene.fault.said
        if found and (of_texts or KEY.match(line, found.end())):
            after = line[found.end() :].strip()
            message = f"a list item begins with - here, not with {found[1]}"
            return Place(number, found.start(1) + 1, message, f"write - {_short(after)}")
    return None


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


_CURLY = re.compile("[:,\\[{-][ ]+(?P<text>[\u201c\u201d\u201e\u00ab\u2018\u2019\u201a].*)")


def _curly(scene: Scene) -> Place | None:
    """A text with a colon in curly quotes, which are not quotes in YAML."""
    for number, line in scene.lines:
        found = _CURLY.search(line.rstrip())
        if found is None:
            continue
        message = f"curly quotes ({found['text'][0]}) do not count as quotes here"
        inside = found["text"].strip("\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a")
        hint = "put the text in straight quotes, ' or \""
        if not re.search("[\u201c\u201d\u201e\u00ab\u00bb\\[{]", inside):
            hint = f"write straight ones: {in_quotes(inside)}"
        return Place(number, found.start("text") + 1, message, hint)
    return None


def _early_quote(scene: Scene) -> Place | None:
    """A quotation mark or an apostrophe within a quoted text, which ends the text."""
    for number, line in scene.lines:
        found = closed_early(line)
        if found is not None:
            column, message, hint = found
            return Place(number, column, message, hint)
    return None


_WIDE = re.compile("[ ]*(?:- +)?([A-Za-z_][\\w-]*)[ ]*([\uff1a\ufe55\ua789\u2236])")
_EQUALS = re.compile(r"[ ]*(?:- +)?([A-Za-z_][\w-]*)[ ]*(=>?|->|;)(.*)")
_TIGHT = re.compile(r"[ ]*(?:- +)?([a-z_]+):(?!//)([^\s:].*)")
_TIGHT_ITEM = re.compile(r"[ ]*-([A-Za-z_][\w-]*:(?: .*|$))")


def _forgotten_space(scene: Scene) -> Place | None:
    """A key followed by another character than a colon, or a colon or dash without a space."""
    for number, line in scene.lines:
        start = indent(line) + 1
        if found := _WIDE.match(line):
            message = f"{found[2]} (U+{ord(found[2]):04X}) is not the colon that ends a key"
            return Place(
                number, found.start(2) + 1, message, f"write {found[1]}: with a plain colon"
            )
        if found := _TIGHT_ITEM.match(line):
            message = "a space is missing after the dash"
            return Place(number, start, message, f"write - {_short(found[1])}")
        if found := _TIGHT.match(line):
            message = f"a space is missing after `{found[1]}:`"
            hint = f"write {found[1]}: {_short(found[2].strip())}"
            return Place(number, found.end(1) + 1, message, hint)
        if found := _EQUALS.match(line):
            message = f"a key is followed by a colon, not by {found[2]}"
            hint = f"write {found[1]}: {_short(found[3].strip()) or 'value'}"
            return Place(number, found.start(2) + 1, message, hint)
    return None


def _not_in_line(scene: Scene) -> Place | None:
    """A key with a value of its own, and keys indented below it as if it had none."""
    if "mapping values are not allowed" not in scene.fault.said:
        return None
    head, at = scene.part.lines[scene.part.head], scene.at
    if not _has_value(head) or indent(at) <= _key_column(head) or not _begins_with_key(at):
        return None
    name, number = _name(head), scene.part.first + scene.part.head
    block = _block_above(scene, indent(at))
    if block is not None:
        spaces = indent(at)
        hint = f"begin it with {spaces} spaces if it belongs to `{block}`, as the line below does"
        message = f"`{name}` is not in line with the keys of `{block}` around it"
        return Place(number, _key_column(head) + 1, message, hint)
    message = f"this line is indented as if it belonged to `{name}`, which has a value already"
    hint = f"begin it in the same column as `{name}`, or put the whole text in quotes"
    return Place(scene.fault.line, indent(at) + 1, message, hint)


def _has_value(line: str) -> bool:
    found = KEY.match(line, _key_column(line))
    return bool(found and line[found.end() :].strip())


def _key_column(line: str) -> int:
    return len(line) - len(line.lstrip(" -"))


def _begins_with_key(line: str) -> bool:
    return KEY.match(line, _key_column(line)) is not None


def _name(line: str) -> str:
    found = KEY.match(line, _key_column(line))
    return found[0].rstrip(": ").strip("'\"") if found else line.strip()[:40]


def _block_above(scene: Scene, column: int) -> str | None:
    """Return the key of the part above, if the faulty line can belong to its block.

    That is: it has no value on its own line, and below it nothing, or lines that begin at `column`.
    """
    if not scene.above:
        return None
    part = scene.above[-1]
    head = part.lines[part.head]
    below = [line for line in part.lines[part.head + 1 :] if line.strip()]
    if _has_value(head) or not _begins_with_key(head):
        return None
    return _name(head) if not below or indent(below[0]) == column else None


_VALUE = re.compile(r"(?P<before>[ ]*(?:- +)*(?:[A-Za-z_][\w-]*:[ ]+|- +))(?P<text>\S.*)")


def _colon_in_text(scene: Scene) -> Place | None:
    if "mapping values are not allowed" not in scene.fault.said:
        return None
    found = _VALUE.match(scene.at.rstrip())
    if found is None or found["text"][0] in "[{'\"|>" or ": " not in f"{found['text']} ":
        return None
    column = found.start("text") + f"{found['text']} ".index(": ") + 1
    message = "a colon and a space within a text that is not in quotes"
    hint = f"put the text in quotes: {in_quotes(found['text'])}"
    if re.match(r"[a-z_]+: ", found["text"]) and scene.at.count(": ") == 2:
        hint += f"; or, if these are keys, write {{{found['text']}}}"
    return Place(scene.fault.line, column, message, hint)


_SPECIAL = {
    "@": "@", "`": "`", "%": "%", "&": "&", "*": "*", "!": "!", "|": "|", ">": ">", "?": "?",
    ",": ",", "]": "]", "}": "}", "-": "-",
}  # fmt: skip


def _special_start(scene: Scene) -> Place | None:
    """A value that begins with a character that has another meaning in YAML."""
    found = _VALUE.match(scene.at.rstrip())
    if found is None or found["text"][0] not in _SPECIAL:
        return None
    sign = found["text"][0]
    message = f"a value can't begin with {sign}, which has a meaning of its own"
    hint = f"put the text in quotes: {in_quotes(found['text'])}"
    return Place(scene.fault.line, found.start("text") + 1, message, hint)


def _no_colon(scene: Scene) -> Place | None:
    """A line without a key: often the second line of a text, which is not indented."""
    said = scene.fault.said
    if said and "could not find expected ':'" not in said:
        return None
    number, line = scene.fault.line, scene.at
    if not line.strip() or line.lstrip()[0] in "[{'\"":
        return None
    before = scene.part.lines[: number - scene.part.first]
    above = next((one for one in reversed(before) if one.strip()), "")
    if above.lstrip().startswith("#"):
        message = "the line above begins with # (a comment), which ends the text before it"
        return Place(number, indent(line) + 1, message, "put the whole text in quotes, on one line")
    hint = "write `key: value`"
    if _has_value(above):
        hint += f"; if it goes on with the text of `{_name(above)}`, indent it by two spaces"
    return Place(number, indent(line) + 1, "this line has no key with a colon", hint)


_CAUSES: tuple[Callable[[Scene], Place | None], ...] = (
    _tab,
    _other_mark,
    _early_quote,
    _curly,
    _forgotten_space,
    _not_in_line,
    _colon_in_text,
    _special_start,
    _no_colon,
)
#: (part of libyaml's message, our message, hint).
_SAID = (
    (
        "mapping values are not allowed",
        "a colon stands where none is expected",
        "put a text that contains `: ` in quotes; write a group as {key: value}; start each key in "
        "its own column",
    ),
    (
        "cannot start any token",
        "a line or a value can't start with this character",
        "put a text that starts with it in quotes",
    ),
    ("escape", "a backslash has a meaning of its own in double quotes", "use single quotes"),
    (
        "quoted scalar",
        "this text has an opening quote and no closing one",
        "write the same quote at its end",
    ),
    (
        "could not find expected ':'",
        "this line has no `key:` of its own, or the line before is not closed",
        "write `key: value`, and quote long texts",
    ),
    (
        "flow sequence",
        "a list in [ ] is not closed, or lacks a comma",
        "write [one, two]; put texts with commas or brackets in quotes",
    ),
    (
        "flow mapping",
        "a group in { } is not closed, or lacks a comma",
        "write {key: value, key: value}; put texts with commas or braces in quotes",
    ),
    (
        "did not find expected '-' indicator",
        "this line is not in line with the list above it",
        "start each item with - in the same column",
    ),
    (
        "did not find expected key",
        "this line is not in line with the keys above it",
        "start each key in the same column as the others of its group",
    ),
    (
        "did not find expected alphabetic or numeric",
        "& and * have a meaning of their own at the start of a value",
        "put the text in quotes",
    ),
)
