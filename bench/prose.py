"""The wording of the made-up corpus: headline, summary and Markdown body of briefing number i.

The words and the order of random draws must never change: the corpora for other site generators
have these bodies byte for byte, so that times are comparable. Other parts of a briefing draw their
random numbers elsewhere (see `corpus.py`).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from textwrap import shorten

SEED = 20261121
FIRST = datetime(2018, 1, 8, 9, tzinfo=UTC)
LAST = datetime(2026, 10, 30, tzinfo=UTC)

NAME_STARTS = (
    "Ash Brad Carl Dun East Fern Glen Hart Iver Kes Lang Mal Nor Oak Pem Quen Ros Sel Tam Ul Ven "
    "Wes Yar Zel Al Bex Cam Der Ex Far Gos Hol Ing Jar Kel Lin Mor Net Or Pen"
).split()
NAME_ENDS = (
    "field ford ton bury ham ley worth mouth wick stead combe minster bridge port gate chester "
    "dale hurst mere pool well wood by ness sea"
).split()
KINDS = (
    "NHS Foundation Trust",
    "University Hospitals NHS Trust",
    "Community Health NHS Trust",
    "Mental Health NHS Foundation Trust",
    "Ambulance Service NHS Trust",
)
TOPICS = (
    "Safeguarding;Staffing;Medicines;Infection control;Leadership;Maternity;Emergency care;"
    "Surgery;Dementia care;End of life care;Records;Consent;Complaints;Governance;Training;"
    "Equipment;Premises;Discharge;Outpatients;Critical care;Children and young people;"
    "Mental health;Learning disability;Nutrition;Falls;Sepsis;Pressure ulcers;Incident reporting;"
    "Duty of candour;Whistleblowing;Waiting times;Diagnostics;Radiology;Pathology;Pharmacy;"
    "Community nursing;Ambulance handover;Digital systems;Equality;Patient experience"
).split(";")
RATINGS = ("Outstanding", "Good", "Requires improvement", "Inadequate")
VISITS = ("focused", "unannounced", "comprehensive", "follow-up")
SERVICES = (
    "Surgery",
    "Medical care",
    "Maternity",
    "Urgent care",
    "Outpatients",
    "End of life care",
    "Critical care",
)
PLACES = (
    "the main hospital",
    "the day surgery unit",
    "the birth centre",
    "ward seven",
    "the emergency department",
    "the outpatient clinic",
    "the community hub",
    "the rehabilitation unit",
    "the assessment suite",
    "the night service",
)
WHO = (
    "Inspectors",
    "The inspection team",
    "Our specialist adviser",
    "Two pharmacist inspectors",
    "The lead inspector",
    "Experts by experience",
    "Senior staff",
    "Ward managers",
    "Relatives we spoke with",
    "Most patients",
)
SAID = (
    "found that",
    "reported that",
    "noted that",
    "told us that",
    "confirmed that",
    "were concerned that",
    "recorded that",
)
WHAT = (
    "records were completed in full and reviewed at each shift change",
    "the *medicines fridge* temperature log had gaps on **{n} of the last 30 days**",
    "mandatory training stood at {p}% against a target of 90%",
    "call bells were answered within {n} minutes on average",
    'staff "felt able to speak up" and described a supportive culture',
    "hand hygiene audits scored {p}% over the last quarter",
    "the rota relied on agency staff for {n} shifts a week",
    "[national guidance](https://guidance.example.org/standards/{n}) was followed when care plans"
    " were written",
    "incidents were reported promptly, although **learning was not always shared** between sites",
    "the escalation policy had been updated after our"
    " [previous visit](https://briefings.example.org/archive/{n}/)",
    "patients' privacy and dignity were respected -- curtains were drawn and doors were closed",
    "equipment checks were signed daily and *no expired items* were seen",
    "waiting times had fallen from {p} to {n} days since the last inspection",
    "the safeguarding lead was known to all staff and was available out of hours",
    "risk assessments for falls were missing in {n} of {p} records sampled",
    "the board received a monthly quality report that set out trends and actions",
)
AFTERWARDS = (
    "",
    " This was an improvement since our last visit.",
    " We asked for immediate assurance.",
    " The trust has since sent an action plan.",
    " Managers acted on this before we left.",
    " We will check progress at the next inspection.",
)
QUESTIONS = (
    "Are services safe?",
    "Are services effective?",
    "Are services caring?",
    "Are services responsive?",
    "Are services well led?",
)
MUST = (
    "ensure that medicines are stored within the recommended temperature range",
    "ensure that all staff complete mandatory training, including life support",
    "review staffing levels at night on every ward",
    "keep records that are [accurate, complete and contemporaneous]"
    "(https://guidance.example.org/records)",
    "share learning from incidents across all of its sites",
    "carry out and record a risk assessment for each patient on admission",
    "make sure that complaints are answered within 25 working days",
    "replace damaged flooring and furniture that cannot be cleaned",
    "monitor how long people wait to be triaged",
    "give the board assurance on the delivery of the *action plan*",
)


#: Maximum length of a summary in our content; one of 100,000 drawn summaries is longer.
LONGEST_SUMMARY = 320


@dataclass(frozen=True, slots=True)
class Outline:
    """Headline data of a briefing; `body` continues to draw random numbers from `draw`."""

    number: int
    trust: str
    date: datetime
    topics: tuple[str, ...]
    rating: str
    visit: str
    title: str
    summary: str
    draw: random.Random


def trust_names(count: int, seed: int = SEED) -> list[str]:
    """Return the names of `count` different made-up trusts, at most 5,000."""
    names = [f"{a}{b} {kind}" for a in NAME_STARTS for b in NAME_ENDS for kind in KINDS]
    random.Random(seed).shuffle(names)
    return names[:count]


def outline(number: int, total: int, trust: str, seed: int = SEED) -> Outline:
    """Return briefing `number` of `total`; dates are spread evenly from 2018 to 2026."""
    draw = random.Random(seed * 1_000_003 + number)
    span = int((LAST - FIRST).total_seconds() // 60)
    date = FIRST + timedelta(minutes=span * number // total)
    topics = draw.sample(TOPICS, draw.randint(1, 3))
    rating = draw.choice(RATINGS)
    visit = draw.choice(VISITS)
    title = f"{trust.split(' ')[0]}: {visit} inspection of {draw.choice(PLACES)} ({number:05d})"
    summary = f"{trust} was rated {rating.lower()} after an inspection in {date:%B %Y}. "
    summary = shorten(summary + plain(sentence(draw)), LONGEST_SUMMARY, placeholder=" …")
    return Outline(number, trust, date, tuple(topics), rating, visit, title, summary, draw)


def plain(markdown: str) -> str:
    return re.sub(r"[*\[\]\"]|\(http[^)]*\)", "", markdown)


def sentence(draw: random.Random) -> str:
    opening = f"{draw.choice(WHO)} {draw.choice(SAID)} at {draw.choice(PLACES)} "
    what = draw.choice(WHAT).format(n=draw.randint(2, 29), p=draw.randint(31, 99))
    return f"{opening}{what}.{draw.choice(AFTERWARDS)}"


def body(briefing: Outline) -> str:
    """Return the Markdown of a briefing. Call once only: it advances the outline's `draw`."""
    draw = briefing.draw
    opening = (
        f"## Summary\n\n{_sentences(draw, 4)} The overall rating is **{briefing.rating}**.[^1]"
    )
    parts = [opening, _sentences(draw, 3)]
    first, second, third = draw.sample(QUESTIONS, 3)
    parts.append(f"## {first}\n\n{_sentences(draw, 3)}")
    parts.append("\n".join(f"- {sentence(draw)}" for _ in range(4)))
    parts.append(f"## {second}\n\n{_sentences(draw, 3)}")
    parts.append(_table(draw))
    parts.append(f"## {third}\n\n{_sentences(draw, 2)}[^2]")
    parts.append(_quotation(draw))
    parts.append(_orders(draw))
    parts.append(
        "Read [how we rate services](https://briefings.example.org/about/ratings/) or"
        f" [contact us](https://briefings.example.org/contact/). {sentence(draw)}"
    )
    parts.append(_footnotes(draw, briefing.date))
    return "\n\n".join(parts) + "\n"


def _sentences(draw: random.Random, count: int) -> str:
    return " ".join(sentence(draw) for _ in range(count))


def _table(draw: random.Random) -> str:
    rows = draw.randint(5, 6)
    lines = ["| Service | Safe | Effective | Caring | Overall |", "| --- | --- | --- | --- | --- |"]
    for service in draw.sample(SERVICES, rows):
        cells = " | ".join(draw.choice(RATINGS) for _ in range(3))
        lines.append(f"| {service} | {cells} | **{draw.choice(RATINGS)}** |")
    return "### Ratings by service\n\n" + "\n".join(lines)


def _quotation(draw: random.Random) -> str:
    return (
        '> "The staff were kind, and they explained what would happen next. I waited '
        f'{draw.randint(2, 9)} hours, but I never felt forgotten."\n>\n'
        f"> -- *A patient at {draw.choice(PLACES)}*"
    )


def _orders(draw: random.Random) -> str:
    orders = "\n".join(f"- {order};" for order in draw.sample(MUST, 4))
    return f"## What the trust must do\n\nThe trust must:\n\n{orders}"


def _footnotes(draw: random.Random, date: datetime) -> str:
    handbook = f"https://guidance.example.org/handbook/{draw.randint(1, 99)}"
    return (
        f"[^1]: Ratings are explained in the [handbook]({handbook}).\n"
        f"[^2]: Figures are for the {draw.randint(3, 12)} months to {date:%B %Y}."
    )
