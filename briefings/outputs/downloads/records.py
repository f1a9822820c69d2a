"""The whole record of a trust or of a requirement as JSON.

`/trusts/<id>/trust.json` and `/requirements/<id>/requirement.json`.
"""

from __future__ import annotations

from typing import Any

from briefings import urls
from briefings.content.schema.types import Source
from briefings.domain.ledger.answers import Answer
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, Totals, histories, requirements_of_trust
from briefings.domain.registers import Action, actions_of_trust
from briefings.domain.site import Briefing, Site
from briefings.domain.words import say
from briefings.outputs.downloads.documents import in_lines, trust_terms
from briefings.outputs.downloads.encoding import plain

#: Fields of a briefing that are written as in its file: before its dates, and after them.
_BEFORE = ("trust", "also_about", "topics", "regulator", "inspection")
_AFTER = (
    "ratings", "service_counts", "breaches", "concerns", "strengths", "figures", "statements",
    "reply", "timeline", "discrepancies", "not_known", "sources",
)  # fmt: skip


def trust_document(site: Site, id: str) -> bytes:
    """Return the record of a trust; one without a briefing has empty lists."""
    briefings, ledger = site.by_trust[id], requirements_of_trust(site, id)
    newest = max((briefing.updated for briefing in briefings), default=None)
    totals = Totals.of(ledger)
    return in_lines(
        {
            "id": id,
            "url": site.urls.absolute(urls.url_of("trust", id)),
            **trust_terms(site),
            "updated": newest,
            "trust": site.trusts[id].front,
            "successors": site.successors.get(id, ()),
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
            "regulator": front.regulator,
            "regulations": front.regulations,
            "service": front.service,
            "site": front.site,
            "topics": front.topics,
            **trust_terms(site),
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
    return {
        "id": history.id,
        "url": site.urls.absolute(history.url),
        "title": history.front.title,
        "text": history.front.text,
        "status": history.status.value,
        "sentence": history.sentence,
        "times_told": history.times_told,
        "answer": _answer(site, history.answer),
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


def _answer(site: Site, answer: Answer) -> dict[str, Any]:
    return {
        "kind": answer.kind.value,
        "date": answer.date,
        "told_since": answer.told_since,
        "reason": answer.reason,
        "sentence": say(site.config, answer.sentence),
    }


def _event(site: Site, entry: Entry) -> dict[str, Any]:
    place = {"briefing": entry.briefing.id, "url": site.urls.absolute(entry.url)}
    return {**plain(entry.event), **place}


def _action(site: Site, action: Action) -> dict[str, Any]:
    return {
        "id": action.key,
        "kind": action.kind,
        "text": action.text,
        "served": action.served,
        "deadlines": action.deadlines,
        "status": action.status,
        "ended": action.ended,
        "outcome": action.outcome,
        "url": site.urls.absolute(action.url),
    }
