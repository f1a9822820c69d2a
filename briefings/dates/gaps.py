"""Lengths of time between two dates, as ranges: ages, and the wait from visit to report."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from briefings.dates.values import PartialDate


class Length(NamedTuple):
    """Whole calendar years and months that have passed; days only where no month has."""

    years: int
    months: int
    days: int

    @classmethod
    def between(cls, start: date, end: date) -> Self:
        """From `start` to `end`, rounded down; nothing where `end` is not later.

        A month is over on the same day of the next, or on its last day where that day does
        not exist: 31 January to 28 February is one month, 29 February to 28 February a year.
        """
        if end <= start:
            return cls(0, 0, 0)
        months = (end.year - start.year) * 12 + end.month - start.month
        if min(start.day, monthrange(end.year, end.month)[1]) > end.day:
            months -= 1
        return cls(months // 12, months % 12, 0 if months else (end - start).days)

    def parts(self) -> list[tuple[int, str]]:
        """The units that are not nought, with their names in the singular."""
        named = zip(self, ("year", "month", "day"), strict=True)
        return [(number, unit) for number, unit in named if number]

    def show(self) -> str:
        """`2 years 1 month`, `12 days`."""
        return " ".join(_counted(*part) for part in self.parts()) or "0 days"


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two partial dates as a range; `most` is None where it has no bound.

    Sort by `least_days` and `most_days`, the same range in days.
    """

    least: Length
    most: Length | None
    least_days: int
    most_days: int | None

    def show(self) -> str:
        """`between 3 and 4 months`, `2 years 1 month`, `up to 4 months`, `at least 3 years`."""
        if self.most is None:
            return f"at least {self.least.show()}"
        if self.least == self.most:
            return self.least.show() if any(self.least) else "the same day"
        if not any(self.least):
            return f"up to {self.most.show()}"
        least, most = self.least.parts(), self.most.parts()
        if len(least) == len(most) == 1 and least[0][1] == most[0][1]:
            return f"between {least[0][0]} and {self.most.show()}"
        return f"between {self.least.show()} and {self.most.show()}"


def gap(start: PartialDate, end: PartialDate) -> Gap | None:
    """The time from `start` to `end`: at least latest to earliest, at most earliest to latest.

    None where nothing can be said: a date is unknown, the open sides leave any length
    possible, or `end` is certainly before `start`. An interval is taken as a date not known
    better. An inspection's interval is a duration, and its gap to the report runs from the
    last day: `gap(inspected.last, report)`.
    """
    least, least_days = Length(0, 0, 0), 0
    if start.latest is not None and end.earliest is not None:
        least = Length.between(start.latest, end.earliest)
        least_days = max(0, (end.earliest - start.latest).days)
    if start.earliest is None or end.latest is None:
        return Gap(least, None, least_days, None) if least_days else None
    most_days = (end.latest - start.earliest).days
    if most_days < 0:
        return None
    return Gap(least, Length.between(start.earliest, end.latest), least_days, most_days)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
