"""Large files, streamed by the process that makes them to temporary files beside the staging tree.

So no process has one in memory as a whole, and none is sent between processes: the build moves them
into staging.
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
    """A file of the next site whose bytes are in the temporary file `place`; `size` in bytes."""

    path: str
    sha256: str
    size: int
    place: str


def stream_to_temp(
    folder: Path, path: str, parts: Iterable[bytes], seen: Callable[[bytes], object] | None = None
) -> Spooled:
    """Write a file of the next site to a temporary file in `folder`, part by part.

    `seen` is called with each block. Raises DiskFault for any error of the disk; exceptions from
    `parts` pass through.
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
    """Join parts into blocks of at least 1 MiB, except the last one."""
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
