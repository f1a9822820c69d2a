"""The pages of regulators, and the ledger of all requirements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from briefings import anchors, urls
from briefings.content.schema.entities import KeyQuestion, RegulatorFront, Scale
from briefings.domain import words
from briefings.domain.enforcement import Action
from briefings.domain.ledger.entries import AnswerKind
from briefings.domain.ledger.history import History, told_ids
from briefings.domain.ratings.scales import RatingValue
from briefings.domain.sections import anchors_of
from briefings.domain.site import Briefing, Site, trust_names
from briefings.engine import query
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.actions import action_lines
from briefings.outputs.pages.components import GradeLabel, card, grade, shown
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.listing import Pager, paged
from briefings.outputs.pages.page import (
    Derived,
    FeedLink,
    Meta,
    PlainView,
    requirements_answered,
)
from briefings.urls import LinkTo

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
        json_ld=json_ld.regulator(site, id),
    )
    return PlainView(
        meta,
        pager=pager,
        feed=feed,
        front=front,
        is_first=is_first,
        on_this_page=_sections(derived, id) if is_first else [],
        scales=_scales(front),
        key_questions=[(question.label, _time(question)) for question in front.key_questions],
        outside=[(grade(front, value.id), value.meaning) for value in front.outside_scale],
        cards=[card(site, briefing.id) for briefing in briefings],
        enforcement=action_lines(site, actions),
        regulations=_regulations(derived, id) if is_first else [],
        ledger=urls.regulator_ledger_url(id),
    )


def _sections(derived: Derived, id: str) -> list[LinkTo]:
    present, labels = anchors_of(derived.site, "regulator", id), anchors.sections("regulator")
    return [LinkTo(labels[section], f"#{section}") for section in labels if section in present]


class ScaleView(NamedTuple):
    """A scale. `in_force`: when. `grades`: (grade, definition), best first.

    `undefined`: the grades that the source does not define. If a newer scale defines a grade of the
    same name in the same words, only that scale has the definition, and this one names the scale.
    """

    label: str
    in_force: str
    grades: list[tuple[GradeLabel, str]]
    undefined: list[GradeLabel]


def _scales(front: RegulatorFront) -> list[ScaleView]:
    """Return the scales, newest first."""
    said: dict[tuple[str, str], str] = {}
    views = []
    for scale in reversed(front.scales):
        view = ScaleView(scale.label, _time(scale), [], [])
        for value in sorted(scale.values, key=lambda value: value.rank):
            label = shown(RatingValue(value.id, value.label, scale, value.rank, value.definition))
            if value.definition is None:
                view.undefined.append(label)
                continue
            first = said.setdefault((value.label, value.definition), scale.label)
            same = first != scale.label
            view.grades.append((label, f"As under “{first}”." if same else value.definition))
        views.append(view)
    return views


def _time(item: Scale | KeyQuestion) -> str:
    """Return when a scale is in force or a key question asked: `from 2020 until March 2024`."""
    since = f"from {item.from_.show()}" if item.from_ else ""
    until = f"until {item.to.show()}" if item.to else ""
    return " ".join(filter(None, (since, until)))


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
    site, overdue = derived.site, derived.overdue
    feed = urls.feed_of(urls.REQUIREMENTS)
    meta = Meta(
        url=pager.url,
        title=words.say(site.config, "The ledger: what regulators told trusts to do")
        + pager.suffix,
        description=words.say(
            site.config,
            "What regulators told trusts to do, how often, whether it was done, and who says so; "
            "apart from that, what they found without an order.",
        ),
        kind="ledger",
        section=urls.REQUIREMENTS,
        feeds=(FeedLink("The ledger", feed),),
        scripts=("tables.js",),
    )
    groups = []
    parts = zip(_PARTS, derived.ledger, lists, strict=True)
    for (anchor, heading, meaning), all_of_part, shown_part in parts:
        rows = rows_with_trusts(site, shown_part)
        words_of = (
            (overdue.short, overdue.sentence)
            if anchor == _PASSED
            else (f"{len(all_of_part):,}", "")
        )
        part = (anchor, heading, words.say(site.config, meaning))
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
        filters=[
            *_filters(derived.site),
            (words.say(derived.site.config, "By the trust’s answer"), _answer_links(derived.site)),
        ],
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
        (words.say(site.config, "By trust"), _counted(trust, counts["trust"])),
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
