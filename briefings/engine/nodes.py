"""Nodes: results of queries and what they read, their store, and the index of their readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from briefings.store.compact import FIRST_NODE

#: Name of a query, then its arguments.
Key = tuple[str, ...]
UNSET: Any = object()
#: The name behind a number: kind and id of a fact, or the key of a node.
Name = tuple[str, ...]
#: The first part of the key of an output.
OUTPUT = "output"


class Run(NamedTuple):
    """A node that ran, to be stored: its value is pickled; None for an output."""

    number: int
    key: Key
    reads: Sequence[int]
    value: bytes | None


@dataclass(slots=True, eq=False)
class Node:
    """The result of a query: `value`, and the numbers of what it read, in order of first reading.

    `verified`: the revision of the engine at which it was last known to be up to date. `pickled`:
    the value as stored, until it is asked for; many nodes are only verified.
    """

    key: Key
    number: int
    reads: Sequence[int] = ()
    value: Any = UNSET
    verified: int = 0
    pickled: bytes | None = None


class StoredNode(Protocol):
    """A node of an earlier run. `value`: pickled; None for an output."""

    @property
    def key(self) -> Key: ...
    @property
    def number(self) -> int: ...
    @property
    def reads(self) -> Sequence[int]: ...
    @property
    def value(self) -> bytes | None: ...


class NodeStore(Protocol):
    """Nodes of earlier runs."""

    def load(self, key: Key) -> StoredNode | None:
        """Return a stored node."""

    def load_number(self, number: int) -> StoredNode | None:
        """Return a stored node by its number."""

    def reads_of_nodes(self) -> Iterable[tuple[int, Sequence[int]]]:
        """Return number and reads of every stored node."""


class NothingStored:
    """The store of an engine that lives in memory only."""

    def load(self, key: Key) -> None:
        return None

    def load_number(self, number: int) -> None:
        return None

    def reads_of_nodes(self) -> Iterable[tuple[int, Sequence[int]]]:
        return ()


class Readers:
    """Index: fact or node → the nodes that read it, of everything that depends on some facts."""

    def __init__(self, nodes: Iterable[tuple[int, Sequence[int]]], facts: Collection[int]) -> None:
        self._readers: dict[int, list[int]] = {fact: [] for fact in facts}
        rows = list(nodes)
        before = -1
        while before != len(self._readers):  # a node may read one with a higher number: look again
            before = len(self._readers)
            for number, reads in rows:
                if number not in self._readers and not self._readers.keys().isdisjoint(reads):
                    self._readers[number] = []
        for number, reads in rows:
            self._added(number, reads)

    def add(self, number: int, reads: Collection[int]) -> None:
        """Add a node that ran. It may read facts that nothing read before."""
        for read in reads:
            if read < FIRST_NODE:
                self._readers.setdefault(read, [])
        self._added(number, reads)

    def _added(self, number: int, reads: Iterable[int]) -> None:
        indexed = [read for read in reads if read in self._readers]
        for read in indexed:
            self._readers[read].append(number)
        if indexed:
            self._readers.setdefault(number, [])

    def readers_of(self, facts: Iterable[int]) -> set[int]:
        """Return the numbers of the nodes that read one of these facts, directly or not."""
        readers: set[int] = set()
        unvisited = list(facts)
        while unvisited:
            for reader in self._readers.get(unvisited.pop(), ()):
                if reader not in readers:
                    readers.add(reader)
                    unvisited.append(reader)
        return readers
