"""A table of the downloads: its columns with their types and meanings, and its rows.

Written as CSV (RFC 4180, UTF-8, LF) and as JSON. The Frictionless data package, the data dictionary
page and the JSON file use the same description of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal, TypeVar

from briefings import urls
from briefings.content.dates import PartialDate, Period
from briefings.outputs.fingerprint import EVERYTHING
from briefings.store.laid import Group, Grouped
from briefings.urls import file_for

Kind = Literal["string", "integer", "number", "boolean", "date", "datetime"]
Cell = str | int | Decimal | bool | None
Row = Mapping[str, Cell]

T = TypeVar("T")
#: Path of a content file, and a function that returns the entries made of it.
ByFile = tuple[str, Callable[[], Iterable[T]]]

#: Matches a cell that no spreadsheet takes for a formula, leading spaces ignored
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_HARMLESS = re.compile(r"(?![\t\r\n])\s*+(?![=+\-@＝＋－＠])").match
#: A spreadsheet that separates cells at semicolons (much of Europe) or tabs starts one after each.
_INSIDE = re.compile(r"([;\t][^\S\t]*+)(?=[=+\-@＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `kind`: a type of Frictionless Table Schema. `meaning`: its description for readers.
    """

    name: str
    kind: Kind
    meaning: str


def text(name: str, meaning: str) -> Column:
    """Return a column of type string."""
    return Column(name, "string", meaning)


def dated(name: str, meaning: str) -> tuple[Column, Column, Column]:
    """Return columns for a partial date: as written, and its earliest and latest possible day."""
    return (
        Column(name, "string", f"{meaning}, as far as known: a year, month, day, interval, open"),
        Column(f"{name}_earliest", "date", f"{meaning}: the earliest day it can be"),
        Column(f"{name}_latest", "date", f"{meaning}: the latest day it can be"),
    )


def dates_of(name: str, value: PartialDate | Period | None) -> dict[str, Cell]:
    """Return the cells of the three columns of `dated`."""
    if value is None:
        return {name: None, f"{name}_earliest": None, f"{name}_latest": None}
    earliest = value.earliest.isoformat() if value.earliest else None
    latest = value.latest.isoformat() if value.latest else None
    return {name: value.written, f"{name}_earliest": earliest, f"{name}_latest": latest}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the downloads.

    `key`: names of the columns that identify a row. `entries`: returns the values that rows are
    made of, computed on each call: no download file is held in memory while another one is made.
    `row`: makes the row of an entry.

    `files`: returns the entries by content file, if each row is made of a single file; those of a
    file whose rows are reused are not computed. `shows`: fields that the table shows of any record
    and that no list depends on (see `build.list_facts`); None if not known. `size`: counts the
    entries without making them, if possible.
    """

    name: str
    title: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    entries: Callable[[], Iterable[Any]]
    row: Callable[[Any], Row]
    shows: frozenset[str] | None = None
    files: Callable[[], Iterable[ByFile[Any]]] | None = None
    size: Callable[[], int] | None = None

    def rows(self) -> Iterator[Row]:
        """Yield every row: its cells by column name, in the order of the columns."""
        return map(self.row, self.entries())

    @property
    def count(self) -> int:
        """The number of rows; no row is made to count them."""
        return self.size() if self.size is not None else sum(1 for _ in self.entries())


def table(
    name: str,
    title: str,
    meaning: str,
    key: tuple[str, ...],
    columns: Iterable[Column | tuple[Column, ...]],
    entries: Callable[[], Iterable[T]],
    row: Callable[[T], Row],
    files: Callable[[], Iterable[ByFile[T]]] | None = None,
    shows: frozenset[str] | None = None,
    size: Callable[[], int] | None = None,
) -> Table:
    """Return a table; groups of columns, as `dated` returns, are flattened."""
    flat: list[Column] = []
    for each in columns:
        flat += [each] if isinstance(each, Column) else each
    return Table(name, title, meaning, key, tuple(flat), entries, row, shows, files, size)


def _groups(table: Table, written: Callable[[Iterable[Row]], bytes]) -> Iterator[Group]:
    """Yield the bytes of the rows by content file, or of all rows as one group.

    `written` converts rows to bytes.
    """

    def made(entries: Callable[[], Iterable[Any]]) -> bytes:
        return written(map(table.row, entries()))

    files = [("", table.entries)] if table.files is None else table.files()
    return ((path, partial(made, entries)) for path, entries in files)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table as CSV; a spreadsheet takes no text cell for a formula."""

    table: Table

    @property
    def shown(self) -> object:
        """`EVERYTHING`: the rows may be of any record."""
        return EVERYTHING

    @property
    def beyond(self) -> frozenset[str] | None:
        """Fields that it shows of any record (see `Table.shows`)."""
        return self.table.shows

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return file_for(urls.table_url(self.table.name, "csv"))

    def render(self) -> bytes:
        """Return header and rows; an empty cell is a value that is not known or not given."""
        return self.grouped().render()

    def grouped(self) -> Grouped:
        """Return the file as groups of bytes by content file, so that unchanged ones are reused."""
        names = [column.name for column in self.table.columns]

        def lines(rows: Iterable[Row]) -> bytes:
            return _csv([_safe(row[name]) for name in names] for row in rows)

        return Grouped((_csv([names]), b"", b""), _groups(self.table, lines))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _safe(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        cell = _INSIDE.sub(r"\1'", cell)
        return cell if _HARMLESS(cell) else f"'{cell}"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


@dataclass(frozen=True, slots=True)
class Licensed:
    """Publisher, licence and date, stated in every download file.

    `licence`: its name. `attributions`: texts that regulators' licences require. `updated`: when
    the newest content changed; None without any.
    """

    publisher: str
    licence: str
    licence_url: str | None
    attributions: tuple[str, ...]
    updated: datetime | None

    def entries(self) -> Iterator[tuple[str, Any]]:
        """Yield the members of the JSON object."""
        yield "publisher", self.publisher
        yield "licence", {"name": self.licence, "url": self.licence_url}
        yield "attributions", list(self.attributions)
        yield "updated", self.updated.isoformat() if self.updated else None


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A table as JSON: its name and meaning, licence and date, columns, rows."""

    table: Table
    licensed: Licensed

    @property
    def shown(self) -> object:
        """`EVERYTHING`: the rows may be of any record."""
        return EVERYTHING

    @property
    def beyond(self) -> frozenset[str] | None:
        """Fields that it shows of any record (see `Table.shows`)."""
        return self.table.shows

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return file_for(urls.table_url(self.table.name, "json"))

    def render(self) -> bytes:
        """Return the JSON, each row on one line."""
        return self.grouped().render()

    def grouped(self) -> Grouped:
        """Return the file as groups of bytes by content file, so that unchanged ones are reused."""
        head = {
            "name": self.table.name,
            "title": self.table.title,
            "description": self.table.meaning,
            **dict(self.licensed.entries()),
            "fields": [
                {"name": one.name, "type": one.kind, "description": one.meaning}
                for one in self.table.columns
            ],
        }
        begin = dumps(head)[:-1] + ', "rows": [\n'

        def lines(rows: Iterable[Row]) -> bytes:
            return ",\n".join(map(dumps, rows)).encode()

        return Grouped((begin.encode(), b",\n", b"\n]}\n"), _groups(self.table, lines))


def dumps(value: Any) -> str:
    """Encode a value as one line of JSON, not ASCII only; a whole Decimal becomes an integer."""
    return _JSON.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON file of the downloads that is not a table.

    `value`: makes the JSON value, in the worker that renders the file. `shown`: what `value` is
    made of, for change detection. `in_lines`: write each member, and each item of a list of
    objects, on one line; otherwise everything is indented.
    """

    url: str
    value: Callable[[], Any]
    shown: object
    in_lines: bool = False

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return file_for(self.url)

    def render(self) -> bytes:
        """Return the JSON; members keep their order."""
        value = self.value()
        if self.in_lines:
            text = _in_lines(value)
        else:
            text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain)
        return (text + "\n").encode()


def _in_lines(value: Mapping[str, Any]) -> str:
    """Return JSON with each member, and each item of a list of objects, on one line.

    Indenting everything takes three times as long, and a site with a thousand trusts has a thousand
    such files.
    """
    members = (f"{dumps(name)}: {_items(each)}" for name, each in value.items())
    return "{\n" + ",\n".join(members) + "\n}"


def _items(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return dumps(value)
    return "[\n" + ",\n".join(map(dumps, value)) + "\n]"
