"""The machine-readable downloads: tables and SQLite, records as JSON, schemas, the data package."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote
from zlib import compress, decompress

from briefings import urls
from briefings.domain.enforcement import actions_of_trust
from briefings.domain.ledger.history import histories, requirements_of_trust
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.downloads.documents import terms_of_use
from briefings.outputs.downloads.table import (
    Table,
    Type,
    briefing_ids,
    csv_block,
    csv_frame,
    json_block,
    json_frame,
    sizes_of,
)
from briefings.outputs.downloads.tables import BY_NAME, ENFORCEMENT, TABLES

_ENDINGS = ("csv", "json")


def table_keys(site: Site) -> Iterator[tuple[str, str]]:
    """Yield (name of a table, ending of the file)."""
    return ((name, ending) for name in BY_NAME for ending in _ENDINGS)


def table_file(site: Site, name: str, ending: str) -> Iterator[bytes]:
    """Yield one table in one format: its frame, and the block of each record.

    Empty blocks, of records without rows, are left out.
    """
    table = BY_NAME[name]
    frame = (
        csv_frame(table)
        if ending == "csv"
        else json_frame(table.in_words_of(site), terms_of_use(site))
    )
    yield frame.head
    for index, data in enumerate(map(decompress, _blocks(site, table, ending))):
        yield frame.between + data if index else data
    yield frame.tail


def _blocks(site: Site, table: Table, ending: str) -> Iterator[bytes]:
    """Yield the rows of each record that has any, compressed."""
    place = _ENDINGS.index(ending)
    return filter(None, (block(site, table.name, id)[place] for id in table.ids(site)))


def prepare(site: Site, trust: str) -> None:
    """Make the rows of a trust's briefings, requirements and enforcement actions."""
    briefings = [briefing.id for briefing in site.by_trust[trust]]
    requirements = [history.id for history in requirements_of_trust(site, trust)]
    for id in briefings:
        sizes_of(site, id)
    for table in TABLES:
        if table.ids is briefing_ids or table.ids is histories:
            for id in briefings if table.ids is briefing_ids else requirements:
                block(site, table.name, id)
    for action in actions_of_trust(site, trust):
        block(site, ENFORCEMENT.name, f"{trust} {action.key}")


@query
def block(site: Site, name: str, id: str) -> tuple[bytes, bytes]:
    """Return the rows of one record in a table, as CSV and as JSON, compressed; empty without rows.

    Compressed, because the rows would otherwise be most of the build's memory and stored state.
    """
    table = BY_NAME[name]
    rows = table.rows(site, id)
    if not rows:
        return b"", b""
    return compress(csv_block(rows), 1), compress(json_block(table.names, rows), 1)


# `/data/briefings.sqlite`: every table of the downloads in one file, with full-text search.
#
# The file is always written from scratch, with all rows in the order of the tables, so that the
# same rows and the same version of SQLite give the same bytes. It depends on the rows alone: an
# edit that changes no row does not write it again.

#: Version of the layout of the file (`PRAGMA user_version`).
VERSION = 1
#: Table → its columns with full-text search, in the table `<name>_fts`.
SEARCHED = {"briefings": ("title", "summary"), "requirements": ("title", "text")}
_TYPES: dict[Type, str] = {
    "string": "TEXT", "integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER",
    "date": "TEXT", "datetime": "TEXT",
}  # fmt: skip
#: Rows that `texts_in` reads at a time.
_AT_ONCE = 500
#: Properties of the site and of its columns, so that the file explains itself.
_DESCRIPTIONS = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE columns (
    "table" TEXT, name TEXT, type TEXT, meaning TEXT, PRIMARY KEY ("table", name)
);
"""


def sqlite_file(site: Site) -> Iterator[bytes]:
    """Yield the bytes of the SQLite file, which is made in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _fill(connection, site)
        yield connection.serialize()


def _fill(connection: sqlite3.Connection, site: Site) -> None:
    """Write everything in one transaction, into pages that start as zeros."""
    for setting in (
        "page_size = 4096", "encoding = 'UTF-8'", "auto_vacuum = NONE", "secure_delete = ON",
        "journal_mode = OFF", "synchronous = OFF", f"user_version = {VERSION}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {setting}")
    connection.executescript(f"BEGIN;{_DESCRIPTIONS}")
    _insert(connection, "about", 2, _about(site))
    _insert(connection, "columns", 4, _columns(site))
    for table in TABLES:
        connection.execute(_create(table))
        _insert(connection, table.name, len(table.fields), _rows(_blocks(site, table, "json")))
    for name, columns in SEARCHED.items():
        connection.execute(
            f"CREATE VIRTUAL TABLE {name}_fts USING fts5({', '.join(columns)}, content={name},"
            " tokenize='porter unicode61 remove_diacritics 2')"
        )
        _insert(connection, f"{name}_fts({name}_fts)", 1, [("rebuild",)])
    connection.execute("COMMIT")


def _create(table: Table) -> str:
    columns = [f'"{field.name}" {_TYPES[field.type]}' for field in table.fields]
    keys = [f'FOREIGN KEY ("{name}") REFERENCES {to} (id)' for name, to in table.references.items()]
    primary = f"PRIMARY KEY ({', '.join(table.key)})"
    return f"CREATE TABLE {table.name} ({', '.join((*columns, primary, *keys))})"


def _insert(
    connection: sqlite3.Connection, name: str, width: int, rows: Iterable[Sequence[Any]]
) -> None:
    places = ", ".join("?" * width)
    connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608  # our names


def _rows(blocks: Iterable[bytes]) -> Iterator[tuple[Any, ...]]:
    for block in blocks:
        for row in json.loads(b"[" + decompress(block) + b"]"):
            yield tuple(row.values())


def _about(site: Site) -> Iterator[tuple[str, str | None]]:
    """Yield the terms of use as names and values."""
    terms = terms_of_use(site)
    yield "title", site.config.title
    yield "url", site.urls.absolute(urls.DATA)
    yield "publisher", terms["publisher"]
    yield "licence", terms["licence"]["name"]
    yield "licence_url", terms["licence"]["url"]
    yield "attributions", "\n".join(terms["attributions"])
    yield "updated", terms["updated"]


def _columns(site: Site) -> Iterator[tuple[str, str, str, str]]:
    """Yield the data dictionary: a row for each column of each table."""
    for table in (table.in_words_of(site) for table in TABLES):
        for field in table.fields:
            yield table.name, field.name, field.type, field.meaning


def texts_in(source: bytes | str) -> Iterator[bytes]:
    """Yield the texts of all rows, some rows at a time. `source`: the file, or its path."""
    read_only = (
        f"file:{quote(source)}?mode=ro&immutable=1" if isinstance(source, str) else ":memory:"
    )
    with closing(sqlite3.connect(read_only, uri=True)) as connection:
        if isinstance(source, bytes):
            connection.deserialize(source)
        for name in ("about", "columns", *(table.name for table in TABLES)):
            rows = connection.execute(f"SELECT * FROM {name}")  # noqa: S608  # our names
            while chunk := rows.fetchmany(_AT_ONCE):
                texts = (cell for row in chunk for cell in row if isinstance(cell, str))
                yield "\n,".join(texts).encode()
