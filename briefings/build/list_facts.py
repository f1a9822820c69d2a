"""What no list is made by: facts of a briefing, a trust or a requirement that lists may show of it
and that decide neither in which of them it stands, nor where, nor any number beside them.

Whatever is not named here is taken to decide: a field that is new in the schema does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from briefings.content.loader import Record

#: Kind of record → its fields that decide nothing about lists.
LOOSE: Mapping[str, frozenset[str]] = {
    "briefing": frozenset({
        "title", "summary", "ratings", "service_counts", "concerns", "strengths", "figures",
        "statements", "reply", "timeline", "discrepancies", "not_known", "people", "written_by",
        "checked_by", "next_check", "sources",
    }),
    "trust": frozenset({
        "name", "short_name", "also_known_as", "former_names", "kind", "codes", "status", "opened",
        "closed", "region", "icb", "councils", "sites", "staff", "locations", "population",
        "website", "regulator_pages", "sources",
    }),
    "requirement": frozenset({"title", "text"}),
}  # fmt: skip


def loosened(
    before: Mapping[str, Record[Any]], after: Mapping[str, Record[Any]]
) -> frozenset[str] | None:
    """What is otherwise in these files, where no list is made by it: the names of the fields of
    briefings, and `trust` and `requirement` for any field of these. None where a list may be
    another, or that can't be told: a file is new, gone, or was not kept as it was."""
    if before.keys() != after.keys():
        return None
    found = [_differing(one, after[path]) for path, one in before.items()]
    names = {(kind, name) for each in found for kind, name in each}
    if any(name not in LOOSE.get(kind, ()) for kind, name in names):
        return None
    return frozenset(name if kind == "briefing" else kind for kind, name in names)


def _differing(one: Record[Any], other: Record[Any]) -> Iterator[tuple[str, str]]:
    """Kind and field of what differs; the order of what stands under keys counts as well."""
    if (one.kind, one.id) != (other.kind, other.id) or one.broken or other.broken:
        yield one.kind, ""  # decides everything
        return
    for field in fields(one.front):
        here, there = getattr(one.front, field.name), getattr(other.front, field.name)
        if here != there or repr(here) != repr(there):
            yield one.kind, field.name
