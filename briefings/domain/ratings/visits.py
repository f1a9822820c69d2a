"""Visits to one service or site, and which of two inspections of it is certainly later."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from briefings.content.dates import PartialDate
from briefings.content.schema import BriefingFront, Visit
from briefings.content.similarity import same
from briefings.domain.site import Briefing, joined

#: (trust, regulator, scope, name, site) of what was inspected; name and site as in `Thing`.
Place = tuple[str, str, str, str, str]


class Later(NamedTuple):
    """A later inspection of a place; `inspected` is the date of its visits to that place."""

    briefing: Briefing
    inspected: PartialDate


def visits_to(services: Mapping[str, str], front: BriefingFront, place: Place) -> tuple[Visit, ...]:
    """Return the visits of an inspection that were, or may have been, to one service or site.

    - Visits whose `about` names it, and those without `about`.
    - All visits if no `about` names it, and for the trust as a whole.
    - A service is named by any name that the regulator has for it.
    - For a service at one site, also visits that name only the site, if another visit names the
      service.

    `services`: `service_names` of the regulator.
    """
    visits = front.inspection.inspected
    _, _, scope, name, site = place
    if scope == "trust" or len(visits) == 1 or all(visit.about is None for visit in visits):
        return visits
    names = {name}
    if scope == "service":
        names |= {known for known, own in services.items() if same(own) == name}
    found = [_is_named(visit.about, names, services) for visit in visits]
    if not any(found):
        return visits
    return tuple(
        visit
        for visit, named in zip(visits, found, strict=True)
        if named or visit.about is None or (site and _is_named(visit.about, {site}, services))
    )


def _is_named(about: str | None, names: set[str], services: Collection[str]) -> bool:
    """Whether a text contains one of `names`, and not only as part of a longer name."""
    return not names.isdisjoint(_named(about or "", {*names, *services}))


def _named(text: str, names: Collection[str]) -> Iterator[str]:
    """Yield the names (in lower case) that a text contains as whole words, longest first.

    A match is removed from the text, so that a shorter name does not match inside a longer one.
    """
    text = text.casefold()
    for name in sorted((one for one in names if one in text), key=len, reverse=True):
        text, times = re.subn(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "\n", text)
        if times:
            yield name


def is_later(one: Collection[Visit], other: Collection[Visit], report: PartialDate) -> bool:
    """Whether every visit of `one` was certainly after every visit of `other`.

    A visit of `other` with an unknown date is replaced by `report`, the date of its report.
    """
    before = [visit.date if visit.date.known else report for visit in other]
    return all(visit.date.certainly_after(date) for visit in one for date in before)


def is_later_inspection(
    services: Mapping[str, str], one: Briefing, its: Place, other: Briefing, mine: Place
) -> bool:
    """Whether briefing `one` visited a place certainly later than briefing `other`.

    `its` is the place as `one` names it, `mine` as `other` does.
    """
    report = other.front.inspection.report_published
    later, before = visits_to(services, one.front, its), visits_to(services, other.front, mine)
    return is_later(later, before, report)


def later(services: Mapping[str, str], one: Briefing, place: Place) -> Later:
    """Return a briefing as a later inspection of a place, with the date of its visits to it."""
    visits = visits_to(services, one.front, place)
    return Later(one, joined([visit.date for visit in visits]))
