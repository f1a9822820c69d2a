"""The home page and the list of briefings: all of them, and by year of publication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import ClassVar

from briefings import urls
from briefings.domain import words
from briefings.domain.ledger import open_by_age
from briefings.domain.ratings import Point, grades_given
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.components import (
    Card,
    GradeLabel,
    Pager,
    card,
    later_of,
    paged,
    rated,
    shown,
    trust_link,
)
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.page import LinkTo, Meta, Page

#: Number of entries that the front page shows of each list.
_NEWEST = 8
_LONGEST = 6
_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Change:
    """A rating on the front page that went up or down, or a suspension."""

    point: Point
    site: Site

    @property
    def trust(self) -> LinkTo:
        return trust_link(self.site, self.point.briefing.front.trust)

    @property
    def what(self) -> str:
        """What was rated: `Well-led, whole trust`."""
        regulator = self.site.regulators[self.point.briefing.front.regulator].front
        return rated(regulator, self.point.rating)

    @property
    def grade(self) -> GradeLabel:
        return shown(self.point.value)

    @property
    def when(self) -> str:
        """The date of the report, or of the visit if the report's is not known."""
        return self.point.date.show()

    @property
    def later(self) -> LinkTo | None:
        """A link to what came after it, a replacement or a new inspection, or None."""
        return later_of(self.site, self.point.briefing, self.point.rating)

    @property
    def before(self) -> GradeLabel | None:
        return shown(self.point.before) if self.point.before else None

    @property
    def is_stated(self) -> bool:
        """True if the briefing states the change; false if we derived it from ratings on record."""
        return self.point.rating.change is not None and not self.point.before_is_ours


#: Lists linked from the front page.
_LINKS = {
    "briefings": urls.BRIEFINGS,
    "trusts": urls.TRUSTS,
    "ledger": urls.REQUIREMENTS,
    "compare": urls.COMPARE,
}
#: Maximum number of trusts listed on the front page.
_TRUSTS = 60


@dataclass(frozen=True, slots=True)
class Home:
    """The front page: newest briefings, ratings that changed, requirements outstanding longest."""

    #: Finding out what the page shows costs as much as rendering it: it depends on the whole site.
    SHOWS_EVERYTHING: ClassVar[bool] = True

    whole: Derived

    @property
    def meta(self) -> Meta:
        config = self.whole.site.config
        return Meta(
            url=urls.HOME,
            title=config.title,
            description=config.tagline or config.title,
            kind="home",
            home=True,
            json_ld=json_ld.website(config, self.whole.site.urls),
        )

    @property
    def newest(self) -> list[Card]:
        site = self.whole.site
        return [card(site, one) for one in site.by_report[:_NEWEST]]

    @property
    def longest(self) -> list[LedgerRow]:
        """Open requirements of known age, longest outstanding first."""
        found = [one for one in open_by_age(self.whole.histories) if one.age][:_LONGEST]
        return rows_with_trusts(self.whole.site, found)

    @property
    def moved(self) -> list[Change]:
        """Ratings that went up or down, or were suspended; the newest report first."""
        moved = (
            point
            for point in grades_given(self.whole.ratings)
            if point.change in {"up", "down"} or point.value.ends_rating
        )
        newest = nlargest(_CHANGES, moved, key=_when)
        return [Change(point, self.whole.site) for point in newest]

    @property
    def trusts(self) -> list[LinkTo]:
        """The trusts by name, at most `_TRUSTS` of them."""
        site = self.whole.site
        found = [trust_link(site, id) for id in site.trusts]
        return sorted(found, key=lambda one: one.label.casefold())[:_TRUSTS]

    @property
    def has_more_trusts(self) -> bool:
        return len(self.whole.site.trusts) > _TRUSTS

    @property
    def links(self) -> dict[str, str]:
        return _LINKS

    @property
    def counts(self) -> tuple[str, str, str, str]:
        """Counts in words: briefings, trusts, requirements, and requirements by status."""
        site, whole = self.whole.site, self.whole
        return (
            words.plural(len(site.briefings), "briefing"),
            words.plural(len(site.trusts), "trust"),
            words.plural(len(whole.histories), "requirement"),
            whole.totals.words,
        )


def _when(point: Point) -> tuple[object, ...]:
    one = point.briefing
    return (one.report_key, one.inspected_key, one.id, -point.n)


@dataclass(frozen=True, slots=True)
class Archive:
    """One page of the list of briefings, newest report first.

    With `year`, only briefings published here in that year, which may not be the year of the
    report. `briefings`: the rows of this page. `total`: the length of the list.
    """

    #: Fields of `build.list_facts.LOOSE` that the page shows of records it does not list.
    BEYOND: ClassVar[frozenset[str]] = frozenset()

    site: Site
    briefings: Sequence[Briefing]
    pager: Pager
    year: int | None
    total: int

    @property
    def meta(self) -> Meta:
        where = self.heading if self.year else "All briefings"
        number = f", {self.pager.words.lower()}" if self.pager.number > 1 else ""
        return Meta(
            url=urls.page_of(self.pager.base, self.pager.number),
            title=f"{where}{number}",
            description=f"{where} on inspections of health trusts, newest report first{number}.",
            kind="archive",
            section=urls.BRIEFINGS,
            breadcrumbs=(LinkTo("Briefings", urls.BRIEFINGS),) if self.year else (),
        )

    @property
    def heading(self) -> str:
        return f"Briefings published here in {self.year}" if self.year else "Briefings"

    @property
    def said(self) -> str:
        return f"{words.plural(self.total, 'briefing')}, newest report first."

    @property
    def cards(self) -> list[Card]:
        return [card(self.site, one) for one in self.briefings]

    @property
    def years(self) -> list[tuple[LinkTo, bool]]:
        """Links to the lists of each year, and whether it is the one shown."""
        return [
            (LinkTo(str(year), urls.year_url(year)), year == self.year)
            for year in self.site.by_year
        ]


def planned(whole: Derived) -> Iterator[Page]:
    """Yield the front page, the list of briefings, and the list of each year."""
    site = whole.site
    yield Page.of(urls.HOME, "pages/home.html", Home(whole), whole.share_ratings)
    yield from _lists(site, site.by_report, urls.BRIEFINGS, None)
    for year, briefings in site.by_year.items():
        yield from _lists(site, briefings, urls.year_url(year), year)


def _lists(
    site: Site, briefings: Sequence[Briefing], base: str, year: int | None
) -> Iterator[Page]:
    for pager, rows in paged(briefings, base):
        view = Archive(site, rows, pager, year, len(briefings))
        yield Page.of(view.meta.url, "pages/archive.html", view)
