"""The list of trusts, A to Z, and grouped by attributes that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import urls
from briefings.content.schema import OVERALL, TrustFront
from briefings.domain import words
from briefings.domain.ledger.history import Totals
from briefings.domain.ratings.histories import Standing
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.ratings.tables import headline
from briefings.domain.registers import overdue_of
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.pages.components import GradeLabel, shown, trust_link
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.listing import ROWS, Pager, paged
from briefings.outputs.pages.page import LinkTo, Meta, PlainView
from briefings.outputs.pages.rating_tables import cell


class TrustLine(NamedTuple):
    """One trust in the A–Z.

    `grade`: the rating last published, or the value outside the scale in its place; `dated`: its
    date, with its key question unless that is the overall one; `again`: a later inspection of the
    same. `said`: counts of its briefings and requirements. `passed`: those past a deadline, or
    empty.
    """

    url: str
    front: TrustFront
    kind: str
    is_closed: bool
    codes: str
    other_names: list[str]
    grade: GradeLabel | None
    dated: str
    again: LinkTo | None
    said: str
    passed: str


def _line(derived: Derived, id: str) -> TrustLine:
    site, front = derived.site, derived.site.trusts[id].front
    standing, overdue = headline(derived.ratings_by_trust[id]), overdue_of(site, id)
    former = [f"formerly {former_name.name}" for former_name in front.former_names]
    return TrustLine(
        url=urls.url_of("trust", id),
        front=front,
        kind=words.TRUST_KINDS[front.kind],
        is_closed=front.status == "closed",
        codes=", ".join(front.codes.values()),
        other_names=[*former, *front.also_known_as],
        grade=shown(standing.value) if standing else None,
        dated=_dated(site, standing) if standing else "",
        again=cell(standing).again if standing else None,
        said=_said(derived, id),
        passed=overdue.words if any(overdue) else "",
    )


def _dated(site: Site, standing: Standing) -> str:
    rating, briefing = standing.point.rating, standing.point.briefing
    if rating.key_question == OVERALL:
        return standing.dated
    regulator = site.regulators[briefing.front.regulator].front
    return f"{key_question_label(regulator, rating.key_question)}, {standing.dated}"


def _said(derived: Derived, id: str) -> str:
    """Return `2 briefings, requirements: 1 open, 0 not known`."""
    briefings = words.plural(len(derived.site.by_trust[id]), "briefing")
    totals = Totals.of(derived.by_trust[id])
    if not any(totals):
        return f"{briefings}, no requirement on record"
    return f"{briefings}, requirements: {totals.words}"


@dataclass(slots=True)
class Letter:
    """The trusts on this page whose names begin with one letter."""

    letter: str
    anchor: str
    trusts: list[TrustLine]


class Grouping(NamedTuple):
    """Trusts grouped by an attribute: (value, trusts) for each region, council, kind and so on."""

    name: str
    anchor: str
    groups: list[tuple[str, list[LinkTo]]]


#: Name of a grouping → the values by which it groups a trust.
_GROUPINGS: dict[str, Callable[[TrustFront], Iterable[str | None]]] = {
    "By region": lambda front: [front.region],
    "By council": lambda front: front.councils,
    "By kind": lambda front: [words.TRUST_KINDS[front.kind]],
    "By code": lambda front: front.codes.values(),
    "By former name": lambda front: [one.name for one in front.former_names],
}


def _grouping(site: Site, name: str) -> Grouping:
    groups: dict[str, list[LinkTo]] = {}
    for id, trust in site.trusts.items():
        for value in filter(None, _GROUPINGS[name](trust.front)):
            groups.setdefault(value, []).append(trust_link(site, id))
    rows = [
        (value, sorted(groups[value], key=lambda link: link.label.casefold()))
        for value in sorted(groups, key=str.casefold)
    ]
    return Grouping(name, name.lower().replace(" ", "-"), rows)


def _initial(site: Site, id: str) -> str:
    return words.initial(site.trusts[id].front.name)


def _anchor(letter: str) -> str:
    return "other" if letter == "#" else letter.lower()


def _index(derived: Derived, pager: Pager, ids: Sequence[str]) -> PlainView:
    """Return the view of a page of the list; the first one has the groupings."""
    site = derived.site
    groupings = [grouping for name in _GROUPINGS if (grouping := _grouping(site, name)).groups]
    letters: dict[str, Letter] = {}
    for id in ids:
        initial = _initial(site, id)
        letter = letters.setdefault(initial, Letter(initial, _anchor(initial), []))
        letter.trusts.append(_line(derived, id))
    meta = Meta(
        url=pager.url,
        title=f"Trusts A to Z{pager.suffix}",
        description="Every trust with its last published rating and its requirements.",
        kind="trusts",
        section=urls.TRUSTS,
    )
    return PlainView(
        meta,
        pager=pager,
        ways=_ways(site, pager, groupings),
        overdue=derived.overdue.sentence,
        letters=list(letters.values()),
        groupings=groupings if pager.number == 1 else [],
    )


def _ways(site: Site, pager: Pager, groupings: Iterable[Grouping]) -> list[LinkTo]:
    """Return links to the first trust of each letter, on whatever page, and to the groupings."""
    pages: dict[str, int] = {}
    for place, id in enumerate(by_name(site)):
        pages.setdefault(_initial(site, id), place // ROWS + 1)
    places = [(letter, number, _anchor(letter)) for letter, number in pages.items()]
    places += [(grouping.name, 1, grouping.anchor) for grouping in groupings]
    return [
        LinkTo(
            label,
            f"{'' if number == pager.number else urls.page_of(pager.base, number)}#{anchor}",
        )
        for label, number, anchor in places
    ]


@query
def by_name(site: Site) -> tuple[str, ...]:
    """Return the ids of all trusts, A to Z; names without an initial from A to Z come first."""
    names = {id: record.front.name for id, record in site.trusts.items()}
    ids = sorted(names, key=lambda id: (words.initial(names[id]), names[id].casefold(), id))
    return tuple(ids)


TRUSTS = paged(
    "trusts", "trusts", lambda: urls.TRUSTS, lambda derived: (by_name(derived.site),), _index
)
