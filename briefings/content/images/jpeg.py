"""JPEG (ITU-T T.81): keep only the segments needed to show the image."""

from __future__ import annotations

from briefings.content.images.metadata import BrokenImage, turned

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
#: Frames, Huffman tables, arithmetic conditioning, quantisation tables, number of lines, restart
#: interval, hierarchical progression (T.81, table B.1); no reserved codes, extensions or comments.
_TABLES = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF} - {0xC8})


def bare(data: bytes) -> bytes:
    """Return the image without metadata.

    Bytes after the end marker are dropped: cameras store copies and films there.
    """
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
    """Return the marker at `at` and the start of its segment; fill bytes 0xFF are skipped."""
    if data[at : at + 1] != b"\xff":
        raise BrokenImage("this picture is cut off, or no whole JPEG")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise BrokenImage("this picture is cut off")
    return data[at], at + 1


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the marker after a scan is.

    Within a scan, 0xFF00 is an escaped 0xFF, and the restart markers 0xFFD0 to 0xFFD7 belong to it.
    """
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
    """Return what is published of the content of a segment; empty if nothing."""
    if marker == _JFIF and part.startswith(b"JFIF\0") and len(part) >= 14:
        return part[:12] + b"\0\0"  # without the thumbnail
    if marker == _EXIF and part.startswith(b"Exif\0"):
        orientation = turned(part[6:])
        return b"Exif\0\0" + orientation if orientation else b""
    if marker == _PROFILE and part.startswith(b"ICC_PROFILE\0"):
        return part
    if marker == _ADOBE and part.startswith(b"Adobe"):
        return part[:12]  # up to the colour transform
    return part if marker in _TABLES else b""
