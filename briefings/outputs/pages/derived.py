"""The site together with everything derived from it as a whole, computed once for all pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from briefings.domain import ratings
from briefings.domain.ledger import (
    History,
    Totals,
    by_age,
    deadline_passed,
    histories,
    met,
    of_trust,
    open_by_age,
    raised,
    told_more_than_once,
    unknown,
)
from briefings.domain.overdue import Overdue
from briefings.domain.ratings import RatingHistory, Thing, rating_histories
from briefings.domain.registers import Action, BreachMention, actions, breaches, overdue
from briefings.domain.site import Site


@dataclass(frozen=True)
class Derived:
    """The site and lazily computed indexes and totals over it: what pages are planned from.

    `search` is true if the build makes a search index.
    """

    site: Site
    search: bool = True

    #: Fingerprints do not walk a `Derived`: a view that holds one is hashed by the values of its
    #: properties.
    IS_WHOLE: ClassVar[bool] = True

    @cached_property
    def histories(self) -> Mapping[str, History]:
        """Requirement id → its history."""
        return histories(self.site)

    @cached_property
    def by_trust(self) -> Mapping[str, tuple[History, ...]]:
        """Trust id → histories of its requirements, open ones first (see `ledger.of_trust`)."""
        found: dict[str, dict[str, History]] = {id: {} for id in self.site.trusts}
        for id, one in self.histories.items():
            found[one.front.trust][id] = one
        return {trust: of_trust(some, trust) for trust, some in found.items()}

    @cached_property
    def ratings(self) -> Mapping[Thing, RatingHistory]:
        """Rated thing → its rating history."""
        return rating_histories(self.site)

    @cached_property
    def ratings_by_trust(self) -> Mapping[str, tuple[RatingHistory, ...]]:
        """Trust id → its rating histories: of the trust itself, of services, of locations."""
        found: dict[str, dict[Thing, RatingHistory]] = {id: {} for id in self.site.trusts}
        for thing, one in self.ratings.items():
            found[thing.trust][thing] = one
        return {id: ratings.of_trust(self.site, own, id) for id, own in found.items()}

    def share_ratings(self) -> None:
        """Compute the per-trust indexes that pages of all trusts read (used as `Page.shares`)."""
        _ = self.by_trust, self.ratings_by_trust, self.overdue_by_trust

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """Every enforcement action, newest first."""
        return actions(self.site)

    @cached_property
    def breaches(self) -> Mapping[tuple[str, str], tuple[BreachMention, ...]]:
        """(regulator id, regulation number) → the breaches of it that briefings record."""
        return breaches(self.site)

    @cached_property
    def actions_on(self) -> Mapping[tuple[str, str], list[Action]]:
        """(regulator id, regulation number) → enforcement actions that name it, newest first."""
        found: dict[tuple[str, str], list[Action]] = {}
        for action in self.actions:
            for number in action.regulations:
                found.setdefault((action.regulator, number), []).append(action)
        return found

    @cached_property
    def histories_on(self) -> Mapping[tuple[str, str], list[History]]:
        """(regulator id, regulation number) → requirements that name it, by age, longest first."""
        found: dict[tuple[str, str], list[History]] = {}
        for one in self.oldest:
            for number in one.front.regulations:
                found.setdefault((one.front.regulator, number), []).append(one)
        return found

    @cached_property
    def histories_by_topic(self) -> Mapping[str, list[History]]:
        """Topic id → its requirements, by age, longest outstanding first."""
        found: dict[str, list[History]] = {id: [] for id in self.site.topics}
        for one in self.oldest:
            for topic in one.front.topics:
                found[topic].append(one)
        return found

    @cached_property
    def actions_by_regulator(self) -> Mapping[str, list[Action]]:
        """Regulator id → its enforcement actions, newest first."""
        found: dict[str, list[Action]] = {id: [] for id in self.site.regulators}
        for action in self.actions:
            found[action.regulator].append(action)
        return found

    @cached_property
    def oldest(self) -> tuple[History, ...]:
        """Every requirement, longest outstanding first."""
        return by_age(self.histories.values())

    @cached_property
    def ledger(self) -> tuple[Sequence[History], ...]:
        """The lists of the ledger: open, not known, raised, told again, deadline passed, met."""
        found = self.histories
        return (
            open_by_age(found),
            unknown(found),
            raised(found),
            told_more_than_once(found),
            deadline_passed(found, self.site.now),
            met(found),
        )

    @cached_property
    def overdue(self) -> Overdue:
        """The number of requirements and enforcement actions past a deadline, for all trusts."""
        return overdue(self.site.now, self.histories.values(), self.actions)

    @cached_property
    def overdue_by_trust(self) -> Mapping[str, Overdue]:
        """Trust id → the same numbers for this trust."""
        by_trust: dict[str, list[Action]] = {id: [] for id in self.site.trusts}
        for action in self.actions:
            by_trust[action.trust].append(action)
        return {
            id: overdue(self.site.now, self.by_trust[id], found) for id, found in by_trust.items()
        }

    @cached_property
    def totals(self) -> Totals:
        """Counts of all requirements: open, not known, raised, met or lifted."""
        return Totals.of(self.histories.values())
