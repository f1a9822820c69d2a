"""Entries of tables that have a row for each item of a list in a briefing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from briefings.domain.site import Briefing, Site
from briefings.outputs.downloads.table import ByFile
from briefings.store.folded import length

T = TypeVar("T")


def listed(site: Site, of: Callable[[Briefing], Iterable[T]]) -> Iterator[tuple[Briefing, int, T]]:
    """Yield (briefing, position from 1, item) for each item that `of` returns for a briefing."""
    for one in site.briefings:
        yield from _list_of(one, of)


def by_file(
    site: Site, of: Callable[[Briefing], Iterable[T]]
) -> Iterator[ByFile[tuple[Briefing, int, T]]]:
    """Yield the same entries by content file.

    The function of a file computes its entries; it is not called if the file's rows are reused.
    """
    for one in site.briefings:
        yield one.path, partial(_list_of, one, of)


def _list_of(
    one: Briefing, of: Callable[[Briefing], Iterable[T]]
) -> Iterator[tuple[Briefing, int, T]]:
    for n, item in enumerate(of(one), start=1):
        yield one, n, item


def number_of(site: Site, field: str) -> int:
    """Return the number of items of all briefings in a folded field, without unfolding any."""
    return sum(length(one.front, field) for one in site.briefings)


def alone(one: Briefing) -> tuple[Briefing]:
    """Return the one entry of a briefing in a table that has a row for each briefing."""
    return (one,)
