"""The status of a requirement, as last recorded: one walk over its entries in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from briefings.domain.ledger.entries import Entry


class Status(StrEnum):
    """The eight ways in which a requirement can stand; the value is what downloads hold."""

    RAISED = "raised"
    OPEN = "open"
    PLAN_SUPPLIED = "open-plan-supplied"
    PARTLY_MET = "partly-met"
    MET = "met"
    LIFTED = "lifted"
    REOPENED = "reopened"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word shown: `Open, plan supplied`."""
        return _LABELS[self]

    @property
    def clause(self) -> str:
        """The start of a sentence on it: `Raised, with no order reported`."""
        return _CLAUSES.get(self, self.label)

    @property
    def is_open(self) -> bool:
        """Something is still to be done, as last recorded."""
        return self in _OPEN

    @property
    def is_ended(self) -> bool:
        """Met or lifted."""
        return self in {Status.MET, Status.LIFTED}


_LABELS = {
    Status.RAISED: "Raised",
    Status.OPEN: "Open",
    Status.PLAN_SUPPLIED: "Open, plan supplied",
    Status.PARTLY_MET: "Partly met",
    Status.MET: "Met",
    Status.LIFTED: "Lifted",
    Status.REOPENED: "Reopened",
    Status.UNKNOWN: "Outcome not known",
}
_CLAUSES = {Status.RAISED: "Raised, with no order reported"}
_OPEN = frozenset({Status.OPEN, Status.PLAN_SUPPLIED, Status.PARTLY_MET, Status.REOPENED})
#: Where a plan moves the status on; what was found partly met stays so.
_AWAITS_PLAN = frozenset({Status.OPEN, Status.REOPENED, Status.UNKNOWN})
_SAID = {
    "met": Status.MET,
    "lifted": Status.LIFTED,
    "reopened": Status.REOPENED,
    "not-known": Status.UNKNOWN,
}


def status_of(entries: Iterable[Entry]) -> Status:
    """The status that entries in their order come to.

    - `met`, `lifted`, `partly-met`, `reopened` and `not-known` say it themselves.
    - `told` and `repeated` open it; certainly after `met` or `lifted` they reopen it, and once
      reopened, each further order says so again. Where it is not certain which came first, the
      order is taken to be what was met.
    - An order with nothing after it is open: that nobody wrote down an outcome changes nothing,
      and only a `not-known` event, which cites a source that says so, makes the outcome not known.
    - A plan changes what is open, or not known though an order is on record.
    - `raised` and `deadline-set` change nothing. With these alone, or a plan besides, no order is
      on record, and the status is `raised`.
    """
    walk = _Walk()
    for entry in entries:
        walk.step(entry)
    return walk.status


@dataclass(slots=True)
class _Walk:
    status: Status = Status.RAISED
    ordered: bool = False
    reopened: bool = False
    end: Entry | None = None
    end_answers: bool = False

    def step(self, entry: Entry) -> None:
        if entry.is_order:
            self._order(entry)
        elif entry.kind == "plan-supplied":
            if self.ordered and self.status in _AWAITS_PLAN:
                self.status = Status.PLAN_SUPPLIED
        elif entry.kind == "partly-met":
            if self.end is None or self._follows(entry, self.end):
                self.status = Status.PARTLY_MET
        elif entry.kind in _SAID:
            self.status = _SAID[entry.kind]
            self._note(entry)

    def _order(self, entry: Entry) -> None:
        """An order that may be the one that was met is taken as that: `met` stands."""
        self.ordered = True
        if self.end is not None:
            if not self._follows(entry, self.end):
                return
            self.reopened, self.end = True, None
        self.status = Status.REOPENED if self.reopened else Status.OPEN

    def _follows(self, entry: Entry, end: Entry) -> bool:
        """Certainly after `end`; an unknown date stands at its inspection, unless `end` needs it.

        An end with no order before it answers some order: the one of unknown date.
        """
        date = entry.stands if self.end_answers else entry.date
        return date.certainly_after(end.stands)

    def _note(self, entry: Entry) -> None:
        if entry.is_end:
            self.end, self.end_answers = entry, self.ordered
        elif entry.kind == "reopened":
            self.end, self.reopened, self.ordered = None, True, True
