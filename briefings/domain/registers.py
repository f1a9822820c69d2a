"""Registers over the whole site: enforcement actions, breaches by regulation, corrections."""

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

#: Statuses of enforcement after which nothing is due.
_ENDS = frozenset({"met", "lifted", "expired"})


@dataclass(frozen=True, slots=True)
class Mention:
    """An enforcement action as one briefing tells of it; `n` is its index there, from 0."""

    action: Enforcement
    briefing: Briefing
    n: int

    @property
    def url(self) -> str:
        """The claim on its briefing's page."""
        vacated = self.briefing.front.vacated
        return f"{self.briefing.url}#{claim(CLAIMS['enforcement'], self.n, vacated)}"

    @property
    def key(self) -> tuple[tuple[date, date], datetime, str, int]:
        """Order of telling: by inspection, then by publication; never shown."""
        return (self.briefing.inspected_key, self.briefing.visible_from, self.briefing.id, self.n)


@dataclass(frozen=True, slots=True)
class Action:
    """One enforcement action, joined across briefings by its id; mentions oldest first.

    What the newest mention says holds; what it leaves out is taken from the one before.
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
        """The regulator's kind of enforcement."""
        return self.latest.action.kind

    @property
    def text(self) -> str:
        """What it was about."""
        return self.latest.action.text

    @property
    def url(self) -> str:
        """The newest mention."""
        return self.latest.url

    @property
    def served(self) -> PartialDate:
        """The newest known day of service."""
        dates = [one.action.served for one in reversed(self.mentions)]
        return next((date for date in dates if date.known), dates[0])

    @property
    def status(self) -> str | None:
        """How it stands, as last recorded; None where no briefing says."""
        said = (one.action.status for one in reversed(self.mentions))
        return next((status for status in said if status is not None), None)

    @property
    def ended(self) -> PartialDate | None:
        """When it ended, as last recorded."""
        said = (one.action.ended for one in reversed(self.mentions))
        return next((date for date in said if date is not None), None)

    @property
    def is_ended(self) -> bool:
        """Met, lifted or expired as last recorded; without a status, an end or outcome is given."""
        if self.status is None:
            return self.ended is not None or self.outcome is not None
        return self.status in _ENDS

    def is_overdue(self, due: Deadline, now: datetime) -> bool:
        """Whether a deadline of it has passed with no public record that it was met."""
        return is_overdue(due.date, now, ended=self.is_ended)

    def passed(self, now: datetime) -> tuple[Deadline, ...]:
        """Its deadlines of which that is so."""
        return tuple(one for one in self.deadlines if self.is_overdue(one, now))

    @property
    def outcome(self) -> str | None:
        """What came of it, as last recorded."""
        said = (one.action.outcome for one in reversed(self.mentions))
        return next((text for text in said if text is not None), None)

    @property
    def count(self) -> int:
        """How many notices it counts."""
        return self._counted[0]

    @property
    def at_least(self) -> bool:
        """Whether that is the least that it can be."""
        return self._counted[1]

    @property
    def _counted(self) -> tuple[int, bool]:
        said = (one.action for one in reversed(self.mentions))
        found = ((one.count, one.at_least) for one in said if one.count is not None)
        return next(found, (1, False))

    @property
    def service(self) -> str | None:
        """About which service."""
        said = (one.action.service for one in reversed(self.mentions))
        return next((name for name in said if name is not None), None)

    @property
    def site(self) -> str | None:
        """About which site."""
        said = (one.action.site for one in reversed(self.mentions))
        return next((name for name in said if name is not None), None)

    @property
    def regulations(self) -> tuple[str, ...]:
        """Numbers of regulations, each once."""
        named = (number for one in self.mentions for number in one.action.regulations)
        return tuple(dict.fromkeys(named))

    @property
    def mapped_by_us(self) -> bool:
        """Whether any of the numbers is our reading."""
        return any(one.action.mapped_by_us for one in self.mentions)

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Every deadline, each once, by date."""
        every = dict.fromkeys(one for mention in self.mentions for one in mention.action.deadlines)
        return tuple(sorted(every, key=lambda one: (one.date.sort_key(), one.about or "")))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Who says so, over all mentions."""
        return tuple(
            mention.briefing.front.sources[key]
            for mention in self.mentions
            for key in mention.action.sources
        )


@lru_cache(maxsize=4)  # pages, feeds and downloads ask for the same
def actions(site: Site) -> tuple[Action, ...]:
    """Every enforcement action of visible briefings, newest first, in the order of `_served_key`;
    ties by trust and key."""
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


def _served_key(action: Action) -> tuple[bool, tuple[date, date]]:
    """By the date served, asked for or begun; those without one last, by the inspection that first
    reports them."""
    if action.served.known:
        return True, action.served.sort_key()
    return False, action.mentions[0].briefing.inspected_key


def overdue(now: datetime, histories: Iterable[History], actions: Iterable[Action]) -> Overdue:
    """How many of these have a deadline past with no public record that it was met."""
    return Overdue(
        requirements=sum(bool(one.passed(now)) for one in histories),
        actions=sum(bool(one.passed(now)) for one in actions),
    )


@dataclass(frozen=True, slots=True)
class BreachMention:
    """A breach as one briefing tells of it."""

    breach: Breach
    briefing: Briefing
    n: int

    @property
    def url(self) -> str:
        """The claim on its briefing's page."""
        vacated = self.briefing.front.vacated
        return f"{self.briefing.url}#{claim(CLAIMS['breaches'], self.n, vacated)}"


@lru_cache(maxsize=4)  # pages and the sitemap ask for the same
def breaches(site: Site) -> dict[tuple[str, str], tuple[BreachMention, ...]]:
    """(regulator, regulation) → breaches found, the newest inspection first.

    Every regulation of a regulator's file is there, with or without a breach.
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
    """A change to a published briefing, or its withdrawal (`number` 0)."""

    briefing: Briefing
    number: int
    kind: str
    text: str
    moment: datetime

    @property
    def label(self) -> str:
        """What kind of change, in plain English."""
        return WITHDRAWAL if self.is_withdrawal else REVISIONS[self.kind]

    @property
    def is_withdrawal(self) -> bool:
        """The briefing was withdrawn."""
        return self.number == 0

    @property
    def url(self) -> str:
        """The change on its briefing's page."""
        page = self.briefing.url
        return page if self.is_withdrawal else f"{page}#change-{self.number}"


def corrections(site: Site) -> tuple[Correction, ...]:
    """Corrections, clarifications, updates and withdrawals so far, newest first; none minor."""
    found = [each for one in site.briefing.values() for each in _corrections(site, one)]
    found.sort(key=lambda one: (one.briefing.id, one.number))
    return tuple(sorted(found, key=lambda one: one.moment, reverse=True))


def _corrections(site: Site, one: Briefing) -> Iterator[Correction]:
    for place, change in enumerate(one.changes, start=1):
        if change.kind != "minor":
            moment = change.date.at(site.zone)
            yield Correction(one, place, change.kind, change.text, moment)
    notice = one.front.withdrawn
    if notice is not None and notice.date.at(site.zone) <= site.now:
        yield Correction(one, 0, "withdrawal", notice.reason, notice.date.at(site.zone))
