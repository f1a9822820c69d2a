"""Rating histories: every rating of each thing in order of inspections, and which is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import REPLACES_ALL, Rating
from briefings.content.schema.entities import RegulatorFront
from briefings.domain.ratings.covering import (
    Later,
    Place,
    canonical,
    coverage_of,
    inspected_since,
    place_of,
    value_of,
)
from briefings.domain.ratings.scales import RatingValue, change_between, values_before
from briefings.domain.site import Briefing, Site, of_group, trust_name
from briefings.engine import query
from briefings.urls import LinkTo


class Thing(NamedTuple):
    """The subject of a rating, normalized for comparison: a `Place` and a key question."""

    trust: str
    regulator: str
    scope: str
    name: str
    site: str
    key_question: str

    @property
    def place(self) -> Place:
        """The thing without its key question; one row of a grid."""
        return Place(self.trust, self.regulator, self.scope, self.name, self.site)


@dataclass(frozen=True, slots=True)
class Point:
    """One rating in one briefing, at index `n` (from 0) of its list.

    `before`: the value until then, as the briefing says; else the grade in force in our records,
    which may not be the last one given (then `before_is_ours`). `before_date`: its date. `change`:
    as the briefing says, else derived from `before`, else None.
    """

    rating: Rating
    briefing: Briefing
    n: int
    value: RatingValue
    before: RatingValue | None = None
    before_date: PartialDate | None = None
    change: str | None = None

    @property
    def date(self) -> PartialDate:
        """Date of the report; if that is unknown, of the whole visit."""
        return self.briefing.dated

    @property
    def dated_by_visit(self) -> bool:
        """Whether `date` is that of the visit, because that of the report is not known."""
        return not self.briefing.front.inspection.report_published.known

    @property
    def told_in(self) -> str:
        """Phrase for where it was given: `report of 17 January 2025`, `inspection of June 2022`.

        Empty if neither date is known.
        """
        noun = "inspection" if self.dated_by_visit else "report"
        return f"{noun} of {self.date.bare()}" if self.date.known else ""

    @property
    def carried_over(self) -> bool:
        """Whether it was given at an earlier inspection, and this briefing says it is in force."""
        return self.rating.carried_over

    @property
    def before_is_ours(self) -> bool:
        """Whether `before` is from this site's records and not from the briefing's sources."""
        return self.before is not None and self.rating.previous is None

    @property
    def inherited_from(self) -> str | None:
        """Id or name of the trust that it was given to, if another one."""
        return self.rating.inherited_from

    @property
    def marks(self) -> tuple[str, ...]:
        """Remarks on it in a table of ratings: `carried over`, `inherited`."""
        remarks = {"carried over": self.carried_over, "inherited": self.inherited_from}
        return tuple(remark for remark, applies in remarks.items() if applies)

    @property
    def url(self) -> str:
        """URL of the rating on the briefing's page."""
        return self.briefing.claim_url("ratings", self.n)


@dataclass(frozen=True, slots=True)
class Standing:
    """Current state of one rated thing: the rating last given, and what happened since.

    `confirmed`: later entries that carried it over. `unrated`: later entries that gave no grade.
    `replaced_by`: the rating that replaced it, after which it is no longer in force. `suspends`: if
    this is a suspension, the rating that it suspends. `since`: the newest later inspection that
    covered the same thing (see `covering.covered`).
    """

    point: Point
    confirmed: tuple[Point, ...] = ()
    unrated: tuple[Point, ...] = ()
    replaced_by: Point | None = None
    suspends: Point | None = None
    since: Later | None = None

    @property
    def value(self) -> RatingValue:
        """Value last given."""
        return self.point.value

    @property
    def holds(self) -> bool:
        """Whether it was not replaced by another rating."""
        return self.replaced_by is None

    @property
    def inspected_again(self) -> str:
        """Phrase for `since`: `inspected again since, in June 2022`; empty if None."""
        return "" if self.since is None else again_words(self.since, self.point.date)

    @property
    def grade(self) -> RatingValue | None:
        """Grade in force; None if it was replaced, suspended or never given."""
        return self.value if self.holds and self.value.is_grade else None

    @property
    def is_suspended(self) -> bool:
        """Whether no grade is in force because the regulator suspended it."""
        return self.holds and self.value.ends_rating

    @property
    def date(self) -> PartialDate | None:
        """When it was given; None if it is known only from a carried-over entry."""
        return None if self.point.carried_over else self.point.date

    @property
    def dated(self) -> str:
        """Phrase for its date: `25 November 2022`, `carried over in the report of May 2025`.

        With `inspected` before the date if it is that of the visit.
        """
        shown = self.point.date.show()
        if self.point.carried_over:
            report = self.point.told_in
            return f"carried over in the {report}" if report else "carried over"
        has_date = self.point.date.known
        return f"inspected {shown}" if has_date and self.point.dated_by_visit else shown

    @property
    def still_in_force(self) -> str:
        """Phrase for the last entry that carried it over; empty if none did.

        `still in force in the report of 17 January 2025`.
        """
        if not self.confirmed:
            return ""
        report = self.confirmed[-1].told_in or "report of a later inspection"
        return f"still in force in the {report}"


def end_words(by: Point) -> str:
    """Phrase on a grade for the rating that ended it.

    `replaced since the report of 22 October 2025`. If that rating is only carried over there:
    `replaced before the …`. If it is a suspension: `no longer in force since the …`.
    """
    word = "no longer in force" if by.value.ends_rating else "replaced"
    if not by.told_in:
        return f"{word} since"
    return f"{word} {'before' if by.carried_over else 'since'} the {by.told_in}"


def given_to(site: Site, rating: Rating) -> str:
    """Return to whom an inherited rating was given: `given to North Trust`; else empty."""
    name = rating.inherited_from or ""
    return name and f"given to {trust_name(site, name) if name in site.trusts else name}"


def again_words(later: Later, grade_date: PartialDate) -> str:
    """Phrase on a grade for a later inspection: `inspected again since, in June 2022`.

    `grade_date`: the date of the grade. Says `since` only if the inspection was certainly after it.
    """
    since = " since," if later.inspected.certainly_after(grade_date) else ""
    return f"inspected again{since} {later.inspected.in_sentence()}"


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """All ratings of one thing.

    `name` and `site`: as shown. `points`: its ratings in the order of the inspections. `standing`:
    its current state. `ends`: (briefing id, index in its list) of a rating → the first rating that
    ended it. `headline`: that of its regulator.
    """

    thing: Thing
    name: str
    site: str
    points: tuple[Point, ...]
    standing: Standing
    ends: Mapping[tuple[str, int], Point]
    headline: tuple[str, ...] = ()

    @property
    def current(self) -> Standing | None:
        """`standing`; None if another rating replaced it."""
        return self.standing if self.standing.holds else None

    @property
    def series(self) -> tuple[Point, ...]:
        """Points of a chart; a carried-over entry is left out if the point before has its value."""
        shown: list[Point] = []
        for point in self.points:
            if not point.carried_over or not shown or shown[-1].value != point.value:
                shown.append(point)
        return tuple(shown)


@query
def histories_of_trust(site: Site, trust: str) -> dict[Thing, RatingHistory]:
    """Return the history of every thing that a visible briefing on a trust rates, sorted.

    A rating is in force until the same thing is rated again, another rating replaces it, or a word
    that ends ratings is given. Other words outside the scale leave the grade in force.
    """
    walk = _Walk(site, trust)
    for briefing in sorted(of_group(site, "trust", trust), key=_order):
        front = briefing.front
        if front.ratings and front.trust == trust and front.regulator in site.regulators:
            walk.add(briefing)
    return {thing: walk.history(thing) for thing in sorted(walk.points)}


def rating_histories(site: Site) -> dict[Thing, RatingHistory]:
    """Return the rating histories of all trusts, sorted."""
    return {
        thing: history
        for trust in sorted(site.trusts)
        for thing, history in histories_of_trust(site, trust).items()
    }


def trust_level(histories: Iterable[RatingHistory]) -> tuple[RatingHistory, ...]:
    """Return the histories of the trust as a whole, those replaced by another rating included."""
    return tuple(history for history in histories if history.thing.scope == "trust")


def _order(briefing: Briefing) -> tuple[date, date, date, date, str]:
    """Sort key: inspection, then report, then id. Never shown."""
    report = briefing.front.inspection.report_published.sort_key()
    return (*briefing.inspected_key, *report, briefing.id)


class _Walk:
    """State of one pass over the briefings on a trust in order.

    Of each thing: its ratings, its standing so far, and what ended each rating (see
    `RatingHistory`).
    """

    def __init__(self, site: Site, trust: str) -> None:
        self._site = site
        self._coverage = coverage_of(site, trust)
        self.points: dict[Thing, list[Point]] = defaultdict(list)
        self._standing: dict[Thing, Standing] = {}
        self._ends: dict[Thing, dict[tuple[str, int], Point]] = defaultdict(dict)

    def add(self, briefing: Briefing) -> None:
        """Record the ratings of a briefing, then mark those that they replace."""
        points = list(self._points_of(briefing))
        for thing, point in points:
            self.points[thing].append(point)
            self._set_standing(thing, standing_after(self._standing.get(thing), point), point)
        rated = {thing for thing, _ in points}
        for thing, point in points:
            self._replace(thing, point, rated)

    def _set_standing(self, thing: Thing, standing: Standing, by: Point) -> None:
        """Set the standing of a thing; if that ends its rating, record `by` as the reason."""
        old = self._standing.get(thing)
        if old is not None and (standing.point is not old.point or not standing.holds):
            self._ends[thing].setdefault((old.point.briefing.id, old.point.n), by)
        self._standing[thing] = standing

    def _points_of(self, briefing: Briefing) -> Iterator[tuple[Thing, Point]]:
        regulator = self._site.regulators[briefing.front.regulator].front
        services = self._coverage.services_of(briefing)
        for n, rating in enumerate(briefing.front.ratings):
            place = place_of(services, rating, briefing.front)
            thing = Thing(*place, rating.key_question)
            value = value_of(regulator, rating, briefing)
            before = _change_from(regulator, rating, value, self._standing.get(thing))
            yield thing, Point(rating, briefing, n, value, *before)

    def _replace(self, thing: Thing, point: Point, rated: set[Thing]) -> None:
        """Mark the ratings that `replaces` names (key questions of the same place) as replaced.

        `rated`: things rated in the same briefing, which are not replaced.
        """
        replaces = point.rating.replaces
        for other, standing in list(self._standing.items()) if replaces else ():
            is_named = replaces == REPLACES_ALL or other.key_question in (replaces or ())
            if other.place == thing.place and is_named and other not in rated and standing.holds:
                self._set_standing(other, replace(standing, replaced_by=point), point)

    def history(self, thing: Thing) -> RatingHistory:
        """Return the history of a thing after the last briefing."""
        points, standing = tuple(self.points[thing]), self._standing[thing]
        last = points[-1]
        name = canonical(self._coverage.services_of(last.briefing), last.rating)
        since = self._coverage.since(standing.point.briefing, thing.place, thing.key_question)
        standing = replace(standing, since=since)
        ends = self._ends.get(thing, {})
        order = self._site.regulators[thing.regulator].front.headline
        return RatingHistory(thing, name, last.rating.site or "", points, standing, ends, order)


def _change_from(
    regulator: RegulatorFront, rating: Rating, value: RatingValue, old: Standing | None
) -> tuple[RatingValue | None, PartialDate | None, str | None]:
    """Return the value before, its date, and the change, for `Point`.

    As the briefing writes them; else from the grade in force before, unless the rating is carried
    over or its `change` as written disagrees.
    """
    written, previous = rating.change, rating.previous
    befores = values_before(regulator, rating, value)
    if previous is not None and befores:
        change = written or (None if rating.carried_over else _certain_change(befores, value))
        return befores[0], previous.date, change
    grade = None if rating.carried_over or old is None else old.grade
    change = _certain_change([grade], value) if grade else None
    if change is None or old is None or written not in {None, change}:
        return None, None, written
    return grade, old.date, change


def ended_by(site: Site, briefing: Briefing, n: int) -> Point | None:
    """Return the rating that ended the one at index `n` (from 0) of a briefing's list.

    It was given to the same thing at a later inspection, or replaced it. None if nothing ended the
    rating, or if it never was the one last given (a carried-over entry that confirmed an earlier
    rating, a word outside the scale that left a grade in force).
    """
    histories = histories_of_trust(site, briefing.front.trust).values()
    ends = (history.ends.get((briefing.id, n)) for history in histories)
    return next((point for point in ends if point is not None), None)


def later_of(site: Site, briefing: Briefing, rating: Rating) -> LinkTo | None:
    """Return a link to what came after a grade, or None.

    `replaced since the report of 22 October 2025` if another rating replaced it, else `inspected
    again since, in June 2022` if the same thing was inspected again.
    """
    regulator = site.regulators[briefing.front.regulator].front
    value = value_of(regulator, rating, briefing)
    n = briefing.front.ratings.index(rating)
    end = ended_by(site, briefing, n) if value.is_grade or value.ends_rating else None
    if end is not None:
        return LinkTo(end_words(end), end.url)
    later = inspected_since(site, briefing, rating)
    return LinkTo(again_words(later, briefing.dated), later.briefing.url) if later else None


def _certain_change(befores: Sequence[RatingValue], now: RatingValue) -> str | None:
    """Return the change from any of `befores` to `now`; None if it is not certain.

    Only grades are compared, and all comparisons must agree.
    """
    changes = {change_between(before, now) for before in befores if before.is_grade}
    return changes.pop() if now.is_grade and len(changes) == 1 else None


def standing_after(old: Standing | None, point: Point) -> Standing:
    """Return the standing of a thing after `point`.

    It is a new standing of `point`, except after a standing that was not replaced (`old.holds`):

    - A word that ends ratings also sets `suspends`.
    - A carried-over rating of the same value is added to `confirmed`.
    - A word outside the scale that does not end ratings is added to `unrated`, if the standing is a
      grade or a suspension.
    """
    if old is None or not old.holds:
        return Standing(point)
    if point.value.ends_rating:
        return Standing(point, suspends=old.point if old.value.is_grade else old.suspends)
    if point.carried_over:
        if point.value == old.value:
            return replace(old, confirmed=(*old.confirmed, point))
        return Standing(point)
    is_no_grade = not point.value.is_grade  # nor a word that ends ratings
    if is_no_grade and (old.value.is_grade or old.value.ends_rating):
        return replace(old, unrated=(*old.unrated, point))
    return Standing(point)


def value_before(site: Site, briefing: Briefing, rating: Rating) -> RatingValue | None:
    """Return the value on record here before a rating of a briefing; None if there is none."""
    histories = histories_of_trust(site, briefing.front.trust).values()
    points = (point for history in histories for point in history.points)
    own = (point for point in points if point.briefing.id == briefing.id and point.rating == rating)
    return next((point.before for point in own), None)
