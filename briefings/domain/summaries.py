"""Summaries of files for rules that compare files, so that an index need not read whole files.

An index over all files runs again if the summary of one changed, and then reads summaries only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from briefings.content.records import Record
from briefings.content.similarity import same
from briefings.domain.site import Site
from briefings.domain.visibility import trust_held_until, visible_from
from briefings.engine import query

#: Kinds of file in the order in which they are checked.
KINDS = ("regulator", "trust", "topic", "requirement", "page", "briefing")
#: Front-matter keys that determine the events of a briefing, their trust and their dates.
_EVENTS = (
    "trust", "regulator", "inspection", "status", "published", "embargo_until", "requirements",
)  # fmt: skip
#: (kind, id) of a file.
Thing = tuple[str, str]


class Summary(NamedTuple):
    """The values of a file that an index over all files reads.

    `title`: in the form that `same` returns; empty for a kind whose titles are not compared.
    `actions`: the ids of enforcement actions. `moments`: at which the file becomes visible and is
    withdrawn. `doubtful`: a key that determines the events of the briefing can't be read.
    """

    path: str
    aliases: tuple[str, ...]
    title: str = ""
    actions: tuple[str, ...] = ()
    moments: tuple[datetime, ...] = ()
    is_draft: bool = False
    doubtful: bool = False


@query
def summary(site: Site, kind: str, id: str) -> Summary:
    """Return the summary of a file. Raises KeyError if there is no record."""
    record: Record[Any] = site.content.of_kind(kind)[id]
    front = record.front
    of_file = Summary(record.path, tuple(front.aliases))
    if kind == "trust":
        held_until = trust_held_until(front, site.zone)
        return of_file._replace(moments=() if held_until is None else (held_until,))
    if kind == "requirement":
        return of_file._replace(title=f"{front.trust} {same(front.title)}")
    if kind == "page":
        return of_file._replace(title=same(front.title))
    if kind != "briefing":
        return of_file
    moments = [visible_from(front, site.zone)]
    if front.withdrawn is not None:
        moments.append(front.withdrawn.date.at(site.zone))
    return of_file._replace(
        title=same(front.title),
        actions=tuple(action.id for action in front.enforcement if action.id is not None),
        moments=() if front.status == "draft" else tuple(moments),
        is_draft=front.status == "draft",
        doubtful=is_gap(record, *_EVENTS),
    )


def has_file(site: Site, kind: str, id: str) -> bool:
    """Return whether there is a file with this id, even if it can't be read."""
    return id in site.content.of_kind(kind) or id in site.content.ids[kind]


def is_gap(record: Record[Any], *keys: str) -> bool:
    """Return whether a fault at, around or in one of these keys was found in reading the file."""
    gaps = record.gaps
    return gaps is not None and any(gaps.within(key) for key in keys)


def summaries(site: Site, kinds: Iterable[str] = KINDS) -> Iterator[tuple[Thing, Summary]]:
    """Yield kind and id, and the summary, of every file that could be read."""
    for kind in kinds:
        for id in site.content.of_kind(kind):
            yield (kind, id), summary(site, kind, id)


@query
def moments_of_visibility(site: Site) -> tuple[datetime, ...]:
    """Return the moments at which anything becomes visible or is withdrawn, sorted."""
    kinds = ("trust", "briefing")
    return tuple(sorted({moment for _, file in summaries(site, kinds) for moment in file.moments}))


def moments_ahead(site: Site) -> list[datetime]:
    """Return the later moments at which anything becomes visible or is withdrawn, sorted."""
    return [moment for moment in moments_of_visibility(site) if moment > site.now]


@query
def doubtful_briefings(site: Site) -> tuple[str, ...]:
    """Return the ids of briefings whose events can't be read, so that any may be missing."""
    unread = set(site.content.ids["briefing"]) - set(site.content.briefings)
    doubtful = {
        id
        for (_, id), file in summaries(site, ["briefing"])
        if file.doubtful and (site.drafts or not file.is_draft)
    }
    return tuple(sorted(unread | doubtful))


@query
def files_of_title(site: Site) -> Mapping[str, tuple[Thing, ...]]:
    """Return title of briefings and pages → the files that have it, for titles of several."""
    files = summaries(site, ("page", "briefing"))
    return _of_several((file.title, thing) for thing, file in files)


@query
def requirements_of_title(site: Site) -> Mapping[str, tuple[Thing, ...]]:
    """Return trust and title of requirements → the files that have it, for titles of several."""
    return _of_several((file.title, thing) for thing, file in summaries(site, ["requirement"]))


@query
def shared_actions(site: Site) -> Mapping[str, tuple[str, ...]]:
    """Return id of an enforcement action → the briefings that have it, for those of several."""
    briefings = summaries(site, ["briefing"])
    several = _of_several((action, thing) for thing, file in briefings for action in file.actions)
    return {
        action: tuple(dict.fromkeys(id for _, id in things)) for action, things in several.items()
    }


@query
def briefings_of_action(site: Site, action: str) -> tuple[str, ...]:
    """Return the briefings that share an enforcement action."""
    return shared_actions(site)[action]


@query
def files_of_alias(site: Site) -> Mapping[str, tuple[Thing, ...]]:
    """Return alias, case-folded → the files that have it."""
    return _grouped(
        (alias.casefold(), thing) for thing, file in summaries(site) for alias in file.aliases
    )


def _of_several(pairs: Iterable[tuple[str, Thing]]) -> Mapping[str, tuple[Thing, ...]]:
    return {key: things for key, things in _grouped(pairs).items() if len(things) > 1}


def _grouped(pairs: Iterable[tuple[str, Thing]]) -> Mapping[str, tuple[Thing, ...]]:
    groups: dict[str, list[Thing]] = {}
    for key, thing in pairs:
        groups.setdefault(key, []).append(thing)
    return {key: tuple(things) for key, things in groups.items()}
