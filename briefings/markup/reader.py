"""The Markdown of a body: Python-Markdown with our inline grammar, and without HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import punctuation
from typing import TypeVar
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import OListProcessor
from markdown.extensions.abbr import AbbrExtension, AbbrTreeprocessor
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.util import ETX, STX, AtomicString

from briefings.markup.inline import PlainText, Scene, register
from briefings.markup.signs import ask_less

_V = TypeVar("_V")
_BLANK_LINES = re.compile(r"\n +(?=\n)")
_MARKED = re.compile(r"[`\\\[<&*_]")


class Reader:
    """One parser for any number of bodies, one after the other; nothing of a body remains."""

    def __init__(self) -> None:
        self.scene = Scene()
        self._notes = _Notes()
        self._abbreviations = _Abbreviations()
        tables = {"use_align_attribute": True}  # a style attribute would be refused by the CSP
        md = Markdown(
            extensions=[
                TableExtension(**tables),
                DefListExtension(),
                self._abbreviations,
                self._notes,
            ]
        )
        self._links: _Once[tuple[str, str]] = _Once()
        md.references = self._links
        md.ESCAPED_CHARS = list(punctuation)  # every one of them, as in CommonMark
        md.parser.blockprocessors.register(_Table(md.parser, tables), "table", 75)
        md.parser.blockprocessors.register(_NumberedList(md.parser), "olist", 40)
        register(md, self.scene)
        ask_less(md)
        self._md = md

    def read(
        self, text: str, sources: Mapping[str, str] | None
    ) -> tuple[Element, dict[str, Element]]:
        """The blocks of a body and of its notes (by label), inline text not yet parsed."""
        self._md.reset()
        self.scene.sources, self.scene.used, self.scene.faults = sources, set(), {}
        root = Element("div")
        self._md.parser.parseChunk(root, self._normal(text))
        notes: dict[str, Element] = {}
        texts = self._notes.footnotes
        while len(notes) < len(texts):  # a note can define another one
            for label in [label for label in texts if label not in notes]:
                notes[label] = self._note(texts[label])
        self.scene.notes = notes
        self._refuse_repetitions()
        return root, notes

    def _normal(self, text: str) -> str:
        """Spaces for tabs and nothing on blank lines, as the library's own first step has it."""
        text = text.replace(STX, "").replace(ETX, "").expandtabs(self._md.tab_length)
        return _BLANK_LINES.sub("\n", f"{text}\n\n")

    def _note(self, text: str) -> Element:
        # Parsed beneath a stand-in: list blocks treat an `li` parent in their own way.
        stand_in = Element("div")
        self._md.parser.parseChunk(stand_in, text)
        note = Element("li")
        note.extend(stand_in)
        return note

    def _refuse_repetitions(self) -> None:
        for kind, names in (
            ("note", self._notes.again),
            ("link", self._links.again),
            ("abbreviation", self._abbreviations.abbrs.again),
        ):
            for name in names:
                fault = (f"the {kind} `{name}` is defined twice", "keep one of the two")
                self.scene.fault(f"{kind} again", name, fault)

    def refuse_unused(self) -> None:
        """A line that Markdown takes for a link's address vanishes from the page: refuse it,
        unless a link uses it."""
        for name in self._links.keys() - self.scene.used:
            hint = "write [words][that name] somewhere, or remove it; for the bracket write \\["
            self.scene.fault(
                "defined link", name, (f"nothing uses the address of `[{name}]`", hint)
            )

    def parse_inline(self, root: Element) -> None:
        """Parse the inline text of everything under `root`."""
        for element in root.iter():
            text = element.text
            if not text or isinstance(text, AtomicString):
                continue
            if not _MARKED.search(text) and "  \n" not in text:
                element.text = PlainText(text)
        self._md.treeprocessors["inline"].run(root)

    def mark_abbreviations(self, root: Element) -> None:
        """Wrap each defined abbreviation in `abbr`.

        Comes last, on final text: a number among the abbreviations would break the escapes.
        """
        abbreviations = self._abbreviations.abbrs
        if abbreviations:
            AbbrTreeprocessor(self._md, abbreviations).run(root)


class _Once(dict[str, _V]):
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


class _Abbreviations(AbbrExtension):
    def __init__(self) -> None:
        super().__init__()
        self.abbrs: _Once[str] = _Once()


class _Notes(FootnoteExtension):
    """Only the definitions are left to the extension: references and the list are ours."""

    def __init__(self) -> None:
        self.again: set[str] = set()
        super().__init__()

    def reset(self) -> None:
        super().reset()
        self.again.clear()

    def setFootnote(self, id: str, text: str) -> None:  # noqa: N802 - the extension's name
        if id in self.footnotes:
            self.again.add(id)
        super().setFootnote(id, text)


class _NumberedList(OListProcessor):
    LAZY_OL = False  # a list begins with the number that its editor gave it


class _Table(TableProcessor):
    """Tables, told from other blocks by their second line.

    The library splits every block of a body into rows to find out.
    """

    def test(self, parent: Element, block: str) -> bool:
        head, _, rest = block.partition("\n")
        second = rest.partition("\n")[0]
        return "|" in head and set(second) <= set("|:- ") and super().test(parent, block)

    def _split(self, row: str) -> list[str]:
        if "`" in row or "\\" in row:  # then not every bar parts two cells
            return super()._split(row)  # type: ignore[misc,no-any-return]
        return row.split("|")
