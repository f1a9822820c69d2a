"""Checks of ratings that need the regulator's file or other briefings.

Each rule's docstring is the rule. Most check one briefing against its regulator's file; the last
two compare the briefings that rate one thing, and report a fault only if the dates are certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import REPLACES_ALL, Covered, Rating
from briefings.content.schema.entities import RegulatorFront, Scale
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.rules import covered_thing, rated_thing
from briefings.content.schema.types import OVERALL
from briefings.content.schema.validation import Fault
from briefings.content.similarity import Options, same
from briefings.domain.ratings.covering import value_of, when_rated
from briefings.domain.ratings.histories import Point, histories_of_trust
from briefings.domain.ratings.scales import (
    RatingValue,
    change_between,
    comparable_values,
    find_value,
    has_grade,
    in_force,
    outside_value,
    scales_in_force,
    scales_of,
    service_names,
    values_before,
)
from briefings.domain.site import Briefing, Site
from briefings.domain.summaries import is_gap
from briefings.engine import query


def faults_of_rating_briefing(site: Site, briefing: Briefing) -> Iterator[Fault]:
    """Yield the faults of a briefing's ratings that show in the file of its regulator.

    Not if that file has faults, or the regulator or trust of the briefing can't be read.
    """
    record = site.regulators.get(briefing.front.regulator)
    if record is None or record.broken or is_gap(briefing.record, "trust", "regulator"):
        return
    regulator = record.front
    services = service_names(regulator)
    for n, covered in enumerate(briefing.front.inspection.covers):
        yield from service_is_known(regulator, services, covered, ("inspection", "covers", n))
    for n, rating in enumerate(briefing.front.ratings):
        loc: Loc = ("ratings", n)
        wrong = [
            *scale_exists(regulator, rating, loc),
            *value_is_known(regulator, rating, when_rated(briefing), loc),
        ]
        previous = list(previous_is_known(regulator, rating, loc))
        yield from wrong
        yield from service_is_known(regulator, services, rating, loc)
        yield from key_questions_exist(regulator, rating, loc)
        yield from key_question_was_asked(regulator, rating, when_rated(briefing), loc)
        yield from previous
        if not wrong and not previous:
            yield from change_agrees(regulator, rating, briefing, loc)
    yield from one_scale_for_each_thing(regulator, briefing)
    yield from counts_are_of_ratings(regulator, briefing)


@query
def faults_of_ratings(site: Site, trust: str) -> tuple[tuple[str, Fault], ...]:
    """Return (path of the briefing, fault) where two ratings of a thing of a trust contradict."""
    faults: list[tuple[str, Fault]] = []
    for history in histories_of_trust(site, trust).values() if trust in site.trusts else ():
        if not site.regulators[history.thing.regulator].broken:
            points = [
                point
                for point in history.points
                if not is_gap(point.briefing.record, "trust", "regulator")
            ]
            grades = [point for point in points if point.value.is_grade and not point.carried_over]
            faults += [*two_grades(grades), *previous_contradicted(points, grades)]
    return tuple(faults)


def scale_exists(regulator: RegulatorFront, rating: Rating, loc: Loc) -> Iterator[Fault]:
    """`scale` is the id of one of the regulator's scales."""
    ids = [scale.id for scale in regulator.scales]
    if rating.scale is not None and rating.scale not in ids:
        message = f"{regulator.short_name} has no scale `{rating.scale}`"
        yield Fault((*loc, "scale"), message, _hint(rating.scale, ids, "scales"))


def value_is_known(
    regulator: RegulatorFront, rating: Rating, when: PartialDate, loc: Loc
) -> Iterator[Fault]:
    """A value is on the scale in force at the inspection, or is a word outside the scale.

    It is on exactly one of the scales that may have been in force; if on several, `scale` is
    required. A `scale` that is named was in force then, unless the rating is carried over.
    """
    value = rating.value
    if outside_value(regulator, value) is not None:
        return
    scales = scales_of(regulator, rating, when)
    if rating.scale is not None and not scales:
        return  # an unknown scale is reported by `scale_exists`
    holding = [scale for scale in scales if has_grade(scale, value)]
    if not holding:
        yield Fault((*loc, "value"), *_no_such_value(regulator, value, scales))
    elif len(holding) > 1:
        choices = " or ".join(f"`scale: {scale.id}`" for scale in holding)
        message = f"more than one scale that may have been in force has `{value}`"
        yield Fault((*loc, "value"), message, f"add {choices}")
    elif rating.scale is not None and not rating.carried_over and not in_force(holding[0], when):
        message = f"`{rating.scale}` was not in force at this inspection ({when.show()})"
        hint = _hint("", [scale.id for scale in scales_in_force(regulator, when)], "scales then")
        yield Fault((*loc, "scale"), message, hint)


def _no_such_value(
    regulator: RegulatorFront, value: str, scales: Iterable[Scale]
) -> tuple[str, str]:
    options = rating_words(regulator, scales)
    elsewhere = find_value(regulator, value)
    if elsewhere is not None and elsewhere.scale is not None:
        message = f"`{value}` is of the scale {elsewhere.scale.id}, which was not in force then"
        return message, _hint("", options, "values then")
    message = f"`{value}` is no rating of {regulator.short_name}"
    return message, Options(options).hint(value, "values")


def rating_words(regulator: RegulatorFront, scales: Iterable[Scale]) -> dict[str, list[str]]:
    """Return the ids that a rating's value may have, with their labels.

    Grades in the order of the scales, then words outside the scale.
    """
    words: dict[str, list[str]] = {}
    for grade in (grade for scale in scales for grade in scale.values):
        words.setdefault(grade.id, []).append(grade.label)
    for word in regulator.outside_scale:
        words.setdefault(word.id, []).append(word.label)
    return words


def service_is_known(
    regulator: RegulatorFront, services: dict[str, str], item: Rating | Covered, loc: Loc
) -> Iterator[Fault]:
    """A service that was rated or inspected is one of the regulator's, if it lists any."""
    if item.scope != "service" or item.name is None or not services:
        return
    if same(item.name) not in services:
        options = Options({service.label: service.aliases for service in regulator.services})
        message = f"{regulator.short_name} has no service `{item.name}`"
        where = f"the file of {regulator.short_name} in regulators/"
        yield Fault((*loc, "name"), message, options.hint(item.name, "services", where))


def key_questions_exist(regulator: RegulatorFront, rating: Rating, loc: Loc) -> Iterator[Fault]:
    """`key_question` and those in `replaces` are key questions of the regulator, or overall."""
    ids = [OVERALL, *(question.id for question in regulator.key_questions)]
    replaced = () if rating.replaces in {None, REPLACES_ALL} else rating.replaces or ()
    key_questions: list[tuple[Loc, str]] = [((*loc, "key_question"), rating.key_question)]
    key_questions += [((*loc, "replaces", n), id) for n, id in enumerate(replaced)]
    for place, id in key_questions:
        if id not in ids:
            message = f"{regulator.short_name} has no key question `{id}`"
            yield Fault(place, message, _hint(id, ids, "key questions"))


def key_question_was_asked(
    regulator: RegulatorFront, rating: Rating, when: PartialDate, loc: Loc
) -> Iterator[Fault]:
    """A key question with `from` and `to` was asked at the inspection.

    Unless the rating is carried over, which may be on an older one.
    """
    asked = {question.id: in_force(question, when) for question in regulator.key_questions}
    if not rating.carried_over and not asked.get(rating.key_question, True):
        message = f"`{rating.key_question}` was not asked at this inspection ({when.show()})"
        options = [OVERALL, *(id for id, was_asked in asked.items() if was_asked)]
        yield Fault((*loc, "key_question"), message, _hint("", options, "key questions then"))


def one_scale_for_each_thing(regulator: RegulatorFront, briefing: Briefing) -> Iterator[Fault]:
    """The grades of one thing in one briefing are on scales that can be compared.

    They are one row of a table. Carried-over grades are left out: they are shown apart.
    """
    firsts: dict[tuple[str, str, str], tuple[int, RatingValue]] = {}
    for n, rating in enumerate(briefing.front.ratings):
        value = value_of(regulator, rating, briefing)
        if rating.carried_over or value.scale is None:
            continue
        first, other = firsts.setdefault(covered_thing(rating), (n, value))
        if other.scale is not None and not comparable_values(value, other):
            message = (
                f"this grade is on the scale {value.scale.id}, and rating {first + 1} of the same "
                f"thing on {other.scale.id}; the two can't be compared"
            )
            hint = "give all grades of one inspection on one scale; add `carried_over: true` to one"
            yield Fault(("ratings", n, "value"), message, f"{hint} that was given before")


def previous_is_known(regulator: RegulatorFront, rating: Rating, loc: Loc) -> Iterator[Fault]:
    """The value of `previous` is a grade of any scale of the regulator, or a word outside them."""
    if rating.previous is None or find_value(regulator, rating.previous.value) is not None:
        return
    wrong = _no_such_value(regulator, rating.previous.value, regulator.scales)
    yield Fault((*loc, "previous", "value"), *wrong)


def change_agrees(
    regulator: RegulatorFront, rating: Rating, briefing: Briefing, loc: Loc
) -> Iterator[Fault]:
    """`change` agrees with `previous`: `up` is nearer rank 1.

    Between scales that are not comparable it is `not-comparable`. A word outside the scale is
    neither better nor worse, so `up`, `down` and (for two different words) `same` are wrong there.
    On comparable scales, `not-comparable` needs a `method` under `previous` that explains it, and
    `unknown` is always allowed. If `previous` may be on several scales, it is a fault only if it is
    wrong for all of them.
    """
    if rating.change in {None, "first"} or rating.previous is None:
        return  # a first rating with `previous` is reported by a rule over one file
    now = value_of(regulator, rating, briefing)
    befores = values_before(regulator, rating, now)
    wrong = [message for before in befores if (message := _disagrees(rating, before, now))]
    if wrong and len(wrong) == len(befores):
        yield Fault((*loc, "change"), *wrong[0])


def _disagrees(rating: Rating, before: RatingValue, now: RatingValue) -> tuple[str, str] | None:
    """Return (message, hint) if `change` is wrong for these two values, else None."""
    change = rating.change
    values = f"from {before.label} to {now.label}"
    if not before.is_grade or not now.is_grade:
        if change in {"not-comparable", "unknown"} or (change == "same" and before.id == now.id):
            return None
        message = f"`change` says {change}, but {values} one of the two is no grade"
        return message, "write `change: not-comparable`, or remove the line"
    true = change_between(before, now)
    if change == true or (change == "unknown" and true != "not-comparable"):
        return None
    if true == "not-comparable":
        message = f"`change` says {change}, but the two are on scales that can't be compared"
        return message, "write `change: not-comparable`, or remove the line"
    if change == "not-comparable" and rating.previous and rating.previous.method:
        return None
    hint = f"write `change: {true}`, or mend the grades"
    if change == "not-comparable":
        hint += "; if another method was used then, name it as `method` under `previous`"
    return f"`change` says {change}, but {values} is {true}", hint


def counts_are_of_ratings(regulator: RegulatorFront, briefing: Briefing) -> Iterator[Fault]:
    """Keys of `service_counts` are grades of a scale in force, or words outside the scale."""
    counts = briefing.front.service_counts
    scales = scales_in_force(regulator, when_rated(briefing))
    for value in counts.counts if counts else ():
        on_scale = any(has_grade(scale, value) for scale in scales)
        if not on_scale and outside_value(regulator, value) is None:
            message, hint = _no_such_value(regulator, value, scales)
            yield Fault(("service_counts", value), message, hint, at_key=True)


def two_grades(grades: Iterable[Point]) -> Iterator[tuple[str, Fault]]:
    """A thing gets no two different grades of one scale on one date, under whatever name.

    `grades`: its grades, without carried-over ones. The fault is reported in the briefing published
    later.
    """
    for point, other in combinations(grades, 2):
        differ = point.value.id != other.value.id and point.value.scale == other.value.scale
        is_one_file = point.briefing.id == other.briefing.id
        if not differ or not (is_one_file or _same_day(point, other)):
            continue
        if is_one_file and rated_thing(point.rating) == rated_thing(other.rating):
            continue  # reported by a rule over one file
        first, second = sorted((point, other), key=_made_public)
        where = f"rating {_number(first)} of this list" if is_one_file else first.briefing.path
        message = f"{where} gives the same thing {first.value.label} on the same date"
        hint = "mend one of the two grades, or one of the dates"
        yield second.briefing.path, Fault(("ratings", second.n, "value"), message, hint)


def _number(point: Point) -> int:
    """Return the number of a rating in the list of its briefing, from 1."""
    gaps = point.briefing.record.gaps
    return int((gaps.typed(("ratings", point.n)) if gaps else ("ratings", point.n))[1]) + 1


def _same_day(point: Point, other: Point) -> bool:
    """Whether two ratings are of one date.

    True if their reports are of the same exact day; or if their visits are of the same exact days
    and neither report is certainly before the other (one inspection may have two reports).
    """
    inspection, another = (item.briefing.front.inspection for item in (point, other))
    report, its = inspection.report_published, another.report_published
    if _same_exact(report, its):
        return True
    if report.certainly_before(its) or its.certainly_before(report):
        return False
    visits, its_visits = (
        sorted((visit.date for visit in item.inspected), key=PartialDate.sort_key)
        for item in (inspection, another)
    )
    return len(visits) == len(its_visits) and all(
        _same_exact(visit.first, its.first) and _same_exact(visit.last, its.last)
        for visit, its in zip(visits, its_visits, strict=True)
    )


def _same_exact(date: PartialDate, other: PartialDate) -> bool:
    return date.exact and other.exact and date.earliest == other.earliest


def _made_public(point: Point) -> tuple[float, str]:
    return point.briefing.visible_from.timestamp(), point.briefing.id


def previous_contradicted(
    points: Iterable[Point], grades: Iterable[Point]
) -> Iterator[tuple[str, Fault]]:
    """`previous` has the grade that the briefing on that report gives.

    Checked only if `previous` and that report have the same exact day. Of several briefings on
    reports of that day, the one published first is used. `points`: all ratings of a thing;
    `grades`: the grades among them, without carried-over ones.
    """
    by_day: dict[date | None, Point] = {}
    for point in sorted(grades, key=_made_public, reverse=True):
        report = point.briefing.front.inspection.report_published
        if report.exact:
            by_day[report.earliest] = point
    for point in points:
        previous = point.rating.previous
        if previous is None or not previous.date.exact:
            continue
        other = by_day.get(previous.date.earliest)
        if other is None or other.briefing.id == point.briefing.id:
            continue
        is_grade = point.before is not None and point.before.is_grade
        if is_grade and other.value.id != previous.value:
            message = f"{other.briefing.path} says that it was {other.value.label} on that date"
            hint = "mend `value` or `date` here, or the rating there"
            place = ("ratings", point.n, "previous", "value")
            yield point.briefing.path, Fault(place, message, hint)


def _hint(word: str, options: Iterable[str], plural: str) -> str:
    """Return a hint: "did you mean", else the options."""
    return Options.of(options).hint(word, plural)
