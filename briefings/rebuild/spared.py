"""Outputs that need not even be looked at, because what changed is about other trusts.

A page of a trust, of its briefings or of its requirements shows nothing of any other trust but of
those that it follows (`site.about`). So where a few files changed, and each of these outputs is
known by the files that it was made from, those of untouched trusts are what they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from briefings.checks import Since, names_of
from briefings.load import Content
from briefings.rebuild.asked import Found
from briefings.rebuild.reworded import Card, trusts_in
from briefings.rebuild.standing import Made, Said
from briefings.urls import url_of

#: Inputs of which each is about some trusts.
_ABOUT_TRUSTS = re.compile(
    r"content/(briefings/[0-9]{4}/[^/]+\.md|trusts/[^/]+\.md|requirements/[^/]+\.yaml)"
)


def since(found: Found | None) -> Since | None:
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
    return Since(paths, frozenset(one for _, names in cards.values() for one in names))


@dataclass(frozen=True)
class Spared:
    """Tells which outputs are left alone.

    `folders`: the folder of each record's outputs → the trusts that it is about.
    """

    since: Since
    folders: Mapping[str, frozenset[str]]
    touched: frozenset[str]

    def holds(self, made: Made) -> bool:
        """Whether this output is as it was made."""
        folder = made.path.rpartition("/")[0]
        about = self.folders.get(folder)
        if not about or not about.isdisjoint(self.touched):
            return False
        if made.path.endswith(".html") and not made.met:  # what a page is made from is not known
            return False
        return self.since.paths.isdisjoint(made.met)


def spared(found: Found | None, said: Said, content: Content, since: Since | None) -> Spared | None:
    """What can be left alone; None where anything may show something new: the day that deadlines
    are compared with, a template, what is on every page."""
    if found is None or since is None:
        return None
    before = found.said
    if (before.step, before.base, before.inner) != (said.step, said.base, said.inner):
        return None
    return Spared(since, dict(_folders(content)), _touched(content, since))


def _folders(content: Content) -> Iterator[tuple[str, frozenset[str]]]:
    for records in (content.briefings, content.trusts, content.requirements):
        for record in records.values():
            yield url_of(record.kind, record.id).strip("/"), trusts_in(names_of(record))


def _touched(content: Content, since: Since) -> frozenset[str]:
    """Ids of the trusts that what changed is or was about, and of those that follow them."""
    changed = [one for one in content.records() if one.path in since.paths]
    names = {*since.names, *(named for one in changed for named in names_of(one))}
    told = (content.requirements.get(id) for kind, id in names if kind == "requirement")
    found = {*trusts_in(names), *(one.front.trust for one in told if one is not None)}
    for about in [trusts_in(names_of(one)) for one in content.briefings.values()]:
        found |= about if about & found else set()  # its trusts name each other
    while new := {id for id in _following(content, found) if id not in found}:
        found |= new
    return frozenset(found)


def _following(content: Content, trusts: set[str]) -> Iterator[str]:
    for one in content.trusts.values():
        if not trusts.isdisjoint(trusts_in(names_of(one))):
            yield one.id
