"""Check that the first bytes of a file fit its extension.

Where a host sends no media type, or a browser ignores it, the bytes decide: HTML named `plan.png`
is then a page of the site and runs its scripts. The signatures are those of the formats and of the
WHATWG MIME Sniffing Standard.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

_RIFF = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_AVIF = re.compile(rb".{4}ftypavif", re.DOTALL)
#: Extension → (name of the format, test of its signature).
_SIGNATURES: dict[str, tuple[str, Callable[[bytes], object]]] = {
    "jpg": ("a JPEG picture", lambda data: data.startswith(b"\xff\xd8\xff")),
    "png": ("a PNG picture", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    "gif": ("a GIF picture", lambda data: data.startswith((b"GIF87a", b"GIF89a"))),
    "webp": ("a WebP picture", lambda data: _RIFF.match(data)),
    "avif": ("an AVIF picture", lambda data: _AVIF.match(data)),
    "pdf": ("a PDF document", lambda data: data.startswith(b"%PDF-")),
}
#: An office document is a ZIP archive. Extension → a folder in the archive (OOXML, ECMA-376), or
#: the end of the media type, which is in its first file, `mimetype` (OpenDocument 1.3, part 2).
_OOXML = {"docx": "word/", "pptx": "ppt/", "xlsx": "xl/"}
_ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
_TEXTS = ("csv", "txt")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

#: (message, hint).
Said = tuple[str, str]


def kind_fault(ending: str, data: bytes) -> Said | None:
    """Return message and hint if a file is not what its extension says, else None.

    `ending`: the extension in lower case, without the dot. Types that are checked elsewhere (`svg`)
    return None.
    """
    kind = "jpg" if ending == "jpeg" else ending
    if kind in _TEXTS:
        return _text_fault(data)
    if kind in _OOXML or kind in _ODF:
        return None if _is_office(kind, data) else _not(f"an office document `.{kind}`", data)
    if kind not in _SIGNATURES or _SIGNATURES[kind][1](data):
        return None
    return _not(_SIGNATURES[kind][0], data)


def _not(name: str, data: bytes) -> Said:
    other = _known_as(data)
    if other is not None:
        kind, what = other
        return f"this is not {name} but {what}", f"rename it to `.{kind}`, or save it again"
    return f"this is not {name}", "save it again in the program that it is from"


def _known_as(data: bytes) -> tuple[str, str] | None:
    for kind, (name, fits) in _SIGNATURES.items():
        if fits(data):
            return kind, name
    return None


def _text_fault(data: bytes) -> Said | None:
    """Return message and hint unless a file is UTF-8 text that no browser takes for HTML."""
    if other := _known_as(data):
        return f"this is not a text but {other[1]}", f"rename it to `.{other[0]}`"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "this is not UTF-8 text", "save it as UTF-8"
    if _CONTROLS.search(text):
        return "this is not a text: it has control characters in it", "save it as plain text"
    if text.lstrip().startswith("<"):
        message = "a text can't begin with `<`: a browser may take it for a page"
        return message, "write a line of words above it"
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
        return "[Content_Types].xml" in names and any(one.startswith(_OOXML[kind]) for one in names)
    media_type = f"application/vnd.oasis.opendocument.{_ODF[kind]}".encode()
    # The first file, uncompressed: a header of 30 bytes, the name of 8 bytes, the extra field (its
    # length is at 28), the content, the next header.
    start = 38 + int.from_bytes(data[28:30], "little")
    return data[30:38] == b"mimetype" and data[start:].startswith(media_type + b"PK")
