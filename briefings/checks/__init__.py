"""Rules across files. Each rule yields faults with the file they are in; nothing is skipped.

`check` and `build` judge the site as it will stand now and at every later moment at which
something becomes visible, so that a scheduled publication can't fail at midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from briefings import ledger, ratings
from briefings.checks.addresses import address_faults
from briefings.checks.advice import advice
from briefings.checks.links import link_problems
from briefings.checks.names import name_problems
from briefings.checks.references import reference_faults
from briefings.checks.whole import file_faults, site_faults
from briefings.load import Content
from briefings.model import Fault
from briefings.problems import Problem
from briefings.site import Site, moments_ahead, visible

__all__ = ["advice", "problems"]


def problems(content: Content, now: datetime, templates: Path | None = None) -> list[Problem]:
    """Every fault that only the whole can show, now and at each later moment of visibility."""
    found = dict.fromkeys(_timeless(content))
    links: set[Problem] = set()
    for moment in [now, *moments_ahead(content, now)]:
        site = visible(content, moment)
        found |= dict.fromkeys(_at(site))
        links |= set(link_problems(content, site))
    placed = [content.place(path, fault) for path, fault in found]
    return [*placed, *links, *name_problems(content, templates)]


def _timeless(content: Content) -> Iterator[tuple[str, Fault]]:
    yield from reference_faults(content)
    yield from address_faults(content)
    yield from file_faults(content)


def _at(site: Site) -> Iterator[tuple[str, Fault]]:
    yield from site_faults(site)
    yield from ledger.faults(site)
    yield from ratings.faults(site)
