"""Every link into the site leads to a page, a file and an anchor that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from briefings.ledger import histories
from briefings.load import FOLDERS, Content, Record, shown
from briefings.markup import Link
from briefings.problems import Problem, did_you_mean
from briefings.sections import anchors_of
from briefings.site import Site

#: Kind → its folder and the ending of its files.
_FILES = {kind: (folder, ending) for folder, (kind, ending) in FOLDERS.items()}
Said = tuple[str, str]


def link_problems(content: Content, site: Site) -> Iterator[Problem]:
    """A link to a page or anchor that does not exist, or that is held back, is an error."""
    told = histories(site).keys()
    for record in _standing(content, site):
        for link in record.body.links:
            said = _wrong_with(link, record, content, site, told)
            if said:
                yield Problem(shown(content.root, record.path), link.line, link.column, *said)


def _standing(content: Content, site: Site) -> Iterator[Record[Any]]:
    """The files whose text is published at this moment."""
    for record in content.records():
        if record.kind == "briefing":
            one = site.briefing.get(record.id)
            if one is None or one.is_withdrawn:
                continue
        if record.body.links:
            yield record


def _wrong_with(
    link: Link, record: Record[Any], content: Content, site: Site, told: Collection[str]
) -> Said | None:
    if link.kind == "media":
        return _media(link, content)
    if link.kind == "self":
        return _anchor(link, site, record.kind, record.id)
    id = link.target if link.by_id else _id_at(link.target)
    missing = _missing(link, id, content)
    if missing:
        return missing
    if link.kind == "briefing" and id not in site.briefing:
        hint = "remove the link until that briefing is out"
        return f"{link.written} is not public when this page is", hint
    if link.kind == "requirement" and id not in told:
        hint = "link to the trust's ledger instead"
        return f"{link.written} has no page: no visible briefing tells of it", hint
    return _anchor(link, site, link.kind, id)


def _id_at(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _missing(link: Link, id: str, content: Content) -> Said | None:
    ids = content.ids[link.kind]
    there = id in ids and (link.by_id or (content.root / link.target).is_file())
    if there:
        return None
    near = did_you_mean(id, ids)
    if near is None:
        hint = f"look in {_FILES[link.kind][0]}/ for the file's name"
    elif link.by_id:
        hint = f"did you mean `{link.kind}:{near}`?"
    else:
        hint = f"did you mean {near}{_FILES[link.kind][1]}? (look at the folder too)"
    return f"{link.written} leads nowhere: there is no such {link.kind}", hint


def _media(link: Link, content: Content) -> Said | None:
    name = link.target.removeprefix("media/")
    if name in content.media:
        return None
    near = did_you_mean(name, content.media)
    hint = f"did you mean {near}?" if near else "put the file into content/media/"
    return f"{link.written} leads nowhere: there is no such file", hint


def _anchor(link: Link, site: Site, kind: str, id: str) -> Said | None:
    if not link.fragment:
        return None
    anchors = anchors_of(site, kind, id)
    if link.fragment in anchors:
        return None
    near = did_you_mean(link.fragment, anchors)
    sections = ", ".join(f"#{name}" for name in sorted(anchors)[:12])
    hint = f"did you mean #{near}?" if near else f"the anchors there are: {sections or 'none'}"
    return f"the page has no anchor #{link.fragment}", hint
