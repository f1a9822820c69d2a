"""Parse valid dates, and show partial dates in words.

The parsers return None for any other text; `messages` finds the reason.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from briefings.content.dates.spans import Precision, follows, interval_words, side, span

_FINANCIAL = re.compile(r"([12][0-9]{3})([-/])([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?"
)


class PartialParts(NamedTuple):
    """The earliest and latest day of a partial date, None for an open side, and its precision."""

    earliest: date | None
    latest: date | None
    precision: Precision


class PeriodParts(NamedTuple):
    """The first and last day of a period, None for an open side."""

    earliest: date | None
    latest: date | None
    is_financial_year: bool


class MomentParts(NamedTuple):
    """A bare day or an instant; the other is None."""

    day: date | None
    instant: datetime | None


def read_partial(text: str) -> PartialParts | None:
    """Parse a partial date; None if it is not valid.

    An interval with the same text on both sides has the precision of that text.
    """
    if text == "unknown":
        return PartialParts(None, None, "unknown")
    start, slash, end = text.partition("/")
    first, last = span(start), span(end)
    if first is None and last is None:
        return None
    if not slash or start == end:
        return PartialParts(*first) if first else None
    if first is None:
        return None if start or last is None else PartialParts(None, last.latest, "open")
    if last is None:
        return None if end else PartialParts(first.earliest, None, "open")
    if last.latest < first.earliest:
        return None
    return PartialParts(first.earliest, last.latest, "interval")


def read_period(text: str) -> PeriodParts | None:
    """Parse a financial year or a partial date; None if it is neither.

    A text that can be both, such as `2011-12`, is a month.
    """
    match = _FINANCIAL.fullmatch(text)
    if match and follows(int(match[1]), match[3]):
        year, could_be_month = int(match[1]), 1 <= int(match[3]) <= 12
        if match[2] == "/" or not could_be_month:
            return PeriodParts(date(year, 4, 1), date(year + 1, 3, 31), True)
    partial = read_partial(text)
    return PeriodParts(partial.earliest, partial.latest, False) if partial else None


def read_moment(text: str) -> MomentParts | None:
    """Parse a day or a time with its offset, of the years 1900 to 2199; None if it is not valid."""
    match = _MOMENT.fullmatch(text)
    day = span(match[1]) if match else None
    if match is None or day is None or not 1900 <= day.earliest.year <= 2199:
        return None
    if match[2] is None:
        return MomentParts(day.earliest, None)
    return MomentParts(None, datetime.fromisoformat(text))


@lru_cache(maxsize=8192)  # a page shows a hundred dates, and other pages the same ones
def words(written: str, precision: Precision) -> str:
    """Return a valid partial date in words: `2022`, `November 2022`, `2021 or before`.

    `unknown` is `date not known`.
    """
    if precision == "unknown":
        return "date not known"
    start, _, end = written.partition("/")
    if precision == "interval":
        return interval_words(side(start), side(end))
    if precision == "open":
        return f"{side(written).words()} or {'later' if start else 'before'}"
    return side(start).words()


@lru_cache(maxsize=8192)
def shown(written: str, precision: Precision) -> str:
    """Return `words` for use on their own: a year has `in` before it, as in `in 2021 or before`."""
    plain = side(written).precision if precision == "open" else precision
    said = words(written, precision)
    return f"in {said}" if plain == "year" else said
