"""Dates and random values of the made-up inspections."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from prose import Outline, plain, sentence
from yamltext import Value

Tree: TypeAlias = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Visit:
    """The inspection visit of one briefing; `last` is its latest possible day."""

    outline: Outline
    inspected: Value
    found: str  # the date of a requirement's event
    first: date
    last: date
    report: date
    keys: tuple[str, ...]  # of its sources
    draw: random.Random

    @property
    def published(self) -> date:
        return self.outline.date.date()

    def later(self, least: int, most: int) -> date:
        """Return a day `least` to `most` days after the visit."""
        return self.last + timedelta(days=self.draw.randint(least, most))

    def claim(self) -> str:
        return plain(sentence(self.draw))


def visit_of(outline: Outline, seed: int) -> Visit:
    """Return the visit: 45 to 120 days before the report, itself 0 to 3 before the briefing."""
    draw = random.Random(f"facts {seed} {outline.number}")
    report = outline.date.date() - timedelta(days=draw.randint(0, 3))
    last = report - timedelta(days=draw.randint(45, 120))
    first, form = last, draw.choice(("day", "day", "days", "list", "month"))
    inspected: Value = last.isoformat()
    found_date = last.isoformat()
    if form in ("days", "list"):
        first = last - timedelta(days=draw.randint(1, 9))
        inspected = f"{first}/{last}"
    if form == "list":
        inspected = [
            {"date": str(first), "about": "the wards"},
            {"date": str(last), "about": "interviews with the board"},
        ]
    if form == "month":
        inspected = found_date = f"{last:%Y-%m}"
        first = last.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    keys = tuple("ABCDEF"[: draw.randint(3, 6)])
    return Visit(outline, inspected, found_date, first, last, report, keys, draw)
