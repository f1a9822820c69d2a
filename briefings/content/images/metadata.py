"""Exif: find the orientation, the one tag that is kept (CIPA DC-008, TIFF 6.0)."""

from __future__ import annotations

import struct

_ORIENTATION, _SHORT = 0x0112, 3


class BrokenImage(ValueError):
    """An image is truncated, not valid in its format, or has metadata that must stay in it."""


def turned(exif: bytes) -> bytes:
    """Return Exif data with only the orientation tag; empty if the image needs no rotation.

    `exif` begins with the TIFF header. If it can't be parsed, the result is empty: no program would
    rotate the image either.
    """
    orientation = _orientation(exif)
    if orientation not in range(2, 9):
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)


def _orientation(exif: bytes) -> int:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, at)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return int(value)
    except struct.error:
        return 1
    return 1
