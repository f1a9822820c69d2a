"""Registers of the whole site: enforcement actions, breaches by regulation, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from briefings.anchors import CLAIMS, claim, number
from briefings.content.dates import PartialDate
from briefings.content.schema import Breach, Deadline, Enforcement, Source
from briefings.domain.ledger import History
from briefings.domain.overdue import Overdue, is_overdue
from briefings.domain.site import Briefing, Clock, Lazy, Site, of_group
from briefings.domain.words import REVISIONS, WITHDRAWAL
from briefings.engine import query

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

    def is_overdue(self, due: Deadline, clock: Clock) -> bool:
        """Whether one of its deadlines has passed with no public record that it was met."""
        return is_overdue(due.date, clock, ended=self.is_ended)

    def passed(self, clock: Clock) -> tuple[Deadline, ...]:
        """Return its deadlines that are overdue (`is_overdue`)."""
        return tuple(one for one in self.deadlines if self.is_overdue(one, clock))

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


@query
def actions_of_trust(site: Site, trust: str) -> tuple[Action, ...]:
    """Return the enforcement actions of visible briefings on a trust, in the order of `actions`.

    An id joins actions of one trust only (see `checks`).
    """
    joined: dict[str, list[Mention]] = {}
    for briefing in of_group(site, "trust", trust):
        if briefing.front.trust != trust:
            continue
        for n, action in enumerate(briefing.front.enforcement):
            place = number(CLAIMS["enforcement"], n, briefing.front.vacated)
            name = action.id or f"{briefing.id}-{place}"
            joined.setdefault(name, []).append(Mention(action, briefing, n))
    found = [
        Action(key, tuple(sorted(mentions, key=lambda one: one.key)))
        for key, mentions in sorted(joined.items())
    ]
    return tuple(sorted(found, key=_served_key, reverse=True))


@query
def action_keys(site: Site) -> tuple[tuple[str, str], ...]:
    """Return (trust id, key) of every enforcement action, in the order of `actions`."""
    found = [
        (_served_key(action), trust, action.key)
        for trust in sorted(site.trusts)
        for action in sorted(actions_of_trust(site, trust), key=lambda one: one.key)
    ]
    found.sort(key=lambda row: row[0], reverse=True)
    return tuple((trust, key) for _, trust, key in found)


@query
def action(site: Site, trust: str, key: str) -> Action:
    """Return one enforcement action."""
    return next(one for one in actions_of_trust(site, trust) if one.key == key)


@query
def _trusts_of_actions(site: Site) -> Mapping[str, str]:
    return {key: trust for trust, key in action_keys(site)}


def action_by_key(site: Site, key: str) -> Action:
    """Return the enforcement action with a key."""
    return action(site, _trusts_of_actions(site)[key], key)


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


def overdue(clock: Clock, histories: Iterable[History], actions: Iterable[Action]) -> Overdue:
    """Count those that have a passed deadline with no public record that it was met."""
    return Overdue(
        requirements=sum(bool(one.passed(clock)) for one in histories),
        actions=sum(bool(one.passed(clock)) for one in actions),
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


@query
def breaches_of(site: Site, regulator: str, regulation: str) -> tuple[BreachMention, ...]:
    """Return the breaches of a regulation in visible briefings, newest inspection first."""
    found = [
        BreachMention(briefing.front.breaches[n], briefing, n)
        for id, n in breach_places(site).get((regulator, regulation), ())
        for briefing in (site.briefing[id],)
    ]
    found.sort(key=lambda one: one.briefing.inspected_key, reverse=True)
    return tuple(found)


@query
def breach_places(site: Site) -> Mapping[tuple[str, str], tuple[tuple[str, int], ...]]:
    """Return (regulator, regulation) → (briefing id, index in its list) of the breaches, by id."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for id in sorted(one.id for one in site.briefings):
        for regulator, regulation, n in _breaches_in(site, id):
            found.setdefault((regulator, regulation), []).append((id, n))
    return {key: tuple(places) for key, places in found.items()}


@query
def _breaches_in(site: Site, id: str) -> tuple[tuple[str, str, int], ...]:
    front = site.briefing[id].front
    return tuple(
        (front.regulator, breach.regulation, n)
        for n, breach in enumerate(front.breaches)
        if breach.regulation is not None
    )


def regulations_of(site: Site) -> list[tuple[str, str]]:
    """Return (regulator id, regulation number) of each regulation that has a page.

    Those of the regulators' files, with or without a breach, then others that breaches name.
    """
    listed = [
        (id, one.number)
        for id, record in site.regulators.items()
        for one in record.front.regulations
    ]
    return list(dict.fromkeys([*listed, *breach_places(site)]))


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


def corrections(site: Site) -> Sequence[Correction]:
    """Return corrections, clarifications, updates and withdrawals up to now, newest first.

    Minor changes are left out. Ties are sorted by briefing id and number, ascending.
    """
    return Lazy(
        correction_keys(site), lambda key: corrections_of(site, site.briefing[key[0]])[key[1]]
    )


@query
def correction_keys(site: Site) -> tuple[tuple[str, int], ...]:
    """Return (briefing id, index in `_corrections`) of every correction, in order."""
    found = [
        (moment, id, index)
        for id in sorted(site.briefing)
        for index, moment in enumerate(_correction_moments(site, id))
    ]
    found.sort(key=lambda row: row[0], reverse=True)
    return tuple((id, index) for _, id, index in found)


@query
def _correction_moments(site: Site, id: str) -> tuple[datetime, ...]:
    return tuple(one.moment for one in corrections_of(site, site.briefing[id]))


def corrections_of(site: Site, one: Briefing) -> list[Correction]:
    """Return those of one briefing: its withdrawal, then the changes in the order of its file."""
    found = [
        Correction(one, place, change.kind, change.text, change.date.at(site.zone))
        for place, change in enumerate(one.changes, start=1)
        if change.kind != "minor"
    ]
    notice = one.front.withdrawn
    if notice is not None and one.is_withdrawn:
        found.insert(0, Correction(one, 0, "withdrawal", notice.reason, notice.date.at(site.zone)))
    return found
