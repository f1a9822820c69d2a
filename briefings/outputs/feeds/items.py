"""Feed items: title, text and guid of every kind of event (publication, change, rating, ...).

Items come from sources: a briefing with its changes, the events of a requirement, and so on. A feed
lists the items of several sources; see `feed_list`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape
from itertools import takewhile
from typing import Any
from urllib.parse import quote

from briefings import urls
from briefings.content.markdown import absolute
from briefings.content.schema import Enforcement
from briefings.domain import words
from briefings.domain.ledger.deadlines import Deadline
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.covering import inspected_since
from briefings.domain.ratings.histories import Point, again_words
from briefings.domain.ratings.tables import grades_given
from briefings.domain.registers import Action, Mention, actions_of_trust
from briefings.domain.site import Briefing, Site, trust_name
from briefings.engine import query
from briefings.outputs.pages.facts import changed, facts


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed.

    `guid`: tag URI (RFC 4151) made of immutable ids, so that a new domain, title or URL does not
    make feed readers show the item again. `url` is absolute; `link`: the words of the link to it at
    the end. `moment`: the sort key; shown as the item's date only if `dated`, since a month is
    never shown as its first day. `briefing`: the briefing that the item is about, if there is one;
    `is_report`: the item is the briefing itself. `note`: a further paragraph.
    """

    guid: str
    title: str
    url: str
    summary: str
    link: str
    moment: datetime
    briefing: Briefing | None = None
    is_report: bool = False
    note: str | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    dated: bool = True

    def html(self, *, full_text: bool) -> str:
        """Return the content as HTML with absolute URLs only.

        A briefing opens with its facts; with `full_text`, it has its whole text after the summary.
        """
        parts = [_paragraph(self.summary)]
        if self.note:
            parts.append(_paragraph(self.note))
        if self.briefing and self.is_report:
            parts.insert(0, _facts(facts(self.briefing.site, self.briefing.id)))
            if full_text:
                origin = "/".join(self.url.split("/")[:3])
                parts.append(absolute(self.briefing.body.html, self.url, origin))
        link = f'<p><a href="{escape(self.url)}">{_text(self.link)}</a></p>'
        return "".join([*parts, link])


def _facts(rows: tuple[tuple[str, str], ...]) -> str:
    lines = (f"<li><strong>{_text(label)}:</strong> {_text(fact)}</li>" for label, fact in rows)
    return f"<ul>{''.join(lines)}</ul>"


def _paragraph(text: str) -> str:
    return f"<p>{_text(text)}</p>"


def _text(text: str) -> str:
    return escape(text, quote=False)


def _item(
    site: Site, briefing: Briefing, name: str, title: str, path: str, summary: str, link: str,
    *, moment: datetime | None = None, **fields: Any,
) -> Item:  # fmt: skip
    """Return an item about a briefing, of the moment when that became visible if not given.

    `name`: the path of its guid (see `Site.tag`). `path`: that of its URL.
    """
    when = moment or briefing.visible_from
    url = site.urls.absolute(path)
    return Item(site.tag(name), title, url, summary, link, when, briefing=briefing, **fields)


#: What items come from: the kind of source and the id of a record.
Source = tuple[str, str]


def items_of(site: Site, kind: str, id: str) -> tuple[Item, ...]:
    """Return the items of a source, given by its kind and the id of a record."""
    return tuple(_SOURCES[kind](site, id))


#: What items are sorted by, newest last; see `Briefing.public_key`.
SortKey = tuple[datetime, tuple[object, ...]]


@query
def sort_keys(site: Site, kind: str, id: str) -> tuple[SortKey, ...]:
    """Return the moment of each item of a source, and what orders items of one moment.

    Feeds are put in order by these alone, so that new words in an item change no list of items.
    """
    return tuple(
        (item.moment, item.briefing.public_key if item.briefing else ())
        for item in items_of(site, kind, id)
    )


# Briefings


def _of_briefing(site: Site, id: str) -> Iterator[Item]:
    """Yield a briefing's announced changes and the briefing itself, newest first.

    That is the order within one day as well, since items of the same moment keep it. A withdrawn
    briefing has only the item of its withdrawal.
    """
    briefing = site.briefing[id]
    if briefing.is_withdrawn:
        yield from _withdrawal(site, briefing)
        return
    yield from _changes(site, briefing)
    front = briefing.front
    yield _item(
        site,
        briefing,
        f"briefing/{briefing.id}",
        front.title,
        briefing.url,
        front.summary,
        "Read it with all its sources",
        is_report=True,
        updated=briefing.updated,
        tags=tuple(site.topics[id].front.name for id in front.topics),
    )


def _corrections(site: Site, id: str) -> Iterator[Item]:
    """Yield every change of a briefing that is not minor, and its withdrawal."""
    yield from _changes(site, site.briefing[id])
    yield from _withdrawal(site, site.briefing[id])


def _changes(site: Site, briefing: Briefing) -> Iterator[Item]:
    """Yield an item for each correction, clarification and update, the latest first.

    Minor changes have no item, but are counted in `number`, so a guid never changes.
    """
    title = briefing.front.title
    for number, change in reversed(tuple(enumerate(briefing.changes, start=1))):
        if change.kind != "minor":
            yield _item(
                site,
                briefing,
                f"briefing/{briefing.id}#change-{number}",
                f"{words.REVISIONS[change.kind]}: {title}",
                f"{briefing.url}#change-{number}",
                change.text,
                title,
                moment=change.date.at(site.zone),
            )


def _withdrawal(site: Site, briefing: Briefing) -> Iterator[Item]:
    """Yield the item for a briefing's withdrawal, from the moment of the withdrawal on."""
    notice = briefing.front.withdrawn
    if notice is not None and briefing.is_withdrawn:
        yield _item(
            site,
            briefing,
            f"briefing/{briefing.id}#withdrawn",
            f"Withdrawn: {briefing.front.title}",
            briefing.url,
            notice.reason,
            "The notice in its place",
            moment=notice.date.at(site.zone),
        )


def _mergers(site: Site, trust: str) -> Iterator[Item]:
    """Yield a notice for each trust that this one became part of, unless certainly in the future.

    If the day is not exactly known, the item has no date: feed readers then show when they found
    it.
    """
    name = site.trusts[trust].front.name
    for id in site.successors.get(trust, ()):
        successor = site.trusts[id].front
        joined = next(
            predecessor for predecessor in successor.predecessors if predecessor.id == trust
        )
        if site.clock.ahead(joined.date):
            continue
        when = joined.date.in_sentence()
        day = joined.date.earliest or joined.date.latest or date.min
        yield Item(
            guid=site.tag(f"trust/{trust}#succeeded-by-{site.register.first_id('trust', id)}"),
            title=f"{name} is now part of {successor.name}",
            url=site.urls.absolute(urls.url_of("trust", id)),
            summary=f"{name} became part of {successor.name} {when} ({joined.reason}).",
            link=f"{successor.name}: its page and its feed",
            moment=datetime.combine(day, time.min, site.zone),
            dated=joined.date.exact,
        )


# The ledger, ratings and enforcement


def _of_requirement(site: Site, id: str) -> Iterator[Item]:
    """Yield the events of a requirement, and its deadlines that passed."""
    history = histories(site)[id]
    for entry in history.entries:
        yield _event(site, history, entry)
    for deadline in history.passed(site.clock):
        yield _passed(site, history, deadline)


def _passed(site: Site, history: History, deadline: Deadline) -> Item:
    """Return the item of a deadline that passed with no public record that it was met.

    Its moment is the end of the last day, or that of the briefing if this came out later.
    """
    briefing = deadline.last_entry.briefing
    end = site.clock.end_of(deadline.due)
    said = f"The deadline was {deadline.words}. There is no public record that it was met"
    return _item(
        site,
        briefing,
        f"requirement/{history.id}#deadline/{quote(deadline.due.written, safe='')}",
        f"Deadline passed, no public record that it was met: {history.front.title} "
        f"({trust_name(site, history.front.trust)})",
        history.url,
        f"{said}: {history.front.text}",
        "Its whole history, with sources",
        moment=max(end or briefing.visible_from, briefing.visible_from),
    )


def _event(site: Site, history: History, entry: Entry) -> Item:
    """Return the item of an event.

    The guid consists of the requirement, the first id of the briefing and the kind of event, and a
    number if that briefing has several of the kind. So neither a corrected date nor a reordered
    list makes feed readers show an event again.
    """
    briefing = entry.briefing
    name = (
        f"requirement/{history.id}#{site.register.first_id('briefing', briefing.id)}/{entry.kind}"
    )
    earlier = takewhile(lambda other: other is not entry, history.entries)
    nth = 1 + sum((other.briefing.id, other.kind) == (briefing.id, entry.kind) for other in earlier)
    when = entry.date.in_sentence() if entry.date.known else f"({entry.date.show()})"
    return _item(
        site,
        briefing,
        name if nth == 1 else f"{name}/{nth}",
        f"{entry.label}: {history.front.title} ({trust_name(site, history.front.trust)})",
        history.url,
        f"{entry.label}{', ' if entry.is_answer else ' '}{when}: {history.front.text}",
        "Its whole history, with sources",
        note=entry.event.note,
    )


def _ratings(site: Site, id: str) -> Iterator[Item]:
    """Yield the ratings that a briefing gave."""
    for point in grades_given(site, id):
        yield _rating(site, point)


def _rating(site: Site, point: Point) -> Item:
    briefing, rating = point.briefing, point.rating
    front = briefing.front
    subject = ", ".join(filter(None, (trust_name(site, front.trust), rating.name)))
    questions = {
        key_question.id: key_question.label
        for key_question in site.regulators[front.regulator].front.key_questions
    }
    question = questions.get(rating.key_question, words.capital(rating.key_question))
    details = [
        words.lower(words.report_of(front.inspection.report_published)),
        *changed(point),
    ]
    title = f"{subject}, {question}: {point.value.label} ({', '.join(filter(None, details))})"
    later = inspected_since(site, briefing, rating)
    again = f" {words.capital(again_words(later, point.date))}." if later else ""
    parts = filter(None, (rating.scope, rating.name, rating.site, rating.key_question))
    place = "/".join(quote(part, safe="") for part in parts)
    return _item(
        site,
        briefing,
        f"briefing/{briefing.id}#rating/{place}",
        title,
        point.url,
        f"{title}.{again}",
        front.title,
    )


def _enforcement(site: Site, trust: str) -> Iterator[Item]:
    """Yield the reports of enforcement actions on a trust.

    An action is one item when it is first reported here, and another one when its status changes.
    """
    for action in actions_of_trust(site, trust):
        reported: list[Mention] = []
        for mention in sorted(
            action.mentions, key=lambda entry: (entry.briefing.visible_from, entry.key)
        ):
            if not reported or _is_news(mention, reported):
                yield _action(site, action, mention, is_first=not reported)
            reported.append(mention)


def _is_news(mention: Mention, reported: list[Mention]) -> bool:
    """Return whether a mention gives the action a status that none of the mentions `reported` gave.

    It must be from another briefing, and be later than all of them in the order of inspections.
    """
    status = mention.action.status
    return status is not None and all(
        earlier.key < mention.key
        and earlier.briefing.id != mention.briefing.id
        and earlier.action.status != status
        for earlier in reported
    )


def _action(site: Site, action: Action, mention: Mention, *, is_first: bool) -> Item:
    """Return the item for an action as one briefing reports it.

    Feed readers ignore what changes under a guid that they have seen. So the guid of a later report
    has the id of its briefing as well.
    """
    report, briefing = mention.action, mention.briefing
    kinds = {one.id: one for one in site.regulators[action.regulator].front.enforcement_kinds}
    kind = kinds.get(action.kind)
    dated = kind.date_label if kind and kind.date_label else "Date"
    parts = (f"{report.text.rstrip('.')}.", f"{dated}: {report.served.show()}.", _status(report))
    name = f"enforcement/{_first_key(site, action)}"
    return _item(
        site,
        briefing,
        name if is_first else f"{name}#{site.register.first_id('briefing', briefing.id)}",
        f"{kind.label if kind else action.kind}: {trust_name(site, action.trust)}",
        mention.url,
        " ".join(filter(None, (*parts, report.outcome))),
        briefing.front.title,
    )


def _status(action: Enforcement) -> str:
    """Return the status as a sentence: `In force.`

    Empty if no status is given, or if it is unknown and there is an outcome.
    """
    if action.status is None or (action.status == "unknown" and action.outcome):
        return ""
    word = words.ENFORCEMENT_STATUSES[action.status]
    return f"Status {words.lower(word)}." if action.status == "unknown" else f"{word}."


def _first_key(site: Site, action: Action) -> str:
    """Return the key of an action, for guids.

    The key of an action without an id contains the id of its briefing; here, the one under which
    that was first published.
    """
    mention = action.mentions[0]
    if mention.action.id is not None:
        return action.key
    return f"{site.register.first_id('briefing', mention.briefing.id)}-{mention.n + 1}"


#: Kind of source → the items of one, given the id of its record.
_SOURCES: Mapping[str, Callable[[Site, str], Iterator[Item]]] = {
    "briefing": _of_briefing,
    "corrections": _corrections,
    "mergers": _mergers,
    "requirement": _of_requirement,
    "ratings": _ratings,
    "enforcement": _enforcement,
}
