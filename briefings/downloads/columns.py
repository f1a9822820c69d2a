"""Columns that several tables share, and how their cells are made."""

from __future__ import annotations

from briefings.dates import PartialDate
from briefings.downloads.table import Column, text
from briefings.site import Briefing, Site

BRIEFING = text("briefing", "The id of the briefing that says so")
TRUST = text("trust", "The trust’s id")
REGULATOR = text("regulator", "The regulator’s id")
URL = text("url", "Where it stands on the site")
SOURCES = text("sources", "Keys of the sources cited, within the briefing; space-separated")
ORDER = Column("number", "integer", "Its place in the briefing’s list, from 1")


def joined(values: tuple[str, ...]) -> str | None:
    """Several ids in one cell, separated by spaces."""
    return " ".join(values) or None


def page(site: Site, url: str) -> str:
    """The whole address of something on the site."""
    return site.urls.absolute(url)


def all_visits(one: Briefing) -> PartialDate:
    """All visits as one date: the interval from the first to the last where there are several."""
    visits = [visit.date for visit in one.front.inspection.inspected]
    if len(visits) == 1:
        return visits[0]
    if not all(date.known for date in visits):
        return PartialDate.parse("unknown")
    first = min((date.first for date in visits), key=lambda date: date.sort_key()[::-1])
    last = max((date.last for date in visits), key=PartialDate.sort_key)
    return _interval(first, last)


def _interval(first: PartialDate, last: PartialDate) -> PartialDate:
    if first.written == last.written:
        return first
    if first.earliest is None or last.latest is None or first.latest is None:
        return PartialDate.parse("unknown")
    if last.earliest is None:
        return PartialDate.parse("unknown")
    return PartialDate.parse(f"{first.written}/{last.written}")
