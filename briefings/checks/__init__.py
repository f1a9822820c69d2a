"""Rules across files. Each rule yields faults with the file they are in; nothing is skipped.

`check` and `build` judge the site as it will stand now and at every later moment at which
something becomes visible, so that a scheduled publication can't fail at midnight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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
    templates: Path | None = None,
    *,
    drafts: bool = False,
    today: Site | None = None,
    since: ChangedSince | None = None,
) -> list[Problem]:
    """Every fault that only the whole can show, now and at each later moment of visibility.

    With `drafts`, also of a preview that shows what is not public yet; faults in drafts are found
    in any case, and `outside_drafts` tells the others apart. `today` is the site at `now`, where
    the caller has it. `since`: all else was found good, and is as it was.
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
    """Every fault that the drafts have, or that the site would have if they were published now."""
    if not draft_files(content):
        return []
    others = set(outside_drafts(content, [*with_id_suggestions(content), *problems(content, now)]))
    every = [*with_id_suggestions(content), *problems(content, now, drafts=True)]
    return [problem for problem in every if problem not in others]


def text_problems(content: Content) -> list[Problem]:
    """What is wrong with the words alone of these files."""
    paths = [record.path for record in content.records()]
    return [
        *names_in(content),
        *contact_problems(content, paths),
        *placeholder_problems(content, paths),
    ]


def _readable(content: Content, since: ChangedSince) -> list[str]:
    """Of the files that changed those that are still there."""
    return [one.path for one in content.records() if one.path in since.paths]


def _sites(
    content: Content, today: Site, touched: Touched | None, unsure: Unreadable, *, drafts: bool
) -> Iterator[tuple[Site, Touched | None]]:
    """The site at each moment to be judged, and what of it (None: all), one at a time: a large
    one is not held twice over."""
    yield today, touched
    yield from sites_ahead(content, today.now, unsure.events)
    if drafts:
        yield visible(content, today.now, drafts=True), None


def own_problems(content: Content, now: datetime, *, drafts: bool = False) -> list[Problem]:
    """Those of `problems` that a part of the content shows by itself, as at `now`.

    For previews of a large site: quick, and without what only the whole can tell (links, names,
    addresses, titles elsewhere). The content may be short of briefings, but not of ids.
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
    """The files that alone can name what is not there: those that changed. Where one of them is
    gone, any other may name it (None)."""
    return None if since is None or len(paths or ()) < len(since.paths) else since.paths


def _timeless(
    content: Content, among: Collection[str] | None = None
) -> Iterator[tuple[str, Fault]]:
    """Faults at any time. `among`: the files that alone can have one by themselves."""
    yield from reference_faults(content, among)
    yield from address_faults(content)
    yield from file_faults(content, among)
    yield from requirements_differ(content)
    yield from trusts_held_back(content)


def _placed(content: Content, found: Iterable[tuple[str, Fault]]) -> Iterator[Problem]:
    """Each fault at its line, without those that only repeat what the file itself showed."""
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
