"""Lists of requirements as pages and feeds show them, each in a total order (no ties left)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date

from briefings.domain.ledger.entries import Entry, Key
from briefings.domain.ledger.history import History, entries_of_trust, history
from briefings.domain.ledger.status import Status
from briefings.domain.site import Clock, Site
from briefings.engine import query

Histories = Mapping[str, History]


def by_age(histories: Iterable[History]) -> tuple[History, ...]:
    """Sort by age: longest first, by its least and then its most days.

    Those of unknown age are last, oldest first.
    """
    return tuple(sorted(histories, key=_age_key))


def open_by_age(histories: Histories) -> tuple[History, ...]:
    """Open requirements (plan supplied, partly met and reopened included), longest open first."""
    return by_age(one for one in histories.values() if one.status.is_open)


def told_more_than_once(histories: Histories) -> tuple[History, ...]:
    """Requirements told more than once, those told most often first, then by age."""
    told = by_age(one for one in histories.values() if one.told_again)
    return tuple(sorted(told, key=lambda one: -one.times_told))


def deadline_passed(histories: Histories, clock: Clock) -> tuple[History, ...]:
    """Requirements with a passed deadline and no public record that it was met, by that deadline.

    Earliest first, ties by id.
    """
    every = ((_passed(one, clock), one) for one in histories.values())
    found = [(passed, one) for passed, one in every if passed]
    return tuple(one for _, one in sorted(found, key=lambda pair: (min(pair[0]), pair[1].id)))


def met(histories: Histories) -> tuple[History, ...]:
    """Requirements met or lifted, last recorded first, ties by id."""
    ended = [one for one in histories.values() if one.status.is_ended]
    return tuple(sorted(ended, key=lambda one: (_newest_first(one.last), one.id)))


def unknown(histories: Histories) -> tuple[History, ...]:
    """Requirements whose outcome is not known, as a source says; by age."""
    return by_age(one for one in histories.values() if one.status is Status.UNKNOWN)


def raised(histories: Histories) -> tuple[History, ...]:
    """Requirements with no order on record, by age."""
    return by_age(one for one in histories.values() if one.status is Status.RAISED)


@query
def of_trust(site: Site, trust: str) -> tuple[History, ...]:
    """A trust's ledger: open, outcome not known, raised, met or lifted; each group by age."""
    own = (history(site, id) for id in entries_of_trust(site, trust))
    mine = (one for one in own if one is not None and one.front.trust == trust)
    return tuple(sorted(by_age(mine), key=_group))


def inherited(site: Site, trust: str) -> tuple[History, ...]:
    """The ledgers of the predecessors of `trust` (direct and indirect), one after another."""
    return tuple(one for before in predecessors_of(site, trust) for one in of_trust(site, before))


def newest_entries(histories: Histories) -> tuple[Entry, ...]:
    """Every entry, those of the last published briefing first; within a briefing in its order.

    Briefings published at the same moment are sorted by id.
    """
    entries = sorted(
        (entry for one in histories.values() for entry in one.entries),
        key=lambda entry: (entry.briefing.id, entry.n),
    )
    return tuple(sorted(entries, key=lambda entry: entry.briefing.visible_from, reverse=True))


def predecessors_of(site: Site, trust: str) -> tuple[str, ...]:
    """Return the ids of all predecessors of `trust`, direct and indirect, that have a page here.

    Nearest first. A predecessor without a page ends the search along it.
    """
    found: list[str] = [trust]
    for id in found:
        record = site.trusts.get(id)
        for one in record.front.predecessors if record else ():
            if one.id is not None and one.id in site.trusts and one.id not in found:
                found.append(one.id)
    return tuple(found[1:])


def _group(history: History) -> int:
    status = history.status
    if status.is_open or status.is_ended:
        return 0 if status.is_open else 3
    return 1 if status is Status.UNKNOWN else 2


def _age_key(history: History) -> tuple[bool, float, float, Key, str]:
    age, start = history.age, history.first or history.entries[0]
    if age is None:
        return (True, 0, 0, start.key, history.id)
    most = math.inf if age.most_days is None else age.most_days
    return (False, -age.least_days, -most, start.key, history.id)


def _newest_first(entry: Entry) -> tuple[int, int]:
    return (-entry.key[0].toordinal(), -entry.key[1].toordinal())


def _passed(history: History, clock: Clock) -> list[tuple[date, date]]:
    return [one.due.sort_key() for one in history.passed(clock)]
