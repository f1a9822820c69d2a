"""A file that is made of many groups of bytes, laid out so that the next one can take them over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Laid:
    """How the bytes of a file are laid out: the length of what comes before the groups, of what
    stands between two of them, and of each group with the name that tells what it is made of."""

    head: int
    between: int
    groups: tuple[tuple[str, int], ...]

    def groups_in(self, data: bytes) -> dict[str, bytes]:
        """Name → its group, in the bytes that are laid out so."""
        found: dict[str, bytes] = {}
        start = self.head
        for name, length in self.groups:
            found[name] = data[start : start + length]
            start += length + self.between
        return found


def assembled(
    groups: Sequence[tuple[str, bytes]], frame: tuple[bytes, bytes, bytes]
) -> tuple[bytes, Laid]:
    """The file: what comes first, between groups, and last is its `frame`."""
    head, between, tail = frame
    data = head + between.join(each for _, each in groups) + tail
    lengths = tuple((name, len(each)) for name, each in groups)
    return data, Laid(len(head), len(between), lengths)
