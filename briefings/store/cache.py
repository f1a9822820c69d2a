"""A cache of parsed content files, in one SQLite file. Deleting it costs only time.

Rows are keyed by a hash of the file's bytes and of everything else that the result depends on:
this package's own code and the versions of the libraries that parse. Each row has a digest of
its key and value, so that a truncated or garbled file, or a value under the key of another, costs
time and never a wrong page.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_LIBRARIES = ("pydantic", "pyyaml", "markdown", "markdown-it-py", "nh3", "pillow")
#: `name` is the digest of the path of the file. `rowid` grows with every insert.
_SCHEMA = """
DROP TABLE IF EXISTS kept;
CREATE TABLE IF NOT EXISTS reading (
    key BLOB PRIMARY KEY, digest BLOB, value BLOB, name BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reading_name ON reading (name);
"""
#: Rows kept for one file: its current version, that of the last build, and results for another
#: `base_url` or of another version of this code.
_READINGS = 4
_OLDER = """
DELETE FROM reading WHERE name = ?1 AND rowid NOT IN
    (SELECT rowid FROM reading WHERE name = ?1 ORDER BY rowid DESC LIMIT ?2)
"""
#: Rows of removed files are deleted once they outnumber the others by so many.
_SLACK = 100


@dataclass(frozen=True, slots=True)
class Cache:
    """A cache file, or none (`path=None`). Every fault of the file is treated as a miss."""

    path: Path | None

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Any]:
        """Return the cached values of these keys."""
        values: dict[bytes, Any] = {}
        with suppress(Exception):  # a damaged file may raise anything; the content is read instead
            if self.path is not None and self.path.exists():
                with closing(opened(self.path)) as database:
                    for key in keys:
                        if (value := _value(database, key)) is not None:
                            values[key] = value
        return values

    def get_one(self, key: bytes) -> Any:
        """Return what is cached under a key, or None; the file stays open until `close`."""
        with suppress(Exception):  # as in `get`
            return _value(self._reader(), key)
        return None

    def _reader(self) -> sqlite3.Connection:
        """Return a connection of this process: SQLite's must not be used after a fork.

        SQLite itself lets one thread after the other use it.
        """
        name = (os.getpid(), self.path)
        if name not in _readers:
            assert self.path is not None
            self.path.stat()  # a missing file must not be created
            _readers[name] = opened(self.path)
        return _readers[name]

    def close(self) -> None:
        """Close what `one` has opened in this process."""
        reader = _readers.pop((os.getpid(), self.path), None)
        if reader is not None:
            reader.close()

    def put(self, values: Mapping[bytes, Any], names: Mapping[bytes, str]) -> None:
        """Store values. `names`: key → path of the file it was read from.

        Of one file only the newest `_READINGS` rows are kept. If the cache can't be written,
        nothing is stored; a broken one is removed.
        """
        rows = []
        for key, value in values.items():
            blob = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
            rows.append((key, _seal(key, blob), blob, digest(names[key].encode())))

        def write(database: sqlite3.Connection) -> None:
            database.executemany("INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?)", rows)
            database.executemany(_OLDER, {(row[3], _READINGS) for row in rows})

        if rows:
            self._write(write)

    def prune(self, names: Collection[str]) -> None:
        """Delete the rows of files that are not among `names`, once these are most of all rows."""

        def drop(database: sqlite3.Connection) -> None:
            (count,) = database.execute("SELECT count(DISTINCT name) FROM reading").fetchone()
            if count > 2 * len(names) + _SLACK:
                database.execute("CREATE TEMP TABLE wanted (name BLOB PRIMARY KEY)")
                rows = ((digest(name.encode()),) for name in names)
                database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", rows)
                database.execute("DELETE FROM reading WHERE name NOT IN (SELECT name FROM wanted)")

        if self.path is not None and self.path.exists():
            self._write(drop)

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(opened(self.path)) as database:
                database.executescript(_SCHEMA)
                with database:
                    database.execute("BEGIN IMMEDIATE")
                    work(database)
        except sqlite3.OperationalError:
            return
        except (sqlite3.DatabaseError, UnicodeError):
            delete(self.path)
        except OSError:
            return


def _value(database: sqlite3.Connection, key: bytes) -> Any:
    row = database.execute("SELECT digest, value FROM reading WHERE key = ?", (key,)).fetchone()
    if row is None or _seal(key, row[1]) != row[0]:
        return None
    return pickle.loads(row[1])  # noqa: S301  # our own bytes, matched with their digest


def delete(path: Path) -> None:
    """Delete an SQLite file, and SQLite's files beside it, as far as the system allows."""
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def opened(path: Path) -> sqlite3.Connection:
    """Open an SQLite file in autocommit mode, without fsync: it need not survive a power cut.

    Raises one of SQLITE_FAULTS.
    """
    database = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")
    except BaseException:
        database.close()
        raise
    return database


NO_CACHE = Cache(None)
#: (process, file) → open connection.
_readers: dict[tuple[int, Path | None], sqlite3.Connection] = {}

#: Errors of SQLite, and UnicodeError: Python raises it if a message of SQLite has garbled bytes.
SQLITE_FAULTS = (sqlite3.Error, UnicodeError)


def digest(blob: bytes) -> bytes:
    """Return a hash of 16 bytes."""
    return hashlib.blake2b(blob, digest_size=16).digest()


def _seal(key: bytes, blob: bytes) -> bytes:
    return digest(key + blob)


def key_of(*parts: bytes | str) -> bytes:
    """Return a hash of these parts and of the version of this code: the key of a row."""
    hasher = hashlib.blake2b(reader_version(), digest_size=20)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.digest()


@lru_cache(maxsize=1)
def reader_version() -> bytes:
    """Return a hash of this package's code and of the versions of Python and `_LIBRARIES`."""
    from importlib.metadata import version  # here: it is slow to import, and seldom needed

    hasher = hashlib.blake2b(sys.version.encode(), digest_size=20)
    for name in _LIBRARIES:
        hasher.update(f"{name}={version(name)};".encode())
    package = Path(__file__).parents[1]
    for file in sorted(package.rglob("*.py")):
        hasher.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return hasher.digest()
