"""Allow SVG files that are only drawings: no scripts, no external references, no metadata.

An SVG file is a document: opened by its URL it can run scripts, and drawing programs often write
the author and folder into it. So only listed elements are allowed (SVG 2, Appendix G, without
scripts, animation, embedded pictures and foreign content), and no references out of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    {
        "a", "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix",
        "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
        "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
        "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology",
        "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
        "filter", "g", "line", "linearGradient", "marker", "mask", "path", "pattern", "polygon",
        "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text",
        "textPath", "title", "tspan", "use", "view",
    }
)  # fmt: skip
#: CSS that loads a resource, or may hide that: a backslash begins an escape.
_LOADS = re.compile(
    r"""\\|@import|image-set|\bsrc\s*\(|url\s*\(\s*(?:["']\s*)?(?![\s"'#])""", re.IGNORECASE
)
_PLAIN = "save it as a plain SVG: no scripts, links, animation, embedded pictures or metadata"
_AGAIN = "open the drawing and save it again as a plain SVG, in UTF-8"

#: Line, column, message and hint.
DrawingFault = tuple[int, int, str, str]


def drawing_faults(data: bytes) -> Iterator[DrawingFault]:
    """Yield everything in an SVG file that is more than a drawing, the first of each message."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        yield 1, 1, "this drawing is not UTF-8 text", _AGAIN
        return
    reading = _Reading()
    reading.read(data)
    for (message, hint), (line, column) in reading.found.items():
        yield line, column, message, hint


class _Stop(Exception):
    """Raised to stop parsing; the rest of the file is not checked."""


class _Reading:
    """Parser of one drawing.

    It never expands a declared entity: it stops at the document type that would declare one.
    `found`: (message, hint) → (line, column) of the first occurrence.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], tuple[int, int]] = {}
        self._depth = 0
        self._style: list[str] | None = None
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.ordered_attributes = True
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, data: bytes) -> None:
        """Parse the file and collect its faults in `found`."""
        try:
            self._parser.Parse(data, True)
        except _Stop:
            return
        except expat.ExpatError as error:
            place = (error.lineno, error.offset + 1)
            self.found.setdefault(("this is no whole SVG", _AGAIN), place)

    def _note(self, message: str, hint: str = _PLAIN) -> None:
        place = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        self.found.setdefault((message, hint), place)

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            self._note("this drawing says that it is not UTF-8", _AGAIN)

    def _document_type(self, *_: object) -> None:
        self._note("a drawing has no document type", "remove <!DOCTYPE …>, which nothing needs")
        raise _Stop

    def _instruction(self, target: str, data: str) -> None:
        self._note(f"a drawing can't have <?{target}?> in it", "remove it")

    def _start(self, name: str, attributes: list[str]) -> None:
        space, _, local = name.rpartition(" ")
        if self._depth == 0 and (space, local) != (_SVG, "svg"):
            self._note("this is no SVG", f'its first element is <svg xmlns="{_SVG}">')
            raise _Stop
        if self._style is not None:
            self._note("a style of this drawing has an element in it", _PLAIN)
            raise _Stop
        self._depth += 1
        if space != _SVG or local not in _ELEMENTS:
            self._note(f"a drawing can't have <{local}> in it")
            return
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            self._attribute(key, value)
        if local == "style":
            self._style = []

    def _attribute(self, name: str, value: str) -> None:
        space, _, local = name.rpartition(" ")
        runs = local.lower().startswith("on")
        if runs or space not in {"", _XLINK, _XML} or (space, local) == (_XML, "base"):
            self._note(f"a drawing can't have the attribute `{local}` in it")
        elif local == "href" and not value.strip().startswith("#"):
            self._note("a reference leads out of this drawing", "remove it; only #… may stay")
        elif _LOADS.search(value):
            self._note("a style of this drawing loads something", _PLAIN)

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == f"{_SVG} style" and self._style is not None:
            if _LOADS.search("".join(self._style)):
                self._note("a style of this drawing loads something", _PLAIN)
            self._style = None
