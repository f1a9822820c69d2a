"""The items of feeds, by what they are made from: a briefing, a requirement, ratings and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import takewhile
from typing import Any
from urllib.parse import quote

from briefings import urls
from briefings.content.schema.briefing import Deadline as DeadlineOfAction
from briefings.content.schema.briefing import Enforcement
from briefings.domain import words
from briefings.domain.enforcement import Action, Mention, actions_of_trust
from briefings.domain.ledger.entries import Deadline, Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.histories import Point, given_to, later_of
from briefings.domain.ratings.tables import changed, grades_given, level_of_trust
from briefings.domain.registers import Correction, changes_of
from briefings.domain.site import Briefing, Site, is_merger, is_split, merger, trust_name
from briefings.outputs.feeds.rss import Item

#: A tag that has attributes.
_TAG = re.compile(r"<[a-z][a-z0-9]*(?:\s+[a-z-]+(?:=\"[^\"]*\")?)+\s*/?>")
_ID = re.compile(r'\sid="[^"]*"')
_LOCAL = re.compile(r'(\s(?:href|src)=")(?:(/(?!/)[^"]*)|(#[^"]*))')


def absolute(html: str, page_url: str, origin: str) -> str:
    """Return the HTML of a body with absolute URLs, as feed readers need them.

    URLs of links and images that begin with `/` get the prefix `origin` (`https://example.org`);
    links within the page (`#…`) get `page_url`, which must be absolute. Ids are removed, because
    readers show several items on one page. Text that merely looks like a tag is unchanged.
    """

    def full_url(match: re.Match[str]) -> str:
        return match[1] + (origin + match[2] if match[2] else page_url + match[3])

    return _TAG.sub(lambda tag: _LOCAL.sub(full_url, _ID.sub("", tag[0])), html)


def item_on(
    site: Site, briefing: Briefing, name: str, title: str, path: str, summary: str, link: str,
    *, moment: datetime | None = None, **fields: Any,
) -> Item:  # fmt: skip
    """Return an item about a briefing, of the moment when that became visible if not given.

    `name`: the path of its guid (see `Site.tag`). `path`: that of its URL.
    """
    when = moment or briefing.visible_from
    url = site.urls.absolute(path)
    return Item(site.tag(name), title, url, summary, link, when, briefing=briefing, **fields)


# Briefings


def corrections(site: Site, id: str) -> Iterator[Item]:
    """Yield every change of a briefing that is not minor, the latest first, and its withdrawal."""
    changes = reversed(changes_of(site, id))
    return (correction(site, change) for change in changes if change.is_announced)


def correction(site: Site, change: Correction) -> Item:
    title = change.briefing.front.title
    heading, link = change.label, title
    if change.is_withdrawal:
        heading, link = "Withdrawn", "The notice in its place"
    return item_on(
        site,
        change.briefing,
        change.tag_name,
        f"{heading}: {title}",
        change.url,
        change.text,
        link,
        moment=change.moment,
    )


def mergers(site: Site, trust: str) -> Iterator[Item]:
    """Yield a notice for each successor of a trust, unless it is certainly one in the future only.

    If the day is not exactly known, the item has no date: feed readers then show when they found
    it.
    """
    name = site.trusts[trust].front.name
    for id in site.successors.get(trust, ()):
        successor = site.trusts[id].front
        joined = merger(site, trust, id)
        if site.clock.ahead(joined.date):
            continue
        when, joins = words.when(joined.date), is_merger(joined)
        became = f"{name} became part of {successor.name}"
        title = f"{name} is now {'part of' if joins else 'followed by'} {successor.name}"
        if is_split(joined):
            title = became = f"{successor.name} took over a part of {name}"
        elif not joins:
            became = f"{successor.name} took over from {name}"
        day = joined.date.earliest or joined.date.latest or date.min
        yield Item(
            guid=site.tag(f"trust/{trust}#succeeded-by-{site.register.first_id('trust', id)}"),
            title=title,
            url=site.urls.absolute(urls.url_of("trust", id)),
            summary=f"{became} {when} ({joined.reason}).",
            link=f"{successor.name}: its page and its feed",
            moment=datetime.combine(day, time.min, site.zone),
            dated=joined.date.exact,
        )


# The ledger, ratings and enforcement


def of_requirement(site: Site, id: str) -> Iterator[Item]:
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
    sentence = f"The deadline was {deadline.words}. There is no public record that it was met"
    return item_on(
        site,
        briefing,
        f"requirement/{history.id}#deadline/{quote(deadline.due.written, safe='')}",
        f"Deadline passed, no public record that it was met: {history.front.title} "
        f"({trust_name(site, history.front.trust)})",
        history.url,
        f"{sentence}: {history.front.text}",
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
    due, comma = entry.event.deadline, "," if entry.is_answer and entry.date.known else ""
    text = (
        f"{words.ended(history.front.text)} Deadline: {due.bare()}." if due else history.front.text
    )
    return item_on(
        site,
        briefing,
        name if nth == 1 else f"{name}/{nth}",
        f"{entry.label}: {history.front.title} ({trust_name(site, history.front.trust)})",
        history.url,
        f"{entry.label}{comma} {words.when(entry.date)}: {text}",
        "Its whole history, with sources",
        note=entry.event.note,
    )


def ratings(site: Site, id: str) -> Iterator[Item]:
    """Yield the ratings that a briefing gave."""
    for point in grades_given(site, id):
        yield _rating(site, point)


def _rating(site: Site, point: Point) -> Item:
    briefing, rating = point.briefing, point.rating
    front = briefing.front
    subject = ", ".join(filter(None, (trust_name(site, front.trust), rating.name, rating.site)))
    questions = {
        key_question.id: key_question.label
        for key_question in site.regulators[front.regulator].front.key_questions
    }
    question = questions.get(rating.key_question, words.capital(rating.key_question))
    several = len({history.thing.regulator for history in level_of_trust(site, front.trust)}) > 1
    details = [
        site.regulators[front.regulator].front.short_name if several else "",
        words.lower(words.report_of(front.inspection.report_published)),
        *changed(point),
        given_to(site, rating),
    ]
    title = f"{subject}, {question}: {point.value.label} ({', '.join(filter(None, details))})"
    later = later_of(site, briefing, rating)
    since = f" {words.capital(later.label)}." if later else ""
    parts = filter(None, (rating.scope, rating.name, rating.site, rating.key_question))
    place = "/".join(quote(part, safe="") for part in parts)
    return item_on(
        site,
        briefing,
        f"briefing/{briefing.id}#rating/{place}",
        title,
        point.url,
        f"{title}.{since}",
        front.title,
    )


def enforcement(site: Site, trust: str) -> Iterator[Item]:
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
    """Return whether a mention gives the action another status than the mentions `reported`.

    It must be from another briefing, and its word must be later than that of all of them.
    """
    status = _state(mention.action)
    states = [_state(earlier.action) for earlier in sorted(reported, key=lambda item: item.end_key)]
    is_later = all(
        earlier.end_key < mention.end_key and earlier.briefing.id != mention.briefing.id
        for earlier in reported
    )
    newest = next(filter(None, reversed(states)), None)
    return status not in {None, newest} and is_later


def _state(action: Enforcement) -> str | None:
    """Return the id of the status; `ended` if only an end is given, else None."""
    return action.status or ("ended" if action.ended else None)


def _action(site: Site, action: Action, mention: Mention, *, is_first: bool) -> Item:
    """Return the item for an action as one briefing reports it, not as it is joined with others.

    Feed readers ignore what changes under a guid that they have seen. So the guid of a later report
    has the id of its briefing as well.
    """
    report, briefing = mention.action, mention.briefing
    kinds = {kind.id: kind for kind in site.regulators[action.regulator].front.enforcement_kinds}
    kind = kinds.get(action.kind)
    dated = kind.date_label if kind and kind.date_label else "Date"
    dates = words.listed(map(_due, report.deadlines))
    due = f"Deadline: {dates}." if dates else ""
    place = ", ".join(filter(None, (report.service, report.site)))
    where = words.ended(f"Where: {place}") if place else ""
    served = f"{dated}: {report.served.show()}."
    parts = (words.ended(report.text), where, served, due, _status(report), report.outcome)
    number = words.notices(report.count, at_least=report.at_least)
    notices = f" ({number})" if number else ""
    name = f"enforcement/{_first_key(site, action)}"
    return item_on(
        site,
        briefing,
        name if is_first else f"{name}#{site.register.first_id('briefing', briefing.id)}",
        f"{kind.label if kind else action.kind}{notices}: {trust_name(site, action.trust)}",
        mention.url,
        " ".join(filter(None, parts)),
        briefing.front.title,
    )


def _due(deadline: DeadlineOfAction) -> str:
    """Return a deadline of an action: `12 April 2024 (an action plan)`."""
    about = f" ({deadline.about.rstrip('.')})" if deadline.about else ""
    return f"{deadline.date.bare()}{about}"


def _status(action: Enforcement) -> str:
    """Return status and end as a sentence: `In force.`, `Lifted, 19 April 2024.`, `Ended, in 2024.`

    Empty if neither is given, or if the status is unknown and there is an outcome.
    """
    ended = f", {action.ended.show()}" if action.ended else ""
    if action.status is None or action.status == "unknown":
        unstated = "" if action.status is None or action.outcome else "Status not stated."
        return f"Ended{ended}." if ended else unstated
    return f"{words.ENFORCEMENT_STATUSES[action.status]}{ended}."


def _first_key(site: Site, action: Action) -> str:
    """Return the key of an action, for guids.

    The key of an action without an id contains the id of its briefing; here, the one under which
    that was first published.
    """
    mention = action.mentions[0]
    if mention.action.id is not None:
        return action.key
    return f"{site.register.first_id('briefing', mention.briefing.id)}-{mention.n + 1}"
