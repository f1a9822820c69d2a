"""`archive`: sources without a copy in a web archive, and the change that names one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from briefings.content.listing import list_files, raw_of, shown
from briefings.content.loader import parsed, source_of
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import keys_at
from briefings.edit.places import NotInPlace, in_place_fault
from briefings.edit.rename import unknown_id
from briefings.edit.rewrite import rewritten
from briefings.edit.transaction import Changes, ContentEditor
from briefings.edit.values import with_key
from briefings.problems import ContentError

#: The kinds of file that have sources.
_KINDS = ("briefing", "trust")


class Place(NamedTuple):
    """A source: the path of its file below the content folder, the kind of file, and its key."""

    path: str
    kind: str
    key: str


def sources_without_copy(desk: ContentEditor, ids: Collection[str]) -> dict[str, list[Place]]:
    """Return address → sources that have it and name no copy.

    Of these briefings and trusts; without `ids`, of all that are public. Raises ContentError if the
    content has a fault, or nothing has one of the ids.
    """
    content = desk.read()
    if problems := desk.faults(content):
        raise ContentError(problems)
    site = desk.site(content)
    public = {("briefing", briefing.id) for briefing in site.briefings}
    public |= {("trust", id) for id in site.trusts}
    files = [file for file in list_files(desk.root).files if file.kind in _KINDS]
    if unknown := sorted(set(ids).difference(file.id for file in files)):
        raise ContentError([unknown_id(content, "briefing", id) for id in unknown])
    places: dict[str, list[Place]] = {}
    for file in files:
        if not (file.id in ids if ids else (file.kind, file.id) in public):
            continue
        for key, url in _without_copy(desk, file.path):
            places.setdefault(url, []).append(Place(file.path, file.kind, key))
    return places


def _without_copy(desk: ContentEditor, path: str) -> Iterator[tuple[str, str]]:
    tree: dict[str, Any] = source_of(desk.root, path)[1].tree.data
    for key, fields in (tree.get("sources") or {}).items():
        url = fields.get("url", "")
        if url.startswith(("http://", "https://")) and "archived_url" not in fields:
            yield key, url


def with_copy(desk: ContentEditor, places: Iterable[Place], url: str, day: date) -> Changes:
    """Return the change that names a copy for sources, and its day where none was read before.

    Files are read again, as they may have been edited since. Raises ContentError if one can't be
    edited in place.
    """
    changes: dict[str, bytes] = {}
    for place in places:
        raw = changes.get(place.path) or raw_of(desk.root, place.path)
        source, problems = parsed(desk.root, place.path, raw)
        if not source.readable:
            raise ContentError(problems)
        order = keys_at(SCHEMAS[place.kind], ("sources", place.key))
        tree: dict[str, Any] = source.tree.data
        fields = with_key(tree["sources"][place.key], "archived_url", url, order)
        if "accessed" not in fields:
            fields = with_key(fields, "accessed", day.isoformat(), order)
        sources = tree["sources"] | {place.key: fields}
        try:
            changes[place.path] = rewritten(raw, source, tree | {"sources": sources})
        except NotInPlace as fault:
            raise ContentError([in_place_fault(shown(desk.root, place.path), fault)]) from None
    return changes
