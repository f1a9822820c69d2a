"""Exif: the one tag that is kept, and how to find it (CIPA DC-008, TIFF 6.0)."""

from __future__ import annotations

import struct

_ORIENTATION, _SHORT = 0x0112, 3


class BrokenImage(ValueError):
    """A picture that is not whole, or not of its kind."""


def turned(exif: bytes) -> bytes:
    """Exif data with nothing but the orientation, or nothing where the picture lies as it should.

    `exif` begins with the TIFF header. What can't be read turns no picture in any program.
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
