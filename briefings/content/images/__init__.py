"""Kinds of files in `media/`, recognised by their first bytes.

Where a host sends no media type, or a browser ignores it, the bytes decide: HTML named `plan.png`
is then a page of the site and runs its scripts. The signatures are those of the formats and of the
WHATWG MIME Sniffing Standard. Pictures are published by `raster` and `svg`.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

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
    """Return whether a file begins like a picture of pixels, also of one that is not published."""
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
