"""Packed rows of the build state are the same after unpacking."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from briefings.build.store import packed, unpacked


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {"": (0, 1)},
        {"a": (1, -2, 2**63 - 1), "b\nb": (0, 0, 0)},
        {"longer than a word": (2**64, 1), "b": (-1, 2**70)},
        {"mixed": ("sha", 1, b"digest", True), "\udcff": ("", 2, b"", False)},
        {f"briefings/{n}/index.html": (str(n), n, n * 10**15) for n in range(500)},
    ],
)
def test_rows_come_back_as_they_were_and_in_their_order(rows: dict[str, tuple[Any, ...]]) -> None:
    again = unpacked(pickle.loads(pickle.dumps(packed(rows))))
    assert list(again.items()) == list(rows.items())
    kinds = [tuple(map(type, row)) for row in rows.values()]
    assert [tuple(map(type, row)) for row in again.values()] == kinds
