"""A table of the downloads: its columns with their types and meanings, and its rows.

Written as CSV (RFC 4180, UTF-8, LF) and as JSON; described once, for the Frictionless data
package, the data dictionary page and the JSON file alike.
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
#: A content file, and the entries whose rows are made of it.
ByFile = tuple[str, Callable[[], Iterable[T]]]

#: A spreadsheet takes a cell that starts otherwise for a formula, spaces before it aside
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_HARMLESS = re.compile(r"(?![\t\r\n])\s*+(?![=+\-@＝＋－＠])").match
#: Where a spreadsheet parts cells at semicolons (much of Europe) or tabs, one begins after each.
_INSIDE = re.compile(r"([;\t][^\S\t]*+)(?=[=+\-@＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Types are those of Frictionless Table Schema."""

    name: str
    kind: Kind
    meaning: str


def text(name: str, meaning: str) -> Column:
    """A column of words."""
    return Column(name, "string", meaning)


def dated(name: str, meaning: str) -> tuple[Column, Column, Column]:
    """A partial date as written, and the earliest and latest day that it can be."""
    return (
        Column(name, "string", f"{meaning}, as far as known: a year, month, day, interval, open"),
        Column(f"{name}_earliest", "date", f"{meaning}: the earliest day it can be"),
        Column(f"{name}_latest", "date", f"{meaning}: the latest day it can be"),
    )


def dates_of(name: str, value: PartialDate | Period | None) -> dict[str, Cell]:
    """The three cells of a partial date."""
    if value is None:
        return {name: None, f"{name}_earliest": None, f"{name}_latest": None}
    earliest = value.earliest.isoformat() if value.earliest else None
    latest = value.latest.isoformat() if value.latest else None
    return {name: value.written, f"{name}_earliest": earliest, f"{name}_latest": latest}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` names the columns that tell its rows apart.

    Each row is of one of its `entries`. They are made each time anew: no file of the downloads is
    held while another is made. `files` has the entries by the content file that their rows are
    made of, where each is made of a single one: of a file whose rows are known nothing is asked.
    """

    name: str
    title: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    entries: Callable[[], Iterable[Any]]
    row: Callable[[Any], Row]
    #: What it shows of what no list is made by (see `rebuild.loose`); None where nobody says.
    shows: frozenset[str] | None = None
    files: Callable[[], Iterable[ByFile[Any]]] | None = None
    #: How many entries there are, where that can be told without having them.
    size: Callable[[], int] | None = None

    def rows(self) -> Iterator[Row]:
        """Every row, its cells by column and in the order of the columns."""
        return map(self.row, self.entries())

    @property
    def count(self) -> int:
        """How many rows there are; none is made for it."""
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
    """A table, its groups of columns laid out flat."""
    flat: list[Column] = []
    for each in columns:
        flat += [each] if isinstance(each, Column) else each
    return Table(name, title, meaning, key, tuple(flat), entries, row, shows, files, size)


def _groups(table: Table, written: Callable[[Iterable[Row]], bytes]) -> Iterator[Group]:
    """The rows of a table by the content files that they are of, or all as one."""

    def made(entries: Callable[[], Iterable[Any]]) -> bytes:
        return written(map(table.row, entries()))

    files = [("", table.entries)] if table.files is None else table.files()
    return ((path, partial(made, entries)) for path, entries in files)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table as CSV, every text cell safe to open in a spreadsheet."""

    table: Table

    @property
    def shown(self) -> object:
        """Its rows may be of any record."""
        return EVERYTHING

    @property
    def beyond(self) -> frozenset[str] | None:
        """What it shows of any record."""
        return self.table.shows

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""
        return file_for(urls.table_url(self.table.name, "csv"))

    def render(self) -> bytes:
        """Header and rows; an empty cell is a value that is not known or not given."""
        return self.grouped().render()

    def grouped(self) -> Grouped:
        """The same by content files."""
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
    """What every file of the downloads says of itself."""

    publisher: str
    licence: str
    licence_url: str | None
    attributions: tuple[str, ...]
    updated: datetime | None

    def entries(self) -> Iterator[tuple[str, Any]]:
        """As JSON members."""
        yield "publisher", self.publisher
        yield "licence", {"name": self.licence, "url": self.licence_url}
        yield "attributions", list(self.attributions)
        yield "updated", self.updated.isoformat() if self.updated else None


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A table as JSON: what it is, its licence and date, its columns, its rows."""

    table: Table
    licensed: Licensed

    @property
    def shown(self) -> object:
        """Its rows may be of any record."""
        return EVERYTHING

    @property
    def beyond(self) -> frozenset[str] | None:
        """What it shows of any record."""
        return self.table.shows

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""
        return file_for(urls.table_url(self.table.name, "json"))

    def render(self) -> bytes:
        """One row on each line."""
        return self.grouped().render()

    def grouped(self) -> Grouped:
        """The same by content files."""
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
    """JSON as UTF-8 text; whole numbers stay whole."""
    return _JSON.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)


@dataclass(frozen=True, slots=True)
class Document:
    """Any other JSON file of the downloads; `value` makes it, in the worker that renders it.

    `in_lines`: each member, and each item of a list, in a line of its own; else all indented.
    """

    url: str
    value: Callable[[], Any]
    #: What `value` is made of.
    shown: object
    in_lines: bool = False

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""
        return file_for(self.url)

    def render(self) -> bytes:
        """In the order given."""
        value = self.value()
        if self.in_lines:
            text = _in_lines(value)
        else:
            text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain)
        return (text + "\n").encode()


def _in_lines(value: Mapping[str, Any]) -> str:
    """To indent everything takes three times as long, and a thousand trusts have such a file."""
    members = (f"{dumps(name)}: {_items(each)}" for name, each in value.items())
    return "{\n" + ",\n".join(members) + "\n}"


def _items(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return dumps(value)
    return "[\n" + ",\n".join(map(dumps, value)) + "\n]"
