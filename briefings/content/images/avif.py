"""AVIF (v1.1) in the HEIF container (ISO/IEC 23008-12): refuse anything but one still image.

Boxes refer to each other by offsets in the file, so none can be removed. A file is refused if it
has a box not listed here, an item that is no image, or bytes that belong to no item: films
(`moov`), Exif, XMP, and what a program wrote into free space (`free`, `skip`, `uuid`).
"""

from __future__ import annotations

from collections.abc import Iterator

from briefings.content.images.raster import BrokenImage

#: Box type, empty for the file → types of the boxes that it may contain. `idat` holds small items.
_INSIDE = {
    b"": frozenset({b"ftyp", b"meta", b"mdat"}),
    b"meta": frozenset({b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat"}),
    b"iprp": frozenset({b"ipco", b"ipma"}),
    b"ipco": frozenset(
        {
            b"ispe", b"pixi", b"av1C", b"colr", b"pasp", b"clap", b"irot", b"imir", b"auxC",
            b"a1op", b"a1lx", b"lsel", b"clli", b"mdcv", b"cclv",
        }
    ),
    b"iinf": frozenset({b"infe"}),
}  # fmt: skip
#: Bytes of a box before its child boxes; `iinf` has two more from version 1.
_HEADS = {b"": 0, b"meta": 4, b"iprp": 0, b"ipco": 0, b"iinf": 6}
#: Message for a format whose metadata can't be removed.
KEPT = "what a camera wrote into a picture of this kind can't be taken out"
_CUT = "this picture is cut off, or no whole AVIF"

_Span = tuple[int, int]


def checked(data: bytes) -> bytes:
    """Return `data` unchanged. Raises BrokenImage if it holds more than an image."""
    media_spans: list[_Span] = []
    located: list[_Span] = []
    for kind, start, end in _boxes(data, b"", 0, len(data)):
        if kind == b"mdat":
            media_spans.append((start, end))
        elif kind == b"infe" and data[start + 8 : start + 12] not in (b"av01", b"grid"):
            raise BrokenImage(KEPT)
        elif kind == b"iloc":
            located += _locations(data[start:end])
    if not media_spans or not _covers(sorted(located), media_spans):
        raise BrokenImage(KEPT)
    return data


def _boxes(data: bytes, outer: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of the content of each box, and of the boxes in it.

    Raises BrokenImage for a box that is not listed.
    """
    position += _HEADS[outer] + (
        2 if outer == b"iinf" and data[position : position + 1] != b"\0" else 0
    )
    while position < end:
        size, head, kind = (
            int.from_bytes(data[position : position + 4], "big"),
            8,
            data[position + 4 : position + 8],
        )
        if size == 1:
            size, head = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        elif size == 0:
            size = end - position
        if size < head or position + size > end:
            raise BrokenImage(_CUT)
        if kind not in _INSIDE[outer]:
            name = kind.decode("ascii", "replace")
            raise BrokenImage(f"a picture can't have a box `{name}` in it")
        yield kind, position + head, position + size
        if kind in _INSIDE:
            yield from _boxes(data, kind, position + head, position + size)
        position += size


def _locations(box: bytes) -> Iterator[_Span]:
    """Yield start and end in the file of each extent of each item (ISO/IEC 14496-12, 8.11.3)."""
    version, position = box[0] if box else 9, 4

    def number(size: int) -> int:
        nonlocal position
        if version > 2 or position + size > len(box):
            raise BrokenImage(_CUT)
        position += size
        return int.from_bytes(box[position - size : position], "big")

    sizes = number(2)
    offsets, lengths, bases, indexes = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    for _ in range(number(4 if version == 2 else 2)):
        number(4 if version == 2 else 2)
        in_file = number(2) & 15 == 0 if version else True
        number(2)
        base = number(bases)
        for _ in range(number(2)):
            number(indexes if version else 0)
            start = base + number(offsets)
            length = number(lengths)
            if in_file:
                yield start, start + length


def _covers(located: list[_Span], media_spans: list[_Span]) -> bool:
    """Return True if every byte of `mdat` belongs to an item; `located` is sorted."""
    for start, end in media_spans:
        for first, last in located:
            if first <= start < last:
                start = last
        if start < end:
            return False
    return True
