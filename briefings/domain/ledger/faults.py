"""Checks of the ledger: rules over the history of a requirement. Each rule's docstring is the rule.

A wrong order of dates is a fault only if it is certain. Only visible events are checked; events in
drafts and embargoed briefings are treated as if they did not exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from briefings.content.schema.validation import Fault
from briefings.domain.ledger.entries import ANSWERS, Entry
from briefings.domain.ledger.history import History, history
from briefings.domain.site import Briefing, Site
from briefings.domain.summaries import doubtful_briefings
from briefings.engine import query

#: Kinds of event that answer or follow an order, and so can't come before it.
_FOLLOWS = ANSWERS | {"deadline-set", "partly-met", "met", "lifted", "reopened"}


def misplaced_events(site: Site, briefing: Briefing) -> Iterator[Fault]:
    """The requirement of an event has the same trust and regulator as the briefing.

    Unknown ids are reported by another rule; requirements with faults are skipped.
    """
    for n, event in enumerate(briefing.front.requirements):
        record = site.requirements.get(event.id)
        if record is None or record.broken:
            continue
        for name in ("trust", "regulator"):
            theirs, ours = getattr(record.front, name), getattr(briefing.front, name)
            ids = getattr(site, f"{name}s")
            if theirs != ours and theirs in ids and ours in ids:
                message = (
                    f"this requirement is of the {name} `{theirs}`, and the briefing of `{ours}`"
                )
                hint = f"name a requirement of `{ours}`, or mend `{name}` in one of the two files"
                yield Fault(("requirements", n, "id"), message, hint)


@query
def faults_of_history(site: Site, requirement: str) -> tuple[tuple[str, Fault], ...]:
    """Return (path of the briefing, fault) for every fault in the history of a requirement.

    An event that can't be read could make a history correct, so no history is checked that may
    lack one: see `_may_lack_events`.
    """
    recorded = history(site, requirement)
    if recorded is None or recorded.requirement.broken or _may_lack_events(site, recorded):
        return ()
    return tuple(
        (entry.briefing.path, fault)
        for entry in recorded.entries
        for rule in (repeats_nothing, before_its_order, due_before_its_order)
        for fault in rule(recorded, entry)
    )


def _may_lack_events(site: Site, history: History) -> bool:
    """Return whether a briefing with unreadable events is on the trust, or names the requirement.

    True if the trust of such a briefing is unknown: it may be any.
    """
    doubtful = doubtful_briefings(site)
    trusts = {_trust_of(site, id) for id in doubtful}
    if None in trusts or history.front.trust in trusts:
        return True
    events = (event for id in doubtful for event in site.briefing[id].front.requirements)
    return any(event.id == history.id for event in events)


def _trust_of(site: Site, id: str) -> str | None:
    """Return the trust of a doubtful briefing; None if it is unknown."""
    briefing = site.briefing.get(id)
    trust = briefing.front.trust if briefing else None
    return trust if trust in site.trusts else None


def repeats_nothing(history: History, entry: Entry) -> Iterator[Fault]:
    """`repeated` needs a `raised` or `told` entry that is not certainly after it."""
    if entry.kind != "repeated":
        return
    firsts = [other for other in history.entries if other.kind in {"raised", "told"}]
    if all(first.date.certainly_after(entry.date) for first in firsts):
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
    findings = [other for other in history.entries if other.is_finding]
    if all(entry.date.certainly_before(finding.date) for finding in findings):
        message = f"`{entry.kind}` ({entry.date.show()}) is before the order ({_first(findings)})"
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
    findings = [other for other in history.entries if other.is_finding]
    if all(due.certainly_before(finding.date) for finding in findings):
        message = f"the deadline ({due.show()}) is before the order ({_first(findings)})"
        hint = "mend the deadline, or add the order that it belongs to (`date: unknown` will do)"
        yield Fault(("requirements", entry.n, "deadline"), message, hint)


def _first(findings: list[Entry]) -> str:
    first = findings[0]
    return f"{first.date.show()}, in {first.briefing.path}"
