"""The page of one trust: its ratings, its requirements, enforcement actions and briefings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from briefings import anchors, urls
from briefings.content.dates import PartialDate
from briefings.content.reading import Record
from briefings.content.schema import RegulatorFront, SiteFront, Size, TrustFront
from briefings.domain import ledger, ratings, sections, words
from briefings.domain.ledger import History, Totals
from briefings.domain.overdue import Overdue
from briefings.domain.ratings import Grid, RatingHistory
from briefings.domain.registers import Action, actions_of_trust
from briefings.domain.site import Briefing, Clock, Site
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.actions import ActionView
from briefings.outputs.pages.chart import Chart, charts
from briefings.outputs.pages.components import (
    Card,
    Cites,
    card,
    report_url,
    short_names,
    source_line,
    trust_link,
)
from briefings.outputs.pages.derived import Derived, overdue_of
from briefings.outputs.pages.ledger_rows import LedgerRow, ledger_rows
from briefings.outputs.pages.page import JSON, FeedLink, LinkTo, Meta
from briefings.outputs.pages.rating_tables import (
    Cell,
    GridView,
    Headline,
    Table,
    grid_view,
    headlines,
    history_tables,
    suspensions,
)
from briefings.outputs.pages.series import Series, series_of
from briefings.outputs.pages.sources import SourceRow, claims_of_trust, source_rows
from briefings.urls import Urls


class Former(NamedTuple):
    """A predecessor of this trust. `url` is empty if it has no page; `when`: its date in words."""

    name: str
    url: str
    when: str
    reason: str


class SizeRow(NamedTuple):
    """A number about the trust (staff, locations, people served) in words, with its citations."""

    words: str
    as_of: PartialDate | None
    cites: Cites


def keys(whole: Derived) -> list[tuple[str]]:
    """Return the id of every trust, with or without briefings."""
    return [(id,) for id in whole.site.trusts]


def trust_view(whole: Derived, id: str) -> TrustView:
    """Return the view of a trust's page."""
    site = whole.site
    record = site.trusts[id]
    return TrustView(
        record=record,
        sections=sections.of_trust(site, id),
        briefings=site.by_trust[id],
        cards=tuple(card(site, one.id) for one in site.by_trust[id]),
        histories=whole.by_trust[id],
        ratings=whole.ratings_by_trust[id],
        rating_grids=ratings.grids(site, whole.ratings_by_trust[id]),
        actions=actions_of_trust(site, id),
        before=tuple(_former(site, record)),
        successors=tuple(trust_link(site, one) for one in site.successors.get(id, ())),
        passed=overdue_of(site, id),
        inherited_cards=tuple(card(site, one.id) for one in sections.inherited_briefings(site, id)),
        inherited_histories=ledger.inherited(site, id),
        inherited_ratings=ratings.inherited(site, id),
        regulators={key: one.front for key, one in site.regulators.items()},
        config=site.config,
        clock=site.clock,
    )


def _former(site: Site, record: Record[TrustFront]) -> Iterator[Former]:
    for one in record.front.predecessors:
        when = words.capital(one.date.show())
        if one.id is not None and one.id in site.trusts:
            url = urls.url_of("trust", one.id)
            yield Former(site.trusts[one.id].front.name, url, when, one.reason)
        else:
            yield Former(one.name or one.id or "", "", when, one.reason)


@dataclass(frozen=True, slots=True)
class TrustView:
    """`view` of pages/trust.html. Rows are computed on access.

    `sections`: ids of the sections present. `before`: predecessors. `passed`: how many requirements
    and enforcement actions are past a deadline. `inherited_cards`, `inherited_histories` and
    `inherited_ratings` are those of predecessors.
    """

    record: Record[TrustFront]
    sections: tuple[str, ...]
    briefings: tuple[Briefing, ...]
    cards: tuple[Card, ...]
    histories: tuple[History, ...]
    ratings: tuple[RatingHistory, ...]
    rating_grids: tuple[Grid, ...]
    actions: tuple[Action, ...]
    before: tuple[Former, ...]
    successors: tuple[LinkTo, ...]
    passed: Overdue
    inherited_cards: tuple[Card, ...]
    inherited_histories: tuple[History, ...]
    inherited_ratings: tuple[RatingHistory, ...]
    regulators: Mapping[str, RegulatorFront]
    config: SiteFront
    clock: Clock

    @property
    def url(self) -> str:
        return urls.url_of("trust", self.record.id)

    @property
    def front(self) -> TrustFront:
        """The front matter of the trust."""
        return self.record.front

    @property
    def name(self) -> str:
        """The trust's name in lists."""
        return self.front.short_name or self.front.name

    @property
    def meta(self) -> Meta:
        """Head metadata and breadcrumbs."""
        return Meta(
            url=self.url,
            title=self.front.name,
            description=(
                f"What inspectors found at {self.front.name}, what they told it to do, "
                "and what became of it."
            ),
            kind="trust",
            section=urls.TRUSTS,
            breadcrumbs=(LinkTo("Trusts", urls.TRUSTS),),
            feeds=(FeedLink(f"{self.name}: briefings", urls.feed_of(self.url)),),
            scripts=("tables.js",),
            json_ld=json_ld.organization(self.record, Urls(self.config.base_url)),
            og_type="profile",
        )

    @property
    def has(self) -> Mapping[str, str]:
        """Section id → heading, for the sections present."""
        return {id: anchors.TRUST[id] for id in self.sections}

    @property
    def on_this_page(self) -> list[LinkTo]:
        """Links to the sections of the page."""
        return [LinkTo(heading, f"#{id}") for id, heading in self.has.items()]

    @property
    def kind(self) -> str:
        """The kind of trust: `Mental health trust`."""
        return words.TRUST_KINDS[self.front.kind]

    @property
    def is_closed(self) -> bool:
        """True if the trust is closed or has become part of another."""
        return self.front.status == "closed" or bool(self.successors)

    @property
    def codes(self) -> list[tuple[str, str]]:
        """(name of the code, code), such as the ODS code."""
        return [(words.CODES.get(id, id.upper()), code) for id, code in self.front.codes.items()]

    @property
    def totals(self) -> Totals:
        """The number of requirements that are open, not known, raised, and met or lifted."""
        return Totals.of(self.histories)

    @property
    def totals_said(self) -> str:
        """`11 requirements on record: 9 open, 2 not known`."""
        return f"{words.plural(len(self.histories), 'requirement')} on record: {self.totals.words}"

    @property
    def overdue(self) -> str:
        """`2 requirements and 3 enforcement actions past their deadline, with no …`."""
        return self.passed.sentence

    @property
    def headlines(self) -> list[Headline]:
        """The headline rating from each regulator that rated the trust itself."""
        return list(headlines(self.ratings, self.regulators))

    @property
    def suspensions(self) -> list[tuple[str, Cell]]:
        """Suspended ratings with what they are of. The page shows them before any grade."""
        return list(suspensions(self.ratings, self.regulators))

    @property
    def ledger(self) -> list[LedgerRow]:
        """Requirements with an order on record: open first, each status by age."""
        return ledger_rows((one for one in self.histories if one.was_told), self.clock)

    @property
    def raised(self) -> list[LedgerRow]:
        """Requirements with no order on record, in the same order."""
        return ledger_rows((one for one in self.histories if not one.was_told), self.clock)

    @property
    def grids(self) -> list[GridView]:
        """Ratings of services and locations by key question."""
        return [grid_view(one, self.regulators[one.regulator]) for one in self.rating_grids]

    @property
    def charts(self) -> list[Chart]:
        """The trust's own ratings over time, one drawing for each scale."""
        return charts(self.ratings, self.regulators)

    @property
    def tables(self) -> list[Table]:
        """Rating histories: of the trust by key question, of services and locations overall.

        See `history_tables` for the exceptions.
        """
        return history_tables(self.ratings, self.regulators, self.name)

    @property
    def series(self) -> list[Series]:
        """Figures over time, joined across the briefings on this trust."""
        return series_of(one for one in self.briefings if one.front.trust == self.record.id)

    @property
    def enforcement(self) -> list[ActionView]:
        """Enforcement actions, newest first."""
        return [ActionView(one, self.regulators[one.regulator], self.clock) for one in self.actions]

    @property
    def inherited_ledger(self) -> list[LedgerRow]:
        """Requirements of the predecessors."""
        return ledger_rows(self.inherited_histories, self.clock)

    @property
    def inherited_tables(self) -> list[Table]:
        """Rating histories of the predecessors."""
        return history_tables(self.inherited_ratings, self.regulators, "The former trust")

    @property
    def sizes(self) -> list[SizeRow]:
        """Staff, locations and people served, as far as given."""
        found = (
            (self.front.staff, "staff"),
            (self.front.locations, "locations"),
            (self.front.population, "people served"),
        )
        return [self._size(size, unit) for size, unit in found if size is not None]

    @property
    def regulator_pages(self) -> list[LinkTo]:
        """Links to the regulators' own pages on the trust: as given, else built from its codes."""
        found = []
        for id, one in self.regulators.items():
            url = self.front.regulator_pages.get(id) or _page_from(one, self.front)
            if url:
                found.append(LinkTo(f"{one.short_name}: its own page on the trust", url))
        return found

    @property
    def json(self) -> FeedLink:
        """A link to the trust's JSON record."""
        return FeedLink("Data for this trust (JSON)", urls.trust_json(self.record.id), JSON)

    @property
    def text(self) -> Markup:
        """The body as HTML. It was sanitised when it was read (briefings.content.markdown)."""
        return Markup(self.record.body.html)  # noqa: S704

    @property
    def sources(self) -> list[SourceRow]:
        """The numbered sources of the trust's own file."""
        claims = claims_of_trust(self.front)
        return source_rows(self.front.sources, self.record.body, claims, self.kept)

    @property
    def kept(self) -> Mapping[str, list[str]]:
        """Section or source → the vacated anchors that now point to it."""
        return sections.kept(self.front.vacated, self.has, "about")

    @property
    def report_url(self) -> str:
        """The address for reporting a mistake, or empty."""
        return report_url(self.config, self.front.name)

    def _size(self, size: Size, unit: str) -> SizeRow:
        cite = source_line(self.front.sources, short_names(self.regulators.values(), self.front))
        shown = words.quantity(size.value, unit, size.qualifier)
        return SizeRow(words.capital(shown), size.as_of, cite(size.sources))


def _page_from(regulator: RegulatorFront, trust: TrustFront) -> str:
    """Fill in the regulator's URL pattern; empty if the trust lacks a code that it needs."""
    pattern = regulator.provider_page or ""
    for id, code in trust.codes.items():
        pattern = pattern.replace(f"{{{id}}}", code).replace(f"{{{id}_code}}", code)
    return "" if "{" in pattern else pattern
