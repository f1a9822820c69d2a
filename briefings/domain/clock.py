"""Moments at which the site changes without an edit: publications, dated changes, deadlines.

No page shows how old anything is today, so between two such moments the same content gives the same
bytes. A build that runs in the same window as the last build has nothing to update for the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from briefings.content.dates import Moment, PartialDate
from briefings.content.loader import Content
from briefings.content.schema import BriefingFront
from briefings.domain.site import trust_held_until, visible_from


@dataclass(frozen=True, slots=True)
class Window:
    """Interval in which the site does not change without an edit.

    `start`: the last moment at which it changed, inclusive; None if it never did. `end`: the next
    such moment, exclusive; None if there is none. Both in UTC.
    """

    start: datetime | None
    end: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether `now` is in this window."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


def window(content: Content, now: datetime) -> Window:
    """Return the window around `now` in which the site does not change without an edit."""
    return _around([*_visibility(content), *days(content)], now)


def window_and_step(content: Content, now: datetime) -> tuple[Window, datetime | None]:
    """Return `window` and `step`, with one pass over the dates that both need."""
    compared = [*days(content)]
    return _around([*_visibility(content), *compared], now), _around(compared, now).start


def step(content: Content, now: datetime) -> datetime | None:
    """Return the last moment up to `now` at which a comparison with today changed its result.

    Such as "has this deadline passed?"; see `days`. None if there is no such moment.
    """
    return _around([*days(content)], now).start


def _around(moments: list[datetime], now: datetime) -> Window:
    start = max((moment for moment in moments if moment <= now), default=None)
    end = min((moment for moment in moments if moment > now), default=None)
    return Window(start, end)


def _visibility(content: Content) -> Iterator[datetime]:
    """Yield the moments of publication, of changes and of withdrawals, in UTC.

    Those of the publication register (`first_published`) are included.
    """
    zone = content.config.time_zone
    for record in content.briefings.values():
        yield visible_from(record.front, zone).astimezone(UTC)
        for moment in _dated(record.front):
            yield moment.at(zone).astimezone(UTC)
    for trust in content.trusts.values():
        held_until = trust_held_until(trust.front, zone)
        if held_until is not None:
            yield held_until.astimezone(UTC)
    for page in content.pages.values():
        for change in page.front.changes:
            yield change.date.at(zone).astimezone(UTC)
    for line in content.register.lines:
        yield line.first_published.astimezone(UTC)


def _dated(front: BriefingFront) -> Iterator[Moment]:
    for change in front.changes:
        yield change.date
    if front.withdrawn is not None:
        yield front.withdrawn.date


def days(content: Content) -> Iterator[datetime]:
    """Yield the moments at which a comparison of a date with today may change its result.

    These are midnights of the site's zone, in UTC. Compared are the deadlines of requirements and
    of enforcement actions, and the dates of predecessors.
    """
    zone = content.config.time_zone
    for record in content.briefings.values():
        for event in record.front.requirements:
            yield from _bounds(event.deadline, zone)
        for action in record.front.enforcement:
            for deadline in action.deadlines:
                yield from _bounds(deadline.date, zone)
    for trust in content.trusts.values():
        for before in trust.front.predecessors:
            yield from _bounds(before.date, zone)


def _bounds(written: PartialDate | None, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the start of a date's first possible day and the end of its last, where known."""
    if written is None:
        return
    if written.earliest is not None:
        yield _midnight(written.earliest, zone)
    if written.latest is not None and written.latest != date.max:
        yield _midnight(written.latest + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
