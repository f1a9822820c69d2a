"""The stored state of the last build: one SQLite file in the cache folder.

It has the state of inputs and outputs (`BuildState`), the numbers of facts, and the nodes of the
engine. Every row has a checksum: a damaged file, or one of another version, costs time and never
a wrong page. A build writes in one transaction, after the site was published. If it is killed in
between, the inodes of the newer outputs show that they are not those of the state.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

from briefings.build.inputs import Inputs
from briefings.publish import FileMark, TreeState, Unchanged
from briefings.store.cache import SQLITE_FAULTS, delete, digest, opened
from briefings.store.compact import FIELDS, FIRST_NODE, place_of

#: Version of the format, part of the file's name.
_FORM = 13
#: Files kept in a cache folder: for a build with drafts, another output folder and so on.
_FEW = 4
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, seal BLOB, value BLOB) STRICT;
CREATE TABLE IF NOT EXISTS node (
    number INTEGER PRIMARY KEY, key TEXT UNIQUE, reads BLOB, reads_sum INTEGER,
    value BLOB, value_sum INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS reader (place INTEGER PRIMARY KEY, nodes BLOB, nodes_sum INTEGER) STRICT;
"""
_NODE = "SELECT number, key, reads, reads_sum, value, value_sum FROM node WHERE {} = ?"
_STATE = "SELECT seal, value FROM state WHERE name = ?"
_READS = "SELECT reads, reads_sum FROM node WHERE number = ?"
_READERS = "SELECT nodes, nodes_sum FROM reader WHERE place = ?"
#: Between the parts of a key; no id has it.
_SEPARATOR = "\x1f"

#: A node as it is stored: number, key, reads, value (None for an output).
Row = tuple[int, tuple[str, ...], Sequence[int], bytes | None]


class Damaged(Exception):
    """The stored state can't be used: build from nothing."""


@dataclass(frozen=True, slots=True)
class BuildState:
    """The state at the end of a build, except facts and nodes.

    `marks`: of its outputs. `sorts`: the numbers of pages, feeds and tables. `start` and
    `end`: the site is the same at every moment in between, as long as nothing else changes; None
    for no limit. `zone`: the site's time zone. `snapshot`: the configuration, the register and
    the problems of files, pickled. `nodes` and `facts`: the numbers of stored nodes
    and facts. `theme`: the one that `site.yaml` names. `index`: the digest of
    the search index, empty without one. `trees`: the state of the published and the staging tree.
    """

    inputs: Inputs
    environment: bytes
    marks: Mapping[str, FileMark]
    sorts: tuple[int, int, int]
    start: datetime | None
    end: datetime | None
    zone: str
    now: datetime
    snapshot: bytes
    nodes: int = 0
    facts: int = 0
    theme: str | None = None
    index: str = ""
    trees: TreeState | None = None

    def unchanged(self, path: str) -> Unchanged:
        """Return a published output that stays as it is."""
        return Unchanged(path, *self.marks[path])

    def holds(self, now: datetime) -> bool:
        """Whether the site does not change by itself between the last build and `now`."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


@dataclass(frozen=True, slots=True)
class StoredNode:
    """A node as read from the store; `value` is pickled, None for an output."""

    key: tuple[str, ...]
    number: int
    reads: array[int]
    value: bytes | None


class Store:
    """The file of one set of options and one output folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.path = folder / f"site-{_FORM}-{key.hex()[:16]}.sqlite"
        self._open: tuple[int, sqlite3.Connection] | None = None
        self._seal: bytes | None = None
        self._nodes = self._facts = 0

    def state(self) -> BuildState | None:
        """Return the stored state; None if it is missing or damaged. Leaves no file open."""
        try:
            row = self._row(_STATE, ("build",))
            if row is None or digest(row[1]) != row[0]:
                return None
            self._seal = row[0]
            value = pickle.loads(row[1])  # noqa: S301  # our own bytes, matched with their digest
        except (Damaged, *SQLITE_FAULTS):
            return None
        finally:
            self.close()
        if len(value) != len(fields(BuildState)):
            return None
        state = _unpacked(value)
        self._nodes, self._facts = state.nodes, state.facts
        return state

    def facts(self) -> dict[tuple[str, str], int]:
        """Return (kind, id) → number of every fact. Raises Damaged."""
        row = self._row(_STATE, ("facts",))
        if row is None or digest(row[1]) != row[0]:
            raise Damaged
        names = (name.partition(_SEPARATOR) for name in row[1].decode().split("\0"))
        return {(kind, id): number * FIELDS for number, (kind, _, id) in enumerate(names)}

    def next_node(self) -> int | None:
        """Return the number after the last node; None without nodes. Raises Damaged."""
        row = self._row("SELECT max(number) FROM node", ())
        return None if row is None or row[0] is None else row[0] + 1

    def load(self, key: tuple[str, ...]) -> StoredNode | None:
        """Return a node by its key. Raises Damaged."""
        return self._node("key", _SEPARATOR.join(key))

    def load_number(self, number: int) -> StoredNode | None:
        """Return a node by its number. Raises Damaged."""
        return self._node("number", number)

    def reads_of_nodes(self) -> Iterator[tuple[int, array[int]]]:
        """Yield number and reads of every node. Raises Damaged."""
        count = 0
        for number, blob, checksum in self._rows(
            "SELECT number, reads, reads_sum FROM node ORDER BY number"
        ):
            yield number, _sound(number, blob, checksum)
            count += 1
        if count != self._nodes:
            raise Damaged

    def readers(self, facts: Collection[int]) -> set[int]:
        """Return the numbers of the nodes that read one of these facts, directly or not.

        There may be a few that have run since, and read it no more. Raises Damaged.
        """
        changed, remaining = set(facts), {place_of(fact) for fact in facts}
        while remaining:
            place = remaining.pop()
            for node in self._readers_at(place):
                if node not in changed and (place >= FIRST_NODE or self._has_read(node, changed)):
                    changed.add(node)
                    remaining.add(node)
        return changed.difference(facts)

    def _readers_at(self, place: int) -> Sequence[int]:
        """Return the nodes that read a node, or a fact of a file. `place`: see `place_of`."""
        row = self._row(_READERS, (place,))
        if row is not None:
            return _sound(place, *row)
        if self._facts * FIELDS <= place < FIRST_NODE:
            return ()  # a new file
        raise Damaged

    def _has_read(self, node: int, changed: Collection[int]) -> bool:
        """Return whether a node read what has changed; True if it is not stored any more."""
        row = self._row(_READS, (node,))
        return row is None or not set(_sound(node, *row)).isdisjoint(changed)

    def numbers(self, name: str) -> dict[tuple[str, ...], int]:
        """Return key → number of the nodes whose keys begin with `name`. Raises Damaged."""
        rows = self._rows(
            "SELECT key, number FROM node WHERE key >= ? AND key < ?",
            (name + _SEPARATOR, name + chr(ord(_SEPARATOR) + 1)),
        )
        return {tuple(key.split(_SEPARATOR)): number for key, number in rows}

    def close(self) -> None:
        """Close the connection of this process."""
        if self._open is not None and self._open[0] == os.getpid():
            self._open[1].close()
        self._open = None

    def forget(self) -> None:
        """Delete the file, and what SQLite keeps beside it."""
        self.close()
        delete(self.path)

    def save(
        self,
        state: BuildState,
        facts: Mapping[tuple[str, str], int],
        rows: Sequence[Row],
        drop: Iterable[int] | None,
    ) -> None:
        """Store a build that was published, in one transaction. On a disk error, delete the file.

        `state.facts`: how many are stored already. `drop`: numbers of nodes to delete; None for all
        that are stored.
        """

        def write(database: sqlite3.Connection) -> None:
            _write_nodes(database, islice(facts.values(), state.facts, None), rows, drop)
            (count,) = database.execute("SELECT count(*) FROM node").fetchone()
            _write_state(database, replace(state, nodes=count, facts=len(facts)))
            _write_sealed(database, "facts", "\0".join(map(_SEPARATOR.join, facts)).encode())

        if drop is None:
            delete(self.path)
        self._in_transaction(write, journal="OFF" if drop is None else "WAL")

    def save_state(self, state: BuildState) -> None:
        """Replace the state of the stored build; its facts and nodes stay."""
        self._in_transaction(lambda database: _write_state(database, state))

    def _in_transaction(
        self, write: Callable[[sqlite3.Connection], None], journal: str = "WAL"
    ) -> None:
        """Write in one transaction. A new file needs no journal: it has no state until the end."""
        self.close()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(opened(self.path)) as database:
                database.execute(f"PRAGMA journal_mode = {journal}")
                database.executescript(_SCHEMA)
                database.execute("BEGIN IMMEDIATE")
                write(database)
                database.execute("COMMIT")
            _sweep(self.path)
        except (Damaged, *SQLITE_FAULTS, OSError):
            delete(self.path)

    def _node(self, column: str, value: object) -> StoredNode | None:
        row = self._row(_NODE.format(column), (value,))
        if row is None:
            return None
        number, key, reads, reads_sum, blob, value_sum = row
        typed = isinstance(key, str) and isinstance(blob, bytes | None)
        if not typed or crc32(blob or b"", crc32(key.encode())) != value_sum:
            raise Damaged
        reads_array = _sound(number, reads, reads_sum)
        return StoredNode(tuple(key.split(_SEPARATOR)), number, reads_array, blob)

    def _row(self, query: str, parameters: tuple[object, ...]) -> tuple[Any, ...] | None:
        return next(self._rows(query, parameters), None)

    def _rows(self, query: str, parameters: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            database = self._connection()
            if database is not None:
                yield from database.execute(query, parameters)
        except SQLITE_FAULTS as fault:
            raise Damaged from fault

    def _connection(self) -> sqlite3.Connection | None:
        """Return the connection of this process: SQLite's must not be used after a fork.

        Raises Damaged if another build has written since `state` was read.
        """
        if self._open is None or self._open[0] != os.getpid():
            if not self.path.exists():
                return None
            self._open = os.getpid(), opened(self.path)
            self._open[1].execute("BEGIN")  # all reads see one snapshot
            if self._seal is not None:
                row = self._row("SELECT seal FROM state WHERE name = 'build'", ())
                if row is None or row[0] != self._seal:
                    raise Damaged("another build has written")
        return self._open[1]


def _write_nodes(
    database: sqlite3.Connection,
    new_facts: Iterable[int],
    rows: Sequence[Row],
    drop: Iterable[int] | None,
) -> None:
    database.executemany("DELETE FROM node WHERE number = ?", ((n,) for n in drop or ()))
    _write_readers(database, new_facts, rows, is_new=drop is None)
    database.executemany(
        "INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?, ?, ?)", map(_stored, rows)
    )


def _write_readers(
    database: sqlite3.Connection, facts: Iterable[int], rows: Sequence[Row], *, is_new: bool
) -> None:
    """Add the readers of each place: what a node reads, and did not read when it last ran.

    `facts`: the new ones. Each gets a row, even if nothing reads it.
    """

    def stored(query: str, number: int) -> array[int]:
        row = None if is_new else database.execute(query, (number,)).fetchone()
        return array("I") if row is None else _sound(number, *row)

    readers = {place: array("I") for place in (*facts, *(row[0] for row in rows))}
    for number, _, reads, _ in rows:
        before = set(map(place_of, stored(_READS, number)))
        for place in set(map(place_of, reads)) - before:
            readers.setdefault(place, array("I")).append(number)
    for place, nodes in readers.items():
        if before := set(stored(_READERS, place)):
            readers[place] = array("I", sorted(before.union(nodes)))
    database.executemany(
        "INSERT OR REPLACE INTO reader VALUES (?, ?, ?)",
        ((place, nodes.tobytes(), crc32(nodes, place)) for place, nodes in readers.items()),
    )


def _write_state(database: sqlite3.Connection, state: BuildState) -> None:
    _write_sealed(database, "build", pickle.dumps(_packed(state), pickle.HIGHEST_PROTOCOL))


def _write_sealed(database: sqlite3.Connection, name: str, blob: bytes) -> None:
    database.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (name, digest(blob), blob))


def _sound(number: int, blob: object, checksum: int) -> array[int]:
    """Return the stored reads or readers of what has this number. Raises Damaged."""
    if not isinstance(blob, bytes) or crc32(blob, number & 0xFFFFFFFF) != checksum:
        raise Damaged
    return array("I", blob)


def _stored(row: Row) -> tuple[object, ...]:
    number, names, reads, value = row
    key, blob = _SEPARATOR.join(names), array("I", reads).tobytes()
    checksums = crc32(blob, number & 0xFFFFFFFF), crc32(value or b"", crc32(key.encode()))
    return number, key, blob, checksums[0], value, checksums[1]


def _packed(state: BuildState) -> tuple[object, ...]:
    """Return the fields of a state for pickling: see `packed`."""
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    values["inputs"] = packed(
        {name: (*entry[0], *entry[1:]) for name, entry in state.inputs.items()}
    )
    values["marks"] = packed(state.marks)
    if (trees := state.trees) is not None:
        values["trees"] = (packed(trees.live), packed(trees.staging), trees.stale)
    return tuple(values.values())


def _unpacked(value: tuple[Any, ...]) -> BuildState:
    values = dict(zip((field.name for field in fields(BuildState)), value, strict=True))
    values["inputs"] = unpacked(values["inputs"], together=4)
    values["marks"] = unpacked(values["marks"])
    if values["trees"] is not None:
        live, staging, stale = values["trees"]
        values["trees"] = TreeState(unpacked(live), unpacked(staging), stale)
    return BuildState(**values)


#: The names, joined by NUL, which no file name has; and the columns of the rows.
Packed = tuple[str, tuple[Sequence[Any], ...]]


def packed(rows: Mapping[str, tuple[Any, ...]]) -> Packed:
    """Turn rows of equal length into columns; columns of integers become arrays.

    So large mappings are pickled quickly: 100,000 small tuples would take a second.
    """
    return "\0".join(rows), tuple(map(_column, zip(*rows.values(), strict=True)))


def unpacked(value: Packed, together: int = 0) -> dict[str, tuple[Any, ...]]:
    """Return the rows of `packed`. The first `together` columns are joined to one tuple."""
    names, columns = value[0], list[Iterable[Any]](value[1])
    if not columns:
        return {}
    if together:
        columns[:together] = [zip(*columns[:together], strict=True)]
    return dict(zip(names.split("\0"), zip(*columns, strict=True), strict=True))


def _column(values: tuple[Any, ...]) -> Sequence[Any]:
    if all(type(value) is int for value in values):
        with suppress(OverflowError):  # inodes may be longer than 8 bytes
            return array("q", values)
    return values


def marked(file: Unchanged) -> FileMark:
    """Return the mark of an output."""
    return file[1:]


def _sweep(path: Path) -> None:
    """Delete the files of other options, but for the newest few."""
    files = sorted(path.parent.glob("site-*.sqlite"), key=lambda file: file.stat().st_mtime)
    for file in files[:-_FEW]:
        if file != path:
            delete(file)
