"""Builds Python-Markdown's element tree from the blocks of a body."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import ParagraphProcessor, ReferenceProcessor
from markdown.util import AtomicString, code_escape

from briefings.content.markdown.body import Fault
from briefings.content.markdown.inline import Scene
from briefings.content.markdown.limits import NESTING
from briefings.content.markdown.meant import judged
from briefings.content.markdown.parts import Part, cells, parts

_V = TypeVar("_V")


class Once(dict[str, _V]):
    """Definitions by name; `again` is the set of names defined more than once."""

    def __init__(self) -> None:
        super().__init__()
        self.again: set[str] = set()

    def __setitem__(self, key: str, value: _V) -> None:
        if key in self:
            self.again.add(key)
        super().__setitem__(key, value)

    def clear(self) -> None:
        super().clear()
        self.again.clear()


class Builder(BlockParser):
    """Replacement for Python-Markdown's block parser that cuts blocks as CommonMark does.

    `notes` maps each note label to the text of the note, `lines` to the line on which it begins;
    `words` maps each abbreviation to its meaning. `left` holds the line ranges of the body (from 0)
    that CommonMark would read as something else: definitions of notes, abbreviations and terms.
    """

    def __init__(self, md: Markdown, scene: Scene) -> None:
        super().__init__(md)
        self.scene = scene
        self.notes: Once[str] = Once()
        self.lines: dict[str, int] = {}
        self.words: Once[str] = Once()
        self.left: list[range] = []
        self._depth = 0
        self._line = 0  # first line of the current block
        self._paragraphs = ParagraphProcessor(self)
        self._references = ReferenceProcessor(self)
        self._builders: dict[str, Callable[[Element, Part], None]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "rule": lambda parent, part: _append(parent, "hr"),
            "code": self._code,
            "quote": self._quote,
            "list": self._list,
            "table": self._table,
            "definitions": self._definitions,
            "note": self._note,
            "word": self._word,
        }

    def reset(self) -> None:
        """Clear the definitions of the previous body."""
        self.notes.clear()
        self.words.clear()
        self.left = []
        self._depth = 0

    def parseChunk(self, parent: Element, text: str, line: int = 0) -> None:  # noqa: N802 - its name
        """Parse `text` into blocks and append them to `parent`.

        `line` is the line of the body (from 0) on which `text` begins.
        """
        self._build(parent, parts(text.split("\n")), line)

    def _build(self, parent: Element, blocks: Iterable[Part], line: int) -> None:
        for part in blocks:
            if self._depth == 0 and part.kind in ("definitions", "note", "word"):
                self.left.append(range(part.first, part.end))
            self._line = line + part.first
            self._builders[part.kind](parent, part)

    def _within(self, parent: Element, blocks: Iterable[Part], state: str, line: int) -> None:
        if self._depth == NESTING:
            hint = f"lists and quotes nest up to {NESTING} deep"
            self._fault(line, "", (f"nested more than {NESTING} deep", hint))
            return
        self._depth += 1
        self.state.set(state)
        self._build(parent, blocks, line)
        self.state.reset()
        self._depth -= 1

    def _fault(self, line: int, written: str, fault: Fault) -> None:
        self.scene.fault("at", f"{line} {written.strip()}", fault)

    def _paragraph(self, parent: Element, part: Part) -> None:
        for number, line in enumerate(part.lines, self._line):
            if fault := judged(line):
                self._fault(number, line, fault)
        blocks = ["\n".join(part.lines)]
        while blocks and blocks[0].startswith("[") and self._references.RE.match(blocks[0]):
            self._references.run(parent, blocks)
        for block in blocks:
            self._paragraphs.run(parent, [block])

    def _heading(self, parent: Element, part: Part) -> None:
        _append(parent, f"h{part.number}", part.lines[0])

    def _code(self, parent: Element, part: Part) -> None:
        code = SubElement(SubElement(parent, "pre"), "code")
        code.text = AtomicString(code_escape("\n".join([*part.lines, ""])))

    def _quote(self, parent: Element, part: Part) -> None:
        quote = SubElement(parent, "blockquote")
        self._within(quote, parts(part.lines), "blockquote", self._line)

    def _list(self, parent: Element, part: Part) -> None:
        listed = SubElement(parent, "ul" if part.number is None else "ol")
        if part.number not in (None, 1):
            listed.set("start", str(part.number))
        self._items(listed, "li", part)

    def _definitions(self, parent: Element, part: Part) -> None:
        last = parent[-1] if len(parent) else None
        listed = last if last is not None and last.tag == "dl" else SubElement(parent, "dl")
        for term in part.lines:
            _append(listed, "dt", term)
        self._items(listed, "dd", part)

    def _items(self, listed: Element, tag: str, part: Part) -> None:
        items = [list(parts(item)) for item in part.items]
        loose = part.loose or any(map(_is_loose, items))
        above = self._line - part.first
        for item, start in zip(items, part.starts, strict=True):
            state = "looselist" if loose else "list"
            self._within(SubElement(listed, tag), item, state, above + start)

    def _table(self, parent: Element, part: Part) -> None:
        heads, below, *rows = map(cells, part.lines)
        table = SubElement(parent, "table")
        places = [_alignment(cell) for cell in below]
        _row(SubElement(table, "thead"), "th", heads, places)
        body = SubElement(table, "tbody") if rows else table
        for number, row in enumerate(rows, 2):
            if len(row) > len(heads):
                fault = f"this row has {len(row)} cells, but the table has {len(heads)} columns"
                hint = "give each column a head, or remove the cell; for a | in a cell write \\|"
                self._fault(self._line + number, part.lines[number], (fault, hint))
            _row(body, "td", row, places)

    def _note(self, parent: Element, part: Part) -> None:
        self.notes[part.name] = "\n".join(part.lines)
        self.lines[part.name] = self._line

    def _word(self, parent: Element, part: Part) -> None:
        self.words[part.name] = part.lines[0].strip()


def _is_loose(item: list[Part]) -> bool:
    """Whether a blank line separates two blocks of an item, so that its text is in paragraphs."""
    return any(part.apart for part in item[1:])


def _append(parent: Element, tag: str, text: str = "") -> None:
    SubElement(parent, tag).text = text


def _alignment(below: str) -> str:
    left, right = below.startswith(":"), below.endswith(":")
    return "center" if left and right else "left" if left else "right" if right else ""


def _row(parent: Element, tag: str, row: list[str], places: list[str]) -> None:
    line = SubElement(parent, "tr")
    for number, place in enumerate(places):
        cell = SubElement(line, tag, {"align": place} if place else {})
        cell.text = row[number] if number < len(row) else ""
