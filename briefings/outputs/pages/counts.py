"""The number of services with each rating: a bar, and always the same numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from briefings.content.schema.briefing import ServiceCounts
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import words
from briefings.domain.ratings.scales import RatingValue, find_value, scales_in_force, when_rated
from briefings.domain.site import Briefing
from briefings.outputs.pages.components import GradeLabel, shown

#: Width of the bar and of the space between two parts, in SVG user units.
WIDTH = 400
_SPACE = 2
_LAST = (1000, 0)


class Part(NamedTuple):
    """One part of the bar, in SVG user units. `tone`: a CSS class."""

    x: float
    width: float
    tone: str


@dataclass(frozen=True)
class CountBar:
    """The service counts of a briefing, best grade first."""

    counts: ServiceCounts
    regulator: RegulatorFront
    briefing: Briefing

    @cached_property
    def grades(self) -> list[tuple[GradeLabel, int]]:
        """(grade, number of services), best grade first; values outside the scale last."""
        pairs = [(self._value(id), count) for id, count in self.counts.counts.items()]
        pairs.sort(key=lambda pair: pair[0].position or _LAST)
        return [(shown(value), count) for value, count in pairs]

    def _value(self, id: str) -> RatingValue:
        for scale in scales_in_force(self.regulator, when_rated(self.briefing)):
            value = find_value(self.regulator, id, scale.id)
            if value is not None:
                return value
        return RatingValue(id, words.from_id(id))

    @property
    def words(self) -> str:
        """`1 outstanding, 10 good, 7 requires improvement`."""
        return ", ".join(f"{count} {grade.word.lower()}" for grade, count in self.grades)

    @property
    def label(self) -> str:
        """`18 services`."""
        return words.plural(self.counts.total, "service")

    @property
    def parts(self) -> list[Part]:
        """The parts of the bar, in proportion to their numbers; zeros are omitted."""
        shown = [(grade, count) for grade, count in self.grades if count]
        total = sum(count for _, count in shown)
        room = WIDTH - _SPACE * (len(shown) - 1)
        parts, x = [], 0.0
        for grade, count in shown:
            width = room * count / total
            parts.append(Part(round(x, 1), round(width, 1), grade.tone))
            x += width + _SPACE
        return parts
