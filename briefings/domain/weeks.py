"""What became public on which day: the briefings, corrections and passed deadlines of a digest.

Weeks are those of ISO 8601, from Monday to Sunday in the site's time zone. A week is listed when it
is over, if anything became public in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Deadline
from briefings.domain.enforcement import Action, actions_of_trust
from briefings.domain.ledger import entries as ledger
from briefings.domain.ledger.history import History, histories
from briefings.domain.registers import moments_of_corrections
from briefings.domain.site import Site
from briefings.engine import query

#: The key of the digests of the whole site; see `of_scope`.
SITE = ("site", "")


class Week(NamedTuple):
    """A week of ISO 8601. `number`: from 1; the first week has the first Thursday of its year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the week of a day."""
        return cls(*day.isocalendar()[:2])

    @classmethod
    def parse(cls, id: str) -> Self:
        """Return the week with an id."""
        year, _, number = id.partition("-w")
        return cls(int(year), int(number))

    @property
    def id(self) -> str:
        """The week in URLs and guids: `2026-w07`."""
        return f"{self.year}-w{self.number:02}"

    @property
    def days(self) -> PartialDate:
        """Its days, from Monday to Sunday: `23 to 29 November 2026`."""
        first = date.fromisocalendar(self.year, self.number, 1)
        return PartialDate.parse(f"{first}/{self.last}")

    @property
    def last(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)


class Happening(NamedTuple):
    """Something that became public.

    `what`: `briefing`, `correction` (a change or a withdrawal), `withdrawn` (a briefing that was
    published or corrected then and is withdrawn now), `deadline` of a requirement, or `action
    deadline`. `id`: that of the briefing, the requirement or, for an action, the trust. `n`: which
    correction or deadline of it this is, from 0.
    """

    what: str
    id: str
    n: int = 0


#: A day in the site's time zone, and what became public on it.
_Row = tuple[date, Happening]


def weeks(site: Site, kind: str, id: str) -> tuple[str, ...]:
    """Return the ids of the weeks of `of_scope`, newest first."""
    return tuple(of_scope(site, kind, id))


@query
def of_week(site: Site, kind: str, id: str, week: str) -> tuple[Happening, ...]:
    """Return what became public in a week; see `of_scope`."""
    return of_scope(site, kind, id)[week]


@query
def of_scope(site: Site, kind: str, id: str) -> Mapping[str, tuple[Happening, ...]]:
    """Return week → what became public in it, newest week first.

    `kind` and `id`: a trust or a topic; `site` and an empty id for everything. Briefings are in the
    order of feeds, then corrections and deadlines.
    """
    by_week: dict[str, dict[Happening, None]] = {}
    for day, happening in _rows(site, kind, id):
        by_week.setdefault(Week.of(day).id, {})[happening] = None
    order = sorted(by_week, key=Week.parse, reverse=True)
    return {week: tuple(by_week[week]) for week in order if is_over(site, week)}


def of_days(site: Site, kind: str, id: str, first: date, last: date) -> tuple[Happening, ...]:
    """Return what became public from one day to another; see `of_scope`."""
    rows = _rows(site, kind, id)
    return tuple(dict.fromkeys(happening for day, happening in rows if first <= day <= last))


@query
def is_over(site: Site, week: str) -> bool:
    """Return whether a week has ended: it is a moment at which the site changes."""
    return site.clock.is_over(Week.parse(week).last)


def _rows(site: Site, kind: str, id: str) -> Iterator[_Row]:
    yield from _of_briefings(site, kind, id)
    yield from _of_deadlines(site, kind, id)


def _of_briefings(site: Site, kind: str, id: str) -> Iterator[_Row]:
    if kind == "site":
        briefings = (*site.briefings, *site.withdrawn)
    else:
        by_id = site.by_trust if kind == "trust" else site.by_topic
        briefings = (*by_id[id], *site.withdrawn_of(kind, id))
    for briefing in briefings:
        yield from of_briefing(site, briefing.id)


@query
def of_briefing(site: Site, id: str) -> tuple[_Row, ...]:
    """Return the days of a briefing: of its publication, its corrections and its withdrawal."""
    briefing, moments = site.briefing[id], moments_of_corrections(site, id)
    start = _day(site, briefing.visible_from)
    rows = [(_day(site, at), Happening("correction", id, n)) for n, at in enumerate(moments)]
    if briefing.is_withdrawn:  # the withdrawal comes first
        before = dict.fromkeys([start, *(day for day, _ in rows[1:])])
        return (rows[0], *((day, Happening("withdrawn", id)) for day in before))
    return tuple(rows) if briefing.is_held else ((start, Happening("briefing", id)), *rows)


def is_withdrawal(site: Site, happening: Happening) -> bool:
    """Return whether this is the withdrawal of a briefing: the first of its corrections."""
    is_first = happening.what == "correction" and happening.n == 0
    return is_first and site.briefing[happening.id].is_withdrawn


def _of_deadlines(site: Site, kind: str, id: str) -> Iterator[_Row]:
    for day, happening in deadlines(site):
        if happening.what == "deadline":
            front = site.requirements[happening.id].front
            on = {"trust": (front.trust,), "topic": front.topics}
        else:
            on = {"trust": (happening.id,), "topic": ()}
        if kind == "site" or id in on[kind]:
            yield day, happening


@query
def deadlines(site: Site) -> tuple[_Row, ...]:
    """Return the last days of all deadlines that passed with no public record that they were met.

    As it was public when the last day of each ended, so that a later record changes no day.
    """
    return tuple(
        row
        for kind, ids in (("deadline", histories(site)), ("action deadline", site.trusts))
        for id in ids
        for row in deadlines_of(site, kind, id)
    )


@query
def deadlines_of(site: Site, kind: str, id: str) -> tuple[_Row, ...]:
    """Return `deadlines` of one requirement, or of the enforcement actions on one trust."""
    if kind == "deadline":
        history = histories(site)[id]
        dates = [deadline.dates[place] for deadline, place in dates_of(history)]
        ends = [site.clock.end_of(date) for date in dates]
        passed = [
            end is not None and _was_open(history, date, end)
            for date, end in zip(dates, ends, strict=True)
        ]
    else:
        dues = action_deadlines(site, id)
        ends = [site.clock.end_of(due.date) for _, due in dues]
        passed = [
            end is not None and _was_active(action, due, end)
            for (action, due), end in zip(dues, ends, strict=True)
        ]
    return tuple(
        (end.date() - timedelta(days=1), Happening(kind, id, n))
        for n, end in enumerate(ends)
        if end is not None and passed[n]
    )


def _was_open(history: History, due: PartialDate, end: datetime) -> bool:
    """Return whether a requirement had this deadline at a moment, by what was public then."""
    entries = [entry for entry in history.entries if entry.briefing.visible_from < end]
    return any(
        deadline.due == due and not deadline.answered for deadline in ledger.deadlines_of(entries)
    )


def _was_active(action: Action, due: Deadline, end: datetime) -> bool:
    """Return whether an action had this deadline at a moment, by what was public then."""
    mentions = [mention for mention in action.mentions if mention.briefing.visible_from < end]
    then = replace(action, mentions=tuple(mentions))
    return bool(mentions) and due in then.deadlines and not then.is_answered(due)


def dates_of(history: History) -> list[tuple[ledger.Deadline, int]]:
    """Return each deadline of a requirement with the index of each of its dates.

    Of the dates that it had more than once, the last.
    """
    return [
        (deadline, place)
        for deadline in history.deadlines
        for place, date in enumerate(deadline.dates)
        if date not in deadline.dates[place + 1 :]
    ]


def action_deadlines(site: Site, trust: str) -> list[tuple[Action, Deadline]]:
    """Return all deadlines of enforcement actions on a trust, in the order of `actions`."""
    return [(action, due) for action in actions_of_trust(site, trust) for due in action.deadlines]


def _day(site: Site, moment: datetime) -> date:
    return moment.astimezone(site.zone).date()
