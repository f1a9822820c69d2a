"""Records that are public at a moment, and the lines missing for them in the publication register.

The register is `content/register.csv`; see `content/publication_register.py`.
"""

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
    """A record with a page of its own.

    `path`: its file, relative to the content folder. `aliases`: its old URLs. `since`: the moment
    from which it is public.
    """

    kind: str
    id: str
    path: str
    aliases: tuple[str, ...]
    since: datetime

    @property
    def thing(self) -> Thing:
        """(kind, id), the key in the register."""
        return self.kind, self.id

    @property
    def url(self) -> str:
        """URL of its page."""
        return url_of(self.kind, self.id)


@lru_cache(maxsize=2)
def public(site: Site) -> Mapping[Thing, Public]:
    """Return (kind, id) → record for everything with a page now, withdrawal notices included.

    `since` of a requirement is that of its first visible briefing. Records without a date of
    publication (regulators, topics, pages, trusts never held back) are public since `site.now`,
    without microseconds.
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
    """Return alias (old URL, case-folded) → the public record that has it."""
    return {alias.casefold(): one for one in public(site).values() for alias in one.aliases}


def lost(content: Content) -> Iterator[Line]:
    """Yield the register lines of ids that are in use (not given up) but have no file."""
    for line in content.register.living.values():
        if line.id not in content.ids[line.kind]:
            yield line


def is_heir(register: Register, line: Line, one: Public) -> bool:
    """Whether a public record may be the renamed record of a lost id.

    True if it is of the same kind and not yet in the register. That it has the lost URL as an alias
    is checked by the caller.
    """
    return one.kind == line.kind and one.thing not in register.entered


def missing_lines(content: Content, site: Site) -> tuple[Line, ...]:
    """Return the lines to append to the register, in order.

    - An id without a file, whose URL is an alias of a public record, is given up: its line is added
      again with `leads_to`.
    - If that record is new and of the same kind, it is a rename: its line takes over the guid.
    - Each public record that is not in the register gets a line.
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
    """Return the line of a new record.

    `before`: the line it was renamed from, if any, whose `guid` and `first_published` it keeps.
    """
    guid = before.guid if before else site.tag(f"{one.kind}/{one.id}")
    since = before.first_published if before else one.since
    return Line(one.kind, one.id, one.url, guid, since)
