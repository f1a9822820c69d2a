"""WebP (RFC 9649): keep only the chunks needed to show the image, also within frames."""

from __future__ import annotations

from briefings.content.images.metadata import BrokenImage, turned

_HEAD, _FRAME_HEAD = 12, 16
#: Chunk types kept in a frame of an animation, and in the file. A frame contains no frames.
_IN_FRAME = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_SHOWN = _IN_FRAME | {b"VP8X", b"ANIM", b"ANMF", b"ICCP"}
_HAS_EXIF, _HAS_XMP = 0x08, 0x04  # flags in the first byte of VP8X


def bare(data: bytes) -> bytes:
    """Return the image without metadata; bytes after the end of the RIFF chunk are dropped."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise BrokenImage("this picture is cut off")
    chunks = _chunks(data[_HEAD:end], _SHOWN)
    made = b"".join(_chunk(kind, body) for kind, body in chunks)
    return b"RIFF" + (len(made) + 4).to_bytes(4, "little") + b"WEBP" + made


def _chunks(data: bytes, shown: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    """Return type and content of the chunks that are published.

    `shown`: the types that are kept, `_SHOWN` for the file or `_IN_FRAME` for a frame.
    """
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + length]
        if len(body) != length or len(data) < at + 8:
            raise BrokenImage("this picture is cut off, or no whole WebP")
        if kind == b"EXIF" and shown is _SHOWN:
            body = turned(body.removeprefix(b"Exif\0\0"))
        if kind == b"ANMF" and shown is _SHOWN:
            inner = _chunks(body[_FRAME_HEAD:], _IN_FRAME)
            body = body[:_FRAME_HEAD] + b"".join(_chunk(*one) for one in inner)
        if kind in shown or (kind == b"EXIF" and shown is _SHOWN and body):
            found.append((kind, body))
        at += 8 + length + length % 2
    kinds = {kind for kind, _ in found}
    return [(kind, _flagged(body, kinds) if kind == b"VP8X" else body) for kind, body in found]


def _flagged(body: bytes, kinds: set[bytes]) -> bytes:
    """Return the content of a VP8X chunk with its Exif and XMP flags as they are now."""
    flags = body[0] & ~(_HAS_EXIF | _HAS_XMP) if body else 0
    return bytes([flags | (_HAS_EXIF if b"EXIF" in kinds else 0)]) + body[1:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)
