"""Dates as editors write them: moments, partial dates, periods, and the gaps between them.

A partial date is a range of days in which the date lies. It is never widened or narrowed: a
month is never its first day, and two dates are in order only where their ranges do not meet.
The written forms are those of ISO 8601 and, for an open or unknown side, a few of our own.
Nothing here looks at the clock, the locale or the machine's time zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timezone
from functools import lru_cache
from typing import Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

# fmt: off
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")
# fmt: on

Precision = Literal["day", "month", "year", "interval", "open", "unknown"]

_CACHED = 16_384
# Nothing well written is longer, and the searches for what went wrong are not linear.
_LONGEST = 64
_SIMPLE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FINANCIAL = re.compile(r"([12][0-9]{3})([-/])([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?"
)


class DateError(ValueError):
    """A text is not a date: `message` says why, `hint` what to write, always with an example."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)  # both, so that it can be pickled
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


def show_day(day: date) -> str:
    """`14 January 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time at which the site changes: a bare `day`, or an `instant` with its offset.

    Exactly one of the two is set. Compare moments by `at`, since a bare day needs a zone.
    """

    written: str
    day: date | None
    instant: datetime | None

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read `2026-01-15` or an RFC 3339 time with its offset; years 1900 to 2199.

        Seconds and their fraction (up to six digits) may be left out. Raises DateError.
        """
        return _moment(text)

    def at(self, zone: ZoneInfo) -> datetime:
        """The same instant on the clocks of `zone`; a bare day begins at 00:00 there.

        Where clocks skip midnight the day begins when they go on; where they repeat it, at the
        first. The tzinfo is the zone's offset at that instant: two datetimes that share a
        ZoneInfo are compared by their clock faces, wrongly in an hour that comes twice.
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
        """The day in `zone`: `15 January 2026`."""
        return show_day(self.day or self.at(zone).date())


class _Span(NamedTuple):
    """The days of a year, a month or a day."""

    earliest: date
    latest: date
    precision: Precision

    def words(self, *, year: bool = True) -> str:
        day = self.earliest
        if self.precision == "year":
            return str(day.year)
        month = f"{MONTHS[day.month - 1]} {day.year}" if year else MONTHS[day.month - 1]
        return f"{day.day} {month}" if self.precision == "day" else month


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month, the year, between two dates, on one side, or not at all.

    `earliest` and `latest` are the first and last day it can be (of an interval: of its start
    and of its end); None is an open side. Two are equal where they are written alike, so
    `2024-05/2024-05` is not equal to `2024-05`, though it behaves as that in every other way.
    """

    written: str
    earliest: date | None
    latest: date | None
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read YYYY, YYYY-MM, YYYY-MM-DD, A/B, /A, A/ or `unknown`; years 1000 to 2999.

        Raises DateError.
        """
        return _partial_date(text)

    @property
    def known(self) -> bool:
        """False for `unknown` alone; an open date is known on one side."""
        return self.precision != "unknown"

    @property
    def exact(self) -> bool:
        """True where it can be one single day only."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def is_interval(self) -> bool:
        return self.precision == "interval"

    @property
    def first(self) -> PartialDate:
        """The start of an interval; any other date itself."""
        return _partial_date(self.written.partition("/")[0]) if self.is_interval else self

    @property
    def last(self) -> PartialDate:
        """The end of an interval; any other date itself."""
        return _partial_date(self.written.partition("/")[2]) if self.is_interval else self

    @property
    def html(self) -> str | None:
        """The value of `<time datetime>`, or None where HTML has none (intervals, open sides)."""
        length = {"year": 4, "month": 7, "day": 10}.get(self.precision)
        return None if length is None else str(self.earliest)[:length]

    def show(self) -> str:
        """As it stands alone: `in 2022`, `November 2022`, `May 2024 to August 2025`."""
        shape = _side(self.written) if self.precision == "open" else self
        return f"in {self._words()}" if shape.precision == "year" else self._words()

    def in_sentence(self) -> str:
        """With its preposition: `in November 2022`, `on 25 November 2022`, `from … to …`."""
        if self.precision == "unknown":
            return "on a date not known"
        if self.precision == "interval":
            return f"from {self._words()}"
        shape = _side(self.written) if self.precision == "open" else self
        return f"{'on' if shape.precision == 'day' else 'in'} {self._words()}"

    def sort_key(self) -> tuple[date, date]:
        """(latest possible, earliest possible), for lists; an open side is the end of time.

        `unknown` sorts before all else, as (date.min, date.min): put the date it stands
        beside in its place first.
        """
        if not self.known:
            return (date.min, date.min)
        return (self.latest or date.max, self.earliest or date.min)

    def certainly_before(self, other: PartialDate) -> bool:
        """True where every day this can be is before every day `other` can be."""
        return other.earliest is not None and self.certainly_before_day(other.earliest)

    def certainly_after(self, other: PartialDate) -> bool:
        """True where every day this can be is after every day `other` can be."""
        return other.certainly_before(self)

    def certainly_before_day(self, day: date) -> bool:
        """True where every day this can be is before `day`."""
        return self.latest is not None and self.latest < day

    def certainly_after_day(self, day: date) -> bool:
        """True where every day this can be is after `day`."""
        return self.earliest is not None and day < self.earliest

    def _words(self) -> str:
        if self.precision == "unknown":
            return "date not known"
        start, _, end = self.written.partition("/")
        if self.precision == "interval":
            return _interval_words(_side(start), _side(end))
        if self.precision == "open":
            side = "later" if start else "before"
            return f"{_side(self.written).words()} or {side}"
        assert self.earliest is not None
        assert self.latest is not None
        return _Span(self.earliest, self.latest, self.precision).words()


@dataclass(frozen=True, slots=True)
class Period:
    """The time a figure is about: a partial date, or a financial year (1 April to 31 March)."""

    written: str
    earliest: date | None
    latest: date | None
    is_financial_year: bool

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a partial date, or a financial year as `2024-25` or `2024/25`.

        `2011-12` is December 2011; the financial year is `2011/12`. Raises DateError.
        """
        return _period(text)

    @property
    def html(self) -> str | None:
        """The value of `<time datetime>`, or None where HTML has none."""
        return None if self.is_financial_year else _partial_date(self.written).html

    def show(self) -> str:
        """`2024-25` for a financial year, else as the partial date."""
        if self.is_financial_year:
            return self.written.replace("/", "-")
        return _partial_date(self.written).show()

    def in_sentence(self) -> str:
        """With its preposition: `in 2024-25`, `from May 2024 to August 2025`."""
        if self.is_financial_year:
            return f"in {self.show()}"
        return _partial_date(self.written).in_sentence()

    def sort_key(self) -> tuple[date, date]:
        """As `PartialDate.sort_key`."""
        if self.earliest is not None and self.latest is not None:
            return (self.latest, self.earliest)
        return _partial_date(self.written).sort_key()


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


# Reading: each `_read_…` gives None for whatever is not well written, and asks no reason.


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(text: str) -> _Span | None:
    match = _SIMPLE.fullmatch(text)
    if match is None:
        return None
    year = int(match[1])
    if match[2] is None:
        return _Span(date(year, 1, 1), date(year, 12, 31), "year")
    month, day = int(match[2]), match[3]
    first = _date(year, month, int(day) if day else 1)
    if first is None:
        return None
    if day:
        return _Span(first, first, "day")
    return _Span(first, first.replace(day=monthrange(year, month)[1]), "month")


def _side(written: str) -> _Span:
    """One side of an interval, or the only side of an open date, once it has been read."""
    span = _span(written.strip("/"))
    assert span is not None
    return span


def _interval_words(start: _Span, end: _Span) -> str:
    """What both sides share is said once, at the end: `18 to 20 March 2025`."""
    first, last = start.earliest, end.earliest
    same_year = first.year == last.year and "year" not in (start.precision, end.precision)
    if same_year and first.month == last.month and start.precision == end.precision == "day":
        return f"{first.day} to {end.words()}"
    return f"{start.words(year=not same_year)} to {end.words()}"


def _read_partial(text: str) -> PartialDate | None:
    if text == "unknown":
        return PartialDate(text, None, None, "unknown")
    start, slash, end = text.partition("/")
    first, last = _span(start), _span(end)
    if first is None and last is None:
        return None
    if not slash or start == end:
        return PartialDate(text, *first) if first else None
    if first is None:
        return None if start or last is None else PartialDate(text, None, last.latest, "open")
    if last is None:
        return None if end else PartialDate(text, first.earliest, None, "open")
    if last.latest < first.earliest:
        return None
    return PartialDate(text, first.earliest, last.latest, "interval")


def _follows(year: int, second: str) -> bool:
    return (year + 1) % 100 == int(second)


def _read_period(text: str) -> Period | None:
    match = _FINANCIAL.fullmatch(text)
    if match and _follows(int(match[1]), match[3]):
        year, could_be_month = int(match[1]), 1 <= int(match[3]) <= 12
        if match[2] == "/" or not could_be_month:
            return Period(text, date(year, 4, 1), date(year + 1, 3, 31), True)
    partial = _read_partial(text)
    return Period(text, partial.earliest, partial.latest, False) if partial else None


def _read_moment(text: str) -> Moment | None:
    match = _MOMENT.fullmatch(text)
    span = _span(match[1]) if match else None
    if match is None or span is None or not 1900 <= span.earliest.year <= 2199:
        return None
    if match[2] is None:
        return Moment(text, span.earliest, None)
    return Moment(text, None, datetime.fromisoformat(text))


@lru_cache(_CACHED)
def _partial_date(text: str) -> PartialDate:
    found = _read_partial(text)
    if found is None:
        raise _refusal(text, _partial_fault)
    return found


@lru_cache(_CACHED)
def _period(text: str) -> Period:
    found = _read_period(text)
    if found is None:
        raise _refusal(text, _period_fault)
    return found


@lru_cache(_CACHED)
def _moment(text: str) -> Moment:
    found = _read_moment(text)
    if found is None:
        raise _refusal(text, _moment_fault)
    return found


# Refusing: why a text is not well written, and what the editor most likely meant.

_Fault = tuple[str, str]  # message, hint
_EXAMPLES = "2022, 2022-11 or 2022-11-25"
_MOMENT_EXAMPLES = "2026-01-15, or 2026-01-15T00:01:00+00:00"
_MONTH = r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR_LAST = re.compile(r"(?<![0-9-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})\b")
_IN_WORDS = re.compile(rf"(?:\b([0-9]{{1,2}})(?:st|nd|rd|th)? +)?{_MONTH},? +([0-9]{{4}})\b")
_AMERICAN = re.compile(rf"{_MONTH} +([0-9]{{1,2}})(?:st|nd|rd|th)?,? +([0-9]{{4}})\b")
_NOT_KNOWN = re.compile(
    r"(?<![^/])(?:(?:date )?(?:unknown|not known)|tb[ac]|n/a|none|now|present|ongoing|\.\.|\?)"
    r"(?![^/])"
)
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ] *([0-9.:]+) *([Zz]|[+-][0-9:]+)?")
# What editors type, in small letters and in this order, and how the same is written here.
_MENDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile("[\u2010-\u2015\u2212]"), "-"),  # dashes that word processors put in
    (_NOT_KNOWN, "unknown"),
    (re.compile(r" +(?:to|until|-) +| +/ *|/ +"), "/"),
    (_YEAR_LAST, r"\4-\3-\1"),
    (re.compile(r"\b([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})\b"), r"\1-\3-\4"),
    (re.compile(r"^([0-9]{1,2})/([0-9]{4})$"), r"\2-\1"),
    (re.compile(r"^([0-9]{4})/(0?[1-9]|1[0-2])$"), r"\1-\2"),
    (_AMERICAN, lambda match: f"{match[3]}-{_month_number(match[1])}-{match[2]}"),
    (
        _IN_WORDS,
        lambda match: "-".join(filter(None, (match[3], _month_number(match[2]), match[1]))),
    ),
    (re.compile(r"(^|-)([0-9])(?![0-9])"), r"\g<1>0\2"),
    (re.compile(r"^unknown/(?=.)|(?<=.)/unknown$"), "/"),
)


def _month_number(name: str) -> str:
    return next(f"{i:02}" for i, month in enumerate(MONTHS, 1) if month.lower().startswith(name))


def _refusal(text: str, fault: Callable[[str, str], _Fault]) -> DateError:
    visible = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_LONGEST])
    if not text.strip():
        return DateError("the date is empty", "write a date, such as 2022-11-25")
    if len(text) > _LONGEST:
        return DateError(f'"{visible}…" is too long for a date', f"write {_EXAMPLES}")
    return DateError(*fault(text, f'"{visible}"'))


def _hint(text: str, meaning: Callable[[str], str | None], otherwise: str) -> str:
    """The text as the editor should have written it, if `meaning` can read that."""
    mended = text.strip().lower()
    for pattern, better in _MENDS:
        mended = pattern.sub(better, mended)
    meant = meaning(mended)
    return f"write {mended} ({meant})" if meant else otherwise


def _partial_meaning(text: str) -> str | None:
    found = _read_partial(text)
    return found.show() if found else None


def _period_meaning(text: str) -> str | None:
    found = _read_period(text)
    if found and found.is_financial_year:
        return f"the financial year {found.show()}"
    return found.show() if found else None


def _day_meaning(text: str) -> str | None:
    found = _read_moment(text)
    return show_day(found.day) if found and found.day else None


def _partial_fault(text: str, shown: str) -> _Fault:
    if (period := _read_period(text)) and period.is_financial_year:
        year = int(text[:4])
        return (
            f"{shown} is a financial year, which only the period of a figure can be",
            f"write {year}-04/{year + 1}-03 for the whole of it, or the date itself",
        )
    message, hint = _reason(text, shown)
    return message, _hint(text, _partial_meaning, hint)


def _period_fault(text: str, shown: str) -> _Fault:
    match = re.fullmatch(r"([12][0-9]{3})(?:[-/]([0-9]{2})|-([0-9]{4}))", text)
    if match is None or text[4:] == "-00":
        message, hint = _reason(text, shown)
        return message, _hint(text, _period_meaning, hint)
    year, end = int(match[1]), match[3] or match[1][:2] + match[2]
    hint = f"write {_financial_year(year)} for the financial year"
    if int(end) > year:
        hint += f", or {year}/{end} for {year} to {end}"
    elif month := _span(f"{year}-{match[2]}"):
        hint += f", or {year}-{match[2]} for {month.words()}"
    return f"{shown} is not a financial year: the second year is not the next in two digits", hint


def _financial_year(year: int) -> str:
    second = (year + 1) % 100
    return f"{year}{'/' if 1 <= second <= 12 else '-'}{second:02}"


def _moment_fault(text: str, shown: str) -> _Fault:
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and not "1900" <= text[:4] <= "2199":
        return f"{shown} is not in the years 1900 to 2199", f"write {_MOMENT_EXAMPLES}"
    timed = _TIMED.fullmatch(text.strip())
    if timed and _span(timed[1]):
        return _time_fault(timed, shown)
    if _read_partial(text):
        return f"{shown} is not one whole day", f"write {_MOMENT_EXAMPLES}"
    message = _reason(timed[1] if timed else text, shown)[0]
    return message, _hint(text, _day_meaning, f"write {_MOMENT_EXAMPLES}")


def _time_fault(timed: re.Match[str], shown: str) -> _Fault:
    day, time, offset = timed[1], timed[2], (timed[3] or "").upper()
    if not _read_moment(f"{day}T{time}Z"):
        return f"{shown} has no such time of day", f"write the time as in {day}T00:01:00+00:00"
    if not offset:
        return (
            f"{shown} has a time without its offset from UTC",
            f"write {day}T{time}+00:00, or +01:00 if that is British Summer Time",
        )
    if not _read_moment(f"{day}T{time}{offset}"):
        return f"{shown} has no such offset from UTC", f"write it as in {day}T{time}+00:00"
    return f"{shown} is not written as a moment", f"write {day}T{time}{offset}"


def _reason(text: str, shown: str) -> _Fault:
    """What is wrong with a text as a partial date, the most telling reason first."""
    lower, parts = text.strip().lower(), text.split("/")
    if any(letter.isdecimal() and not letter.isascii() for letter in text):
        return f"{shown} has digits other than 0 to 9", f"write {_EXAMPLES}"
    if timed := _TIMED.fullmatch(text):
        day = timed[1] if _span(timed[1]) else "2026-01-15"
        return f"{shown} has a time of day", f"write the day alone, such as {day}"
    if _YEAR_LAST.search(text):
        return f"{shown} does not begin with a year of four digits", "write it as in 2026-01-14"
    if _IN_WORDS.search(lower) or _AMERICAN.search(lower):
        return f"{shown} has the month in words", "write digits, such as 2026-01-14 or 2026-01"
    if _NOT_KNOWN.fullmatch(lower):
        return f"{shown} is not a date", "write unknown, in small letters"
    return _slash_fault(parts, shown) or next(
        filter(None, (_part_fault(part, shown) for part in parts if part)),
        (f"{shown} ends before it starts", f"write the earlier first: {'/'.join(parts[::-1])}"),
    )


def _slash_fault(parts: list[str], shown: str) -> _Fault | None:
    """What is wrong with an interval before its dates are looked at."""
    if len(parts) > 2:
        return f"{shown} has more than one slash", "write a start and an end: 2024-05/2025-08"
    if not any(parts):
        return f"{shown} has no date on either side", "write one, such as /2021 or 2021/"
    if len(parts) == 2 and any(_NOT_KNOWN.fullmatch(part.strip().lower()) for part in parts):
        return (
            f"{shown} has a side that is not a date",
            "leave it empty: /2021 is in 2021 or before, 2021/ is in 2021 or later",
        )
    return None


def _part_fault(text: str, shown: str) -> _Fault | None:
    """What is wrong with one side of an interval, or with a date that is none."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if match is None and re.fullmatch(r"[0-9-]+", text):
        return (
            f"{shown} needs four digits for a year, and two for a month or a day",
            "write all of them, such as 2026-01-04, or 2024-05/2024-08 for an interval",
        )
    if match is None:
        return f"{shown} is not a date", f"write {_EXAMPLES}"
    year, month = match[1], match[2] or "01"
    if not "1000" <= year <= "2999":
        return f"{shown} is not in the years 1000 to 2999", "write the year as in 2022-11-25"
    if not "01" <= month <= "12":
        return f"{shown} has no such month", f"write a month from 01 to 12, such as {year}-01"
    days = monthrange(int(year), int(month))[1]
    if match[3] and not 1 <= int(match[3]) <= days:
        name = f"{MONTHS[int(month) - 1]} {year}"
        return (
            f"{shown} is not a day: {name} has {days} days",
            f"write a day such as {year}-{month}-{days}, or {year}-{month} for the month",
        )
    return None
