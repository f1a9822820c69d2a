"""SVG: remove the invisible parts of a drawing; its size. What it may contain: `checks.media`.

Removed are comments, in the XML and in its styles, and `data-…` attributes: programs write the path
of the drawing on the author's disk into them, and the names of layers.
"""

from __future__ import annotations

import re
from contextlib import suppress
from xml.parsers import expat

_DATA = re.compile(rb"""(?<!\s)\s++data-[^\s=>"'/]*+\s*+=\s*+(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(rb"""<[^\s/>"']++(?:\s+[^\s=>"'/]++\s*=\s*(?:"[^"]*"|'[^']*'))*+""")

_PIXELS = re.compile(r"\s*([1-9][0-9]{0,4})(?:\.[0-9]{1,9})?(?:px)?\s*")


def bare(data: bytes) -> bytes:
    """Return the drawing without comments and `data-…` attributes.

    Data that is not well-formed XML is returned unchanged; it is refused elsewhere.
    """
    reading = _Reading(data)
    try:
        reading.parser.Parse(data, True)
    except expat.ExpatError:
        return data
    parts: list[bytes] = []
    position = 0
    for start, end, instead in reading.cuts:
        parts += (data[position:start], instead)
        position = end
    return b"".join([*parts, data[position:]])


def size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of a drawing in pixels; None if it does not give both."""
    elements: list[dict[str, str]] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda _, attributes: elements.append(attributes)
    with suppress(expat.ExpatError):
        parser.Parse(data, True)
    root = elements[0] if elements else {}
    width, height = (_PIXELS.fullmatch(root.get(name, "")) for name in ("width", "height"))
    return (int(width[1]), int(height[1])) if width and height else None


def _without(data: bytes, begins: bytes, ends: bytes) -> bytes:
    """Return `data` without its comments; an unclosed comment stays."""
    parts, position = [], 0
    while (start := data.find(begins, position)) >= 0:
        end = data.find(ends, start + len(begins))
        if end < 0:
            break
        parts.append(data[position:start])
        position = end + len(ends)
    return b"".join([*parts, data[position:]])


class _Reading:
    """Collects replacements while a drawing is parsed: start and end of the bytes, new bytes."""

    def __init__(self, data: bytes) -> None:
        self.cuts: list[tuple[int, int, bytes]] = []
        self._data = data
        self._style = -1
        self.parser = expat.ParserCreate("utf-8")
        self.parser.CommentHandler = self._comment
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _comment(self, _: str) -> None:
        start = self.parser.CurrentByteIndex
        end = self._data.index(b"-->", start + 4) + 3
        if self._style < 0:
            self.cuts.append((start, end, b""))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self.parser.CurrentByteIndex
        tag = _TAG.match(self._data, start)
        if tag is None:
            return
        if any(attribute.startswith("data-") for attribute in attributes):
            self.cuts.append((start, tag.end(), _DATA.sub(b"", tag[0])))
        if name.rpartition(":")[2] == "style":
            self._style = tag.end()

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "style" and self._style >= 0:
            end = max(self.parser.CurrentByteIndex, self._style)
            style = self._data[self._style : end]
            plain = _without(_without(style, b"<!--", b"-->"), b"/*", b"*/")
            if plain != style:
                self.cuts.append((self._style, end, plain))
            self._style = -1
