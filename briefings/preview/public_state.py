"""The public state of a site, as plain values that can be compared with those of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from briefings import urls
from briefings.content.dates.values import Moment
from briefings.content.records import Record, TrackedContent
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.types import OVERALL
from briefings.domain import words
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.histories import RatingHistory, rating_histories
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.site import Site
from briefings.domain.visibility import trust_held_until, visible_from
from briefings.outputs.downloads.table import Row, Table

#: The cells by which a row of a table is identified.
RowKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PageFile:
    """An HTML file. `leads_to`: the target if it redirects an old address, else empty."""

    url: str
    title: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Lift:
    """A change to a page at a later moment.

    `what`: the predicate, such as `lifts`, `appears`, `correction 2 appears`. `before`: the moment
    planned at the other commit, if it was a different one.
    """

    moment: datetime
    url: str
    title: str
    what: str
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublicState:
    """One site. `paths`: of all its files; the next four are limited to those that may differ.

    `files`: path → hash of the bytes. `pages`: path of an HTML file → page. `feeds`: address →
    guid → title of an item. `tables`: name → key → row. `ratings` and `requirements`: what it is →
    its state. `events`: ledger events as text, with the number of events of that text. `people`:
    each person named → the role, and the first briefing with the name. `lifts`: later changes.
    """

    paths: Collection[str]
    files: Mapping[str, bytes]
    pages: Mapping[str, PageFile]
    feeds: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, Mapping[RowKey, Row]]
    ratings: Mapping[str, str]
    requirements: Mapping[str, str]
    events: Counter[str]
    people: Mapping[str, str]
    lifts: tuple[Lift, ...]


def rows_of(site: Site, table: Table) -> dict[RowKey, Row]:
    """Return key → row of a table."""
    places = [table.names.index(name) for name in table.key]
    rows = (row for id in table.ids(site) for row in table.rows(site, id))
    return {tuple(row[place] for place in places): row for row in rows}


def rating_states(site: Site) -> dict[str, str]:
    """Return subject → its current rating, as text.

    For example `North Trust, Maternity: Safe (CQC)` → `Good, 14 January 2026`.
    """
    ratings = rating_histories(site).values()
    return {_rated(site, history): _rating(history) for history in ratings}


def _rated(site: Site, history: RatingHistory) -> str:
    thing = history.thing
    regulator = site.regulators[thing.regulator].front
    place = ", ".join(filter(None, (_trust(site, thing.trust), history.name, history.site)))
    question = key_question_label(regulator, thing.key_question)
    question_part = "" if thing.key_question == OVERALL else f": {question}"
    return f"{place}{question_part} ({regulator.short_name})"


def _rating(history: RatingHistory) -> str:
    standing = history.standing
    again = f"; {standing.inspected_again}" if standing.since else ""
    rating = f"{standing.value.label}, {standing.dated}{again}"
    return rating if standing.holds else f"{rating}, since replaced"


def _status(history: History) -> str:
    """Return the status of a requirement: `Open, told twice`."""
    times_told = f", told {words.times(history.times_told)}" if history.times_told else ""
    return f"{history.status.label}{times_told}"


def requirement_states(site: Site) -> dict[str, str]:
    """Return requirement → its status, as text."""
    return {_requirement(site, history): _status(history) for history in histories(site).values()}


def events_of(site: Site) -> Counter[str]:
    """Return the events of requirements as text, with the number of events of that text."""
    return Counter(
        f"{_requirement(site, history)}: {_event(entry)}"
        for history in histories(site).values()
        for entry in history.entries
    )


def _event(entry: Entry) -> str:
    due = entry.event.deadline
    until = f", deadline {due.show()}" if due is not None else ""
    return f"{entry.label.lower()} {entry.date.in_sentence()}{until} [{entry.briefing.id}]"


def _requirement(site: Site, history: History) -> str:
    return f"{history.front.title} ({_trust(site, history.front.trust)})"


def _trust(site: Site, id: str) -> str:
    front = site.trusts[id].front
    return front.short_name or front.name


def people_of(site: Site) -> dict[str, str]:
    """Return each person named → the role, and the first briefing with the name."""
    people: dict[str, str] = {}
    for briefing in sorted(site.briefings, key=lambda person: (person.visible_from, person.id)):
        for name, role in _named_in(briefing.front):
            people.setdefault(name, f"{role} [{briefing.id}]")
    return people


def _named_in(front: BriefingFront) -> Iterator[tuple[str, str]]:
    """Yield name and role of each person whom a briefing names."""
    yield from ((person.name, person.role) for person in front.people)
    yield from ((statement.who, statement.role) for statement in front.statements)
    if front.reply is not None and front.reply.who is not None:
        yield front.reply.who, front.reply.role or "who replied"


def lifts(content: TrackedContent, now: datetime) -> tuple[Lift, ...]:
    """Return every change after `now`, the earliest first. Drafts never become public alone."""
    zone = content.config.time_zone
    all_lifts = (
        Lift(moment.astimezone(zone), urls.url_of(record.kind, record.id), title, event)
        for record, title in _titled(content)
        for moment, event in _coming(record, content)
    )
    return tuple(sorted(lift for lift in all_lifts if lift.moment > now))


def _titled(content: TrackedContent) -> Iterator[tuple[Record[Any], str]]:
    """Yield the records that can become public or change by themselves, with their titles."""
    yield from ((trust, trust.front.name) for trust in content.trusts.values())
    yield from ((page, page.front.title) for page in content.pages.values())
    for briefing in content.briefings.values():
        if briefing.front.status != "draft":
            yield briefing, briefing.front.title


def _coming(record: Record[Any], content: TrackedContent) -> Iterator[tuple[datetime, str]]:
    """Yield moment and predicate of every change of a record that is dated."""
    zone, front = content.config.time_zone, record.front
    if record.kind == "trust":
        held_until = trust_held_until(front, zone)
        if held_until is not None:
            yield held_until, "appears"
        for check in front.ratings_checked:
            moment = Moment.parse(check.date.written).at(zone)
            yield max(moment, held_until or moment), "says that its ratings were checked"
        return
    start = visible_from(front, zone) if record.kind == "briefing" else None
    if start is not None:
        is_held = front.embargo_until is not None and front.embargo_until.at(zone) == start
        yield start, "lifts" if is_held else "appears"
        if front.withdrawn is not None:
            yield max(start, front.withdrawn.date.at(zone)), "is withdrawn"
    for number, change in enumerate(front.changes, start=1):
        kind, moment = words.lower(words.REVISIONS[change.kind]), change.date.at(zone)
        yield max(moment, start or moment), f"{kind} {number} appears"


@dataclass(frozen=True, slots=True)
class News:
    """A feed item that readers will see as new, and the paths of the feeds in which it is new."""

    guid: str
    title: str
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A rating or a requirement whose state differs.

    `what` names it; `before` and `after` are its state in words, or None if it doesn't exist.
    """

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TableChange:
    """Numbers of rows of a download table: added, removed, and changed under the same key."""

    name: str
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Paths of files (or addresses of pages, or lines of text) added, changed and removed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The differences between the public site at `now` and that of the commit `base`.

    Pages are given by their addresses; `title` maps these to titles. `moved`: pairs of the address
    of a former page and the address it redirects to now. `redirects`: changes to old addresses that
    were not pages before. `files`: changes to files that are not pages. `pages`, `moved`,
    `redirects` and `files` together are every file in which the two outputs differ.

    `events`: ledger events, in words. `names`: people named for the first time, with their roles.
    `early`: name and address of trusts that become public before their first briefing. `planned`:
    later publications that are new or have another moment; `dropped`: those no longer planned.
    `unannounced`: title and address of briefings with other facts, which `changes` does not tell.
    """

    base: str
    now: datetime
    title: Mapping[str, str]
    pages: FileChanges
    moved: tuple[tuple[str, str], ...]
    redirects: FileChanges
    files: FileChanges
    news: tuple[News, ...]
    ratings: tuple[Shift, ...]
    requirements: tuple[Shift, ...]
    events: FileChanges
    names: tuple[tuple[str, str], ...]
    tables: tuple[TableChange, ...]
    early: tuple[tuple[str, str], ...]
    unannounced: tuple[tuple[str, str], ...]
    planned: tuple[Lift, ...]
    dropped: tuple[Lift, ...]

    @property
    def is_silent(self) -> bool:
        """True if no byte of the public site changes."""
        lists = (self.pages, self.redirects, self.files)
        return not self.moved and not any(
            changes.added or changes.changed or changes.removed for changes in lists
        )
