"""The visible whole: `visible(content, now)` is applied here, once, before anything else.

Whatever comes later (ledger, ratings, pages, feeds, downloads) is given a `Site` and can't reach a
draft, an embargoed briefing or a change dated after now, because they are not in it.
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

#: The year in the tag of a site that names none: guids must not change with the calendar.
_TAG_YEAR = "2026"


def visible_from(front: BriefingFront, zone: ZoneInfo) -> datetime:
    """The later of `published` and `embargo_until`, in the site's zone."""
    published = front.published.at(zone)
    if front.embargo_until is None:
        return published
    return max(published, front.embargo_until.at(zone))


def trust_held_until(front: TrustFront, zone: ZoneInfo) -> datetime | None:
    """The moment from which a trust's page is public, if it was ever held back."""
    moments = [moment.at(zone) for moment in (front.published, front.embargo_until) if moment]
    return max(moments, default=None)


def visible_changes(
    changes: tuple[Revision, ...], now: datetime, zone: ZoneInfo
) -> tuple[Revision, ...]:
    """The changes up to now. They stand oldest first, so this is where the list is cut.

    A change keeps the number it has in the file, which its feed item is named after.
    """
    for index, change in enumerate(changes):
        if change.date.at(zone) > now:
            return changes[:index]
    return changes


def joined(visits: Sequence[PartialDate]) -> PartialDate:
    """Dates of visits as one: from the first to the last where there are several. `unknown` where
    any of them is, or where they can't be one interval."""
    if len(visits) == 1:
        return visits[0]
    first = min((date.first for date in visits), key=lambda date: date.sort_key()[::-1])
    last = max((date.last for date in visits), key=PartialDate.sort_key)
    closed = all(date.earliest and date.latest for date in visits)
    both = first.written if first == last else f"{first.written}/{last.written}"
    return PartialDate.parse(both if closed else "unknown")


@dataclass(frozen=True, slots=True)
class Briefing:
    """One visible briefing. What it is put in order by is worked out once.

    `last_visit` is the last day (as far as known) on which inspectors were there; `inspected_key`
    is where the inspection stands among others.
    """

    id: str
    path: str
    front: BriefingFront
    body: Body
    visible_from: datetime
    changes: tuple[Revision, ...]
    #: The newest moment at which anything on the page changed, `minor` changes included.
    updated: datetime
    last_visit: PartialDate
    inspected_key: tuple[date, date]
    #: Where its report stands among others; a report of unknown date stands at the inspection.
    report_key: tuple[date, date]
    #: Its facts count nowhere; its page is a notice. Not before the moment of its withdrawal.
    is_withdrawn: bool = False
    #: Not public at `now`: a preview that was asked for it shows it all the same.
    is_held: bool = False
    #: Stands for the front matter as written.
    key: bytes = b""

    @property
    def url(self) -> str:
        """Its page."""
        return url_of("briefing", self.id)

    @property
    def public_key(self) -> tuple[datetime, tuple[date, date], tuple[date, date]]:
        """Where it stands in feeds: by the moment it became visible; several of one moment by
        their reports, then by their inspections."""
        return (self.visible_from, self.report_key, self.inspected_key)

    @property
    def inspected(self) -> PartialDate:
        """All visits as one date: from the first to the last where there are several.

        `unknown` where any of them is, or where they can't be one interval.
        """
        return joined([visit.date for visit in self.front.inspection.inspected])

    @property
    def dated(self) -> PartialDate:
        """The day of the report, or where that is unknown the whole of the visit."""
        report = self.front.inspection.report_published
        return report if report.known else self.inspected

    @property
    def seen_by(self) -> PartialDate:
        """The last day of the visit, or where that is unknown the report, which came after it."""
        visit = self.last_visit
        return visit if visit.known else self.front.inspection.report_published

    @property
    def visit_to_report(self) -> Gap | None:
        """From the last day of the visit to the report, as a range."""
        return gap(self.last_visit, self.front.inspection.report_published)


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that is public at `now`, joined. `briefings` stand as in feeds (see `public_key`);
    those of one trust, topic, regulator or year as in lists (see `newest_report_first`).

    Two sites are the same only if they are one object, so that what is derived from a site can
    be kept with it.
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
        """The zone in which bare days begin and moments are shown."""
        return self.config.time_zone

    @cached_property
    def urls(self) -> Urls:
        """How paths become links under this site's `base_url`."""
        return Urls(self.config.base_url)

    @cached_property
    def tag_authority(self) -> str:
        """The beginning of every guid: the site's own `feed.tag`, else what the register holds,
        so that a new domain changes none."""
        named = self.config.feed.tag or self.register.authority
        return named or f"{self.urls.host},{_TAG_YEAR}"

    def tag(self, name: str) -> str:
        """The tag URI of something on this site: `tag:example.org,2026:briefing/rampton-2025`.

        What is registered keeps the guid under which it was first published, whatever its id is
        today, and so do its parts: `briefing/rampton-2025#change-1`.
        """
        kind, _, rest = name.partition("/")
        id = re.split("[/#]", rest, maxsplit=1)[0]
        guid = self.register.guid(kind, id) or tag_uri(self.tag_authority, f"{kind}/{id}")
        return guid + rest[len(id) :]

    def show(self, moment: Moment) -> str:
        """A moment as its day in the site's zone: 15 January 2026."""
        return moment.show(self.zone)

    @cached_property
    def briefing(self) -> Mapping[str, Briefing]:
        """Every visible briefing by id, withdrawn ones included."""
        return {one.id: one for one in (*self.briefings, *self.withdrawn)}

    @cached_property
    def by_report(self) -> tuple[Briefing, ...]:
        """Every briefing as lists show them: see `newest_report_first`."""
        return newest_report_first(self.briefings)

    @cached_property
    def by_trust(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Trust id → the briefings on it, those that are also about it included."""
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
        """Year in which they became visible → briefings, newest year first."""
        years = sorted({one.visible_from.year for one in self.briefings}, reverse=True)
        return _grouped(self.by_report, lambda one: (one.visible_from.year,), years)

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """Trust id → ids of the trusts that name it as a predecessor."""
        found: dict[str, list[str]] = {}
        for id, trust in self.trusts.items():
            for one in trust.front.predecessors:
                if one.id is not None:
                    found.setdefault(one.id, []).append(id)
        return {id: tuple(sorted(ids)) for id, ids in found.items()}


def newest_report_first(briefings: Iterable[Briefing]) -> tuple[Briefing, ...]:
    """By the date of the report, the newest first; where that is not known, the briefing stands at
    its inspection. Those of one date stand by their inspections, then by id."""
    named = sorted(briefings, key=lambda one: one.id)
    return tuple(sorted(named, key=lambda one: (one.report_key, one.inspected_key), reverse=True))


def _grouped(
    briefings: Iterable[Briefing], keys: Callable[[Briefing], Iterable[K]], among: Iterable[K]
) -> dict[K, tuple[Briefing, ...]]:
    """Every one of `among`, with the briefings whose keys name it, in their order."""
    groups: dict[K, list[Briefing]] = {key: [] for key in among}
    for one in briefings:
        for key in keys(one):
            if key in groups:
                groups[key].append(one)
    return {key: tuple(group) for key, group in groups.items()}


def visible(content: Content, now: datetime, *, drafts: bool = False) -> Site:
    """The site as it stands at `now`; with `drafts`, also what is not public yet (for previews)."""
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
    """The content with no briefings but those about these trusts.

    A page of a trust, of its briefings or of its requirements shows nothing of any other.
    """
    briefings = {
        id: record
        for id, record in content.briefings.items()
        if record.front.trust in trusts or any(one in trusts for one in record.front.also_about)
    }
    return replace(content, briefings=briefings)


def is_visible(front: BriefingFront, now: datetime, zone: ZoneInfo) -> bool:
    """Neither a draft nor before its moment."""
    return front.status != "draft" and visible_from(front, zone) <= now


def withdrawn_unseen(front: BriefingFront, zone: ZoneInfo) -> bool:
    """True where a withdrawal comes before the briefing would have become visible.

    A withdrawal on a bare day counts to the end of that day.
    """
    if front.withdrawn is None:
        return False
    date = front.withdrawn.date.at(zone)
    start = visible_from(front, zone)
    return date < start and (front.withdrawn.date.day is None or date.date() < start.date())


def moments_ahead(content: Content, now: datetime) -> list[datetime]:
    """Every later moment at which something becomes visible or is withdrawn, in order."""
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
    """Latest possible, then earliest possible day.

    An unknown visit stands at its report, and that, if unknown too, at the day of publication.
    """
    for known in (last_visit, inspection.report_published):
        if known.known:
            return known.sort_key()
    return (start.date(), start.date())


def _hidden(
    id: str, front: BriefingFront, changes: tuple[Revision, ...]
) -> tuple[BriefingFront, tuple[Revision, ...]]:
    """A withdrawn briefing without the title or the changes that its notice is to keep silent.

    They are taken out here, where the site begins, so that no page, feed or table can show them.
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
