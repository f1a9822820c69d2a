"""Deadlines and next checks as an iCalendar file (RFC 5545), for calendars to subscribe to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from briefings import urls
from briefings.dates import PartialDate
from briefings.feeds.items import tag
from briefings.ledger import histories
from briefings.site import Site


@dataclass(frozen=True, slots=True)
class Entry:
    """One day or stretch of days of the calendar; `end` is the day after the last."""

    uid: str
    summary: str
    description: str
    url: str
    start: date
    end: date
    stamp: datetime


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The calendar of the whole site."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""
        return urls.file_for(urls.CALENDAR)

    def render(self) -> bytes:
        """An iCalendar stream; `DTSTAMP` is the moment of the briefing, never the clock."""
        calendar = Calendar()
        calendar.add("prodid", "-//Inspection Briefings//Deadlines//EN")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", self.name)
        for entry in self.entries:
            event = Event()
            event.add("uid", entry.uid)
            event.add("dtstamp", entry.stamp.astimezone(UTC))
            event.add("dtstart", entry.start)
            event.add("dtend", entry.end)
            event.add("summary", entry.summary)
            event.add("description", entry.description)
            event.add("url", entry.url)
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
        data: bytes = calendar.to_ical()
        return data


def deadlines(site: Site) -> Deadlines:
    """Deadlines of requirements and of enforcement, and the days of next checks."""
    found = [*_requirements(site), *_enforcement(site), *_checks(site)]
    found.sort(key=lambda entry: (entry.start, entry.uid))
    return Deadlines(name=f"{site.config.title}: deadlines", entries=tuple(found))


def _entry(
    site: Site, name: str, summary: str, date: PartialDate, page: str, stamp: datetime
) -> Iterator[Entry]:
    """A date with two known ends becomes those days, said to be no exacter where it is not."""
    if date.earliest is None or date.latest is None:
        return
    said = "" if date.exact else f" The date is known only as {date.show()}."
    yield Entry(
        uid=tag(site, name),
        summary=summary,
        description=f"{summary}.{said}",
        url=site.urls.absolute(page),
        start=date.earliest,
        end=date.latest + timedelta(days=1),
        stamp=stamp,
    )


def _trust(site: Site, id: str) -> str:
    front = site.trusts[id].front
    return front.short_name or front.name


def _requirements(site: Site) -> Iterator[Entry]:
    for id, history in histories(site).items():
        front = site.requirements[id].front
        for entry in history.entries:
            if entry.event.deadline is not None:
                yield from _entry(
                    site,
                    f"requirement/{id}/deadline/{entry.briefing.id}-{entry.n + 1}",
                    f"Deadline for {_trust(site, front.trust)}: {front.title}",
                    entry.event.deadline,
                    urls.url_of("requirement", id),
                    entry.briefing.visible_from,
                )


def _enforcement(site: Site) -> Iterator[Entry]:
    seen: set[tuple[str, str]] = set()
    for one in sorted(site.briefings, key=lambda each: (each.visible_from, each.id)):
        for n, action in enumerate(one.front.enforcement):
            for k, deadline in enumerate(action.deadlines):
                name = action.id or f"{one.id}-{n + 1}"
                about = deadline.about or action.text
                if (name, f"{deadline.date.written} {about}") in seen:
                    continue
                seen.add((name, f"{deadline.date.written} {about}"))
                yield from _entry(
                    site,
                    f"enforcement/{name}/deadline/{one.id}-{k + 1}",
                    f"Enforcement deadline for {_trust(site, one.front.trust)}: {about}",
                    deadline.date,
                    one.url,
                    one.visible_from,
                )


def _checks(site: Site) -> Iterator[Entry]:
    for one in site.briefings:
        if one.front.next_check is not None:
            yield from _entry(
                site,
                f"briefing/{one.id}/next-check",
                f"Look again: {one.front.title}",
                one.front.next_check,
                one.url,
                one.updated,
            )
