"""Emphasis by `*` and `_`, paired by the rules of CommonMark.

Python-Markdown pairs delimiter runs by its own rules: it ignores `_` within `__a _b_ c__`, makes
`**—**A` strong, and where a shorter run closes a longer one it can take the letters after it for
delimiters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX

_RUN = re.compile(r"\*+|_+")
_SIGNS = re.compile(r"[*_]")
_Found = tuple[Element | None, int | None, int | None]


@dataclass(slots=True)
class _Run:
    """A delimiter run: consecutive `*` or consecutive `_`.

    `sign` is the character; `start` and `end` are the offsets of the delimiters not paired yet,
    `length` the original length. `opens` and `closes` say whether it can open or close emphasis.
    """

    sign: str
    start: int
    end: int
    opens: bool
    closes: bool
    length: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair of delimiters, at `[start, opened)` and `[closed, end)`, and its element's `tag`."""

    tag: str
    start: int
    opened: int
    closed: int
    end: int


class Emphasis(InlineProcessor):
    """`*words*`, `**words**`, `_words_` and `__words__`; unpaired `*` and `_` stay text."""

    def __init__(self) -> None:
        super().__init__(_SIGNS.pattern)
        self.compiled_re = _SIGNS
        #: Pairs that are not elements yet, the last one first; None before a text is searched.
        self._pairs: list[_Pair] | None = None
        self._length = 0

    def begin(self, data: str) -> bool:
        """Start on a new text; return whether it contains `*` or `_`."""
        if _SIGNS.search(data) is None:
            return False
        self._pairs = None
        return True

    def end(self, data: str) -> str:
        """Return the text with unpaired delimiters escaped: the library may parse it again."""
        return _escaped(data)

    def handleMatch(self, m: re.Match[str], data: str) -> _Found:  # type: ignore[override]  # noqa: N802
        if self._pairs is None:
            self._pairs = sorted(_pairs(_runs(data)), key=lambda pair: -pair.start)
            self._length = len(data)
        if not self._pairs:
            return None, m.start(), len(data)
        # Earlier pairs are placeholders now, which differ in length from their source.
        shift = len(data) - self._length
        outer = self._pairs.pop()
        element = Element(outer.tag)
        self._fill(element, outer, data, shift)
        return element, outer.start + shift, outer.end + shift

    def _fill(self, element: Element, pair: _Pair, data: str, shift: int) -> None:
        """Fill the element of a pair with its text and the elements of the pairs inside it."""
        element.text = ""
        at = pair.opened
        while self._pairs and self._pairs[-1].start < pair.end:
            inner = self._pairs.pop()
            _say(element, data[at + shift : inner.start + shift])
            self._fill(SubElement(element, inner.tag), inner, data, shift)
            at = inner.end
        _say(element, data[at + shift : pair.closed + shift])


def _runs(data: str) -> Iterator[_Run]:
    for match in _RUN.finditer(data):
        sign = match[0][0]
        before = data[match.start() - 1] if match.start() else " "
        after = data[match.end()] if match.end() < len(data) else " "
        left = not after.isspace() and (not _mark(after) or before.isspace() or _mark(before))
        right = not before.isspace() and (not _mark(before) or after.isspace() or _mark(after))
        opens, closes = left, right
        if sign == "_":
            opens = left and (not right or _mark(before))
            closes = right and (not left or _mark(after))
        yield _Run(sign, match.start(), match.end(), opens, closes, len(match[0]))


def _mark(letter: str) -> bool:
    """Whether a character is punctuation or a symbol.

    So are `STX` and `ETX`, around the library's placeholders for links, code and escapes.
    """
    return letter in (STX, ETX) or category(letter)[0] in "PS"


def _pairs(runs: Iterator[_Run]) -> Iterator[_Pair]:
    """Pair the runs by CommonMark's "process emphasis"; an inner pair precedes its outer one."""
    open_runs: list[_Run] = []
    bottoms: dict[tuple[str, int, bool], int] = {}  # no opener below this index, by closer
    for run in runs:
        while run.closes and run.start < run.end:
            kind = (run.sign, run.length % 3, run.opens)
            at = _opener(open_runs, run, bottoms.get(kind, 0))
            if at is None:
                bottoms[kind] = len(open_runs)
                break
            del open_runs[at + 1 :]
            bottoms = {kind: min(bottom, at) for kind, bottom in bottoms.items()}
            opener = open_runs[at]
            size = 2 if min(opener.end - opener.start, run.end - run.start) >= 2 else 1
            tag = "strong" if size == 2 else "em"
            yield _Pair(tag, opener.end - size, opener.end, run.start, run.start + size)
            opener.end -= size
            run.start += size
            if opener.start == opener.end:
                open_runs.pop()
        if run.opens and run.start < run.end:
            open_runs.append(run)


def _opener(open_runs: list[_Run], closer: _Run, bottom: int) -> int | None:
    for at in range(len(open_runs) - 1, bottom - 1, -1):
        run = open_runs[at]
        if run.sign != closer.sign:
            continue
        both = run.closes or closer.opens
        threes = (run.length + closer.length) % 3 == 0 and (run.length % 3 or closer.length % 3)
        if not (both and threes):
            return at
    return None


def _escaped(words: str) -> str:
    return words.replace("*", f"{STX}42{ETX}").replace("_", f"{STX}95{ETX}")


def _say(element: Element, words: str) -> None:
    """Append text to the content of an element."""
    words = _escaped(words)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words
