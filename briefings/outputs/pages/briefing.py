"""The page of one briefing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from briefings import anchors, urls
from briefings.content.dates import Gap, show_day, show_moment
from briefings.content.reading import Record
from briefings.content.schema import (
    BriefingFront,
    Discrepancy,
    RegulatorFront,
    SiteFront,
    TimelineEntry,
    TrustFront,
)
from briefings.domain import sections, words
from briefings.domain.ledger import History
from briefings.domain.ratings import Newer, newer_inspections
from briefings.domain.sections import of_briefing
from briefings.domain.site import Briefing
from briefings.domain.words import listed, spelt
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.claims import (
    ActionRow,
    BreachRow,
    ChangeRow,
    FigureRow,
    FindingRow,
    Kept,
    OrderRow,
    RatedThing,
    RatingRow,
    Row,
    Speaker,
    change_rows,
    in_order,
    orders,
    rated_things,
    regulation_links,
    rows,
    speakers,
)
from briefings.outputs.pages.components import (
    Cites,
    SourceLine,
    full_name,
    label_of,
    main_rating,
    rated,
    report_url,
    short_names,
    source_line,
    trust_link,
)
from briefings.outputs.pages.counts import CountBar
from briefings.outputs.pages.deadlines import DeadlineView, deadlines_in
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta
from briefings.outputs.pages.sources import SourceRow, claims_of_briefing, source_rows
from briefings.urls import Urls

T = TypeVar("T")


def keys(whole: Derived) -> list[tuple[str]]:
    """Return the id of every visible briefing that is not withdrawn."""
    return [(one.id,) for one in whole.site.briefings]


def briefing_view(whole: Derived, id: str) -> BriefingView:
    """Return the view of a briefing's page: the briefing and what other files say about it."""
    site = whole.site
    one = site.briefing[id]
    ids = dict.fromkeys(event.id for event in one.front.requirements)
    findings = (*one.front.concerns, *one.front.strengths)
    found = [finding.topic for finding in findings if finding.topic]
    return BriefingView(
        briefing=one,
        trust=site.trusts[one.front.trust],
        regulator=site.regulators[one.front.regulator].front,
        also_about=tuple(trust_link(site, id) for id in one.front.also_about),
        topics=tuple(
            LinkTo(site.topics[id].front.name, urls.url_of("topic", id))
            for id in one.front.topics
            if id not in found
        ),
        newer=tuple(
            newer_views(newer_inspections(site, one), urls.url_of("trust", one.front.trust))
        ),
        histories={id: whole.histories[id] for id in ids},
        passed=frozenset(
            due.entry.number
            for id in ids
            for due in whole.histories[id].passed(site.clock)
            if due.entry.briefing.id == one.id
        ),
        findings_topics={id: site.topics[id].front.name for id in found},
        inherited={id: trust_link(site, id).label for id in _inherited(one) if id in site.trusts},
        deadlines=deadlines_in(site, one),
        config=site.config,
    )


def _inherited(one: Briefing) -> Iterator[str]:
    """Return the ids or names of the trusts that inherited ratings of a briefing were given to."""
    return (rating.inherited_from for rating in one.front.ratings if rating.inherited_from)


class NewerView(NamedTuple):
    """A banner on newer inspections: its text and its links.

    The text is, for example, `A newer inspection of Rampton Hospital`.
    """

    words: str
    links: list[LinkTo]


def newer_views(newer: Iterable[Newer], trust: str) -> Iterator[NewerView]:
    """Yield the banners: one for the whole trust, one for services and sites.

    A single inspection is linked with its briefing's title; several with what was inspected, newest
    first. `trust` is the URL of the trust's page; its list of briefings is linked for those not
    named.
    """
    whole, same = [one for one in newer if not one.of], [one for one in newer if one.of]
    for one in (*whole, *same) if len(same) < 2 else whole:
        link = LinkTo(one.briefing.front.title, one.briefing.url)
        yield NewerView(f"A newer inspection of {_of(one)}", [link])
    if len(same) > 1:
        links = [LinkTo(_of(one), one.briefing.url) for one in same]
        if len(links) > _LINKED:
            more = f"{spelt(len(links) - _LINKED + 1)} other inspections"
            links = [*links[: _LINKED - 1], LinkTo(more, f"{trust}#briefings")]
        yield NewerView("Newer inspections of services or sites", links)


def _of(newer: Newer) -> str:
    """Return the services and sites inspected again; if they are many, the first and a number."""
    first, *others = newer.of or ("the whole trust",)
    if len(others) > _NAMED:
        others = [f"{spelt(len(others))} other services or sites"]
    return listed([first, *others])


#: Limits of a banner: other services and sites named for one inspection; number of links.
_NAMED, _LINKED = 2, 5


@dataclass(frozen=True)
class BriefingView:
    """`view` of pages/briefing.html. Rows are computed on access; those used by others are cached.

    `topics`: topics that no concern or strength names; `findings_topics`: id → name of those that
    one names. `newer`: banners on newer inspections. `histories`: requirement id → history.
    `passed`: numbers of the briefing's events whose deadline passed with no public record that it
    was met. `deadlines`: index of an enforcement action in the file (from 0) → its deadlines.
    `inherited`: id → name of the trusts that inherited ratings were given to.
    """

    briefing: Briefing
    trust: Record[TrustFront]
    regulator: RegulatorFront
    also_about: tuple[LinkTo, ...]
    topics: tuple[LinkTo, ...]
    newer: tuple[NewerView, ...]
    histories: Mapping[str, History]
    passed: frozenset[int]
    findings_topics: Mapping[str, str]
    inherited: Mapping[str, str]
    deadlines: Mapping[int, tuple[DeadlineView, ...]]
    config: SiteFront

    @property
    def front(self) -> BriefingFront:
        """The front matter of the briefing."""
        return self.briefing.front

    @property
    def meta(self) -> Meta:
        """Head metadata and breadcrumbs."""
        trust = self.trust_link
        return Meta(
            url=self.briefing.url,
            title=self.front.title,
            description=self.front.summary,
            kind="briefing",
            section=urls.BRIEFINGS,
            breadcrumbs=(LinkTo("Trusts", urls.TRUSTS), trust),
            feeds=(FeedLink(f"{trust.label}: briefings", urls.feed_of(trust.url)),),
            json_ld=json_ld.report(
                self.briefing, self.trust, self.regulator, self.config, Urls(self.config.base_url)
            ),
            og_type="article",
        )

    @property
    def on_this_page(self) -> list[LinkTo]:
        """Links to the sections of the page."""
        return [LinkTo(heading, f"#{id}") for id, heading in self.has.items()]

    @property
    def held(self) -> str:
        """Why the page is not public yet, shown in previews only; empty on a published page."""
        one = self.briefing
        if not one.is_held:
            return ""
        if one.front.status == "draft":
            return words.DRAFT
        start = one.visible_from.astimezone(self.config.time_zone)
        embargo = one.front.embargo_until
        by_embargo = embargo is not None and embargo.at(self.config.time_zone) == one.visible_from
        return f"{words.EMBARGO if by_embargo else words.HELD} {show_moment(start)}"

    @property
    def has(self) -> Mapping[str, str]:
        """Section id → heading, for the sections present; templates test sections with `in`."""
        found = {id: anchors.BRIEFING[id] for id in of_briefing(self.briefing)}
        if self.front.requirements and not self.told_orders:
            found["requirements"] = anchors.FOUND
        return found

    @cached_property
    def kept(self) -> Kept:
        """Section or item → the vacated anchors that now point to it."""
        return sections.kept(self.front.vacated, of_briefing(self.briefing), "briefing")

    def _rows(self, block: str, items: Iterable[T]) -> list[Row[T]]:
        return rows(block, items, self._cite, self.front, self.kept)

    @cached_property
    def trust_link(self) -> LinkTo:
        """A link to the trust, labelled with its name in lists."""
        front = self.trust.front
        return LinkTo(front.short_name or front.name, urls.url_of("trust", self.trust.id))

    @property
    def regulator_link(self) -> LinkTo:
        """A link to the regulator's page, labelled with the full name."""
        return LinkTo(full_name(self.regulator), urls.url_of("regulator", self.front.regulator))

    @property
    def kind(self) -> str:
        """The type of inspection, in the regulator's words."""
        return label_of(self.regulator.inspection_types, self.front.inspection.type)

    @property
    def notice(self) -> str:
        """`unannounced` and so on; empty if not given or already in the label of the type."""
        notice = self.front.inspection.notice
        said = words.NOTICES[notice] if notice else ""
        return "" if said in self.kind.casefold() else said

    @property
    def method(self) -> str:
        """The label of the regulator's method, or empty."""
        method = self.front.inspection.method
        return label_of(self.regulator.methods, method) if method else ""

    @property
    def covered(self) -> list[str]:
        """What was inspected, as the editor lists it: `Crisis services, Northmoor Hospital`."""
        return [
            ", ".join(filter(None, (one.name, one.site))) or "The whole trust"
            for one in self.front.inspection.covers
        ]

    @property
    def gap(self) -> Gap | None:
        """The time from the last day of the visit to the report, or None."""
        return self.briefing.visit_to_report

    @property
    def inspection_cites(self) -> Cites:
        """Citations for the dates of the inspection."""
        return self._cite(self.front.inspection.sources)

    @property
    def rating(self) -> RatingRow | None:
        """The row of the main rating, or None."""
        first = main_rating(self.briefing)
        return next(
            (row for thing in self.ratings for row in thing.ratings if row.row.item == first), None
        )

    @property
    def rated(self) -> str:
        """What the main rating is of, or empty."""
        first = main_rating(self.briefing)
        return rated(self.regulator, first) if first else ""

    @property
    def counts(self) -> CountBar | None:
        """The number of services with each rating, or None."""
        counts = self.front.service_counts
        return CountBar(counts, self.regulator, self.briefing) if counts else None

    @property
    def counts_cites(self) -> Cites:
        """Citations for these counts."""
        counts = self.front.service_counts
        return self._cite(counts.sources if counts else ())

    @property
    def told(self) -> str:
        """`9 requirements, 1 repeated`; without an order, `1 finding, no order reported`."""
        told = self.told_orders
        if not told:
            return f"{words.plural(len(self.raised_orders), 'finding')}, no order reported"
        repeated = sum(order.is_told_again for order in told)
        count = words.plural(len(told), "requirement")
        return f"{count}, {repeated} repeated" if repeated else count

    @property
    def raised(self) -> str:
        """`1 more finding, no order reported`, or empty."""
        count = len(self.raised_orders)
        if not count or not self.told_orders:
            return ""
        return f"{words.plural(count, 'more finding')}, no order reported"

    @property
    def told_orders(self) -> list[OrderRow]:
        """Requirements with an order on record: those told again first, then in file order."""
        return [order for order in self.orders if order.is_told]

    @property
    def raised_orders(self) -> list[OrderRow]:
        """Requirements that were only raised, with no order on record."""
        return [order for order in self.orders if not order.is_told]

    @property
    def breached_by_our_reading(self) -> bool:
        """True if we, and not a source, assigned any of the regulation numbers."""
        return any(one.regulation and one.mapped_by_us for one in self.front.breaches)

    @property
    def breached(self) -> list[LinkTo]:
        """Links to the regulations named in breaches, without duplicates."""
        numbers = dict.fromkeys(one.regulation for one in self.front.breaches if one.regulation)
        return regulation_links(self.regulator, self.front.regulator, numbers)

    @property
    def actions_in_short(self) -> list[tuple[str, list[str]]]:
        """(side, enforcement actions with their dates), without duplicates, for the summary.

        The side is empty for actions of the inspection itself, which come first if there are any,
        or `Before the inspection` or `After the report` where that is certain.
        """
        found: dict[str, dict[str, None]] = {"": {}}
        for row in self.enforcement:
            found.setdefault(row.side(self.front.inspection), {})[row.in_short] = None
        return [(side, list(said)) for side, said in found.items() if said]

    @cached_property
    def orders(self) -> list[OrderRow]:
        """Requirements, each with all its events in this briefing."""
        rows = self._rows("requirements", self.front.requirements)
        return orders(self.briefing.id, rows, self.histories, self.passed)

    @cached_property
    def ratings(self) -> list[RatedThing]:
        """Ratings grouped by what was rated."""
        made = self._rows("ratings", self.front.ratings)
        trust, given_to = self.trust_link.label, self.inherited
        return rated_things(made, self.regulator, self.briefing, trust, given_to, self._cite)

    @property
    def breaches(self) -> list[BreachRow]:
        """Breaches of regulations."""
        return [
            BreachRow(row, self._regulations((row.item.regulation,) if row.item.regulation else ()))
            for row in self._rows("breaches", self.front.breaches)
        ]

    @cached_property
    def enforcement(self) -> list[ActionRow]:
        """Enforcement actions."""
        return [
            ActionRow(
                row,
                self.regulator,
                self._regulations(row.item.regulations),
                self.deadlines.get(index, ()),
            )
            for index, row in enumerate(self._rows("enforcement", self.front.enforcement))
        ]

    def findings(self, block: str) -> list[FindingRow]:
        """Return the rows of a block, `concerns` or `strengths`.

        Only the first finding on the page that names a topic links to the topic's page.
        """
        named: set[str] = set()
        if block == "strengths":
            named.update(one.topic for one in self.front.concerns if one.topic)
        found = []
        for row in self._rows(block, getattr(self.front, block)):
            topic = row.item.topic or ""
            url = urls.url_of("topic", topic) if topic and topic not in named else ""
            named.add(topic)
            found.append(FindingRow(row, self.findings_topics.get(topic, ""), url))
        return found

    @property
    def figures(self) -> list[FigureRow]:
        return [FigureRow(row) for row in self._rows("figures", self.front.figures)]

    @property
    def text(self) -> Markup:
        """The body as HTML. It was sanitised when it was read (briefings.content.markdown)."""
        return Markup(self.briefing.body.html)  # noqa: S704

    @property
    def speakers(self) -> list[Speaker]:
        """Statements grouped by person."""
        return speakers(self._rows("statements", self.front.statements))

    @property
    def reply_said(self) -> str:
        """Whether and how the trust replied, in words, or empty."""
        reply = self.front.reply
        return words.REPLIES[reply.status] if reply else ""

    @property
    def reply_cites(self) -> Cites:
        reply = self.front.reply
        return self._cite(reply.sources if reply else ())

    @property
    def discrepancies(self) -> list[Row[Discrepancy]]:
        return self._rows("discrepancies", self.front.discrepancies)

    @property
    def not_known(self) -> list[Row[str]]:
        return self._rows("not_known", self.front.not_known)

    @property
    def timeline(self) -> list[Row[TimelineEntry]]:
        """The timeline, oldest first, items without a date last."""
        return in_order(self._rows("timeline", self.front.timeline))

    @property
    def sources(self) -> list[SourceRow]:
        claims = claims_of_briefing(self.front)
        return source_rows(self.front.sources, self.briefing.body, claims, self.kept)

    @property
    def changes(self) -> list[ChangeRow]:
        """The changes made so far, oldest first, as in the file."""
        return change_rows(self.briefing)

    @property
    def citation(self) -> str:
        """The suggested citation of this page."""
        day = show_day(self.briefing.visible_from.date())
        address = Urls(self.config.base_url).absolute(self.briefing.url)
        author = self.front.written_by or self.config.publisher.name
        return f"{author}: “{self.front.title}”. {self.config.title}, {day}. {address}"

    @property
    def report_url(self) -> str:
        """The address for reporting a mistake, or empty."""
        return report_url(self.config, self.briefing.url)

    @property
    def trust_json(self) -> str:
        """The path of the trust's JSON record."""
        return urls.trust_json(self.trust.id)

    def _regulations(self, numbers: tuple[str, ...]) -> list[LinkTo]:
        return regulation_links(self.regulator, self.front.regulator, numbers)

    @cached_property
    def _cite(self) -> SourceLine:
        return source_line(self.front.sources, short_names([self.regulator], self.trust.front))
