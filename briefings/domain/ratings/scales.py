"""What a rating's value means: its scale, its place on it, and what it can be compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from briefings.content.dates import PartialDate
from briefings.content.same_text import same
from briefings.content.schema import OVERALL, PreviousRating, Rating, RegulatorFront, Scale
from briefings.domain.site import Briefing


@dataclass(frozen=True, slots=True)
class RatingValue:
    """A grade of a scale, or a word outside it (then `scale` and `rank` are None).

    Rank 1 is best. `ends_rating`: no grade holds any longer (suspended).
    """

    id: str
    label: str
    scale: Scale | None = None
    rank: int | None = None
    meaning: str | None = None
    ends_rating: bool = False

    @property
    def is_grade(self) -> bool:
        """On a scale, and so possibly better or worse than another."""
        return self.scale is not None

    @property
    def position(self) -> tuple[int, int] | None:
        """(place, of how many) on its scale from the best, or None: (3, 4)."""
        if self.scale is None or self.rank is None:
            return None
        ranks = sorted({grade.rank for grade in self.scale.values})
        return ranks.index(self.rank) + 1, len(ranks)


def when_rated(briefing: Briefing) -> PartialDate:
    """The day that decides which scale was in force: the last of the visit, else the report's."""
    visit = briefing.last_visit
    return visit if visit.known else briefing.front.inspection.report_published


def in_force(scale: Scale, when: PartialDate) -> bool:
    """False where `when` is certainly before the scale began or after it ended."""
    too_early = scale.from_ is not None and when.certainly_before(scale.from_)
    too_late = scale.to is not None and when.certainly_after(scale.to)
    return not too_early and not too_late


def scales_in_force(regulator: RegulatorFront, when: PartialDate) -> list[Scale]:
    """Every scale that may have been in force; more than one where the date leaves it open."""
    return [scale for scale in regulator.scales if in_force(scale, when)]


def has_grade(scale: Scale, value: str) -> bool:
    """The scale has a grade of this id."""
    return any(grade.id == value for grade in scale.values)


def outside_value(regulator: RegulatorFront, value: str) -> RatingValue | None:
    """A word that stands where a grade would, or None where it is not one of those."""
    for one in regulator.outside_scale:
        if one.id == value:
            return RatingValue(one.id, one.label, meaning=one.meaning, ends_rating=one.ends_rating)
    return None


def scales_of(regulator: RegulatorFront, rating: Rating, when: PartialDate) -> list[Scale]:
    """The scales that the rating may be on: the one it names, else those in force.

    A rating that was carried over may be on an older scale, where those in force lack its grade.
    """
    if rating.scale is not None:
        return [scale for scale in regulator.scales if scale.id == rating.scale]
    scales = scales_in_force(regulator, when)
    if rating.carried_over and not any(has_grade(scale, rating.value) for scale in scales):
        return list(regulator.scales)
    return scales


def value_of(regulator: RegulatorFront, rating: Rating, briefing: Briefing) -> RatingValue:
    """What a rating says. A value that is nowhere is a fault; here it is no grade."""
    return value_at(regulator, rating, when_rated(briefing))


def value_at(regulator: RegulatorFront, rating: Rating, when: PartialDate) -> RatingValue:
    """What a rating of that day says, as `value_of`."""
    outside = outside_value(regulator, rating.value)
    if outside is not None:
        return outside
    found = next(_grades(rating.value, scales_of(regulator, rating, when)), None)
    return found or RatingValue(rating.value, rating.value.replace("-", " ").capitalize())


def values_before(regulator: RegulatorFront, rating: Rating, now: RatingValue) -> list[RatingValue]:
    """What `previous` of a rating may say, the same scale as now first; [] where nothing."""
    return [] if rating.previous is None else _before(regulator, rating.previous, now)


def _before(
    regulator: RegulatorFront, previous: PreviousRating, now: RatingValue
) -> list[RatingValue]:
    """Its date is that of publication, so it can't be on a scale that began after that; when a
    scale ended says nothing, since reports come out later than visits."""
    outside = outside_value(regulator, previous.value)
    begun = [
        scale
        for scale in regulator.scales
        if scale.from_ is None or not previous.date.certainly_before(scale.from_)
    ]
    grades = sorted(_grades(previous.value, begun), key=lambda one: one.scale != now.scale)
    return [outside] if outside else grades


def _grades(value: str, scales: list[Scale]) -> Iterator[RatingValue]:
    for scale in scales:
        for grade in scale.values:
            if grade.id == value:
                yield RatingValue(value, grade.label, scale, grade.rank, grade.definition)


class Meanings:
    """The same of all ratings of one regulator: what many of them say is worked out once."""

    def __init__(self, regulator: RegulatorFront) -> None:
        self._regulator = regulator
        self._now: dict[tuple[str, str | None, bool, str], RatingValue] = {}
        self._before: dict[tuple[str, str, int], tuple[RatingValue, ...]] = {}

    def at(self, rating: Rating, when: PartialDate) -> RatingValue:
        """As `value_at`."""
        asked = (rating.value, rating.scale, rating.carried_over, when.written)
        found = self._now.get(asked)
        if found is None:
            found = self._now[asked] = value_at(self._regulator, rating, when)
        return found

    def before(self, previous: PreviousRating, now: RatingValue) -> tuple[RatingValue, ...]:
        """As `values_before`."""
        asked = (previous.value, previous.date.written, id(now.scale))  # the regulator's own
        found = self._before.get(asked)
        if found is None:
            found = self._before[asked] = tuple(_before(self._regulator, previous, now))
        return found


def find_value(
    regulator: RegulatorFront, value: str, scale: str | None = None
) -> RatingValue | None:
    """A value by its id, on the scale named or on any; None where the regulator has none."""
    outside = outside_value(regulator, value)
    scales = [one for one in regulator.scales if scale in {None, one.id}]
    return outside or next(_grades(value, scales), None)


def label_of(regulator: RegulatorFront, value: str, scale: str | None = None) -> str:
    """The words shown for a value; the id itself where the regulator does not know it."""
    found = find_value(regulator, value, scale)
    return found.label if found else value


def is_on_scale(regulator: RegulatorFront, value: str, scale: str | None = None) -> bool:
    """The value is a grade, of the scale named or of any."""
    found = find_value(regulator, value, scale)
    return found is not None and found.is_grade


def comparable(one: Scale, other: Scale) -> bool:
    """The same scale, or either names the other as comparable."""
    return one.id == other.id or one.id in other.comparable_with or other.id in one.comparable_with


def change_between(before: RatingValue, now: RatingValue) -> str:
    """`up` (nearer rank 1), `down`, `same` or `not-comparable`; no word outside compares."""
    if before.scale is None or now.scale is None or not comparable(before.scale, now.scale):
        return "not-comparable"
    assert before.rank is not None
    assert now.rank is not None
    return "same" if now.rank == before.rank else "up" if now.rank < before.rank else "down"


def key_question_label(regulator: RegulatorFront, id: str) -> str:
    """`Overall`, or the regulator's words for a key question."""
    if id == OVERALL:
        return "Overall"
    return next((one.label for one in regulator.key_questions if one.id == id), id)


def service_names(regulator: RegulatorFront) -> dict[str, str]:
    """Every name and alias of a service in lower case → the regulator's own name for it."""
    return {
        same(known): service.label
        for service in reversed(regulator.services)
        for known in (*service.aliases, service.label)
    }
