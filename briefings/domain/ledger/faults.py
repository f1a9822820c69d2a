"""Checks of the ledger: rules over the history of a requirement. Each rule's docstring is the rule.

A wrong order of dates is a fault only if it is certain. Only visible events are checked; events in
drafts and embargoed briefings are treated as if they did not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from briefings.cancellation import checkpoint
from briefings.content.schema import Fault
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories, histories_of
from briefings.domain.site import Briefing, Site

#: Kinds of event that answer or follow an order, and so can't come before it.
_FOLLOWS = frozenset({"deadline-set", "plan-supplied", "partly-met", "met", "lifted", "reopened"})


def faults(
    site: Site,
    broken: frozenset[str] = frozenset(),
    *,
    briefings: Collection[str] | None = None,
    requirements: Collection[str] | None = None,
) -> Iterator[tuple[str, Fault]]:
    """Yield (path of the briefing, fault) for every fault of the ledger.

    `broken`: ids of briefings that have other faults or can't be read. An event that is missing
    because of such a fault could make a history correct, so the histories of their trusts and of
    the requirements that they name are not checked; none are if the trust of one is unknown.

    `briefings` and `requirements`: ids of those to check; None for all. The site may then lack
    briefings that are not in `briefings`, are not broken and have no event of `requirements`.
    """
    for briefing in site.briefings:
        checkpoint()
        if briefing.id not in broken and (briefings is None or briefing.id in briefings):
            yield from ((briefing.path, fault) for fault in _misplaced(site, briefing))
    doubtful = {_trust_of(site, id) for id in broken}
    if None in doubtful:
        return  # the trust of a broken briefing is unknown: any history may lack its events
    told = histories(site) if requirements is None else histories_of(site, requirements)
    for history in told.values():
        checkpoint()
        if not history.requirement.broken and not _may_lack_events(history, broken, doubtful):
            yield from _of_history(history)


def _trust_of(site: Site, id: str) -> str | None:
    """Return the trust of a broken briefing; None if it is unknown."""
    briefing = site.briefing.get(id)
    trust = briefing.front.trust if briefing else None
    return trust if trust in site.trusts else None


def _may_lack_events(
    history: History, broken: frozenset[str], doubtful: Collection[str | None]
) -> bool:
    """Whether a broken briefing is on the history's trust, or has an event in the history."""
    if history.front.trust in doubtful:
        return True
    return any(entry.briefing.id in broken for entry in history.entries)


def _misplaced(site: Site, briefing: Briefing) -> Iterator[Fault]:
    """The requirement of an event has the same trust and regulator as the briefing.

    Broken requirements are skipped.
    """
    for n, event in enumerate(briefing.front.requirements):
        record = site.requirements.get(event.id)
        if record is None or record.broken:
            continue
        for name in ("trust", "regulator"):
            of, here = getattr(record.front, name), getattr(briefing.front, name)
            known = getattr(site, f"{name}s")  # unknown ids are reported by another rule
            if of != here and of in known and here in known:
                message = f"this requirement is of the {name} `{of}`, and the briefing of `{here}`"
                hint = f"name a requirement of `{here}`, or mend `{name}` in one of the two files"
                yield Fault(("requirements", n, "id"), message, hint)


def _of_history(history: History) -> Iterator[tuple[str, Fault]]:
    for entry in history.entries:
        for rule in (repeats_nothing, before_its_order, due_before_its_order):
            yield from ((entry.briefing.path, fault) for fault in rule(history, entry))


def repeats_nothing(history: History, entry: Entry) -> Iterator[Fault]:
    """`repeated` needs a `raised` or `told` entry that is not certainly after it."""
    if entry.kind != "repeated":
        return
    earlier = [one for one in history.entries if one.kind in {"raised", "told"}]
    if all(one.date.certainly_after(entry.date) for one in earlier):
        message = "nothing that is public shows that the trust was told or warned of this before"
        hint = (
            "write `event: told`, or add the earlier `told` or `raised` to a briefing that is "
            "public (`date: unknown` will do)"
        )
        yield Fault(("requirements", entry.n, "event"), message, hint)


def before_its_order(history: History, entry: Entry) -> Iterator[Fault]:
    """An event that answers an order is not certainly before all entries that it could answer.

    Not applied if no order is on record.
    """
    if entry.kind not in _FOLLOWS or history.first_told is None:
        return
    found = [one for one in history.entries if one.is_finding]
    if all(entry.date.certainly_before(one.date) for one in found):
        message = f"`{entry.kind}` ({entry.date.show()}) is before the order ({_first(found)})"
        hint = "mend the date, or add the order that came before it (`date: unknown` will do)"
        yield Fault(("requirements", entry.n, "date"), message, hint)


def due_before_its_order(history: History, entry: Entry) -> Iterator[Fault]:
    """A deadline is not certainly before all entries that it could belong to.

    These include `raised`: a deadline may be set on a matter that was only raised, and the order
    follow. Not applied if no order is on record. A deadline before its own event is reported by a
    rule over one file.
    """
    due = entry.event.deadline
    if due is None or history.first_told is None or due.certainly_before(entry.date):
        return
    found = [one for one in history.entries if one.is_finding]
    if all(due.certainly_before(one.date) for one in found):
        message = f"the deadline ({due.show()}) is before the order ({_first(found)})"
        hint = "mend the deadline, or add the order that it belongs to (`date: unknown` will do)"
        yield Fault(("requirements", entry.n, "deadline"), message, hint)


def _first(entries: list[Entry]) -> str:
    first = entries[0]
    return f"{first.date.show()}, in {first.briefing.path}"
