"""Moments, partial dates and periods: parsing, comparison as ranges, and words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from briefings.content.dates.parsing import (
    LONGEST,
    Precision,
    moment_fault,
    partial_fault,
    period_fault,
    read_moment,
    read_partial,
    read_period,
    refusal,
    show_day,
    shown,
    side,
    words,
)
from briefings.problems import printable
from briefings.store.compact import numbered


class _Written:
    """A value that is parsed from text; `written` is the text as typed."""

    __slots__ = ()
    written: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a text in the form that the class describes. Raises DateError."""
        value: Self = _parsed(cls.__name__, text)
        return value

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        """Pickle only the text: unpickling parses it again, and equal dates share one object."""
        return _parsed, (type(self).__name__, self.written)


@dataclass(frozen=True, slots=True)
class Moment(_Written):
    """A point in time at which the site changes: a bare `day`, or an `instant` with its offset.

    Exactly one of the two is not None. Compare moments by `at`, since a bare day needs a time zone.
    Written as `2026-01-15` or as an RFC 3339 time with its offset, in the years 1900 to 2199.
    Seconds and their fraction (up to six digits) are optional.
    """

    written: str
    day: date | None
    instant: datetime | None

    def at(self, zone: ZoneInfo) -> datetime:
        """Return the moment as a datetime in `zone`; a bare day is 00:00 there.

        If clocks skip midnight, the day begins at the first time after the gap; if they repeat
        midnight, at the first of the two. The tzinfo of the result is the fixed offset of the zone
        at that instant, not `zone`: Python compares two datetimes with the same ZoneInfo by wall
        clock time, which is wrong in an hour that occurs twice.
        """
        instant = self.instant
        if instant is None:
            assert self.day is not None
            instant = datetime(self.day.year, self.day.month, self.day.day, tzinfo=zone)
        local = instant.astimezone(UTC).astimezone(zone)
        offset = local.utcoffset()
        assert offset is not None
        return local.replace(tzinfo=timezone(offset), fold=0)

    def show(self, zone: ZoneInfo) -> str:
        """Return the day in `zone`, in words: `15 January 2026`."""
        return show_day(self.day or self.at(zone).date())


@dataclass(frozen=True, slots=True)
class PartialDate(_Written):
    """A date known to the day, the month or the year, as an interval, on one side, or not at all.

    Written as YYYY, YYYY-MM, YYYY-MM-DD, A/B, /A, A/ or `unknown`, in the years 1000 to 2999.
    `earliest` and `latest` are the first and last day that the date can be: for an interval, the
    first day of its start and the last day of its end; None for an open side. `written` is the
    text as typed, and is compared too: `2024-05/2024-05` does not equal `2024-05`, though it is
    the same in every other way.
    """

    written: str
    earliest: date | None
    latest: date | None
    precision: Precision

    @property
    def known(self) -> bool:
        """False only for `unknown`: an open date is known on one side."""
        return self.precision != "unknown"

    @property
    def exact(self) -> bool:
        """Whether the date can be only one day."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def is_interval(self) -> bool:
        return self.precision == "interval"

    @property
    def first(self) -> PartialDate:
        """The start of an interval; of any other date, the date itself."""
        return PartialDate.parse(self.written.partition("/")[0]) if self.is_interval else self

    @property
    def last(self) -> PartialDate:
        """The end of an interval; of any other date, the date itself."""
        return PartialDate.parse(self.written.partition("/")[2]) if self.is_interval else self

    @property
    def html(self) -> str | None:
        """The value for `<time datetime>`; None but for a year, a month or a day."""
        length = {"year": 4, "month": 7, "day": 10}.get(self.precision)
        return None if length is None else str(self.earliest)[:length]

    def show(self) -> str:
        """Return words for use on their own: `in 2022`, `May 2024 to August 2025`."""
        return shown(self.written, self.precision)

    def bare(self) -> str:
        """Return words for use without a preposition: `2022`, `2021 or before`."""
        return words(self.written, self.precision)

    def in_sentence(self) -> str:
        """Return words with a preposition: `in November 2022`, `from … to …`."""
        if self.precision == "unknown":
            return "on a date not known"
        if self.precision == "interval":
            return f"from {self.bare()}"
        plain = side(self.written) if self.precision == "open" else self
        return f"{'on' if plain.precision == 'day' else 'in'} {self.bare()}"

    def sort_key(self) -> tuple[date, date]:
        """Return (latest, earliest) for sorting lists; an open side is `date.max` or `date.min`.

        `unknown` is before all others: a caller who has another date sorts by that instead.
        """
        if not self.known:
            return (date.min, date.min)
        return (self.latest or date.max, self.earliest or date.min)

    def certainly_before(self, other: PartialDate) -> bool:
        """Whether every day that this can be is before every day that `other` can be."""
        return other.earliest is not None and self.certainly_before_day(other.earliest)

    def certainly_after(self, other: PartialDate) -> bool:
        """Whether every day that this can be is after every day that `other` can be."""
        return other.certainly_before(self)

    def certainly_before_day(self, day: date) -> bool:
        """Whether every day that this can be is before `day`."""
        return self.latest is not None and self.latest < day

    def certainly_after_day(self, day: date) -> bool:
        """Whether every day that this can be is after `day`."""
        return self.earliest is not None and day < self.earliest


@dataclass(frozen=True, slots=True)
class Period(PartialDate):
    """The period of a figure: a partial date, or a financial year (1 April to 31 March).

    Written as `2024-25` or `2024/25` too; `2011-12` is December 2011, and the financial year is
    `2011/12`.
    """

    @property
    def is_financial_year(self) -> bool:
        return self.precision == "financial-year"


#: Name of a class → the class, the parser of the fields after `written`, the reason of a refusal.
_GRAMMARS: dict[str, tuple[type, Callable[[str], Any], Callable[[str], Any]]] = {
    "Moment": (Moment, read_moment, moment_fault),
    "PartialDate": (PartialDate, read_partial, partial_fault),
    "Period": (Period, read_period, period_fault),
}


@numbered
@lru_cache(49_152)
def _parsed(name: str, text: str) -> Any:
    kind, parse, fault = _GRAMMARS[name]
    fields = parse(text)
    if fields is None:
        raise refusal(text, printable(text[:LONGEST]), fault)
    return kind(text, *fields)


# Lengths of time between two partial dates, as ranges: ages, and the time from visit to report.


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
        """Return the length rounded up (298 days are 10 months); exact below a month."""
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
        """Return the range in words, such as `between 3 and 4 months` or `at least 3 years`.

        Two known days that are not whole months apart give `more than 3 months`.
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
