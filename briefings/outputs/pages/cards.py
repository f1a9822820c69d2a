"""A briefing as lists show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from briefings.content.dates.values import PartialDate
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import words
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.histories import given_to, later_of
from briefings.domain.site import Briefing, Site
from briefings.engine import query
from briefings.outputs.pages.components import (
    CardGrade,
    Tally,
    headline_ratings,
    label_of,
    rated,
    shown,
    trust_link,
)
from briefings.outputs.pages.five_answers import tally_of
from briefings.urls import LinkTo


@dataclass(frozen=True, slots=True)
class Card:
    """The values of a card. `grades`: suspensions first, then the main rating.

    `tally`: the number of ratings of each grade, if no rating is the main one.
    """

    title: str
    url: str
    summary: str
    trust: LinkTo
    regulator: str
    kind: str
    inspected: tuple[PartialDate, ...]
    report_published: PartialDate
    published: datetime
    grades: tuple[CardGrade, ...]
    tally: Tally | None = None

    @property
    def report(self) -> str:
        """`Report of February 2018`."""
        return words.report_of(self.report_published)


@query
def card(site: Site, id: str) -> Card:
    """Return the card of one briefing. Lists are rendered again only if a card differs."""
    briefing = site.briefing[id]
    front = briefing.front
    regulator = site.regulators[front.regulator].front
    return Card(
        title=front.title,
        url=briefing.url,
        summary=front.summary,
        trust=trust_link(site, front.trust),
        regulator=regulator.short_name,
        kind=label_of(regulator.inspection_types, front.inspection.type),
        inspected=tuple(dict.fromkeys(visit.date for visit in front.inspection.inspected)),
        report_published=front.inspection.report_published,
        published=briefing.visible_from,
        grades=tuple(_card_grades(site, regulator, briefing)),
        tally=tally_of(site, regulator, briefing),
    )


def _card_grades(site: Site, regulator: RegulatorFront, briefing: Briefing) -> Iterator[CardGrade]:
    """Yield the headline ratings; see `headline_ratings`."""
    for rating in headline_ratings(regulator, briefing):
        grade = shown(value_of(regulator, rating, briefing))
        parts = (rated(site, regulator, rating), given_to(site, rating))
        yield CardGrade(grade, "; ".join(filter(None, parts)), later_of(site, briefing, rating))
