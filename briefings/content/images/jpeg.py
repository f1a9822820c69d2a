"""JPEG (ITU-T T.81): only the segments that are needed to show the picture, to its end."""

from __future__ import annotations

from briefings.content.images.metadata import BrokenImage, turned

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
#: Frames, tables of Huffman codes, arithmetic conditioning, quantisation, lines, restarts,
#: hierarchies (T.81, table B.1). Not among them: reserved codes, extensions and comments.
_TABLES = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF} - {0xC8})


def bare(data: bytes) -> bytes:
    """The picture alone. What follows its end is cut: cameras put copies and films there."""
    made = [data[:2]]
    at = 2
    while True:
        marker, begin = _marker(data, at)
        if marker == _END:
            return b"".join([*made, b"\xff\xd9"])
        end = begin + int.from_bytes(data[begin : begin + 2], "big")
        if end > len(data) or end < begin + 2 or marker == _START:
            raise BrokenImage("this picture is cut off, or no whole JPEG")
        if marker == _SCAN:
            end = _end_of_scan(data, end)
            made.append(b"\xff\xda" + data[begin:end])
        elif part := _kept(marker, data[begin + 2 : end]):
            made.append(b"\xff%c%b%b" % (marker, (len(part) + 2).to_bytes(2, "big"), part))
        at = end


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at a place, and where its segment begins; bytes 0xFF may stand before it."""
    if data[at : at + 1] != b"\xff":
        raise BrokenImage("this picture is cut off, or no whole JPEG")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise BrokenImage("this picture is cut off")
    return data[at], at + 1


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker is; within a scan 0xFF00 is a byte, and 0xFFD0 to 0xFFD7 go on."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise BrokenImage("this picture is cut off")
        following = data[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at


def _kept(marker: int, part: bytes) -> bytes:
    """What is published of a segment; empty where nothing is."""
    if marker == _JFIF and part.startswith(b"JFIF\0") and len(part) >= 14:
        return part[:12] + b"\0\0"  # without its small copy
    if marker == _EXIF and part.startswith(b"Exif\0"):
        orientation = turned(part[6:])
        return b"Exif\0\0" + orientation if orientation else b""
    if marker == _PROFILE and part.startswith(b"ICC_PROFILE\0"):
        return part
    if marker == _ADOBE and part.startswith(b"Adobe"):
        return part[:12]  # how colours are to be read
    return part if marker in _TABLES else b""
