"""A briefing in short, as labelled facts: the rating, the dates, what was ordered, the reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefings.content.dates import PartialDate
from briefings.domain import words
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.histories import Point
from briefings.domain.ratings.scales import value_of
from briefings.domain.ratings.tables import grades_given
from briefings.domain.site import Briefing, Site
from briefings.engine import query
from briefings.outputs.pages.components import later_of, main_rating, rated, tally_of


@query
def facts(site: Site, id: str) -> tuple[tuple[str, str], ...]:
    """Return (label, fact) rows on a briefing, in plain text, for feed items and digests."""
    briefing = site.briefing[id]
    front = briefing.front
    reply = words.REPLIES[front.reply.status] if front.reply else "No reply on record"
    rows = (
        ("Rating", "; ".join(_ratings(site, briefing))),
        _inspected([visit.date for visit in front.inspection.inspected]),
        ("Report published", front.inspection.report_published.show()),
        ("Requirements", _requirements(site, briefing)),
        ("Reply", words.say(site, reply)),
    )
    return tuple((label, fact) for label, fact in rows if fact)


def _inspected(visits: Sequence[PartialDate]) -> tuple[str, str]:
    known = [date.show() for date in visits if date.known]
    if not known:
        return "Inspection", visits[0].show()
    others = ", other dates not known" if len(known) < len(visits) else ""
    return "Inspected", words.listed(known) + others


def _ratings(site: Site, briefing: Briefing) -> Iterator[str]:
    """Yield what a card of the briefing shows: the suspensions, then the main rating or the tally.

    `Well-led, whole trust: Good (up, previously Inadequate)`.
    """
    regulator = site.regulators[briefing.front.regulator].front
    main, tally = main_rating(regulator, briefing), tally_of(site, regulator, briefing)
    points = {point.n: point for point in grades_given(site, briefing.id)}
    for n, rating in enumerate(briefing.front.ratings):
        point = points.get(n)
        if rating == main or (point is not None and point.value.ends_rating):
            after = later_of(site, briefing, rating)
            details = [*changed(point), after.label] if after else changed(point)
            label = value_of(regulator, rating, briefing).label
            said = f" ({', '.join(details)})" if details else ""
            yield f"{rated(site, regulator, rating)}: {label}{said}"
    if tally is not None:
        counts = ", ".join(f"{count} {grade.word}" for grade, count in tally.counts)
        yield f"{words.capital(tally.of)}: {counts}"


def changed(point: Point | None) -> list[str]:
    """Return the change of a rating and the value before, in words: `down`, `previously Good`.

    The change only as the briefing reports it; the value before may be from our records.
    """
    if point is None:
        return []
    written = point.rating.change
    change = [words.CHANGES[written].lower()] if written else []
    return [*change, f"previously {point.before.label}"] if point.before else change


def _requirements(site: Site, briefing: Briefing) -> str:
    """Return the number of orders and findings: `9 requirements, 1 repeated; 1 more finding`."""
    events: dict[str, set[str]] = {}
    for event in briefing.front.requirements:
        events.setdefault(event.id, set()).add(event.event)
    by_id = histories(site)
    told = [id for id in events if by_id[id].was_told and events[id] != {"raised"}]
    again = sum("repeated" in events[id] or _told_before(by_id[id], briefing) for id in told)
    raised = len(events) - len(told)
    parts = []
    if told:
        repeated = f", {again} repeated" if again else ""
        parts.append(f"{words.plural(len(told), 'requirement')}{repeated}")
    if raised:
        more = "more " if told else ""
        parts.append(f"{words.plural(raised, f'{more}finding')}, no order reported")
    return "; ".join(parts)


def _told_before(history: History, briefing: Briefing) -> bool:
    """Return whether an order precedes those of a briefing."""
    orders = (entry for entry in history.entries if entry.is_order)
    return any(history.told_before(e) for e in orders if e.briefing.id == briefing.id)
