"""Ratings, requirements, events and names of a site as text, to compare two sites by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from briefings.content.schema import OVERALL
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.histories import RatingHistory, rating_histories
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.site import Site
from briefings.domain.words import times


def standings(site: Site) -> dict[str, str]:
    """What is rated → its rating.

    For example `North Trust, Maternity: Safe (CQC)` → `Good, 14 January 2026`.
    """
    return {_rated(site, one): _stands(one) for one in rating_histories(site).values()}


def _rated(site: Site, history: RatingHistory) -> str:
    thing = history.thing
    regulator = site.regulators[thing.regulator].front
    place = ", ".join(filter(None, (_trust(site, thing.trust), history.name, history.site)))
    question = key_question_label(regulator, thing.key_question)
    of = "" if thing.key_question == OVERALL else f": {question}"
    return f"{place}{of} ({regulator.short_name})"


def _stands(history: RatingHistory) -> str:
    standing = history.standing
    again = f"; {standing.inspected_again}" if standing.since else ""
    said = f"{standing.value.label}, {standing.dated}{again}"
    return said if standing.holds else f"{said}, since replaced"


def statuses(site: Site) -> dict[str, str]:
    """Requirement → its status: `Open, told twice`."""
    return {_requirement(site, one): _status(one) for one in histories(site).values()}


def _status(history: History) -> str:
    told = f", told {times(history.times_told)}" if history.times_told else ""
    return f"{history.status.label}{told}"


def events(site: Site) -> Counter[str]:
    """Every event of the ledger as text, with the number of events of that text."""
    return Counter(
        f"{_requirement(site, history)}: {_event(entry)}"
        for history in histories(site).values()
        for entry in history.entries
    )


def _event(entry: Entry) -> str:
    due = entry.event.deadline
    until = f", deadline {due.show()}" if due is not None else ""
    return f"{entry.label.lower()} {entry.date.in_sentence()}{until} [{entry.briefing.id}]"


def _requirement(site: Site, history: History) -> str:
    return f"{history.front.title} ({_trust(site, history.front.trust)})"


def _trust(site: Site, id: str) -> str:
    front = site.trusts[id].front
    return front.short_name or front.name


def names(site: Site) -> dict[str, str]:
    """Each person named in a visible briefing → the role, and the first briefing with the name."""
    found: dict[str, str] = {}
    for name, said in _named(site):
        found.setdefault(name, said)
    return found


def _named(site: Site) -> Iterator[tuple[str, str]]:
    for one in sorted(site.briefings, key=lambda each: (each.visible_from, each.id)):
        front = one.front
        who = [(each.name, each.role) for each in front.people]
        who += [(each.who, each.role) for each in front.statements]
        if front.reply is not None and front.reply.who is not None:
            who.append((front.reply.who, front.reply.role or "who replied"))
        yield from ((name, f"{role} [{one.id}]") for name, role in who)
