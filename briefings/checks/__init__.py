"""Rules that need more than one file. Each rule yields faults with the path of their file.

`check` and `build` check the site as it is now and as it will be at every later moment at which
something becomes visible, so that a scheduled publication can't fail at midnight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from briefings.checks import quotations
from briefings.checks.addresses import address_faults
from briefings.checks.advice import advice, advised
from briefings.checks.contacts import contact_problems
from briefings.checks.drafts import draft_files, outside_drafts
from briefings.checks.forbidden_names import name_problems, names_in
from briefings.checks.id_suggestions import with_id_suggestions
from briefings.checks.media import media_problems
from briefings.checks.moments import Unreadable, faults_at, faults_over_time
from briefings.checks.placeholders import placeholder_problems
from briefings.checks.publication_register import register_problems
from briefings.checks.references import reference_faults
from briefings.checks.site_rules import file_faults, requirements_differ, trusts_held_back
from briefings.checks.upcoming import (
    ChangedSince,
    Named,
    Touched,
    names_of,
    sites_ahead,
    touched_since,
)
from briefings.content.loader import Content
from briefings.content.schema import Fault
from briefings.domain.site import Site, visible
from briefings.problems import Problem

__all__ = [
    "ChangedSince",
    "Named",
    "advice",
    "advised",
    "draft_files",
    "draft_problems",
    "names_of",
    "outside_drafts",
    "own_problems",
    "problems",
    "text_problems",
    "with_id_suggestions",
]


def problems(
    content: Content,
    now: datetime,
    templates: Sequence[Path] = (),
    *,
    drafts: bool = False,
    today: Site | None = None,
    since: ChangedSince | None = None,
) -> list[Problem]:
    """Return every fault that depends on several files, now and at each later visibility change.

    `drafts`: also check a preview that shows drafts and embargoed content. Without it, faults in
    drafts that do not depend on their publication are still returned; `outside_drafts` removes
    them.
    `today`: the site at `now`, if the caller has it already.
    `since`: what changed since all content was checked without a fault; the rules on references,
    ratings, events, links and words then skip everything else. Ignored with `drafts`, and where
    a file has faults of its own.
    """
    today = visible(content, now) if today is None else today
    unsure = Unreadable.of(content, drafts=drafts)
    if content.problems or drafts:
        since = None
    touched = None if since is None else touched_since(content, since)
    sites = _sites(content, today, touched, unsure, drafts=drafts)
    found, links = faults_over_time(content, sites, unsure)
    paths = None if since is None else _readable(content, since)
    return [
        *_placed(content, [*_timeless(content, _alone(since, paths)), *found]),
        *links,
        *name_problems(content, templates, paths),
        *contact_problems(content, paths),
        *placeholder_problems(content, paths),
        *media_problems(content),
        *quotations.problems(content),
        *register_problems(content, today, sure=not unsure.events),
    ]


def draft_problems(content: Content, now: datetime) -> list[Problem]:
    """Return every fault in a draft, or that the site would have with all drafts published now."""
    if not draft_files(content):
        return []
    others = set(outside_drafts(content, [*with_id_suggestions(content), *problems(content, now)]))
    every = [*with_id_suggestions(content), *problems(content, now, drafts=True)]
    return [problem for problem in every if problem not in others]


def text_problems(content: Content) -> list[Problem]:
    """Return forbidden names, contacts and placeholders in the text of all records."""
    paths = [record.path for record in content.records()]
    return [
        *names_in(content),
        *contact_problems(content, paths),
        *placeholder_problems(content, paths),
    ]


def _readable(content: Content, since: ChangedSince) -> list[str]:
    """Return the paths of the changed files that still exist."""
    return [one.path for one in content.records() if one.path in since.paths]


def _sites(
    content: Content, today: Site, touched: Touched | None, unsure: Unreadable, *, drafts: bool
) -> Iterator[tuple[Site, Touched | None]]:
    """Yield (site, what to check in it; None: everything) for `today` and each later moment.

    An iterator, so that a large site is not in memory twice.
    """
    yield today, touched
    yield from sites_ahead(content, today.now, unsure.events)
    if drafts:
        yield visible(content, today.now, drafts=True), None


def own_problems(content: Content, now: datetime, *, drafts: bool = False) -> list[Problem]:
    """Return those of `problems` that a part of the content is enough to find, at `now`.

    A fast check for the preview server on a large site. It leaves out links, forbidden names,
    addresses and titles used elsewhere, which need all files. `content` may lack briefings, but
    `content.ids` must be complete.
    """
    site = visible(content, now, drafts=drafts)
    found = [
        *reference_faults(content),
        *file_faults(content),
        *requirements_differ(content),
        *faults_at(site, Unreadable.of(content, drafts=drafts)),
    ]
    return list(_placed(content, found))


def _alone(since: ChangedSince | None, paths: list[str] | None) -> frozenset[str] | None:
    """Return the only paths that can have an unknown reference: the changed files.

    None (all files) without `since`, or where a changed file was deleted: any other file may refer
    to it.
    """
    return None if since is None or len(paths or ()) < len(since.paths) else since.paths


def _timeless(
    content: Content, among: Collection[str] | None = None
) -> Iterator[tuple[str, Fault]]:
    """Yield the faults that do not depend on the moment, with their paths.

    `among`: the paths to which rules on one file at a time are limited; None for all.
    """
    yield from reference_faults(content, among)
    yield from address_faults(content)
    yield from file_faults(content, among)
    yield from requirements_differ(content)
    yield from trusts_held_back(content)


def _placed(content: Content, found: Iterable[tuple[str, Fault]]) -> Iterator[Problem]:
    """Yield each fault as a problem with line and column.

    A fault at a value that was reported when its file was read is skipped.
    """
    gaps = {record.path: record.gaps for record in content.records()}

    def news() -> Iterator[tuple[str, Fault]]:
        for path, fault in found:
            gap = gaps.get(path)
            if gap is not None:
                fault = fault._replace(loc=gap.typed(fault.loc))
                if gap.hide(fault.loc):
                    continue
            yield path, fault

    yield from content.placed(news())
