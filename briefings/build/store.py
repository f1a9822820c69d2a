"""What a build leaves for the next one, in one SQLite file in the cache folder.

Every value carries a digest: a truncated or garbled file, or one of another version, costs time and
never a wrong page. All is written in one transaction that ends after the site was published; where
a build is killed in between, the old words meet newer files, whose inodes give them away.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any
from zlib import crc32

from briefings.build.inputs import Inputs
from briefings.build.packing import packed, unpacked
from briefings.publish import FileMark, TreeState, Unchanged
from briefings.store.cache import SQLITE_FAULTS, opened

#: Part of the file's name: another form is another file.
_FORM = 8
#: How many such files stay in a cache folder: a build, one with drafts, another output folder.
_FEW = 4
_SCHEMA = """
CREATE TABLE IF NOT EXISTS said (name TEXT PRIMARY KEY, digest BLOB, value BLOB) STRICT;
CREATE TABLE IF NOT EXISTS made (path TEXT PRIMARY KEY, digest BLOB, value BLOB) STRICT;
CREATE TABLE IF NOT EXISTS piece (path TEXT PRIMARY KEY, digest BLOB, value BLOB) STRICT;
CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, digest BLOB, value BLOB) STRICT;
"""
_NAMES = {"said": "name", "made": "path", "piece": "path", "part": "name"}
#: In how many parts each long mapping is kept: one entry is had without most others.
_PARTS = 64


@dataclass(frozen=True, slots=True)
class OutputState:
    """One output as it was made, and what stands for what it shows.

    `key` stands for everything but the layout that it stands in, where it is `laid` out; `facts`
    leaves out the texts of the briefings in `words` as well. `met` are the content files that it
    was planned from. `beyond` is what it shows, beside these, of any file (see
    `list_facts`); None where
    that can't be told.
    """

    path: str
    key: bytes
    laid: bool
    facts: bytes
    words: tuple[str, ...]
    met: tuple[str, ...]
    beyond: tuple[str, ...] | None = None


#: All of an output but its path.
_VALUES = attrgetter(*(field.name for field in fields(OutputState) if field.name != "path"))


@dataclass(frozen=True, slots=True)
class BuildState:
    """What a build knew of the whole. `marks` are those of its outputs, in order; `sorts` how many
    pages, feeds and tables these are."""

    inputs: Inputs
    environment: bytes
    marks: Mapping[str, FileMark]
    sorts: tuple[int, int, int]
    start: datetime | None
    end: datetime | None
    step: datetime | None
    zone: str
    base: bytes
    inner: bytes
    outer: bytes
    #: The theme that `site.yaml` names.
    theme: str | None = None
    #: How the output folder was left.
    left: TreeState | None = None

    def kept(self, path: str) -> Unchanged:
        """An output as it can be kept."""
        return Unchanged(path, *self.marks[path])

    def hashes(self) -> dict[str, str]:
        """Output → the hash of its bytes."""
        return {path: mark[0] for path, mark in self.marks.items()}

    def holds(self, now: datetime) -> bool:
        """Whether the site is at `now` what it was."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


class Store:
    """The file of one set of options and one output folder. Every fault of it is a miss."""

    def __init__(self, folder: Path, asked: bytes) -> None:
        self._path = folder / f"site-{_FORM}-{asked.hex()[:16]}.sqlite"

    def said(self) -> BuildState | None:
        """What the last build knew, if there is one and all of it is sound."""
        value = self.value("all")
        if not isinstance(value, tuple) or len(value) != len(fields(BuildState)):
            return None
        return _said(value)

    def value(self, name: str) -> Any:
        """One value of the whole: `all` of `BuildState`, or another that was kept by its name."""
        return dict(self._values("said", [name])).get(name)

    def entries(self, kind: str, keys: Iterable[str] | None = None) -> dict[str, Any] | None:
        """Those of these keys that a long mapping has (None: all of it); None where the parts of it
        that may have them are not all there."""
        wanted = None if keys is None else set(keys)
        names = _parts(kind) if wanted is None else {_part_of(kind, key) for key in wanted}
        found = dict(self._values("part", names))
        if found.keys() != names:
            return None
        every = (item for part in found.values() for item in part.items())
        return {key: one for key, one in every if wanted is None or key in wanted}

    def made(self, paths: Iterable[str] | None = None) -> dict[str, OutputState]:
        """Outputs by path: these, or all."""
        held: dict[str, str] = {}  # each content file is met many times
        found: dict[str, OutputState] = {}
        for path, value in self._values("made", paths):
            key, laid, facts, words, met, beyond = value
            shared = tuple(map(held.setdefault, met, met))
            found[path] = OutputState(path, key, laid, facts, words, shared, beyond)
        return found

    def pieces(self, paths: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """What was kept of these outputs; one of which nothing sound was kept is left out."""
        return self._values("piece", paths)

    def writing(self) -> StoreWriter:
        """Begins to write down a build; nothing counts before its `finish`."""
        return StoreWriter(self._path)

    def forget(self) -> None:
        """Remove the file, and what SQLite keeps beside it."""
        _remove(self._path)

    def _values(self, table: str, paths: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        query = f"SELECT {_NAMES[table]}, digest, value FROM {table}"  # noqa: S608  # our own names
        given: Iterable[tuple[str, ...]] = [()]
        if paths is not None:
            query += f" WHERE {_NAMES[table]} = ?"
            given = ((path,) for path in paths)
        for path, digest, blob in self._read(query, given):
            # A garbled row may hold a value of another type.
            if type(path) is str and type(blob) is bytes and _digest(path, blob) == digest:
                # Our own bytes, made on this machine and matched with their digest.
                yield path, pickle.loads(blob)  # noqa: S301

    def _read(self, query: str, given: Iterable[tuple[str, ...]]) -> Iterator[tuple[Any, ...]]:
        if not self._path.exists():
            return
        try:
            with closing(opened(self._path)) as base:
                for one in given:
                    yield from base.execute(query, one)
        except SQLITE_FAULTS:
            return


class StoreWriter:
    """One build being written down. A disk that refuses leaves nothing kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._base: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = self._opened()
        except (*SQLITE_FAULTS, OSError):
            self._give_up()

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._base is not None:
            self._base.close()  # what was not finished is rolled back

    def add(self, made: OutputState, piece: bytes | None) -> None:
        """One output that was made anew, and what is kept of it."""
        path = made.path
        rows = [("made", _dumped(_VALUES(made)))]
        rows += [("piece", piece)] if piece is not None else []
        for table, blob in rows:
            self._put(table, path, blob)

    def keep(self, kind: str, mapping: Mapping[str, object]) -> None:
        """A long mapping, by its kind."""
        parts: dict[str, dict[str, object]] = {name: {} for name in _parts(kind)}
        for key, value in mapping.items():
            parts[_part_of(kind, key)][key] = value
        for name, part in parts.items():
            self._put("part", name, _dumped(part))

    def finish(self, said: BuildState, before: BuildState | None, **others: object) -> None:
        """The site was published: from now on this counts, instead of what was said before."""
        self._put("said", "all", _dumped(_kept(said)))
        for name, value in others.items():
            self._put("said", name, _dumped(value))
        if before is None or before.marks.keys() != said.marks.keys():
            self._drop_all_but(said.marks)
        try:
            if self._base is not None:
                self._base.commit()
                _sweep(self._path)
        except (*SQLITE_FAULTS, OSError):
            self._give_up()

    def _drop_all_but(self, files: Iterable[str]) -> None:
        self._do("CREATE TEMP TABLE here (path TEXT PRIMARY KEY)", ())
        if self._base is None:
            return
        try:
            self._base.executemany("INSERT INTO here VALUES (?)", ((path,) for path in files))
        except SQLITE_FAULTS:
            self._give_up()
        for table in ("made", "piece"):
            self._do(f"DELETE FROM {table} WHERE path NOT IN (SELECT path FROM here)", ())  # noqa: S608

    def _put(self, table: str, name: str, blob: bytes) -> None:
        query = f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)"  # noqa: S608  # our own names
        self._do(query, (name, _digest(name, blob), blob))

    def _do(self, query: str, given: tuple[object, ...]) -> None:
        if self._base is None:
            return
        try:
            self._base.execute(query, given)
        except SQLITE_FAULTS:
            self._give_up()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._ready(opened(self._path))
        except (sqlite3.DatabaseError, UnicodeError):  # a broken file is replaced
            _remove(self._path)
            return self._ready(opened(self._path))

    @staticmethod
    def _ready(base: sqlite3.Connection) -> sqlite3.Connection:
        try:
            base.executescript(_SCHEMA)
            base.execute("BEGIN")
        except SQLITE_FAULTS:
            base.close()
            raise
        return base

    def _give_up(self) -> None:
        if self._base is not None:
            self._base.close()
        self._base = None
        _remove(self._path)


def _parts(kind: str) -> set[str]:
    return {f"{kind}/{n}" for n in range(_PARTS)}


def _part_of(kind: str, key: str) -> str:
    return f"{kind}/{crc32(key.encode(errors='surrogatepass')) % _PARTS}"


def _kept(said: BuildState) -> tuple[object, ...]:
    """As it is written down: see `packed`."""
    whole = {field.name: getattr(said, field.name) for field in fields(said)}
    whole["inputs"] = packed({name: (*one[0], *one[1:]) for name, one in said.inputs.items()})
    whole["marks"] = packed(said.marks)
    if (left := said.left) is not None:
        trees = packed(left.live), packed(left.staging)
        whole["left"] = (*trees, left.stale)
    return tuple(whole.values())


def _said(value: tuple[Any, ...]) -> BuildState:
    """The same again."""
    whole = dict(zip((field.name for field in fields(BuildState)), value, strict=True))
    whole["inputs"] = unpacked(whole["inputs"], together=4)
    whole["marks"] = unpacked(whole["marks"])
    if whole["left"] is not None:
        live, staging, stale = whole["left"]
        whole["left"] = TreeState(unpacked(live), unpacked(staging), stale)
    return BuildState(**whole)


def marked(one: Unchanged) -> FileMark:
    """What is written down of an output."""
    return one[1:]


def piece_of(value: object) -> bytes:
    """What is kept of an output."""
    return _dumped(value)


def _dumped(value: object) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def _digest(name: str, blob: bytes) -> bytes:
    """Of the name as well: a value under the name of another is as bad as a garbled one."""
    return blake2b(
        blob, digest_size=16, person=blake2b(name.encode(), digest_size=16).digest()
    ).digest()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Of the files that builds with other options left, the newest few stay."""
    found = sorted(path.parent.glob("site-*.sqlite"), key=lambda one: one.stat().st_mtime)
    for one in found[:-_FEW]:
        if one != path:
            _remove(one)
