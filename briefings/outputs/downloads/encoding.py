"""The files of a table: CSV (RFC 4180, UTF-8, LF) and JSON.

A file is a head, one block of bytes for each record that has rows, and a tail. A block is made of
the rows of its record alone, so blocks can be stored and joined again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, NamedTuple

from briefings import urls
from briefings.content.dates import Moment, PartialDate
from briefings.domain.site import Site
from briefings.outputs.downloads.table import Cell, Row, Table
from briefings.outputs.fingerprint import EVERYTHING
from briefings.store.laid import Grouped

#: Matches a cell that no spreadsheet takes for a formula, leading spaces ignored
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_HARMLESS = re.compile(r"(?![\t\r\n])\s*+(?![=+\-@＝＋－＠])").match
#: A spreadsheet that separates cells at semicolons (much of Europe) or tabs starts one after each.
_INSIDE = re.compile(r"([;\t][^\S\t]*+)(?=[=+\-@＝＋－＠])")


#: Members of a JSON object.
Members = dict[str, Any]


class Frame(NamedTuple):
    """The bytes of a file around its blocks: before all, between two, after all."""

    head: bytes
    between: bytes
    tail: bytes


def join(frame: Frame, blocks: Iterable[bytes]) -> bytes:
    """Return a file; empty blocks, of records without rows, are left out."""
    return frame.head + frame.between.join(filter(None, blocks)) + frame.tail


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


def json_frame(table: Table, terms: Members) -> Frame:
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
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    kind: Any = type(value)
    named = ((name, getattr(value, field)) for name, field in _names(kind))
    return {name: member for name, member in named if _is_given(member)}


_JSON = json.JSONEncoder(ensure_ascii=False, default=plain)


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    """Return (name in JSON, name of the field) for each field of a dataclass."""
    return tuple((field.name.rstrip("_"), field.name) for field in fields(kind))


def _is_given(value: Any) -> bool:
    """Return whether a field has a value. 0 is one.

    `0 in (None, False)` is true in Python; a figure of 0 was once lost here.
    """
    return value is not None and value is not False and value != () and value != {}


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table in one format, as a file of the site. `encode`: makes a block of rows."""

    site: Site
    table: Table
    ending: str
    frame: Frame
    encode: Callable[[Iterable[Row]], bytes]

    @property
    def shown(self) -> object:
        """`EVERYTHING`: the rows may be of any record."""
        return EVERYTHING

    @property
    def beyond(self) -> frozenset[str]:
        """Fields that it shows of any record (see `Table.shows`)."""
        return self.table.shows

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return urls.file_for(urls.table_url(self.table.name, self.ending))

    def block(self, id: str) -> bytes:
        """Return the rows of one record, encoded."""
        return self.encode(self.table.rows(self.site, id))

    def render(self) -> bytes:
        """Return the whole file."""
        return join(self.frame, map(self.block, self.table.ids(self.site)))

    def grouped(self) -> Grouped:
        """Return the file as groups of bytes by content file, so that unchanged ones are reused.

        Only for a table `of_one_file`.
        """
        ids, briefing = self.table.ids(self.site), self.site.briefing
        return Grouped(self.frame, ((briefing[id].path, partial(self.block, id)) for id in ids))


def table_files(site: Site, table: Table, terms: Members) -> Iterator[TableFile]:
    """Yield the CSV and the JSON file of a table."""
    yield TableFile(site, table, "csv", csv_frame(table), csv_block)
    json_rows = partial(json_block, table.names)
    yield TableFile(site, table, "json", json_frame(table, terms), json_rows)
