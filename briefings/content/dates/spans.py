"""Spans: the days of a year, a month or a single day, and the words for them."""

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
    """Return a day in words: `14 January 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_moment(moment: datetime) -> str:
    """Return a moment in words, in the zone of its tzinfo: `14 January 2026 00:01 GMT`."""
    return f"{show_day(moment.date())} {moment:%H:%M} {moment.tzname()}"


class Span(NamedTuple):
    """The first and last day of a year, a month or a day."""

    earliest: date
    latest: date
    precision: Precision

    def words(self, *, year: bool = True) -> str:
        """Return the span in words: `2022`, `November 2022`, `25 November 2022`.

        With `year=False` the year of a month or day is left out.
        """
        day = self.earliest
        if self.precision == "year":
            return str(day.year)
        month = f"{MONTHS[day.month - 1]} {day.year}" if year else MONTHS[day.month - 1]
        return f"{day.day} {month}" if self.precision == "day" else month


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def span(text: str) -> Span | None:
    """Parse `2022`, `2022-11` or `2022-11-25`, of the years 1000 to 2999; None for other texts."""
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
    """Return the span of one side of an interval or of an open date, which must be valid."""
    found = span(written.strip("/"))
    assert found is not None
    return found


def interval_words(start: Span, end: Span) -> str:
    """Return an interval in words; a shared month or year is named once: `18 to 20 March 2025`."""
    first, last = start.earliest, end.earliest
    same_year = first.year == last.year and "year" not in (start.precision, end.precision)
    if same_year and first.month == last.month and start.precision == end.precision == "day":
        return f"{first.day} to {end.words()}"
    return f"{start.words(year=not same_year)} to {end.words()}"


def follows(year: int, second: str) -> bool:
    """Return whether `second`, two digits, is the year after `year`."""
    return (year + 1) % 100 == int(second)
