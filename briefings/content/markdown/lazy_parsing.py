"""Inline patterns are tried only on a text that has the sign they begin with.

Python-Markdown tries every pattern on every text, and most of them search all of it for what hardly
any text has. To look for the signs first takes a tenth of that time.
"""

from __future__ import annotations

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

from briefings.content.markdown.emphasis import Emphasis

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
    "backslash_break": "\\\n",
    "html": "<",
    "entity": "&",
}


def skip_unneeded_patterns(md: Markdown, emphasis: Emphasis) -> None:
    """To be called once all patterns are registered."""
    md.treeprocessors.register(_Inline(md, emphasis), "inline", 20)


class _Inline(InlineProcessor):
    """The library's parser of inline text.

    What it calls for each text is a private method of its own. If it calls another one day, each
    text is shown to all patterns again, which takes time and changes nothing else.
    """

    def __init__(self, md: Markdown, emphasis: Emphasis) -> None:
        super().__init__(md)
        by_sign = {md.inlinePatterns[name]: sign for name, sign in _STAND_IN_TEXT.items()}
        self._emphasis = emphasis
        self._signs = [(one, by_sign.get(one, "")) for one in md.inlinePatterns]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        start = 0
        for index in range(patternIndex, len(self._signs)):
            pattern, sign = self._signs[index]
            matched = pattern.begin(data) if pattern is self._emphasis else sign in data
            while matched:
                data, matched, start = apply(pattern, data, index, start)
            if pattern is self._emphasis:
                data = self._emphasis.end(data)
        return data
