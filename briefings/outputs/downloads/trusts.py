"""The whole record of one trust as JSON: `/trusts/<id>/trust.json`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache, partial
from operator import attrgetter
from typing import Any

from briefings import urls
from briefings.content.dates import Moment, PartialDate, Period
from briefings.domain.ledger import Entry, History, Totals, histories
from briefings.domain.ledger import of_trust as ledger_of
from briefings.domain.registers import Action, actions
from briefings.domain.site import Briefing, Site
from briefings.outputs.downloads.table import Document, Licensed


def trust_documents(site: Site, terms: Licensed) -> Iterator[Document]:
    """Yield a document for each trust; one without a briefing has empty lists."""
    told = histories(site)
    by_trust: dict[str, dict[str, History]] = {}
    for history in told.values():
        by_trust.setdefault(history.front.trust, {})[history.id] = history
    enforcement: dict[str, list[Action]] = {}
    for action in actions(site):
        enforcement.setdefault(action.trust, []).append(action)
    for id in site.trusts:
        taken = enforcement.get(id, [])
        mine = by_trust.get(id, {})
        briefings, successors = site.by_trust[id], site.successors.get(id, ())
        fixed = replace(terms, updated=None)
        shown = (fixed, site.trusts[id], successors, briefings, tuple(mine.values()), taken)
        made = partial(_trust, site, terms, id, mine, taken)
        yield Document(urls.trust_json(id), made, shown, in_lines=True)


def _trust(
    site: Site, terms: Licensed, id: str, told: dict[str, History], taken: list[Action]
) -> dict[str, Any]:
    newest = max((one.updated for one in site.by_trust[id]), default=None)
    totals = Totals.of(told.values())
    return {
        "id": id,
        "url": site.urls.absolute(urls.url_of("trust", id)),
        **dict(replace(terms, updated=newest).entries()),
        "trust": plain(site.trusts[id].front),
        "successors": list(site.successors.get(id, ())),
        "briefings": [_briefing(site, one) for one in site.by_trust[id]],
        "requirements_open": totals.open,
        "requirements_not_known": totals.unknown,
        "requirements_raised": totals.raised,
        "requirements": [_requirement(site, one) for one in ledger_of(told, id)],
        "enforcement": [_action(site, one) for one in taken],
    }


def _briefing(site: Site, one: Briefing) -> dict[str, Any]:
    front = one.front
    return {
        "id": one.id,
        "url": site.urls.absolute(one.url),
        "title": front.title,
        "summary": front.summary,
        "trust": front.trust,
        "also_about": plain(front.also_about),
        "topics": plain(front.topics),
        "regulator": front.regulator,
        "inspection": plain(front.inspection),
        "published": one.visible_from.isoformat(),
        "updated": one.updated.isoformat(),
        "ratings": plain(front.ratings),
        "service_counts": plain(front.service_counts),
        "breaches": plain(front.breaches),
        "concerns": plain(front.concerns),
        "strengths": plain(front.strengths),
        "figures": plain(front.figures),
        "statements": plain(front.statements),
        "reply": plain(front.reply),
        "timeline": plain(front.timeline),
        "discrepancies": plain(front.discrepancies),
        "not_known": plain(front.not_known),
        "sources": plain(front.sources),
        "changes": plain(one.changes),
    }


def _requirement(site: Site, one: History) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": site.urls.absolute(one.url),
        "title": one.front.title,
        "text": one.front.text,
        "status": one.status.value,
        "sentence": one.sentence,
        "times_told": one.times_told,
        "events": [_event(site, entry) for entry in one.entries],
    }


def _event(site: Site, entry: Entry) -> dict[str, Any]:
    place = {"briefing": entry.briefing.id, "url": site.urls.absolute(entry.url)}
    return {**plain(entry.event), **place}


def _action(site: Site, one: Action) -> dict[str, Any]:
    return {
        "id": one.key,
        "kind": one.kind,
        "text": one.text,
        "served": one.served.written,
        "deadlines": plain(one.deadlines),
        "status": one.status,
        "ended": one.ended.written if one.ended else None,
        "outcome": one.outcome,
        "url": site.urls.absolute(one.url),
    }


#: (name in JSON, name of the field) for each field of a dataclass.
Names = tuple[tuple[str, str], ...]
_AS_THEY_ARE = frozenset({str, int, bool})


def _is_given(value: Any) -> bool:
    """Return whether a field has a value. 0 is one.

    `0 in (None, False)` is true in Python; a figure of 0 was once lost here.
    """
    return value is not None and value is not False and value != () and value != {}


def plain(value: Any) -> Any:
    """Convert a value of the content model to JSON.

    Dates are as written; fields without a value are left out.
    """
    kind: Any = type(value)
    return value if value is None or kind in _AS_THEY_ARE else _way(kind)(value)


@cache
def _way(kind: type) -> Callable[[Any], Any]:
    """Return the function that converts values of a type to JSON."""
    if issubclass(kind, PartialDate | Period | Moment):
        return attrgetter("written")
    if issubclass(kind, datetime):
        return kind.isoformat
    if issubclass(kind, Mapping):
        return lambda value: {key: plain(each) for key, each in value.items()}
    if issubclass(kind, tuple):
        return lambda value: [plain(each) for each in value]
    return partial(_members, _names(kind)) if is_dataclass(kind) else lambda value: value


def _members(names: Names, value: Any) -> dict[str, Any]:
    named = ((name, getattr(value, field)) for name, field in names)
    return {name: plain(each) for name, each in named if _is_given(each)}


def _names(kind: type[Any]) -> Names:
    return tuple((one.name.rstrip("_"), one.name) for one in fields(kind))
