"""Large files written beside the staging tree by whoever makes them, part by part.

So nobody holds them whole, and they travel between no processes: the build moves them into staging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from briefings.publish.disk import BLOCK, NewFile, faults


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file of the next site of which the bytes lie at `place` by now."""

    path: str
    sha256: str
    size: int
    place: str


def stream_to_temp(
    folder: Path, path: str, parts: Iterable[bytes], seen: Callable[[bytes], object] | None = None
) -> Spooled:
    """Write a file of the next site part by part; each block of its bytes is shown to `seen`.

    Raises DiskFault for anything the disk refuses; what `parts` raises is its own affair.
    """
    place = f"{folder}/{quote(path, safe='')}"
    hasher, size = sha256(), 0
    with faults():
        file = NewFile(place)
    try:
        for block in blocks(parts):
            hasher.update(block)
            size += len(block)
            if seen is not None:
                seen(block)
            with faults():
                file.write(block)
    finally:
        file.close()
    return Spooled(path, hasher.hexdigest(), size, place)


def blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of about a mebibyte, or larger where one is."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
