"""Parse valid dates, and show partial dates in words.

The parsers return the fields of a value of `values`, or None for any other text, for which
`messages` finds the reason.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

# fmt: off
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")
# fmt: on

Precision = Literal["day", "month", "year", "financial-year", "interval", "open", "unknown"]
#: The earliest and latest day of a date, None for an open side, and its precision.
PartialParts = tuple[date | None, date | None, Precision]

_SIMPLE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FINANCIAL = re.compile(r"([12][0-9]{3})([-/])([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?"
)


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


def span(text: str) -> Span | None:
    """Parse `2022`, `2022-11` or `2022-11-25`, of the years 1000 to 2999; None for other texts."""
    match = _SIMPLE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(number or 1) for number in match.groups())
    if match[2] is None:
        return Span(date(year, 1, 1), date(year, 12, 31), "year")
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    if match[3]:
        return Span(first, first, "day")
    return Span(first, first.replace(day=monthrange(year, month)[1]), "month")


def side(written: str) -> Span:
    """Return the span of one side of an interval or of an open date, which must be valid."""
    days = span(written.strip("/"))
    assert days is not None
    return days


def follows(year: int, second: str) -> bool:
    """Return whether `second`, two digits, is the year after `year`."""
    return (year + 1) % 100 == int(second)


def read_partial(text: str) -> PartialParts | None:
    """Parse a partial date.

    An interval with the same text on both sides has the precision of that text.
    """
    if text == "unknown":
        return None, None, "unknown"
    start, slash, end = text.partition("/")
    first, last = span(start), span(end)
    if not slash or start == end:
        return first
    if first and last:
        ordered = first.earliest <= last.latest
        return (first.earliest, last.latest, "interval") if ordered else None
    if first and not end:
        return first.earliest, None, "open"
    if last and not start:
        return None, last.latest, "open"
    return None


def read_period(text: str) -> PartialParts | None:
    """Parse a financial year or a partial date.

    A text that can be both, such as `2011-12`, is a month.
    """
    match = _FINANCIAL.fullmatch(text)
    if match and follows(int(match[1]), match[3]):
        year, could_be_month = int(match[1]), 1 <= int(match[3]) <= 12
        if match[2] == "/" or not could_be_month:
            return date(year, 4, 1), date(year + 1, 3, 31), "financial-year"
    return read_partial(text)


def read_moment(text: str) -> tuple[date | None, datetime | None] | None:
    """Parse a day, or a time with its offset, of the years 1900 to 2199; the other is None."""
    match = _MOMENT.fullmatch(text)
    day = span(match[1]) if match else None
    if match is None or day is None or not 1900 <= day.earliest.year <= 2199:
        return None
    return (None, datetime.fromisoformat(text)) if match[2] else (day.earliest, None)


@lru_cache(maxsize=8192)  # a page shows a hundred dates, and other pages the same ones
def words(written: str, precision: Precision) -> str:
    """Return a valid date in words: `2022`, `November 2022`, `2021 or before`, `2024-25`.

    `unknown` is `date not known`.
    """
    if precision == "unknown":
        return "date not known"
    if precision == "financial-year":
        return written.replace("/", "-")
    start, _, end = written.partition("/")
    if precision == "interval":
        return _interval_words(side(start), side(end))
    if precision == "open":
        return f"{side(written).words()} or {'later' if start else 'before'}"
    return side(start).words()


@lru_cache(maxsize=8192)
def shown(written: str, precision: Precision) -> str:
    """Return `words` for use on their own: a year has `in` before it, as in `in 2021 or before`."""
    plain = side(written).precision if precision == "open" else precision
    text = words(written, precision)
    return f"in {text}" if plain == "year" else text


def _interval_words(start: Span, end: Span) -> str:
    """Return an interval in words; a shared month or year is named once: `18 to 20 March 2025`."""
    first, last = start.earliest, end.earliest
    same_year = first.year == last.year and "year" not in (start.precision, end.precision)
    if same_year and first.month == last.month and start.precision == end.precision == "day":
        return f"{first.day} to {end.words()}"
    return f"{start.words(year=not same_year)} to {end.words()}"
