"""Values of ratings: the scale of a grade, its rank, and which grades can be compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Rating
from briefings.content.schema.entities import KeyQuestion, RegulatorFront, Scale
from briefings.content.schema.types import OVERALL
from briefings.content.similarity import same
from briefings.domain.words import CHANGES, CHANGES_OF_RISING

_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class RatingValue:
    """A grade of a scale, or a word outside the scale (then `scale` and `rank` are None).

    `rank`: 1 is best. `meaning`: its definition in the regulator's file. `ends_rating`: a word
    after which no grade is in force (suspended).
    """

    id: str
    label: str
    scale: Scale | None = None
    rank: int | None = None
    meaning: str | None = None
    ends_rating: bool = False

    @property
    def is_grade(self) -> bool:
        """Whether it is on a scale, and so can be better or worse than another."""
        return self.scale is not None

    @property
    def position(self) -> tuple[int, int] | None:
        """Position on its scale, counted from the best, and the number of ranks, such as (3, 4).

        None for a word outside the scale.
        """
        if self.scale is None or self.rank is None:
            return None
        ranks = sorted({grade.rank for grade in self.scale.values})
        return ranks.index(self.rank) + 1, len(ranks)


def in_force(scale: Scale | KeyQuestion, when: PartialDate) -> bool:
    """Whether a scale may have been in force, or a key question asked, on a date.

    False if `when` is certainly before it began or certainly after it ended.
    """
    too_early = scale.from_ is not None and when.certainly_before(scale.from_)
    too_late = scale.to is not None and when.certainly_after(scale.to)
    return not too_early and not too_late


def may_overlap(scale: Scale, question: KeyQuestion) -> bool:
    """Whether a key question may have been asked while a scale was in force."""
    begins, ends = (scale.from_, question.from_), (scale.to, question.to)
    return not any(
        end is not None and start is not None and end.certainly_before(start)
        for end in ends
        for start in begins
    )


def scales_in_force(regulator: RegulatorFront, when: PartialDate) -> list[Scale]:
    """Return the scales that may have been in force; several if the date does not decide."""
    return [scale for scale in regulator.scales if in_force(scale, when)]


def has_grade(scale: Scale, value: str) -> bool:
    """Whether the scale has a grade of this id."""
    return any(grade.id == value for grade in scale.values)


def outside_value(regulator: RegulatorFront, value: str) -> RatingValue | None:
    """Return the word outside the scale with this id, or None if the regulator has none."""
    for word in regulator.outside_scale:
        if word.id == value:
            return RatingValue(
                word.id, word.label, meaning=word.meaning, ends_rating=word.ends_rating
            )
    return None


def scales_of(regulator: RegulatorFront, rating: Rating, when: PartialDate) -> list[Scale]:
    """Return the scales that a rating may be on: the one it names, else those in force.

    For a carried-over rating, all scales if none in force has its grade: it may be on an older one.
    """
    if rating.scale is not None:
        return [scale for scale in regulator.scales if scale.id == rating.scale]
    scales = scales_in_force(regulator, when)
    if rating.carried_over and not any(has_grade(scale, rating.value) for scale in scales):
        return list(regulator.scales)
    return scales


def values_before(regulator: RegulatorFront, rating: Rating, now: RatingValue) -> list[RatingValue]:
    """Return the values that `previous` of a rating may have, those on the scale of `now` first.

    Empty if the rating has no `previous`, or if no scale had such a grade by then. The date of
    `previous` is that of publication, so scales that began certainly after it are excluded. Scales
    that ended before it are not, since reports are published later than visits.
    """
    previous = rating.previous
    if previous is None:
        return []
    outside = outside_value(regulator, previous.value)
    if outside is not None:
        return [outside]
    begun = [
        scale
        for scale in regulator.scales
        if scale.from_ is None or not previous.date.certainly_before(scale.from_)
    ]
    return sorted(grades_on(previous.value, begun), key=lambda value: value.scale != now.scale)


def grades_on(value: str, scales: list[Scale]) -> Iterator[RatingValue]:
    """Yield the grades with this id, one for each scale that has it."""
    for scale in scales:
        for grade in scale.values:
            if grade.id == value:
                yield RatingValue(value, grade.label, scale, grade.rank, grade.definition)


def find_value(
    regulator: RegulatorFront, value: str, scale: str | None = None
) -> RatingValue | None:
    """Return a value by its id, on `scale` or on any; None if the regulator has none.

    A word outside the scale with that id comes first.
    """
    outside = outside_value(regulator, value)
    scales = [candidate for candidate in regulator.scales if scale in {None, candidate.id}]
    return outside or next(grades_on(value, scales), None)


def comparable(first: Scale, second: Scale) -> bool:
    """Whether two scales are the same, or either names the other in `comparable_with`."""
    return (
        first.id == second.id
        or first.id in second.comparable_with
        or second.id in first.comparable_with
    )


def leads_of(scales: tuple[Scale, ...]) -> dict[str, str]:
    """Return scale id → id of the newest scale (last in the regulator's list) comparable with it.

    Scales with the same value are shown together. Newest first.
    """
    leads: list[Scale] = []
    lead_ids: dict[str, str] = {}
    for scale in reversed(scales):
        lead = next((lead for lead in leads if comparable(lead, scale)), None)
        if lead is None:
            leads.append(scale)
        lead_ids[scale.id] = (lead or scale).id
    return lead_ids


def comparable_values(value: RatingValue, other: RatingValue) -> bool:
    """Whether two values are grades of scales that can be compared."""
    if value.scale is None or other.scale is None:
        return False
    return comparable(value.scale, other.scale)


def change_between(before: RatingValue, now: RatingValue) -> str:
    """Return `up` (nearer rank 1), `down`, `same` or `not-comparable`.

    `not-comparable` if the scales are not comparable, or either value is outside a scale.
    """
    if not comparable_values(before, now):
        return "not-comparable"
    assert before.rank is not None
    assert now.rank is not None
    return "same" if now.rank == before.rank else "up" if now.rank < before.rank else "down"


def numbers_rise(scale: Scale) -> bool:
    """Whether every grade has a number, which rises as they get worse: `Tier 1` is the best.

    Of such grades `up` would be read as worse.
    """
    ranked = sorted(scale.values, key=lambda grade: grade.rank)
    numbers = [[int(digits) for digits in _NUMBER.findall(grade.label)] for grade in ranked]
    return all(len(found) == 1 for found in numbers) and all(
        first < second for first, second in pairwise(numbers)
    )


def change_label(change: str, value: RatingValue) -> str:
    """Return the label of a change: `Up`, `Unchanged`; `Better` of `Tier 1` after `Tier 2`."""
    rises = value.scale is not None and numbers_rise(value.scale)
    return (CHANGES_OF_RISING if rises else CHANGES).get(change) or CHANGES[change]


def key_question_label(regulator: RegulatorFront, id: str) -> str:
    """Return the label of a key question: `Overall`, the regulator's label, else the id."""
    if id == OVERALL:
        return "Overall"
    return next((question.label for question in regulator.key_questions if question.id == id), id)


def service_names(regulator: RegulatorFront) -> dict[str, str]:
    """Return name or alias of a service, normalized by `same` → the regulator's own name for it."""
    return {
        same(known): service.label
        for service in reversed(regulator.services)
        for known in (*service.aliases, service.label)
    }


def tally(values: Iterable[RatingValue]) -> tuple[tuple[RatingValue, int], ...]:
    """Return how many there are of each value: by scale, best grade first, other words last."""
    counts = Counter(values)
    places = {
        value: (value.scale.id, value.rank or 0) if value.scale else ("", 0) for value in counts
    }
    order = sorted(counts, key=lambda value: (not value.is_grade, places[value], value.id))
    return tuple((value, counts[value]) for value in order)


def named_before(before: RatingValue, value: RatingValue) -> str:
    """Return the label of the value before another: `Good`, `Good, on another scale`."""
    is_apart = before.is_grade and value.is_grade and not comparable_values(before, value)
    return f"{before.label}{', on another scale' if is_apart else ''}"
