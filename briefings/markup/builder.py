"""What each block of a body becomes in Python-Markdown's tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import ParagraphProcessor, ReferenceProcessor
from markdown.util import AtomicString, code_escape

from briefings.markup.inline import Scene
from briefings.markup.limits import NESTING
from briefings.markup.meant import judge_line
from briefings.markup.parts import Part, cells, parts

_V = TypeVar("_V")


class Once(dict[str, _V]):
    """Definitions by name; `again` keeps the names that were given a second time."""

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
    """Python-Markdown's parser of blocks, with the blocks cut as CommonMark cuts them.

    `notes` and `words` hold the text of each note and what each abbreviation stands for, `left` the
    lines of the text parsed last (from 0) that CommonMark would read as something else: definitions
    of notes, abbreviations and terms.
    """

    def __init__(self, md: Markdown, scene: Scene) -> None:
        super().__init__(md)
        self.scene = scene
        self.notes: Once[str] = Once()
        self.words: Once[str] = Once()
        self.left: list[range] = []
        self._depth = 0
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
        """Forget what the last body defined."""
        self.notes.clear()
        self.words.clear()
        self.left = []
        self._depth = 0

    def parseChunk(self, parent: Element, text: str) -> None:  # noqa: N802 - the library's name
        """Parse a text into blocks and append them to `parent`."""
        self._build(parent, parts(text.split("\n")))

    def _build(self, parent: Element, blocks: Iterable[Part]) -> None:
        for part in blocks:
            if self._depth == 0 and part.kind in ("definitions", "note", "word"):
                self.left.append(range(part.first, part.end))
            self._builders[part.kind](parent, part)

    def _within(self, parent: Element, blocks: Iterable[Part], state: str) -> None:
        if self._depth == NESTING:
            for part in blocks:
                hint = f"lists and quotes nest up to {NESTING} deep"
                fault = (f"nested more than {NESTING} deep", hint)
                self.scene.fault("line", (part.lines or part.items[0])[0].strip(), fault)
            return
        self._depth += 1
        self.state.set(state)
        self._build(parent, blocks)
        self.state.reset()
        self._depth -= 1

    def _paragraph(self, parent: Element, part: Part) -> None:
        for line in part.lines:
            judge_line(line, self.scene)
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
        self._within(SubElement(parent, "blockquote"), parts(part.lines), "blockquote")

    def _list(self, parent: Element, part: Part) -> None:
        listed = SubElement(parent, "ul" if part.number is None else "ol")
        if part.number not in (None, 1):
            listed.set("start", str(part.number))
        items = [list(parts(item)) for item in part.items]
        loose = part.loose or any(map(_is_loose, items))
        for item in items:
            self._within(SubElement(listed, "li"), item, "looselist" if loose else "list")

    def _table(self, parent: Element, part: Part) -> None:
        heads, below, *rows = map(cells, part.lines)
        table = SubElement(parent, "table")
        places = [_alignment(cell) for cell in below]
        _row(SubElement(table, "thead"), "th", heads, places)
        body = SubElement(table, "tbody") if rows else table
        for written, row in zip(part.lines[2:], rows, strict=True):
            if len(row) > len(heads):
                self._too_wide(written, len(row), len(heads))
            _row(body, "td", row, places)

    def _too_wide(self, written: str, has: int, heads: int) -> None:
        fault = f"this row has {has} cells, but the table has {heads} columns"
        hint = "give each column a head, or remove the cell; for a | in a cell write \\|"
        self.scene.fault("line", written.strip(), (fault, hint))

    def _definitions(self, parent: Element, part: Part) -> None:
        last = parent[-1] if len(parent) else None
        listed = last if last is not None and last.tag == "dl" else SubElement(parent, "dl")
        for term in part.lines:
            _append(listed, "dt", term)
        for item in part.items:
            meaning = list(parts(item))
            loose = part.loose or _is_loose(meaning)
            self._within(SubElement(listed, "dd"), meaning, "looselist" if loose else "list")

    def _note(self, parent: Element, part: Part) -> None:
        self.notes[part.name] = "\n".join(part.lines)

    def _word(self, parent: Element, part: Part) -> None:
        self.words[part.name] = part.lines[0].strip()


def _is_loose(item: list[Part]) -> bool:
    """Whether a blank line stands between two blocks of an item: then its text is in paragraphs."""
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
