"""Tables of the downloads: columns, and the rows of one record.

The CSV and JSON files, the Frictionless data package and the data dictionary page are all made from
one list of columns. A file of a table is the rows of its records, one record after the other.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property, partial
from typing import Any, Literal, NamedTuple

from briefings import anchors
from briefings.content.dates.values import Moment, PartialDate
from briefings.content.records import TrackedFields
from briefings.domain import words
from briefings.domain.site import Briefing, Site
from briefings.engine import query

#: A type of Frictionless Table Schema (https://specs.frictionlessdata.io/table-schema/).
Type = Literal["string", "integer", "number", "boolean", "date", "datetime"]
#: Further kinds of column: ids separated by spaces, a path on the site, a partial date.
Kind = Type | Literal["ids", "url", "partial-date"]
#: None: a value that is not known or not given.
Cell = str | int | Decimal | bool | None
#: The cells of one row, in the order of the fields.
Row = tuple[Cell, ...]


class Field(NamedTuple):
    """One field of the files of a table, described for readers."""

    name: str
    meaning: str
    type: Type

    @property
    def described(self) -> dict[str, Any]:
        """The field as in a Frictionless Table Schema."""
        return {"name": self.name, "type": self.type, "description": self.meaning}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `value`: where the value of a row is: a path of attributes, such as `front.title`, which ends at
    the first None, or a function of site and row. `kind`: what the value is, and so how it is
    written (see `cells`).
    """

    name: str
    meaning: str
    value: str | Callable[[Site, Any], Any]
    kind: Kind = "string"

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields it has in the files: three for a partial date, else one."""
        name, meaning = self.name, self.meaning
        if self.kind == "partial-date":
            description = f"{meaning}, as far as known: a year, month, day, interval, open"
            return (
                Field(name, description, "string"),
                Field(f"{name}_earliest", f"{meaning}: the earliest day it can be", "date"),
                Field(f"{name}_latest", f"{meaning}: the latest day it can be", "date"),
            )
        if self.kind == "ids" or self.kind == "url":
            return (Field(name, meaning, "string"),)
        return (Field(name, meaning, self.kind),)

    @cached_property
    def get(self) -> Callable[[Site, Any], Any]:
        """The function that returns the value of a row."""
        if not isinstance(self.value, str):
            return self.value
        names = self.value.split(".")

        def follow(_: Site, value: Any) -> Any:
            for name in names:
                if value is None:
                    return None
                value = getattr(value, name)
            return value

        return follow

    def cells(self, site: Site, row: Any) -> Row:
        """Return the value of a row as text for the file.

        URLs are absolute; an empty list of ids is None. A partial date has three cells: as written,
        its earliest and its latest possible day, which are None if it is open on that side.
        """
        value = self.get(site, row)
        if self.kind == "partial-date":
            return _partial_date(value)
        if self.kind == "ids":
            value = " ".join(value or ()) or None
        elif self.kind == "url":
            value = site.urls.absolute(value)
        elif self.kind == "date" or self.kind == "datetime":
            value = value.isoformat() if value else None
        return (value,)


def _partial_date(date: PartialDate | None) -> Row:
    if date is None:
        return (None, None, None)
    bounds = (day.isoformat() if day else None for day in (date.earliest, date.latest))
    return (date.written, *bounds)


@dataclass(frozen=True)
class Table:
    """One table of the downloads.

    `title`, `meaning` and the meanings of columns are written for trusts (see `in_words_of`).
    `key`: names of the fields that identify a row. `ids(site)`: ids of the records that have rows,
    in the order of the file. `values(site, id)`: what the rows of one record are made of.
    `size(site, id)`: their number, without making them; 1 if not given. `references`: foreign keys,
    field → the table to whose `id` it refers.
    """

    name: str
    title: str
    meaning: str
    key: tuple[str, ...]
    ids: Callable[[Site], Iterable[str]]
    values: Callable[[Site, str], Iterable[Any]]
    columns: tuple[Column, ...]
    size: Callable[[Site, str], int] = lambda _, __: 1
    references: Mapping[str, str] = field(default_factory=dict)

    def in_words_of(self, site: Site) -> Table:
        """Return the table with the site's words for what is inspected."""
        say = partial(words.say, site.config)
        columns = (replace(column, meaning=say(column.meaning)) for column in self.columns)
        title, meaning = say(self.title), say(self.meaning)
        return replace(self, title=title, meaning=meaning, columns=tuple(columns))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the files, in their order."""
        return tuple(field for column in self.columns for field in column.fields)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(field.name for field in self.fields)

    def rows(self, site: Site, id: str) -> tuple[Row, ...]:
        """Return the rows of one record, in the order of the file."""
        return tuple(self._row(site, value) for value in self.values(site, id))

    def _row(self, site: Site, value: Any) -> Row:
        row: list[Cell] = []
        for column in self.columns:
            row += column.cells(site, value)
        return tuple(row)


def briefing_ids(site: Site) -> list[str]:
    """Return the ids of briefings in the order of feeds."""
    return [briefing.id for briefing in site.briefings]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list of a briefing: `value`, with its number and its anchor on the page.

    `key`: that of an item of a mapping.
    """

    briefing: Briefing
    number: int
    anchor: str
    value: Any
    key: str = ""

    @property
    def url(self) -> str:
        """Path of the item on the site."""
        return f"{self.briefing.url}#{self.anchor}"


@query
def sizes_of(site: Site, id: str) -> Mapping[str, int]:
    """Return the number of items in each list of a briefing that is a table."""
    front = site.briefing[id].front
    return {name: len(getattr(front, name)) for name in ("ratings", "figures", "sources")}


def list_table(
    name: str,
    word: str,
    meaning: str,
    key: tuple[str, ...],
    columns: tuple[Column, ...],
    references: Mapping[str, str],
) -> Table:
    """Return a table with a row (an `Item`) for each item of the list `name` of a briefing.

    `word`: what the anchors of the items start with.
    """

    def values(site: Site, id: str) -> Iterator[Item]:
        briefing = site.briefing[id]
        listed = getattr(briefing.front, name)
        if isinstance(listed, Mapping):
            for place, (key, value) in enumerate(listed.items(), start=1):
                yield Item(briefing, place, f"{word}-{key}", value, key)
        else:
            for index, value in enumerate(listed):
                number = anchors.number(word, index, briefing.front.vacated)
                yield Item(briefing, number, f"{word}-{number}", value)

    return Table(
        name=name,
        title=name.capitalize(),
        meaning=meaning,
        key=key,
        ids=briefing_ids,
        values=values,
        columns=columns,
        size=lambda site, id: sizes_of(site, id)[name],
        references=references,
    )


# The files of a table: CSV (RFC 4180, UTF-8, LF) and JSON.
#
# A file is a head, one block of bytes for each record that has rows, and a tail. A block is made of
# the rows of its record alone, so blocks can be stored and joined again.

#: Matches a cell that no spreadsheet takes for a formula, leading spaces ignored
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_HARMLESS = re.compile(r"(?![\t\r\n])\s*+(?![=+\-@＝＋－＠])").match
#: A spreadsheet that separates cells at semicolons (much of Europe) or tabs starts one after each.
_INSIDE = re.compile(r"([;\t][^\S\t]*+)(?=[=+\-@＝＋－＠])")


class Frame(NamedTuple):
    """The bytes of a file around its blocks: before all, between two, after all."""

    head: bytes
    between: bytes
    tail: bytes


def csv_frame(table: Table) -> Frame:
    """Return the header of a CSV file."""
    return Frame(csv_block([table.names]), b"", b"")


def csv_block(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV; a spreadsheet takes no text cell for a formula.

    An empty cell is a value that is not known or not given.
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(map(_safe, row) for row in rows)
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


def json_frame(table: Table, terms: Mapping[str, Any]) -> Frame:
    """Return an object without its rows: name and meaning of the table, `terms`, fields."""
    head = {
        "name": table.name,
        "title": table.title,
        "description": table.meaning,
        **terms,
        "fields": [field.described for field in table.fields],
    }
    return Frame(f'{dumps(head)[:-1]}, "rows": [\n'.encode(), b",\n", b"\n]}\n")


def json_block(names: Iterable[str], rows: Iterable[Row]) -> bytes:
    """Return rows as objects, one on a line, with a comma between two."""
    return ",\n".join(dumps(dict(zip(names, row, strict=True))) for row in rows).encode()


def dumps(value: Any) -> str:
    """Encode a value as one line of JSON, not ASCII only; see `plain`."""
    return _JSON.encode(value)


def indented(value: Any) -> bytes:
    """Return indented JSON; members keep their order."""
    return (json.dumps(value, ensure_ascii=False, indent=1, default=plain) + "\n").encode()


def in_lines(value: Mapping[str, Any]) -> bytes:
    """Return JSON with each member, and each item of a list of objects, on one line.

    To indent everything takes three times as long.
    """
    members = (f"{dumps(name)}: {_items(member)}" for name, member in value.items())
    return ("{\n" + ",\n".join(members) + "\n}\n").encode()


def _items(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return dumps(value)
    return "[\n" + ",\n".join(map(dumps, value)) + "\n]"


def plain(value: Any) -> Any:
    """Return a value of the content model as JSON can hold it.

    A partial date is as written, a whole Decimal an integer. Of a dataclass, fields without a value
    are left out. Raises TypeError for a type that has no JSON form.
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, PartialDate | Moment):
        return value.written
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    kind: type[Any] = value.schema if isinstance(value, TrackedFields) else type(value)
    if not is_dataclass(kind):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    members = ((name, getattr(value, field)) for name, field in _names(kind))
    return {name: member for name, member in members if _is_given(member)}


_JSON = json.JSONEncoder(ensure_ascii=False, default=plain)


@cache
def _names(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    """Return (name in JSON, name of the field) for each field of a dataclass."""
    return tuple((field.name.rstrip("_"), field.name) for field in fields(kind))


def _is_given(value: Any) -> bool:
    """Return whether a field has a value. 0 is one.

    `0 in (None, False)` is true in Python; a figure of 0 was once lost here.
    """
    return value is not None and value is not False and value != () and value != {}
