"""Long mappings as a few long values: a hundred thousand small ones take a second to pickle."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

#: The names, with a sign between that no file name has, and each column of the rows.
Packed = tuple[str, tuple[object, ...]]

_WORDS = "q"  # signed, of 8 bytes


def packed(rows: Mapping[str, tuple[Any, ...]]) -> Packed:
    """Rows of one length by the names of files, column by column, numbers as machine words."""
    return "\0".join(rows), tuple(_column(one) for one in zip(*rows.values(), strict=True))


def unpacked(value: Packed, together: int = 0) -> dict[str, tuple[Any, ...]]:
    """The same rows again, the first few columns `together` as a row of their own."""
    names, packed_columns = value
    if not packed_columns:
        return {}
    columns = [_values(one) for one in packed_columns]
    if together:
        columns[:together] = [zip(*columns[:together], strict=True)]
    return dict(zip(names.split("\0"), zip(*columns, strict=True), strict=True))


def _column(values: tuple[Any, ...]) -> object:
    if all(type(one) is int for one in values):
        try:
            return array(_WORDS, values)
        except OverflowError:  # inodes may be longer
            pass
    return values


def _values(column: object) -> Iterable[Any]:
    assert isinstance(column, array | tuple)
    return column
