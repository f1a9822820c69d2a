"""Pages across all trusts: the ledger, the registers and the comparison of ratings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from briefings import urls
from briefings.content.schema import RegulatorFront
from briefings.domain import words
from briefings.domain.ledger import History
from briefings.domain.overdue import Overdue
from briefings.domain.ratings import Comparison, comparisons
from briefings.domain.registers import Correction, corrections
from briefings.domain.site import Site
from briefings.outputs.pages.components import Pager, numbers, pager, trust_link
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta
from briefings.outputs.pages.rating_tables import Cell


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One entry of the corrections log."""

    correction: Correction

    @property
    def title(self) -> str:
        return self.correction.briefing.front.title


@dataclass(frozen=True, slots=True)
class CorrectionsLog:
    """One page of the corrections log."""

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
class LedgerGroup:
    """One part of the ledger: its heading, its explanation, its rows.

    `total`: the number of requirements in the part, on all pages. `passed`: the totals past a
    deadline, given only for the part on deadlines, because enforcement actions have deadlines too.
    """

    anchor: str
    heading: str
    meaning: str
    total: int
    rows: list[LedgerRow]
    passed: Overdue | None = None

    @property
    def count(self) -> str:
        """`17`, or for the part on deadlines `0 requirements, 2 enforcement actions`."""
        return self.passed.short if self.passed else f"{self.total:,}"

    @property
    def lead(self) -> str:
        """The sentence shown above the rows, or empty."""
        return self.passed.sentence if self.passed else ""


#: (anchor, heading, explanation), in the order of `Derived.ledger`.
_PARTS = (
    ("open", "Open", "Longest outstanding first."),
    ("not-known", "Outcome not known", "A source says that the outcome is not known."),
    (
        "raised",
        "Raised, no order reported",
        "The regulator found this, and no source reports that it told the trust to act.",
    ),
    ("told-again", "Told more than once", "Told most often first."),
    (
        "deadline-passed",
        "Deadline passed",
        "The deadline has passed, and there is no public record that it was met.",
    ),
    ("met", "Met or lifted", "Last recorded first."),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One page of the ledger: open, outcome not known, raised, told again, deadline passed, met.

    Page 2 has rows 101 to 200 of each part, and so on.
    """

    whole: Derived
    pager: Pager

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.page_of(urls.REQUIREMENTS, self.pager.number),
            title=f"The ledger: what regulators told trusts to do{self.pager.suffix}",
            description="What regulators told trusts to do, how often, whether it was done, and "
            "who says so; apart from that, what they found without an order.",
            kind="ledger",
            section=urls.REQUIREMENTS,
            feeds=(FeedLink("The ledger", urls.feed_of(urls.REQUIREMENTS)),),
            scripts=("tables.js",),
        )

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.REQUIREMENTS)

    @property
    def totals(self) -> str:
        """`23 requirements on record: 15 open, 0 not known`."""
        count = words.plural(len(self.whole.histories), "requirement")
        return f"{count} on record: {self.whole.totals.words}"

    @property
    def overdue(self) -> str:
        """`2 requirements and 3 enforcement actions past their deadline, with no …`."""
        return self.whole.overdue.sentence

    @property
    def register(self) -> str:
        """The path of the enforcement register, which lists the enforcement actions."""
        return urls.ENFORCEMENT

    @property
    def groups(self) -> list[LedgerGroup]:
        site, passed = self.whole.site, self.whole.overdue
        return [
            LedgerGroup(
                anchor, heading, meaning, len(found),
                rows_with_trusts(site, self.pager.of(found)),
                passed if anchor == "deadline-passed" else None,
            )
            for (anchor, heading, meaning), found in zip(_PARTS, self.whole.ledger, strict=True)
        ]  # fmt: skip

    @property
    def filters(self) -> list[tuple[str, list[tuple[LinkTo, int]]]]:
        """(heading, [(link, number of requirements)]) by trust, regulator and topic.

        Each link goes to a page that lists only that part of the ledger.
        """
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
    """One page of the requirements of a regulator, longest outstanding first.

    `found`: the rows of this page.
    """

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
            description=f"What the {self.front.name} told trusts to do or found without an order, "
            "and what became of it.",
            kind="ledger",
            section=urls.REQUIREMENTS,
            scripts=("tables.js",),
            breadcrumbs=(LinkTo("Ledger", urls.REQUIREMENTS),),
        )

    @property
    def rows(self) -> list[LedgerRow]:
        return rows_with_trusts(self.site, self.found)


@dataclass(frozen=True, slots=True)
class CompareTable:
    """The ratings of trusts on one scale, side by side."""

    comparison: Comparison
    regulator: RegulatorFront

    @property
    def anchor(self) -> str:
        return f"{self.comparison.grid.regulator}-{self.comparison.scale.id}"

    @property
    def name(self) -> str:
        """`CQC ratings`, `NCI: Ratings from 2020`: the regulator is named only once."""
        regulator, scale = self.regulator.short_name, self.comparison.scale.label
        return scale if regulator in scale.split() else f"{regulator}: {scale}"

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
    """The comparison of trusts: one table for each scale. Nothing is ranked across scales."""

    whole: Derived

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
            for one in comparisons(site)
        ]

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.RATINGS)


def _longest(whole: Derived) -> int:
    return max(map(len, whole.ledger))


def ledger_keys(whole: Derived) -> list[tuple[str]]:
    """Return the page numbers of the ledger."""
    return [(number,) for number in numbers(_longest(whole))]


def ledger_view(whole: Derived, number: str) -> Ledger:
    """Return the view of a page of the ledger."""
    return Ledger(whole, pager(number, _longest(whole), urls.REQUIREMENTS))


def regulator_ledger_keys(whole: Derived) -> Iterator[tuple[str, str]]:
    """Yield (regulator id, page number)."""
    for id in whole.site.regulators:
        yield from ((id, number) for number in numbers(len(whole.histories_of("regulator", id))))


def regulator_ledger_view(whole: Derived, id: str, number: str) -> RegulatorLedger:
    """Return the view of a page of the requirements of a regulator."""
    mine = whole.histories_of("regulator", id)
    pages = pager(number, len(mine), urls.regulator_ledger_url(id))
    return RegulatorLedger(whole.site, id, pages.of(mine), pages)


def corrections_keys(whole: Derived) -> list[tuple[str]]:
    """Return the page numbers of the corrections log."""
    return [(number,) for number in numbers(len(corrections(whole.site)))]


def corrections_view(whole: Derived, number: str) -> CorrectionsLog:
    """Return the view of a page of the corrections log."""
    changes = corrections(whole.site)
    pages = pager(number, len(changes), urls.CORRECTIONS)
    return CorrectionsLog(pages.of(changes), pages)
