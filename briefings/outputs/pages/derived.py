"""Indexes and totals over the whole site, each a query, for pages that list many records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefings.domain.ledger.history import History, Totals, histories
from briefings.domain.ledger.lists import (
    by_age,
    deadline_passed,
    longest_without_record,
    met,
    open_by_age,
    raised,
    requirements_of_trust,
    told_more_than_once,
    totals,
    unknown,
)
from briefings.domain.ratings.histories import RatingHistory
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.domain.registers import (
    Action,
    BreachMention,
    Overdue,
    action,
    action_keys,
    actions,
    breach_places,
    breaches_of,
    overdue,
)
from briefings.domain.site import Lazy, PerKey, Site
from briefings.engine import query

#: Ids, or (trust id, key), in the order of a list.
Ids = tuple[str, ...]
ActionKeys = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Derived:
    """The site, with the indexes and totals that pages list. `search`: there is a search index."""

    site: Site
    search: bool = True

    @property
    def histories(self) -> Mapping[str, History]:
        """Requirement id → its history."""
        return histories(self.site)

    @property
    def by_trust(self) -> Mapping[str, tuple[History, ...]]:
        """Trust id → histories of its requirements; see `requirements_of_trust`."""
        return PerKey(lambda: self.site.trusts, lambda id: requirements_of_trust(self.site, id))

    @property
    def ratings_by_trust(self) -> Mapping[str, tuple[RatingHistory, ...]]:
        """Trust id → its rating histories: of the trust itself, of services, of locations."""
        return PerKey(lambda: self.site.trusts, lambda id: ratings_of_trust(self.site, id))

    @property
    def actions(self) -> Sequence[Action]:
        """Every enforcement action, newest first."""
        return actions(self.site)

    def actions_by(self, regulator: str) -> Sequence[Action]:
        """Return the enforcement actions of a regulator, newest first."""
        return self._actions(action_keys_by(self.site).get(regulator, ()))

    def actions_on(self, regulator: str, regulation: str) -> Sequence[Action]:
        """Return the enforcement actions that name a regulation, newest first."""
        return self._actions(action_keys_on(self.site).get((regulator, regulation), ()))

    def breaches_of(self, regulator: str, regulation: str) -> Sequence[BreachMention]:
        """Return the breaches of a regulation that briefings record."""
        return breaches_of(self.site, regulator, regulation)

    def count_breaches(self, regulator: str, regulation: str) -> int:
        """Return the number of breaches of a regulation."""
        return len(breach_places(self.site).get((regulator, regulation), ()))

    def histories_on(self, regulator: str, regulation: str) -> Sequence[History]:
        """Return the requirements that name a regulation, by age, longest first."""
        return self._histories(requirements_on(self.site).get((regulator, regulation), ()))

    def histories_of(self, kind: str, id: str) -> Sequence[History]:
        """Return the requirements of a topic or regulator, longest outstanding first."""
        return self._histories(requirements_of(self.site, kind).get(id, ()))

    def histories_answered(self, kind: str) -> Sequence[History]:
        """Return the requirements to which the trust gave a kind of answer, by age."""
        return self._histories(requirements_answered(self.site).get(kind, ()))

    @property
    def longest_without_record(self) -> Sequence[History]:
        """Requirements that await an outcome, by their newest event, oldest first."""
        return self._histories(silent(self.site))

    @property
    def ledger(self) -> tuple[Sequence[History], ...]:
        """The lists of the ledger: open, not known, raised, told again, deadline passed, met."""
        return tuple(self._histories(ids) for ids in ledger_lists(self.site))

    @property
    def overdue(self) -> Overdue:
        """The number of requirements and enforcement actions past a deadline, for all trusts."""
        return overdue(self.site)

    @property
    def totals(self) -> Totals:
        """Counts of all requirements: open, not known, raised, met or lifted."""
        return totals(self.site)

    def _histories(self, ids: Ids) -> Sequence[History]:
        by_id = self.histories
        return Lazy(ids, lambda id: by_id[id])

    def _actions(self, keys: ActionKeys) -> Sequence[Action]:
        return Lazy(keys, lambda key: action(self.site, *key))


@query
def oldest(site: Site) -> Ids:
    """Return the ids of all requirements, longest outstanding first."""
    return tuple(history.id for history in by_age(histories(site).values()))


@query
def ledger_lists(site: Site) -> tuple[Ids, ...]:
    """See `Derived.ledger`."""
    by_id = dict(histories(site))
    lists = (
        open_by_age(by_id),
        unknown(by_id),
        raised(by_id),
        told_more_than_once(by_id),
        deadline_passed(by_id, site.clock),
        met(by_id),
    )
    return tuple(tuple(history.id for history in histories_of_list) for histories_of_list in lists)


@query
def requirements_on(site: Site) -> Mapping[tuple[str, str], Ids]:
    """Return (regulator id, regulation number) → ids of the requirements that name it, by age."""
    groups: dict[tuple[str, str], list[str]] = {}
    for id in oldest(site):
        front = site.requirements[id].front
        for number in front.regulations:
            groups.setdefault((front.regulator, number), []).append(id)
    return {key: tuple(ids) for key, ids in groups.items()}


@query
def requirements_of(site: Site, kind: str) -> Mapping[str, Ids]:
    """Return id of a topic or regulator → ids of its requirements, by age."""
    groups: dict[str, list[str]] = {}
    for id in oldest(site):
        front = site.requirements[id].front
        for name in front.topics if kind == "topic" else (front.regulator,):
            groups.setdefault(name, []).append(id)
    return {key: tuple(ids) for key, ids in groups.items()}


@query
def requirements_answered(site: Site) -> Mapping[str, Ids]:
    """Return kind of answer of the trust → ids of the requirements, by age."""
    groups: dict[str, list[str]] = {}
    for id in oldest(site):
        groups.setdefault(histories(site)[id].answer.kind.value, []).append(id)
    return {kind: tuple(ids) for kind, ids in groups.items()}


@query
def silent(site: Site) -> Ids:
    """See `Derived.longest_without_record`."""
    return tuple(history.id for history in longest_without_record(dict(histories(site))))


@query
def action_keys_by(site: Site) -> Mapping[str, ActionKeys]:
    """Return regulator id → its enforcement actions, newest first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in action_keys(site):
        groups.setdefault(action(site, *key).regulator, []).append(key)
    return {id: tuple(keys) for id, keys in groups.items()}


@query
def action_keys_on(site: Site) -> Mapping[tuple[str, str], ActionKeys]:
    """Return (regulator id, regulation number) → enforcement actions that name it, newest first."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key in action_keys(site):
        item = action(site, *key)
        for number in item.regulations:
            groups.setdefault((item.regulator, number), []).append(key)
    return {key: tuple(keys) for key, keys in groups.items()}
