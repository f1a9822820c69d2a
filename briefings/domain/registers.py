"""Registers of the whole site: enforcement actions, breaches by regulation, corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from briefings.anchors import CLAIMS, claim, number
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Breach, Deadline, Enforcement
from briefings.content.schema.types import Source
from briefings.domain.ledger.history import requirements_of_trust
from briefings.domain.site import Briefing, Clock, Lazy, Site, of_group
from briefings.domain.words import REVISIONS, WITHDRAWAL, plural
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
        return self._newest(lambda action: action.status)

    @property
    def ended(self) -> PartialDate | None:
        """Last recorded date of its end."""
        return self._newest(lambda action: action.ended)

    @property
    def outcome(self) -> str | None:
        """Last recorded outcome, such as a fine."""
        return self._newest(lambda action: action.outcome)

    @property
    def service(self) -> str | None:
        """Name of the service it is about."""
        return self._newest(lambda action: action.service)

    @property
    def site(self) -> str | None:
        """Name of the site it is about."""
        return self._newest(lambda action: action.site)

    def _newest(self, field: Callable[[Enforcement], T | None]) -> T | None:
        values = (field(mention.action) for mention in reversed(self.mentions))
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

    def is_overdue(self, due: Deadline, clock: Clock) -> bool:
        """Whether one of its deadlines has passed with no public record that it was met."""
        return clock.passed_without_record(due.date, ended=self.is_ended)

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


class Overdue(NamedTuple):
    """Numbers of requirements and enforcement actions past a deadline, with no end on record."""

    requirements: int
    actions: int

    @property
    def words(self) -> str:
        """Phrase: `2 requirements and 3 enforcement actions past their deadline`."""
        return f"{' and '.join(self._counts)} past their deadline"

    @property
    def short(self) -> str:
        """Short phrase: `2 requirements, 3 enforcement actions`."""
        return ", ".join(self._counts)

    @property
    def _counts(self) -> tuple[str, str]:
        requirements = plural(self.requirements, "requirement")
        return requirements, plural(self.actions, "enforcement action")

    @property
    def sentence(self) -> str:
        """`words` as a sentence, with "no public record that they were met" unless both are 0.

        It never says that the trust failed, which a missing record does not show.
        """
        no_record = ", with no public record that they were met" if any(self) else ""
        return f"{self.words}{no_record}."


@query
def overdue_of(site: Site, trust: str) -> Overdue:
    """Return the number of a trust's requirements and enforcement actions past a deadline."""
    histories, actions = requirements_of_trust(site, trust), actions_of_trust(site, trust)
    return Overdue(
        requirements=sum(bool(history.passed(site.clock)) for history in histories),
        actions=sum(bool(action.passed(site.clock)) for action in actions),
    )


@query
def overdue(site: Site) -> Overdue:
    """Return the number of requirements and enforcement actions past a deadline, of all trusts."""
    counts = [overdue_of(site, trust) for trust in site.trusts]
    requirements = sum(count.requirements for count in counts)
    return Overdue(requirements, sum(count.actions for count in counts))


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
    places = breach_places(site).get((regulator, regulation), ())
    briefings = ((site.briefing[id], n) for id, n in places)
    mentions = [BreachMention(briefing.front.breaches[n], briefing, n) for briefing, n in briefings]
    mentions.sort(key=lambda mention: mention.briefing.inspected_key, reverse=True)
    return tuple(mentions)


@query
def breach_places(site: Site) -> Mapping[tuple[str, str], tuple[tuple[str, int], ...]]:
    """Return (regulator, regulation) → (briefing id, index in its list) of the breaches, by id."""
    places: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for id in sorted(briefing.id for briefing in site.briefings):
        for regulator, regulation, n in breaches_in(site, id):
            places.setdefault((regulator, regulation), []).append((id, n))
    return {key: tuple(places[key]) for key in places}


@query
def breaches_in(site: Site, id: str) -> tuple[tuple[str, str, int], ...]:
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
        (id, regulation.number)
        for id, record in site.regulators.items()
        for regulation in record.front.regulations
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

    @property
    def is_announced(self) -> bool:
        """Whether it is in the corrections log and the feeds: all but minor changes are."""
        return self.kind != "minor"


def corrections(site: Site) -> Sequence[Correction]:
    """Return corrections, clarifications, updates and withdrawals up to now, newest first.

    Minor changes are left out. Ties are sorted by briefing id and number, ascending.
    """
    return Lazy(
        correction_keys(site), lambda key: corrections_of(site, site.briefing[key[0]])[key[1]]
    )


@query
def correction_keys(site: Site) -> tuple[tuple[str, int], ...]:
    """Return (briefing id, index in `corrections_of`) of every correction, in order."""
    rows = [
        (moment, id, index)
        for id in sorted(site.briefing)
        for index, moment in enumerate(moments_of_corrections(site, id))
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return tuple((id, index) for _, id, index in rows)


@query
def moments_of_corrections(site: Site, id: str) -> tuple[datetime, ...]:
    return tuple(correction.moment for correction in corrections_of(site, site.briefing[id]))


def corrections_of(site: Site, briefing: Briefing) -> list[Correction]:
    """Return those of one briefing: its withdrawal, then the changes in the order of its file."""
    return [change for change in changes_of(site, briefing.id) if change.is_announced]


@query
def changes_of(site: Site, id: str) -> tuple[Correction, ...]:
    """Return all changes of a briefing up to now, minor ones included, after its withdrawal."""
    briefing, zone = site.briefing[id], site.zone
    notice = briefing.front.withdrawn
    changes = [
        Correction(briefing, number, change.kind, change.text, change.date.at(zone))
        for number, change in enumerate(briefing.changes, start=1)
    ]
    if notice is None or not briefing.is_withdrawn:
        return tuple(changes)
    withdrawal = Correction(briefing, 0, "withdrawal", notice.reason, notice.date.at(zone))
    return (withdrawal, *changes)
