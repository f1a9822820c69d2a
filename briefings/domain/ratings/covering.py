"""Coverage of inspections, and from it the grades that are older than a later inspection.

Only certain matches count: equal names and sites, and dates that leave no doubt of the order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import (
    Breach,
    BriefingFront,
    Covered,
    Enforcement,
    Rating,
    Visit,
)
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.types import OVERALL
from briefings.content.similarity import same
from briefings.domain.ratings.scales import (
    RatingValue,
    grades_on,
    outside_value,
    scales_of,
    service_names,
)
from briefings.domain.site import Briefing, Site, of_group
from briefings.domain.visibility import joined
from briefings.engine import query

#: Ids of the key questions that were inspected; None for all.
Questions = tuple[str, ...] | None
#: Name or alias of a service, normalized by `same` → the regulator's own name; see `service_names`.
Services = Mapping[str, str]


class Place(NamedTuple):
    """A trust, service or location that was rated or inspected, normalized for comparison.

    `name` and `site`: normalized by `same` (lower case); a service under the regulator's own name.
    """

    trust: str
    regulator: str
    scope: str
    name: str
    site: str


class Later(NamedTuple):
    """A later inspection of a place; `inspected` is the date of its visits to that place."""

    briefing: Briefing
    inspected: PartialDate


def canonical(services: Services, item: Rating | Covered) -> str:
    """Return the name of what was rated or inspected; for a service, the regulator's own name."""
    name = item.name or ""
    return services.get(same(name), name) if item.scope == "service" else name


def place_of(services: Services, item: Rating | Covered, front: BriefingFront) -> Place:
    """Return the place of a rating or covered item of a briefing."""
    name, site = same(canonical(services, item)), same(item.site or "")
    return Place(front.trust, front.regulator, item.scope, name, site)


def covered(services: Services, front: BriefingFront) -> dict[Place, Questions]:
    """Return the places that an inspection covered, with the key questions inspected there.

    The places are those in `inspection.covers`. If that is left out: those named by its ratings
    (except carried-over ones), breaches and enforcement actions. An action that was certainly
    served before the inspection began belongs to an earlier one and does not count.

    Places are equal if scope, name and site are: a service at one site is not the whole service,
    nor the reverse.

    For a service or location, all key questions count as inspected. For the trust as a whole, those
    that were graded (a well-led review says nothing on safe care); all if overall was graded, or
    none was.
    """
    own_ratings = [rating for rating in front.ratings if not rating.carried_over]
    items: list[Rating | Covered] = [*front.inspection.covers] or [
        *own_ratings,
        *_named_places(front),
    ]
    graded = tuple(
        sorted({rating.key_question for rating in own_ratings if rating.scope == "trust"})
    )
    of_trust = None if OVERALL in graded or not graded else graded
    return {
        place_of(services, item, front): of_trust if item.scope == "trust" else None
        for item in items
    }


def _named_places(front: BriefingFront) -> Iterator[Covered]:
    """Yield the services and sites that breaches and enforcement actions name.

    Actions served certainly before every visit are left out.
    """
    begun = [visit.date for visit in front.inspection.inspected]
    actions = (
        action
        for action in front.enforcement
        if not all(action.served.certainly_before(date) for date in begun)
    )
    items: list[Breach | Enforcement] = [*front.breaches, *actions]
    for item in items:
        if item.service is not None:
            yield Covered(scope="service", name=item.service, site=item.site)
        elif item.site is not None:
            yield Covered(scope="location", name=item.site)


def visits_to(services: Services, front: BriefingFront, place: Place) -> tuple[Visit, ...]:
    """Return the visits of an inspection that were, or may have been, to one service or site.

    - Visits whose `about` names it, and those without `about`.
    - All visits if no `about` names it, and for the trust as a whole.
    - A service is named by any name that the regulator has for it.
    - For a service at one site, also visits that name only the site, if another visit names the
      service.
    """
    visits = front.inspection.inspected
    if place.scope == "trust" or len(visits) == 1 or all(visit.about is None for visit in visits):
        return visits
    names = {place.name}
    if place.scope == "service":
        names |= {known_name for known_name, own in services.items() if same(own) == place.name}
    is_named = [_is_named(visit.about, names, services) for visit in visits]
    if not any(is_named):
        return visits
    sites = {place.site} if place.site else set()
    return tuple(
        visit
        for visit, is_it in zip(visits, is_named, strict=True)
        if is_it or visit.about is None or _is_named(visit.about, sites, services)
    )


def _is_named(about: str | None, names: set[str], services: Collection[str]) -> bool:
    """Whether a text contains one of `names`, and not only as part of a longer name."""
    return not names.isdisjoint(_names_in(about or "", {*names, *services}))


def _names_in(text: str, names: Collection[str]) -> Iterator[str]:
    """Yield the names (as `same` returns them) that a text contains as whole words, longest first.

    A match is removed from the text, so that a shorter name does not match inside a longer one.
    """
    text = same(text)
    for name in sorted((name for name in names if name in text), key=len, reverse=True):
        text, times = re.subn(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "\n", text)
        if times:
            yield name


def _are_later(later: Collection[Visit], earlier: Collection[Visit], report: PartialDate) -> bool:
    """Whether every visit of `later` was certainly after every visit of `earlier`.

    A visit of `earlier` with an unknown date is replaced by `report`, the date of its report.
    """
    before = [visit.date if visit.date.known else report for visit in earlier]
    return all(visit.date.certainly_after(date) for visit in later for date in before)


def _ratings_follow(later: Briefing, earlier: Briefing) -> bool:
    """Whether the ratings of `later` show that it is the later one, if its visits have no date.

    True if none of its visits has a known date, its report is certainly after that of `earlier`,
    and one of its ratings gives a date of `previous` (to the day or month) that is not certainly
    before the report of `earlier`.
    """
    inspection, report = later.front.inspection, earlier.front.inspection.report_published
    if any(visit.date.known for visit in inspection.inspected):
        return False
    if not report.known or not inspection.report_published.certainly_after(report):
        return False
    dates = (rating.previous.date for rating in later.front.ratings if rating.previous is not None)
    return any(
        date.precision in {"day", "month"} and not date.certainly_before(report) for date in dates
    )


@dataclass(frozen=True)
class Coverage:
    """Coverage of the inspections of one trust.

    `services`: regulator id → `service_names`. `places`: briefing id → what it covered, as
    `covered` returns it. `by_place`: place → briefings on inspections that covered it, newest
    first.
    """

    services: Mapping[str, Services]
    places: Mapping[str, Mapping[Place, Questions]]
    by_place: Mapping[Place, tuple[Briefing, ...]]

    def places_of(self, briefing: Briefing) -> Mapping[Place, Questions]:
        """Return the services and locations that the inspection of a briefing covered."""
        return self.places.get(briefing.id, {})

    def services_of(self, briefing: Briefing) -> Services:
        """Return the names of services of a briefing's regulator."""
        return self.services.get(briefing.front.regulator, {})

    def visits(self, briefing: Briefing, place: Place) -> tuple[Visit, ...]:
        """Return the visits of a briefing's inspection to a place; see `visits_to`."""
        return visits_to(self.services_of(briefing), briefing.front, place)

    def is_later(self, later: Briefing, its: Place, earlier: Briefing, place: Place) -> bool:
        """Whether `later` visited a place, there named `its`, certainly later than `earlier`."""
        report = earlier.front.inspection.report_published
        return _are_later(self.visits(later, its), self.visits(earlier, place), report)

    def since(self, briefing: Briefing, place: Place, question: str) -> Later | None:
        """Return the newest inspection that covered a place and key question certainly later.

        Later than that of `briefing`; None if there is none, or if it carried the rating over: its
        report says that the grade still stands.
        """
        for other in self.by_place.get(place, ()):
            questions = self.places_of(other)[place]
            is_asked = questions is None or question in questions
            if is_asked and self.is_later(other, place, briefing, place):
                visits = [visit.date for visit in self.visits(other, place)]
                carried = self._carries_over(other, place, question)
                return None if carried else Later(other, joined(visits))
        return None

    def _carries_over(self, briefing: Briefing, place: Place, question: str) -> bool:
        services, front = self.services_of(briefing), briefing.front
        return any(
            rating.carried_over and rating.key_question == question
            for rating in front.ratings
            if place_of(services, rating, front) == place
        )


@query
def coverage_of(site: Site, trust: str) -> Coverage:
    """Return the coverage of the inspections of all visible briefings on a trust."""
    services = {id: service_names(record.front) for id, record in site.regulators.items()}
    places: dict[str, Mapping[Place, Questions]] = {}
    by_place: dict[Place, list[Briefing]] = {}
    for briefing in sorted(of_group(site, "trust", trust), key=_inspection_order, reverse=True):
        front = briefing.front
        if front.regulator in services and front.trust == trust:
            places[briefing.id] = covered(services[front.regulator], front)
            for place in places[briefing.id]:
                by_place.setdefault(place, []).append(briefing)
    return Coverage(services, places, {place: tuple(by_place[place]) for place in by_place})


def _inspection_order(briefing: Briefing) -> tuple[object, str]:
    return briefing.inspected_key, briefing.id


def inspected_since(site: Site, briefing: Briefing, rating: Rating) -> Later | None:
    """Return the newest later inspection of what a briefing's rating is for; None if none."""
    coverage = coverage_of(site, briefing.front.trust)
    place = place_of(coverage.services_of(briefing), rating, briefing.front)
    return coverage.since(briefing, place, rating.key_question)


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer inspection than that of a briefing.

    `of`: names of the services and sites of the older one that it inspected again; empty for the
    trust as a whole.
    """

    briefing: Briefing
    of: tuple[str, ...] = ()


def newer_inspections(site: Site, briefing: Briefing) -> tuple[Newer, ...]:
    """Return the later inspections by the same regulator that a briefing's page should point to.

    Later means certainly later by the visits, or by `previous` of its ratings (see
    `_ratings_follow`).

    For each service and site that the briefing's inspection covered, its newest later inspection;
    if there is none at all, the newest of the trust as a whole. If the briefing's inspection
    covered the trust as a whole, both, with the trust as a whole first. Otherwise newest inspection
    first; each is listed once.

    A service matches at the same site, or if one of the two names no site. A site inspected as such
    matches any service at that site.
    """
    trust, regulator = briefing.front.trust, briefing.front.regulator
    coverage = coverage_of(site, trust)
    others = [
        other
        for other in sorted(site.by_trust[trust], key=_inspection_order, reverse=True)
        if (other.front.trust, other.front.regulator) == (trust, regulator)
    ]
    of_trust = [Newer(other) for other in others if _covers_trust_later(coverage, other, briefing)]
    of_places = list(_inspected_again(coverage, briefing, others))
    if not _covers_trust(coverage.places_of(briefing)):
        return tuple(of_places or of_trust[:1])
    newest = of_trust[:1]
    listed = [newer.briefing for newer in newest]
    return (*newest, *(newer for newer in of_places if newer.briefing not in listed))


def _covers_trust(places: Iterable[Place]) -> bool:
    """Whether the trust as a whole is among the places."""
    return any(place.scope == "trust" for place in places)


def _covers_trust_later(coverage: Coverage, later: Briefing, briefing: Briefing) -> bool:
    """Whether `later` covered the trust as a whole, and is certainly later than `briefing`."""
    if not _covers_trust(coverage.places_of(later)):
        return False
    inspection, visits = briefing.front.inspection, later.front.inspection.inspected
    is_later = _are_later(visits, inspection.inspected, inspection.report_published)
    return is_later or _ratings_follow(later, briefing)


def _inspected_again(
    coverage: Coverage, briefing: Briefing, others: Iterable[Briefing]
) -> Iterator[Newer]:
    """Yield the inspections that covered services or sites of `briefing` again, certainly later.

    `others` are newest first. Each has only the places that no newer inspection covered.
    """
    places, services = list(coverage.places_of(briefing)), coverage.services_of(briefing)
    for other in others:
        again = [place for place in places if _covers_again(coverage, other, briefing, place)]
        places = [place for place in places if place not in again]
        if again:
            yield Newer(other, tuple(_names(services, briefing.front, again)))


def _covers_again(coverage: Coverage, later: Briefing, briefing: Briefing, place: Place) -> bool:
    """Whether `later` covered a place of `briefing`, certainly later."""
    return any(
        _is_same(place, its)
        and (coverage.is_later(later, its, briefing, place) or _ratings_follow(later, briefing))
        for its in coverage.places_of(later)
    )


def _is_same(place: Place, other: Place) -> bool:
    """Whether an inspection of `other` also was one of `place`; see `newer_inspections`."""
    if place.scope == other.scope:
        anywhere = place.scope == "service" and not (place.site and other.site)
        same_site = place.site == other.site or anywhere
        return place.scope != "trust" and place.name == other.name and same_site
    if place.scope == "location":
        return place.name == other.site
    return place.scope == "service" and place.site == other.name != ""


def _names(services: Services, front: BriefingFront, places: Collection[Place]) -> Iterator[str]:
    """Yield the names of places as shown: `High secure hospitals at Rampton Hospital`.

    Sites are named as in the briefing, services by the regulator's own name. After a service at a
    site, neither that service nor that site is named alone.
    """
    items: list[Rating | Covered] = [
        *front.inspection.covers,
        *front.ratings,
        *_named_places(front),
    ]
    by_place = {place_of(services, item, front): item for item in reversed(items)}
    at_sites = [place for place in places if place.scope == "service" and place.site]
    for place in places:
        item = by_place[place]
        if item.site is not None:
            yield f"{canonical(services, item)} at {item.site}"
        elif place.scope == "service":
            if all(place.name != other.name for other in at_sites):
                yield canonical(services, item)
        elif all(place.name not in other.site for other in at_sites):
            yield canonical(services, item)


def when_rated(briefing: Briefing) -> PartialDate:
    """Return the date that decides which scale was in force: last day of the visit, else report."""
    visit = briefing.last_visit
    return visit if visit.known else briefing.front.inspection.report_published


def value_of(regulator: RegulatorFront, rating: Rating, briefing: Briefing) -> RatingValue:
    """Return the value of a briefing's rating.

    An id that the regulator does not have is reported by `faults`; here it gives a value without a
    scale, labelled by its id.
    """
    outside = outside_value(regulator, rating.value)
    if outside is not None:
        return outside
    scales = scales_of(regulator, rating, when_rated(briefing))
    label = rating.value.replace("-", " ").capitalize()
    return next(grades_on(rating.value, scales), RatingValue(rating.value, label))
