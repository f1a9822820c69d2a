"""Registers of the whole site: regulations, breaches by regulation, corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from briefings.content.dates.values import Moment
from briefings.content.schema.briefing import Breach
from briefings.domain.site import Briefing, Site
from briefings.domain.visibility import Lazy
from briefings.domain.words import REVISIONS, WITHDRAWAL
from briefings.engine import query


@dataclass(frozen=True, slots=True)
class BreachMention:
    """One briefing's entry for a breach; `n` is its index in that list, from 0."""

    breach: Breach
    briefing: Briefing
    n: int

    @property
    def url(self) -> str:
        """URL of the claim on the briefing's page."""
        return self.briefing.claim_url("breaches", self.n)


@query
def breaches_of(site: Site, regulator: str, regulation: str) -> tuple[BreachMention, ...]:
    """Return the breaches of a regulation in visible briefings, newest inspection first."""
    places = breach_places(site).get(regulation_key(regulator, regulation), ())
    briefings = ((site.briefing[id], n) for id, n in places)
    mentions = [BreachMention(briefing.front.breaches[n], briefing, n) for briefing, n in briefings]
    mentions.sort(key=lambda mention: mention.briefing.inspected_key, reverse=True)
    return tuple(mentions)


@query
def breach_places(site: Site) -> Mapping[tuple[str, str], tuple[tuple[str, int], ...]]:
    """Return `regulation_key` → (briefing id, index in its list) of the breaches, by id."""
    places: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for id in sorted(briefing.id for briefing in site.briefings):
        for regulator, regulation, n in breaches_in(site, id):
            places.setdefault(regulation_key(regulator, regulation), []).append((id, n))
    return {key: tuple(places[key]) for key in places}


@query
def breaches_in(site: Site, id: str) -> tuple[tuple[str, str, int], ...]:
    front = site.briefing[id].front
    return tuple(
        (front.regulator, breach.regulation, n)
        for n, breach in enumerate(front.breaches)
        if breach.regulation is not None and breach.count != 0
    )


def regulation_key(regulator: str, number: str) -> tuple[str, str]:
    """Return regulator id and number of a regulation, the same for `20A` and `20a`.

    These have one address.
    """
    return regulator, number.lower()


def regulations_of(site: Site) -> list[tuple[str, str]]:
    """Return (regulator id, regulation number) of each regulation that has a page.

    Those of the regulators' files, then others that a briefing or a requirement names: a regulator
    whose file lists none has any.
    """
    listed = [
        (id, regulation.number)
        for id, record in site.regulators.items()
        for regulation in record.front.regulations
    ]
    named = [pair for id in sorted(site.trusts) for pair in regulations_named(site, id)]
    written: dict[tuple[str, str], tuple[str, str]] = {}
    for pair in (*listed, *named):
        written.setdefault(regulation_key(*pair), pair)
    return list(written.values())


@query
def regulations_named(site: Site, trust: str) -> tuple[tuple[str, str], ...]:
    """Return (regulator id, number) of the regulations that the record of a trust names.

    In breaches, those with the count 0 included, in enforcement actions and in requirements.
    """
    pairs: list[tuple[str, str]] = []
    for front in (briefing.front for briefing in site.by_trust[trust]):
        numbers = [breach.regulation for breach in front.breaches]
        numbers += [number for action in front.enforcement for number in action.regulations]
        for id in dict.fromkeys(event.id for event in front.requirements):
            numbers += site.requirements[id].front.regulations
        pairs += [(front.regulator, number) for number in numbers if number is not None]
    return tuple(dict.fromkeys(pairs))


@dataclass(frozen=True, slots=True)
class Correction:
    """A change to a published briefing, or its withdrawal.

    `number`: the change's number on the page, from 1; 0 for the withdrawal. `kind`: a key of
    `REVISIONS`, or `withdrawal`. `text`: what changed, or the reason of the withdrawal. `moment`:
    from when it is public, which is never before the briefing is.
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
    def tag_name(self) -> str:
        """Its name in tag URIs (see `Site.tag`), which never changes: minor changes count too."""
        anchor = "withdrawn" if self.is_withdrawal else f"change-{self.number}"
        return f"briefing/{self.briefing.id}#{anchor}"

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
    briefing = site.briefing[id]
    notice = briefing.front.withdrawn

    def public_from(date: Moment) -> datetime:
        return max(date.at(site.zone), briefing.visible_from)

    changes = [
        Correction(briefing, number, change.kind, change.text, public_from(change.date))
        for number, change in enumerate(briefing.changes, start=1)
    ]
    if notice is None or not briefing.is_withdrawn:
        return tuple(changes)
    withdrawal = Correction(briefing, 0, "withdrawal", notice.reason, public_from(notice.date))
    return (withdrawal, *changes)
