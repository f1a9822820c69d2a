"""Two of a requirement's three answers: the trust's, and later observations by anyone.

The first, the status, is `entries.Status`. Each has its own speaker: only the regulator's
word makes a requirement met, and the trust's word neither ends the silence nor moves its bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from briefings.content.dates.values import PartialDate
from briefings.content.schema.entities import Ask, Look, RequirementFront
from briefings.content.schema.types import Source
from briefings.domain.ledger.entries import Entry, Status
from briefings.domain.visibility import Clock
from briefings.domain.words import lower, when


class AnswerKind(StrEnum):
    """Kinds of answers of a trust; the values are those in downloads."""

    NONE = "none"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly-accepted"
    REFUSED = "refused"
    PLAN_SUPPLIED = "plan-supplied"
    SAID_DONE = "said-done"

    @property
    def label(self) -> str:
        """Label shown on pages: `Says it is done`."""
        return _LABELS[self]


_LABELS = {
    AnswerKind.NONE: "No answer on record",
    AnswerKind.ACCEPTED: "Accepted",
    AnswerKind.PARTLY_ACCEPTED: "Partly accepted",
    AnswerKind.REFUSED: "Refused",
    AnswerKind.PLAN_SUPPLIED: "Plan supplied",
    AnswerKind.SAID_DONE: "Says it is done",
}
_SENTENCES = {
    AnswerKind.ACCEPTED: "The trust accepted this {when}",
    AnswerKind.PARTLY_ACCEPTED: "The trust accepted a part of this {when}",
    AnswerKind.REFUSED: "The trust refused this {when}",
    AnswerKind.PLAN_SUPPLIED: "The trust supplied a plan {when}",
    AnswerKind.SAID_DONE: "The trust said {when} that it is done",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The trust's newest answer to a requirement.

    `entry`: None if there is none on record. `order`: the order that it answers, if there is one.
    `told_since`: an order is on record that certainly came after it. `is_met`: the regulator
    recorded the requirement as met.
    """

    entry: Entry | None
    order: Entry | None
    told_since: bool
    is_met: bool

    @classmethod
    def of(cls, entries: Sequence[Entry], status: Status) -> Self:
        """Return the answer in a history, whose entries are in order."""
        entry = next((item for item in reversed(entries) if item.is_answer), None)
        if entry is None:
            return cls(None, None, told_since=False, is_met=status is Status.MET)
        orders = [item for item in entries if item.is_order]
        before = [order for order in orders if not _is_after(order, entry, orders)]
        order = before[-1] if before else None
        return cls(entry, order, len(before) < len(orders), status is Status.MET)

    @property
    def kind(self) -> AnswerKind:
        """What was answered."""
        return AnswerKind(self.entry.kind) if self.entry else AnswerKind.NONE

    @property
    def label(self) -> str:
        """`Accepted`, `No answer on record`, `Accepted, before it was told again`."""
        return f"{self.kind.label}{self.clause}"

    @property
    def clause(self) -> str:
        """`, before it was told again` for an answer to an earlier order; else empty."""
        if not self.told_since:
            return ""
        return ", before it was told again" if self.order else ", before it was told"

    @property
    def date(self) -> PartialDate | None:
        """Date of the answer, as written."""
        return self.entry.date if self.entry else None

    @property
    def reason(self) -> str | None:
        """The note of the answer; that of a refusal is its reason."""
        return self.entry.event.note if self.entry else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Its sources."""
        return self.entry.sources if self.entry else ()

    @property
    def is_unseen(self) -> bool:
        """Whether the trust says that it is done, and the regulator has not recorded it as met."""
        return self.kind is AnswerKind.SAID_DONE and not self.told_since and not self.is_met

    @property
    def sentence(self) -> str:
        """The answer as a sentence that names its speaker."""
        if self.entry is None:
            return "No answer of the trust is on record."
        if self.is_unseen:
            return "The trust says that it is done; no inspector has said so."
        return f"{_SENTENCES[self.kind].format(when=when(self.entry.date))}{self.clause}."


def _is_after(order: Entry, answer: Entry, orders: Sequence[Entry]) -> bool:
    """Return whether an order is certainly after an answer; on one day it is not.

    An order of unknown date may be the one that was answered. If another one may be, it is taken as
    of its inspection or report.
    """
    others = (other for other in orders if other is not order and other.date.known)
    other_may_be = any(not other.date.certainly_after(answer.stands) for other in others)
    date = order.stands if other_may_be else order.date
    return date.certainly_after(answer.stands)


class Question(NamedTuple):
    """A question of the publisher to the trust, at a moment.

    `answered`: the day of its answer; None until that day.
    """

    date: PartialDate
    answered: PartialDate | None
    note: str | None

    @property
    def answer(self) -> str:
        """`no answer`, or `answered on 1 July 2026`."""
        return f"answered {self.answered.in_sentence()}" if self.answered else "no answer"

    @property
    def words(self) -> str:
        """`asked on 5 June 2026, no answer`; `asked on 5 June 2026, answered on 1 July 2026`."""
        return f"asked {self.date.in_sentence()}, {self.answer}"


def visible_looks(front: RequirementFront, clock: Clock) -> tuple[Look, ...]:
    """Return the looks up to today, oldest first."""
    return tuple(sorted((look for look in front.looked if not clock.ahead(look.date)), key=_day))


def visible_questions(front: RequirementFront, clock: Clock) -> tuple[Question, ...]:
    """Return the questions up to today, oldest first."""
    asked = sorted((ask for ask in front.asked if not clock.ahead(ask.date)), key=_day)
    return tuple(Question(ask.date, _reached(ask.answered, clock), ask.note) for ask in asked)


def _reached(date: PartialDate | None, clock: Clock) -> PartialDate | None:
    return None if date is None or clock.ahead(date) else date


def _day(item: Look | Ask) -> str:
    return item.date.written


@dataclass(frozen=True, slots=True)
class Evidence:
    """Later observations: the newest event, the looks and the questions.

    `newest`: the newest event that is not the trust's own word; None if there is none. `end`: the
    event that recorded it as met or lifted, if that is where it stands. `looks` and `questions`:
    those up to now, oldest first. They bound the silence and never end it.
    """

    newest: Entry | None
    end: Entry | None
    looks: tuple[Look, ...]
    questions: tuple[Question, ...]

    @property
    def looked(self) -> Look | None:
        """The last time somebody looked; None if that was certainly before the newest event."""
        last = self.looks[-1] if self.looks else None
        return last if last is not None and self._counts(last.date) else None

    @property
    def asked(self) -> Question | None:
        """The last time the trust was asked; None if that was certainly before the newest event."""
        last = self.questions[-1] if self.questions else None
        return last if last is not None and self._counts(last.date) else None

    def _counts(self, day: PartialDate) -> bool:
        return self.newest is None or not day.certainly_before(self.newest.date)

    @property
    def bounds(self) -> str:
        """`last looked on 3 November 2026; asked on 5 June 2026, no answer`; may be empty."""
        looked = [f"last looked {self.looked.date.in_sentence()}"] if self.looked else []
        asked = [self.asked.words] if self.asked else []
        return "; ".join([*looked, *asked])

    @property
    def words(self) -> str:
        """`nothing since May 2025; last looked on 3 November 2026; asked on …, no answer`.

        What is met or lifted is not waited for: `met in May 2025`.
        """
        if self.end is not None:
            return f"{lower(self.end.label)} {when(self.end.date)}"
        return "; ".join(filter(None, [f"nothing {_since(self.newest)}", self.bounds]))


def _since(newest: Entry | None) -> str:
    """`since May 2025`; for an interval, since its end."""
    if newest is None:
        return "on record"
    date = newest.date.last
    return f"since {date.bare()}" if date.known else "since a record whose date is not known"
