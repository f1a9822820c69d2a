"""Records that are public at a moment, and the lines missing for them in the publication register.

The register is `content/register.csv`; see `content/publication_register.py`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from briefings.content.dates.values import PartialDate, Period
from briefings.content.publication_register import KINDS, FactsLine, Line, Thing, by_kind
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
from briefings.domain.ledger.history import history
from briefings.domain.site import Site, card, trust_is_visible
from briefings.domain.summaries import files_of_alias
from briefings.domain.visibility import trust_held_until, visible_changes
from briefings.engine import query
from briefings.urls import url_of


def is_public(site: Site, kind: str, id: str) -> bool:
    """Return whether a file has a page now; the notice of a withdrawal is one."""
    if kind == "briefing":
        return card(site, id) is not None
    if kind == "trust":
        return trust_is_visible(site, id)
    if kind == "requirement":
        return history(site, id) is not None
    return id in site.content.of_kind(kind)


def heir_of_url(site: Site, url: str) -> Thing | None:
    """Return the public file that has a URL as an alias."""
    holders = files_of_alias(site).get(url, ())
    return next((thing for thing in reversed(holders) if is_public(site, *thing)), None)


def lost(site: Site) -> Iterator[Line]:
    """Yield the register lines of ids that are in use (not given up) but have no file."""
    for line in site.register.living.values():
        if line.id not in site.content.ids[line.kind]:
            yield line


def is_rename(site: Site, line: Line, heir: Thing) -> bool:
    """Return whether the file with the lost URL of a line is the same record under a new id.

    True if it is of the same kind and not yet in the register.
    """
    return heir[0] == line.kind and heir not in site.register.entered


def missing_lines(site: Site) -> tuple[Line, ...]:
    """Return the lines to append to the register, in order.

    - An id without a file, whose URL is an alias of a public record, is given up: its line is added
      again with `leads_to`.
    - If that record is new and of the same kind, it is a rename: its line takes over the guid.
    - Each public record that is not in the register gets a line.
    """
    given_up: list[Line] = []
    renamed: dict[Thing, Line] = {}
    for line in lost(site):
        heir = heir_of_url(site, line.url)
        if heir is not None:
            given_up.append(replace(line, leads_to=url_of(*heir)))
            if is_rename(site, line, heir):
                renamed.setdefault(heir, line)
    new = (
        _new_line(site, kind, id, renamed.get((kind, id)))
        for kind in KINDS
        for id in site.content.of_kind(kind)
        if (kind, id) not in site.register.entered and is_public(site, kind, id)
    )
    return (*given_up, *by_kind(new))


def _new_line(site: Site, kind: str, id: str, before: Line | None) -> Line:
    """Return the line of a new record.

    `before`: the line it was renamed from, if any, whose `guid` and `first_published` it keeps.
    """
    guid = before.guid if before else site.tag(f"{kind}/{id}")
    since = before.first_published if before else _public_since(site, kind, id)
    return Line(kind, id, url_of(kind, id), guid, since)


def _public_since(site: Site, kind: str, id: str) -> datetime:
    """Return the moment from which a public file is public.

    For a requirement that of its first visible briefing; for what has no date of publication
    (regulators, topics, pages, trusts never held back) now, without microseconds.
    """
    requirement = history(site, id) if kind == "requirement" else None
    if requirement is not None:
        return min(entry.briefing.visible_from for entry in requirement.entries)
    if kind == "briefing":
        return site.briefing[id].visible_from
    held_until = trust_held_until(site.trusts[id].front, site.zone) if kind == "trust" else None
    return held_until or site.now.replace(microsecond=0)


# The facts of a briefing, and whether a change to them after publication was announced.
#
# `content/facts.csv` has a hash of the facts of each public briefing as last recorded, with the
# number of its announced changes. If the facts differ and no announced change was added to
# `changes` since, readers have not been told.

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
