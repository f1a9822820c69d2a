"""The visible site: a `Site` leaves out what is not public, before all other stages.

All later stages (ledger, ratings, pages, feeds, downloads) get a `Site`. Drafts, embargoed
briefings and changes dated after `now` are not in it, so these stages can't publish them.

Its values are computed by queries (see `briefings.engine`), which record what they read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, cast
from zoneinfo import ZoneInfo

from briefings.anchors import CLAIMS, claim
from briefings.content.dates.values import Gap, Moment, PartialDate, gap
from briefings.content.markdown.context import Body
from briefings.content.publication_register import tag_uri
from briefings.content.records import (
    Content,
    Record,
    TrackedContent,
    TrackedFields,
    TrackedRecord,
    retracked,
    tracked,
)
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import Predecessor, TrustFront
from briefings.content.schema.types import Revision
from briefings.content.similarity import same
from briefings.domain.visibility import (
    Clock,
    PerKey,
    inspected_key_of,
    joined,
    last_visit_of,
    trust_held_until,
    visible_changes,
    visible_from,
)
from briefings.engine.branch import Branch
from briefings.engine.engine import Engine, current_source, query
from briefings.urls import ABOUT, Urls, url_of

#: Year in the tag URIs of a site without `feed.tag`. Fixed, because guids must never change.
_TAG_YEAR = "2026"


@dataclass(frozen=True, slots=True)
class Card:
    """Values of a visible briefing for lists: publication moment, sort keys, trust and topics.

    `visible_from`: the moment it becomes public. `shown_changes`: how many of its changes are dated
    up to now. `updated`: the newest moment at which anything on the page changed, `minor` changes
    and the withdrawal included. `last_visit`: the last day (as far as known) on which inspectors
    were there. `inspected_key`: sort key of the inspection, (latest, earliest) possible day of
    `last_visit`; see `inspected_key_of` for unknown dates. `report_key`: the same of the report; if
    the date of the report is unknown, equal to `inspected_key`. `is_withdrawn`: its page is a
    notice and its facts count nowhere; True only from the moment of the withdrawal. `is_held`: not
    public now; True only in a preview that includes drafts. `hidden`: the fields that its notice of
    withdrawal does not show.
    """

    visible_from: datetime
    shown_changes: int
    updated: datetime
    last_visit: PartialDate
    inspected_key: tuple[date, date]
    report_key: tuple[date, date]
    is_withdrawn: bool = False
    is_held: bool = False
    hidden: tuple[str, ...] = ()


class _ShownFront(TrackedFields):
    """The front matter of a visible briefing, without what its notice of withdrawal hides.

    That is left out here, where the site is built, so that no page, feed or table can show it.
    """

    __slots__ = ("_briefing",)

    def __init__(self, briefing: Briefing, record: TrackedRecord) -> None:
        super().__init__(record, "front")
        self._briefing = briefing

    def __getattr__(self, name: str) -> Any:
        if name in _CAN_BE_HIDDEN and name in self._briefing.card.hidden:
            return f"Briefing {self._briefing.id}" if name == "title" else ()
        return super().__getattr__(name)

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return _shown_front, (self._briefing.id,)


#: The fields that `withdrawn.hide` may name.
_CAN_BE_HIDDEN = frozenset({"title", "changes"})


class Briefing:
    """One visible briefing: its `Card`, its front matter and its body.

    It is a reference: each attribute is looked up in the site, and the lookup is recorded.
    Two references to one briefing of a site are equal.
    """

    __slots__ = ("_site", "front", "id", "record")

    def __init__(self, site: Site, id: str) -> None:
        self._site = site
        self.id = id
        record = site.content.of_kind("briefing").reference(id)
        #: The record of its file.
        self.record = cast(Record[BriefingFront], record)
        #: Its front matter, without what a withdrawal hides.
        self.front = cast(BriefingFront, _ShownFront(self, record))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Briefing) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"<Briefing {self.id}>"

    def __reduce__(self) -> tuple[Callable[[str], Briefing], tuple[str]]:
        return _referred, (self.id,)

    @property
    def card(self) -> Card:
        """Its values for lists. Raises LookupError if it is not visible."""
        own_card = card(self._site, self.id)
        if own_card is None:
            raise LookupError(f"the briefing {self.id} is not visible")
        return own_card

    @property
    def site(self) -> Site:
        """The site that it is of."""
        return self._site

    @property
    def path(self) -> str:
        """Its file, relative to the content folder."""
        return self.record.path

    @property
    def body(self) -> Body:
        """Its text."""
        return self.record.body

    @property
    def visible_from(self) -> datetime:
        """The moment it becomes public."""
        return self.card.visible_from

    @property
    def changes(self) -> tuple[Revision, ...]:
        """Its changes dated up to now, oldest first."""
        return self.front.changes[: self.card.shown_changes]

    @property
    def updated(self) -> datetime:
        """See `Card`; likewise the following."""
        return self.card.updated

    @property
    def last_visit(self) -> PartialDate:
        return self.card.last_visit

    @property
    def inspected_key(self) -> tuple[date, date]:
        return self.card.inspected_key

    @property
    def report_key(self) -> tuple[date, date]:
        return self.card.report_key

    @property
    def is_withdrawn(self) -> bool:
        return self.card.is_withdrawn

    @property
    def is_held(self) -> bool:
        return self.card.is_held

    @property
    def url(self) -> str:
        """URL of its page."""
        return url_of("briefing", self.id)

    def claim_url(self, block: str, index: int) -> str:
        """Return the URL of an item, by its index from 0, of a list such as `ratings`."""
        return f"{self.url}#{claim(CLAIMS[block], index, self.front.vacated)}"

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
    def visit_to_report(self) -> Gap | None:
        """Time from the last day of the visit to the report; None if it can't be bounded."""
        return gap(self.last_visit, self.front.inspection.report_published)


def _shown_front(id: str) -> BriefingFront:
    """Return the front matter to which a stored value refers."""
    return _referred(id).front


def _referred(id: str) -> Briefing:
    """Return the briefing to which a stored value refers."""
    site: Site = current_source()
    return Briefing(site, id)


class _TrustFront(TrackedFields):
    """The front matter of a visible trust, without checks of its ratings dated after now."""

    __slots__ = ("_site",)

    def __init__(self, site: Site, record: TrackedRecord) -> None:
        super().__init__(record, "front")
        self._site = site

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        if name != "ratings_checked":
            return value
        return tuple(check for check in value if not self._site.clock.ahead(check.date))

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return _trust_front, (self._owner.id,)


class VisibleTrust:
    """A visible trust. It has the attributes of its record, but `front` is what is public of it."""

    __slots__ = ("_record", "front")

    def __init__(self, site: Site, id: str) -> None:
        self._record = site.content.of_kind("trust").reference(id)
        self.front = _TrustFront(site, self._record)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)

    def __repr__(self) -> str:
        return repr(self._record)

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return _referred_trust, (self._record.id,)


def _trust_front(id: str) -> TrustFront:
    return _referred_trust(id).front


def _referred_trust(id: str) -> Record[TrustFront]:
    """Return the trust to which a stored value refers."""
    return cast(Record[TrustFront], VisibleTrust(current_source(), id))


class Site:
    """Everything that is public at `now`; with `drafts` (for previews), all other records too.

    The lists by trust, topic, regulator and year are in the order of `newest_report_first`. The
    other mappings are by id. Everything is looked up by queries of `engine`.
    """

    def __init__(
        self,
        content: TrackedContent,
        now: datetime,
        *,
        drafts: bool = False,
        has_search: bool = True,
    ) -> None:
        self.content = content
        self.engine = content.engine
        self._drafts = drafts
        #: Whether the site has a search index. Builds with and without one share no store.
        self.has_search = has_search
        self.config = content.config
        self.regulators = content.regulators
        self.topics = content.topics
        self.requirements = content.requirements
        self.pages = content.pages
        self.media = content.media
        self.register = content.register
        self._set_clock(now)
        self.trusts: Mapping[str, Record[TrustFront]] = PerKey(
            lambda: trust_ids(self), lambda id: _visible_trust(self, id)
        )
        self.briefing: Mapping[str, Briefing] = PerKey(
            lambda: [briefing.id for briefing in (*self.briefings, *self.withdrawn)],
            lambda id: None if card(self, id) is None else Briefing(self, id),
        )
        self.engine.source = self

    def _set_clock(self, now: datetime) -> None:
        zone = self.content.config.time_zone
        self._now = now.astimezone(zone)
        self.clock = Clock(self.engine, self._now, zone)

    def become(self, content: TrackedContent, now: datetime) -> None:
        """Switch to other content and moment. The caller tells the engine which facts differ."""
        self.content.become(content)
        self._set_clock(now)

    @property
    def drafts(self) -> bool:
        """Whether it includes drafts and embargoed records, for previews."""
        self.engine.read("option", "drafts")
        return self._drafts

    def branch(self) -> Engine:
        """Return an engine for `with_drafts` and `at`, which starts with its nodes."""
        moments = self.engine.facts_of("moment").values()
        return Branch(self.engine, [*moments, self.engine.fact("option", "drafts")])

    def at(self, now: datetime, branch: Engine) -> Site:
        """Return the site as it will be at a later moment. `branch`: that of the moment before.

        Only queries that compared a moment in between are computed again.
        """
        content = self.content if self.engine is branch else retracked(self.content, branch)
        site = Site(content, now, drafts=self._drafts, has_search=self.has_search)
        before, after = (moment.astimezone(UTC).isoformat() for moment in (self._now, now))
        moments = branch.facts_of("moment").items()
        branch.change([number for moment, number in moments if before < moment <= after])
        return site

    def with_drafts(self, *, drafts: bool = True) -> Site:
        """Return the site with drafts and embargoed records, or without."""
        if drafts == self._drafts:
            return self
        branch = self.branch()
        content = retracked(self.content, branch)
        site = Site(content, self._now, drafts=drafts, has_search=self.has_search)
        branch.change([branch.fact("option", "drafts")])
        return site

    @property
    def now(self) -> datetime:
        """The moment itself, which no query may depend on: queries ask `clock`."""
        assert not self.engine.is_running, "a query must compare moments by `clock`"
        return self._now

    @property
    def briefings(self) -> tuple[Briefing, ...]:
        """Those not withdrawn, in the order of feeds (by `Briefing.public_key`, newest first)."""
        return feed_order(self)

    @property
    def withdrawn(self) -> tuple[Briefing, ...]:
        """Withdrawn briefings, in the same order."""
        return withdrawn_order(self)

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which bare days begin and moments are shown."""
        return self.config.time_zone

    @property
    def urls(self) -> Urls:
        """Converter of paths to links under the site's `base_url`."""
        return Urls(self.config.base_url)

    @property
    def tag_authority(self) -> str:
        """Authority and date of every guid, such as `example.org,2026`.

        `feed.tag` of the site; else that of the guids in the register, so that a new domain changes
        no guid; else the host and a fixed year.
        """
        authority = self.config.feed.tag or self.register.authority
        return authority or f"{self.urls.host},{_TAG_YEAR}"

    def tag(self, name: str) -> str:
        """Return the tag URI of a name: `tag:example.org,2026:briefing/rampton-2025`.

        `name` is `kind/id`, with an optional part after `#` or `/`, as in
        `briefing/rampton-2025#change-1`. If the id is in the register, the URI starts with the guid
        of the first publication, even after a rename.
        """
        kind, _, path = name.partition("/")
        id = re.split("[/#]", path, maxsplit=1)[0]
        guid = self.register.guid(kind, id) or tag_uri(self.tag_authority, f"{kind}/{id}")
        return guid + path[len(id) :]

    def show(self, moment: Moment) -> str:
        """Format a moment as its day in the site's zone: `15 January 2026`."""
        return moment.show(self.zone)

    @property
    def by_report(self) -> tuple[Briefing, ...]:
        """`briefings` in the order of lists; see `newest_report_first`."""
        return report_order(self)

    @cached_property
    def by_trust(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Trust id → its briefings, those that name it in `also_about` included."""
        return self._grouped("trust", self.trusts)

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Topic id → its briefings."""
        return self._grouped("topic", self.topics)

    @cached_property
    def by_regulator(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Regulator id → its briefings."""
        return self._grouped("regulator", self.regulators)

    def _grouped(self, kind: str, among: Mapping[str, Any]) -> Mapping[str, tuple[Briefing, ...]]:
        return PerKey(lambda: among, lambda id: of_group(self, kind, id) if id in among else None)

    @cached_property
    def by_year(self) -> Mapping[str, tuple[Briefing, ...]]:
        """Year of `visible_from` → its briefings, newest year first."""
        return PerKey(lambda: ids_by_year(self), lambda year: of_year(self, year))

    def withdrawn_of(self, kind: str, id: str) -> tuple[Briefing, ...]:
        """Return the withdrawn briefings on a trust, topic or regulator, in the order of feeds."""
        return withdrawn_of_group(self, kind, id)

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """Trust id → sorted ids of the trusts that name it as a predecessor, planned ones too."""
        return PerKey(lambda: all_successors(self), lambda id: all_successors(self).get(id))


@query
def card(site: Site, id: str) -> Card | None:
    """Return the card of a briefing; None if there is none, or it is not visible."""
    record = site.content.briefings.get(id)
    if record is None:
        return None
    front, zone, clock = record.front, site.zone, site.clock
    is_public = front.status != "draft" and clock.reached(visible_from(front, zone))
    if not (is_public or site.drafts):
        return None
    start = visible_from(front, zone)
    changes = visible_changes(front.changes, clock, zone)
    moments = [change.date.at(zone) for change in changes]
    notice = front.withdrawn
    withdrawn = notice is not None and clock.reached(notice.date.at(zone))
    hidden: tuple[str, ...] = ()
    if notice is not None and withdrawn:
        moments.append(notice.date.at(zone))
        hidden = notice.hide
    last_visit = last_visit_of(front.inspection)
    inspected_key = inspected_key_of(front.inspection, last_visit, start)
    report = front.inspection.report_published
    return Card(
        visible_from=start,
        shown_changes=len(changes),
        updated=max([start, *moments]),
        last_visit=last_visit,
        inspected_key=inspected_key,
        report_key=report.sort_key() if report.known else inspected_key,
        is_withdrawn=withdrawn,
        is_held=not is_public,
        hidden=hidden,
    )


@query
def feed_order(site: Site) -> tuple[Briefing, ...]:
    """See `Site.briefings`."""
    return tuple(briefing for briefing in _by_publication(site) if not briefing.is_withdrawn)


@query
def withdrawn_order(site: Site) -> tuple[Briefing, ...]:
    """See `Site.withdrawn`."""
    return tuple(briefing for briefing in _by_publication(site) if briefing.is_withdrawn)


def _by_publication(site: Site) -> list[Briefing]:
    ids = sorted(id for id in site.content.briefings if card(site, id) is not None)
    shown = [Briefing(site, id) for id in ids]
    return sorted(shown, key=lambda briefing: briefing.public_key, reverse=True)


@query
def report_order(site: Site) -> tuple[Briefing, ...]:
    """See `Site.by_report`."""
    return newest_report_first(site.briefings)


@query
def ids_by_year(site: Site) -> Mapping[str, tuple[str, ...]]:
    """Return year → ids of the briefings that became visible in it, newest year first."""
    ids: dict[int, list[str]] = {}
    for briefing in site.by_report:
        ids.setdefault(briefing.visible_from.year, []).append(briefing.id)
    return {str(year): tuple(ids[year]) for year in sorted(ids, reverse=True)}


@query
def of_year(site: Site, year: str) -> tuple[Briefing, ...] | None:
    """Return the briefings that became visible in a year; None if there are none."""
    ids = ids_by_year(site).get(year)
    return None if ids is None else tuple(Briefing(site, id) for id in ids)


@query
def last_updated(site: Site) -> datetime | None:
    """Return the newest moment at which anything on the page of a briefing changed."""
    return max((briefing.updated for briefing in site.briefing.values()), default=None)


@query
def subjects(site: Site, id: str) -> Mapping[str, tuple[str, ...]]:
    """Return `trust`, `topic` and `regulator` → the ids of those that a briefing is on."""
    front = site.content.briefings[id].front
    trusts = (front.trust, *front.also_about)
    return {"trust": trusts, "topic": front.topics, "regulator": (front.regulator,)}


@query
def named_by_files(site: Site, kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return id of a trust, topic or regulator → ids of the briefings on it, visible or not."""
    ids_by_name: dict[str, list[str]] = {}
    for id in site.content.briefings:
        for name in dict.fromkeys(subjects(site, id)[kind]):
            ids_by_name.setdefault(name, []).append(id)
    return {name: tuple(ids) for name, ids in ids_by_name.items()}


@query
def of_group(site: Site, kind: str, id: str) -> tuple[Briefing, ...]:
    """Return the briefings on a trust, topic or regulator that are not withdrawn."""
    return newest_report_first(
        briefing for briefing in _of_group(site, kind, id) if not briefing.is_withdrawn
    )


@query
def withdrawn_of_group(site: Site, kind: str, id: str) -> tuple[Briefing, ...]:
    """See `Site.withdrawn_of`."""
    withdrawn = sorted(
        (briefing for briefing in _of_group(site, kind, id) if briefing.is_withdrawn), key=_id_of
    )
    return tuple(sorted(withdrawn, key=lambda briefing: briefing.public_key, reverse=True))


def _id_of(briefing: Briefing) -> str:
    return briefing.id


def _of_group(site: Site, kind: str, id: str) -> list[Briefing]:
    ids = files_on(site, kind, id)
    return [
        Briefing(site, briefing_id) for briefing_id in ids if card(site, briefing_id) is not None
    ]


@query
def files_on(site: Site, kind: str, id: str) -> tuple[str, ...]:
    """Return the ids of the briefings on a trust, topic or regulator, visible or not."""
    return named_by_files(site, kind).get(id, ())


@query
def trust_ids(site: Site) -> tuple[str, ...]:
    """Return the ids of the visible trusts, in the order of the files."""
    return tuple(id for id in site.content.trusts if trust_is_visible(site, id))


@query
def trust_is_visible(site: Site, id: str) -> bool:
    """Return whether there is a trust with this id whose page is public."""
    record = site.content.trusts.get(id)
    if record is None:
        return False
    moment = trust_held_until(record.front, site.zone)
    return site.drafts or moment is None or site.clock.reached(moment)


def _visible_trust(site: Site, id: str) -> Record[TrustFront] | None:
    shown = trust_is_visible(site, id)
    return cast(Record[TrustFront], VisibleTrust(site, id)) if shown else None


@query
def about_url(site: Site) -> str:
    """Return the URL path of the page that says who is responsible for the site.

    It is the page `about`, or one that was renamed and has its old path as an alias. Where there is
    neither, the site makes `/about/` itself.
    """
    renamed = [id for id, page in site.pages.items() if ABOUT in page.front.aliases]
    return ABOUT if "about" in site.pages or not renamed else url_of("page", renamed[0])


@query
def all_successors(site: Site) -> Mapping[str, tuple[str, ...]]:
    """See `Site.successors`."""
    successors: dict[str, list[str]] = {}
    for id, trust in site.trusts.items():
        for predecessor in trust.front.predecessors:
            if predecessor.id is not None:
                successors.setdefault(predecessor.id, []).append(id)
    return {id: tuple(sorted(ids)) for id, ids in successors.items()}


def merger(site: Site, trust: str, successor: str) -> Predecessor:
    """Return what `successor` says of its predecessor `trust`."""
    return next(
        predecessor
        for predecessor in site.trusts[successor].front.predecessors
        if predecessor.id == trust
    )


#: Reasons after which an organisation is part of its successor: not those of a change of owner.
_MERGED = re.compile(r"\b(?:merg|acqui|amalgam|absor|join|tak|took)", re.IGNORECASE)
#: Reasons after which it gave up only a part to its successor, and stays open.
_SPLIT = re.compile(r"\b(?:de-?merg|split|separat|spin-?(?:off|out)|spun)", re.IGNORECASE)


def former_names(front: TrustFront) -> tuple[str, ...]:
    """Return the names that a trust had and has no longer; a name that it took back is none."""
    names = dict.fromkeys(former.name for former in front.former_names)
    return tuple(name for name in names if same(name) != same(front.name))


def is_merger(predecessor: Predecessor) -> bool:
    """Return whether a predecessor became part of its successor, by the reason that is given."""
    return _MERGED.search(predecessor.reason) is not None


def is_split(predecessor: Predecessor) -> bool:
    """Return whether only a part of a predecessor went to its successor, by the reason given."""
    return not is_merger(predecessor) and _SPLIT.search(predecessor.reason) is not None


@query
def is_closed(site: Site, id: str) -> bool:
    """Return whether a trust is closed, as its file says or since it became part of another one.

    Not before the first day that the date of either can be.
    """
    front, clock = site.trusts[id].front, site.clock
    mergers = (merger(site, id, successor) for successor in site.successors.get(id, ()))
    ends = [joined.date for joined in mergers if not is_split(joined)]
    if front.status == "closed":
        ends.append(front.closed or PartialDate.parse("unknown"))
    return any(not clock.ahead(date) for date in ends)


@query
def trust_name(site: Site, id: str) -> str:
    """Return the name of a trust in lists: the short name if it has one."""
    front = site.trusts[id].front
    return front.short_name or front.name


@query
def trust_names(site: Site) -> Mapping[str, str]:
    """Return id → name in lists of all trusts, in the order of `Site.trusts`."""
    return {id: trust_name(site, id) for id in site.trusts}


def newest_report_first(briefings: Iterable[Briefing]) -> tuple[Briefing, ...]:
    """Sort briefings for lists: newest report first, then newest inspection, then by id ascending.

    A briefing whose report has no known date is sorted by its inspection.
    """
    by_id = sorted(briefings, key=_id_of)
    return tuple(
        sorted(
            by_id, key=lambda briefing: (briefing.report_key, briefing.inspected_key), reverse=True
        )
    )


def visible(content: Content, now: datetime, *, drafts: bool = False) -> Site:
    """Return the site as it is public at `now`, with an engine of its own in memory.

    `drafts`: include the briefings and trusts that are not public yet (for previews).
    """
    return Site(tracked(content, Engine()), now, drafts=drafts)


def predecessors_of(site: Site, trust: str) -> tuple[str, ...]:
    """Return the ids of all predecessors of `trust`, direct and indirect, that have a page here.

    Nearest first. A predecessor without a page ends the search along it. One that is certainly to
    join only in the future is none yet.
    """
    ids = [trust]
    for id in ids:
        record = site.trusts.get(id)
        for predecessor in record.front.predecessors if record else ():
            before = predecessor.id
            if before is None or before in ids or site.clock.ahead(predecessor.date):
                continue
            if before in site.trusts:
                ids.append(before)
    return tuple(ids[1:])
