"""The home page and the list of briefings: all of them, and by year of publication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

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
    numbers,
    pager,
    rated,
    shown,
    trust_link,
)
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.page import LinkTo, Meta

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
        return [card(site, one.id) for one in site.by_report[:_NEWEST]]

    @property
    def longest(self) -> list[LedgerRow]:
        """Open requirements of known age, longest outstanding first."""
        found = [one for one in open_by_age(self.whole.histories) if one.age][:_LONGEST]
        return rows_with_trusts(self.whole.site, found)

    @property
    def moved(self) -> list[Change]:
        """Ratings that went up or down, or were suspended; the newest report first."""
        site = self.whole.site
        moved = (
            point
            for briefing in site.by_report
            for point in grades_given(site, briefing.id)
            if point.change in {"up", "down"} or point.value.ends_rating
        )
        return [Change(point, site) for point in islice(moved, _CHANGES)]

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


@dataclass(frozen=True, slots=True)
class Archive:
    """One page of the list of briefings, newest report first.

    With `year`, only briefings published here in that year, which may not be the year of the
    report. `briefings`: the rows of this page. `total`: the length of the list.
    """

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
        return [card(self.site, one.id) for one in self.briefings]

    @property
    def years(self) -> list[tuple[LinkTo, bool]]:
        """Links to the lists of each year, and whether it is the one shown."""
        return [
            (LinkTo(str(year), urls.year_url(year)), year == self.year)
            for year in self.site.by_year
        ]


def archive_keys(whole: Derived) -> Iterator[tuple[str, str]]:
    """Yield (year or empty, page number) for the list of all briefings and that of each year."""
    site = whole.site
    yield from (("", number) for number in numbers(len(site.briefings)))
    for year, briefings in site.by_year.items():
        yield from ((str(year), number) for number in numbers(len(briefings)))


def archive_url(year: str, number: str) -> str:
    """Return the path of a page of the list."""
    return urls.page_of(urls.year_url(int(year)) if year else urls.BRIEFINGS, int(number))


def archive_view(whole: Derived, year: str, number: str) -> Archive:
    """Return the view of a page of the list."""
    site = whole.site
    briefings = site.by_year[int(year)] if year else site.by_report
    pages = pager(number, len(briefings), archive_url(year, "1"))
    return Archive(site, pages.of(briefings), pages, int(year) if year else None, len(briefings))
