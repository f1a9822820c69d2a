"""Registers of the whole site: breaches by regulation, corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
        if breach.regulation is not None and breach.count != 0
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
