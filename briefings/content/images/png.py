"""PNG (third edition): chunks, each with its checksum."""

from __future__ import annotations

from zlib import crc32

from briefings.content.images.metadata import BrokenImage, turned

_HEAD = 8
#: What the picture is made of and how it is to be shown; APNG's frames are among them.
_SHOWN = frozenset(
    {
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
        b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    }
)  # fmt: skip


def bare(data: bytes) -> bytes:
    """The picture alone: no texts, no time, no chunk of a program, nothing after the end."""
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
