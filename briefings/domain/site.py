"""The visible site: `visible(content, now)` filters the content once, before all other stages.

All later stages (ledger, ratings, pages, feeds, downloads) get a `Site`. Drafts, embargoed
briefings and changes dated after `now` are not in it, so these stages can't publish them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from briefings.cancellation import checkpoint
from briefings.content.dates import Gap, Moment, PartialDate, gap
from briefings.content.loader import Content, Record
from briefings.content.markdown import Body
from briefings.content.publication_register import Register, tag_uri
from briefings.content.schema import (
    BriefingFront,
    Inspection,
    PageFront,
    RegulatorFront,
    RequirementFront,
    Revision,
    SiteFront,
    TopicFront,
    TrustFront,
)
from briefings.store.compact import altered
from briefings.urls import Urls, url_of

K = TypeVar("K", bound=Hashable)

#: Year in the tag URIs of a site without `feed.tag`. Fixed, because guids must never change.
_TAG_YEAR = "2026"


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
    changes: tuple[Revision, ...], now: datetime, zone: ZoneInfo
) -> tuple[Revision, ...]:
    """Return the changes dated up to `now`.

    `changes` are oldest first, so the rest of the list is cut off. The remaining ones keep their
    number in the file, which is part of their feed item's guid.
    """
    for index, change in enumerate(changes):
        if change.date.at(zone) > now:
            return changes[:index]
    return changes


def joined(visits: Sequence[PartialDate]) -> PartialDate:
    """Merge the dates of visits into one: an interval from the first to the last.

    A single date is returned as it is. `unknown` if any of several is unknown or open on one side.
    """
    if len(visits) == 1:
        return visits[0]
    first = min((date.first for date in visits), key=lambda date: date.sort_key()[::-1])
    last = max((date.last for date in visits), key=PartialDate.sort_key)
    closed = all(date.earliest and date.latest for date in visits)
    both = first.written if first == last else f"{first.written}/{last.written}"
    return PartialDate.parse(both if closed else "unknown")


@dataclass(frozen=True, slots=True)
class Briefing:
    """One visible briefing, with its sort keys computed once.

    `visible_from`: the moment it becomes public. `changes`: those up to `now`, oldest first.
    `updated`: the newest moment at which anything on the page changed, `minor` changes and the
    withdrawal included. `last_visit`: the last day (as far as known) on which inspectors were
    there. `inspected_key`: sort key of the inspection, (latest, earliest) possible day of
    `last_visit`; see `_inspected_key` for unknown dates. `report_key`: the same of the report; if
    the date of the report is unknown, equal to `inspected_key`. `is_withdrawn`: its page is a
    notice and its facts count nowhere; True only from the moment of the withdrawal. `is_held`: not
    public at `now`; True only in a preview that includes drafts. `key`: `Record.key`, the hash of
    the front matter as written.
    """

    id: str
    path: str
    front: BriefingFront
    body: Body
    visible_from: datetime
    changes: tuple[Revision, ...]
    updated: datetime
    last_visit: PartialDate
    inspected_key: tuple[date, date]
    report_key: tuple[date, date]
    is_withdrawn: bool = False
    is_held: bool = False
    key: bytes = b""

    @property
    def url(self) -> str:
        """URL of its page."""
        return url_of("briefing", self.id)

    @property
    def public_key(self) -> tuple[datetime, tuple[date, date], tuple[date, date]]:
        """Sort key for feeds: moment of publication, then report, then inspection."""
        return (self.visible_from, self.report_key, self.inspected_key)

    @property
    def inspected(self) -> PartialDate:
        """All visits merged into one date, from the first to the last; see `joined`."""
        return joined([visit.date for visit in self.front.inspection.inspected])

    @property
    def dated(self) -> PartialDate:
        """Date of the report; if that is unknown, `inspected`."""
        report = self.front.inspection.report_published
        return report if report.known else self.inspected

    @property
    def seen_by(self) -> PartialDate:
        """Last day of the visit; if that is unknown, the date of the report, which is later."""
        visit = self.last_visit
        return visit if visit.known else self.front.inspection.report_published

    @property
    def visit_to_report(self) -> Gap | None:
        """Time from the last day of the visit to the report; None if it can't be bounded."""
        return gap(self.last_visit, self.front.inspection.report_published)


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that is public at `now`.

    `briefings`: those not withdrawn, in the order of feeds (by `Briefing.public_key`, newest
    first). `withdrawn`: withdrawn briefings, in the same order. The lists by trust, topic,
    regulator and year are in the order of `newest_report_first`. The other mappings are by id.

    Sites are compared and hashed by identity, so that values derived from a site can be cached with
    the site as the key.
    """

    config: SiteFront
    now: datetime
    briefings: tuple[Briefing, ...]
    withdrawn: tuple[Briefing, ...]
    trusts: Mapping[str, Record[TrustFront]]
    regulators: Mapping[str, Record[RegulatorFront]]
    topics: Mapping[str, Record[TopicFront]]
    requirements: Mapping[str, Record[RequirementFront]]
    pages: Mapping[str, Record[PageFront]]
    media: frozenset[str] = field(default_factory=frozenset)
    register: Register = field(default_factory=Register)

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which bare days begin and moments are shown."""
        return self.config.time_zone

    @cached_property
    def urls(self) -> Urls:
        """Converter of paths to links under the site's `base_url`."""
        return Urls(self.config.base_url)

    @cached_property
    def tag_authority(self) -> str:
        """Authority and date of every guid, such as `example.org,2026`.

        `feed.tag` of the site; else that of the guids in the register, so that a new domain changes
        no guid; else the host and a fixed year.
        """
        named = self.config.feed.tag or self.register.authority
        return named or f"{self.urls.host},{_TAG_YEAR}"

    def tag(self, name: str) -> str:
        """Return the tag URI of a name: `tag:example.org,2026:briefing/rampton-2025`.

        `name` is `kind/id`, with an optional part after `#` or `/`, as in
        `briefing/rampton-2025#change-1`. If the id is in the register, the URI starts with the guid
        of the first publication, even after a rename.
        """
        kind, _, rest = name.partition("/")
        id = re.split("[/#]", rest, maxsplit=1)[0]
        guid = self.register.guid(kind, id) or tag_uri(self.tag_authority, f"{kind}/{id}")
        return guid + rest[len(id) :]

    def show(self, moment: Moment) -> str:
        """Format a moment as its day in the site's zone: `15 January 2026`."""
        return moment.show(self.zone)

    @cached_property
    def briefing(self) -> Mapping[str, Briefing]:
        """Briefing id → briefing, withdrawn ones included."""
        return {one.id: one for one in (*self.briefings, *self.withdrawn)}

    @cached_property
    def by_report(self) -> tuple[Briefing, ...]:
        """`briefings` in the order of lists; see `newest_report_first`."""
        return newest_report_first(self.briefings)

    @cached_property
    def by_trust(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Trust id → its briefings, those that name it in `also_about` included."""
        return _grouped(
            self.by_report, lambda one: (one.front.trust, *one.front.also_about), self.trusts
        )

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Topic id → its briefings."""
        return _grouped(self.by_report, lambda one: one.front.topics, self.topics)

    @cached_property
    def by_regulator(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Regulator id → its briefings."""
        return _grouped(self.by_report, lambda one: (one.front.regulator,), self.regulators)

    @cached_property
    def by_year(self) -> Mapping[int, tuple[Briefing, ...]]:
        """Year of `visible_from` → its briefings, newest year first."""
        years = sorted({one.visible_from.year for one in self.briefings}, reverse=True)
        return _grouped(self.by_report, lambda one: (one.visible_from.year,), years)

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """Trust id → sorted ids of the trusts that name it as a predecessor."""
        found: dict[str, list[str]] = {}
        for id, trust in self.trusts.items():
            for one in trust.front.predecessors:
                if one.id is not None:
                    found.setdefault(one.id, []).append(id)
        return {id: tuple(sorted(ids)) for id, ids in found.items()}


def newest_report_first(briefings: Iterable[Briefing]) -> tuple[Briefing, ...]:
    """Sort briefings for lists: newest report first, then newest inspection, then by id ascending.

    A briefing whose report has no known date is sorted by its inspection.
    """
    named = sorted(briefings, key=lambda one: one.id)
    return tuple(sorted(named, key=lambda one: (one.report_key, one.inspected_key), reverse=True))


def _grouped(
    briefings: Iterable[Briefing], keys: Callable[[Briefing], Iterable[K]], among: Iterable[K]
) -> dict[K, tuple[Briefing, ...]]:
    """Group briefings by key, in the given order, with one group for each key in `among`.

    A briefing is in the group of each of its keys; keys not in `among` are ignored.
    """
    groups: dict[K, list[Briefing]] = {key: [] for key in among}
    for one in briefings:
        for key in keys(one):
            if key in groups:
                groups[key].append(one)
    return {key: tuple(group) for key, group in groups.items()}


def visible(content: Content, now: datetime, *, drafts: bool = False) -> Site:
    """Return the site as it is public at `now`.

    `drafts`: include the briefings and trusts that are not public yet (for previews).
    """
    zone = content.config.time_zone
    now = now.astimezone(zone)
    shown = sorted(
        (
            _briefing(record, now, zone)
            for record in content.briefings.values()
            if drafts or is_visible(record.front, now, zone)
        ),
        key=lambda one: one.id,
    )
    shown.sort(key=lambda one: one.public_key, reverse=True)
    return Site(
        config=content.config,
        now=now,
        briefings=tuple(one for one in shown if not one.is_withdrawn),
        withdrawn=tuple(one for one in shown if one.is_withdrawn),
        trusts=content.trusts if drafts else _visible_trusts(content, now),
        regulators=content.regulators,
        topics=content.topics,
        requirements=content.requirements,
        pages=content.pages,
        media=content.media,
        register=content.register,
    )


def _visible_trusts(content: Content, now: datetime) -> Mapping[str, Record[TrustFront]]:
    zone = content.config.time_zone
    held = {
        id
        for id, record in content.trusts.items()
        if (moment := trust_held_until(record.front, zone)) is not None and moment > now
    }
    if not held:
        return content.trusts
    return {id: record for id, record in content.trusts.items() if id not in held}


def about(content: Content, trusts: Collection[str]) -> Content:
    """Return the content with only the briefings about these trusts (`trust` or `also_about`).

    The pages of a trust, of its briefings and of its requirements need no other briefings.
    """
    briefings = {
        id: record
        for id, record in content.briefings.items()
        if record.front.trust in trusts or any(one in trusts for one in record.front.also_about)
    }
    return replace(content, briefings=briefings)


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


def moments_ahead(content: Content, now: datetime) -> list[datetime]:
    """Return the moments after `now` at which something becomes visible or is withdrawn, sorted."""
    zone = content.config.time_zone
    fronts = [one.front for one in content.briefings.values() if one.front.status != "draft"]
    moments = {visible_from(front, zone) for front in fronts}
    moments |= {front.withdrawn.date.at(zone) for front in fronts if front.withdrawn is not None}
    moments |= {
        moment
        for trust in content.trusts.values()
        if (moment := trust_held_until(trust.front, zone)) is not None
    }
    return sorted(moment for moment in moments if moment > now)


def _last_visit(inspection: Inspection) -> PartialDate:
    visits = inspection.inspected
    if len(visits) == 1:  # nearly always
        return visits[0].date.last
    return max((visit.date.last for visit in visits), key=PartialDate.sort_key)


def _inspected_key(
    inspection: Inspection, last_visit: PartialDate, start: datetime
) -> tuple[date, date]:
    """Return the sort key of an inspection: (latest possible, earliest possible) day of the visit.

    If the visit is unknown, that of the report; if that is unknown too, the day of publication.
    """
    for known in (last_visit, inspection.report_published):
        if known.known:
            return known.sort_key()
    return (start.date(), start.date())


def _hidden(
    id: str, front: BriefingFront, changes: tuple[Revision, ...]
) -> tuple[BriefingFront, tuple[Revision, ...]]:
    """Remove the title and the changes that `withdrawn.hide` names.

    They are removed here, where the site is built, so that no page, feed or table can show them.
    """
    hide = front.withdrawn.hide if front.withdrawn is not None else ()
    if "title" in hide:
        front = altered(front, title=f"Briefing {id}")
    if "changes" in hide:
        front, changes = altered(front, changes=()), ()
    return front, changes


def _briefing(record: Record[BriefingFront], now: datetime, zone: ZoneInfo) -> Briefing:
    checkpoint()
    front = record.front
    start = visible_from(front, zone)
    changes = visible_changes(front.changes, now, zone)
    moments = [change.date.at(zone) for change in changes]
    withdrawn = front.withdrawn is not None and front.withdrawn.date.at(zone) <= now
    if front.withdrawn is not None and withdrawn:
        moments.append(front.withdrawn.date.at(zone))
        front, changes = _hidden(record.id, front, changes)
    last_visit = _last_visit(front.inspection)
    inspected_key = _inspected_key(front.inspection, last_visit, start)
    report = front.inspection.report_published
    return Briefing(
        id=record.id,
        path=record.path,
        front=front,
        body=record.body,
        visible_from=start,
        changes=changes,
        updated=max([start, *moments]),
        last_visit=last_visit,
        inspected_key=inspected_key,
        report_key=report.sort_key() if report.known else inspected_key,
        is_withdrawn=withdrawn,
        is_held=not is_visible(front, now, zone),
        key=record.key,
    )
