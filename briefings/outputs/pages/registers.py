"""The pages of regulators, the ledger of all requirements, and the comparison of trusts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from briefings import anchors, urls
from briefings.content.schema import RegulatorFront, Scale
from briefings.domain import words
from briefings.domain.ledger.answers import AnswerKind
from briefings.domain.ledger.history import History, told_ids
from briefings.domain.ratings.scales import RatingValue
from briefings.domain.ratings.tables import Compared, Comparison, compared_rows, comparisons
from briefings.domain.registers import Action
from briefings.domain.sections import anchors_of
from briefings.domain.site import Briefing, Site, newest_check, trust_names
from briefings.engine import query
from briefings.outputs.pages.actions import action_lines
from briefings.outputs.pages.components import GradeLabel, card, grade, shown
from briefings.outputs.pages.derived import Derived, requirements_answered
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.listing import Pager, paged
from briefings.outputs.pages.page import FeedLink, Kind, LinkTo, Meta, PlainView, only
from briefings.outputs.pages.rating_tables import Cell, cell

# The page of a regulator


def _regulator(
    derived: Derived,
    id: str,
    pager: Pager,
    briefings: Sequence[Briefing],
    actions: Sequence[Action],
) -> PlainView:
    """Return the view of a page of a regulator; the first one has explanations of its ratings."""
    site, front, feed = derived.site, derived.site.regulators[id].front, urls.feed_of(pager.base)
    is_first = pager.number == 1
    meta = Meta(
        url=pager.url,
        title=f"{front.name}{pager.suffix}",
        description=f"How {front.name} rates, what it found and what it enforced.",
        kind="regulator",
        feeds=(FeedLink(f"{front.name}: briefings", feed),),
    )
    return PlainView(
        meta,
        pager=pager,
        feed=feed,
        front=front,
        is_first=is_first,
        on_this_page=_sections(derived, id) if is_first else [],
        scales=[_scale(scale) for scale in reversed(front.scales)],
        outside=[(grade(front, value.id), value.meaning) for value in front.outside_scale],
        cards=[card(site, briefing.id) for briefing in briefings],
        enforcement=action_lines(site, actions),
        regulations=_regulations(derived, id) if is_first else [],
        ledger=urls.regulator_ledger_url(id),
    )


def _sections(derived: Derived, id: str) -> list[LinkTo]:
    present, labels = anchors_of(derived.site, "regulator", id), anchors.sections("regulator")
    return [LinkTo(labels[section], f"#{section}") for section in labels if section in present]


def _scale(scale: Scale) -> tuple[str, str, list[tuple[GradeLabel, str]]]:
    """Return (label, period in force, [(grade, definition)]) of a scale, best grade first."""
    since = f"from {scale.from_.show()}" if scale.from_ else ""
    until = f"until {scale.to.show()}" if scale.to else ""
    grades = [
        (
            shown(RatingValue(value.id, value.label, scale, value.rank, value.definition)),
            value.definition or "",
        )
        for value in sorted(scale.values, key=lambda value: value.rank)
    ]
    return scale.label, " ".join(filter(None, (since, until))), grades


def _regulations(derived: Derived, id: str) -> list[tuple[LinkTo, str]]:
    """Return (link to a regulation, number of breaches recorded, in words)."""
    rows = []
    for regulation in derived.site.regulators[id].front.regulations:
        count = derived.count_breaches(id, regulation.number)
        link = LinkTo(
            f"{regulation.number}: {regulation.title}", urls.regulation_url(id, regulation.number)
        )
        rows.append((link, words.plural(count, "entry", "entries") if count else "none"))
    return rows


REGULATOR = paged(
    "regulator",
    "regulator",
    partial(urls.url_of, "regulator"),
    lambda derived, id: (derived.site.by_regulator[id], derived.actions_by(id)),
    _regulator,
    lambda derived: ((id,) for id in derived.site.regulators),
)

# The ledger

_PASSED = "deadline-passed"
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
        _PASSED,
        "Deadline passed",
        "The deadline has passed, and there is no public record that it was met.",
    ),
    ("met", "Met or lifted", "Last recorded first."),
)


@dataclass(frozen=True, slots=True)
class LedgerGroup:
    """One part of the ledger: its heading, its explanation, its rows on this page.

    `total`: the number of its requirements on all pages. `count`: the same in words; for the part
    on deadlines with enforcement actions, which have deadlines too. `lead`: the sentence shown
    above the rows, or empty.
    """

    anchor: str
    heading: str
    meaning: str
    total: int
    rows: list[LedgerRow]
    count: str
    lead: str


def _ledger(derived: Derived, pager: Pager, *lists: Sequence[History]) -> PlainView:
    """Return the view of a page of the ledger; page 2 has rows 101 to 200 of each part."""
    feed, overdue = urls.feed_of(urls.REQUIREMENTS), derived.overdue
    meta = Meta(
        url=pager.url,
        title=f"The ledger: what regulators told trusts to do{pager.suffix}",
        description="What regulators told trusts to do, how often, whether it was done, and who "
        "says so; apart from that, what they found without an order.",
        kind="ledger",
        section=urls.REQUIREMENTS,
        feeds=(FeedLink("The ledger", feed),),
        scripts=("tables.js",),
    )
    groups = []
    for part, all_of_part, shown_part in zip(_PARTS, derived.ledger, lists, strict=True):
        rows = rows_with_trusts(derived.site, shown_part)
        words_of = (
            (overdue.short, overdue.sentence)
            if part[0] == _PASSED
            else (f"{len(all_of_part):,}", "")
        )
        groups.append(LedgerGroup(*part, len(all_of_part), rows, *words_of))
    total = words.plural(len(derived.histories), "requirement")
    return PlainView(
        meta,
        pager=pager,
        feed=feed,
        totals=f"{total} on record: {derived.totals.words}",
        overdue=overdue.sentence,
        register=urls.ENFORCEMENT,
        groups=groups,
        filters=[*_filters(derived.site), ("By the trust’s answer", _answer_links(derived.site))],
    )


@query
def _filters(site: Site) -> list[tuple[str, list[tuple[LinkTo, int]]]]:
    """Return (heading, [(link, number of requirements)]) by trust, regulator and topic.

    Each link goes to a page that lists only that part of the ledger.
    """
    names, counts = trust_names(site), _counts(site)

    def trust(id: str) -> LinkTo:
        return LinkTo(names[id], f"{urls.url_of('trust', id)}#ledger")

    def regulator(id: str) -> LinkTo:
        return LinkTo(site.regulators[id].front.short_name, urls.regulator_ledger_url(id))

    def topic(id: str) -> LinkTo:
        return LinkTo(site.topics[id].front.name, f"{urls.url_of('topic', id)}#requirements")

    return [
        ("By trust", _counted(trust, counts["trust"])),
        ("By regulator", _counted(regulator, counts["regulator"])),
        ("By topic", _counted(topic, counts["topic"])),
    ]


@query
def _answer_links(site: Site) -> list[tuple[LinkTo, int]]:
    """Return (link, number of requirements) by what the trust answered."""
    answered = requirements_answered(site)
    return [
        (LinkTo(kind.label, urls.answer_url(kind.value)), len(answered[kind.value]))
        for kind in AnswerKind
        if kind.value in answered
    ]


@query
def _counts(site: Site) -> Mapping[str, Mapping[str, int]]:
    """Return `trust`, `regulator`, `topic` → id → number of its requirements."""
    fronts = [site.requirements[id].front for id in told_ids(site)]
    return {
        "trust": dict(Counter(front.trust for front in fronts)),
        "regulator": dict(Counter(front.regulator for front in fronts)),
        "topic": dict(Counter(id for front in fronts for id in front.topics)),
    }


def _counted(link: Callable[[str], LinkTo], counts: Mapping[str, int]) -> list[tuple[LinkTo, int]]:
    """Return a link for each id, and its number, by label."""
    rows = [(link(id), count) for id, count in counts.items()]
    return sorted(rows, key=lambda row: row[0].label.casefold())


LEDGER = paged(
    "ledger", "ledger", lambda: urls.REQUIREMENTS, lambda derived: derived.ledger, _ledger
)

# The comparison of trusts


#: A trust, its cells (None where no rating is in force), and the day on which its ratings were last
#: checked, in words; empty if never.
CompareRow = tuple[LinkTo, list[Cell | None], str]


class CompareTable(NamedTuple):
    """The ratings of trusts on one scale, side by side.

    `name`: `CQC ratings`, `NCI: Ratings from 2020`; the regulator is named only once. `is_checked`:
    the ratings of one trust at least were checked.
    """

    anchor: str
    name: str
    columns: list[str]
    rows: Sequence[CompareRow]
    is_checked: bool


def _compare(derived: Derived) -> PlainView:
    """Return the view of the comparison: one table for each scale, never ranked across scales."""
    site, feed = derived.site, urls.feed_of(urls.RATINGS)
    meta = Meta(
        url=urls.COMPARE,
        title="Compare trusts",
        description="The ratings of trusts side by side, each on its own scale.",
        kind="compare",
        section=urls.COMPARE,
        feeds=(FeedLink("Ratings", feed),),
        scripts=("tables.js",),
    )
    tables = [
        _table(comparison, site.regulators[comparison.regulator].front)
        for comparison in comparisons(site, compared)
    ]
    return PlainView(meta, tables=tables, feed=feed)


@query
def compared(site: Site, trust: str) -> tuple[Compared[CompareRow], ...]:
    """Return the rows of a trust."""
    return tuple(
        Compared(
            regulator,
            scale,
            order,
            (
                LinkTo(row.name, urls.url_of("trust", trust)),
                [cell(rating) if rating and rating.holds else None for rating in row.cells],
                _checked(site, trust),
            ),
        )
        for regulator, scale, order, row in compared_rows(site, trust)
    )


def _table(comparison: Comparison[CompareRow], regulator: RegulatorFront) -> CompareTable:
    scale, name = comparison.scale, regulator.short_name
    return CompareTable(
        f"{comparison.regulator}-{scale.id}",
        scale.label if name in scale.label.split() else f"{name}: {scale.label}",
        [label for _, label in comparison.columns],
        comparison.rows,
        any(checked for *_, checked in comparison.rows),
    )


def _checked(site: Site, trust: str) -> str:
    check = newest_check(site.trusts[trust].front)
    return check.date.bare() if check else ""


COMPARE = Kind("compare", "compare", only(), lambda: urls.COMPARE, _compare)
