"""Messages for YAML syntax faults: the editor's likely mistake, and what to write instead.

libyaml reports where its parser stopped, often a line below the mistake, and in words for
programmers. So each known mistake is searched for in the lines themselves, the most specific first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from briefings.content.frontmatter.signs import (
    QUOTED,
    LineMistake,
    Place,
    closed_early,
    curly,
    in_quotes,
)
from briefings.content.frontmatter.tree import Refused

#: A key at the start of a line, also if no space follows the colon, or if a similar character
#: (fullwidth colon, `=`) is in its place.
KEY = re.compile(r"""(?:[A-Za-z_][\w.-]*|"[^"]*"|'[^']*')[ ]*(?::(?!//)|[\uff1a\ufe55]|=[ ])""")
_ITEM = re.compile(r"-(?: |$)")
_VALUE = re.compile(r"(?P<before>[ ]*(?:- +)*(?:[A-Za-z_][\w-]*:[ ]+|- +))(?P<text>\S.*)")
_PROPER = re.compile(r"[ ]*(?:- +)*(?:[\w.-]+|\"[^\"]*\"|'[^']*'):(?: |$)|[ ]*- ")
_HINT = "check the quotes, brackets and spaces at the start of this line and the one before"


def indent(line: str) -> int:
    """Return the number of spaces and tabs at the start of a line."""
    return len(line) - len(line.lstrip(" \t"))


def is_item(line: str) -> bool:
    """Return True if a line begins a list item."""
    return _ITEM.match(line, indent(line)) is not None


def begins(line: str) -> bool:
    """Return True if a line begins a key or a list item."""
    return is_item(line) or KEY.match(line, indent(line)) is not None


@dataclass(frozen=True, slots=True)
class _Scene:
    """A syntax fault in the lines of a file: `at` is the index of its line.

    `head` is that of the line it belongs to: a key or item above that is indented less, or itself.
    `yaml_error` is the message of libyaml.
    """

    lines: Sequence[str]
    at: int
    head: int
    yaml_error: str

    @property
    def line(self) -> str:
        return self.lines[self.at]


def explained(fault: Refused, lines: Sequence[str], start: int, first: int) -> Place:
    """Return a syntax fault at the line of the mistake, with a hint what to write.

    `lines` are those of the file from the line number `first` on; the parser began at index
    `start`.
    """
    place, index = fault.place, min(fault.place.line - first, len(lines) - 1)
    scene = _Scene(lines, index, _head(lines, index, start), fault.yaml_error)
    # A fault without words of libyaml's was found by the tree builder, with a message for editors.
    is_text = place.message.startswith("this should be a list of keys")
    of_a_line = _OF_A_LINE if fault.yaml_error else (_forgotten_space,) if is_text else ()
    near = [n for n in (scene.head, _above(lines, index, start)) if n < index]
    near += range(index, _end(lines, index, fault.stopped - first + 1))
    for cause in of_a_line:
        for number in near:
            if mistake := cause(lines[number], fault.yaml_error):
                return Place(first + number, *mistake)
    if not fault.yaml_error:
        return place
    for reason in _OF_A_FAULT:
        if reason_found := reason(scene):
            return Place(first + reason_found[0], *reason_found[1])
    messages = (words for part, *words in _MESSAGES if part in fault.yaml_error)
    return Place(place.line, place.column, *next(messages, (place.message, _HINT)))


def _head(lines: Sequence[str], index: int, start: int) -> int:
    """Return the index of the line above, from `start` on, that is indented less, or `index`."""
    column = indent(lines[index])
    above = range(index - 1, start - 1, -1) if column else range(0)
    return next((n for n in above if lines[n].strip() and indent(lines[n]) < column), index)


def _above(lines: Sequence[str], index: int, start: int) -> int:
    """Return the index of the line above if it is no complete key or item, else `index`."""
    number = next((n for n in range(index - 1, start - 1, -1) if lines[n].strip()), index)
    return index if _PROPER.match(lines[number]) else number


def _end(lines: Sequence[str], index: int, end: int) -> int:
    """Return the index after the lines from `index` to `end` that belong to the line `index`."""
    column = indent(lines[index])
    below = range(index + 1, min(max(end, index + 1), len(lines)))
    return next((n for n in below if begins(lines[n]) and indent(lines[n]) <= column), below.stop)


# -- mistakes in a line ----------------------------------------------------------------------------

_MARK = re.compile(
    r"[ ]*([*+\u2022\u00b7\u2023\u25aa\u25cf\u25e6\u2043\u2010-\u2015\u2212])(?:[ ]+|$)"
)
_WIDE = re.compile("[ ]*(?:- +)?([A-Za-z_][\\w-]*)[ ]*([\uff1a\ufe55\ua789\u2236])")
_EQUALS = re.compile(r"[ ]*(?:- +)?([A-Za-z_][\w-]*)[ ]*(=>?|->|;)(.*)")
_TIGHT = re.compile(r"[ ]*(?:- +)?([a-z_]+):(?!//)([^\s:].*)")
_TIGHT_ITEM = re.compile(r"[ ]*-([A-Za-z_][\w-]*:(?: .*|$))")


def _tab(line: str, yaml_error: str) -> LineMistake | None:
    start = line[: indent(line)]
    if "\t" not in start:
        return None
    hint = "replace it by spaces, as many as the lines beside it begin with"
    return start.index("\t") + 1, "a tab stands at the start of this line", hint


def _other_mark(line: str, yaml_error: str) -> LineMistake | None:
    """A list whose items begin with another character than `-`, such as a bullet."""
    match = _MARK.match(line)
    is_emphasis = match and match[1] == "*" and "alphabetic" in yaml_error
    if not match or not (is_emphasis or KEY.match(line, match.end())):
        return None
    message = f"a list item begins with - here, not with {match[1]}"
    return match.start(1) + 1, message, f"write - {_short(line[match.end() :].strip())}"


def _forgotten_space(line: str, yaml_error: str) -> LineMistake | None:
    """A key followed by another character than a colon, or a colon or dash without a space."""
    if match := _WIDE.match(line):
        message = f"{match[2]} (U+{ord(match[2]):04X}) is not the colon that ends a key"
        return match.start(2) + 1, message, f"write {match[1]}: with a plain colon"
    if match := _TIGHT_ITEM.match(line):
        hint = f"write - {_short(match[1])}"
        return indent(line) + 1, "a space is missing after the dash", hint
    if match := _TIGHT.match(line):
        hint = f"write {match[1]}: {_short(match[2].strip())}"
        return match.end(1) + 1, f"a space is missing after `{match[1]}:`", hint
    if match := _EQUALS.match(line):
        hint = f"write {match[1]}: {_short(match[3].strip()) or 'value'}"
        return match.start(2) + 1, f"a key is followed by a colon, not by {match[2]}", hint
    return None


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


_OfALine = Callable[[str, str], LineMistake | None]
_OF_A_LINE: tuple[_OfALine, ...] = (_tab, _other_mark, closed_early, curly, _forgotten_space)


# -- mistakes that need other lines, or libyaml's words --------------------------------------------

#: Index of the line, and the mistake in it.
_MistakeAt = tuple[int, LineMistake]
_SECOND_KEY = re.compile(r"(?P<value>[^:]*?),[ ]+(?P<key>[a-z][a-z_]*): (?P<rest>\S.*)")
_SPECIAL = "@`%&*!|>?,]}-"


def _not_in_line(scene: _Scene) -> _MistakeAt | None:
    """A key with a value of its own, and keys indented below it as if it had none."""
    head, line = scene.lines[scene.head], scene.line
    colon = "mapping values are not allowed" in scene.yaml_error
    if not colon or scene.head == scene.at or not _has_value(head) or not _key(line):
        return None
    name, block = _name(head), _block_above(scene)
    if block is not None:
        spaces = f"{indent(line)} spaces"
        hint = f"begin it with {spaces} if it belongs to `{block}`, as the line below does"
        message = f"`{name}` is not in line with the keys of `{block}` around it"
        return scene.head, (_key_column(head) + 1, message, hint)
    message = f"this line is indented as if it belonged to `{name}`, which has a value already"
    hint = f"begin it in the same column as `{name}`, or put the whole text in quotes"
    return scene.at, (indent(line) + 1, message, hint)


def _block_above(scene: _Scene) -> str | None:
    """Return the key above the head that the faulty line belongs to, if it has no value itself."""
    for line in reversed(scene.lines[: scene.head]):
        if line.strip() and indent(line) < indent(scene.line):
            is_open = _key(line) and not _has_value(line)
            is_inside = indent(line) >= indent(scene.lines[scene.head])
            return _name(line) if is_open and is_inside else None
    return None


def _wrong_bracket(scene: _Scene) -> _MistakeAt | None:
    """A list or group on one line that is closed by the wrong bracket, or once too often."""
    match = _VALUE.match(scene.line)
    if match is None or match["text"][0] not in "[{":
        return None
    closing, column = list[str](), 0
    while column < len(scene.line):
        sign = scene.line[column]
        if sign in "[{":
            closing.append("]" if sign == "[" else "}")
        elif sign in "]}" and sign != (expected := closing.pop() if closing else ""):
            message = f"`{sign}` stands where `{expected}` is expected"
            hint = "close each [ by ] and each { by }; put a text that has one in quotes"
            return scene.at, (column + 1, message if expected else f"`{sign}` closes nothing", hint)
        quoted = QUOTED.match(scene.line, column) if scene.line[column - 1] in " [{," else None
        column = quoted.end() if quoted else column + 1
    return None


def _second_key(scene: _Scene) -> _MistakeAt | None:
    match = _VALUE.match(scene.line.rstrip())
    second = match and _SECOND_KEY.fullmatch(match["text"])
    if not match or not second or "mapping values are not allowed" not in scene.yaml_error:
        return None
    message = f"`{second['key']}:` begins a second key on this line"
    hint = f"write it on a line of its own: {second['key']}: {_short(second['rest'])}"
    hint += f"; or, if all of it is one text, put that in quotes: {in_quotes(match['text'])}"
    return scene.at, (match.start("text") + second.start("key") + 1, message, hint)


def _colon_in_text(scene: _Scene) -> _MistakeAt | None:
    match = _VALUE.match(scene.line.rstrip())
    if not match or "mapping values are not allowed" not in scene.yaml_error:
        return None
    text = match["text"]
    if text[0] in "[{'\"|>" or ": " not in f"{text} ":
        return None
    column = match.start("text") + f"{text} ".index(": ") + 1
    message = "a colon and a space within a text that is not in quotes"
    hint = f"put the text in quotes: {in_quotes(text)}"
    if re.match(r"[a-z_]+: ", text) and scene.line.count(": ") == 2:
        hint += f"; or, if these are keys, write {{{text}}}"
    return scene.at, (column, message, hint)


def _special_start(scene: _Scene) -> _MistakeAt | None:
    """A value that begins with a character that has another meaning in YAML."""
    match = _VALUE.match(scene.line.rstrip())
    if match is None or match["text"][0] not in _SPECIAL:
        return None
    message = f"a value can't begin with {match['text'][0]}, which has a meaning of its own"
    hint = f"put the text in quotes: {in_quotes(match['text'])}"
    return scene.at, (match.start("text") + 1, message, hint)


def _after_bracket(scene: _Scene) -> _MistakeAt | None:
    """A text that begins with a bracket, or a source in brackets as a body cites it."""
    match = _VALUE.match(scene.line.rstrip())
    if match is None or match["text"][0] not in "[{":
        return None
    if "cannot start any token" in scene.yaml_error:
        inner = re.search(r"[\[{, ]([@`%])(\w*)", match["text"])
        if inner is None:
            return None
        message = f"an item can't begin with {inner[1]}, which has a meaning of its own"
        hint = "put a text that begins with it in quotes"
        if inner[1] == "@":
            hint = f"write {inner[2]}, as sources have no @ here; {hint}"
        return scene.at, (match.start("text") + inner.start(1) + 1, message, hint)
    if not re.match(r"\[[^\[\]]*\] *[^\s]|\{[^{}]*\} *[^\s]", match["text"]):
        return None
    hint = f"put the text in quotes: {in_quotes(match['text'])}"
    message = f"a value that begins with {match['text'][0]} is a list or a group, and words follow"
    return scene.at, (match.start("text") + 1, message, hint)


def _no_colon(scene: _Scene) -> _MistakeAt | None:
    """A line without a key: often the second line of a text, which is not indented."""
    line = scene.line
    colon = "could not find expected ':'" in scene.yaml_error
    if not colon or not line.strip() or line.lstrip()[0] in "[{'\"":
        return None
    above = next((text for text in reversed(scene.lines[: scene.at]) if text.strip()), "")
    if above.lstrip().startswith("#"):
        message = "the line above begins with # (a comment), which ends the text before it"
        hint = "put the whole text in quotes, on one line"
        return scene.at, (indent(line) + 1, message, hint)
    hint = "write `key: value`"
    if _has_value(above):
        hint += f"; if it goes on with the text of `{_name(above)}`, indent it by two spaces"
    return scene.at, (indent(line) + 1, "this line has no key with a colon", hint)


_OF_A_FAULT = (
    _not_in_line, _wrong_bracket, _second_key, _colon_in_text, _special_start, _after_bracket,
    _no_colon,
)  # fmt: skip


def _key_column(line: str) -> int:
    return len(line) - len(line.lstrip(" -"))


def _key(line: str) -> re.Match[str] | None:
    return KEY.match(line, _key_column(line))


def _has_value(line: str) -> bool:
    match = _key(line)
    return bool(match and line[match.end() :].strip())


def _name(line: str) -> str:
    match = _key(line)
    return match[0].rstrip(": ").strip("'\"") if match else line.strip()[:40]


#: Part of libyaml's message, our message, hint.
_MESSAGES = (
    ("mapping values are not allowed", "a colon stands where none is expected",
     "put a text that contains `: ` in quotes; write a group as {key: value}; start each key in "
     "its own column"),
    ("cannot start any token", "a line or a value can't start with this character",
     "put a text that starts with it in quotes"),
    ("escape", "a backslash has a meaning of its own in double quotes", "use single quotes"),
    ("quoted scalar", "this text has an opening quote and no closing one",
     "write the same quote at its end"),
    ("could not find expected ':'",
     "this line has no `key:` of its own, or the line before is not closed",
     "write `key: value`, and quote long texts"),
    ("flow sequence", "a list in [ ] is not closed, or lacks a comma",
     "write [one, two]; put texts with commas or brackets in quotes"),
    ("flow mapping", "a group in { } is not closed, or lacks a comma",
     "write {key: value, key: value}; put texts with commas or braces in quotes"),
    ("did not find expected '-' indicator", "this line is not in line with the list above it",
     "start each item with - in the same column"),
    ("did not find expected key", "this line is not in line with the keys above it",
     "start each key in the same column as the others of its group"),
    ("did not find expected alphabetic or numeric",
     "& and * have a meaning of their own at the start of a value", "put the text in quotes"),
)  # fmt: skip
