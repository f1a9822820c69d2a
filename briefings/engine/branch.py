"""A second engine beside another one: the site with drafts, or as it will be at a later moment."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from briefings.engine.engine import Engine, pickled
from briefings.engine.nodes import Key, Node, Readers


class Branch(Engine):
    """An engine for another state of the world; it never affects the engine that it began with.

    It starts with the nodes of that one, each copied when it is first read. Set its `source`, then
    tell it by `change` which of the facts given to it differ: no other fact can.

    `unsettled`: nodes that the other one had not verified when the branch began. It may have run
    them since, like those with numbers from `first_new`, so the index does not know what they read.
    """

    def __init__(self, origin: Engine, facts: Collection[int]) -> None:
        self._origin = origin
        super().__init__(facts=origin.facts, next_node=origin.next_node)
        self._unsettled, self._first_new = set(origin.unverified), origin.next_node
        if isinstance(origin, Branch):
            self._unsettled |= origin._unsettled
            self._first_new = origin._first_new
        # What a worker process read is not known here: it may have read any of the facts.
        unknown = [n for n in origin._assigned.values() if n not in origin._numbers]
        rows = chain(origin.reads_of_nodes(), ((number, tuple(facts)) for number in unknown))
        self.index = Readers(rows, facts)

    @property
    def next_node(self) -> int:
        """The next free number, from the first engine, so that no number has two meanings."""
        return self._origin.next_node

    @next_node.setter
    def next_node(self, number: int) -> None:
        self._origin.next_node = number

    def fact(self, kind: str, id: str) -> int:
        return self._origin.fact(kind, id)

    def _loaded(self, key: Key) -> Node | None:
        node = self._origin.peek(key)
        if node is None:
            return None
        blob = node.pickled
        if node.value and blob is None:
            blob = pickled(node.value)
        number, reads = node.number, node.reads
        if self._is_unsettled(number):  # first load these: are they dirty here, and in the index?
            reads = array("I", map(self._own_number, reads))
        assert self.index is not None
        self.index.add(number, reads)
        if any(read in self._dirty or read in self._changed_at for read in reads):
            self._dirty.add(number)
        return self._kept(Node(key, number, reads, node.value, pickled=blob))

    def _is_unsettled(self, number: int) -> bool:
        return number >= self._first_new or number in self._unsettled

    def _own_number(self, number: int) -> int:
        """Load a node of the other engine; return its number here, where it may have run before.

        If only a worker process has its value, it is dirty, so that what read it runs again.
        """
        if not self._is_unsettled(number):
            return number
        key = self._origin.key_of(number)
        node = None if key is None else self._nodes.get(key) or self._loaded(key)
        if node is None:
            self._dirty.add(number)
            return number
        return node.number

    def reads_of_nodes(self) -> Iterator[tuple[int, Sequence[int]]]:
        yield from super().reads_of_nodes()
        for number, reads in self._origin.reads_of_nodes():
            if number not in self._numbers:
                yield number, reads

    def _has_verified(self, number: int) -> bool:
        if number not in self._numbers:
            key = self._origin.key_of(number)
            if key is not None and key not in self._nodes:
                self._loaded(key)
        return super()._has_verified(number)
