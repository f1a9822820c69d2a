"""Figures over time: one measure, joined across a trust's briefings by its `series`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from briefings import anchors
from briefings.content.schema import Figure
from briefings.domain import words
from briefings.domain.site import Briefing


class Value(NamedTuple):
    """One value of a measure. `url`: the figure on the page of its briefing."""

    figure: Figure
    briefing: Briefing
    url: str

    @property
    def words(self) -> str:
        """`more than 11,000 staff`."""
        return words.quantity(self.figure.value, self.figure.unit, self.figure.qualifier)


class Series(NamedTuple):
    """One measure and its values, oldest first. `name`: the name of the newest figure."""

    name: str
    values: list[Value]


def series_of(briefings: Iterable[Briefing]) -> list[Series]:
    """Return the measures that have a `series`, by name.

    Values are sorted by their period, or by the date of the inspection if they have none.
    """
    found: dict[str, list[Value]] = {}
    for one in briefings:
        for n, figure in enumerate(one.front.figures):
            if figure.series:
                anchor = anchors.claim(anchors.CLAIMS["figures"], n, one.front.vacated)
                url = f"{one.url}#{anchor}"
                found.setdefault(figure.series, []).append(Value(figure, one, url))
    for values in found.values():
        values.sort(key=_when)
    series = [Series(values[-1].figure.name, values) for values in found.values()]
    return sorted(series, key=lambda one: (one.name, one.values[0].url))


def _when(value: Value) -> tuple[object, ...]:
    period = value.figure.period
    key = period.sort_key() if period else value.briefing.inspected_key
    return (*key, value.url)
