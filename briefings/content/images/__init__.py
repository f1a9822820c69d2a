"""Remove metadata from images before they are published.

A photograph has metadata: place, time and device, often the photographer, and a thumbnail from
before it was cropped (Exif 3.0, XMP, IPTC-IIM, comments). None of it is published. Each format has
a list of the parts that affect how the image is shown; only these are kept, byte for byte, and
nothing is compressed again. Colour profiles are kept, and of Exif the orientation tag.
"""

from __future__ import annotations

from briefings.content.images import avif, raster, svg
from briefings.content.images.kinds import kind_fault
from briefings.content.images.raster import BrokenImage

__all__ = ["HINT", "BrokenImage", "bare", "kind_fault", "svg"]

HINT = "save the picture again as a JPEG, PNG or WebP"
_STRIPPED = {
    b"\xff\xd8\xff": raster.jpeg,
    b"\x89PNG\r\n\x1a\n": raster.png,
    b"GIF87a": raster.gif,
    b"GIF89a": raster.gif,
}
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def bare(data: bytes) -> bytes:
    """Return the bytes of a file without image metadata; other files are returned unchanged.

    The format is determined by the first bytes, not by the name: a HEIC file named `.jpg` is a HEIC
    file. Raises BrokenImage for an image that is truncated or can't be parsed, and for formats
    whose metadata can't be removed.
    """
    for signature, strip in _STRIPPED.items():
        if data.startswith(signature):
            return strip(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return raster.webp(data)
    if data[4:8] == b"ftyp":
        return avif.checked(data)
    if data.startswith(_TIFF):
        raise BrokenImage("what a camera wrote into a picture of this kind can't be taken out")
    return data
