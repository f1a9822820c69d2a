"""Status of a requirement, as last recorded: a state machine over its entries in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from briefings.domain.ledger.entries import Entry


class Status(StrEnum):
    """Status of a requirement; the values are those written in downloads."""

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
        """Label shown on pages: `Open, plan supplied`."""
        return _LABELS[self]

    @property
    def clause(self) -> str:
        """Start of a sentence on it: `Raised, with no order reported`; else as `label`."""
        return _CLAUSES.get(self, self.label)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done, as last recorded."""
        return self in _OPEN

    @property
    def is_ended(self) -> bool:
        """Whether it is met or lifted."""
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
#: Statuses that `plan-supplied` changes; `partly-met` is not among them and stays.
_AWAITS_PLAN = frozenset({Status.OPEN, Status.REOPENED, Status.UNKNOWN})
_SAID = {
    "met": Status.MET,
    "lifted": Status.LIFTED,
    "reopened": Status.REOPENED,
    "not-known": Status.UNKNOWN,
}


def status_of(entries: Iterable[Entry]) -> Status:
    """Return the status after all entries, which are in order.

    - `met`, `lifted`, `reopened` and `not-known` set the status that they name. So does
      `partly-met`, unless there is a `met` or `lifted` before it (and no reopening since), and it
      is not certainly after that.
    - `told` and `repeated` set it to open; certainly after `met` or `lifted`, to reopened, and once
      reopened, each further order does so again. If it is not certain which came first, the order
      is taken as the one that was met, and the status does not change.
    - An order with nothing after it is open. A missing outcome does not make the outcome unknown;
      only a `not-known` event does, which cites a source that says so.
    - `plan-supplied` changes open, reopened and, if an order is on record, unknown.
    - `raised` and `deadline-set` change nothing. With these alone, or with a plan as well, no order
      is on record, and the status is `raised`.
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
        """Apply `told` or `repeated`. If it may be the order that was met, the status stays."""
        self.ordered = True
        if self.end is not None:
            if not self._follows(entry, self.end):
                return
            self.reopened, self.end = True, None
        self.status = Status.REOPENED if self.reopened else Status.OPEN

    def _follows(self, entry: Entry, end: Entry) -> bool:
        """Whether `entry` is certainly after `end`.

        If an order is on record before `end`, an unknown date of `entry` is replaced by that of its
        inspection or report. If not, `end` answers some order, which may be this one of unknown
        date, so its date stays unknown and it is not certainly after.
        """
        date = entry.stands if self.end_answers else entry.date
        return date.certainly_after(end.stands)

    def _note(self, entry: Entry) -> None:
        if entry.is_end:
            self.end, self.end_answers = entry, self.ordered
        elif entry.kind == "reopened":
            self.end, self.reopened, self.ordered = None, True, True
