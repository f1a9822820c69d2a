"""Coverage of inspections, and from it the grades that are older than a later inspection.

Only certain matches count: equal names and sites, and dates that leave no doubt of the order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from briefings.content.schema import OVERALL, BriefingFront, Covered, Rating
from briefings.content.similarity import same
from briefings.domain.ratings.scales import service_names
from briefings.domain.ratings.visits import Later, Place, is_later, is_later_inspection, later
from briefings.domain.site import Briefing, Site, of_group
from briefings.engine import query

#: Ids of the key questions that were inspected; None for all.
Questions = frozenset[str] | None


def canonical(services: Mapping[str, str], one: Rating | Covered) -> str:
    """Return the name of what was rated or inspected; for a service, the regulator's own name.

    `services`: `service_names` of the regulator.
    """
    name = one.name or ""
    return services.get(same(name), name) if one.scope == "service" else name


def place_of(services: Mapping[str, str], one: Rating | Covered, front: BriefingFront) -> Place:
    """Return the place of a rating or covered item, normalized for comparison.

    Name and site by `same` (ignores case and spaces), a service under the regulator's own name.
    """
    name, site = same(canonical(services, one)), same(one.site or "")
    return (front.trust, front.regulator, one.scope, name, site)


def covered(services: Mapping[str, str], front: BriefingFront) -> dict[Place, Questions]:
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
    given = [one for one in front.ratings if not one.carried_over]
    things: list[Rating | Covered] = [*front.inspection.covers]
    if not things:
        things = [*given, *_named(front)]
    graded = frozenset(one.key_question for one in given if one.scope == "trust")
    of_trust = None if OVERALL in graded else graded or None
    return {
        place_of(services, one, front): of_trust if one.scope == "trust" else None for one in things
    }


def _named(front: BriefingFront) -> Iterator[Covered]:
    """Yield the services and sites that breaches and enforcement actions name.

    Actions served certainly before every visit are left out.
    """
    begun = [visit.date for visit in front.inspection.inspected]
    actions = (
        one
        for one in front.enforcement
        if not all(one.served.certainly_before(date) for date in begun)
    )
    named = [(one.service, one.site) for one in front.breaches]
    for service, site in (*named, *((one.service, one.site) for one in actions)):
        if service is not None:
            yield Covered(scope="service", name=service, site=site)
        elif site is not None:
            yield Covered(scope="location", name=site)


def _follows(one: Briefing, other: Briefing) -> bool:
    """Whether the ratings of `one` show that it is later than `other`, if its visits have no date.

    True if no visit of `one` has a known date, its report is certainly after that of `other`, and
    one of its ratings gives a date of `previous` (to the day or month) that is not certainly before
    the report of `other`.
    """
    mine, its = other.front.inspection, one.front.inspection
    report = mine.report_published
    known = any(visit.date.known for visit in its.inspected)
    if known or not its.report_published.certainly_after(report):
        return False
    before = (each.previous.date for each in one.front.ratings if each.previous is not None)
    return report.known and any(
        date.precision in {"day", "month"} and not date.certainly_before(report) for date in before
    )


@dataclass(frozen=True)
class Coverage:
    """Coverage of the inspections of one trust.

    `services`: regulator id → `service_names`. `of`: briefing id → what it covered, as `covered`
    returns it. `by_place`: place → briefings on inspections that covered it, newest first.
    """

    services: Mapping[str, Mapping[str, str]]
    of: Mapping[str, Mapping[Place, Questions]]
    by_place: Mapping[Place, tuple[Briefing, ...]]

    def since(self, one: Briefing, place: Place, question: str) -> Later | None:
        """Return the newest inspection that covered a place and key question certainly later.

        Later than that of briefing `one`; None if there is none.
        """
        services = self.services.get(one.front.regulator, {})
        for other in self.by_place.get(place, ()):
            questions = self.of[other.id][place]
            asked = questions is None or question in questions
            if asked and is_later_inspection(services, other, place, one, place):
                return later(services, other, place)
        return None


@query
def coverage(site: Site, trust: str) -> Coverage:
    """Return the coverage of the inspections of all visible briefings on a trust."""
    services = {id: service_names(one.front) for id, one in site.regulators.items()}
    of: dict[str, Mapping[Place, Questions]] = {}
    by_place: dict[Place, list[Briefing]] = {}
    own = of_group(site, "trust", trust)
    for one in sorted(own, key=lambda each: (each.inspected_key, each.id), reverse=True):
        front = one.front
        if front.regulator in services and front.trust == trust:
            of[one.id] = covered(services[front.regulator], front)
            for place in of[one.id]:
                by_place.setdefault(place, []).append(one)
    return Coverage(services, of, {place: tuple(several) for place, several in by_place.items()})


def inspected_since(site: Site, one: Briefing, rating: Rating) -> Later | None:
    """Return the newest later inspection of what a briefing's rating is for; None if none."""
    every = coverage(site, one.front.trust)
    services = every.services.get(one.front.regulator, {})
    return every.since(one, place_of(services, rating, one.front), rating.key_question)


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer inspection than that of a briefing.

    `of`: names of the services and sites of the older one that it inspected again; empty for the
    trust as a whole.
    """

    briefing: Briefing
    of: tuple[str, ...] = ()


def newer_inspections(site: Site, one: Briefing) -> tuple[Newer, ...]:
    """Return the later inspections by the same regulator that a briefing's page should point to.

    Later means certainly later by the visits, or by `previous` of its ratings (see `_follows`).

    For each service and site that the briefing's inspection covered, its newest later inspection;
    if there is none at all, the newest of the trust as a whole. If the briefing's inspection
    covered the trust as a whole, both, with the trust as a whole first. Otherwise newest inspection
    first; each is listed once.

    A service matches at the same site, or if one of the two names no site. A site inspected as such
    matches any service at that site.
    """
    every = coverage(site, one.front.trust)
    mine = every.of.get(one.id, {})
    others = [
        other
        for other in site.by_trust[one.front.trust]
        if (other.front.trust, other.front.regulator) == (one.front.trust, one.front.regulator)
    ]
    others.sort(key=lambda other: (other.inspected_key, other.id), reverse=True)
    whole = [Newer(other) for other in others if _is_newer_whole(every, one, other)][:1]
    same = list(_same(every, one, others))
    if _is_whole(mine):
        named = [each.briefing for each in whole]
        return (*whole, *(each for each in same if each.briefing not in named))
    return tuple(same or whole)


def _is_whole(places: Iterable[Place]) -> bool:
    """Whether the trust as a whole is among the places."""
    return any(scope == "trust" for _, _, scope, _, _ in places)


def _is_newer_whole(every: Coverage, one: Briefing, other: Briefing) -> bool:
    """Whether `other` covered the trust as a whole and is certainly later than `one`."""
    if not _is_whole(every.of.get(other.id, {})):
        return False
    mine, visits = one.front.inspection, other.front.inspection.inspected
    return is_later(visits, mine.inspected, mine.report_published) or _follows(other, one)


def _same(every: Coverage, one: Briefing, others: Iterable[Briefing]) -> Iterator[Newer]:
    """Yield the inspections that covered services or sites of `one` again, certainly later.

    `others` are newest first. Each has only the places that no newer inspection covered.
    """
    left = list(every.of.get(one.id, {}))
    services = every.services.get(one.front.regulator, {})

    def again(other: Briefing, its: Place, mine: Place) -> bool:
        if not _is_same(mine, its):
            return False
        return is_later_inspection(services, other, its, one, mine) or _follows(other, one)

    for other in others:
        its = every.of.get(other.id, {})
        shared = [place for place in left if any(again(other, each, place) for each in its)]
        left = [place for place in left if place not in shared]
        if shared:
            names = _names(every.services[one.front.regulator], one.front, shared)
            yield Newer(other, tuple(names))


def _is_same(one: Place, other: Place) -> bool:
    (_, _, scope, name, site), (_, _, its_scope, its_name, its_site) = one, other
    if scope == its_scope:
        anywhere = scope == "service" and not (site and its_site)
        return scope != "trust" and name == its_name and (site == its_site or anywhere)
    if scope == "location":
        return name == its_site
    return scope == "service" and site == its_name != ""


def _names(
    services: Mapping[str, str], front: BriefingFront, places: Collection[Place]
) -> Iterator[str]:
    """Yield the names of places as shown: `High secure hospitals at Rampton Hospital`.

    Sites are named as in the briefing, services by the regulator's own name. After a service at a
    site, neither that service nor that site is named alone.
    """
    things: list[Rating | Covered] = [*front.inspection.covers, *front.ratings, *_named(front)]
    named = {place_of(services, each, front): each for each in reversed(things)}
    services_at = [
        (name, site) for _, _, scope, name, site in places if scope == "service" and site
    ]
    for place in places:
        one, (_, _, scope, name, _) = named[place], place
        said = (name == its if scope == "service" else name in at for its, at in services_at)
        if one.site is not None:
            yield f"{canonical(services, one)} at {one.site}"
        elif not any(said):
            yield canonical(services, one)
