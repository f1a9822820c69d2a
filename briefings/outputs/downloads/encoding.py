"""The files of a table: CSV (RFC 4180, UTF-8, LF) and JSON.

A file is a head, one block of bytes for each record that has rows, and a tail. A block is made of
the rows of its record alone, so blocks can be stored and joined again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from briefings.content.dates.values import Moment, PartialDate
from briefings.engine.tracked import TrackedFields
from briefings.outputs.downloads.table import Cell, Row, Table

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
