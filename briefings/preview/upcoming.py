"""Changes that come by themselves: end of embargo, publication, corrections, withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from briefings import urls
from briefings.content.reading import Record
from briefings.content.schema import BriefingFront, Revision
from briefings.domain import words
from briefings.domain.site import trust_held_until, visible_from
from briefings.engine import TrackedContent


@dataclass(frozen=True, slots=True, order=True)
class Lift:
    """A change to a page at a later moment.

    `what`: the predicate, such as `lifts`, `appears`, `correction 2 appears`. `before`: the moment
    planned at the other commit, if it was a different one.
    """

    moment: datetime
    url: str
    title: str
    what: str
    before: datetime | None = None


def lifts(content: TrackedContent, now: datetime) -> tuple[Lift, ...]:
    """Every change after `now`, the earliest first. Drafts are never published by themselves."""
    zone = content.config.time_zone
    found: list[Lift] = []
    for one in content.briefings.values():
        if one.front.status != "draft":
            url = urls.url_of("briefing", one.id)
            coming = (*_briefing(one, content), *_changes(one.front.changes, content))
            found += (Lift(at.astimezone(zone), url, one.front.title, what) for at, what in coming)
    for trust in content.trusts.values():
        held_until = trust_held_until(trust.front, zone)
        if held_until is not None:
            url = urls.url_of("trust", trust.id)
            found.append(Lift(held_until.astimezone(zone), url, trust.front.name, "appears"))
    for page in content.pages.values():
        url = urls.url_of("page", page.id)
        coming = tuple(_changes(page.front.changes, content))
        found += (Lift(at.astimezone(zone), url, page.front.title, what) for at, what in coming)
    return tuple(sorted(one for one in found if one.moment > now))


_Coming = tuple[datetime, str]


def _briefing(record: Record[BriefingFront], content: TrackedContent) -> Iterator[_Coming]:
    zone, front = content.config.time_zone, record.front
    start = visible_from(front, zone)
    held = front.embargo_until is not None and front.embargo_until.at(zone) == start
    yield start, "lifts" if held else "appears"
    if front.withdrawn is not None:
        yield max(start, front.withdrawn.date.at(zone)), "is withdrawn"


def _changes(changes: Iterable[Revision], content: TrackedContent) -> Iterator[_Coming]:
    for number, change in enumerate(changes, start=1):
        what = f"{words.lower(words.REVISIONS[change.kind])} {number} appears"
        yield change.date.at(content.config.time_zone), what


def planned_anew(new: Iterable[Lift], old: Iterable[Lift]) -> tuple[tuple[Lift, ...], Any]:
    """The changes that are new or have another moment, and those that are no longer planned."""
    before = {(one.url, one.what): one for one in old}
    now = {(one.url, one.what): one for one in new}
    found = []
    for key, one in now.items():
        was = before.get(key)
        if was is None or was.moment != one.moment:
            moment = was.moment if was else None
            found.append(Lift(one.moment, one.url, one.title, one.what, moment))
    return tuple(found), tuple(one for key, one in before.items() if key not in now)
