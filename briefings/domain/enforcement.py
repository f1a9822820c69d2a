"""Enforcement actions of the whole site, each joined across briefings by its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from briefings.anchors import CLAIMS, number
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Deadline, Enforcement
from briefings.content.schema.types import Source
from briefings.domain.site import Briefing, Site, of_group
from briefings.domain.visibility import Clock, Lazy
from briefings.engine import query

T = TypeVar("T")

#: Enforcement statuses after which no deadline applies.
_ENDS = frozenset({"met", "lifted", "expired"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One briefing's entry for an enforcement action; `n` is its index in that list, from 0."""

    action: Enforcement
    briefing: Briefing
    n: int

    @property
    def url(self) -> str:
        """URL of the claim on the briefing's page."""
        return self.briefing.claim_url("enforcement", self.n)

    @property
    def key(self) -> tuple[tuple[date, date], datetime, str, int]:
        """Sort key: inspection, then publication, then briefing id and index. Never shown."""
        return (self.briefing.inspected_key, self.briefing.visible_from, self.briefing.id, self.n)

    @property
    def end_key(self) -> tuple[tuple[date, date], datetime, str, int]:
        """Sort key of its word on the end: by the end itself, if that is after the inspection."""
        ended = self.action.ended
        return self.key if ended is None else max(self.key, (ended.sort_key(), *self.key[1:]))


@dataclass(frozen=True, slots=True)
class Action:
    """One enforcement action, joined across briefings by its id.

    `key`: its id, or `<briefing id>-<number>` if it has none. `mentions`: oldest first.

    A value is that of the newest mention that gives it. Regulations, deadlines and sources are
    collected from all mentions. An action in force has no end: one recorded since then ends it, and
    one recorded before is of an earlier state, with its outcome and the deadlines of that time. A
    briefing on an older inspection may tell of a later end (see `Mention.end_key`).
    """

    key: str
    mentions: tuple[Mention, ...]

    @property
    def latest(self) -> Mention:
        """The newest mention."""
        return self.mentions[-1]

    @property
    def trust(self) -> str:
        """The trust's id."""
        return self.latest.briefing.front.trust

    @property
    def regulator(self) -> str:
        """The regulator's id."""
        return self.latest.briefing.front.regulator

    @property
    def kind(self) -> str:
        """Id of the regulator's kind of enforcement."""
        return self.latest.action.kind

    @property
    def text(self) -> str:
        """The subject of the action."""
        return self.latest.action.text

    @property
    def url(self) -> str:
        """URL of the newest mention."""
        return self.latest.url

    @property
    def served(self) -> PartialDate:
        """Newest known date of service; the newest one written if none is known."""
        dates = [mention.action.served for mention in reversed(self.mentions)]
        return next((date for date in dates if date.known), dates[0])

    @property
    def status(self) -> str | None:
        """Last recorded status; like the following, None if no mention gives one."""
        status = self._newest(lambda action: action.status, self._by_end)
        return None if status == "active" and self.ended else status

    @property
    def _by_end(self) -> tuple[Mention, ...]:
        """The mentions in the order of their words on the end."""
        return tuple(sorted(self.mentions, key=lambda mention: mention.end_key))

    @property
    def last_word(self) -> Mention:
        """The mention whose word on the end is the newest."""
        return self._by_end[-1]

    @property
    def _current(self) -> tuple[Mention, ...]:
        """The mentions since it was last in force again after an end; all if it never was."""
        mentions = self._by_end
        reports = [mention.action for mention in mentions]
        active = max(
            (n for n, report in enumerate(reports) if report.status == "active"), default=0
        )
        since = max((n for n, report in enumerate(reports[:active], 1) if ends(report)), default=0)
        return mentions[since:]

    @property
    def ended(self) -> PartialDate | None:
        """Last recorded date of its end, if none has it in force since."""
        return self._newest(lambda action: action.ended, self._current)

    @property
    def outcome(self) -> str | None:
        """Last recorded outcome, such as a fine, if it is not in force again since."""
        return self._newest(lambda action: action.outcome, self._current)

    @property
    def service(self) -> str | None:
        """Name of the service it is about."""
        return self._newest(lambda action: action.service)

    @property
    def site(self) -> str | None:
        """Name of the site it is about."""
        return self._newest(lambda action: action.site)

    def _newest(
        self, field: Callable[[Enforcement], T | None], mentions: Sequence[Mention] = ()
    ) -> T | None:
        values = (field(mention.action) for mention in reversed(mentions or self.mentions))
        return next((value for value in values if value is not None), None)

    @property
    def count(self) -> int:
        """Number of notices, from the newest mention that gives one; 1 if none does."""
        counted = self._newest(_counted)
        return 1 if counted is None or counted.count is None else counted.count

    @property
    def at_least(self) -> bool:
        """Whether `count` is a minimum."""
        counted = self._newest(_counted)
        return counted is not None and counted.at_least

    @property
    def is_ended(self) -> bool:
        """Whether it is over: its last recorded status is met, lifted or expired.

        If no mention gives a status: whether an end or an outcome is recorded.
        """
        if self.status is None:
            return self.ended is not None or self.outcome is not None
        return self.status in _ENDS

    @property
    def regulations(self) -> tuple[str, ...]:
        """Numbers of the regulations in all mentions, without duplicates."""
        numbers = (number for mention in self.mentions for number in mention.action.regulations)
        return tuple(dict.fromkeys(numbers))

    @property
    def mapped_by_us(self) -> bool:
        """Whether in any mention the regulation numbers are our reading, not the regulator's."""
        return any(mention.action.mapped_by_us for mention in self.mentions)

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Deadlines of all mentions by date, without duplicates."""
        deadlines = [due for mention in self.mentions for due in mention.action.deadlines]
        unique = dict.fromkeys(deadlines)
        return tuple(sorted(unique, key=lambda due: (due.date.sort_key(), due.about or "")))

    def moved(self, due: Deadline) -> Deadline | None:
        """Return the deadline by which a newer briefing replaced one: the same `about`."""
        current = self._current
        reports = [mention.action.deadlines for mention in self.mentions if mention in current]
        last = max((n for n, report in enumerate(reports) if due in report), default=len(reports))
        later = (other for report in reports[last + 1 :] for other in report)
        moves = [
            other for other in later if other.about == due.about and other not in reports[last]
        ]
        return moves[-1] if moves else None

    def is_answered(self, due: Deadline) -> bool:
        """Whether an end, or another date, is recorded since a deadline was last reported."""
        is_current = any(due in mention.action.deadlines for mention in self._current)
        return self.is_ended or not is_current or self.moved(due) is not None

    def is_overdue(self, due: Deadline, clock: Clock) -> bool:
        """Whether one of its deadlines has passed with no public record that it was met."""
        return clock.passed_without_record(due.date, ended=self.is_answered(due))

    def passed(self, clock: Clock) -> tuple[Deadline, ...]:
        """Return its deadlines that are overdue (`is_overdue`)."""
        return tuple(due for due in self.deadlines if self.is_overdue(due, clock))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Sources of all mentions, oldest mention first; a source may occur more than once."""
        return tuple(
            mention.briefing.front.sources[key]
            for mention in self.mentions
            for key in mention.action.sources
        )


def ends(report: Enforcement) -> bool:
    """Return whether a briefing reports that an action is over."""
    return report.ended is not None or report.status in _ENDS


def _counted(action: Enforcement) -> Enforcement | None:
    return None if action.count is None else action


@query
def actions_of_trust(site: Site, trust: str) -> tuple[Action, ...]:
    """Return the enforcement actions of visible briefings on a trust, in the order of `actions`.

    An id joins actions of one trust only (see `checks`).
    """
    mentions: dict[str, list[Mention]] = {}
    for briefing in of_group(site, "trust", trust):
        if briefing.front.trust == trust:
            for n, action in enumerate(briefing.front.enforcement):
                place = number(CLAIMS["enforcement"], n, briefing.front.vacated)
                key = action.id or f"{briefing.id}-{place}"
                mentions.setdefault(key, []).append(Mention(action, briefing, n))
    actions = [
        Action(key, tuple(sorted(mentions[key], key=lambda mention: mention.key)))
        for key in sorted(mentions)
    ]
    return tuple(sorted(actions, key=_served_key, reverse=True))


def joined_in(site: Site, briefing: Briefing) -> tuple[Action, ...]:
    """Return the action, joined across briefings, that each item of a briefing's list is of."""
    joined = {
        (mention.briefing.id, mention.n): action
        for action in actions_of_trust(site, briefing.front.trust)
        for mention in action.mentions
    }
    return tuple(joined[briefing.id, n] for n in range(len(briefing.front.enforcement)))


@query
def action_keys(site: Site) -> tuple[tuple[str, str], ...]:
    """Return (trust id, key) of every enforcement action, in the order of `actions`."""
    rows = [
        (_served_key(action), trust, action.key)
        for trust in sorted(site.trusts)
        for action in sorted(actions_of_trust(site, trust), key=lambda action: action.key)
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return tuple((trust, key) for _, trust, key in rows)


@query
def action(site: Site, trust: str, key: str) -> Action:
    """Return one enforcement action."""
    return next(action for action in actions_of_trust(site, trust) if action.key == key)


def actions(site: Site) -> Sequence[Action]:
    """Return every enforcement action of visible briefings, newest first by `_served_key`.

    Ties are sorted by trust and key, ascending. Each action is looked up when it is taken.
    """
    return Lazy(action_keys(site), lambda key: action(site, *key))


def _served_key(action: Action) -> tuple[bool, tuple[date, date]]:
    """Sort key: the date served, asked for or begun.

    An action of unknown date sorts below all others, by the inspection that first reports it.
    """
    if action.served.known:
        return True, action.served.sort_key()
    return False, action.mentions[0].briefing.inspected_key
