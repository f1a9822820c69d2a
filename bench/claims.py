"""Claims, statements, the reply, sources and upkeep of a made-up briefing."""

from __future__ import annotations

from datetime import timedelta

from visits import Tree, Visit
from yamltext import slug

SITE = "https://inspectorate.example.org"
ARCHIVE = "https://archive.example.org"
PUBLISHERS = {
    "A": (
        "Health Services Inspectorate",
        "regulator-report",
        "Inspection report",
        f"{SITE}/report",
    ),
    "B": (
        "Health Services Inspectorate",
        "regulator-press-release",
        "News release",
        f"{SITE}/news",
    ),
    "C": (
        "The Example Courier",
        "news-report",
        "Hospital news",
        "https://courier.example.com/news",
    ),
    "D": ("The trust", "provider-response", "Our response", "https://trusts.example.org/response"),
    "E": ("Registry of Notices", "official-record", "Notice", "https://notices.example.org/notice"),
    "F": ("Office for Waiting Times", "data", "Quarterly table", "https://data.example.org/table"),
}


def claims(visit: Visit) -> Tree:
    draw, topics = visit.draw, [slug(topic) for topic in visit.outline.topics]
    concerns = [
        {"text": visit.claim(), "topic": draw.choice(topics), "sources": ["A", "B"]}
        for _ in range(draw.randint(1, 3))
    ]
    strengths = [
        {"text": visit.claim(), "topic": draw.choice(topics), "sources": ["A"]}
        for _ in range(draw.randint(1, 3))
    ]
    blocks: Tree = {
        "concerns": concerns,
        "strengths": strengths,
        "statements": [
            _statement("Lead inspector", "regulator", "gist", visit.claim(), "B"),
            _statement("Relative of a patient", "patients", "quote", visit.claim(), "C"),
        ],
        "reply": _reply(visit),
        "timeline": _timeline(visit),
    }
    if draw.random() < 0.1:
        text = "The news release counts one service more; we follow the report."
        discrepancies = [{"about": "Number of services", "text": text, "sources": ["A", "B"]}]
        blocks["discrepancies"] = discrepancies
    if draw.random() < 0.3:
        blocks["not_known"] = ["How many patients were on the wards on the day of the visit."]
    return blocks


def _statement(who: str, speaks_for: str, form: str, words: str, key: str) -> Tree:
    role = "named in the source by role only"
    return {"who": who, "role": role, "speaks_for": speaks_for, form: words, "sources": [key]}


def _reply(visit: Visit) -> Tree:
    if "D" in visit.keys:
        url = source(visit, "D")["url"]
        return {"status": "replied", "gist": visit.claim(), "url": url, "sources": ["D"]}
    if visit.draw.random() < 0.5:
        return {"status": "no-reply", "asked": str(visit.report)}
    return {"status": "not-asked", "reason": "The trust's own statement came with the report."}


def _timeline(visit: Visit) -> list[Tree]:
    entries: list[Tree] = [
        {"date": visit.found, "text": "Inspectors visited.", "sources": ["A"]},
        {"date": str(visit.report), "text": "The report was published.", "sources": ["A", "C"]},
    ]
    if "E" in visit.keys:
        registered = str(visit.later(3, 10))
        text = "The visit was entered in the register."
        entries.insert(1, {"date": registered, "text": text, "sources": ["E"]})
    return entries


def source(visit: Visit, key: str) -> Tree:
    publisher, kind, title, url = PUBLISHERS[key]
    number = f"{visit.outline.number:05d}"
    return {
        "publisher": publisher,
        "type": kind,
        "title": f"{title} {number}",
        "url": f"{url}/{number}",
        "published": f"{visit.report:%Y-%m}" if key == "F" else str(visit.report),
        "accessed": str(visit.published),
        "archived_url": f"{ARCHIVE}/{number}/{key.lower()}",
    }


def upkeep(visit: Visit) -> Tree:
    number, published = visit.outline.number, visit.published
    upkeep: Tree = {
        "written_by": "First desk",
        "checked_by": "Second desk",
        "next_check": f"{published + timedelta(days=200):%Y-%m}",
    }
    if visit.draw.random() < 0.12:
        kind = visit.draw.choice(("correction", "clarification", "update", "minor"))
        when = str(published + timedelta(days=visit.draw.randint(2, 40)))
        upkeep["changes"] = [{"date": when, "kind": kind, "text": visit.claim()}]
    if number % 25 == 0:
        upkeep["aliases"] = [f"/reports/{number:05d}/"]
    return upkeep
