"""The made-up facts of the corpus: the front matter of the briefings of one trust.

The visits to a trust are generated together, so that references to earlier ones are correct: the
`previous` of a rating is the value in the last briefing that rated the same thing, a requirement is
`told` before it is `repeated`, a notice is served before it ends, and every date is in the range
that the rules of the content allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from claims import PUBLISHERS, claims, source, upkeep
from prose import MUST, SERVICES, Outline, plain
from visits import Tree, Visit, visit_of
from yamltext import slug

REGULATOR = "hsi"
KEY_QUESTIONS = ("safe", "effective", "caring", "responsive", "well-led")
GRADES = ("outstanding", "good", "requires-improvement", "inadequate")

# id, title, topic, regulation, and the text, which has the wording of `prose`
ORDERS = tuple(
    (*order, f"The trust must {plain(text)}.")
    for order, text in zip(
        (
            ("medicines", "Medicines kept at the right temperature", "medicines", "12"),
            ("training", "Mandatory training for all staff", "training", "18"),
            ("night-staffing", "Enough staff at night on every ward", "staffing", "18"),
            ("records", "Accurate and complete records", "records", "17"),
            ("learning", "Learning shared between sites", "incident-reporting", "17"),
            ("risk-assessment", "A risk assessment on admission", "falls", "12"),
            ("complaints", "Complaints answered in time", "complaints", "16"),
            ("flooring", "Floors and furniture that can be cleaned", "infection-control", "15"),
            ("triage", "Waits for triage monitored", "waiting-times", "12"),
            ("board", "Assurance to the board", "governance", "17"),
        ),
        MUST,
        strict=True,
    )
)
# State of a requirement → possible events at the next visit; "" is none.
# `raised` and `told` occur once.
FOLLOWS: Mapping[str, Sequence[str]] = {
    "": ("told", "told", "told", "raised", ""),
    "raised": ("told", "told", "met", ""),
    "open": (
        *("repeated",) * 4,
        *("plan-supplied", "deadline-set", "partly-met", "met", "met", "lifted", "not-known", ""),
    ),
    "met": ("reopened", "", "", "", "", ""),
    "lifted": ("",),
}
AFTER = {"raised": "raised", "met": "met", "lifted": "lifted", "": ""}
# name, unit, series, and the lowest and highest value
MEASURES = (
    ("Staff up to date with mandatory training", "per cent", "mandatory-training", 55, 98),
    ("Median wait for a first appointment", "days", "first-appointment", 12, 140),
    ("Incidents reported", "incidents", "incidents", 300, 9000),
)


def story(trust: str, outlines: Sequence[Outline], seed: int) -> tuple[list[Tree], dict[str, Tree]]:
    """Return the front matter of a trust's briefings, oldest first, and its requirements by id."""
    visits = [visit_of(outline, seed) for outline in outlines]
    ratings = _ratings(visits)
    orders, events = _requirements(trust, visits)
    notices = _enforcement(visits)
    figures = _figures(visits)
    return [
        {
            **_headline(trust, visit),
            "ratings": ratings[index],
            "service_counts": _service_counts(visit),
            "breaches": _breaches(visit),
            "enforcement": notices[index],
            "requirements": events[index],
            "figures": figures[index],
            **claims(visit),
            "sources": {key: source(visit, key) for key in visit.keys},
            **upkeep(visit),
        }
        for index, visit in enumerate(visits)
    ], orders


def _headline(trust: str, visit: Visit) -> Tree:
    outline = visit.outline
    unannounced = outline.visit == "unannounced"
    return {
        "title": outline.title,
        "summary": outline.summary,
        "published": outline.date.isoformat(),
        "trust": trust,
        "regulator": REGULATOR,
        "inspection": {
            "type": "comprehensive" if unannounced else outline.visit,
            "inspected": visit.inspected,
            "report_published": str(visit.report),
            "report_url": f"{PUBLISHERS['A'][3]}/{outline.number:05d}",
            "notice": "unannounced" if unannounced else visit.draw.choice(("announced", "unknown")),
            "method": "handbook-2" if visit.last.year >= 2024 else "handbook-1",
            "sources": ["A"],
        },
        "topics": [slug(topic) for topic in outline.topics],
    }


def _ratings(visits: Sequence[Visit]) -> list[list[Tree]]:
    """Return the ratings of each visit: the trust, some key questions and two services."""
    last_grades: dict[tuple[str, str], tuple[str, date]] = {}
    rows_by_visit: list[list[Tree]] = []
    for visit in visits:
        draw = visit.draw
        rows = [_rating(visit, last_grades, ("", "overall"), slug(visit.outline.rating))]
        for question in draw.sample(KEY_QUESTIONS, draw.randint(2, 5)):
            rows.append(_rating(visit, last_grades, ("", question), draw.choice(GRADES)))
        for service in draw.sample(SERVICES, 2):
            rows.append(_rating(visit, last_grades, (service, "overall"), draw.choice(GRADES)))
        rows_by_visit.append(rows)
    return rows_by_visit


def _rating(
    visit: Visit,
    last_grades: dict[tuple[str, str], tuple[str, date]],
    subject: tuple[str, str],
    grade: str,
) -> Tree:
    """Return one rating, sometimes without `previous`, which is optional."""
    service, question = subject
    row: Tree = {"scope": "service", "name": service} if service else {"scope": "trust"}
    if question != "overall":
        row["key_question"] = question
    row["value"] = grade
    if subject not in last_grades:
        row["change"] = "first"
    elif visit.draw.random() < 0.85:
        before, when = last_grades[subject]
        step = GRADES.index(grade) - GRADES.index(before)
        row["change"] = "down" if step > 0 else "up" if step else "same"
        row["previous"] = {"value": before, "date": str(when)}
    row["sources"] = ["A", "B"] if question == "overall" else ["A"]
    last_grades[subject] = (grade, visit.report)
    return row


def _service_counts(visit: Visit) -> Tree:
    counts = [visit.draw.randint(0, 8) for _ in GRADES]
    numbers = dict(zip(GRADES, map(str, counts), strict=True))
    return {"total": str(sum(counts)), **numbers, "sources": ["A"]}


def _breaches(visit: Visit) -> list[Tree]:
    return [
        {
            "text": text,
            "regulation": regulation,
            "count": str(visit.draw.randint(1, 4)),
            "service": visit.draw.choice(SERVICES),
            "sources": ["A"],
        }
        for _, _, _, regulation, text in visit.draw.sample(ORDERS, visit.draw.randint(0, 3))
    ]


def _requirements(trust: str, visits: Sequence[Visit]) -> tuple[dict[str, Tree], list[list[Tree]]]:
    """Return the requirements of a trust (up to four, each with an event), and events by visit."""
    orders: dict[str, Tree] = {}
    events: list[list[Tree]] = [[] for _ in visits]
    for name, title, topic, regulation, text in visits[0].draw.sample(ORDERS, 4):
        key, state = f"{trust}-{name}", ""
        for visit, rows in zip(visits, events, strict=True):
            event = visit.draw.choice(FOLLOWS[state])
            if event:
                rows.append(_event(visit, key, event))
                state = AFTER.get(event, "open")
        if state:
            orders[key] = {
                "trust": trust,
                "regulator": REGULATOR,
                "title": f"{title} ({visits[0].outline.trust})",
                "text": text,
                "regulations": [regulation],
                "topics": [topic],
            }
    return orders, events


def _event(visit: Visit, key: str, event: str) -> Tree:
    row: Tree = {"id": key, "event": event, "date": visit.found}
    due = event in ("told", "repeated") and visit.draw.random() < 0.4
    if due or event == "deadline-set":
        row["deadline"] = str(visit.later(60, 365))
    row["sources"] = ["A"]
    return row


def _enforcement(visits: Sequence[Visit]) -> list[list[Tree]]:
    """Return the enforcement of each visit: sometimes a notice, which the next briefing ends."""
    rows_by_visit: list[list[Tree]] = []
    open_notice: Tree | None = None
    for visit in visits:
        rows: list[Tree] = []
        if open_notice is not None:
            end = {"status": visit.draw.choice(("met", "lifted")), "ended": visit.found}
            rows.append({**open_notice, **end, "outcome": visit.claim(), "sources": ["A"]})
        open_notice = _notice(visit) if visit.draw.random() < 0.3 else None
        if open_notice is not None:
            rows.append({**open_notice, "status": "active", "sources": ["A", "B"]})
        rows_by_visit.append(rows)
    return rows_by_visit


def _notice(visit: Visit) -> Tree:
    _, _, _, regulation, text = visit.draw.choice(ORDERS)
    return {
        "id": f"notice-{visit.outline.number:05d}",
        "kind": visit.draw.choice(("warning-notice", "requirement-notice")),
        "text": text,
        "regulations": [regulation],
        "service": visit.draw.choice(SERVICES),
        "served": str(visit.later(3, 10)),
        "deadlines": [{"date": str(visit.later(40, 200)), "about": "evidence of improvement"}],
    }


def _figures(visits: Sequence[Visit]) -> list[list[Tree]]:
    """Return three figures for each visit, each with its value at the visit before."""
    rows_by_visit: list[list[Tree]] = [[] for _ in visits]
    for index, (name, unit, series, least, most) in enumerate(MEASURES):
        before: tuple[int, str] | None = None
        for visit, rows in zip(visits, rows_by_visit, strict=True):
            year = visit.first.year
            period = f"{year - 1}-{year % 100:02d}" if index == 2 else f"{visit.first:%Y-%m}"
            value = visit.draw.randint(least, most)
            row: Tree = {"name": name, "value": str(value), "unit": unit, "period": period}
            row["qualifier"] = visit.draw.choice(("exactly", "about", "more-than"))
            if before is not None:
                row["previous"] = {"value": str(before[0]), "period": before[1]}
                row["direction"] = _direction(before[0], value)
            rows.append(
                {**row, "series": series, "sources": ["A", "F"] if "F" in visit.keys else ["A"]}
            )
            before = value, period
    return rows_by_visit


def _direction(before: int, value: int) -> str:
    return "up" if value > before else "down" if value < before else "same"
