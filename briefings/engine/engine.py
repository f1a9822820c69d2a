"""Queries that record what they read, and run again only if something they read has changed.

The ideas are those of salsa (rust-analyzer) and of "Build Systems à la Carte" (Mokhov, Mitchell,
Peyton Jones 2018): verifying traces and early cutoff.

- A *fact* is one field of one file, or one property of the outside world, such as "this moment has
  passed". It has a number.
- A *query* is a pure function of facts and of other queries. While it runs, the engine records the
  number of everything it reads. The result and the recorded reads are a *node*.
- When facts change, the nodes that read them, directly or not, are *dirty*. A dirty node is
  verified when it is asked for: its reads are verified first, in the order in which they were read.
  Only if one of them has a new value does the query run again. If the result is what it was, nodes
  that read it stay as they are (early cutoff).

Nothing declares what it depends on, so nothing can be forgotten.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import wraps
from itertools import islice
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from briefings.engine.nodes import (
    OUTPUT,
    UNSET,
    Key,
    Name,
    Node,
    NodeStore,
    NothingStored,
    Readers,
    Run,
    StoredNode,
)
from briefings.store.compact import FIELDS, FIRST_NODE, place_of

P = ParamSpec("P")
T = TypeVar("T")

#: Numbers that worker processes give, until the first process replaces them (see `Engine.absorb`).
PROVISIONAL = 1 << 30

_QUERIES: dict[str, Callable[..., Any]] = {}
_UNNUMBERED = -1


class Source(Protocol):
    """The first argument of every query: the value through which it reads."""

    @property
    def engine(self) -> Engine: ...


S = TypeVar("S", bound=Source)

#: The source to which references in a value that is being unpickled refer.
_current: ContextVar[Any] = ContextVar("source")


def current_source() -> Any:
    """Return the source to which references in the value being unpickled refer."""
    return _current.get()


def pickled(value: object) -> bytes:
    """Return a value as it is stored."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpickled(source: object, blob: bytes) -> Any:
    """Return the value of a pickle that this program wrote, with its references to `source`."""
    token = _current.set(source)
    try:
        return pickle.loads(blob)  # noqa: S301  # our own bytes, matched with their digest
    finally:
        _current.reset(token)


def query(function: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Decorator: make a function of a source and of texts a query.

    Its value is computed once and stored, and computed again when something that it read has
    changed. It must be plain data with a `repr` that tells different values apart, and be pickled;
    a record or a briefing in it is stored as a reference.
    """
    name = f"{function.__module__.removeprefix('briefings.')}.{function.__qualname__}"
    assert name not in _QUERIES, name
    _QUERIES[name] = function

    @wraps(function)
    def run(source: S, *args: P.args, **kwargs: P.kwargs) -> T:
        value: T = source.engine.value((name, *args))  # type: ignore[arg-type]
        return value

    return cast("Callable[Concatenate[S, P], T]", run)


class _Discarded(dict[int, None]):
    """Reads outside of any query: not recorded."""

    def __setitem__(self, number: int, _: None) -> None:
        pass


class Engine:
    """Facts and nodes at one state of the world; runs queries and records their reads.

    `source`: the first argument of queries, set by whoever makes the engine. `reads`: what the
    running query has read so far; readers of facts add their number. `fresh`: nodes that ran, to be
    stored. `verified`: numbers of nodes that were dirty and are not any more.
    """

    def __init__(
        self,
        store: NodeStore | None = None,
        facts: dict[tuple[str, str], int] | None = None,
        next_node: int = FIRST_NODE,
    ) -> None:
        self.source: Any = None
        self.reads: dict[int, None] = _Discarded()
        self.fresh: dict[Key, Node] = {}
        self.verified: list[int] = []
        self.revision = 0
        self.facts = {} if facts is None else facts
        self._store: NodeStore = NothingStored() if store is None else store
        self._nodes: dict[Key, Node] = {}
        self._numbers: dict[int, Node] = {}
        self._changed_at: dict[int, int] = {}
        self._dirty: set[int] = set()
        self._running: set[Key] = set()
        self._facts_of: dict[str, tuple[dict[str, int], int]] = {}
        self._next_fact = len(self.facts) * FIELDS
        self.next_node = next_node
        self.index: Readers | None = None
        #: Numbers of nodes that worker processes ran; their values are not in memory here.
        self._assigned: dict[Key, int] = {}

    def fact(self, kind: str, id: str) -> int:
        """Return the number of a file's first fact; those of its fields follow.

        For something that is not a file, the number of its only fact.
        """
        name = (kind, id)
        number = self.facts.get(name)
        if number is None:
            number = self.facts[name] = self._next_fact
            self._next_fact += FIELDS
        return number

    def facts_of(self, kind: str) -> Mapping[str, int]:
        """Return id → number of the facts of one kind."""
        numbers, count = self._facts_of.get(kind, ({}, 0))
        new = islice(self.facts.items(), count, None)
        numbers.update((id, number) for (kind_of_fact, id), number in new if kind_of_fact == kind)
        self._facts_of[kind] = numbers, len(self.facts)
        return numbers

    @property
    def is_running(self) -> bool:
        """Whether a query is running."""
        return bool(self._running)

    def read(self, kind: str, id: str, field: int = 0) -> None:
        """Record that the running query reads a fact."""
        self.reads[self.fact(kind, id) + field] = None

    def value(self, key: Key) -> Any:
        """Return the value of a query; it runs only if it has to. `key`: its name and arguments."""
        node = self._nodes.get(key)
        if node is None or node.number in self._dirty:
            node = self._updated(key)
        self.reads[node.number] = None
        return node.value if node.pickled is None else self._unpickled(node)

    def changed(self, facts: Iterable[int], dirty: Iterable[int]) -> None:
        """Begin a new revision, in which these facts have new values.

        `dirty`: the numbers of all nodes that read one of them, directly or not.
        """
        self.revision += 1
        for fact in facts:
            self._changed_at[fact] = self.revision
        self._dirty.update(dirty)

    def change(self, facts: Collection[int]) -> None:
        """Begin a new revision, in which these facts have new values. Needs `index`.

        Nodes that ran before are not stored.
        """
        assert self.index is not None
        self.fresh, self.verified = {}, []
        self.changed(facts, self.index.readers_of(facts))

    def reads_of_nodes(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield number and reads of every node, stored or in memory."""
        for number, reads in self._store.reads_of_nodes():
            if number not in self._numbers:
                yield number, reads
        for number, node in self._numbers.items():
            yield number, node.reads

    def is_stale(self, key: Key) -> bool:
        """Return whether a node has to run: there is none, or something that it read changed."""
        node = self._nodes.get(key) or self._loaded(key)
        if node is None:
            return True
        if node.number not in self._dirty:
            return False
        if self._is_outdated(node):
            return True
        self._is_verified(node)
        return False

    def _updated(self, key: Key) -> Node:
        node = self._nodes.get(key) or self._loaded(key)
        if node is None:
            node = Node(key, _UNNUMBERED)
            self._run(node)
        elif node.number in self._dirty:
            if self._is_outdated(node):
                self._run(node)
            else:
                self._is_verified(node)
        return node

    def _new_number(self, key: Key) -> int:
        number = self._assigned.get(key)
        if number is None:
            number = self.next_node
            self.next_node += 1
        return number

    def _is_verified(self, node: Node) -> None:
        if node.number in self._dirty:
            self._dirty.discard(node.number)
            self.verified.append(node.number)
        node.verified = self.revision

    def _loaded(self, key: Key) -> Node | None:
        return self._taken(self._store.load(key))

    def _taken(self, stored: StoredNode | None) -> Node | None:
        if stored is None:
            return None
        node = Node(stored.key, stored.number, stored.reads, None, pickled=stored.value)
        return self._kept(node)

    def _unpickled(self, node: Node) -> Any:
        if node.pickled is not None:
            node.value, node.pickled = unpickled(self.source, node.pickled), None
        return node.value

    def _kept(self, node: Node) -> Node:
        self._nodes[node.key] = self._numbers[node.number] = node
        return node

    def _is_outdated(self, node: Node) -> bool:
        """Verify what a node read, in order; return whether any of it has changed since."""
        for number in node.reads:
            if number in self._dirty and not self._has_verified(number):
                return True
            if self._changed_at.get(number, 0) > node.verified:
                return True
        return False

    def _has_verified(self, number: int) -> bool:
        """Bring a node up to date; False if it raises an error, so that its reader has to run."""
        node = self._numbers.get(number) or self._taken(self._store.load_number(number))
        if node is None:
            return False
        try:
            self._updated(node.key)
        except Exception:
            return False
        return True

    def _run(self, node: Node) -> None:
        value, reads = self.traced(node.key, lambda: self._call(node.key))
        if node.number == _UNNUMBERED:  # only now, so that most nodes come after what they read
            node.number = self._new_number(node.key)
        old = self._unpickled(node)
        if old is UNSET or value != old or repr(value) != repr(old):
            self._changed_at[node.number] = self.revision
        if self.index is not None:
            self.index.add(node.number, set(reads).difference(node.reads))
        node.value, node.reads = value, reads
        self._is_verified(node)
        self.fresh[node.key] = self._kept(node)

    def output(self, key: Key, render: Callable[[], T]) -> T:
        """Render an output, and record what it reads. Its node has no value: nothing reads it."""
        data, reads = self.traced(key, render)
        node = self._nodes.get(key) or self._loaded(key) or Node(key, self._new_number(key))
        node.value, node.pickled, node.reads = None, None, reads
        self._is_verified(node)
        self.fresh[key] = self._kept(node)
        return data

    def take_fresh(self) -> list[Run]:
        """Return the nodes that ran since the last call, to be stored or sent elsewhere."""
        fresh, self.fresh = self.fresh, {}
        return [self._as_run(node) for node in fresh.values()]

    def _as_run(self, node: Node) -> Run:
        value = None if node.value is None and node.key[0] == OUTPUT else pickled(node.value)
        return Run(node.number, node.key, node.reads, value)

    def become_worker(self) -> None:
        """Number new facts and nodes provisionally: this process is a copy of the first one."""
        if self.next_node >= FIRST_NODE + PROVISIONAL:
            return
        self.verified = []
        self._next_fact = PROVISIONAL
        self.next_node = FIRST_NODE + PROVISIONAL
        self.fresh = {}

    def names_of(self, runs: Iterable[Run]) -> dict[int, Name]:
        """Return provisional number → name of each fact and node that these nodes read."""
        if self.next_node < FIRST_NODE + PROVISIONAL:
            return {}
        facts = {number: name for name, number in self._own_facts()}
        names: dict[int, Name] = {}
        for run in runs:
            for number in (run.number, *run.reads):
                if number >= FIRST_NODE + PROVISIONAL:
                    names[number] = self._numbers[number].key
                elif PROVISIONAL <= number < FIRST_NODE:
                    base = place_of(number)
                    names[base] = facts[base]
        return names

    def _own_facts(self) -> Iterator[tuple[Name, int]]:
        for name, number in reversed(self.facts.items()):
            if number < PROVISIONAL:
                return
            yield name, number

    def absorb(
        self,
        runs: Iterable[Run],
        names: Mapping[int, Name],
        verified: Iterable[int],
        *,
        keep: bool = False,
    ) -> Iterator[Run]:
        """Yield nodes that a worker ran, with numbers of this process; those it has are left out.

        `verified`: numbers of nodes that the worker found to be up to date, or ran. `keep`: their
        values will be asked for here. Not for an engine with an `index`, which would lack them.
        """
        assert self.index is None
        for run in runs:
            number = self._absorbed(run.number, names)
            if number in self._numbers and number not in self._dirty:
                continue
            reads = array("I", (self._absorbed(read, names) for read in run.reads))
            if number in self._dirty:  # the value in memory, or in the store, is one of before
                self._changed_at[number] = self.revision
            if keep or number in self._dirty:
                self._kept(Node(run.key, number, reads, None, self.revision, run.value))
            yield Run(number, run.key, reads, run.value)
        self._dirty.difference_update(verified)

    def _absorbed(self, number: int, names: Mapping[int, Name]) -> int:
        if number >= FIRST_NODE + PROVISIONAL:
            key = names[number]
            node = self._nodes.get(key)
            if node is not None:
                return node.number
            return self._assigned.setdefault(key, self._new_number(key))
        if PROVISIONAL <= number < FIRST_NODE:
            field = number % FIELDS
            kind, id = names[number - field]
            return self.fact(kind, id) + field
        return number

    def _call(self, key: Key) -> Any:
        return _QUERIES[key[0]](self.source, *key[1:])

    def traced(self, key: Key, function: Callable[[], T]) -> tuple[T, array[int]]:
        """Call a function; return its result and the numbers of what it read."""
        if key in self._running:
            raise RecursionError(f"the query {' '.join(key)} reads itself")
        outer, self.reads = self.reads, {}
        self._running.add(key)
        try:
            return function(), array("I", self.reads)
        finally:
            self.reads = outer
            self._running.discard(key)

    def peek(self, key: Key) -> Node | None:
        """Return the node of a query if it is up to date or can be brought up to date."""
        try:
            return self._updated(key) if not self.is_missing(key) else None
        except Exception:
            return None

    def is_missing(self, key: Key) -> bool:
        """Return whether a query never ran."""
        return key not in self._nodes and self._loaded(key) is None

    def key_of(self, number: int) -> Key | None:
        """Return the name and arguments of a node."""
        node = self._numbers.get(number) or self._store.load_number(number)
        return None if node is None else node.key

    @property
    def unverified(self) -> set[int]:
        """The numbers of dirty nodes that have not been verified or run again."""
        return self._dirty
