"""The site with what only the whole can show, derived once and shared by all pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from briefings import ratings
from briefings.ledger import History, histories, of_trust
from briefings.ratings import RatingHistory, Thing, rating_histories
from briefings.registers import Action, BreachMention, actions, breaches
from briefings.site import Site


@dataclass(frozen=True)
class Whole:
    """What pages are planned from."""

    site: Site

    @cached_property
    def histories(self) -> Mapping[str, History]:
        """Requirement id → its history."""
        return histories(self.site)

    @cached_property
    def by_trust(self) -> Mapping[str, tuple[History, ...]]:
        """Trust id → its requirements: open first, then by age."""
        found: dict[str, dict[str, History]] = {id: {} for id in self.site.trusts}
        for id, one in self.histories.items():
            found[one.front.trust][id] = one
        return {trust: of_trust(some, trust) for trust, some in found.items()}

    @cached_property
    def ratings(self) -> Mapping[Thing, RatingHistory]:
        """What was rated → its history."""
        return rating_histories(self.site)

    @cached_property
    def ratings_by_trust(self) -> Mapping[str, tuple[RatingHistory, ...]]:
        """Trust id → its rating histories: the trust itself, then services, then locations."""
        found: dict[str, dict[Thing, RatingHistory]] = {id: {} for id in self.site.trusts}
        for thing, one in self.ratings.items():
            found[thing.trust][thing] = one
        return {id: ratings.of_trust(self.site, own, id) for id, own in found.items()}

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """Every enforcement action, newest first."""
        return actions(self.site)

    @cached_property
    def breaches(self) -> Mapping[tuple[str, str], tuple[BreachMention, ...]]:
        """(regulator, regulation) → who was found in breach of it."""
        return breaches(self.site)
