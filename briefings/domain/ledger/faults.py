"""What a requirement's history shows to be wrong. Each rule's docstring is the rule.

An order of dates is a fault only where it is certain, and only visible events are judged: what
a draft or an embargoed briefing says does not yet exist.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from briefings.cancellation import checkpoint
from briefings.content.schema import Fault
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories, histories_of
from briefings.domain.site import Briefing, Site

#: Kinds that answer or follow an order, and so can't come before it.
_FOLLOWS = frozenset({"deadline-set", "plan-supplied", "partly-met", "met", "lifted", "reopened"})


def faults(
    site: Site,
    broken: frozenset[str] = frozenset(),
    *,
    briefings: Collection[str] | None = None,
    requirements: Collection[str] | None = None,
) -> Iterator[tuple[str, Fault]]:
    """(path of the briefing, fault), for every fault of the ledger.

    `broken`: ids of briefings that have other faults or can't be read. What they may have said
    could mend a history, so theirs are not judged.

    `briefings` and `requirements`: ids of those to judge, where it is not all. The site may then
    be short of briefings that are not named, are not broken and tell of no such requirement.
    """
    for briefing in site.briefings:
        checkpoint()
        if briefing.id not in broken and (briefings is None or briefing.id in briefings):
            yield from ((briefing.path, fault) for fault in _misplaced(site, briefing))
    doubtful = {_trust_of(site, id) for id in broken}
    if None in doubtful:
        return  # nobody can say whose history lacks events
    told = histories(site) if requirements is None else histories_of(site, requirements)
    for history in told.values():
        checkpoint()
        if not history.requirement.broken and not _may_lack_events(history, broken, doubtful):
            yield from _of_history(history)


def _trust_of(site: Site, id: str) -> str | None:
    """The trust of a broken briefing, where it is known."""
    briefing = site.briefing.get(id)
    trust = briefing.front.trust if briefing else None
    return trust if trust in site.trusts else None


def _may_lack_events(
    history: History, broken: frozenset[str], doubtful: Collection[str | None]
) -> bool:
    """A broken briefing is of this trust, or tells of this requirement."""
    if history.front.trust in doubtful:
        return True
    return any(entry.briefing.id in broken for entry in history.entries)


def _misplaced(site: Site, briefing: Briefing) -> Iterator[Fault]:
    """An event is of a requirement of its briefing's trust and regulator."""
    for n, event in enumerate(briefing.front.requirements):
        record = site.requirements.get(event.id)
        if record is None or record.broken:
            continue
        for name in ("trust", "regulator"):
            of, here = getattr(record.front, name), getattr(briefing.front, name)
            known = getattr(site, f"{name}s")  # an id that is unknown is reported by itself
            if of != here and of in known and here in known:
                message = f"this requirement is of the {name} `{of}`, and the briefing of `{here}`"
                hint = f"name a requirement of `{here}`, or mend `{name}` in one of the two files"
                yield Fault(("requirements", n, "id"), message, hint)


def _of_history(history: History) -> Iterator[tuple[str, Fault]]:
    for entry in history.entries:
        for rule in (repeats_nothing, before_its_order, due_before_its_order):
            yield from ((entry.briefing.path, fault) for fault in rule(history, entry))


def repeats_nothing(history: History, entry: Entry) -> Iterator[Fault]:
    """`repeated` has a `raised` or `told` that may stand at or before it."""
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
    """What answers an order is not certainly before everything that it could answer."""
    if entry.kind not in _FOLLOWS or history.first_told is None:
        return
    found = [one for one in history.entries if one.is_finding]
    if all(entry.date.certainly_before(one.date) for one in found):
        message = f"`{entry.kind}` ({entry.date.show()}) is before the order ({_first(found)})"
        hint = "mend the date, or add the order that came before it (`date: unknown` will do)"
        yield Fault(("requirements", entry.n, "date"), message, hint)


def due_before_its_order(history: History, entry: Entry) -> Iterator[Fault]:
    """A deadline is not certainly before all that it could belong to.

    That it is not before its own event is a rule over one file. A deadline may be set on what was
    only raised, and the order follow.
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
