"""What the library is not asked, because the sign that would make it answer is not there.

Python-Markdown shows each block to every processor and each text to every pattern, most of which
search all of it for what hardly any text has. To look for the signs first takes a tenth of that.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

#: Processor → the signs of which one begins a line of every block that it takes.
_BEGIN_LINES = {
    "hashheader": "#",
    "setextheader": "=-",
    "hr": "-_*",
    "deflist": ":",
    "quote": ">",
    "footnote": "[",
    "abbr": "*",
    "reference": "[",
}
_LINE_BEGINS = re.compile(r"\n {0,3}([-#=_*:>\[])")

#: Pattern → what stands in every text that it takes.
_STAND_IN_TEXT = {
    "backtick": "`",
    "escape": "\\",
    "citation": "[@",
    "note": "[^",
    "link": "[",
    "image": "![",
    "autolink": "<",
    "linebreak": "  \n",
    "html": "<",
    "entity": "&",
}


def ask_less(md: Markdown) -> None:
    """To be called once all processors and patterns are registered."""
    md.parser = _Blocks(md)
    md.treeprocessors.register(_Inline(md), "inline", 20)


class _Blocks(BlockParser):
    """The library's parser of blocks, with the processors of the one it replaces."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.blockprocessors = md.parser.blockprocessors
        for processor in self.blockprocessors:
            processor.parser = self
        by_sign = {self.blockprocessors[name]: signs for name, signs in _BEGIN_LINES.items()}
        self._signs = [(one, by_sign.get(one)) for one in self.blockprocessors]
        #: The signs that begin lines of a block → the processors that are asked, in their order.
        self._asked: dict[frozenset[str], list[BlockProcessor]] = {}

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """As the library does it, and in as many frames: how deep a text may nest is the same."""
        while blocks:
            block = blocks[0]
            begins = frozenset(_LINE_BEGINS.findall(f"\n{block}"))
            for processor in self._asked.get(begins) or self._to_ask(begins):
                if processor.test(parent, block) and processor.run(parent, blocks) is not False:
                    break

    def _to_ask(self, begins: frozenset[str]) -> list[BlockProcessor]:
        asked = [one for one, signs in self._signs if signs is None or begins & set(signs)]
        self._asked[begins] = asked
        return asked


class _Inline(InlineProcessor):
    """The library's parser of inline text.

    What it calls for each text is a private method of its own. If it calls another one day, each
    text is shown to all patterns again, which takes time and changes nothing else.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        by_sign = {md.inlinePatterns[name]: sign for name, sign in _STAND_IN_TEXT.items()}
        self._signs = [(one, by_sign.get(one, "")) for one in md.inlinePatterns]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        start = 0
        for index in range(patternIndex, len(self._signs)):
            pattern, sign = self._signs[index]
            matched = sign in data
            while matched:
                data, matched, start = apply(pattern, data, index, start)
        return data
