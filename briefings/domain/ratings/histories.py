"""What was rated, how, one inspection after another, and what of it still stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from briefings.anchors import CLAIMS, claim
from briefings.cancellation import checkpoint
from briefings.content.dates import PartialDate
from briefings.content.schema import REPLACES_ALL, Rating, RegulatorFront
from briefings.domain.ratings.covering import Coverage, canonical, coverage, coverage_of, place_of
from briefings.domain.ratings.scales import (
    Meanings,
    RatingValue,
    change_between,
    service_names,
    when_rated,
)
from briefings.domain.ratings.visits import Later
from briefings.domain.site import Briefing, Site


class Thing(NamedTuple):
    """What a rating is of. `name` and `site` are in lower case, a service under its own name."""

    trust: str
    regulator: str
    scope: str
    name: str
    site: str
    key_question: str

    @property
    def place(self) -> tuple[str, str, str, str, str]:
        """The same without the key question: one row of a grid."""
        return (self.trust, self.regulator, self.scope, self.name, self.site)


@dataclass(frozen=True, slots=True)
class Point:
    """One rating in one briefing, at index `n` of its list.

    `before` is what stood until then, as the briefing says. Where it says nothing, that is the
    grade that stood as recorded here, which may not be the last one given: `before_is_ours`.
    `change` is as the briefing says, else follows from `before`, else None.
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
        """The day of the report, or where that is unknown the whole of the visit."""
        return self.briefing.dated

    @property
    def dated_by_visit(self) -> bool:
        """`date` is that of the visit, since the report's is not known."""
        return not self.briefing.front.inspection.report_published.known

    @property
    def told_in(self) -> str:
        """`report of 17 January 2025`, `inspection of June 2022`; nothing without a date."""
        what = "inspection" if self.dated_by_visit else "report"
        return f"{what} of {self.date.bare()}" if self.date.known else ""

    @property
    def carried_over(self) -> bool:
        """Given at an earlier inspection; this briefing says that it stands."""
        return self.rating.carried_over

    @property
    def before_is_ours(self) -> bool:
        """`before` is what this site has on record, not what the briefing's sources say."""
        return self.before is not None and self.rating.previous is None

    @property
    def inherited_from(self) -> str | None:
        """The trust that it was given to: a trust's id, or a name."""
        return self.rating.inherited_from

    @property
    def url(self) -> str:
        """The rating on its briefing's page."""
        vacated = self.briefing.front.vacated
        return f"{self.briefing.url}#{claim(CLAIMS['ratings'], self.n, vacated)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one thing stands: the rating that was last given, and what came after it.

    `confirmed`: later briefings that carried it over. `unrated`: later visits that gave no
    grade. `replaced_by`: the rating that retired it, after which it no longer holds. `suspends`:
    the rating whose grade the regulator set aside, where this one is a suspension. `since`: the
    newest later inspection that covered the same thing (`covering.covered` says what that is).
    """

    point: Point
    confirmed: tuple[Point, ...] = ()
    unrated: tuple[Point, ...] = ()
    replaced_by: Point | None = None
    suspends: Point | None = None
    since: Later | None = None

    @property
    def value(self) -> RatingValue:
        """What was last given."""
        return self.point.value

    @property
    def holds(self) -> bool:
        """Not replaced by another rating."""
        return self.replaced_by is None

    @property
    def inspected_again(self) -> str:
        """`inspected again since, in June 2022`, or nothing."""
        return "" if self.since is None else again_words(self.since, self.point.date)

    @property
    def grade(self) -> RatingValue | None:
        """The grade in force; None where it was replaced, suspended or never given."""
        return self.value if self.holds and self.value.is_grade else None

    @property
    def is_suspended(self) -> bool:
        """No grade is in force because the regulator set it aside."""
        return self.holds and self.value.ends_rating

    @property
    def date(self) -> PartialDate | None:
        """When it was given; None where only a carried-over entry tells of it."""
        return None if self.point.carried_over else self.point.date

    @property
    def dated(self) -> str:
        """Its date in words: `25 November 2022`, `carried over in the report of May 2025`."""
        shown = self.point.date.show()
        if self.point.carried_over:
            told = self.point.told_in
            return f"carried over in the {told}" if told else "carried over"
        known = self.point.date.known
        return f"inspected {shown}" if known and self.point.dated_by_visit else shown

    @property
    def still_in_force(self) -> str:
        """`still in force in the report of 17 January 2025`: the last that carried it over; nothing
        where none did."""
        if not self.confirmed:
            return ""
        told = self.confirmed[-1].told_in or "report of a later inspection"
        return f"still in force in the {told}"


def end_words(by: Point) -> str:
    """What a grade says of the rating that ended it: `replaced since the report of 22 October
    2025`; of one that is only carried over there, `replaced before …`."""
    word = "no longer in force" if by.value.ends_rating else "replaced"
    if not by.told_in:
        return f"{word} since"
    return f"{word} {'before' if by.carried_over else 'since'} the {by.told_in}"


def again_words(later: Later, given: PartialDate) -> str:
    """What a grade given on that date says of a later inspection: `inspected again since, in June
    2022`; without `since` where the grade came out after that inspection, or may have."""
    since = " since," if later.inspected.certainly_after(given) else ""
    return f"inspected again{since} {later.inspected.in_sentence()}"


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """One thing, every rating of it in the order of the inspections, and how it stands.

    `ends`: (briefing's id, place in its list) of a rating → the first rating that ended it.
    """

    thing: Thing
    name: str
    site: str
    points: tuple[Point, ...]
    standing: Standing
    ends: Mapping[tuple[str, int], Point]

    @property
    def current(self) -> Standing | None:
        """How it stands, unless another rating replaced it."""
        return self.standing if self.standing.holds else None

    @property
    def series(self) -> tuple[Point, ...]:
        """The points of a chart: a carried-over entry only where none before gave its grade."""
        shown: list[Point] = []
        for point in self.points:
            if not point.carried_over or not shown or shown[-1].value != point.value:
                shown.append(point)
        return tuple(shown)


@lru_cache(maxsize=4)  # pages, feeds and downloads ask for the same
def rating_histories(site: Site) -> dict[Thing, RatingHistory]:
    """Every thing that a visible briefing rates, in a fixed order.

    A rating holds until the same thing is rated again, another replaces it, or a word that ends
    ratings is given. A word outside the scale that does not end it leaves the grade standing.
    """
    return rating_histories_of(site, None)


def rating_histories_of(site: Site, trusts: Collection[str] | None) -> dict[Thing, RatingHistory]:
    """As `rating_histories`, of what briefings on these trusts rate (None: on any); not kept."""
    walk = _Walk(site, coverage(site) if trusts is None else coverage_of(site, trusts))
    rating = (
        one
        for one in site.briefings
        if one.front.ratings and (trusts is None or one.front.trust in trusts)
    )
    for briefing in sorted(rating, key=_order):
        if briefing.front.regulator in site.regulators:
            walk.step(briefing)
    return {thing: walk.history(thing) for thing in sorted(walk.points)}


def thing_of(services: Mapping[str, str], rating: Rating, briefing: Briefing) -> Thing:
    """What a rating is of, the same for every way of writing it; `services`: `service_names`."""
    return Thing(*place_of(services, rating, briefing.front), rating.key_question)


def _order(briefing: Briefing) -> tuple[date, date, date, date, str]:
    """By inspection, then by report, which is never shown."""
    checkpoint()
    report = briefing.front.inspection.report_published.sort_key()
    return (*briefing.inspected_key, *report, briefing.id)


class _Walk:
    """One pass over the briefings in order, with what stands after each."""

    def __init__(self, site: Site, covered: Coverage) -> None:
        self.covered = covered
        self.regulators: Mapping[str, RegulatorFront] = {
            id: record.front for id, record in site.regulators.items()
        }
        self.meanings = {id: Meanings(front) for id, front in self.regulators.items()}
        self.services = {id: service_names(front) for id, front in self.regulators.items()}
        self.points: dict[Thing, list[Point]] = {}
        self.standing: dict[Thing, Standing] = {}
        self.ends: dict[Thing, dict[tuple[str, int], Point]] = {}
        self.by_place: dict[tuple[str, ...], list[Thing]] = {}

    def step(self, briefing: Briefing) -> None:
        """Give what the briefing gives, then retire what that replaces."""
        checkpoint()
        given = list(self._points(briefing))
        for thing, point in given:
            if thing not in self.points:
                self.by_place.setdefault(thing.place, []).append(thing)
            self.points.setdefault(thing, []).append(point)
            self._stand(thing, standing_after(self.standing.get(thing), point), point)
        here = {thing for thing, _ in given}
        for thing, point in given:
            self._retire(thing, point, here)

    def _stand(self, thing: Thing, now: Standing, by: Point) -> None:
        """How a thing stands from now on; a rating that no longer stands was ended by `by`."""
        old = self.standing.get(thing)
        if old is not None and (now.point is not old.point or not now.holds):
            ended = (old.point.briefing.id, old.point.n)
            self.ends.setdefault(thing, {}).setdefault(ended, by)
        self.standing[thing] = now

    def _points(self, briefing: Briefing) -> Iterator[tuple[Thing, Point]]:
        meanings, when = self.meanings[briefing.front.regulator], when_rated(briefing)
        services = self.services[briefing.front.regulator]
        for n, rating in enumerate(briefing.front.ratings):
            thing = thing_of(services, rating, briefing)
            value = meanings.at(rating, when)
            compared = self._compared(meanings, rating, value, self.standing.get(thing))
            yield thing, Point(rating, briefing, n, value, *compared)

    @staticmethod
    def _compared(
        meanings: Meanings, rating: Rating, value: RatingValue, old: Standing | None
    ) -> tuple[RatingValue | None, PartialDate | None, str | None]:
        """What came before, when, and how it changed: as written, else by the grade that stood
        when a grade was given."""
        written, previous = rating.change, rating.previous
        befores = () if previous is None else meanings.before(previous, value)
        if previous is not None and befores:
            change = written or (None if rating.carried_over else _derived(befores, value))
            return befores[0], previous.date, change
        stood = None if rating.carried_over or old is None else old.grade
        change = _derived([stood], value) if stood else None
        if change is None or old is None or written not in {None, change}:
            return None, None, written
        return stood, old.date, change

    def _retire(self, thing: Thing, point: Point, here: set[Thing]) -> None:
        """`replaces` retires the other key questions of the same place, those given here aside."""
        wanted = point.rating.replaces
        for other in self.by_place[thing.place] if wanted else ():
            named = wanted == REPLACES_ALL or other.key_question in (wanted or ())
            standing = self.standing[other]
            if named and other not in here and standing.holds:
                self._stand(other, replace(standing, replaced_by=point), point)

    def history(self, thing: Thing) -> RatingHistory:
        points = self.points[thing]
        last = points[-1].rating
        name = canonical(self.services[thing.regulator], last)
        standing = self.standing[thing]
        since = self.covered.since(standing.point.briefing, thing.place, thing.key_question)
        if since is not None:
            standing = replace(standing, since=since)
        ends = self.ends.get(thing, {})
        return RatingHistory(thing, name, last.site or "", tuple(points), standing, ends)


def ended_by(site: Site, one: Briefing, n: int) -> Point | None:
    """The rating that ended the one at index `n` of a briefing's list: given to the same thing at a
    later inspection, or in its place. None where it stands, and for what is no grade."""
    rating, regulator = one.front.ratings[n], site.regulators.get(one.front.regulator)
    if regulator is None:
        return None
    thing = thing_of(service_names(regulator.front), rating, one)
    history = rating_histories(site).get(thing)
    return history.ends.get((one.id, n)) if history is not None else None


def _derived(befores: Sequence[RatingValue], now: RatingValue) -> str | None:
    """How it changed, where that is certain and both are grades; no other word has an arrow."""
    changes = {change_between(before, now) for before in befores if before.is_grade}
    return changes.pop() if now.is_grade and len(changes) == 1 else None


def standing_after(old: Standing | None, point: Point) -> Standing:
    """How a thing stands once `point` is on record."""
    if old is None or not old.holds:
        return Standing(point)
    if point.value.ends_rating:
        return Standing(point, suspends=old.point if old.value.is_grade else old.suspends)
    if point.carried_over:
        if point.value == old.value:
            return replace(old, confirmed=(*old.confirmed, point))
        return Standing(point)
    gives_none = not point.value.is_grade and not point.value.ends_rating
    if gives_none and (old.value.is_grade or old.value.ends_rating):
        return replace(old, unrated=(*old.unrated, point))
    return Standing(point)
