"""Check that the page, file and anchor of every internal link exist."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from briefings.content.loader import FOLDERS, Content, Record, shown
from briefings.content.markdown import Link
from briefings.content.similarity import did_you_mean
from briefings.domain.sections import anchors_of
from briefings.domain.site import Site
from briefings.problems import Problem

#: Kind → its folder and the suffix of its files.
_FILES = {kind: (folder, ending) for folder, (kind, ending) in FOLDERS.items()}
Said = tuple[str, str]


def link_problems(
    content: Content,
    site: Site,
    *,
    sure: bool = True,
    among: Iterable[tuple[Record[Any], Link]] | None = None,
) -> Iterator[Problem]:
    """Yield a problem for each link to a page or anchor that does not exist or is not public yet.

    In a file that is not public itself, only links to what does not exist at all are reported: both
    may be published together.
    `sure`: False if a briefing's events can't be read. They may be of any requirement, so every
    requirement then counts as having a page.
    `among`: the links to check, each with its record; None for all.
    """
    told = _told(site) if sure else content.ids["requirement"]
    for record, link in _links(content) if among is None else among:
        judged = _wrong_with if _stands(record, site) else _missing
        said = judged(_Scene(link, record, content, site, told))
        if said:
            yield Problem(shown(content.root, record.path), link.line, link.column, *said)


def _links(content: Content) -> Iterator[tuple[Record[Any], Link]]:
    return ((record, link) for record in content.records() for link in record.body.links)


def _told(site: Site) -> frozenset[str]:
    """Return the ids of requirements with an event in a visible briefing: those with a page."""
    return frozenset(event.id for one in site.briefings for event in one.front.requirements)


def target_of(record: Record[Any], link: Link) -> tuple[str, str]:
    """Return kind and id of the record that a link leads to, which may be `record` itself."""
    if link.kind == "self":
        return record.kind, record.id
    target = link.target
    return link.kind, target if link.by_id else target.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _stands(record: Record[Any], site: Site) -> bool:
    """Return True if the body of a record is public at the moment of `site`."""
    if record.kind == "trust":
        return record.id in site.trusts
    if record.kind != "briefing":
        return True
    one = site.briefing.get(record.id)
    return one is not None and not one.is_withdrawn


@dataclass(frozen=True, slots=True)
class _Scene:
    """A link, its record, and what is needed to resolve it.

    `told`: ids of the requirements that have a page.
    """

    link: Link
    record: Record[Any]
    content: Content
    site: Site
    told: Collection[str]

    @property
    def id(self) -> str:
        return target_of(self.record, self.link)[1]


def _wrong_with(scene: _Scene) -> Said | None:
    link, id = scene.link, scene.id
    if link.kind == "self":
        return _anchor(scene, scene.record)
    missing = _missing(scene)
    if missing or link.kind == "media":
        return missing
    target = scene.content.record(link.kind, id)
    if target is None:
        return None  # the target file can't be read, which is reported there
    public = {"briefing": scene.site.briefing, "trust": scene.site.trusts}
    if id not in public.get(link.kind, (id,)):
        if target.gaps is not None:
            return None
        hint = f"remove the link until that {link.kind} is out"
        return f"{link.written} is not public when this page is", hint
    if link.kind == "requirement" and id not in scene.told:
        hint = "link to the trust's ledger instead"
        return f"{link.written} has no page: no visible briefing tells of it", hint
    return _anchor(scene, target)


def _missing(scene: _Scene) -> Said | None:
    link, content, id = scene.link, scene.content, scene.id
    if link.kind == "media":
        return _media(link, content)
    if link.kind == "self":
        return None
    ids = content.ids[link.kind]
    if id in ids:
        return None if link.by_id else _elsewhere(scene)
    own = {scene.record.id} if link.kind == scene.record.kind else set()
    near = did_you_mean(id, ids - own)  # a link to the page itself is never what was meant
    if near is None:
        hint = f"look in {_FILES[link.kind][0]}/ for the file's name"
    elif link.by_id:
        hint = f"did you mean `{link.kind}:{near}`?"
    else:
        hint = f"did you mean {near}{_FILES[link.kind][1]}?"
    return f"{link.written} leads nowhere: there is no such {link.kind}", hint


def _elsewhere(scene: _Scene) -> Said | None:
    """Return the fault of a path whose file name is right and whose folder is wrong."""
    link, target = scene.link, scene.content.record(scene.link.kind, scene.id)
    path = target.path if target else link.target
    if path == link.target:
        return None
    here = posixpath.dirname(scene.record.path)
    hint = f"write {posixpath.relpath(path, here)}"
    return f"{link.written} leads nowhere: that {link.kind} is in another folder", hint


def _media(link: Link, content: Content) -> Said | None:
    name = link.target.removeprefix("media/")
    if name in content.media:
        return None
    near = did_you_mean(name, content.media)
    hint = f"did you mean {near}?" if near else "put the file into content/media/"
    if any(normalize("NFC", name) == normalize("NFC", one) for one in content.media):
        hint = "rename the file without accents: those of its name are written in another way here"
    return f"{link.written} leads nowhere: there is no such file", hint


def _anchor(scene: _Scene, target: Record[Any]) -> Said | None:
    fragment = scene.link.fragment
    if not fragment or target.broken:
        return None
    anchors = anchors_of(scene.site, target.kind, target.id)
    if fragment in anchors:
        return None
    near = did_you_mean(fragment, anchors)
    sections = ", ".join(f"#{name}" for name in sorted(anchors)[:12])
    hint = f"did you mean #{near}?" if near else f"the anchors there are: {sections or 'none'}"
    return f"the page has no anchor #{fragment}", hint
