"""Moments, partial dates and periods: parsed, compared as ranges, shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from briefings.content.dates.messages import moment_fault, partial_fault, period_fault, refusal
from briefings.content.dates.parsing import read_moment, read_partial, read_period, shown, words
from briefings.content.dates.spans import Precision, show_day, side
from briefings.store.compact import numbered

_CACHED = 16_384


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

    def __reduce__(self) -> tuple[Callable[[str], Moment], tuple[str]]:
        """Kept and sent as written: the one that is read again is shared by all who name it."""
        return _moment, (self.written,)

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

    def __reduce__(self) -> tuple[Callable[[str], PartialDate], tuple[str]]:
        """Kept and sent as written: the one that is read again is shared by all who name it."""
        return _partial_date, (self.written,)

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
        return shown(self.written, self.precision)

    def bare(self) -> str:
        """Behind words that need no preposition: `2022`, `November 2022`, `2021 or before`."""
        return words(self.written, self.precision)

    def in_sentence(self) -> str:
        """With its preposition: `in November 2022`, `on 25 November 2022`, `from … to …`."""
        if self.precision == "unknown":
            return "on a date not known"
        if self.precision == "interval":
            return f"from {words(self.written, self.precision)}"
        shape = side(self.written) if self.precision == "open" else self
        return f"{'on' if shape.precision == 'day' else 'in'} {words(self.written, self.precision)}"

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

    def __reduce__(self) -> tuple[Callable[[str], Period], tuple[str]]:
        """Kept and sent as written: the one that is read again is shared by all who name it."""
        return _period, (self.written,)

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


@numbered
@lru_cache(_CACHED)
def _partial_date(text: str) -> PartialDate:
    found = read_partial(text)
    if found is None:
        raise refusal(text, partial_fault)
    return PartialDate(text, *found)


@numbered
@lru_cache(_CACHED)
def _period(text: str) -> Period:
    found = read_period(text)
    if found is None:
        raise refusal(text, period_fault)
    return Period(text, *found)


@numbered
@lru_cache(_CACHED)
def _moment(text: str) -> Moment:
    found = read_moment(text)
    if found is None:
        raise refusal(text, moment_fault)
    return Moment(text, *found)
