"""Spans of days that a year, a month or a day stands for, and the words for them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Literal, NamedTuple

# fmt: off
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")
# fmt: on

Precision = Literal["day", "month", "year", "interval", "open", "unknown"]

_SIMPLE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def show_day(day: date) -> str:
    """`14 January 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_moment(moment: datetime) -> str:
    """`14 January 2026 00:01 GMT`, in the zone that the moment is given in."""
    return f"{show_day(moment.date())} {moment:%H:%M} {moment.tzname()}"


class Span(NamedTuple):
    """The days of a year, a month or a day."""

    earliest: date
    latest: date
    precision: Precision

    def words(self, *, year: bool = True) -> str:
        """`2022`, `November 2022`, `25 November 2022`; without `year`, less the year."""
        day = self.earliest
        if self.precision == "year":
            return str(day.year)
        month = f"{MONTHS[day.month - 1]} {day.year}" if year else MONTHS[day.month - 1]
        return f"{day.day} {month}" if self.precision == "day" else month


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def span(text: str) -> Span | None:
    """The days of `2022`, `2022-11` or `2022-11-25`; None for anything else."""
    match = _SIMPLE.fullmatch(text)
    if match is None:
        return None
    year = int(match[1])
    if match[2] is None:
        return Span(date(year, 1, 1), date(year, 12, 31), "year")
    month, day = int(match[2]), match[3]
    first = day_of(year, month, int(day) if day else 1)
    if first is None:
        return None
    if day:
        return Span(first, first, "day")
    return Span(first, first.replace(day=monthrange(year, month)[1]), "month")


def side(written: str) -> Span:
    """One side of an interval, or the only side of an open date, once it has been read."""
    found = span(written.strip("/"))
    assert found is not None
    return found


def interval_words(start: Span, end: Span) -> str:
    """What both sides share is said once, at the end: `18 to 20 March 2025`."""
    first, last = start.earliest, end.earliest
    same_year = first.year == last.year and "year" not in (start.precision, end.precision)
    if same_year and first.month == last.month and start.precision == end.precision == "day":
        return f"{first.day} to {end.words()}"
    return f"{start.words(year=not same_year)} to {end.words()}"


def follows(year: int, second: str) -> bool:
    """Whether the second part of a financial year names the year after the first."""
    return (year + 1) % 100 == int(second)
