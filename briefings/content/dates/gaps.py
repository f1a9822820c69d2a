"""Lengths of time between two dates, as ranges: ages, and the wait from visit to report."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Self

from briefings.content.dates.values import PartialDate


class Length(NamedTuple):
    """Calendar years and months, or days where it is less than a month."""

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

    @classmethod
    def at_most(cls, start: date, end: date) -> Self:
        """From `start` to `end`, rounded up: 298 days are 10 months. Days are exact."""
        down = cls.between(start, end)
        if not (down.years or down.months):
            return down
        before = cls.between(start, end - timedelta(days=1))
        months = before.years * 12 + before.months + 1
        return cls(months // 12, months % 12, 0)

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

    `least` is rounded down and `most` up, to whole months, so that the range in words is never
    narrower than what is known. Sort by `least_days` and `most_days`, which are exact.
    """

    least: Length
    most: Length | None
    least_days: int
    most_days: int | None

    def show(self) -> str:
        """`between 3 and 4 months`, `2 years 1 month`, `up to 4 months`, `at least 3 years`.

        Between two known days that are not whole months apart it is `more than 3 months`.
        """
        if self.most is None:
            return f"at least {self.least.show()}"
        if self.least == self.most:
            return self.least.show() if any(self.least) else "the same day"
        if self.least_days == self.most_days:
            return f"more than {self.least.show()}"
        if not any(self.least):
            return f"up to {self.most.show()}"
        least, most = self.least.parts(), self.most.parts()
        if len(least) == len(most) == 1 and least[0][1] == most[0][1]:
            return f"between {least[0][0]} and {self.most.show()}"
        return f"between {self.least.show()} and {self.most.show()}"

    @property
    def is_rounded(self) -> bool:
        """Whether `show` gives a bound in years or months that need not be exact."""
        if self.most is None:
            return self.least >= (0, 1, 0)
        return self.least != self.most and self.most >= (0, 1, 0)


def gap(start: PartialDate, end: PartialDate) -> Gap | None:
    """The time from `start` to `end`: at least latest to earliest, at most earliest to latest.

    The first is rounded down and the second up.

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
    return Gap(least, Length.at_most(start.earliest, end.latest), least_days, most_days)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
