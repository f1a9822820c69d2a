"""Remove metadata from images before they are published.

A photograph has metadata: place, time and device, often the photographer, and a thumbnail from
before it was cropped (Exif 3.0, XMP, IPTC-IIM, comments). None of it is published. Each format has
a list of the parts that affect how the image is shown; only these are kept, byte for byte, and
nothing is compressed again. Colour profiles are kept, and of Exif the orientation tag, without
which a photograph could be shown on its side.
"""

from __future__ import annotations

from collections.abc import Callable

from briefings.content.images import avif, gif, jpeg, png, svg, webp
from briefings.content.images.kinds import kind_fault
from briefings.content.images.metadata import BrokenImage

__all__ = ["HINT", "BrokenImage", "bare", "kind_fault", "svg"]

HINT = "save the picture again as a JPEG, PNG or WebP"
#: (signature, function that removes the metadata of that format).
_KINDS: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\xff\xd8\xff", jpeg.bare),
    (b"\x89PNG\r\n\x1a\n", png.bare),
    (b"GIF87a", gif.bare),
    (b"GIF89a", gif.bare),
)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def bare(data: bytes) -> bytes:
    """Return the bytes of a file without image metadata; other files are returned unchanged.

    The format is determined by the first bytes, not by the name: a HEIC file named `.jpg` is a HEIC
    file. Raises BrokenImage for an image that is truncated or can't be parsed, and for formats
    whose metadata can't be removed.
    """
    for start, made_bare in _KINDS:
        if data.startswith(start):
            return made_bare(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return webp.bare(data)
    if data[4:8] == b"ftyp":
        return avif.checked(data)
    if data.startswith(_TIFF):
        raise BrokenImage("what a camera wrote into a picture of this kind can't be taken out")
    return data
