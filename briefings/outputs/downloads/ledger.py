"""The tables of the ledger: requirements, their events, enforcement actions."""

from __future__ import annotations

from collections.abc import Iterator

from briefings.content.dates import PartialDate
from briefings.domain.ledger import Entry, History
from briefings.domain.registers import Action, actions
from briefings.domain.site import Site
from briefings.outputs.downloads.columns import (
    BRIEFING,
    ORDER,
    REGULATOR,
    SOURCES,
    TRUST,
    URL,
    joined,
    page,
)
from briefings.outputs.downloads.table import Cell, Column, Row, Table, dated, dates_of, table, text


def requirements(site: Site, told: dict[str, History]) -> Table:
    """Return the table of requirements with a visible event; `told` has their histories by id."""

    def row(one: History) -> Row:
        first_raised = one.first_raised.date if one.first_raised else None
        first_told = one.first_told.date if one.first_told else None
        age = one.age
        return {
            "id": one.id,
            "trust": one.front.trust,
            "regulator": one.front.regulator,
            "title": one.front.title,
            "text": one.front.text,
            "regulations": joined(one.front.regulations),
            "service": one.front.service,
            "site": one.front.site,
            "topics": joined(one.front.topics),
            "status": one.status.value,
            "open": one.status.is_open,
            **dates_of("last_recorded", one.status_date),
            **dates_of("first_raised", first_raised),
            **dates_of("first_told", first_told),
            "times_told": one.times_told,
            "age_days_least": age.least_days if age else None,
            "age_days_most": age.most_days if age else None,
            "deadline_passed": bool(one.passed(site.now)),
            "url": page(site, one.url),
        }

    return table(
        "requirements",
        "Requirements",
        "One row for each requirement, told or only raised; derived from the events",
        ("id",),
        (
            text("id", "The requirement’s id; it never changes"),
            TRUST,
            REGULATOR,
            text("title", "What must be done, in a few words"),
            text("text", "What must be done, in full"),
            text("regulations", "Numbers of regulations, space-separated"),
            text("service", "In which service"),
            text("site", "At which site"),
            text("topics", "Ids of topics, space-separated"),
            text(
                "status",
                "Status as last recorded: raised (found, with no order reported), open, "
                "open-plan-supplied, partly-met, met, lifted, reopened, or unknown (a source says "
                "that the outcome is not known)",
            ),
            Column("open", "boolean", "Whether it is open, as last recorded"),
            dated("last_recorded", "The date of the last event"),
            dated("first_raised", "When it was first raised, which is not an order"),
            dated("first_told", "When the trust was first told"),
            Column("times_told", "integer", "How often the trust was told, as recorded"),
            Column("age_days_least", "integer", "From first raised or told to last recorded: days"),
            Column(
                "age_days_most", "integer", "The most days that this can be; empty if unbounded"
            ),
            Column(
                "deadline_passed",
                "boolean",
                "A deadline has passed and there is no public record that it was met",
            ),
            URL,
        ),
        told.values,
        row,
        shows=frozenset({"requirement"}),
    )


def events(site: Site, told: dict[str, History]) -> Table:
    """Return the table of all events of the ledger."""

    def entries() -> Iterator[tuple[History, int, Entry]]:
        for history in told.values():
            for place, entry in enumerate(history.entries, start=1):
                yield history, place, entry

    def row(one: tuple[History, int, Entry]) -> Row:
        history, place, entry = one
        front = history.front
        return {
            "requirement": history.id,
            "order": place,
            "trust": front.trust,
            "regulator": front.regulator,
            "event": entry.kind,
            **dates_of("date", entry.date),
            **dates_of("deadline", entry.event.deadline),
            "note": entry.event.note,
            "briefing": entry.briefing.id,
            "number": entry.number,
            "sources": joined(entry.event.sources),
            "url": page(site, entry.url),
        }

    return table(
        "events",
        "Ledger events",
        "One row for each event in the history of a requirement",
        ("briefing", "number"),
        (
            text("requirement", "The requirement’s id"),
            Column("order", "integer", "Its place in the requirement’s history, from 1"),
            TRUST,
            REGULATOR,
            text("event", "What happened: raised, told, repeated, met …"),
            dated("date", "When"),
            dated("deadline", "By when it had to be done"),
            text("note", "What a reader should know"),
            BRIEFING,
            ORDER,
            SOURCES,
            URL,
        ),
        entries,
        row,
        shows=frozenset(),
    )


def _bounds(dates: list[PartialDate]) -> dict[str, Cell]:
    """Return the earliest day of the first and the latest day of the last of several dates.

    A bound is empty if any of the dates is open at that end.
    """
    starts, ends = [one.earliest for one in dates], [one.latest for one in dates]
    first = min((day for day in starts if day), default=None)
    last = max((day for day in ends if day), default=None)
    return {
        "deadlines_earliest": first.isoformat() if first and None not in starts else None,
        "deadlines_latest": last.isoformat() if last and None not in ends else None,
    }


def enforcement(site: Site) -> Table:
    """Return the table of all enforcement actions."""

    def row(one: Action) -> Row:
        deadlines = [
            f"{each.date.written} ({each.about})" if each.about else each.date.written
            for each in one.deadlines
        ]
        return {
            "id": one.key,
            "trust": one.trust,
            "regulator": one.regulator,
            "kind": one.kind,
            "text": one.text,
            "count": one.count,
            "regulations": joined(one.regulations),
            "mapped_by_us": one.mapped_by_us,
            "service": one.service,
            "site": one.site,
            **dates_of("served", one.served),
            "deadlines": "; ".join(deadlines) or None,
            **_bounds([each.date for each in one.deadlines]),
            "status": one.status,
            **dates_of("ended", one.ended),
            "outcome": one.outcome,
            "briefings": joined(tuple(dict.fromkeys(m.briefing.id for m in one.mentions))),
            "url": page(site, one.url),
            "deadline_passed": bool(one.passed(site.now)),
            "count_at_least": one.at_least,
        }

    return table(
        "enforcement",
        "Enforcement actions",
        "One row for each action, joined across briefings",
        ("id",),
        (
            text("id", "The action’s id, or its place in its one briefing"),
            TRUST,
            REGULATOR,
            text("kind", "The regulator’s kind of enforcement"),
            text("text", "What it was about"),
            Column("count", "integer", "How many notices it is"),
            text("regulations", "Numbers of regulations, space-separated"),
            Column("mapped_by_us", "boolean", "The regulation numbers are our reading"),
            text("service", "About which service"),
            text("site", "About which site"),
            dated("served", "When it was served, asked for or begun"),
            text("deadlines", "Deadlines as written, with what each was for, between semicolons"),
            Column("deadlines_earliest", "date", "The earliest day that the first of them can be"),
            Column("deadlines_latest", "date", "The latest day that the last of them can be"),
            text("status", "Status as last recorded"),
            dated("ended", "When it ended"),
            text("outcome", "The outcome, as last recorded"),
            text("briefings", "Ids of the briefings that report it, space-separated"),
            URL,
            Column(
                "deadline_passed",
                "boolean",
                "A deadline has passed and there is no public record that it was met",
            ),
            Column("count_at_least", "boolean", "The count is the least that it can be"),
        ),
        lambda: actions(site),
        row,
        shows=frozenset(),
    )
