"""Markdown parser of a body: Python-Markdown with our block and inline grammar, without HTML."""

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
    """A parser for any number of bodies in turn; `read` clears the state of the body before."""

    def __init__(self) -> None:
        self.scene = Scene()
        md = Markdown()
        self._links: Once[tuple[str, str]] = Once()
        md.references = self._links
        md.ESCAPED_CHARS = list(punctuation)  # all ASCII punctuation, as in CommonMark
        self._blocks = Builder(md, self.scene)
        md.parser = self._blocks
        skip_unneeded_patterns(md, register(md, self.scene))
        self._md = md

    def read(
        self, text: str, sources: Mapping[str, str] | None
    ) -> tuple[Element, dict[str, Element]]:
        """Parse a body into blocks; return its root, and the `li` of each note by label.

        Inline text is not parsed yet. `sources` has the keys that can be cited; None: no citations.
        """
        self._md.reset()
        self._blocks.reset()
        self.scene.sources, self.scene.used, self.scene.faults = sources, set(), {}
        root = Element("div")
        lines = self.lines(text)
        self._blocks.parseChunk(root, "\n".join(lines))
        self.left = tuple(self._blocks.left)
        notes: dict[str, Element] = {}
        texts = self._blocks.notes
        while len(notes) < len(texts):  # a note can contain the definition of another
            for label in [label for label in texts if label not in notes]:
                notes[label] = self._note(texts[label], self._blocks.lines[label])
        self.scene.notes = notes
        self._refuse_repetitions()
        return root, notes

    def lines(self, text: str) -> list[str]:
        """Split a text into lines; expand tabs, empty blank lines, remove STX and ETX.

        Python-Markdown's preprocessor `NormalizeWhitespace` does the same.
        """
        text = text.replace(STX, "").replace(ETX, "").expandtabs(self._md.tab_length)
        return _BLANK_LINES.sub("", text).split("\n")

    def _note(self, text: str, line: int) -> Element:
        # Parsed under a temporary `div`: list blocks treat an `li` parent differently.
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
        """Add a fault for each link definition that no link uses.

        Markdown removes such a line from the page, and the editor may not have meant a definition.
        """
        for name in self._links.keys() - self.scene.used:
            hint = "write [words][that name] somewhere, or remove it; for the bracket write \\["
            self.scene.fault(
                "defined link", name, (f"nothing uses the address of `[{name}]`", hint)
            )

    def parse_inline(self, root: Element) -> None:
        """Parse the inline text of all elements under `root`, in place."""
        for element in root.iter():
            text = element.text
            if not text or isinstance(text, AtomicString):
                continue
            if not MARKED.search(text) and "  \n" not in text:
                element.text = PlainText(text)
        self._md.treeprocessors["inline"].run(root)

    def mark_abbreviations(self, root: Element) -> None:
        """Wrap each defined abbreviation in `abbr`.

        Runs last, on final text: an abbreviation that is a number would break numeric escapes.
        """
        if self._blocks.words:
            AbbrTreeprocessor(self._md, self._blocks.words).run(root)
