"""The list of trusts, A to Z, and grouped by attributes that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import urls
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.types import OVERALL
from briefings.domain import words
from briefings.domain.ledger.history import totals_of_trust
from briefings.domain.ratings.histories import Standing
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.ratings.tables import counted, headline, ratings_of_trust
from briefings.domain.site import Site, trust_names
from briefings.engine import query
from briefings.outputs.pages.components import GradeLabel, Tally, counts_of, shown, some_of
from briefings.outputs.pages.listing import ROWS, Pager, paged
from briefings.outputs.pages.page import Derived, Meta, PlainView, overdue_of
from briefings.outputs.pages.rating_tables import cell
from briefings.urls import LinkTo


class TrustLine(NamedTuple):
    """One trust in the A–Z.

    `grade`: the rating last published, or the value outside the scale in its place; `dated`: its
    date, with its key question unless that is the overall one; `again`: a later inspection of the
    same. `tally`: if no rating stands for the whole, how many there are of each. `said`: counts of
    its briefings and requirements. `passed`: those past a deadline, or empty.
    """

    url: str
    name: str
    kind: str
    is_closed: bool
    codes: str
    other_names: list[str]
    grade: GradeLabel | None
    tally: Tally | None
    dated: str
    again: LinkTo | None
    said: str
    passed: str


@query
def line_of(site: Site, id: str) -> TrustLine:
    front, own = site.trusts[id].front, ratings_of_trust(site, id)
    standing, overdue = headline(own), overdue_of(site, id)
    former = [f"formerly {former_name.name}" for former_name in front.former_names]
    return TrustLine(
        url=urls.url_of("trust", id),
        name=front.name,
        kind=words.kind_label(site.config, front.kind),
        is_closed=front.status == "closed",
        codes=", ".join(front.codes.values()),
        other_names=[*former, *front.also_known_as],
        grade=shown(standing.value) if standing else None,
        tally=None if standing else _tally(counted(own)),
        dated=_dated(site, standing) if standing else "",
        again=cell(standing).again if standing else None,
        said=_said(site, id),
        passed=overdue.words if any(overdue) else "",
    )


def _dated(site: Site, standing: Standing) -> str:
    rating, briefing = standing.point.rating, standing.point.briefing
    if rating.key_question == OVERALL:
        return standing.dated
    regulator = site.regulators[briefing.front.regulator].front
    return f"{key_question_label(regulator, rating.key_question)}, {standing.dated}"


def _tally(several: Sequence[Standing]) -> Tally | None:
    """Return how many there are of each value, with the newest date; None for none."""
    if not several:
        return None
    newest = max(several, key=lambda standing: standing.point.briefing.inspected_key)
    again = some_of(cell(standing).again for standing in several)
    counts = counts_of(standing.value for standing in several)
    return Tally(counts, f"by key question, {newest.dated}", again)


def _said(site: Site, id: str) -> str:
    """Return `2 briefings, requirements: 1 open, 0 not known`."""
    briefings = words.plural(len(site.by_trust[id]), "briefing")
    totals = totals_of_trust(site, id)
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
_GROUPINGS: dict[str, Callable[[Site, TrustFront], Iterable[str | None]]] = {
    "By region": lambda _, front: [front.region],
    "By council": lambda _, front: front.councils,
    "By kind": lambda site, front: [words.kind_label(site.config, front.kind)],
    "By code": lambda _, front: front.codes.values(),
    "By former name": lambda _, front: [one.name for one in front.former_names],
}


@query
def _values(site: Site, id: str) -> Mapping[str, tuple[str, ...]]:
    """Return name of a grouping → the values by which it groups a trust."""
    front = site.trusts[id].front
    return {name: tuple(filter(None, values(site, front))) for name, values in _GROUPINGS.items()}


@query
def _grouping_names(site: Site) -> tuple[str, ...]:
    """Return the names of the groupings that have a group."""
    used = {name for id in site.trusts for name, values in _values(site, id).items() if values}
    return tuple(name for name in _GROUPINGS if name in used)


def _grouping(site: Site, name: str) -> Grouping:
    groups: dict[str, list[LinkTo]] = {}
    for id, label in trust_names(site).items():
        for value in _values(site, id)[name]:
            groups.setdefault(value, []).append(LinkTo(label, urls.url_of("trust", id)))
    rows = [
        (value, sorted(groups[value], key=lambda link: link.label.casefold()))
        for value in sorted(groups, key=str.casefold)
    ]
    return Grouping(name, _anchor(name), rows)


def _anchor(label: str) -> str:
    return "other" if label == "#" else label.lower().replace(" ", "-")


def _index(derived: Derived, pager: Pager, ids: Sequence[str]) -> PlainView:
    """Return the view of a page of the list; the first one has the groupings."""
    site = derived.site
    letters: dict[str, Letter] = {}
    for line in (line_of(site, id) for id in ids):
        initial = words.initial(line.name)
        letter = letters.setdefault(initial, Letter(initial, _anchor(initial), []))
        letter.trusts.append(line)
    meta = Meta(
        url=pager.url,
        title=words.say(site.config, "Trusts A to Z") + pager.suffix,
        description=words.say(
            site.config, "Every trust with its last published rating and its requirements."
        ),
        kind="trusts",
        section=urls.TRUSTS,
    )
    return PlainView(
        meta,
        pager=pager,
        ways=_ways(site, pager),
        overdue=derived.overdue.sentence,
        letters=list(letters.values()),
        groupings=[_grouping(site, name) for name in _grouping_names(site)]
        if pager.number == 1
        else [],
    )


def _ways(site: Site, pager: Pager) -> list[LinkTo]:
    """Return links to the first trust of each letter, on whatever page, and to the groupings."""
    places = {**_pages_of_letters(site), **dict.fromkeys(_grouping_names(site), 1)}
    pages = {
        number: "" if number == pager.number else urls.page_of(pager.base, number)
        for number in places.values()
    }
    return [LinkTo(label, f"{pages[at]}#{_anchor(label)}") for label, at in places.items()]


@query
def _pages_of_letters(site: Site) -> Mapping[str, int]:
    """Return letter → number of the page with the first trust whose name begins with it."""
    names, pages = _full_names(site), dict[str, int]()
    for place, id in enumerate(by_name(site)):
        pages.setdefault(words.initial(names[id]), place // ROWS + 1)
    return pages


@query
def _full_name(site: Site, id: str) -> str:
    return site.trusts[id].front.name


@query
def _full_names(site: Site) -> Mapping[str, str]:
    return {id: _full_name(site, id) for id in site.trusts}


@query
def by_name(site: Site) -> tuple[str, ...]:
    """Return the ids of all trusts, A to Z; names without an initial from A to Z come first."""
    names = _full_names(site)
    ids = sorted(names, key=lambda id: (words.initial(names[id]), names[id].casefold(), id))
    return tuple(ids)


TRUSTS = paged(
    "trusts", "trusts", lambda: urls.TRUSTS, lambda derived: (by_name(derived.site),), _index
)
