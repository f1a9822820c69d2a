"""Pictures without what a camera or a program wrote into them besides the picture.

A photograph carries where and when it was taken, with what device, often by whom, and a small copy
of itself from before it was cropped (Exif 3.0, XMP, IPTC-IIM, comments). None of it is published.
Only the parts of each format that are listed as showing the picture stay, byte for byte; nothing is
compressed anew. Colour profiles stay, and of Exif the one tag without which a photograph would lie
on its side.
"""

from __future__ import annotations

from collections.abc import Callable

from briefings.content.images import avif, gif, jpeg, png, svg, webp
from briefings.content.images.kinds import kind_fault
from briefings.content.images.metadata import BrokenImage

__all__ = ["HINT", "BrokenImage", "bare", "kind_fault", "svg"]

HINT = "save the picture again as a JPEG, PNG or WebP"
#: First bytes → what takes a picture of that kind apart.
_KINDS: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\xff\xd8\xff", jpeg.bare),
    (b"\x89PNG\r\n\x1a\n", png.bare),
    (b"GIF87a", gif.bare),
    (b"GIF89a", gif.bare),
)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def bare(data: bytes) -> bytes:
    """A file's bytes without the metadata of a picture; any other file as it is.

    By the bytes, not by the name: a HEIC named `.jpg` is a HEIC. Raises Broken for a picture
    that is cut off or can't be taken apart, and for one of a kind that keeps its metadata.
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
