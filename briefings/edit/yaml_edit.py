"""Edit single values of content files in place; every other byte stays the same.

Comments, quotes, line endings and byte order mark are kept; nothing is reformatted. A value that
can't be replaced in place (a block scalar, a string with escapes) is refused with NotInPlace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from briefings.content.frontmatter.reading import SourceFile
from briefings.content.frontmatter.tree import Loc
from briefings.problems import Problem

_BOM = b"\xef\xbb\xbf"
_PLAIN = re.compile(
    r"[A-Za-z0-9(£][A-Za-z0-9_ ,.()’'/£%&;+-]*|https?://[^\s:]+(?::[^\s:]+)*"
    r"|[0-9-]{10}T[Z0-9:.+-]+"
)
#: Words that other YAML parsers read as a boolean or null.
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


class NotInPlace(Exception):
    """The text at this place can't be edited in place; `line` and `column` count from 1."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line, self.column = line, column


def in_place_fault(path: str, fault: NotInPlace) -> Problem:
    """Return the problem with a file, its path as shown, that has no place for a new key."""
    hint = "write each key of the front matter on a line of its own"
    return Problem(path, fault.line, fault.column, "this can't be edited in place", hint)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `old` at `line` and `column` (from 1) by `new`, which may have several lines."""

    line: int
    column: int
    old: str
    new: str


def edited(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """Apply the edits and return the new file. Raises NotInPlace if `old` is not at its place.

    Edits are applied from the end of the file to its start, so that their places stay valid.
    """
    bom = _BOM if raw.startswith(_BOM) else b""
    lines = raw[len(bom) :].decode("utf-8").split("\n")
    ending = "\r\n" if lines[0].endswith("\r") else "\n"
    for edit in sorted(set(edits), key=lambda one: (one.line, one.column), reverse=True):
        text, start = lines[edit.line - 1], edit.column - 1
        if not text.startswith(edit.old, start):
            raise NotInPlace(edit.line, edit.column)
        new = edit.new.replace("\n", ending)
        lines[edit.line - 1] = text[:start] + new + text[start + len(edit.old) :]
    return bom + "\n".join(lines).encode("utf-8")


def scalar(raw: bytes, source: SourceFile, loc: Loc, new: str, *, at_key: bool = False) -> Edit:
    """The edit that replaces one value of the front matter, or with `at_key` one key, by `new`.

    Quotes around it are kept. Raises NotInPlace if it is not written literally on one line.
    """
    line, column = (source.tree.keys if at_key else source.tree.values)[loc]
    old = str(loc[-1]) if at_key else str(source.tree.at(loc))
    text = _line(raw, line)[column - 1 :]
    if text[:1] in {"'", '"'}:
        if text[1 : len(old) + 2] == old + text[0]:
            return Edit(line, column + 1, old, new)
        raise NotInPlace(line, column)
    follows = text[len(old) : len(old) + 2]
    if not text.startswith(old) or re.match(r"[^\s,:\]}]|:\S", follows):
        raise NotInPlace(line, column)
    return Edit(line, column, old, new)


def first_item(raw: bytes, source: SourceFile, loc: Loc, item: str) -> Edit:
    """The edit that inserts an item at the start of a list, in its flow or block style."""
    line, column = source.tree.values[loc]
    text = _line(raw, line)
    if text.startswith("[", column - 1):
        return Edit(line, column, "[", f"[{item}, ")
    line, _ = source.tree.values[(*loc, 0)]
    match = re.match(r"([ ]*)-[ ]", _line(raw, line))
    if match is None:
        raise NotInPlace(line, column)
    return Edit(line, 1, "", f"{match[1]}- {item}\n")


def at_the_end(raw: bytes, source: SourceFile, block: str) -> Edit:
    """The edit that adds lines at the end of the front matter, or of the file if it is all YAML.

    Lines are indented like the first key. Raises NotInPlace if all keys are in one flow mapping.
    """
    first = next(iter(source.tree.data), None)
    line, column = source.tree.keys.get((first,), (1, 1)) if first else (1, 1)
    if _line(raw, line)[: column - 1].strip():
        raise NotInPlace(line, column)  # a flow mapping, { }
    indent = " " * (column - 1)
    lines = "".join(f"{indent}{one}\n" for one in block.rstrip("\n").split("\n"))
    if source.body_line > 1:
        return Edit(source.body_line - 1, 1, "", lines)
    existing_lines = raw.decode("utf-8-sig").split("\n")
    last = existing_lines[-1]
    ended = last.strip() == ""
    return Edit(len(existing_lines), len(last) + 1, "", lines if ended else f"\n{lines}")


def written(text: str) -> str:
    """A text as a YAML value: a plain scalar where that reads the same, else in single quotes."""
    plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and "  " not in text
    if plain and text.lower() not in _NO_TEXT:
        return text
    return "'" + text.replace("'", "''") + "'"


def _line(raw: bytes, number: int) -> str:
    return raw.decode("utf-8-sig").split("\n")[number - 1]
