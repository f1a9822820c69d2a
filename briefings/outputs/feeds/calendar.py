"""Deadlines and next checks as an iCalendar file (RFC 5545) that calendar programs subscribe to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from briefings.content.dates import PartialDate
from briefings.domain.ledger import Deadline, History, histories
from briefings.domain.registers import Action, actions_of_trust
from briefings.domain.site import Briefing, Site
from briefings.engine import query
from briefings.outputs.feeds.items import trust_name

if TYPE_CHECKING:
    from icalendar import Timezone


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One all-day event of the calendar.

    `said`: text after the summary in the description, with a space in front; empty if the date is
    exact. `end`: the day after the last one (`DTEND` is exclusive, RFC 5545, 3.6.1). `stamp`:
    `DTSTAMP`, the moment of the briefing.
    """

    uid: str
    summary: str
    said: str
    url: str
    start: date
    end: date
    stamp: datetime


def calendar(site: Site) -> Iterator[bytes]:
    """Yield the iCalendar stream of the whole site, its events sorted by first day.

    Deadlines of requirements and enforcement actions, and next checks. `X-WR-CALNAME` is the
    calendar's name in calendar programs.
    """
    places = [
        (event.start, event.uid, event.data)
        for kind, id in _records(site)
        for event in events_of(site, kind, id)
    ]
    head, tail = _frame(f"{site.config.title}: deadlines", is_empty=not places)
    yield head
    yield from (data for _, _, data in sorted(places))
    yield tail


def _records(site: Site) -> Iterator[tuple[str, str]]:
    yield from (("requirement", id) for id in histories(site))
    yield from (("trust", id) for id in sorted(site.trusts))
    yield from (("briefing", briefing.id) for briefing in site.briefings)


class CalendarEvent(NamedTuple):
    """An event as bytes, with what it is sorted by."""

    start: date
    uid: str
    data: bytes


@query
def events_of(site: Site, kind: str, id: str) -> tuple[CalendarEvent, ...]:
    """Return the events of a requirement, of the enforcement on a trust, or of a briefing.

    A query, since folding lines (RFC 5545, 3.1) is slow.
    """
    if kind == "requirement":
        entries = _requirement(site, histories(site)[id])
    elif kind == "briefing":
        entries = _next_check(site, site.briefing[id])
    else:
        actions = actions_of_trust(site, id)
        entries = (entry for action in actions for entry in _enforcement(site, action))
    return tuple(CalendarEvent(entry.start, entry.uid, _event(entry)) for entry in entries)


def _frame(name: str, *, is_empty: bool) -> tuple[bytes, bytes]:
    """Return the bytes before and after the events."""
    from icalendar import Calendar  # slow to import, and needed by this file alone

    calendar = Calendar()
    calendar.add("prodid", "-//Inspection Briefings//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    if is_empty:
        calendar.add_component(_something())
    head, end, tail = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return head, end + tail


def _event(entry: CalendarEntry) -> bytes:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", entry.summary)
    event.add("description", f"{entry.summary}.{entry.said}")
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    return bytes(event.to_ical())


def _something() -> Timezone:
    """Return a time zone, as the only component of a calendar without events.

    RFC 5545 (3.6) requires at least one component, and calendar programs do not show a time zone.
    """
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  # local time by definition
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone.add_component(standard)
    return zone


def _entry(
    site: Site, name: str, summary: str, date: PartialDate, page: str, stamp: datetime
) -> Iterator[CalendarEntry]:
    """Yield one event, from a date's earliest to its latest day; nothing if either is not known.

    If the date is not exact, the description says how exactly it is known.
    """
    if date.earliest is not None and date.latest is not None:
        yield CalendarEntry(
            uid=site.tag(name),
            summary=summary,
            said="" if date.exact else f" The date is known only as {date.show()}.",
            url=site.urls.absolute(page),
            start=date.earliest,
            end=date.latest + timedelta(days=1),
            stamp=stamp,
        )


def _requirement(site: Site, history: History) -> Iterator[CalendarEntry]:
    """Yield one event for each date that a requirement is due on, however often it is repeated."""
    summary = f"Deadline for {trust_name(site, history.front.trust)}: {history.front.title}"
    dates: dict[str, Deadline] = {}
    for deadline in history.deadlines:
        dates.setdefault(deadline.due.written, deadline)
    for written, deadline in dates.items():
        name = f"requirement/{history.id}/deadline/{written.replace('/', '--')}"
        stamp = deadline.entry.briefing.visible_from
        yield from _entry(site, name, summary, deadline.due, history.url, stamp)


def _enforcement(site: Site, action: Action) -> Iterator[CalendarEntry]:
    """Yield one event for each deadline of an action, from the first briefing that reports it."""
    seen: set[str] = set()
    for mention in sorted(action.mentions, key=lambda mention: mention.briefing.visible_from):
        for deadline in mention.action.deadlines:
            name = f"{deadline.date.written}/{deadline.about or ''}".replace("/", "--")
            if name in seen:
                continue
            seen.add(name)
            about = deadline.about or mention.action.text.rstrip(".")
            yield from _entry(
                site,
                f"enforcement/{action.key}/deadline/{quote(name)}",
                f"Enforcement deadline for {trust_name(site, action.trust)}: {about}",
                deadline.date,
                mention.url,
                mention.briefing.visible_from,
            )


def _next_check(site: Site, briefing: Briefing) -> Iterator[CalendarEntry]:
    date = briefing.front.next_check
    if date is not None:
        name, summary = f"briefing/{briefing.id}/next-check", f"Next check: {briefing.front.title}"
        yield from _entry(site, name, summary, date, briefing.url, briefing.updated)
