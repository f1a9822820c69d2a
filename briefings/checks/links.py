"""Check that the page, file and anchor of every internal link exist, and old anchors lead on."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from briefings.content.files import FOLDERS
from briefings.content.markdown.context import Link
from briefings.content.records import Record
from briefings.content.schema.validation import Fault
from briefings.content.similarity import did_you_mean
from briefings.domain.publication import is_public
from briefings.domain.sections import anchors_of, landings, own_anchors, vacated_of
from briefings.domain.site import Site
from briefings.domain.summaries import doubtful_briefings, has_file
from briefings.problems import Problem

#: Kind → its folder and the suffix of its files.
_FILES = {kind: (folder, ending) for folder, (kind, ending) in FOLDERS.items()}
#: Message and hint.
MessageAndHint = tuple[str, str]


def link_problems(site: Site, record: Record[Any]) -> Iterator[Problem]:
    """Yield a problem for each link to a page or anchor that does not exist or is not public yet.

    In a file that is not public itself, only links to what does not exist at all are reported: both
    may be published together.
    """
    for link in record.body.links:
        fault = _missing(site, record, link)
        if fault is None and link.kind != "media" and _is_shown(site, record):
            fault = _hidden(site, record, link)
        if fault is not None:
            yield Problem(record.path, link.line, link.column, *fault)


def _is_shown(site: Site, record: Record[Any]) -> bool:
    """Return whether the body of a record is public."""
    if record.kind == "briefing":
        briefing = site.briefing.get(record.id)
        return briefing is not None and not briefing.is_withdrawn
    return record.kind != "trust" or record.id in site.trusts


def _target(record: Record[Any], link: Link) -> tuple[str, str]:
    """Return kind and id of the record that a link leads to, which may be `record` itself."""
    if link.kind == "self":
        return record.kind, record.id
    return link.kind, link.id


def _missing(site: Site, record: Record[Any], link: Link) -> MessageAndHint | None:
    """Return message and hint for a link to a file that does not exist, or is in another folder."""
    if link.kind == "media":
        return _missing_media(site, link)
    kind, id = _target(record, link)
    if has_file(site, kind, id):
        target = None if link.by_id or link.kind == "self" else site.content.record(kind, id)
        if target is None or target.path == link.target:
            return None
        hint = f"write {posixpath.relpath(target.path, posixpath.dirname(record.path))}"
        return f"{link.written} leads nowhere: that {link.kind} is in another folder", hint
    own = {record.id} if kind == record.kind else set()  # which is never what was meant
    near = did_you_mean(id, set(site.content.ids[kind]) - own)
    folder, ending = _FILES[kind]
    hint = f"look in {folder}/ for the file's name"
    if near is not None:
        hint = f"did you mean `{kind}:{near}`?" if link.by_id else f"did you mean {near}{ending}?"
    return f"{link.written} leads nowhere: there is no such {kind}", hint


def _missing_media(site: Site, link: Link) -> MessageAndHint | None:
    name = link.target.removeprefix("media/")
    if name in site.media:
        return None
    near = did_you_mean(name, site.media)
    hint = f"did you mean {near}?" if near else "put the file into content/media/"
    if any(normalize("NFC", name) == normalize("NFC", other) for other in site.media):
        hint = "rename the file without accents: those of its name are written in another way here"
    return f"{link.written} leads nowhere: there is no such file", hint


def _hidden(site: Site, record: Record[Any], link: Link) -> MessageAndHint | None:
    """Return message and hint for a link to a page or anchor that is not public."""
    kind, id = _target(record, link)
    target = site.content.record(kind, id)
    if target is None:
        return None  # the target file can't be read, which is reported there
    if link.kind == "requirement":
        if not is_public(site, kind, id) and not _may_be_told(site, id):
            hint = "link to the trust's ledger instead"
            return f"{link.written} has no page: no visible briefing tells of it", hint
    elif link.kind != "self" and not is_public(site, kind, id):
        hint = f"remove the link until that {kind} is out"
        fault = f"{link.written} is not public when this page is", hint
        return fault if target.gaps is None else None
    return _missing_anchor(site, target, link.fragment)


def _may_be_told(site: Site, requirement: str) -> bool:
    """Return whether a requirement lacks its page only because of a fault that is reported.

    The events of a briefing can't be read, or an event is of the requirement of another trust.
    """
    events = (event for briefing in site.briefings for event in briefing.front.requirements)
    return bool(doubtful_briefings(site)) or any(event.id == requirement for event in events)


def _missing_anchor(site: Site, target: Record[Any], fragment: str) -> MessageAndHint | None:
    if not fragment or target.broken:
        return None
    anchors = anchors_of(site, target.kind, target.id)
    if fragment in anchors:
        return None
    near = did_you_mean(fragment, anchors)
    listed = ", ".join(f"#{name}" for name in anchors[:12])
    hint = f"did you mean #{near}?" if near else f"the anchors there are: {listed or 'none'}"
    return f"the page has no anchor #{fragment}", hint


def vacated_faults(site: Site, kind: str, id: str) -> Iterator[Fault]:
    """Yield a fault for each vacated anchor that is listed twice, still in use or leads nowhere.

    `change-N` can't be vacated, because the guids of feed items end in the number.
    """
    if not site.content.of_kind(kind)[id].front.vacated or not is_public(site, kind, id):
        return
    own, targets = own_anchors(site, kind, id), landings(site, kind, id)
    seen: set[str] = set()
    for index, entry in enumerate(vacated_of(site, kind, id)):
        message, hint = _wrong_anchor(entry.anchor, own, seen)
        if message:
            yield Fault(("vacated", index, "anchor"), message, hint)
        elif entry.now is not None and entry.now not in targets:
            near = did_you_mean(entry.now, targets)
            hint = f"did you mean `{near}`?" if near else "write an item's anchor, or a section's"
            message = f"the page has no item or section `{entry.now}`"
            yield Fault(("vacated", index, "now"), message, hint)
        seen.add(entry.anchor)


def _wrong_anchor(anchor: str, own: frozenset[str], seen: set[str]) -> MessageAndHint:
    """Return message and hint; both empty if the anchor may be vacated."""
    if anchor in seen:
        return f"the anchor `{anchor}` is vacated twice", "remove one of the two"
    if anchor.rpartition("-")[0] == "change":
        hint = "put the change back: guids of feed items end in its number"
        return f"`{anchor}` can't be vacated", hint
    if anchor in own:
        hint = "remove this entry, or write the anchor of an item that is gone"
        return f"the page still has `{anchor}`", hint
    return "", ""
