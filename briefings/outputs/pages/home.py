"""The home page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from briefings import urls
from briefings.domain import words
from briefings.domain.ratings.histories import Point
from briefings.domain.ratings.tables import grades_given
from briefings.domain.site import Site
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.components import (
    GradeLabel,
    card,
    later_of,
    rated,
    shown,
    trust_link,
    trust_links,
)
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.ledger_rows import rows_with_trusts
from briefings.outputs.pages.page import Kind, LinkTo, Meta, PlainView, only

#: Number of entries that the front page shows of each list.
_NEWEST = 8
_LONGEST = 6
_CHANGES = 6
#: Maximum number of trusts listed on the front page.
_TRUSTS = 60
#: Lists linked from the front page.
_LINKS = {
    "briefings": urls.BRIEFINGS,
    "trusts": urls.TRUSTS,
    "ledger": urls.REQUIREMENTS,
    "compare": urls.COMPARE,
}


class Change(NamedTuple):
    """A rating on the front page that went up or down, or a suspension.

    `what`: what was rated: `Well-led, whole trust`. `when`: the date of the report, or of the visit
    if that of the report is not known. `later`: what came after it, a replacement or a new
    inspection. `is_stated`: the briefing states the change; else we derived it from ratings on
    record.
    """

    point: Point
    trust: LinkTo
    what: str
    grade: GradeLabel
    when: str
    later: LinkTo | None
    before: GradeLabel | None
    is_stated: bool


def _change(site: Site, point: Point) -> Change:
    front, rating = point.briefing.front, point.rating
    return Change(
        point=point,
        trust=trust_link(site, front.trust),
        what=rated(site, site.regulators[front.regulator].front, rating),
        grade=shown(point.value),
        when=point.date.show(),
        later=later_of(site, point.briefing, rating),
        before=shown(point.before) if point.before else None,
        is_stated=rating.change is not None and not point.before_is_ours,
    )


def _moved(site: Site) -> Iterator[Point]:
    """Yield ratings that went up or down, or were suspended; the newest report first."""
    return (
        point
        for briefing in site.by_report
        for point in grades_given(site, briefing.id)
        if point.change in {"up", "down"} or point.value.ends_rating
    )


def _home(derived: Derived) -> PlainView:
    """Return newest briefings, ratings that changed, requirements outstanding longest."""
    site, config = derived.site, derived.site.config
    meta = Meta(
        url=urls.HOME,
        title=config.title,
        description=config.tagline or config.title,
        kind="home",
        home=True,
        json_ld=json_ld.website(site),
    )
    organisations = config.organisations
    longest = islice((history for history in derived.ledger[0] if history.age), _LONGEST)
    trusts = sorted(trust_links(site), key=lambda link: link.label.casefold())
    return PlainView(
        meta,
        counts=(
            words.plural(len(site.briefings), "briefing"),
            words.plural(len(site.trusts), organisations.one, organisations.many),
            words.plural(len(derived.histories), "requirement"),
            derived.totals.words,
        ),
        newest=[card(site, briefing.id) for briefing in site.by_report[:_NEWEST]],
        longest=rows_with_trusts(site, longest),
        silent=rows_with_trusts(site, derived.longest_without_record[:_LONGEST]),
        moved=[_change(site, point) for point in islice(_moved(site), _CHANGES)],
        trusts=trusts[:_TRUSTS],
        has_more_trusts=len(trusts) > _TRUSTS,
        links=_LINKS,
    )


HOME = Kind("home", "home", only(), lambda: urls.HOME, _home)
