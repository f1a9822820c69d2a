"""The Markdown of a body: Python-Markdown with our inline grammar, and without HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import punctuation
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.util import ETX, STX, AtomicString

from briefings.content.markdown.builder import Builder, Once
from briefings.content.markdown.inline import MARKED, PlainText, Scene, register
from briefings.content.markdown.lazy_parsing import skip_unneeded_patterns

_BLANK_LINES = re.compile(r"^ +$", re.MULTILINE)


class Reader:
    """One parser for any number of bodies, one after the other; nothing of a body remains."""

    def __init__(self) -> None:
        self.scene = Scene()
        md = Markdown()
        self._links: Once[tuple[str, str]] = Once()
        md.references = self._links
        md.ESCAPED_CHARS = list(punctuation)  # every one of them, as in CommonMark
        self._blocks = Builder(md, self.scene)
        md.parser = self._blocks
        skip_unneeded_patterns(md, register(md, self.scene))
        self._md = md

    def read(
        self, text: str, sources: Mapping[str, str] | None
    ) -> tuple[Element, dict[str, Element]]:
        """The blocks of a body and of its notes (by label), inline text not yet parsed."""
        self._md.reset()
        self._blocks.reset()
        self.scene.sources, self.scene.used, self.scene.faults = sources, set(), {}
        root = Element("div")
        lines = self.lines(text)
        self._blocks.parseChunk(root, "\n".join(lines))
        self.left = tuple(self._blocks.left)
        notes: dict[str, Element] = {}
        texts = self._blocks.notes
        while len(notes) < len(texts):  # a note can define another one
            for label in [label for label in texts if label not in notes]:
                notes[label] = self._note(texts[label], self._blocks.lines[label])
        self.scene.notes = notes
        self._refuse_repetitions()
        return root, notes

    def lines(self, text: str) -> list[str]:
        """Spaces for tabs and nothing on blank lines, as the library's own first step has it."""
        text = text.replace(STX, "").replace(ETX, "").expandtabs(self._md.tab_length)
        return _BLANK_LINES.sub("", text).split("\n")

    def _note(self, text: str, line: int) -> Element:
        # Parsed beneath a stand-in: list blocks treat an `li` parent in their own way.
        stand_in = Element("div")
        self._blocks.parseChunk(stand_in, text, line)
        note = Element("li")
        note.extend(stand_in)
        return note

    def _refuse_repetitions(self) -> None:
        for kind, names in (
            ("note", self._blocks.notes.again),
            ("link", self._links.again),
            ("abbreviation", self._blocks.words.again),
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
            if not MARKED.search(text) and "  \n" not in text:
                element.text = PlainText(text)
        self._md.treeprocessors["inline"].run(root)

    def mark_abbreviations(self, root: Element) -> None:
        """Wrap each defined abbreviation in `abbr`.

        Comes last, on final text: a number among the abbreviations would break the escapes.
        """
        if self._blocks.words:
            AbbrTreeprocessor(self._md, self._blocks.words).run(root)
