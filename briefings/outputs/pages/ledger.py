"""The ledger: its pages, the requirements on each, and a requirement as lists show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from briefings import urls
from briefings.domain import words
from briefings.domain.enforcement import actions_of_trust
from briefings.domain.ledger.entries import AnswerKind, Deadline, Entry
from briefings.domain.ledger.history import (
    History,
    by_age,
    deadline_passed,
    histories,
    longest_without_record,
    met,
    open_by_age,
    raised,
    requirements_of_trust,
    told_more_than_once,
    totals,
    unknown,
)
from briefings.domain.registers import regulation_key
from briefings.domain.site import Site, trust_name
from briefings.domain.visibility import Clock, Lazy
from briefings.engine import query
from briefings.outputs.pages.components import article, trust_link
from briefings.outputs.pages.drawing import Axis, Drawing
from briefings.outputs.pages.page import FeedLink, Meta, Pager, View, paged
from briefings.outputs.pages.pictures import axis_of, line
from briefings.urls import LinkTo

#: Ids of requirements, in the order of a list.
Ids = tuple[str, ...]


class LedgerRow(NamedTuple):
    """One requirement in a list.

    `clock` is used only for deadlines. `axis`: that of the lines of the whole list, None without a
    date.
    """

    history: History
    trust: LinkTo
    clock: Clock
    axis: Axis | None

    @property
    def bounds(self) -> str:
        """`last looked on 3 November 2026; asked on 5 June 2026, no answer`; may be empty."""
        return "" if self.history.status.is_ended else self.history.evidence.bounds

    @property
    def silence(self) -> str:
        """`North Trust. Nothing since May 2025; last looked on 3 November 2026`."""
        return f"{words.ended(self.trust.label)} {words.capital(self.history.evidence.words)}"

    @property
    def times_told(self) -> str:
        """`once`, `twice` and so on, or `no order on record`."""
        count = self.history.times_told
        return words.times(count) if count else "no order on record"

    @property
    def since(self) -> Entry:
        """The event that its age is counted from; if there is none, the first on record."""
        return self.history.first or self.history.entries[0]

    @property
    def since_order(self) -> str:
        """Sort key of that column: the earliest possible day in ISO 8601; unknown dates last."""
        earliest = self.since.date.earliest
        return earliest.isoformat() if earliest else "9999"

    @property
    def line(self) -> Drawing | None:
        """Its line on the axis of the list, or None if there is nothing to draw."""
        return line(self.history, self.axis) if self.axis else None

    @property
    def age(self) -> str:
        """`about six years`, or empty. The requirement's own page shows the exact range."""
        age = self.history.age
        return words.about(age) if age else ""

    @property
    def passed(self) -> tuple[Deadline, ...]:
        """Deadlines that have passed with no public record that they were met."""
        return self.history.passed(self.clock)


def ledger_rows(site: Site, requirements: Iterable[History]) -> list[LedgerRow]:
    """Return a row for each requirement, in the given order."""
    listed = tuple(requirements)
    axis = axis_of(listed)
    return [
        LedgerRow(history, trust_link(site, history.front.trust), site.clock, axis)
        for history in listed
    ]


class Overdue(NamedTuple):
    """Numbers of requirements and enforcement actions past a deadline, with no end on record."""

    requirements: int
    actions: int

    @property
    def short(self) -> str:
        """`2 requirements, 3 enforcement actions`."""
        return ", ".join(self._counts)

    @property
    def words(self) -> str:
        """`2 requirements and 3 enforcement actions past their deadline`."""
        return f"{' and '.join(self._counts)} past their deadline"

    @property
    def sentence(self) -> str:
        """`words` as a sentence, with "no public record that they were met" unless both are 0.

        It never says that the trust failed, which a missing record does not show.
        """
        no_record = ", with no public record that they were met" if any(self) else ""
        return f"{self.words}{no_record}."

    @property
    def _counts(self) -> tuple[str, str]:
        actions = words.plural(self.actions, "enforcement action")
        return words.plural(self.requirements, "requirement"), actions


@query
def overdue_of(site: Site, trust: str) -> Overdue:
    """Return the number of a trust's requirements and enforcement actions past a deadline."""
    return Overdue(
        sum(bool(history.passed(site.clock)) for history in requirements_of_trust(site, trust)),
        sum(bool(action.passed(site.clock)) for action in actions_of_trust(site, trust)),
    )


@query
def overdue(site: Site) -> Overdue:
    """Return the number of requirements and enforcement actions past a deadline, of all trusts."""
    counts = [overdue_of(site, trust) for trust in site.trusts]
    requirements = sum(count.requirements for count in counts)
    return Overdue(requirements, sum(count.actions for count in counts))


# The requirements of each list, as ids that are looked up when they are shown


def listed(site: Site, ids: Ids) -> Sequence[History]:
    """Return the histories of these requirements, each looked up when it is taken."""
    by_id = histories(site)
    return Lazy(ids, lambda id: by_id[id])


@query
def oldest(site: Site) -> Ids:
    """Return the ids of all requirements, longest outstanding first."""
    return tuple(history.id for history in by_age(histories(site).values()))


@query
def ledger_lists(site: Site) -> tuple[Ids, ...]:
    """Return the lists of the ledger, in the order of `_PARTS`."""
    by_id = dict(histories(site))
    lists = (
        open_by_age(by_id),
        unknown(by_id),
        raised(by_id),
        told_more_than_once(by_id),
        deadline_passed(by_id, site.clock),
        met(by_id),
    )
    return tuple(tuple(history.id for history in part) for part in lists)


@query
def silent(site: Site) -> Ids:
    """Return the ids of those that await an outcome, by their newest event, oldest first."""
    return tuple(history.id for history in longest_without_record(dict(histories(site))))


#: What requirements are grouped by → the groups of one: ids, or `regulation_key`.
_GROUPINGS: Mapping[str, Callable[[Site, str], Iterable[Any]]] = {
    "trust": lambda site, id: [site.requirements[id].front.trust],
    "regulator": lambda site, id: [site.requirements[id].front.regulator],
    "topic": lambda site, id: site.requirements[id].front.topics,
    "answer": lambda site, id: [histories(site)[id].answer.kind.value],
    "regulation": lambda site, id: dict.fromkeys(
        regulation_key(site.requirements[id].front.regulator, number)
        for number in site.requirements[id].front.regulations
    ),
}


@query
def requirements_by(site: Site, grouping: str) -> Mapping[Any, Ids]:
    """Return group → ids of its requirements, longest outstanding first; see `_GROUPINGS`."""
    groups: dict[Any, list[str]] = {}
    for id in oldest(site):
        for group in _GROUPINGS[grouping](site, id):
            groups.setdefault(group, []).append(id)
    return {group: tuple(ids) for group, ids in groups.items()}


def histories_by(site: Site, grouping: str, group: object) -> Sequence[History]:
    """Return the requirements of a group, longest outstanding first."""
    return listed(site, requirements_by(site, grouping).get(group, ()))


# The pages

_PASSED = "deadline-passed"
#: (anchor, heading, explanation) of each list.
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


def _ledger(site: Site, pager: Pager, *lists: Sequence[History]) -> View:
    """Return the view of a page of the ledger; page 2 has rows 101 to 200 of each part."""
    say, all_overdue = partial(words.say, site.config), overdue(site)
    feed = urls.feed_of(urls.REQUIREMENTS)
    meta = Meta(
        url=pager.url,
        title=say("The ledger: what regulators told trusts to do") + pager.suffix,
        description=say(
            "What regulators told trusts to do, how often, whether it was done, and who says so; "
            "apart from that, what they found without an order."
        ),
        kind="ledger",
        section=urls.REQUIREMENTS,
        feeds=(FeedLink("The ledger", feed),),
        scripts=("tables.js",),
    )
    groups = []
    for (anchor, heading, meaning), ids, shown in zip(
        _PARTS, ledger_lists(site), lists, strict=True
    ):
        is_passed, total = anchor == _PASSED, len(ids)
        count, lead = (all_overdue.short, all_overdue.sentence) if is_passed else (f"{total:,}", "")
        rows = ledger_rows(site, shown)
        groups.append(LedgerGroup(anchor, heading, say(meaning), total, rows, count, lead))
    on_record = words.plural(len(histories(site)), "requirement")
    return View(
        meta,
        pager=pager,
        feed=feed,
        totals=f"{on_record} on record: {totals(site).words}",
        overdue=all_overdue.sentence,
        register=urls.ENFORCEMENT,
        groups=groups,
        filters=[(say(heading), _filter(site, grouping)) for heading, grouping in _FILTERS.items()],
    )


#: Heading → what the links below it group the ledger by.
_FILTERS = {
    "By trust": "trust",
    "By regulator": "regulator",
    "By topic": "topic",
    "By the trust’s answer": "answer",
}


@query
def _filter(site: Site, grouping: str) -> list[tuple[LinkTo, int]]:
    """Return links to parts of the ledger, with the number of requirements of each, by label."""
    groups = requirements_by(site, grouping)
    if grouping == "answer":
        kinds = [kind for kind in AnswerKind if kind.value in groups]
        return [
            (LinkTo(kind.label, urls.answer_url(kind.value)), len(groups[kind.value]))
            for kind in kinds
        ]
    links = [(_group_link(site, grouping, id), len(ids)) for id, ids in groups.items()]
    return sorted(links, key=lambda link: words.alphabetical(link[0].label))


def _group_link(site: Site, grouping: str, id: str) -> LinkTo:
    if grouping == "trust":
        return LinkTo(trust_name(site, id), f"{urls.url_of('trust', id)}#ledger")
    if grouping == "topic":
        return LinkTo(site.topics[id].front.name, f"{urls.url_of('topic', id)}#requirements")
    return LinkTo(site.regulators[id].front.short_name, urls.regulator_ledger_url(id))


def _of_regulator(site: Site, id: str, pager: Pager, requirements: Sequence[History]) -> View:
    """Return the view of a page of a regulator's requirements."""
    front, say = site.regulators[id].front, partial(words.say, site.config)
    name = f"{article(front)}{front.name}"
    return _part(
        site, pager, requirements,
        title=f"Requirements of {words.with_article(front.short_name)}",
        description=f"What {name} "
        + say("told trusts to do or found without an order, and what became of it."),
        heading=f"{front.short_name}: requirements on record",
        lead=f"What {name} {say('told trusts to do')}. Where it found something without "
        "an order, the column “Told” says so.",
    )  # fmt: skip


def _answered(site: Site, kind: str, pager: Pager, requirements: Sequence[History]) -> View:
    """Return the view of a page of the requirements with one kind of answer of the trust."""
    label, say = words.lower(AnswerKind(kind).label), partial(words.say, site.config)
    return _part(
        site, pager, requirements,
        title=f"{say('The trust’s answer to what it was told')}: {label}",
        description=f"{say('Requirements by what the trust answered')}: {label}.",
        heading=f"{say('The trust’s answer')}: {label}",
        lead=say("Requirements by the newest answer of the trust on record.")
        + " It changes no status: only the regulator’s word makes a requirement met.",
    )  # fmt: skip


def _part(
    site: Site, pager: Pager, requirements: Sequence[History],
    *, title: str, description: str, heading: str, lead: str,
) -> View:  # fmt: skip
    meta = Meta(
        url=pager.url,
        title=f"{title}{pager.suffix}",
        description=description,
        kind="ledger",
        section=urls.REQUIREMENTS,
        scripts=("tables.js",),
        breadcrumbs=(LinkTo("Ledger", urls.REQUIREMENTS),),
    )
    rows = ledger_rows(site, requirements)
    return View(meta, pager=pager, heading=heading, lead=lead, rows=rows)


LEDGER = paged(
    "ledger",
    lambda: urls.REQUIREMENTS,
    lambda site: [listed(site, ids) for ids in ledger_lists(site)],
    _ledger,
)
REGULATOR_LEDGER = paged(
    "regulator-ledger",
    urls.regulator_ledger_url,
    lambda site, id: [histories_by(site, "regulator", id)],
    _of_regulator,
    lambda site: ((id,) for id in site.regulators),
    "ledger_part",
)
ANSWERS = paged(
    "answers",
    urls.answer_url,
    lambda site, kind: [histories_by(site, "answer", kind)],
    _answered,
    lambda site: ((kind.value,) for kind in AnswerKind),
    "ledger_part",
)
