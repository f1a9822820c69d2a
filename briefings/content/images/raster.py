"""PNG, JPEG, GIF and WebP: keep only the parts needed to show the image, byte for byte.

Each function returns an image without metadata, and without bytes after its end: cameras store
copies and films there. It raises BrokenImage if the image is cut off or not valid in its format.
"""

from __future__ import annotations

import re
import struct
from zlib import crc32

_ORIENTATION, _SHORT = 0x0112, 3


class BrokenImage(ValueError):
    """An image is truncated, not valid in its format, or has metadata that must stay in it."""


def _broken(name: str) -> BrokenImage:
    return BrokenImage(f"this picture is cut off, or no whole {name}")


def turned(exif: bytes) -> bytes:
    """Return Exif data with only the orientation tag; empty if the image needs no rotation.

    Without that tag a photograph could be shown on its side (CIPA DC-008, TIFF 6.0). `exif` begins
    with the TIFF header. If it can't be parsed, the result is empty: no program would rotate the
    image either.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return b""
    turn = 1
    try:
        (position,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, position)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(
                f"{order}HHIH", exif, position + 2 + 12 * number
            )
            if (tag, kind) == (_ORIENTATION, _SHORT):
                turn = value
                break
    except struct.error:
        return b""
    if turn not in range(2, 9):
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, turn, 0, 0)


# -- PNG (third edition) ---------------------------------------------------------------------------

#: Chunks with image data or that affect display, including the frames of APNG.
_PNG_SHOWN = frozenset(
    {
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
        b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    }
)  # fmt: skip


def png(data: bytes) -> bytes:
    """Leave out text, time and private chunks; verify checksums."""
    chunks, position, kind = [data[:8]], 8, b""
    while kind != b"IEND":
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        kind, body = data[position + 4 : position + 8], data[position + 8 : end - 4]
        if end > len(data) or crc32(kind + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise _broken("PNG")
        if kind in _PNG_SHOWN:
            chunks.append(data[position:end])
        elif kind == b"eXIf" and (exif := turned(body)):
            chunks.append(struct.pack(">I", len(exif)) + kind + exif)
            chunks.append(struct.pack(">I", crc32(kind + exif)))
        position = end
    return b"".join(chunks)


# -- JPEG (ITU-T T.81) -----------------------------------------------------------------------------

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
#: Frames, Huffman tables, arithmetic conditioning, quantisation tables, number of lines, restart
#: interval, hierarchical progression (T.81, table B.1); no reserved codes, extensions or comments.
_TABLES = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF} - {0xC8})
#: A marker, after any number of fill bytes.
_MARKER = re.compile(rb"\xff++([^\xff])", re.DOTALL)
#: In a scan, 0xFF00 is an escaped 0xFF, and the restart markers 0xFFD0 to 0xFFD7 belong to it.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def jpeg(data: bytes) -> bytes:
    """Leave out comments and all application data but colours and the orientation."""
    segments, position = [data[:2]], 2
    while match := _MARKER.match(data, position):
        marker, position = match[1][0], match.end()
        if marker == _END:
            return b"".join([*segments, b"\xff\xd9"])
        end = position + int.from_bytes(data[position : position + 2], "big")
        if marker == _START or end < position + 2:
            break
        scan = _AFTER_SCAN.search(data, end) if marker == _SCAN else None
        stop = scan.start() if scan else end
        if stop > len(data) or (marker == _SCAN and not scan):
            break
        if part := _kept_segment(marker, data[position + 2 : end]):
            head = struct.pack(">BBH", 0xFF, marker, len(part) + 2)
            segments.append(head + part + data[end:stop])
        position = stop
    raise _broken("JPEG")


def _kept_segment(marker: int, body: bytes) -> bytes:
    """Return the published part of the content of a segment; empty if none of it is."""
    if marker == _JFIF and body.startswith(b"JFIF\0") and len(body) >= 14:
        return body[:12] + b"\0\0"  # without the thumbnail
    if marker == _EXIF and body.startswith(b"Exif\0"):
        orientation = turned(body[6:])
        return b"Exif\0\0" + orientation if orientation else b""
    if marker == _ADOBE and body.startswith(b"Adobe"):
        return body[:12]  # up to the colour transform
    is_profile = marker == _PROFILE and body.startswith(b"ICC_PROFILE\0")
    return body if is_profile or marker in _TABLES or marker == _SCAN else b""


# -- GIF (89a) -------------------------------------------------------------------------------------

#: The extensions that are kept, up to their first sub-block: display times, and loop counts.
_GIF_KEPT = re.compile(
    rb"\x21(?:\xf9\x04.{4}|\xff\x0b(?:NETSCAPE2\.0|ANIMEXTS1\.0)\x03\x01..)", re.DOTALL
)


def gif(data: bytes) -> bytes:
    """Keep the images, their display times and the loop count."""
    position = 13 + _table_length(data, 10)
    blocks = [data[:position]]
    while (kind := data[position : position + 1]) != b"\x3b":
        end = position + 2 if kind == b"\x21" else position + 11 + _table_length(data, position + 9)
        if kind not in (b"\x21", b"\x2c"):  # an extension, or an image
            raise _broken("GIF")
        while (length := data[end : end + 1]) > b"\0":  # sub-blocks; one of length 0 ends them
            end += length[0] + 1
        if not length:
            raise _broken("GIF")
        if kind == b"\x2c":
            blocks.append(data[position : end + 1])
        elif extension := _GIF_KEPT.match(data, position, end):
            blocks.append(extension[0] + b"\0")
        position = end + 1
    return b"".join([*blocks, b"\x3b"])


def _table_length(data: bytes, position: int) -> int:
    """Return the length in bytes of the colour table that the flags byte at `position` declares."""
    if position >= len(data):
        raise _broken("GIF")
    return 3 * 2 ** ((data[position] & 7) + 1) if data[position] & 0x80 else 0


# -- WebP (RFC 9649) -------------------------------------------------------------------------------

#: Chunk types kept in a frame of an animation, and in the file. A frame contains no frames.
_IN_FRAME = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_WEBP_SHOWN = _IN_FRAME | {b"VP8X", b"ANIM", b"ANMF", b"ICCP", b"EXIF"}
_FRAME_HEAD = 16
_HAS_EXIF, _HAS_XMP = 0x08, 0x04  # flags in the first byte of VP8X


def webp(data: bytes) -> bytes:
    """Keep the chunks needed to show the image, also within frames."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise _broken("WebP")
    chunks = _chunks(data[12:end], _WEBP_SHOWN)
    exif = _HAS_EXIF if b"EXIF" in dict(chunks) else 0
    parts = b""
    for kind, body in chunks:
        if kind == b"VP8X" and body:
            body = bytes([body[0] & ~(_HAS_EXIF | _HAS_XMP) | exif]) + body[1:]
        parts += _chunk(kind, body)
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts


def _chunks(data: bytes, shown: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    """Return type and content of the chunks that are published: those of the types `shown`."""
    chunks: list[tuple[bytes, bytes]] = []
    position = 0
    while position < len(data):
        kind, length = (
            data[position : position + 4],
            int.from_bytes(data[position + 4 : position + 8], "little"),
        )
        body = data[position + 8 : position + 8 + length]
        if len(body) != length or len(data) < position + 8:
            raise _broken("WebP")
        if kind == b"EXIF":
            body = turned(body.removeprefix(b"Exif\0\0"))
        if kind == b"ANMF" and kind in shown:
            frames = _chunks(body[_FRAME_HEAD:], _IN_FRAME)
            body = body[:_FRAME_HEAD] + b"".join(_chunk(*frame) for frame in frames)
        if kind in shown and (body or kind != b"EXIF"):
            chunks.append((kind, body))
        position += 8 + length + length % 2
    return chunks


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
