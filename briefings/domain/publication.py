"""Records that are public at a moment, and the lines missing for them in the publication register.

The register is `content/register.csv`; see `content/publication_register.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from briefings.content.publication_register import KINDS, Line, Thing, by_kind
from briefings.domain.ledger.history import history
from briefings.domain.site import Site, card, trust_held_until, trust_is_visible
from briefings.domain.summaries import files_of_alias
from briefings.urls import url_of


def is_public(site: Site, kind: str, id: str) -> bool:
    """Return whether a file has a page now; the notice of a withdrawal is one."""
    if kind == "briefing":
        return card(site, id) is not None
    if kind == "trust":
        return trust_is_visible(site, id)
    if kind == "requirement":
        return history(site, id) is not None
    return id in site.content.of_kind(kind)


def heir_of_url(site: Site, url: str) -> Thing | None:
    """Return the public file that has a URL as an alias."""
    holders = files_of_alias(site).get(url, ())
    return next((thing for thing in reversed(holders) if is_public(site, *thing)), None)


def lost(site: Site) -> Iterator[Line]:
    """Yield the register lines of ids that are in use (not given up) but have no file."""
    for line in site.register.living.values():
        if line.id not in site.content.ids[line.kind]:
            yield line


def is_rename(site: Site, line: Line, heir: Thing) -> bool:
    """Return whether the file with the lost URL of a line is the same record under a new id.

    True if it is of the same kind and not yet in the register.
    """
    return heir[0] == line.kind and heir not in site.register.entered


def missing_lines(site: Site) -> tuple[Line, ...]:
    """Return the lines to append to the register, in order.

    - An id without a file, whose URL is an alias of a public record, is given up: its line is added
      again with `leads_to`.
    - If that record is new and of the same kind, it is a rename: its line takes over the guid.
    - Each public record that is not in the register gets a line.
    """
    given_up: list[Line] = []
    renamed: dict[Thing, Line] = {}
    for line in lost(site):
        heir = heir_of_url(site, line.url)
        if heir is not None:
            given_up.append(replace(line, leads_to=url_of(*heir)))
            if is_rename(site, line, heir):
                renamed.setdefault(heir, line)
    new = (
        _new_line(site, kind, id, renamed.get((kind, id)))
        for kind in KINDS
        for id in site.content.of_kind(kind)
        if (kind, id) not in site.register.entered and is_public(site, kind, id)
    )
    return (*given_up, *by_kind(new))


def _new_line(site: Site, kind: str, id: str, before: Line | None) -> Line:
    """Return the line of a new record.

    `before`: the line it was renamed from, if any, whose `guid` and `first_published` it keeps.
    """
    guid = before.guid if before else site.tag(f"{kind}/{id}")
    since = before.first_published if before else _public_since(site, kind, id)
    return Line(kind, id, url_of(kind, id), guid, since)


def _public_since(site: Site, kind: str, id: str) -> datetime:
    """Return the moment from which a public file is public.

    For a requirement that of its first visible briefing; for what has no date of publication
    (regulators, topics, pages, trusts never held back) now, without microseconds.
    """
    requirement = history(site, id) if kind == "requirement" else None
    if requirement is not None:
        return min(entry.briefing.visible_from for entry in requirement.entries)
    if kind == "briefing":
        return site.briefing[id].visible_from
    held_until = trust_held_until(site.trusts[id].front, site.zone) if kind == "trust" else None
    return held_until or site.now.replace(microsecond=0)
