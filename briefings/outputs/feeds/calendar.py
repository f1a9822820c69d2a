"""Deadlines and next checks as an iCalendar file (RFC 5545) that calendar programs subscribe to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from briefings.content.dates.values import PartialDate
from briefings.domain import words
from briefings.domain.enforcement import Action, actions_of_trust
from briefings.domain.ledger.entries import Deadline
from briefings.domain.ledger.history import History, histories
from briefings.domain.site import Briefing, Site, trust_name
from briefings.engine import query

if TYPE_CHECKING:
    from icalendar import Timezone


def calendar(site: Site) -> Iterator[bytes]:
    """Yield the iCalendar stream of the whole site, its events sorted by first day.

    Deadlines of requirements and enforcement actions, and next checks. `X-WR-CALNAME` is the
    calendar's name in calendar programs.
    """
    events = sorted(event for key in _records(site) for event in calendar_events(site, *key))
    head, tail = _frame(f"{site.config.title}: deadlines", is_empty=not events)
    yield head
    yield from (event.data for event in events)
    yield tail


def _records(site: Site) -> Iterator[tuple[str, str]]:
    yield from (("requirement", id) for id in histories(site))
    yield from (("trust", id) for id in sorted(site.trusts))
    yield from (("briefing", briefing.id) for briefing in site.briefings)


class CalendarEvent(NamedTuple):
    """An all-day event as bytes, with what it is sorted by."""

    start: date
    uid: str
    data: bytes


@query
def calendar_events(site: Site, kind: str, id: str) -> tuple[CalendarEvent, ...]:
    """Return the events of a requirement, of the enforcement on a trust, or of a briefing.

    A query, since folding lines (RFC 5545, 3.1) is slow.
    """
    if kind == "requirement":
        return tuple(_requirement(site, histories(site)[id]))
    if kind == "briefing":
        return tuple(_next_check(site, site.briefing[id]))
    actions = actions_of_trust(site, id)
    return tuple(event for action in actions for event in _enforcement(site, action))


def _frame(name: str, *, is_empty: bool) -> tuple[bytes, bytes]:
    """Return the bytes before and after the events."""
    from icalendar import Calendar  # slow to import, and needed by this file alone

    calendar = Calendar()
    calendar.add("prodid", "-//Inspection Briefings//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    if is_empty:
        calendar.add_component(_time_zone())
    head, end, tail = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return head, end + tail


def _time_zone() -> Timezone:
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


def _event(
    site: Site,
    name: str,
    summary: str,
    date: PartialDate,
    page: str,
    stamp: datetime,
    status: str = "",
) -> Iterator[CalendarEvent]:
    """Yield one event, from a date's earliest to its latest day; nothing if either is not known.

    If the date is not exact, the description says how exactly it is known. `stamp`: `DTSTAMP`, the
    moment of the briefing. `status`: what is recorded since the deadline was set, or empty.
    """
    from icalendar import Event

    if date.earliest is None or date.latest is None:
        return
    precision = "" if date.exact else f" The date is known only as {date.bare()}."
    uid, event = site.tag(name), Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", date.earliest)
    event.add("dtend", date.latest + timedelta(days=1))  # exclusive (RFC 5545, 3.6.1)
    event.add("summary", summary)
    known = f" As last recorded: {words.lower(status)}." if status else ""
    event.add("description", f"{words.ended(summary)}{precision}{known}")
    event.add("url", site.urls.absolute(page))
    event.add("transp", "TRANSPARENT")
    yield CalendarEvent(date.earliest, uid, event.to_ical())


def _requirement(site: Site, history: History) -> Iterator[CalendarEvent]:
    """Yield one event for each date that a requirement is due on, however often it is repeated."""
    summary = f"Deadline for {trust_name(site, history.front.trust)}: {history.front.title}"
    dates: dict[str, Deadline] = {}
    for deadline in history.deadlines:
        dates.setdefault(deadline.due.written, deadline)
    for written, deadline in dates.items():
        name = f"requirement/{history.id}/deadline/{written.replace('/', '--')}"
        stamp = deadline.last_entry.briefing.visible_from
        status = history.status.label if deadline.answered else ""
        yield from _event(site, name, summary, deadline.due, history.url, stamp, status)


def _enforcement(site: Site, action: Action) -> Iterator[CalendarEvent]:
    """Yield one event for each deadline of an action, from the first briefing that reports it."""
    seen: set[str] = set()
    for mention in sorted(action.mentions, key=lambda mention: mention.briefing.visible_from):
        for deadline in mention.action.deadlines:
            name = f"{deadline.date.written}/{deadline.about or ''}".replace("/", "--")
            if name in seen or action.moved(deadline):
                continue
            seen.add(name)
            about = deadline.about or mention.action.text.rstrip(".")
            yield from _event(
                site,
                f"enforcement/{action.key}/deadline/{quote(name)}",
                f"Enforcement deadline for {trust_name(site, action.trust)}: {about}",
                deadline.date,
                mention.url,
                mention.briefing.visible_from,
                _status(action) if action.is_answered(deadline) else "",
            )


def _status(action: Action) -> str:
    """Return the status of an action with an end; of one in force again nothing is said."""
    if not action.is_ended:
        return ""
    return words.ENFORCEMENT_STATUSES[action.status] if action.status else "Ended"


def _next_check(site: Site, briefing: Briefing) -> Iterator[CalendarEvent]:
    date = briefing.front.next_check
    if date is not None:
        name, summary = f"briefing/{briefing.id}/next-check", f"Next check: {briefing.front.title}"
        yield from _event(site, name, summary, date, briefing.url, briefing.updated)
