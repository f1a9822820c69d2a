"""Registers of the whole site: enforcement actions, breaches by regulation, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from briefings.anchors import CLAIMS, claim, number
from briefings.content.dates import PartialDate
from briefings.content.schema import Breach, Deadline, Enforcement, Source
from briefings.domain.ledger import History
from briefings.domain.overdue import Overdue, is_overdue
from briefings.domain.site import Briefing, Site
from briefings.domain.words import REVISIONS, WITHDRAWAL

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
        vacated = self.briefing.front.vacated
        return f"{self.briefing.url}#{claim(CLAIMS['enforcement'], self.n, vacated)}"

    @property
    def key(self) -> tuple[tuple[date, date], datetime, str, int]:
        """Sort key: inspection, then publication, then briefing id and index. Never shown."""
        return (self.briefing.inspected_key, self.briefing.visible_from, self.briefing.id, self.n)


@dataclass(frozen=True, slots=True)
class Action:
    """One enforcement action, joined across briefings by its id.

    `key`: its id, or `<briefing id>-<number>` if it has none. `mentions`: oldest first.

    A value is that of the newest mention that gives it. Regulations, deadlines and sources are
    collected from all mentions.
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
        """What the action is about."""
        return self.latest.action.text

    @property
    def url(self) -> str:
        """URL of the newest mention."""
        return self.latest.url

    @property
    def served(self) -> PartialDate:
        """Newest known date of service; the newest one written if none is known."""
        dates = [one.action.served for one in reversed(self.mentions)]
        return next((date for date in dates if date.known), dates[0])

    @property
    def status(self) -> str | None:
        """Last recorded status; None if no mention gives one."""
        said = (one.action.status for one in reversed(self.mentions))
        return next((status for status in said if status is not None), None)

    @property
    def ended(self) -> PartialDate | None:
        """Last recorded date of its end; None if no mention gives one."""
        said = (one.action.ended for one in reversed(self.mentions))
        return next((date for date in said if date is not None), None)

    @property
    def is_ended(self) -> bool:
        """Whether it is over: its last recorded status is met, lifted or expired.

        If no mention gives a status: whether an end or an outcome is recorded.
        """
        if self.status is None:
            return self.ended is not None or self.outcome is not None
        return self.status in _ENDS

    def is_overdue(self, due: Deadline, now: datetime) -> bool:
        """Whether one of its deadlines has passed with no public record that it was met.

        `now` is in the site's zone.
        """
        return is_overdue(due.date, now, ended=self.is_ended)

    def passed(self, now: datetime) -> tuple[Deadline, ...]:
        """Return its deadlines that are overdue (`is_overdue`)."""
        return tuple(one for one in self.deadlines if self.is_overdue(one, now))

    @property
    def outcome(self) -> str | None:
        """Last recorded outcome, such as a fine; None if no mention gives one."""
        said = (one.action.outcome for one in reversed(self.mentions))
        return next((text for text in said if text is not None), None)

    @property
    def count(self) -> int:
        """Number of notices, from the newest mention that gives one; 1 if none does."""
        return self._counted[0]

    @property
    def at_least(self) -> bool:
        """Whether `count` is a minimum."""
        return self._counted[1]

    @property
    def _counted(self) -> tuple[int, bool]:
        said = (one.action for one in reversed(self.mentions))
        found = ((one.count, one.at_least) for one in said if one.count is not None)
        return next(found, (1, False))

    @property
    def service(self) -> str | None:
        """Name of the service it is about; None if no mention gives one."""
        said = (one.action.service for one in reversed(self.mentions))
        return next((name for name in said if name is not None), None)

    @property
    def site(self) -> str | None:
        """Name of the site it is about; None if no mention gives one."""
        said = (one.action.site for one in reversed(self.mentions))
        return next((name for name in said if name is not None), None)

    @property
    def regulations(self) -> tuple[str, ...]:
        """Numbers of the regulations in all mentions, without duplicates."""
        named = (number for one in self.mentions for number in one.action.regulations)
        return tuple(dict.fromkeys(named))

    @property
    def mapped_by_us(self) -> bool:
        """Whether in any mention the regulation numbers are our reading, not the regulator's."""
        return any(one.action.mapped_by_us for one in self.mentions)

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Deadlines of all mentions by date, without duplicates."""
        every = dict.fromkeys(one for mention in self.mentions for one in mention.action.deadlines)
        return tuple(sorted(every, key=lambda one: (one.date.sort_key(), one.about or "")))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Sources of all mentions, oldest mention first; a source may occur more than once."""
        return tuple(
            mention.briefing.front.sources[key]
            for mention in self.mentions
            for key in mention.action.sources
        )


@lru_cache(maxsize=4)  # pages, feeds and downloads need the same value
def actions(site: Site) -> tuple[Action, ...]:
    """Return every enforcement action of visible briefings, newest first by `_served_key`.

    Ties are sorted by trust and key, ascending.
    """
    joined: dict[str, list[Mention]] = {}
    for briefing in site.briefings:
        for n, action in enumerate(briefing.front.enforcement):
            place = number(CLAIMS["enforcement"], n, briefing.front.vacated)
            name = action.id or f"{briefing.id}-{place}"
            joined.setdefault(name, []).append(Mention(action, briefing, n))
    found = [
        Action(key, tuple(sorted(mentions, key=lambda one: one.key)))
        for key, mentions in sorted(joined.items())
    ]
    found.sort(key=lambda one: (one.trust, one.key))
    return tuple(sorted(found, key=_served_key, reverse=True))


@lru_cache(maxsize=4)
def actions_by_key(site: Site) -> dict[str, Action]:
    """Return every action by its key, in the order of `actions`."""
    return {action.key: action for action in actions(site)}


@lru_cache(maxsize=4)
def actions_by_trust(site: Site) -> dict[str, list[Action]]:
    """Return the actions of each trust, in the order of `actions`; trusts without one included."""
    grouped: dict[str, list[Action]] = {id: [] for id in site.trusts}
    for action in actions(site):
        grouped[action.trust].append(action)
    return grouped


def _served_key(action: Action) -> tuple[bool, tuple[date, date]]:
    """Sort key: the date served, asked for or begun.

    An action of unknown date sorts below all others, by the inspection that first reports it.
    """
    if action.served.known:
        return True, action.served.sort_key()
    return False, action.mentions[0].briefing.inspected_key


def overdue(now: datetime, histories: Iterable[History], actions: Iterable[Action]) -> Overdue:
    """Count those that have a passed deadline with no public record that it was met."""
    return Overdue(
        requirements=sum(bool(one.passed(now)) for one in histories),
        actions=sum(bool(one.passed(now)) for one in actions),
    )


@dataclass(frozen=True, slots=True)
class BreachMention:
    """One briefing's entry for a breach; `n` is its index in that list, from 0."""

    breach: Breach
    briefing: Briefing
    n: int

    @property
    def url(self) -> str:
        """URL of the claim on the briefing's page."""
        vacated = self.briefing.front.vacated
        return f"{self.briefing.url}#{claim(CLAIMS['breaches'], self.n, vacated)}"


@lru_cache(maxsize=4)  # pages and the sitemap need the same value
def breaches(site: Site) -> dict[tuple[str, str], tuple[BreachMention, ...]]:
    """Return (regulator, regulation) → breaches found, newest inspection first.

    Every regulation of a regulator's file has an entry, with or without a breach. Breaches without
    a regulation are left out.
    """
    found: dict[tuple[str, str], list[BreachMention]] = {
        (id, one.number): []
        for id, record in site.regulators.items()
        for one in record.front.regulations
    }
    for briefing in sorted(site.briefings, key=lambda one: one.id):
        for n, breach in enumerate(briefing.front.breaches):
            if breach.regulation is not None:
                key = (briefing.front.regulator, breach.regulation)
                found.setdefault(key, []).append(BreachMention(breach, briefing, n))
    for mentions in found.values():
        mentions.sort(key=lambda one: one.briefing.inspected_key, reverse=True)
    return {key: tuple(mentions) for key, mentions in found.items()}


@dataclass(frozen=True, slots=True)
class Correction:
    """A change to a published briefing, or its withdrawal.

    `number`: the change's number on the page, from 1; 0 for the withdrawal. `kind`: a key of
    `REVISIONS`, or `withdrawal`. `text`: what changed, or the reason of the withdrawal.
    """

    briefing: Briefing
    number: int
    kind: str
    text: str
    moment: datetime

    @property
    def label(self) -> str:
        """Kind of change as shown on pages."""
        return WITHDRAWAL if self.is_withdrawal else REVISIONS[self.kind]

    @property
    def is_withdrawal(self) -> bool:
        """Whether this is a withdrawal and not a change."""
        return self.number == 0

    @property
    def url(self) -> str:
        """URL of the change on the briefing's page; of the page itself for a withdrawal."""
        page = self.briefing.url
        return page if self.is_withdrawal else f"{page}#change-{self.number}"


def corrections(site: Site) -> tuple[Correction, ...]:
    """Return corrections, clarifications, updates and withdrawals up to now, newest first.

    Minor changes are left out. Ties are sorted by briefing id and number, ascending.
    """
    found = [each for one in site.briefing.values() for each in corrections_of(site, one)]
    found.sort(key=lambda one: (one.briefing.id, one.number))
    return tuple(sorted(found, key=lambda one: one.moment, reverse=True))


def corrections_of(site: Site, briefing: Briefing) -> Iterator[Correction]:
    """Yield those of one briefing, in the order of its file; the withdrawal is last."""
    for place, change in enumerate(briefing.changes, start=1):
        if change.kind != "minor":
            moment = change.date.at(site.zone)
            yield Correction(briefing, place, change.kind, change.text, moment)
    notice = briefing.front.withdrawn
    if notice is not None and notice.date.at(site.zone) <= site.now:
        yield Correction(briefing, 0, "withdrawal", notice.reason, notice.date.at(site.zone))
