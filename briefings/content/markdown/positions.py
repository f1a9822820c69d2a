"""Lines and columns of faults, links and quotations in the source of a body.

Python-Markdown keeps no positions. So the renderer reports the kind and the source text of a
construct, and this module searches the source for it, with code masked by spaces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from briefings.content.markdown.blocks import blocks
from briefings.content.markdown.raw_html import RAW_HTML, name_of

Index = dict[str, list[int]]
Scan = Callable[[str], Iterator[tuple[str, int]]]

_CITATION = re.compile(r"(?<!\\)\[@([^\[\]]*)\]")
_OPEN_CITATION = re.compile(r"(?<!\\)\[@((?:[^\[\]\n]|\n(?!\s*\n))*+)(?!\])")
_BRACKET = re.compile(r"(?<![\\!])\[([^\[\]]*)\]")
_ENTITY = re.compile(r"(?<!\\)(&#?[0-9A-Za-z]+;)")
_NOTE = re.compile(r"(?<!\\)\[\^([^\[\]]*)\]")
_DEFINED_NOTE = re.compile(r"^[ >\t]*\[\^([^\]\n]*+)\]:", re.MULTILINE)
_DEFINED_LINK = re.compile(r"^[ >\t]*\[([^\^\[\]][^\[\]]*)\]:", re.MULTILINE)
_DEFINED_WORD = re.compile(r"^[ >\t]*\*\[([^\]\n]*+)\][ ]?:", re.MULTILINE)
_REFERENCE = re.compile(r"\]\[([^\[\]]*)\]")
_ADDRESS = re.compile(
    r"(?:\]\([ \t]*<?|^[ >\t]*\[[^\[\]\n^][^\[\]\n]*\]:[ ]*<?|(?<!\\)<)([^\s<>]*)", re.MULTILINE
)
_WORDLESS = re.compile(r"(?<!!)\[\s*\]\([ \t]*<?([^\s<>]*)")
_ALTLESS = re.compile(r"!\[\s*\]\([ \t]*<?([^\s<>]*)")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([ \t]*<?([^\s<>]*)")
_HEADING = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(#{1,6})(?:[ \t]+([^\n]*)|$)", re.MULTILINE
)
_CLOSING_SIGNS = re.compile(r"(?:^| )#+$")
_UNDERLINED = re.compile(r"^[ \t>]*+(\S[^\n]*+)\n[ \t>]*(=+|-+)[ \t]*$", re.MULTILINE)
_QUOTE = re.compile(
    r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(>)[^\n]*"
    r"(?:\n[ \t]*>[^\n]*|\n[ \t]*[^\s>][^\n]*)*+",
    re.MULTILINE,
)
_LIST_LIKE = re.compile(r"[ ]{0,3}(?:[-*+][ ]|\d+[.)][ ]|\[\^|:[ ])")
_FENCE = re.compile(r"^(?:[ >\t]|[-+*][ ]|\d{1,9}[.)][ ])*+(`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE)
_INDENTED = re.compile(r"(?:(?: {4}|\t)[^\n]*(?:\n|$))+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class SourcePositions:
    """Positions in the text of one body, which begins on line `first_line` of the file."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first_line = first_line

    def places(self, kind: str, written: str) -> list[tuple[int, int]]:
        """Return the line and column (from 1) of every construct of a kind with this source text.

        `kind` is a key of `_SCANS`, or one of these: `body` is the first line of the body; for
        `at`, `written` begins with the line (from 0); `anchor again` is every such heading but the
        first. If nothing matches, returns the position of the first such text, or the first line.
        """
        if kind == "body":
            return [(self._first_line, 1)]
        if kind == "at":
            line, _, words = written.partition(" ")
            return [(self._first_line + int(line), self._column(int(line), words))]
        if kind == "anchor again":
            every = self.places("heading", written)
            return every[1:] or every
        found = self._index(kind).get(_squeeze(written)) or [self._first(kind, written)]
        return [self._place(offset) for offset in found]

    def _first(self, kind: str, written: str) -> int:
        words = written.split(" ", 1)[-1] if kind == "heading" else written
        words = _BEGINS.get(kind, "") + words
        at = self._masked.find(words)
        return max(at if at >= 0 else self._text.find(words), 0)

    def _column(self, line: int, words: str) -> int:
        return max(self._text.find(words, self._starts[line]) - self._starts[line], 0) + 1

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return self._first_line + line - 1, offset - self._starts[line - 1] + 1

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    @cached_property
    def _masked(self) -> str:
        text = _without(self._text, _fences(self._text))
        return _without(text, sorted(_code(text)))

    def _index(self, kind: str) -> Index:
        index: Index | None = self._indexes.get(kind)
        if index is None:
            index = defaultdict(list)
            for written, offset in _SCANS[kind](self._masked):
                index[_squeeze(written)].append(offset)
            self._indexes[kind] = dict(index)
        return index

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        return {}


def _squeeze(written: str) -> str:
    """Replace each run of whitespace by one space; `[@ A]` still differs from `[@A]`."""
    return re.sub(r"\s+", " ", written)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Replace the characters of sorted spans by spaces, except line breaks."""
    out: list[str] = []
    end = 0
    for start, stop in spans:
        if start >= end:
            out += (text[end:start], re.sub(r"[^\n]", " ", text[start:stop]))
            end = stop
    return "".join([*out, text[end:]])


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of fenced code, approximated by the shape of the lines."""
    end = 0
    while fence := _FENCE.search(text, end):
        sign, length = fence[1][0], len(fence[1])
        closing = re.compile(rf"^[ >\t]*{sign}{{{length},}}[ \t]*$", re.MULTILINE)
        closed = closing.search(text, fence.end())
        end = closed.end() if closed else len(text)
        yield fence.start(1), end


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of indented and inline code, approximated by the shape of the lines."""
    in_list = False
    for _, offset, block in blocks(text):
        indented = block.startswith(("    ", "\t"))
        if not indented:
            in_list = _LIST_LIKE.match(block) is not None
        elif not in_list:
            match = _INDENTED.match(block)
            yield offset, offset + (match.end() if match else 0)
        yield from _code_spans(block, offset)


def _code_spans(block: str, offset: int) -> Iterator[tuple[int, int]]:
    runs = [(m.start(), m.end()) for m in re.finditer(r"(?<!\\)`+", block)]
    last = {end - start: number for number, (start, end) in enumerate(runs)}
    opening = 0
    while opening < len(runs):
        start, end = runs[opening]
        closing = opening + 1
        if last[end - start] > opening:
            while runs[closing][1] - runs[closing][0] != end - start:
                closing += 1
            yield offset + start, offset + runs[closing][1]
            closing += 1
        opening = closing


def _scan(pattern: re.Pattern[str], before: int) -> Scan:
    """Return a scan that yields group 1 of each match, at `before` characters before it."""

    def scan(text: str) -> Iterator[tuple[str, int]]:
        for match in pattern.finditer(text):
            yield match[1], match.start(1) - before

    return scan


def _addresses(text: str) -> Iterator[tuple[str, int]]:
    for match in _ADDRESS.finditer(text):
        address = match[1] if match[0].endswith(f"<{match[1]}") else _balanced(match[1])
        yield _ESCAPE.sub(r"\1", address), match.start(1)


def _targets(pattern: re.Pattern[str], *, whole: bool) -> Scan:
    def scan(text: str) -> Iterator[tuple[str, int]]:
        for match in pattern.finditer(text):
            at = match.start(0 if whole else 1)
            yield _ESCAPE.sub(r"\1", _balanced(match[1])), at

    return scan


def _balanced(address: str) -> str:
    """Cut an address at the bracket that ends its link."""
    depth = 0
    for position, sign in enumerate(address):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return address[:position]
    return address


def _notes(text: str) -> Iterator[tuple[str, int]]:
    definitions = {match.end() for match in _DEFINED_NOTE.finditer(text)}
    for match in _NOTE.finditer(text):
        if match.end() + 1 not in definitions:
            yield match[1], match.start()


def _headings(text: str) -> Iterator[tuple[str, int]]:
    for match in _HEADING.finditer(text):
        words = _CLOSING_SIGNS.sub("", (match[2] or "").strip()).rstrip()
        yield f"{len(match[1])} {words}", match.start(1)
    for match in _UNDERLINED.finditer(text):
        yield f"{1 if match[2][0] == '=' else 2} {match[1].rstrip()}", match.start(1)


def _html(text: str) -> Iterator[tuple[str, int]]:
    for match in RAW_HTML.finditer(text):
        if text[match.start() - 1 : match.start()] != "\\":
            yield name_of(match), match.start()


def _quotations(text: str) -> Iterator[tuple[str, int]]:
    """Yield the block quotes that contain citations, named by their number: `1`, `2` …

    Lines without `>` continue the paragraph of the line before; a blank line ends the quote.
    """
    number = 0
    for match in _QUOTE.finditer(text):
        if _CITATION.search(match[0]):
            number += 1
            yield str(number), match.start(1)


def _names(text: str) -> Iterator[tuple[str, int]]:
    for match in _DEFINED_LINK.finditer(text):
        yield match[1].strip().lower(), match.start(1) - 1


def _again(scan: Scan) -> Scan:
    """Return a scan that skips the first occurrence of each name."""

    def rescan(text: str) -> Iterator[tuple[str, int]]:
        seen: set[str] = set()
        for name, offset in scan(text):
            if name in seen:
                yield name, offset
            seen.add(name)

    return rescan


_BEGINS = {
    "citation": "[@",
    "open citation": "[@",
    "note": "[^",
    "defined note": "[^",
    "html": "<",
    "reference": "][",
}

_SCANS: dict[str, Scan] = {
    "citation": _scan(_CITATION, 2),
    "open citation": _scan(_OPEN_CITATION, 2),
    "note": _notes,
    "defined note": _scan(_DEFINED_NOTE, 2),
    "note again": _again(_scan(_DEFINED_NOTE, 2)),
    "defined link": _names,
    "link again": _again(_names),
    "abbreviation again": _again(_scan(_DEFINED_WORD, 2)),
    "bracket": _scan(_BRACKET, 1),
    "entity": _scan(_ENTITY, 0),
    "reference": _scan(_REFERENCE, 1),
    "address": _addresses,
    "image": _targets(_IMAGE, whole=False),
    "wordless": _targets(_WORDLESS, whole=True),
    "altless": _targets(_ALTLESS, whole=True),
    "heading": _headings,
    "html": _html,
    "quotation": _quotations,
}
