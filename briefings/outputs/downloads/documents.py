"""The JSON files of the downloads that are no table: the data package and the JSON Schemas.

The data package is Frictionless (https://specs.frictionlessdata.io/).
"""

from __future__ import annotations

from typing import Any

from briefings import urls
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import json_schema
from briefings.content.schema.types import Source
from briefings.domain.enforcement import Action, actions_of_trust
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, Totals, histories, requirements_of_trust
from briefings.domain.site import Briefing, Site, is_closed, last_updated, merger
from briefings.domain.words import say
from briefings.engine import query
from briefings.outputs.downloads.table import Field, Table, in_lines, indented, plain
from briefings.outputs.downloads.tables import TABLES

#: Members of a JSON object.
Members = dict[str, Any]

_UNLICENSED = "All rights reserved"


@query
def publisher_and_licence(site: Site) -> Members:
    """Return the members of JSON downloads that state publisher and licence.

    `attributions`: texts that regulators' licences require.
    """
    licence = site.config.licence
    attributions = [record.front.licence.attribution for record in site.regulators.values()]
    return {
        "publisher": site.config.publisher.name,
        "licence": {
            "name": licence.name if licence else _UNLICENSED,
            "url": licence.url if licence else None,
        },
        "attributions": list(dict.fromkeys(attributions)),
    }


@query
def terms_of_use(site: Site) -> Members:
    """Return `publisher_and_licence` with `updated`, the newest change of visible content or None.

    `updated` is never the present time.
    """
    newest = last_updated(site)
    return publisher_and_licence(site) | {"updated": newest.isoformat() if newest else None}


def data_package(site: Site) -> bytes:
    """Return `datapackage.json`: each CSV file, with the type and meaning of every column."""
    terms = terms_of_use(site)
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "inspection-briefings",
        "title": site.config.title,
        "description": site.config.tagline or site.config.title,
        "homepage": site.urls.absolute(urls.HOME),
        "licenses": [_licence(terms)],
        "contributors": [{"title": terms["publisher"], "role": "publisher"}],
        "attributions": terms["attributions"],
        "resources": [_resource(table.in_words_of(site), terms) for table in TABLES],
    }
    if terms["updated"] is not None:
        package["created"] = terms["updated"]
    return indented(package)


def _licence(terms: Members) -> dict[str, str]:
    name, url = terms["licence"]["name"], terms["licence"]["url"]
    return {"title": name, "path": url} if url else {"title": name, "name": "other-closed"}


def _resource(table: Table, terms: Members) -> dict[str, Any]:
    """Describe one CSV file, with its licence and date, which CSV has no place for."""
    dated = {"updated": terms["updated"]} if terms["updated"] else {}
    return dated | {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": table.meaning,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "licenses": [_licence(terms)],
        "schema": {
            "fields": [_field(field, table) for field in table.fields],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": field, "reference": {"resource": name, "fields": "id"}}
                for field, name in table.references.items()
            ],
        },
    }


def _field(field: Field, table: Table) -> dict[str, Any]:
    described = field.described
    if field.type == "datetime":
        described["format"] = "any"
    if field.name in table.key:
        described["constraints"] = {"required": True}
    return described


def schema(site: Site, kind: str) -> bytes:
    """Return the JSON Schema (2020-12) of a kind of content file."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": site.urls.absolute(urls.schema_url(kind)),
    }
    return indented(head | json_schema(SCHEMAS[kind]))


# The whole record of a trust or of a requirement as JSON.
#
# `/trusts/<id>/trust.json` and `/requirements/<id>/requirement.json`.

#: Fields of a briefing that are written as in its file: before its dates, and after them.
_BEFORE = ("trust", "also_about", "topics", "regulator", "inspection")
_AFTER = (
    "ratings", "service_counts", "breaches", "concerns", "strengths", "figures", "statements",
    "reply", "timeline", "discrepancies", "not_known", "sources",
)  # fmt: skip
#: Fields of an enforcement action.
_ACTION = (
    "regulator", "kind", "text", "count", "regulations", "mapped_by_us", "service", "site",
    "served", "status", "ended", "outcome",
)  # fmt: skip
#: Fields of a requirement's file that are the same for its whole history.
_REQUIREMENT = (
    "regulator", "regulations", "service", "site", "topics", "owner", "priority",
)  # fmt: skip


def trust_document(site: Site, id: str) -> bytes:
    """Return the record of a trust; one without a briefing has empty lists.

    `updated`: the newest change, a withdrawal included. `status` and `successors`: as of now.
    """
    briefings, ledger = site.by_trust[id], requirements_of_trust(site, id)
    moments = (its.updated for its in (*briefings, *site.withdrawn_of("trust", id)))
    totals = Totals.of(ledger)
    return in_lines(
        {
            "id": id,
            "url": site.urls.absolute(urls.url_of("trust", id)),
            **publisher_and_licence(site),
            "updated": max(moments, default=None),
            "trust": {
                **plain(site.trusts[id].front),
                "status": "closed" if is_closed(site, id) else "open",
            },
            "successors": [
                successor
                for successor in site.successors.get(id, ())
                if not site.clock.ahead(merger(site, id, successor).date)
            ],
            "briefings": [_briefing(site, briefing) for briefing in briefings],
            "requirements_open": totals.open,
            "requirements_not_known": totals.unknown,
            "requirements_raised": totals.raised,
            "requirements": [_requirement(site, history) for history in ledger],
            "enforcement": [_action(site, action) for action in actions_of_trust(site, id)],
        }
    )


def requirement_document(site: Site, id: str) -> bytes:
    """Return the record of a requirement, with the sources that its events cite."""
    history = histories(site)[id]
    front, cited = history.front, {entry.briefing.id: entry.briefing for entry in history.entries}
    return in_lines(
        {
            **_requirement(site, history),
            "trust": front.trust,
            **publisher_and_licence(site),
            "updated": max(briefing.updated for briefing in cited.values()),
            "briefings": [
                {
                    "id": briefing.id,
                    "url": site.urls.absolute(briefing.url),
                    "title": briefing.front.title,
                    "sources": _cited(history, briefing),
                }
                for briefing in cited.values()
            ],
        }
    )


def _cited(history: History, briefing: Briefing) -> dict[str, Source]:
    """Return key → source of what the events of one briefing cite."""
    keys = {
        key
        for entry in history.entries
        if entry.briefing.id == briefing.id
        for key in entry.event.sources
    }
    return {key: source for key, source in briefing.front.sources.items() if key in keys}


def _briefing(site: Site, briefing: Briefing) -> dict[str, Any]:
    front = briefing.front
    return {
        "id": briefing.id,
        "url": site.urls.absolute(briefing.url),
        "title": front.title,
        "summary": front.summary,
        **{name: getattr(front, name) for name in _BEFORE},
        "published": briefing.visible_from,
        "updated": briefing.updated,
        **{name: getattr(front, name) for name in _AFTER},
        "changes": briefing.changes,
    }


def _requirement(site: Site, history: History) -> dict[str, Any]:
    answer = history.answer
    return {
        "id": history.id,
        "url": site.urls.absolute(history.url),
        "title": history.front.title,
        "text": history.front.text,
        **{name: getattr(history.front, name) for name in _REQUIREMENT},
        "status": history.status.value,
        "sentence": history.sentence,
        "times_told": history.times_told,
        "answer": {
            "kind": answer.kind.value,
            "date": answer.date,
            "told_since": answer.told_since,
            "reason": answer.reason,
            "sentence": say(site.config, answer.sentence),
        },
        "evidence": history.evidence.words,
        "looked": history.looks,
        "asked": [question._asdict() for question in history.questions],
        "deadlines": [
            {
                "dates": deadline.dates,
                "passed_without_record": deadline.passed_without_record(site.clock),
            }
            for deadline in history.deadlines
        ],
        "events": [_event(site, entry) for entry in history.entries],
    }


def _event(site: Site, entry: Entry) -> dict[str, Any]:
    place = {"briefing": entry.briefing.id, "url": site.urls.absolute(entry.url)}
    return {**plain(entry.event), **place}


def _action(site: Site, action: Action) -> dict[str, Any]:
    moves = ((deadline, action.moved(deadline)) for deadline in action.deadlines)
    return {
        "id": action.key,
        **{name: getattr(action, name) for name in _ACTION},
        "count_at_least": action.at_least,
        "deadlines": [
            {
                **plain(deadline),
                "moved_to": now and now.date,
                "passed_without_record": action.is_overdue(deadline, site.clock),
            }
            for deadline, now in moves
        ],
        "briefings": list(dict.fromkeys(mention.briefing.id for mention in action.mentions)),
        "url": site.urls.absolute(action.url),
    }
