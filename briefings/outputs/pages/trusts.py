"""The list of trusts, A to Z, and grouped by attributes that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefings import urls
from briefings.content.schema import OVERALL, TrustFront
from briefings.domain import words
from briefings.domain.ledger import Totals
from briefings.domain.overdue import Overdue
from briefings.domain.ratings import Standing, headline, key_question_label
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.pages.components import (
    ROWS,
    GradeLabel,
    Pager,
    numbers,
    pager,
    shown,
    trust_link,
)
from briefings.outputs.pages.derived import Derived, overdue_of
from briefings.outputs.pages.page import LinkTo, Meta
from briefings.outputs.pages.rating_tables import Cell


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One trust in the A–Z.

    `standing`: its headline rating. `briefings`: their number.
    """

    id: str
    front: TrustFront
    standing: Standing | None
    question: str  # the key question of that rating; empty for the overall one
    totals: Totals
    overdue: Overdue
    briefings: int

    @property
    def url(self) -> str:
        return urls.url_of("trust", self.id)

    @property
    def kind(self) -> str:
        return words.TRUST_KINDS[self.front.kind]

    @property
    def grade(self) -> GradeLabel | None:
        """The label of the last published rating, or of a value outside the scale in its place."""
        return shown(self.standing.value) if self.standing else None

    @property
    def dated(self) -> str:
        """The date of that rating, with its key question unless that is the overall one."""
        if self.standing is None:
            return ""
        return f"{self.question}, {self.standing.dated}" if self.question else self.standing.dated

    @property
    def again(self) -> LinkTo | None:
        """A link to a later inspection of the same thing, or None."""
        return Cell(self.standing).again if self.standing else None

    @property
    def said(self) -> str:
        """`2 briefings, requirements: 1 open, 0 not known`."""
        briefings = words.plural(self.briefings, "briefing")
        if not any(self.totals):
            return f"{briefings}, no requirement on record"
        return f"{briefings}, requirements: {self.totals.words}"

    @property
    def passed(self) -> str:
        """`2 requirements and 3 enforcement actions past their deadline`, or empty."""
        return self.overdue.words if any(self.overdue) else ""

    @property
    def is_closed(self) -> bool:
        return self.front.status == "closed"

    @property
    def codes(self) -> str:
        return ", ".join(self.front.codes.values())

    @property
    def other_names(self) -> list[str]:
        """Former names and other names in use."""
        former = [f"formerly {one.name}" for one in self.front.former_names]
        return [*former, *self.front.also_known_as]


@dataclass(frozen=True, slots=True)
class Letter:
    """The trusts on this page whose names begin with one letter."""

    letter: str
    anchor: str
    trusts: list[TrustLine]


def _anchor(letter: str) -> str:
    return "other" if letter == "#" else letter.lower()


@dataclass(frozen=True, slots=True)
class Grouping:
    """Trusts grouped by an attribute: (value, trusts) for each region, council, kind and so on."""

    name: str
    groups: list[tuple[str, list[LinkTo]]]

    @property
    def anchor(self) -> str:
        return self.name.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class TrustIndex:
    """One page of the list of trusts, A to Z.

    The first page also groups them by region, council, kind, code and former name.
    """

    whole: Derived
    pager: Pager

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.page_of(urls.TRUSTS, self.pager.number),
            title=f"Trusts A to Z{self.pager.suffix}",
            description="Every trust with its last published rating and its requirements.",
            kind="trusts",
            section=urls.TRUSTS,
        )

    @property
    def ways(self) -> list[LinkTo]:
        """Links to the first trust of each letter, on whatever page it is, and to the groupings."""
        first: dict[str, int] = {}
        for place, id in enumerate(by_name(self.whole.site)):
            first.setdefault(self._initial(id), place // ROWS + 1)
        found = [
            LinkTo(letter, self._on(number, _anchor(letter))) for letter, number in first.items()
        ]
        return found + [LinkTo(one.name, self._on(1, one.anchor)) for one in self._groupings()]

    def _on(self, number: int, anchor: str) -> str:
        here = number == self.pager.number
        return f"{'' if here else urls.page_of(urls.TRUSTS, number)}#{anchor}"

    @property
    def letters(self) -> list[Letter]:
        """The trusts of this page by first letter."""
        found: dict[str, list[TrustLine]] = {}
        for id in self.pager.of(by_name(self.whole.site)):
            found.setdefault(self._initial(id), []).append(self._line(id))
        return [Letter(letter, _anchor(letter), found[letter]) for letter in found]

    def _initial(self, id: str) -> str:
        return words.initial(self.whole.site.trusts[id].front.name)

    def _line(self, id: str) -> TrustLine:
        whole = self.whole
        standing = headline(whole.ratings_by_trust[id])
        return TrustLine(
            id,
            whole.site.trusts[id].front,
            standing,
            self._question(standing),
            Totals.of(whole.by_trust[id]),
            overdue_of(whole.site, id),
            len(whole.site.by_trust[id]),
        )

    def _question(self, standing: Standing | None) -> str:
        """Return the label of the key question of a rating; empty for an overall one."""
        if standing is None or standing.point.rating.key_question == OVERALL:
            return ""
        regulator = self.whole.site.regulators[standing.point.briefing.front.regulator].front
        return key_question_label(regulator, standing.point.rating.key_question)

    @property
    def overdue(self) -> str:
        """Counts of requirements and enforcement actions past a deadline, for all trusts."""
        return self.whole.overdue.sentence

    @property
    def groupings(self) -> list[Grouping]:
        """The groupings, on the first page only."""
        return self._groupings() if self.pager.number == 1 else []

    def _groupings(self) -> list[Grouping]:
        """Return the non-empty groupings: region, council, kind, code, former name."""
        trusts = self.whole.site.trusts
        asked: dict[str, Mapping[str, Sequence[str | None]]] = {
            "By region": {id: [one.front.region] for id, one in trusts.items()},
            "By council": {id: list(one.front.councils) for id, one in trusts.items()},
            "By kind": {id: [words.TRUST_KINDS[one.front.kind]] for id, one in trusts.items()},
            "By code": {id: list(one.front.codes.values()) for id, one in trusts.items()},
            "By former name": {
                id: [each.name for each in one.front.former_names] for id, one in trusts.items()
            },
        }
        found = [Grouping(name, self._groups(shared)) for name, shared in asked.items()]
        return [one for one in found if one.groups]

    def _groups(self, shared: Mapping[str, Sequence[str | None]]) -> list[tuple[str, list[LinkTo]]]:
        groups: dict[str, list[LinkTo]] = {}
        for id, names in shared.items():
            for name in names:
                if name:
                    groups.setdefault(name, []).append(trust_link(self.whole.site, id))
        return [
            (name, sorted(groups[name], key=lambda link: link.label.casefold()))
            for name in sorted(groups, key=str.casefold)
        ]


@query
def by_name(site: Site) -> tuple[str, ...]:
    """Return the ids of all trusts, A to Z; names without an initial from A to Z come first."""
    names = {id: one.front.name for id, one in site.trusts.items()}
    ids = sorted(names, key=lambda id: (words.initial(names[id]), names[id].casefold(), id))
    return tuple(ids)


def keys(whole: Derived) -> list[tuple[str]]:
    """Return the page numbers of the list."""
    return [(number,) for number in numbers(len(whole.site.trusts))]


def index_view(whole: Derived, number: str) -> TrustIndex:
    """Return the view of a page of the list."""
    return TrustIndex(whole, pager(number, len(whole.site.trusts), urls.TRUSTS))
