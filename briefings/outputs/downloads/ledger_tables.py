"""Tables of requirements and of the events in their history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.site import Site
from briefings.outputs.downloads.table import (
    BRIEFING,
    CITED,
    OF_BRIEFING,
    OF_TRUST,
    PASSED,
    PLACE,
    REGULATIONS,
    REGULATOR,
    TOPICS,
    TRUST,
    URL,
    Table,
    boolean,
    dated,
    day,
    ids,
    integer,
    text,
)


def _moved_deadlines(_: Site, history: History) -> str | None:
    """Return the deadlines as written: `2025-06-30, moved to 2025-09-30; 2026-03`."""
    chains = [[date.written for date in deadline.dates] for deadline in history.deadlines]
    return "; ".join(", moved to ".join(dates) for dates in chains) or None


REQUIREMENTS = Table(
    name="requirements", title="Requirements",
    meaning="One row for each requirement, told or only raised; derived from the events",
    key=("id",), ids=histories, values=lambda site, id: [histories(site)[id]],
    references=OF_TRUST,
    columns=(
        text("id", "The requirement’s id; it never changes", "id"),
        text("trust", TRUST, "front.trust"),
        text("regulator", REGULATOR, "front.regulator"),
        text("title", "What must be done, in a few words", "front.title"),
        text("text", "What must be done, in full", "front.text"),
        ids("regulations", REGULATIONS, "front.regulations"),
        text("service", "In which service", "front.service"),
        text("site", "At which site", "front.site"),
        ids("topics", TOPICS, "front.topics"),
        text(
            "status",
            "Status as last recorded: raised (found, with no order reported), open, "
            "partly-met, met, lifted, reopened, or unknown (a source says "
            "that the outcome is not known)",
            "status.value",
        ),
        boolean("open", "Whether it is open, as last recorded", "status.is_open"),
        dated("last_recorded", "The date of the last event", "status_date"),
        dated("first_raised", "When it was first raised, which is not an order",
              "first_raised.date"),
        dated("first_told", "When the trust was first told", "first_told.date"),
        integer("times_told", "How often the trust was told, as recorded", "times_told"),
        integer("age_days_least", "From first raised or told to last recorded: days",
                "age.least_days"),
        integer("age_days_most", "The most days that this can be; empty if unbounded",
                "age.most_days"),
        boolean("deadline_passed", PASSED, lambda site, history: bool(history.passed(site.clock))),
        URL,
        text("answer", "What the trust answered: none (no answer on record), accepted, "
             "partly-accepted, refused, plan-supplied or said-done", "answer.kind.value"),
        dated("answer_date", "When it answered", "answer.date"),
        boolean("told_since_answer", "Whether the trust was certainly told after that answer",
                "answer.told_since"),
        dated("newest_record", "The date of the newest event that is not the trust’s own word",
              "newest.date"),
        day("last_looked", "When someone last looked for news of it and found none",
            lambda _, history: history.looks[-1].date.earliest if history.looks else None),
        day("last_asked", "When the publisher last asked the trust about it",
            lambda _, history: history.questions[-1].date.earliest if history.questions else None),
        text("deadlines", "Deadlines as written, each with its moves, between semicolons",
             _moved_deadlines),
        text("owner", "The office that answers for it", "front.owner"),
        text("priority", "How urgent it is, in the regulator’s own word", "front.priority"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Event:
    """An entry of a requirement's history; `order` is its place in it, from 1."""

    history: History
    order: int
    entry: Entry

    @property
    def url(self) -> str:
        return self.entry.url


def _events(site: Site, id: str) -> Iterator[_Event]:
    history = histories(site)[id]
    return (_Event(history, order, entry) for order, entry in enumerate(history.entries, start=1))


EVENTS = Table(
    name="events", title="Ledger events",
    meaning="One row for each event in the history of a requirement", key=("briefing", "number"),
    ids=histories, values=_events, size=lambda site, id: len(histories(site)[id].entries),
    references={**OF_BRIEFING, **OF_TRUST, "requirement": "requirements"},
    columns=(
        text("requirement", "The requirement’s id", "history.id"),
        integer("order", "Its place in the requirement’s history, from 1", "order"),
        text("trust", TRUST, "history.front.trust"),
        text("regulator", REGULATOR, "history.front.regulator"),
        text("event", "What happened: raised, told, repeated, met …", "entry.kind"),
        dated("date", "When", "entry.date"),
        dated("deadline", "By when it had to be done", "entry.event.deadline"),
        text("note", "What a reader should know", "entry.event.note"),
        text("briefing", BRIEFING, "entry.briefing.id"),
        integer("number", PLACE, "entry.number"),
        ids("sources", CITED, "entry.event.sources"),
        URL,
        text("speaker", "Whose word it is: trust, or regulator (or a court’s or official record’s)",
             lambda _, event: "trust" if event.entry.is_answer else "regulator"),
    ),
)  # fmt: skip
