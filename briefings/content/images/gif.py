"""GIF (89a): keep the images, their display times and the loop count."""

from __future__ import annotations

from briefings.content.images.metadata import BrokenImage

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
#: Application extensions that hold the loop count of an animation.
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def bare(data: bytes) -> bytes:
    """Return the image without metadata; bytes after its trailer are dropped."""
    at = 13 + _table(data, 10)
    made = [data[:at]]
    while True:
        kind = _byte(data, at)
        if kind == _END:
            return b"".join([*made, b"\x3b"])
        if kind == _EXTENSION:
            end = _end_of_blocks(data, at + 2)
            made.append(_kept(data[at:end]))
        elif kind == _IMAGE:
            end = _end_of_blocks(data, at + 11 + _table(data, at + 9))
            made.append(data[at:end])
        else:
            raise BrokenImage("this picture is cut off, or no whole GIF")
        at = end


def _kept(extension: bytes) -> bytes:
    """Return what is published of an extension: its first sub-block, or nothing.

    Only graphic control extensions and loop counts are kept, and only in their standard form.
    """
    label, first = extension[1], extension[2:3]
    if label == _CONTROL and first == b"\x04":
        return extension[:7] + b"\0"
    loops = extension[3:14] in _LOOPS and extension[14:16] == b"\x03\x01"
    if label == _APPLICATION and first == b"\x0b" and loops:
        return extension[:18] + b"\0"
    return b""


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise BrokenImage("this picture is cut off")
    return data[at]


def _table(data: bytes, at: int) -> int:
    """Return the length of the colour table that the flags byte at `at` declares, in bytes."""
    flags = _byte(data, at)
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: bytes, at: int) -> int:
    """Return the end of a series of sub-blocks.

    Each begins with its length; length 0 ends the series.
    """
    while length := _byte(data, at):
        at += length + 1
    return at + 1
