"""Faults of the site now and at each later moment, each position reported once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from briefings.checks.kept_anchors import vacated_faults
from briefings.checks.links import link_problems
from briefings.checks.site_rules import actions_agree, site_faults, titles_differ
from briefings.checks.upcoming import Touched
from briefings.content.loader import Content, Record
from briefings.content.schema import Fault, Loc
from briefings.domain import ledger, ratings
from briefings.domain.site import Site
from briefings.problems import Problem

#: Front-matter keys that determine the events of a briefing, their trust and their dates.
_EVENTS = (
    "trust", "regulator", "inspection", "status", "published", "embargo_until", "requirements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Ids of briefings whose values are incomplete, so that no fault may be inferred from them.

    `events`: the file, or a key that determines its events, can't be read.
    `ratings`: the file, or its `trust` or `regulator`, can't be read.
    """

    events: frozenset[str]
    ratings: frozenset[str]

    @classmethod
    def of(cls, content: Content, *, drafts: bool = False) -> Unreadable:
        """Collect them from `content`; faulty drafts only with `drafts`."""
        unread = content.ids["briefing"] - content.briefings.keys()
        judged = [
            one
            for one in content.briefings.values()
            if one.gaps is not None and (drafts or one.front.status != "draft")
        ]
        return cls(
            unread | _unsure(judged, *_EVENTS), unread | _unsure(judged, "trust", "regulator")
        )


def _unsure(records: Iterable[Record[Any]], *blocks: str) -> frozenset[str]:
    """Return the ids of records with a fault at, around or in one of these keys."""
    return frozenset(
        one.id for one in records if one.gaps and any(one.gaps.within(name) for name in blocks)
    )


def faults_over_time(
    content: Content, sites: Iterable[tuple[Site, Touched | None]], unsure: Unreadable
) -> tuple[list[tuple[str, Fault]], list[Problem]]:
    """Return the faults of the sites in their order, and the problems of their links.

    `sites`: each with what to check in it; None for everything. A fault at a position that had one
    at an earlier moment is left out: it would say the same in other words.
    """
    found: list[tuple[str, Fault]] = []
    links: dict[tuple[str, int, int], Problem] = {}
    places: set[tuple[str, Loc]] = set()
    for site, touched in sites:
        every = [*faults_at(site, unsure, touched), *vacated_faults(site)]
        new = [(path, fault) for path, fault in every if (path, fault.loc) not in places]
        places |= {(path, fault.loc) for path, fault in new}
        found += new
        among = None if touched is None else touched.links
        for problem in link_problems(content, site, sure=not unsure.events, among=among):
            links.setdefault((problem.path, problem.line, problem.column), problem)
    return found, list(links.values())


def faults_at(
    site: Site, unsure: Unreadable, touched: Touched | None = None
) -> Iterator[tuple[str, Fault]]:
    """Yield the faults of a site at its moment; with `touched`, only those it can have changed."""
    if touched is None:
        yield from site_faults(site)
        yield from ledger.faults(site, unsure.events)
        yield from ratings.faults(site, unsure.ratings)
        return
    new, told = touched.briefings, touched.requirements
    yield from titles_differ(site, touched.titles)
    yield from actions_agree(site, touched.actions)
    yield from ledger.faults(site, unsure.events, briefings=new, requirements=told)
    yield from ratings.faults(site, unsure.ratings, briefings=new, trusts=touched.trusts)
