"""Kinds of files in `media/`, recognised by their first bytes.

Where a host sends no media type, or a browser ignores it, the bytes decide: HTML named `plan.png`
is then a page of the site and runs its scripts. The signatures are those of the formats and of the
WHATWG MIME Sniffing Standard. Raster images are published by `raster`, drawings (SVG) here;
what a drawing may contain is judged by `checks.media`.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from typing import NamedTuple
from xml.parsers import expat

HINT = "save the picture again as a JPEG, PNG or WebP"


class Kind(NamedTuple):
    """A format: its name, its signature, and the name of Pillow's decoder for a picture."""

    name: str
    signature: re.Pattern[bytes]
    decoder: str = ""


#: Extension → kind.
KINDS = {
    "jpg": Kind("a JPEG picture", re.compile(rb"\xff\xd8\xff"), "JPEG"),
    "png": Kind("a PNG picture", re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    "gif": Kind("a GIF picture", re.compile(rb"GIF8[79]a"), "GIF"),
    "webp": Kind("a WebP picture", re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WEBP"),
    "avif": Kind("an AVIF picture", re.compile(rb".{4}ftypavif", re.DOTALL), "AVIF"),
    "pdf": Kind("a PDF document", re.compile(rb"%PDF-")),
}
KINDS["jpeg"] = KINDS["jpg"]
#: What is often found under the name of another kind → its signature, and what to do.
_OTHERS = {
    "a HEIC picture": (re.compile(rb".{4}ftyp(?!avif)", re.DOTALL), HINT),
    "a TIFF picture": (re.compile(rb"II[*+]\0|MM\0[*+]"), HINT),
    "a web page": (
        re.compile(rb"\s{0,99}+<(?:!doctype )?html", re.IGNORECASE),
        "save the picture or document itself, not the page that it is on",
    ),
}
#: An office document is a ZIP archive. Extension → a folder in the archive (OOXML, ECMA-376), or
#: the end of the media type, which is in its first file, `mimetype` (OpenDocument 1.3, part 2).
_OOXML = {"docx": "word/", "pptx": "ppt/", "xlsx": "xl/"}
_ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
_TEXTS = ("csv", "txt")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

#: (message, hint).
MessageAndHint = tuple[str, str]


def kind_fault(ending: str, data: bytes) -> MessageAndHint | None:
    """Return message and hint if a file is not what its extension says, else None.

    `ending`: the extension in lower case, without the dot. Types that are checked elsewhere (`svg`)
    return None.
    """
    if ending in _TEXTS:
        return _text_fault(data)
    if ending in _OOXML or ending in _ODF:
        return None if _is_office(ending, data) else _not(f"an office document `.{ending}`", data)
    if ending not in KINDS or KINDS[ending].signature.match(data):
        return None
    return _not(KINDS[ending].name, data)


def ending_of(data: bytes) -> str | None:
    """Return the extension of the kind of a file, judged by its first bytes, or None."""
    return next((ending for ending, kind in KINDS.items() if kind.signature.match(data)), None)


def is_picture(data: bytes) -> bool:
    """Return whether a file has the signature of a raster image, of any format known here."""
    ending = ending_of(data)
    if ending is None:
        return any(_OTHERS[name][0].match(data) for name in ("a HEIC picture", "a TIFF picture"))
    return bool(KINDS[ending].decoder)


def _not(name: str, data: bytes) -> MessageAndHint:
    if ending := ending_of(data):
        message = f"this is not {name} but {KINDS[ending].name}"
        return message, f"rename it to `.{ending}`, or save it again"
    for other, (signature, hint) in _OTHERS.items():
        if signature.match(data):
            return f"this is not {name} but {other}", hint
    return f"this is not {name}", "save it again in the program that it is from"


def _text_fault(data: bytes) -> MessageAndHint | None:
    """Return message and hint unless a file is UTF-8 text that no browser takes for HTML."""
    if other := ending_of(data):
        return f"this is not text but {KINDS[other].name}", f"rename it to `.{other}`"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "this is not UTF-8 text", "save it as UTF-8"
    if _CONTROLS.search(text):
        return "this is not text: it contains control characters", "save it as plain text"
    if text.lstrip().startswith("<"):
        message = "a text file can't begin with `<`: a browser may take it for a page"
        return message, "write a line of text above it"
    return None


def _is_office(kind: str, data: bytes) -> bool:
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    if kind in _OOXML:
        return "[Content_Types].xml" in names and any(n.startswith(_OOXML[kind]) for n in names)
    media_type = f"application/vnd.oasis.opendocument.{_ODF[kind]}".encode()
    # The first file, uncompressed: a header of 30 bytes, the name of 8 bytes, the extra field (its
    # length is at 28), the content, the next header.
    start = 38 + int.from_bytes(data[28:30], "little")
    return data[30:38] == b"mimetype" and data[start:].startswith(media_type + b"PK")


# -- drawings --------------------------------------------------------------------------------------

_DATA = re.compile(rb"""(?<!\s)\s++data-[^\s=>"'/]*+\s*+=\s*+(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(rb"""<[^\s/>"']++(?:\s+[^\s=>"'/]++\s*=\s*(?:"[^"]*"|'[^']*'))*+""")

_PIXELS = re.compile(r"\s*([1-9][0-9]{0,4})(?:\.[0-9]{1,9})?(?:px)?\s*")


def bare_drawing(data: bytes) -> bytes:
    """Return an SVG without its invisible parts: comments and `data-…` attributes.

    Programs write the path of the drawing on the author's disk into them, and the names of layers.
    Data that is not well-formed XML is returned unchanged; it is refused elsewhere.
    """
    reading = _Cuts(data)
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


def drawing_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of an SVG in pixels; None if it does not give both."""
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


class _Cuts:
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
