"""PNG (third edition): keep only the chunks needed to show the image; verify checksums."""

from __future__ import annotations

from zlib import crc32

from briefings.content.images.metadata import BrokenImage, turned

_HEAD = 8
#: Chunks with image data or that affect display, including the frames of APNG.
_SHOWN = frozenset(
    {
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
        b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    }
)  # fmt: skip


def bare(data: bytes) -> bytes:
    """Return the image without text, time and private chunks, and without bytes after its end."""
    made = [data[:_HEAD]]
    at = _HEAD
    while True:
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        kind, body = data[at + 4 : at + 8], data[at + 8 : end - 4]
        if end > len(data) or crc32(kind + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise BrokenImage("this picture is cut off, or no whole PNG")
        if kind in _SHOWN:
            made.append(data[at:end])
        elif kind == b"eXIf" and (orientation := turned(body)):
            made.append(_chunk(kind, orientation))
        if kind == b"IEND":
            return b"".join(made)
        at = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    sum_of = crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + sum_of
