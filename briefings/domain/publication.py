"""What is public at a moment, and which lines the register of publication lacks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from briefings.content.loader import Content
from briefings.content.publication_register import Line, Register, Thing, by_kind
from briefings.domain.ledger import histories
from briefings.domain.site import Site, trust_held_until
from briefings.urls import url_of


@dataclass(frozen=True, slots=True)
class Public:
    """Something with a page of its own: its file, its old addresses, since when it is public."""

    kind: str
    id: str
    path: str
    aliases: tuple[str, ...]
    since: datetime

    @property
    def thing(self) -> Thing:
        """Its kind and id."""
        return self.kind, self.id

    @property
    def url(self) -> str:
        """Its page."""
        return url_of(self.kind, self.id)


@lru_cache(maxsize=2)
def public(site: Site) -> Mapping[Thing, Public]:
    """Everything that has a page now, the notices of withdrawn briefings included.

    Where no file says since when (a topic, a trust that was never held back), it is since now.
    """
    now = site.now.replace(microsecond=0)
    found = [
        Public(record.kind, record.id, record.path, record.front.aliases, now)
        for records in (site.regulators, site.topics, site.pages)
        for record in records.values()
    ]
    for trust in site.trusts.values():
        since = trust_held_until(trust.front, site.zone) or now
        found.append(Public("trust", trust.id, trust.path, trust.front.aliases, since))
    for id, history in histories(site).items():
        since = min(entry.briefing.visible_from for entry in history.entries)
        record = history.requirement
        found.append(Public("requirement", id, record.path, record.front.aliases, since))
    for one in site.briefing.values():
        found.append(Public("briefing", one.id, one.path, one.front.aliases, one.visible_from))
    return {one.thing: one for one in found}


def by_alias(site: Site) -> Mapping[str, Public]:
    """Old address, in lower case → what it leads to."""
    return {alias.casefold(): one for one in public(site).values() for alias in one.aliases}


def lost(content: Content) -> Iterator[Line]:
    """The lines of ids that are in use, by the register, and have no file."""
    for line in content.register.living.values():
        if line.id not in content.ids[line.kind]:
            yield line


def is_heir(register: Register, line: Line, one: Public) -> bool:
    """True where something is what a lost id was renamed to: of its kind, and not yet entered."""
    return one.kind == line.kind and one.thing not in register.entered


def missing_lines(content: Content, site: Site) -> tuple[Line, ...]:
    """The lines that bring the register up to date, in the order in which they are added.

    An id without a file whose address is an alias is given up; where that alias is on a new file of
    the same kind, that file takes over its guid. What is public and not entered is entered.
    """
    leads = by_alias(site)
    given_up: list[Line] = []
    heirs: dict[Thing, Line] = {}
    for line in lost(content):
        one = leads.get(line.url)
        if one is not None:
            given_up.append(replace(line, leads_to=one.url))
            if is_heir(content.register, line, one):
                heirs.setdefault(one.thing, line)
    entered = content.register.entered
    new = (one for thing, one in public(site).items() if thing not in entered)
    return (*given_up, *by_kind(_entry(site, one, heirs.get(one.thing)) for one in new))


def _entry(site: Site, one: Public, before: Line | None) -> Line:
    """The line that enters something; what was renamed keeps its guid and its moment."""
    guid = before.guid if before else site.tag(f"{one.kind}/{one.id}")
    since = before.first_published if before else one.since
    return Line(one.kind, one.id, one.url, guid, since)
