"""Incremental checks of later moments: only what a moment can change is checked again.

At most moments one briefing of thousands becomes visible. It can cause faults only in itself and in
what it shares with other files: the ratings of its trust, its requirements, its enforcement
actions, its title, and links to any of these. Everything else is the same as at the moment before,
at which it was checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from briefings.checks.links import target_of
from briefings.content.loader import Content, Record
from briefings.content.markdown import Link
from briefings.content.schema import BriefingFront
from briefings.content.similarity import same
from briefings.domain.site import Site, moments_ahead, trust_held_until, visible, visible_from

#: Key of something that records share: (kind, id), ("action", id), ("title", `same(title)`).
Named = tuple[str, str]
#: Index of a record, and of a link in it. Sorted, they give the order of the files.
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Touched:
    """What a moment or an edit can change (the dirty set).

    Ids of `briefings`, `trusts`, `requirements` and enforcement `actions`.
    `titles`: in the form that `same` returns.
    `links`: the links to check, each with its record, in the order of the files.
    """

    briefings: frozenset[str]
    trusts: frozenset[str]
    requirements: frozenset[str]
    actions: frozenset[str]
    titles: frozenset[str]
    links: tuple[tuple[Record[Any], Link], ...]


def sites_ahead(
    content: Content, now: datetime, unsure: Collection[str]
) -> Iterator[tuple[Site, Touched | None]]:
    """Yield (site, what to check in it) for every later moment at which visibility changes.

    The site has only the briefings that the check needs. `unsure`: ids of briefings that can't be
    read completely. At a moment at which one of them becomes visible, the site is complete and
    everything is checked (None), because any history may be complete from then on.
    """
    changing = _changing(content, now)
    shared = _Shared(content) if changing else None
    for moment in moments_ahead(content, now):
        records = changing[moment]
        if shared is None or not {one.id for one in records}.isdisjoint(unsure):
            yield visible(content, moment), None
        else:
            touched = shared.touched(records)
            needed = shared.needed_for(touched) | set(unsure)
            yield visible(_only(content, needed), moment), touched


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """What changed since all content was checked without a fault.

    `paths`: of changed or deleted briefings, trusts and requirements.
    `names`: the keys that the briefings among them had before (see `names_of`).
    """

    paths: frozenset[str]
    names: frozenset[Named] = frozenset()


def touched_since(content: Content, since: ChangedSince) -> Touched:
    """Return what the changes can affect: an edit is treated as a removal plus an addition."""
    changed = [one for one in content.records() if one.path in since.paths]
    return _Shared(content).touched(changed, since.names)


def _changing(content: Content, now: datetime) -> Mapping[datetime, list[Record[Any]]]:
    """Return later moment → the briefings and trusts that become visible or are withdrawn then."""
    zone = content.config.time_zone
    found: dict[datetime, list[Record[Any]]] = defaultdict(list)
    for record in content.briefings.values():
        front = record.front
        if front.status == "draft":
            continue
        moments = {visible_from(front, zone)}
        if front.withdrawn is not None:
            moments.add(front.withdrawn.date.at(zone))
        for moment in moments:
            found[moment].append(record)
    for trust in content.trusts.values():
        held_until = trust_held_until(trust.front, zone)
        if held_until is not None:
            found[held_until].append(trust)
    return {moment: records for moment, records in found.items() if moment > now}


def _only(content: Content, ids: Iterable[str]) -> Content:
    known = content.briefings
    return replace(content, briefings={id: known[id] for id in ids if id in known})


class _Shared:
    """Index of what records share: keys (`Named`), links by target, predecessors of trusts."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._records = tuple(content.records())
        self._number = {(one.kind, one.id): place for place, one in enumerate(self._records)}
        self._leading: dict[Named, list[_Place]] = defaultdict(list)
        for place, record in enumerate(self._records):
            for n, link in enumerate(record.body.links):
                self._leading[target_of(record, link)].append((place, n))
        self._before: dict[str, tuple[str, ...]] = {}
        self._after: dict[str, list[str]] = defaultdict(list)
        for id, trust in content.trusts.items():
            self._before[id] = tuple(one.id for one in trust.front.predecessors if one.id)
            for one in self._before[id]:
                self._after[one].append(id)

    @cached_property
    def _naming(self) -> Mapping[Named, set[str]]:
        """Key → the ids of the briefings that have it."""
        found: dict[Named, set[str]] = defaultdict(set)
        for id, record in self._content.briefings.items():
            for named in names_of(record):
                found[named].add(id)
        return found

    def touched(self, records: Iterable[Record[Any]], names: Iterable[Named] = ()) -> Touched:
        """Return what these records can affect by becoming visible, being withdrawn or edited.

        `names`: additional keys, such as those that an edited record had before.
        """
        records = list(records)
        found: dict[str, set[str]] = defaultdict(set)
        for kind, name in (*names, *(each for one in records for each in names_of(one))):
            found[kind].add(name)
        return Touched(
            briefings=frozenset(found["briefing"]),
            trusts=frozenset(found["trust"]),
            requirements=frozenset(found["requirement"]),
            actions=frozenset(found["action"]),
            titles=frozenset(found["title"]),
            links=self._links(records, found),
        )

    def _links(
        self, records: Iterable[Record[Any]], names: Mapping[str, Iterable[str]]
    ) -> tuple[tuple[Record[Any], Link], ...]:
        """Return the links in these records, and the links that lead to what they can affect.

        These are the briefings, requirements and trusts in `names`, and the successors of these
        trusts, whose pages show what they took over.
        """
        targets = [(kind, id) for kind in ("briefing", "requirement") for id in names[kind]]
        for id in names["trust"]:
            targets += [("trust", one) for one in (id, *self._after[id])]
        places = {place for target in targets for place in self._leading.get(target, ())}
        for one in records:
            number = self._number[one.kind, one.id]
            places.update((number, n) for n in range(len(one.body.links)))
        return tuple(
            (self._records[number], self._records[number].body.links[n])
            for number, n in sorted(places)
        )

    def needed_for(self, touched: Touched) -> set[str]:
        """Return the ids of all briefings that are needed to check `touched`."""
        needed = set(touched.briefings)
        for kind, names in (
            ("trust", touched.trusts),
            ("requirement", touched.requirements),
            ("action", touched.actions),
            ("title", touched.titles),
        ):
            for name in names:
                needed |= self._naming.get((kind, name), set())
        for record, link in touched.links:
            if record.kind == "briefing":
                needed.add(record.id)
            needed |= self._behind(*target_of(record, link))
        return needed

    def _behind(self, kind: str, id: str) -> set[str]:
        """Return the ids of the briefings that decide whether a page exists, and its anchors."""
        if kind == "briefing":
            return {id}
        found = set(self._naming.get((kind, id), ()))
        for before in self._before.get(id, ()) if kind == "trust" else ():
            found |= self._naming.get(("trust", before), set())
        return found


def names_of(record: Record[Any]) -> Iterator[Named]:
    """Yield the keys of a record: its own, and those of everything that it shares with others."""
    yield record.kind, record.id
    if record.kind == "requirement":
        yield "trust", record.front.trust
    elif record.kind == "trust":
        yield from (("trust", one.id) for one in record.front.predecessors if one.id)
    elif record.kind == "briefing":
        yield from _names_in(record.front)


def _names_in(front: BriefingFront) -> Iterator[Named]:
    yield from (("trust", id) for id in (front.trust, *front.also_about))
    yield from (("trust", one.inherited_from) for one in front.ratings if one.inherited_from)
    yield "title", same(front.title)
    yield from (("requirement", event.id) for event in front.requirements)
    yield from (("action", action.id) for action in front.enforcement if action.id)
