"""The facts of a briefing, and whether a change to them after publication was announced.

`content/facts.csv` has a hash of the facts of each public briefing as last recorded, with the
number of its announced changes. If the facts differ and no announced change was added to `changes`
since, readers have not been told.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any

from briefings.content.dates.values import PartialDate, Period
from briefings.content.publication_register import FactsLine
from briefings.content.schema.briefing import (
    Breach,
    BriefingFront,
    Covered,
    Deadline,
    Enforcement,
    Event,
    Figure,
    Inspection,
    PreviousFigure,
    PreviousRating,
    Rating,
    Reply,
    ServiceCounts,
    Statement,
    TimelineEntry,
    Visit,
)
from briefings.domain.site import Site, card, visible_changes
from briefings.engine import query

#: What a fact is: the fields of each block whose values are hashed. Titles, texts in our own words,
#: notes, sources and the body are not facts, nor are fields that only join or sort briefings
#: (`topics`, `series`, `id` of an enforcement action). A field that is left out is not hashed, so a
#: new optional field may be added here: no recorded hash changes.
FACTS: Mapping[type, tuple[str, ...]] = {
    BriefingFront: (
        "trust", "regulator", "inspection", "ratings", "service_counts", "breaches", "enforcement",
        "requirements", "figures", "statements", "reply", "timeline",
    ),
    Inspection: ("type", "inspected", "report_published", "notice", "method", "covers"),
    Visit: ("date",),
    Covered: ("scope", "name", "site"),
    Rating: (
        "scope", "name", "site", "key_question", "value", "scale", "change", "previous", "replaces",
        "carried_over", "inherited_from",
    ),
    PreviousRating: ("value", "date", "method"),
    ServiceCounts: ("total", "counts"),
    Breach: ("regulation", "count", "service", "site", "mapped_by_us"),
    Enforcement: (
        "kind", "served", "regulations", "mapped_by_us", "count", "at_least", "service", "site",
        "deadlines", "status", "ended", "outcome",
    ),
    Deadline: ("date",),
    Event: ("id", "event", "date", "deadline"),
    Figure: ("name", "value", "unit", "period", "qualifier", "previous", "direction"),
    PreviousFigure: ("value", "period"),
    Statement: ("who", "speaks_for", "quote"),
    Reply: ("status", "asked"),
    TimelineEntry: ("date",),
}  # fmt: skip
#: Fields with the id of another file, and its kind. The id of its first publication is hashed, so
#: that a rename of that file changes no hash.
_IDS = {
    (BriefingFront, "trust"): "trust",
    (BriefingFront, "regulator"): "regulator",
    (Rating, "inherited_from"): "trust",
    (Event, "id"): "requirement",
}
#: Hexadecimal digits of a hash: 128 bits of SHA-256.
_DIGITS = 32


@query
def facts_hash(site: Site, id: str) -> str:
    """Return the hash of the facts of a briefing, made from the typed values.

    It does not depend on how the YAML is written, nor on the order of keys or of items in a list.
    """
    front = site.content.briefings[id].front
    text = json.dumps(_fields(site, front, BriefingFront), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:_DIGITS]


def _fields(site: Site, block: Any, kind: type) -> dict[str, Any]:
    """Return the facts of a block as values for JSON, less what is left out or is the default."""
    facts: dict[str, Any] = {}
    for name, default in _facts_of(kind):
        value = getattr(block, name)
        if value == default:
            continue
        of_kind = _IDS.get((kind, name))
        facts[name] = site.register.first_id(of_kind, value) if of_kind else _plain(site, value)
    return facts


@cache
def _facts_of(kind: type) -> list[tuple[str, Any]]:
    """Return name and default of each fact of a block."""
    defaults = {field.name: field.default for field in fields(kind)}
    return [(name, defaults[name]) for name in FACTS[kind]]


def _plain(site: Site, value: Any) -> Any:
    """Return a typed value as one for JSON; items of a list are sorted."""
    if type(value) in FACTS:
        return _fields(site, value, type(value))
    if isinstance(value, tuple):
        return sorted((_plain(site, item) for item in value), key=_sort_key)
    if isinstance(value, PartialDate):
        return _date(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def _sort_key(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _date(date: PartialDate) -> str:
    """Return precision and date. `2024-25` and `2024/25` are the same financial year."""
    is_year = isinstance(date, Period) and date.is_financial_year
    return f"{date.precision} {date.earliest if is_year else date.written}"


@query
def announced(site: Site, id: str) -> int:
    """Return how many of a briefing's changes are announced: not minor, and dated up to now.

    Those that a notice of withdrawal hides are counted.
    """
    changes = site.content.briefings[id].front.changes
    shown = visible_changes(changes, site.clock, site.zone)
    return sum(change.kind != "minor" for change in shown)


@query
def is_unannounced(site: Site, id: str) -> bool:
    """Return whether facts of a public briefing changed after they were recorded, unannounced."""
    line = site.register.recorded(id)
    return line is not None and differs(site, line)


def differs(site: Site, line: FactsLine) -> bool:
    """Return whether a briefing has other facts than a recorded line, and no more changes.

    False for a briefing that is not public or is withdrawn, whose facts are shown nowhere, and for
    one that could not be read in full.
    """
    if not _shows_facts(site, line.id) or announced(site, line.id) > line.changes:
        return False
    return facts_hash(site, line.id) != line.facts


def _shows_facts(site: Site, id: str) -> bool:
    shown = card(site, id)
    if shown is None or shown.is_held or shown.is_withdrawn:
        return False
    return not site.content.briefings[id].broken


def lines_to_record(site: Site) -> Iterator[FactsLine]:
    """Yield the lines of `facts.csv` as they should be now, sorted by id.

    A line is replaced only if there are more announced changes than it counts, so facts that
    changed unannounced are not recorded. Briefings that are not public, or withdrawn, keep their
    line; lines without a file are dropped.
    """
    for id in sorted(site.content.ids["briefing"]):
        line = site.register.recorded(id)
        if _shows_facts(site, id) and (line is None or announced(site, id) > line.changes):
            line = FactsLine(id, announced(site, id), facts_hash(site, id))
        if line is not None:
            yield line
