"""Pickle large mappings quickly, as a few arrays: 100,000 small tuples would take a second."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

#: The names, joined by NUL, which no file name has; and the columns of the rows.
Packed = tuple[str, tuple[object, ...]]

_WORDS = "q"  # signed, of 8 bytes


def packed(rows: Mapping[str, tuple[Any, ...]]) -> Packed:
    """Turn rows of equal length into columns; columns of integers become arrays."""
    return "\0".join(rows), tuple(_column(column) for column in zip(*rows.values(), strict=True))


def unpacked(value: Packed, together: int = 0) -> dict[str, tuple[Any, ...]]:
    """Return the rows of `packed`. The first `together` columns are joined to one tuple."""
    names, packed_columns = value
    if not packed_columns:
        return {}
    columns = [_values(column) for column in packed_columns]
    if together:
        columns[:together] = [zip(*columns[:together], strict=True)]
    return dict(zip(names.split("\0"), zip(*columns, strict=True), strict=True))


def _column(values: tuple[Any, ...]) -> object:
    if all(type(value) is int for value in values):
        try:
            return array(_WORDS, values)
        except OverflowError:  # inodes may be longer
            pass
    return values


def _values(column: object) -> Iterable[Any]:
    assert isinstance(column, array | tuple)
    return column
