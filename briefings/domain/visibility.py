"""When a file becomes public, and what of it; the clock, whose comparisons are recorded.

Also lookups that are recorded one by one, for values of which only the keys are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar, overload
from zoneinfo import ZoneInfo

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import BriefingFront, Inspection
from briefings.content.schema.entities import Ask, Look, RatingsCheck, RequirementFront, TrustFront
from briefings.content.schema.types import Revision
from briefings.engine.engine import Engine

V = TypeVar("V")


def visible_from(front: BriefingFront, zone: ZoneInfo) -> datetime:
    """Return the moment a briefing becomes public: the later of `published` and `embargo_until`.

    In `zone`, the site's time zone.
    """
    published = front.published.at(zone)
    if front.embargo_until is None:
        return published
    return max(published, front.embargo_until.at(zone))


def trust_held_until(front: TrustFront, zone: ZoneInfo) -> datetime | None:
    """Return the moment a trust's page becomes public: the later of `published` and
    `embargo_until`. None if it has neither."""
    moments = [moment.at(zone) for moment in (front.published, front.embargo_until) if moment]
    return max(moments, default=None)


def visible_changes(
    changes: tuple[Revision, ...], clock: Clock, zone: ZoneInfo
) -> tuple[Revision, ...]:
    """Return the changes dated up to now.

    `changes` are oldest first, so the rest of the list is cut off. The remaining ones keep their
    number in the file, which is part of their feed item's guid.
    """
    for index, change in enumerate(changes):
        if not clock.reached(change.date.at(zone)):
            return changes[:index]
    return changes


class Question(NamedTuple):
    """A question of the publisher to the trust, at a moment.

    `answered`: the day of its answer; None until that day.
    """

    date: PartialDate
    answered: PartialDate | None
    note: str | None

    @property
    def answer(self) -> str:
        """`no answer`, or `answered on 1 July 2026`."""
        return f"answered {self.answered.in_sentence()}" if self.answered else "no answer"

    @property
    def words(self) -> str:
        """`asked on 5 June 2026, no answer`; `asked on 5 June 2026, answered on 1 July 2026`."""
        return f"asked {self.date.in_sentence()}, {self.answer}"


def visible_looks(front: RequirementFront, clock: Clock) -> tuple[Look, ...]:
    """Return the looks up to today, oldest first."""
    return tuple(sorted((look for look in front.looked if not clock.ahead(look.date)), key=_day))


def visible_questions(front: RequirementFront, clock: Clock) -> tuple[Question, ...]:
    """Return the questions up to today, oldest first."""
    asked = sorted((ask for ask in front.asked if not clock.ahead(ask.date)), key=_day)
    return tuple(Question(ask.date, _reached(ask.answered, clock), ask.note) for ask in asked)


def _reached(date: PartialDate | None, clock: Clock) -> PartialDate | None:
    return None if date is None or clock.ahead(date) else date


def _day(item: Look | Ask) -> str:
    return item.date.written


def joined(visits: Sequence[PartialDate]) -> PartialDate:
    """Merge the dates of visits into one: an interval from the first to the last.

    A single date is returned as it is. `unknown` if any of several is unknown or open on one side.
    """
    if len(visits) == 1:
        return visits[0]
    first = min((date.first for date in visits), key=lambda date: date.sort_key()[::-1])
    last = max((date.last for date in visits), key=PartialDate.sort_key)
    closed = all(date.earliest and date.latest for date in visits)
    period = first.written if first == last else f"{first.written}/{last.written}"
    return PartialDate.parse(period if closed else "unknown")


class PerKey(Mapping[str, V]):
    """A mapping whose keys and values are looked up by queries, so that each lookup is recorded."""

    def __init__(self, keys: Callable[[], Iterable[str]], get: Callable[[str], V | None]) -> None:
        self._keys = keys
        self._get = get

    def __getitem__(self, key: str) -> V:
        value = self._get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(tuple(self._keys()))


class Lazy(Sequence[V]):
    """A sequence of which only the keys are known; each item is looked up when it is taken."""

    def __init__(self, keys: Sequence[Any], get: Callable[[Any], V]) -> None:
        self._keys = keys
        self._get = get

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...
    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        if isinstance(index, slice):
            return Lazy(self._keys[index], self._get)
        return self._get(self._keys[index])


class Clock:
    """The moment by which a site is judged. Only comparisons are recorded, with their result."""

    def __init__(self, engine: Engine, now: datetime, zone: ZoneInfo) -> None:
        self._engine = engine
        self._now = now
        self._zone = zone

    def reached(self, moment: datetime) -> bool:
        """Whether a moment is now or past."""
        self._engine.read("moment", moment.astimezone(UTC).isoformat())
        return moment <= self._now

    def passed(self, written: PartialDate) -> bool:
        """Whether the last day that a date can be is certainly over."""
        return written.latest is not None and self.is_over(written.latest)

    def is_over(self, day: date) -> bool:
        """Whether a day has ended."""
        return self.reached(self._end(day))

    def end_of(self, written: PartialDate) -> datetime | None:
        """Return the midnight at which the last day that a date can be ends, if there is one."""
        return None if written.latest is None else self._end(written.latest)

    def passed_without_record(self, due: PartialDate, *, ended: bool) -> bool:
        """Whether a deadline is certainly over, with no public record that it was met.

        `ended`: a record is there that it was met, lifted or otherwise ended. The one rule for
        requirements and enforcement actions.
        """
        return not ended and self.passed(due)

    def ahead(self, written: PartialDate) -> bool:
        """Whether the first day that a date can be has certainly not begun."""
        return written.earliest is not None and not self.reached(self._midnight(written.earliest))

    def _end(self, day: date) -> datetime:
        return self._midnight(day + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._zone)


def newest_check(front: TrustFront) -> RatingsCheck | None:
    """Return the last of the checks of a trust's ratings; None if there is none."""
    return max(front.ratings_checked, key=lambda check: check.date.sort_key(), default=None)


def is_visible(front: BriefingFront, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a briefing is public at `now`: not a draft, and `visible_from` has passed."""
    return front.status != "draft" and visible_from(front, zone) <= now


def withdrawn_unseen(front: BriefingFront, zone: ZoneInfo) -> bool:
    """Whether a briefing is withdrawn before it would have become visible.

    A withdrawal dated by a day alone counts until the end of that day.
    """
    if front.withdrawn is None:
        return False
    date = front.withdrawn.date.at(zone)
    start = visible_from(front, zone)
    return date < start and (front.withdrawn.date.day is None or date.date() < start.date())


def last_visit_of(inspection: Inspection) -> PartialDate:
    visits = inspection.inspected
    if len(visits) == 1:  # nearly always
        return visits[0].date.last
    return max((visit.date.last for visit in visits), key=PartialDate.sort_key)


def inspected_key_of(
    inspection: Inspection, last_visit: PartialDate, start: datetime
) -> tuple[date, date]:
    """Return the sort key of an inspection: (latest possible, earliest possible) day of the visit.

    If the visit is unknown, that of the report; if that is unknown too, the day of publication.
    """
    for known_date in (last_visit, inspection.report_published):
        if known_date.known:
            return known_date.sort_key()
    return (start.date(), start.date())
