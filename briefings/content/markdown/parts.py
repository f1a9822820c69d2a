"""Cuts a text into blocks by the rules of CommonMark and GFM tables.

Python-Markdown cuts a text at blank lines only, so it renders a list directly after a paragraph, a
fenced block that contains a blank line, or a list nested by two spaces differently from a forge.
Here each line decides, as in the CommonMark specification. Definition lists, notes and
abbreviations are our own extensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_RULE = r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$"
_FENCE = r"(?:`{3,}+[^`]*+|~{3,}+.*+)$"
_NOTE = r"\[\^[^\]]*\]:"
_WORD = r"\*\[[^\\\]]*\] ?: *\S"
_IS_RULE = re.compile(rf" {{0,3}}{_RULE}")
_HEADING = re.compile(r" {0,3}(#{1,6})(?: (.*)|)$")
_CLOSING_SIGNS = re.compile(r"(?:^| )#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+) *$")
_IS_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_IS_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3}(?:[-+*]|(\d{1,9})[.)]))( *)")
_IS_NOTE = re.compile(r" {0,3}\[\^([^\]]*)\]: *")
_IS_WORD = re.compile(r" {0,3}\*\[([^\\\]]*)\] ?: *(\S.*)")
_MEANING = re.compile(r" {0,3}: {1,3}(?=\S)")
_BELOW_HEAD = re.compile(r":?-+:?")
_BAR = re.compile(r"(?<!\\)\|")
_NEVER = 10**6
#: A line that interrupts the paragraph before it.
_STARTS = re.compile(
    rf" {{0,3}}(?:#{{1,6}}(?: |$)|>|{_FENCE}|[-+*] +\S|1[.)] +\S|{_RULE}|{_NOTE}|{_WORD})"
)
#: The markers of lists and quotes before their content.
_PREFIX = re.compile(r"(?:[ >]|[-+*] |\d{1,9}[.)] )*")
_NO_PARAGRAPH = re.compile(rf"(?:#{{1,6}}(?: |$)|{_FENCE}|{_RULE}|$)")


@dataclass(slots=True)
class Part:
    """A block, at the lines `[first, end)` (from 0) of the text it was cut from.

    - `kind`: `paragraph`, `heading`, `rule`, `code`, `quote`, `list`, `table`, or an extension:
      `definitions`, `note`, `word` (an abbreviation).
    - `lines`: the content without the markers of the block; the terms of `definitions`.
    - `apart`: whether a blank line precedes the block.
    - `number`: the level of a heading, or the first number of a list; None for a bullet list.
    - `name`: the label of a note, or an abbreviation; `fence` for fenced code.
    - `items`: the lines of each item of a list, or of each meaning of a term.
    - `starts`: the line on which each of `items` begins.
    - `loose`: whether a blank line separates two items, or the terms from their first meaning.
    """

    kind: str
    first: int
    lines: list[str]
    end: int = 0
    apart: bool = False
    number: int | None = None
    name: str = ""
    items: list[list[str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    loose: bool = False


def cells(row: str) -> list[str]:
    """Split a table row at every `|`, in code as well, except `\\|`; return its cells."""
    found = _BAR.split(row.strip())
    if found and not found[0].strip():
        del found[0]
    if found and not found[-1].strip():
        del found[-1]
    return [cell.strip().replace("\\|", "|") for cell in found]


def parts(lines: list[str]) -> Iterator[Part]:
    """Yield the blocks of a text in order. `lines` must have no tabs; blank ones must be empty."""
    cutter = _Cutter(lines)
    apart = False
    while cutter.at < len(lines):
        if not lines[cutter.at]:
            apart = True
            cutter.at += 1
            continue
        part = cutter.cut()
        part.apart, part.end = apart, cutter.at
        apart = False
        yield part


class _Cutter:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def cut(self) -> Part:
        """Return the block that begins on the current line, which must not be blank."""
        line = self.lines[self.at]
        if line.startswith("    "):
            return self._code()
        sign = line.lstrip(" ")[0]
        if sign in "`~" and (match := _IS_FENCE.match(line)):
            return self._fence(len(match[1]), match[2])
        if sign == "#" and (match := _HEADING.match(line)):
            return self._heading(len(match[1]), match[2] or "")
        if sign in "-*_" and _IS_RULE.match(line):
            return self._line("rule", "")
        if sign == ">":
            return self._quote()
        if (sign in "-+*" or sign.isdigit()) and (match := _item(line)):
            return self._list(match)
        if sign == "*" and (match := _IS_WORD.match(line)):
            return self._line("word", match[2], match[1].strip())
        if sign == "[" and (match := _IS_NOTE.match(line)):
            return self._note(match)
        return self._paragraph()

    def _line(self, kind: str, text: str, name: str = "") -> Part:
        self.at += 1
        return Part(kind, self.at - 1, [text], name=name)

    def _heading(self, level: int, words: str) -> Part:
        part = self._line("heading", _CLOSING_SIGNS.sub("", words.strip()).rstrip())
        part.number = level
        return part

    def _code(self) -> Part:
        first, end = self.at, self.at
        while self.at < len(self.lines) and (
            not self.lines[self.at] or self.lines[self.at].startswith("    ")
        ):
            self.at += 1
            end = self.at if self.lines[self.at - 1] else end
        self.at = end
        return Part("code", first, [line[4:] for line in self.lines[first:end]])

    def _fence(self, indent: int, fence: str) -> Part:
        first = self.at
        closing = re.compile(rf" {{0,3}}{fence[0]}{{{len(fence)},}} *$")
        taken: list[str] = []
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if closing.match(line):
                break
            taken.append(_dedent(line, indent))
        return Part("code", first, taken, name="fence")

    def _quote(self) -> Part:
        first, taken = self.at, list[str]()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            match = _IS_QUOTE.match(line)
            if match:
                taken.append(_blank(line[match.end() :]))
            elif line and _goes_on(taken[-1], line):
                taken.append(line.lstrip(" "))
            else:
                break
            self.at += 1
        return Part("quote", first, taken)

    def _list(self, match: re.Match[str]) -> Part:
        part = Part("list", self.at, [], number=int(match[2]) if match[2] else None)
        sign, width = match[1][-1], 0
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line:
                width = _NEVER if part.items[-1] == [""] else width
                part.items[-1].append("")
            elif part.items and line.startswith(" " * width):
                part.items[-1].append(line[width:])
            elif (found := _item(line)) and found[1][-1] == sign and not _IS_RULE.match(line):
                part.loose |= bool(part.items) and part.items[-1][1:][-1:] == [""]
                rest = line[found.end() :] if 1 <= len(found[3]) <= 4 else line[found.end(1) + 1 :]
                width = len(line) - len(rest) if rest.strip() else found.end(1) + 1
                part.items.append([_blank(rest)])
                part.starts.append(self.at)
            elif part.items[-1][-1] and _goes_on(part.items[-1][-1], line):
                part.items[-1].append(line.lstrip(" "))
            else:
                break
            self.at += 1
        self._give_back(part)
        return part

    def _give_back(self, part: Part) -> None:
        """Remove blank lines from the end of a block and of its items."""
        while self.at > part.first + 1 and not self.lines[self.at - 1]:
            self.at -= 1
        for item in part.items:
            while len(item) > 1 and not item[-1]:
                item.pop()

    def _note(self, match: re.Match[str]) -> Part:
        part = Part("note", self.at, [], name=match[1])
        part.items = [[self.lines[self.at][match.end() :]]]
        self.at += 1
        self._continue(part, part.items[0])
        self._give_back(part)
        part.lines = part.items[0]
        return part

    def _continue(self, part: Part, taken: list[str]) -> None:
        """Read the rest of a note or meaning: indented lines and paragraph continuations."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            goes_on = bool(taken[-1]) and not _STARTS.match(line) and not _MEANING.match(line)
            if line and not line.startswith("    ") and not goes_on:
                break
            taken.append(_dedent(line, 4))
            self.at += 1

    def _paragraph(self) -> Part:
        first = self.at
        if self._is_table():
            return self._table()
        self.at += 1
        while self.at < len(self.lines) and (line := self.lines[self.at]):
            if not line.startswith("    "):
                match = _UNDERLINE.match(line)
                if match:
                    return self._underlined(first, 1 if match[1][0] == "=" else 2)
                if _MEANING.match(line):
                    return self._definitions(first)
                if _STARTS.match(line) or self._is_table():
                    break
            self.at += 1
        if self._meaning_follows():
            return self._definitions(first, apart=True)
        return Part("paragraph", first, [line.lstrip(" ") for line in self.lines[first : self.at]])

    def _underlined(self, first: int, level: int) -> Part:
        words = "\n".join(line.lstrip(" ") for line in self.lines[first : self.at]).rstrip(" ")
        self.at += 1
        return Part("heading", first, [words], number=level)

    def _meaning_follows(self) -> bool:
        after = self.at
        while after < len(self.lines) and not self.lines[after]:
            after += 1
        return after < len(self.lines) and _MEANING.match(self.lines[after]) is not None

    def _definitions(self, first: int, *, apart: bool = False) -> Part:
        part = Part("definitions", first, [line.strip() for line in self.lines[first : self.at]])
        part.loose = apart
        while self._meaning_follows():
            while not self.lines[self.at]:
                self.at += 1
            match = _MEANING.match(self.lines[self.at])
            part.items.append([self.lines[self.at][match.end() if match else 0 :]])
            part.starts.append(self.at)
            self.at += 1
            self._continue(part, part.items[-1])
        self._give_back(part)
        return part

    def _is_table(self) -> bool:
        heads, after = self.lines[self.at], self.at + 1
        if "|" not in heads or after >= len(self.lines) or "-" not in self.lines[after]:
            return False
        below = self.lines[after]
        if not set(below) <= set("|:- ") or below.startswith("    ") or _item(below):
            return False
        marks = cells(below)
        return len(marks) == len(cells(heads)) and all(map(_BELOW_HEAD.fullmatch, marks))

    def _table(self) -> Part:
        first = self.at
        self.at += 2
        while self.at < len(self.lines) and (line := self.lines[self.at]):
            if line.startswith("    ") or _STARTS.match(line):
                break
            self.at += 1
        return Part("table", first, self.lines[first : self.at])


def _item(line: str) -> re.Match[str] | None:
    """Match the marker of a list item, which a space or the end of the line must follow."""
    match = _ITEM.match(line)
    return match if match and (match[3] or match.end() == len(line)) else None


def _goes_on(before: str, line: str) -> bool:
    """Whether an unindented `line` continues the paragraph of `before` (lazy continuation)."""
    prefix = _PREFIX.match(before)
    rest = before[prefix.end() if prefix else 0 :]
    return not _NO_PARAGRAPH.match(rest) and not _STARTS.match(line) and not _item(line)


def _dedent(line: str, width: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, width) :]


def _blank(line: str) -> str:
    return line if line.strip(" ") else ""
