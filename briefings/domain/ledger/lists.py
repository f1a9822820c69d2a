"""Lists of requirements as pages and feeds show them, each in a total order (no ties left)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from briefings.domain.ledger.entries import Key, Status
from briefings.domain.ledger.history import History, Totals, entries_of_trust, history
from briefings.domain.site import Clock, Site
from briefings.engine import query

Histories = Mapping[str, History]


def by_age(histories: Iterable[History]) -> tuple[History, ...]:
    """Sort by age: longest first, by its least and then its most days.

    Those of unknown age are last, oldest first.
    """
    return tuple(sorted(histories, key=_age_key))


def _age_key(history: History) -> tuple[bool, float, float, Key, str]:
    age, start = history.age, history.first or history.entries[0]
    if age is None:
        return (True, 0, 0, start.key, history.id)
    most = math.inf if age.most_days is None else age.most_days
    return (False, -age.least_days, -most, start.key, history.id)


def open_by_age(histories: Histories) -> tuple[History, ...]:
    """Open requirements (plan supplied, partly met and reopened included), longest open first."""
    return by_age(history for history in histories.values() if history.status.is_open)


def unknown(histories: Histories) -> tuple[History, ...]:
    """Requirements whose outcome is not known, as a source says; by age."""
    return by_age(history for history in histories.values() if history.status is Status.UNKNOWN)


def raised(histories: Histories) -> tuple[History, ...]:
    """Requirements with no order on record, by age."""
    return by_age(history for history in histories.values() if history.status is Status.RAISED)


def longest_without_record(histories: Histories) -> tuple[History, ...]:
    """Requirements open or of unknown outcome, by their newest event but the trust's: oldest first.

    A look or a question moves nothing. Ties by id.
    """
    silent = [histories[id] for id in sorted(histories) if histories[id].awaits_outcome]
    return tuple(sorted(silent, key=lambda history: history.last.key[:2]))


def told_more_than_once(histories: Histories) -> tuple[History, ...]:
    """Requirements told more than once, those told most often first, then by age."""
    told_again = by_age(history for history in histories.values() if history.told_again)
    return tuple(sorted(told_again, key=lambda history: -history.times_told))


def deadline_passed(histories: Histories, clock: Clock) -> tuple[History, ...]:
    """Requirements with a passed deadline and no public record that it was met, by that deadline.

    Earliest first, ties by id.
    """
    earliest = {
        id: min(deadline.due.sort_key() for deadline in passed)
        for id, history in histories.items()
        if (passed := history.passed(clock))
    }
    return tuple(histories[id] for id in sorted(earliest, key=lambda id: (earliest[id], id)))


def met(histories: Histories) -> tuple[History, ...]:
    """Requirements met or lifted, last recorded first, ties by id."""
    ended = [histories[id] for id in sorted(histories) if histories[id].status.is_ended]
    return tuple(sorted(ended, key=lambda history: history.last.key[:2], reverse=True))


@query
def requirements_of_trust(site: Site, trust: str) -> tuple[History, ...]:
    """A trust's ledger: open, outcome not known, raised, met or lifted; each group by age."""
    recorded = (history(site, id) for id in entries_of_trust(site, trust))
    own = (entry for entry in recorded if entry is not None and entry.front.trust == trust)
    return tuple(sorted(by_age(own), key=_group))


@query
def totals_of_trust(site: Site, trust: str) -> Totals:
    """Return the counts of a trust's requirements by status."""
    return Totals.of(requirements_of_trust(site, trust))


@query
def totals(site: Site) -> Totals:
    """Return the counts of all requirements by status."""
    counts = [totals_of_trust(site, trust) for trust in site.trusts]
    return Totals(*map(sum, zip(*counts, strict=True))) if counts else Totals(0, 0, 0, 0)


def _group(history: History) -> int:
    status = history.status
    if status.is_open or status.is_ended:
        return 0 if status.is_open else 3
    return 1 if status is Status.UNKNOWN else 2


def inherited_requirements(site: Site, trust: str) -> tuple[History, ...]:
    """The ledgers of the predecessors of `trust` (direct and indirect), one after another."""
    return tuple(
        history
        for predecessor in predecessors_of(site, trust)
        for history in requirements_of_trust(site, predecessor)
    )


def predecessors_of(site: Site, trust: str) -> tuple[str, ...]:
    """Return the ids of all predecessors of `trust`, direct and indirect, that have a page here.

    Nearest first. A predecessor without a page ends the search along it.
    """
    ids = [trust]
    for id in ids:
        record = site.trusts.get(id)
        for predecessor in record.front.predecessors if record else ():
            before = predecessor.id
            if before is not None and before in site.trusts and before not in ids:
                ids.append(before)
    return tuple(ids[1:])
