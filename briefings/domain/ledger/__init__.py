"""The ledger: what regulators told trusts to do, or found without an order, and what followed.

Everything here is derived from the events in all visible briefings. Status and age are as last
recorded and do not depend on the current time; only deadlines are compared with now.
"""

from briefings.domain.ledger.entries import KINDS, Deadline, Entry, Status
from briefings.domain.ledger.faults import faults_of_history, misplaced_events
from briefings.domain.ledger.history import History, Totals, histories, history
from briefings.domain.ledger.lists import (
    by_age,
    deadline_passed,
    inherited,
    met,
    of_trust,
    open_by_age,
    predecessors_of,
    raised,
    told_more_than_once,
    unknown,
)

__all__ = [
    "KINDS",
    "Deadline",
    "Entry",
    "History",
    "Status",
    "Totals",
    "by_age",
    "deadline_passed",
    "faults_of_history",
    "histories",
    "history",
    "inherited",
    "met",
    "misplaced_events",
    "of_trust",
    "open_by_age",
    "predecessors_of",
    "raised",
    "told_more_than_once",
    "unknown",
]
