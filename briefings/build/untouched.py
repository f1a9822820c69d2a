"""Outputs that need not even be looked at, because what changed is about other trusts.

A page of a trust, of its briefings or of its requirements shows nothing of any other trust but of
those that it follows (`site.about`). So where a few files changed, and each of these outputs is
known by the files that it was made from, those of untouched trusts are what they were.

What lists records of many trusts shows each of them, and its trust's name; which ones, in what
order and with what numbers beside them, follows from facts that most edits leave alone
(`list_facts`).
Where these are what they were, so are the lists, but for those that hold a record of a touched
trust. What a list shows of records that it does not hold, it names itself (`BEYOND`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from briefings.build.inputs import contents
from briefings.build.list_facts import loosened
from briefings.build.request import PreviousBuild
from briefings.build.store import BuildState, OutputState
from briefings.build.text_change import Card, trusts_in
from briefings.checks import ChangedSince, names_of
from briefings.content.loader import Content, Record, earlier
from briefings.store.cache import Cache
from briefings.urls import url_of

#: Inputs of which each is about some trusts.
_ABOUT_TRUSTS = re.compile(
    r"content/(briefings/[0-9]{4}/[^/]+\.md|trusts/[^/]+\.md|requirements/[^/]+\.yaml)"
)


def since(found: PreviousBuild | None) -> ChangedSince | None:
    """What changed after the last build found everything good; None where that can't be told."""
    if found is None or not (found.same_code and found.in_time):
        return None
    matches = [_ABOUT_TRUSTS.fullmatch(name) for name in found.changed]
    if None in matches:
        return None
    paths = frozenset(match[1] for match in matches if match)
    cards: Mapping[str, Card] | None = found.standing.entries("cards", paths)
    if cards is None:
        return None
    return ChangedSince(paths, frozenset(one for _, names in cards.values() for one in names))


@dataclass(frozen=True)
class Untouched:
    """Tells which outputs are left alone.

    `folders`: the folder of each record's outputs → the trusts that it is about. `affected`: files
    that changed, and all that are about touched trusts. `loose`: what is otherwise, where every
    list is made by what it was; else None.
    """

    since: ChangedSince
    folders: Mapping[str, frozenset[str]]
    touched: frozenset[str]
    affected: frozenset[str]
    loose: frozenset[str] | None

    def holds(self, made: OutputState) -> bool:
        """Whether this output is as it was made."""
        return self._is_about_others(made) or self._lists_the_same(made)

    def _is_about_others(self, made: OutputState) -> bool:
        """It is of a record that is about untouched trusts."""
        folder = made.path.rpartition("/")[0]
        about = self.folders.get(folder)
        if not about or not about.isdisjoint(self.touched):
            return False
        if made.path.endswith(".html") and not made.met:  # what a page is made from is not known
            return False
        return self.since.paths.isdisjoint(made.met)

    def _lists_the_same(self, made: OutputState) -> bool:
        """It lists what it listed, and nothing of what it shows of that is otherwise."""
        if self.loose is None or made.beyond is None:
            return False
        return self.loose.isdisjoint(made.beyond) and self.affected.isdisjoint(made.met)


def untouched_outputs(
    found: PreviousBuild | None,
    said: BuildState,
    content: Content,
    since: ChangedSince | None,
    cache: Cache,
) -> Untouched | None:
    """What can be left alone; None where anything may show something new: the day that deadlines
    are compared with, a template, what is on every page."""
    if found is None or since is None:
        return None
    before = found.said
    if (before.step, before.base, before.inner) != (said.step, said.base, said.inner):
        return None
    about = {one.path: _about(one) for one in _of_trusts(content)}
    touched = _touched(content, since, about)
    folders = {url_of(one.kind, one.id).strip("/"): about[one.path] for one in _of_trusts(content)}
    affected = {path for path, trusts in about.items() if not trusts.isdisjoint(touched)}
    loose = _loose(found, content, since, cache)
    return Untouched(since, folders, touched, since.paths | affected, loose)


def _of_trusts(content: Content) -> Iterator[Record[Any]]:
    """Every record that is about some trusts."""
    for records in (content.briefings, content.trusts, content.requirements):
        yield from records.values()


def _about(record: Record[Any]) -> frozenset[str]:
    """The trusts that a record is about."""
    return trusts_in(names_of(record))


def _loose(
    found: PreviousBuild, content: Content, since: ChangedSince, cache: Cache
) -> frozenset[str] | None:
    """What is otherwise, where it moves nothing in any list. What a file held when the last build
    looked at it is what that build read: a file that was touched meanwhile has no hash."""
    held = contents(found.said.inputs)
    digests = {path: held[path] for path in since.paths if path in held}
    before = earlier(content, cache, digests)
    after = {one.path: one for one in _of_trusts(content) if one.path in since.paths}
    return loosened(before, after) if before.keys() == since.paths else None


def _touched(
    content: Content, since: ChangedSince, about: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Ids of the trusts that what changed is or was about, and of those that follow them."""
    changed = [one for one in content.records() if one.path in since.paths]
    names = {*since.names, *(named for one in changed for named in names_of(one))}
    told = (content.requirements.get(id) for kind, id in names if kind == "requirement")
    found = {*trusts_in(names), *(one.front.trust for one in told if one is not None)}
    for one in content.briefings.values():
        if not about[one.path].isdisjoint(found):
            found |= about[one.path]  # its trusts name each other
    follow = [(one.id, about[one.path]) for one in content.trusts.values()]
    while new := {id for id, trusts in follow if id not in found and not trusts.isdisjoint(found)}:
        found |= new
    return frozenset(found)
