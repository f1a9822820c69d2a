"""The ledger, the register of enforcement, regulations, corrections, and the comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import urls, words
from briefings.dates import PartialDate
from briefings.ledger import History, by_age
from briefings.model import RegulatorFront
from briefings.pages.actions import ActionView
from briefings.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.pages.page import FeedLink, LinkTo, Meta, Page
from briefings.pages.values import Grade, Pager, paged, pagers, shown, trust_link
from briefings.pages.whole import Whole
from briefings.ratings import Comparison, Standing, comparisons
from briefings.registers import Action, BreachMention, Correction, corrections
from briefings.site import Site


class ActionLine(NamedTuple):
    """One enforcement action in a register: whose, and what."""

    trust: LinkTo
    view: ActionView

    @property
    def served_order(self) -> str:
        """What a table sorts this column by: the latest day it can have been served."""
        latest = self.view.action.served.latest
        return latest.isoformat() if latest else ""

    @property
    def deadline_order(self) -> str:
        """The same for its deadlines: the last of them; nothing where none is stated."""
        ends = (one.date.latest for one in self.view.action.deadlines)
        return max((day.isoformat() for day in ends if day), default="")


def action_lines(site: Site, several: Iterable[Action]) -> list[ActionLine]:
    """Actions with their trust, in words."""
    return [
        ActionLine(
            trust_link(site, one.trust),
            ActionView(one, site.regulators[one.regulator].front, site.now),
        )
        for one in several
    ]


@dataclass(frozen=True, slots=True)
class EnforcementRegister:
    """One page of the register of enforcement actions."""

    site: Site
    actions: Sequence[Action]
    pager: Pager
    total: int

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.page_of(urls.ENFORCEMENT, self.pager.number),
            title=f"Enforcement register{self.pager.suffix}",
            description="Uses of the regulators’ powers that briefings tell of, one row for each.",
            kind="register",
            feeds=(FeedLink("Enforcement", urls.feed_of(urls.ENFORCEMENT)),),
            scripts=("tables.js",),
        )

    @property
    def lines(self) -> list[ActionLine]:
        return action_lines(self.site, self.actions)

    @property
    def said(self) -> str:
        return f"{words.plural(self.total, 'action')}, last served first"

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.ENFORCEMENT)


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction in the log."""

    correction: Correction

    @property
    def title(self) -> str:
        return self.correction.briefing.front.title


@dataclass(frozen=True, slots=True)
class CorrectionsLog:
    """One page of the log of corrections."""

    rows: Sequence[Correction]
    pager: Pager

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.page_of(urls.CORRECTIONS, self.pager.number),
            title=f"Corrections{self.pager.suffix}",
            description="Every correction, clarification, update and withdrawal of a briefing.",
            kind="register",
            feeds=(FeedLink("Corrections", urls.feed_of(urls.CORRECTIONS)),),
        )

    @property
    def lines(self) -> list[CorrectionLine]:
        return [CorrectionLine(one) for one in self.rows]

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.CORRECTIONS)


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One breach of a regulation: by whom, found when."""

    mention: BreachMention
    trust: LinkTo

    @property
    def inspected(self) -> PartialDate:
        return self.mention.briefing.inspected

    @property
    def report(self) -> PartialDate:
        return self.mention.briefing.front.inspection.report_published

    @property
    def where(self) -> str:
        return ", ".join(filter(None, (self.mention.breach.service, self.mention.breach.site)))


@dataclass(frozen=True, slots=True)
class RegulationPage:
    """One regulation: who was found in breach of it, when; what was ordered and enforced."""

    whole: Whole
    regulator: str
    number: str
    pager: Pager

    @property
    def front(self) -> RegulatorFront:
        return self.whole.site.regulators[self.regulator].front

    @property
    def title(self) -> str:
        named = (one.title for one in self.front.regulations if one.number == self.number)
        return next(named, "")

    @property
    def official(self) -> str:
        """The regulator's own page on it, or nothing."""
        named = (one.url for one in self.front.regulations if one.number == self.number)
        return next(named, None) or ""

    @property
    def meta(self) -> Meta:
        name = f"Regulation {self.number}"
        return Meta(
            url=urls.page_of(self.pager.base, self.pager.number),
            title=f"{name}: {self.title} ({self.front.short_name}){self.pager.suffix}",
            description=f"Who was found in breach of {name.lower()}, and when.",
            kind="regulation",
            breadcrumbs=(LinkTo(self.front.short_name, urls.url_of("regulator", self.regulator)),),
        )

    @property
    def breaches(self) -> list[BreachLine]:
        found = self.pager.of(self.whole.breaches[self.regulator, self.number])
        site = self.whole.site
        return [BreachLine(one, trust_link(site, one.briefing.front.trust)) for one in found]

    @property
    def actions(self) -> list[ActionLine]:
        found = self.whole.actions_on.get((self.regulator, self.number), [])
        return action_lines(self.whole.site, self.pager.of(found))

    @property
    def requirements(self) -> list[LedgerRow]:
        found = self.pager.of(self.whole.histories_on.get((self.regulator, self.number), []))
        return rows_with_trusts(self.whole.site, found)


@dataclass(frozen=True, slots=True)
class LedgerGroup:
    """One part of the ledger: its heading, what it holds, its rows."""

    anchor: str
    heading: str
    meaning: str
    total: int
    rows: list[LedgerRow]


#: (anchor, heading, what it holds), in the order of `Whole.ledger`.
_PARTS = (
    ("open", "Open", "Longest outstanding first."),
    ("told-again", "Told more than once", "Told most often first."),
    (
        "deadline-passed",
        "Deadline passed",
        "The deadline has passed, and there is no public record that it was met.",
    ),
    (
        "not-known",
        "Not known",
        "No source says whether it was met, or no order is on record.",
    ),
    ("met", "Met or lifted", "Last recorded first."),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger: open by age, told more than once, deadline passed, not known, met.

    Page 2 holds the second hundred of each part, and so on.
    """

    whole: Whole
    pager: Pager

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.page_of(urls.REQUIREMENTS, self.pager.number),
            title=f"The ledger: what regulators told trusts to do{self.pager.suffix}",
            description="What regulators told trusts to do, how often, whether it was done, and "
            "who says so.",
            kind="ledger",
            section=urls.REQUIREMENTS,
            feeds=(FeedLink("The ledger", urls.feed_of(urls.REQUIREMENTS)),),
            scripts=("tables.js",),
        )

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.REQUIREMENTS)

    @property
    def groups(self) -> list[LedgerGroup]:
        site = self.whole.site
        return [
            LedgerGroup(
                anchor, heading, meaning, len(found),
                rows_with_trusts(site, self.pager.of(found)),
            )
            for (anchor, heading, meaning), found in zip(_PARTS, self.whole.ledger, strict=True)
        ]  # fmt: skip

    @property
    def filters(self) -> list[tuple[str, list[tuple[LinkTo, int]]]]:
        """By trust, regulator and topic: pages that hold only that part of the ledger."""
        told = self.whole.histories.values()
        site = self.whole.site
        trusts = _counted(one.front.trust for one in told)
        regulators = _counted(one.front.regulator for one in told)
        topics = _counted(topic for one in told for topic in one.front.topics)
        return [
            (
                "By trust",
                _links(
                    (trust_link(site, id).label, f"{urls.url_of('trust', id)}#ledger", n)
                    for id, n in trusts.items()
                ),
            ),
            (
                "By regulator",
                _links(
                    (site.regulators[id].front.short_name, urls.regulator_ledger_url(id), n)
                    for id, n in regulators.items()
                ),
            ),
            (
                "By topic",
                _links(
                    (site.topics[id].front.name, f"{urls.url_of('topic', id)}#requirements", n)
                    for id, n in topics.items()
                ),
            ),
        ]


def _counted(ids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for id in ids:
        found[id] = found.get(id, 0) + 1
    return found


def _links(rows: Iterable[tuple[str, str, int]]) -> list[tuple[LinkTo, int]]:
    found = [(LinkTo(label, url), count) for label, url, count in rows]
    return sorted(found, key=lambda row: row[0].label.casefold())


@dataclass(frozen=True, slots=True)
class RegulatorLedger:
    """One page of the requirements of one regulator, longest outstanding first."""

    site: Site
    regulator: str
    found: Sequence[History]
    pager: Pager

    @property
    def front(self) -> RegulatorFront:
        return self.site.regulators[self.regulator].front

    @property
    def meta(self) -> Meta:
        name = self.front.short_name
        return Meta(
            url=urls.page_of(self.pager.base, self.pager.number),
            title=f"Requirements of the {name}{self.pager.suffix}",
            description=f"What the {self.front.name} told trusts to do, and what became of it.",
            kind="ledger",
            section=urls.REQUIREMENTS,
            scripts=("tables.js",),
            breadcrumbs=(LinkTo("Ledger", urls.REQUIREMENTS),),
        )

    @property
    def rows(self) -> list[LedgerRow]:
        return rows_with_trusts(self.site, self.found)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison."""

    standing: Standing

    @property
    def grade(self) -> Grade:
        return shown(self.standing.value)

    @property
    def dated(self) -> str:
        """When it was given."""
        return self.standing.dated

    @property
    def order(self) -> int:
        """What the column sorts by: the rank, those without one last."""
        return self.standing.grade.rank or 99 if self.standing.grade else 99


@dataclass(frozen=True, slots=True)
class CompareTable:
    """The trusts of one scale side by side."""

    comparison: Comparison
    regulator: RegulatorFront

    @property
    def anchor(self) -> str:
        return f"{self.comparison.grid.regulator}-{self.comparison.scale.id}"

    @property
    def columns(self) -> list[str]:
        return [label for _, label in self.comparison.grid.columns]

    @property
    def rows(self) -> list[tuple[LinkTo, list[Cell | None]]]:
        found = []
        for row in self.comparison.grid.rows:
            cells = [Cell(each) if each and each.holds else None for each in row.cells]
            found.append((LinkTo(row.name, urls.url_of("trust", row.id)), cells))
        return found


@dataclass(frozen=True, slots=True)
class Compare:
    """Every trust on one scale side by side; nothing is ranked across scales."""

    whole: Whole

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.COMPARE,
            title="Compare trusts",
            description="The ratings of trusts side by side, each on its own scale.",
            kind="compare",
            section=urls.COMPARE,
            feeds=(FeedLink("Ratings", urls.feed_of(urls.RATINGS)),),
            scripts=("tables.js",),
        )

    @property
    def tables(self) -> list[CompareTable]:
        site = self.whole.site
        return [
            CompareTable(one, site.regulators[one.grid.regulator].front)
            for one in comparisons(site, self.whole.ratings)
        ]

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.RATINGS)


def planned(whole: Whole) -> Iterator[Page]:
    """The ledger, the registers, regulations, the comparison."""
    site = whole.site
    for pager in pagers(max(map(len, whole.ledger)), urls.REQUIREMENTS):
        ledger = Ledger(whole, pager)
        yield Page(ledger.meta.url, "pages/ledger.html", ledger)
    for id in site.regulators:
        mine = by_age(one for one in whole.histories.values() if one.front.regulator == id)
        for pager, found in paged(mine, urls.regulator_ledger_url(id)):
            part = RegulatorLedger(site, id, found, pager)
            yield Page(part.meta.url, "pages/ledger_part.html", part)
    for pager, rows in paged(whole.actions, urls.ENFORCEMENT):
        register = EnforcementRegister(site, rows, pager, len(whole.actions))
        yield Page(register.meta.url, "pages/enforcement.html", register)
    for pager, changes in paged(corrections(site), urls.CORRECTIONS):
        log = CorrectionsLog(changes, pager)
        yield Page(log.meta.url, "pages/corrections.html", log)
    yield from _regulations(whole)
    yield Page(urls.COMPARE, "pages/compare.html", Compare(whole))


def _regulations(whole: Whole) -> Iterator[Page]:
    for key, breaches in whole.breaches.items():
        longest = max(
            len(breaches), len(whole.actions_on.get(key, ())), len(whole.histories_on.get(key, ()))
        )
        for pager in pagers(longest, urls.regulation_url(*key)):
            page = RegulationPage(whole, *key, pager)
            yield Page(page.meta.url, "pages/regulation.html", page)
