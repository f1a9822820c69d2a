"""What stands in a list of every briefing: the entries of tables that have a row for each item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from briefings.domain.site import Briefing, Site
from briefings.outputs.downloads.table import ByFile
from briefings.store.folded import length

T = TypeVar("T")


def listed(site: Site, of: Callable[[Briefing], Iterable[T]]) -> Iterator[tuple[Briefing, int, T]]:
    """What stands in a list of every briefing, each with its briefing and its place, from 1."""
    for one in site.briefings:
        yield from _list_of(one, of)


def by_file(
    site: Site, of: Callable[[Briefing], Iterable[T]]
) -> Iterator[ByFile[tuple[Briefing, int, T]]]:
    """The same by content files: of one whose rows are known, nothing is asked."""
    for one in site.briefings:
        yield one.path, partial(_list_of, one, of)


def _list_of(
    one: Briefing, of: Callable[[Briefing], Iterable[T]]
) -> Iterator[tuple[Briefing, int, T]]:
    for n, item in enumerate(of(one), start=1):
        yield one, n, item


def number_of(site: Site, field: str) -> int:
    """How many items all briefings have together, in one of the fields that they fold."""
    return sum(length(one.front, field) for one in site.briefings)


def alone(one: Briefing) -> tuple[Briefing]:
    """The one entry of a table that has a row for each briefing."""
    return (one,)
