"""The register of enforcement actions and the pages of regulations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import urls
from briefings.content.dates import PartialDate
from briefings.content.schema import RegulatorFront
from briefings.domain import words
from briefings.domain.overdue import Overdue
from briefings.domain.registers import Action, BreachMention, regulations_of
from briefings.domain.site import Site
from briefings.outputs.pages.actions import ActionView
from briefings.outputs.pages.components import Pager, numbers, pager, trust_link
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta


class ActionLine(NamedTuple):
    """One enforcement action in a register, with its trust."""

    trust: LinkTo
    view: ActionView

    @property
    def served_order(self) -> str:
        """Sort key of the date column: the latest possible day in ISO 8601, or empty."""
        latest = self.view.action.served.latest
        return latest.isoformat() if latest else ""

    @property
    def deadline_order(self) -> str:
        """Sort key of the deadline column: the latest possible day of the last one, or empty."""
        ends = (one.date.latest for one in self.view.action.deadlines)
        return max((day.isoformat() for day in ends if day), default="")


def action_lines(site: Site, several: Iterable[Action]) -> list[ActionLine]:
    """Return register lines for these actions."""
    return [
        ActionLine(
            trust_link(site, one.trust),
            ActionView(one, site.regulators[one.regulator].front, site.clock),
        )
        for one in several
    ]


@dataclass(frozen=True, slots=True)
class EnforcementRegister:
    """One page of the register of enforcement actions.

    `actions`: the rows of this page. `total`: the number of actions on all pages.
    """

    site: Site
    actions: Sequence[Action]
    pager: Pager
    total: int
    passed: Overdue

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.page_of(urls.ENFORCEMENT, self.pager.number),
            title=f"Enforcement register{self.pager.suffix}",
            description="Enforcement action in our briefings, one row for each action.",
            kind="register",
            feeds=(FeedLink("Enforcement", urls.feed_of(urls.ENFORCEMENT)),),
            scripts=("tables.js",),
        )

    @property
    def lines(self) -> list[ActionLine]:
        return action_lines(self.site, self.actions)

    @property
    def said(self) -> str:
        count = words.plural(self.total, "action")
        return f"{count}, newest first; those whose date is not known are last"

    @property
    def overdue(self) -> str:
        """`2 requirements and 3 enforcement actions past their deadline, with no …`."""
        return self.passed.sentence

    @property
    def ledger(self) -> str:
        """The path and anchor of the part of the ledger that lists requirements past a deadline."""
        return f"{urls.REQUIREMENTS}#deadline-passed"

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.ENFORCEMENT)


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One breach of a regulation, with its trust."""

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
    """One page of a regulation: its breaches, enforcement actions and requirements.

    `regulator`: the regulator's id. `number`: the number of the regulation.
    """

    whole: Derived
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
        """The URL of the regulator's own page on the regulation, or empty."""
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
        found = self.pager.of(self.whole.breaches_of(self.regulator, self.number))
        site = self.whole.site
        return [BreachLine(one, trust_link(site, one.briefing.front.trust)) for one in found]

    @property
    def actions(self) -> list[ActionLine]:
        found = self.whole.actions_on(self.regulator, self.number)
        return action_lines(self.whole.site, self.pager.of(found))

    @property
    def requirements(self) -> list[LedgerRow]:
        found = self.pager.of(self.whole.histories_on(self.regulator, self.number))
        return rows_with_trusts(self.whole.site, found)


def register_keys(whole: Derived) -> list[tuple[str]]:
    """Return the page numbers of the register of enforcement actions."""
    return [(number,) for number in numbers(len(whole.actions))]


def register_view(whole: Derived, number: str) -> EnforcementRegister:
    """Return the view of a page of the register."""
    actions = whole.actions
    pages = pager(number, len(actions), urls.ENFORCEMENT)
    return EnforcementRegister(whole.site, pages.of(actions), pages, len(actions), whole.overdue)


def regulation_keys(whole: Derived) -> Iterator[tuple[str, str, str]]:
    """Yield (regulator id, regulation number, page number)."""
    for id, regulation in regulations_of(whole.site):
        longest = _longest(whole, id, regulation)
        yield from ((id, regulation, number) for number in numbers(longest))


def regulation_url(regulator: str, regulation: str, number: str) -> str:
    """Return the path of a page of a regulation."""
    return urls.page_of(urls.regulation_url(regulator, regulation), int(number))


def regulation_view(whole: Derived, regulator: str, regulation: str, number: str) -> RegulationPage:
    """Return the view of a page of a regulation."""
    base = urls.regulation_url(regulator, regulation)
    pages = pager(number, _longest(whole, regulator, regulation), base)
    return RegulationPage(whole, regulator, regulation, pages)


def _longest(whole: Derived, regulator: str, regulation: str) -> int:
    return max(
        whole.count_breaches(regulator, regulation),
        len(whole.actions_on(regulator, regulation)),
        len(whole.histories_on(regulator, regulation)),
    )
