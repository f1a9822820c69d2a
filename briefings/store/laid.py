"""A file that is made of many groups of bytes, laid out so that the next one can take them over.

It is made part by part: the tables of a large site are never held whole.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

#: The name that tells what a group is made of, and what makes it. One that comes out empty is none.
Group = tuple[str, Callable[[], bytes]]
#: Between names; none has it.
_SIGN = "\0"


@dataclass(frozen=True, slots=True)
class Laid:
    """How the bytes of a file are laid out: the length of what comes before the groups, of what
    stands between two of them, and of each group. Their names are in one text, as a large site
    has a hundred thousand of them."""

    head: int
    between: int
    names: str
    lengths: array[int]

    def places(self) -> Iterator[tuple[str, int, int]]:
        """Name, start and length of each group."""
        start = self.head
        names = self.names.split(_SIGN) if self.lengths else ()
        for name, length in zip(names, self.lengths, strict=True):
            yield name, start, length
            start += length + self.between


class Known(Protocol):
    """Groups that were made before."""

    def get(self, name: str, /) -> bytes | None:
        """The bytes of one; None where it has to be made."""


@dataclass(slots=True)
class Grouped:
    """A file as it is planned: its `frame` is what comes first, between groups, and last."""

    frame: tuple[bytes, bytes, bytes]
    groups: Iterable[Group]
    _names: list[str] = field(default_factory=list)
    _lengths: array[int] = field(default_factory=lambda: array("q"))

    def parts(self, known: Known) -> Iterator[bytes]:
        """The bytes, one part after the other; what is known is not made."""
        head, between, tail = self.frame
        yield head
        for name, make in self.groups:
            held = known.get(name)
            data = make() if held is None else held
            if not data:
                continue
            if self._lengths:
                yield between
            self._names.append(name)
            self._lengths.append(len(data))
            yield data
        yield tail

    @property
    def laid(self) -> Laid:
        """Where each group is, once all parts were taken."""
        head, between, _ = self.frame
        return Laid(len(head), len(between), _SIGN.join(self._names), self._lengths)

    def render(self) -> bytes:
        """All parts in one."""
        return b"".join(self.parts({}))
