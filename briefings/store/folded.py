"""Values of which some fields stay as they were pickled until somebody asks for them.

A large site holds all its briefings at once, and asks most of them for no more than lists show.
What is folded is never lost and never another: `_folded` is set before a field is let go, so
whoever asks meanwhile, from whatever thread, unfolds it once more.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EIO, ENOSPC
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ClassVar, NamedTuple
from weakref import finalize
from zlib import crc32

#: So many values stay unfolded once they were asked for; those that are, the first one first.
_MOST = 4_000
_unfolded: deque[Folded] = deque()
_stay_folded = False


class Shelf:
    """A file without a name, where lies what a large site need not hold. It goes with the last
    value that has something on it."""

    def __init__(self, folder: Path) -> None:
        """In a folder that is there. Raises OSError."""
        self._file = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  # closed as it goes
        finalize(self, self._file.close)
        self._end = 0

    def put(self, blob: bytes) -> Shelved:
        """Lay it there. Raises OSError."""
        if os.pwrite(self._file.fileno(), blob, self._end) != len(blob):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        self._end += len(blob)
        return Shelved(self, self._end - len(blob), len(blob), crc32(blob))

    def at(self, start: int, length: int) -> bytes:
        """What lies there, or as much of it as the disk gives back. Raises OSError."""
        return os.pread(self._file.fileno(), length, start)


class Shelved(NamedTuple):
    """Something on a shelf, and by what it is known again."""

    shelf: Shelf
    start: int
    length: int
    crc32: int

    def blob(self) -> bytes:
        """What was put there. Raises OSError where the disk gives back anything else."""
        found = self.shelf.at(self.start, self.length)
        if len(found) != self.length or crc32(found) != self.crc32:
            raise OSError(EIO, os.strerror(EIO))
        return found


class Folded:
    """A compact value (see `compact`) of which the fields named in `FOLDED`, two or more texts or
    lists, can be folded. They unfold when one of them is asked for, and fold again when many others
    have since."""

    __slots__ = ("_folded", "_lengths")
    FOLDED: ClassVar[tuple[str, ...]]
    _folded: bytes | Shelved
    _lengths: tuple[int, ...]


@contextmanager
def staying_folded(stay: bool) -> Iterator[None]:
    """What comes back meanwhile, in this process, stays folded, or does not."""
    global _stay_folded
    before, _stay_folded = _stay_folded, stay
    try:
        yield
    finally:
        _stay_folded = before


def length(one: Folded, name: str) -> int:
    """How much there is in one of the folded fields, which does not unfold for that."""
    return lengths(one)[one.FOLDED.index(name)]


def lengths(one: Folded) -> tuple[int, ...]:
    """How much there is in each of them."""
    found: tuple[int, ...] | None = getattr(one, "_lengths", None)
    return found or tuple(len(getattr(one, name)) for name in one.FOLDED)


def shelve(one: Folded, shelf: Shelf) -> None:
    """Fold a value, and lay what is folded on a shelf, unless it lies on one already; where the
    disk refuses, it is held."""
    if not isinstance(getattr(one, "_folded", None), Shelved):
        with suppress(OSError):
            _keep(one, shelf.put(blob(one)))
    _fold(one)


def blob(one: Folded) -> bytes:
    """The folded fields, pickled. Raises OSError where the disk does not give them back."""
    folded = getattr(one, "_folded", None)
    if folded is None:
        values = attrgetter(*one.FOLDED)(one)
        return pickle.dumps(values, protocol=pickle.HIGHEST_PROTOCOL)
    return folded.blob() if isinstance(folded, Shelved) else folded


def come_back(one: Folded, folded: bytes, lengths: tuple[int, ...]) -> None:
    """Give a value that is being made again its folded fields."""
    object.__setattr__(one, "_lengths", lengths)
    if _stay_folded:
        _keep(one, folded)
    else:
        _unfold(one, folded)


def asked(one: Folded) -> dict[str, Any]:
    """The folded fields by name; they stay unfolded for a while. Raises OSError."""
    found = _unfold(one, blob(one))
    _unfolded.append(one)
    if len(_unfolded) > _MOST:
        _fold(_unfolded.popleft())
    return found


def _unfold(one: Folded, folded: bytes) -> dict[str, Any]:
    values = dict(zip(one.FOLDED, pickle.loads(folded), strict=True))  # noqa: S301  # made by us
    for name, value in values.items():
        object.__setattr__(one, name, value)
    return values


def _fold(one: Folded) -> None:
    """Let go of the folded fields, which it has elsewhere."""
    if getattr(one, "_folded", None) is None:
        _keep(one, blob(one))
    for name in one.FOLDED:
        with suppress(AttributeError):  # another thread was first
            object.__delattr__(one, name)


def _keep(one: Folded, folded: bytes | Shelved) -> None:
    object.__setattr__(one, "_folded", folded)
