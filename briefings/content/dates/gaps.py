"""Lengths of time between two partial dates, as ranges: ages, and the time from visit to report."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Self

from briefings.content.dates.values import PartialDate


class Length(NamedTuple):
    """A length of time: calendar years and months, or days if it is less than a month."""

    years: int
    months: int
    days: int

    @classmethod
    def between(cls, start: date, end: date) -> Self:
        """Return the length from `start` to `end`, rounded down; zero if `end` is not later.

        A month ends on the same day of the next month, or on its last day if it has no such day:
        31 January to 28 February is one month, 29 February to 28 February a year.
        """
        if end <= start:
            return cls(0, 0, 0)
        months = (end.year - start.year) * 12 + end.month - start.month
        if min(start.day, monthrange(end.year, end.month)[1]) > end.day:
            months -= 1
        return cls(months // 12, months % 12, 0 if months else (end - start).days)

    @classmethod
    def at_most(cls, start: date, end: date) -> Self:
        """Return the length from `start` to `end`, rounded up: 298 days are 10 months.

        A length of less than a month is in days, and exact.
        """
        down = cls.between(start, end)
        if not (down.years or down.months):
            return down
        before = cls.between(start, end - timedelta(days=1))
        months = before.years * 12 + before.months + 1
        return cls(months // 12, months % 12, 0)

    def parts(self) -> list[tuple[int, str]]:
        """Return (number, unit) for each number that is not zero; units are in the singular."""
        numbers = zip(self, ("year", "month", "day"), strict=True)
        return [(number, unit) for number, unit in numbers if number]

    def show(self) -> str:
        """Return the length in words: `2 years 1 month`, `12 days`."""
        parts = (f"{number} {unit}{'s' * (number != 1)}" for number, unit in self.parts())
        return " ".join(parts) or "0 days"


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two partial dates, as a range.

    `least` is rounded down and `most` up, to whole months, so that the range in words is never
    narrower than what is known. `least_days` and `most_days` are exact: sort by them. `most` and
    `most_days` are None if there is no upper bound.
    """

    least: Length
    most: Length | None
    least_days: int
    most_days: int | None

    def show(self) -> str:
        """Return the range in words, such as `between 3 and 4 months` or `2 years 1 month`.

        Others are `up to 4 months`, `at least 3 years` and `the same day`. Two known days that are
        not whole months apart give `more than 3 months`.
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
        """Whether `show` names a bound in years or months that may not be exact."""
        if self.most is None:
            return self.least >= (0, 1, 0)
        return self.least != self.most and self.most >= (0, 1, 0)


def gap(start: PartialDate, end: PartialDate) -> Gap | None:
    """Return the time from `start` to `end`, or None if nothing is known about it.

    The lower bound is from the latest start to the earliest end, rounded down; the upper bound
    from the earliest start to the latest end, rounded up. Nothing is known if a date is unknown,
    if the open sides leave any length possible, or if `end` is certainly before `start`.

    An interval is treated as one date that is somewhere in it. The interval of an inspection is a
    duration instead, and its gap to the report is from its last day:
    `gap(inspected.last, report)`.
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
