"""How many services hold each rating: a bar and, always, the numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from briefings import words
from briefings.model import RegulatorFront, ServiceCounts
from briefings.pages.values import Grade, grade
from briefings.ratings import RatingValue, find_value

#: Width of the drawing, in its own units, and the space between two parts.
WIDTH = 400
_SPACE = 2
_NO_GRADE = RatingValue("", "")
_LAST = (1000, 0)


class Part(NamedTuple):
    """One part of the bar."""

    x: float
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class CountBar:
    """The service counts of a briefing, best grade first."""

    counts: ServiceCounts
    regulator: RegulatorFront

    @property
    def grades(self) -> list[tuple[Grade, int]]:
        """Each grade with its number, best first; words outside the scale last."""
        found = {id: find_value(self.regulator, id) for id in self.counts.counts}
        ids = sorted(found, key=lambda id: (found[id] or _NO_GRADE).position or _LAST)
        return [(grade(self.regulator, id), self.counts.counts[id]) for id in ids]

    @property
    def words(self) -> str:
        """`1 outstanding, 10 good, 7 requires improvement`."""
        return ", ".join(f"{count} {one.word.lower()}" for one, count in self.grades)

    @property
    def label(self) -> str:
        """`18 services`."""
        return words.plural(self.counts.total, "service")

    @property
    def parts(self) -> list[Part]:
        """The parts of the bar, as wide as their numbers; those of nothing left out."""
        shown = [(one, count) for one, count in self.grades if count]
        total = sum(count for _, count in shown)
        room = WIDTH - _SPACE * (len(shown) - 1)
        parts, x = [], 0.0
        for one, count in shown:
            width = room * count / total
            parts.append(Part(round(x, 1), round(width, 1), one.tone))
            x += width + _SPACE
        return parts
