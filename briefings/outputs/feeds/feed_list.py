"""The RSS feeds of the site, and the items of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any
from urllib.parse import quote

from briefings import urls
from briefings.content.schema import Enforcement
from briefings.domain import words
from briefings.domain.ledger import Entry, History, histories
from briefings.domain.ratings import (
    Point,
    again_words,
    inspected_since,
    rating_changes,
    rating_histories,
)
from briefings.domain.registers import Action, Mention, actions
from briefings.domain.site import Briefing, Site
from briefings.outputs.feeds.items import (
    Item,
    changes,
    first_id,
    latest,
    merger,
    newest,
    of_briefings,
    paragraph,
    read_on,
    tag,
    withdrawal,
)
from briefings.outputs.feeds.rss import Feed


def feed_list(site: Site) -> list[Feed]:
    """Return every RSS feed: main, lists, trusts, topics, regulators, requirements, in this order.

    A feed without items exists as well, and is valid RSS.
    """
    return [
        _main(site),
        *_registers(site),
        *_trusts(site),
        *_topics(site),
        *_regulators(site),
        *_requirements(site),
    ]


def _feed(
    site: Site,
    page: str,
    title: str,
    description: str,
    items: Callable[[], Iterable[Item]],
    url: str = "",
    beyond: frozenset[str] | None = frozenset(),
    shares: Callable[[], object] | None = None,
) -> Feed:
    """Return the feed of a page, at `url` or, if that is empty, beside the page (`urls.feed_of`).

    `items` is called when the feed is rendered. `beyond`, `shares`: see `Feed`.
    """
    url = url or urls.feed_of(page)
    return Feed(
        url=url,
        self_url=site.urls.absolute(url),
        page_url=site.urls.absolute(page),
        title=title,
        description=description,
        language=site.config.language,
        generator=site.config.title,
        collect=lambda: newest(items(), site),
        beyond=beyond,
        shares=shares,
    )


def _main(site: Site) -> Feed:
    items = partial(of_briefings, site, site.briefing.values())
    about = site.config.tagline or f"Every briefing of {site.config.title}"
    return _feed(site, urls.HOME, site.config.title, about, items)


def _registers(site: Site) -> Iterator[Feed]:
    name = site.config.title
    told = histories(site)
    yield _feed(
        site, urls.REQUIREMENTS, f"{name}: the ledger",
        "What regulators told trusts to do or found without an order, and what became of it",
        partial(_ledger, site, told.values()),
    )  # fmt: skip
    yield _feed(
        site, urls.COMPARE, f"{name}: ratings", "Ratings given and changed",
        partial(_ratings, site), urls.feed_of(urls.RATINGS), frozenset({"ratings"}),
        partial(rating_histories, site),
    )  # fmt: skip
    yield _feed(
        site, urls.ENFORCEMENT, f"{name}: enforcement", "Enforcement action in our briefings",
        partial(_actions, site),
    )  # fmt: skip
    yield _feed(
        site, urls.CORRECTIONS, f"{name}: corrections",
        "Corrections, clarifications, updates and withdrawals", partial(_corrections, site),
    )  # fmt: skip


def _trusts(site: Site) -> Iterator[Feed]:
    withdrawn = _withdrawn_by(site, lambda one: (one.front.trust, *one.front.also_about))
    for id, record in site.trusts.items():
        front = record.front
        items = partial(_of_trust, site, id, (*site.by_trust[id], *withdrawn.get(id, ())))
        about = f"Briefings on inspections of {front.name}"
        yield _feed(site, urls.url_of("trust", id), front.name, about, items, beyond=None)


def _of_trust(site: Site, id: str, briefings: tuple[Briefing, ...]) -> Iterator[Item]:
    yield from of_briefings(site, briefings)
    yield from merger(site, id)


def _topics(site: Site) -> Iterator[Feed]:
    withdrawn = _withdrawn_by(site, lambda one: one.front.topics)
    for id, record in site.topics.items():
        items = partial(of_briefings, site, (*site.by_topic[id], *withdrawn.get(id, ())))
        title = f"{record.front.name}: {site.config.title}"
        yield _feed(site, urls.url_of("topic", id), title, record.front.summary, items)


def _regulators(site: Site) -> Iterator[Feed]:
    withdrawn = _withdrawn_by(site, lambda one: (one.front.regulator,))
    for id, record in site.regulators.items():
        items = partial(of_briefings, site, (*site.by_regulator[id], *withdrawn.get(id, ())))
        about = f"Briefings on inspections by {record.front.name}"
        title = f"{record.front.name}: {site.config.title}"
        yield _feed(site, urls.url_of("regulator", id), title, about, items)


def _withdrawn_by(
    site: Site, keys: Callable[[Briefing], Iterable[str]]
) -> dict[str, list[Briefing]]:
    found: dict[str, list[Briefing]] = {}
    for one in site.withdrawn:
        for key in keys(one):
            found.setdefault(key, []).append(one)
    return found


def _requirements(site: Site) -> Iterator[Feed]:
    for id, history in histories(site).items():
        trust = _trust(site, history.front.trust)
        title = f"{history.front.title} ({trust})"
        page = urls.url_of("requirement", id)
        items = partial(_ledger, site, [history])
        yield _feed(site, page, title, history.front.text, items, beyond=None)


def _trust(site: Site, id: str) -> str:
    front = site.trusts[id].front
    return front.short_name or front.name


def _ledger(site: Site, several: Iterable[History]) -> Iterator[Item]:
    """Yield the newest events of these histories as items.

    The guid consists of the requirement, the first id of the briefing and the kind of event, and a
    number if that briefing has several of the kind. So neither a corrected date nor a reordered
    list makes feed readers show an event again.
    """
    told = ((history, entry) for history in several for entry in history.entries)
    for history, entry in latest(told, lambda one: one[1].briefing.public_key, site):
        yield _event(site, history, entry, _nth(history, entry))


def _nth(history: History, entry: Entry) -> int:
    """Return the position of an entry among those of its kind and briefing, from 1."""
    before = takewhile(lambda one: one is not entry, history.entries)
    what = (entry.briefing.id, entry.kind)
    return 1 + sum((one.briefing.id, one.kind) == what for one in before)


def _event(site: Site, history: History, entry: Entry, nth: int) -> Item:
    told_in = first_id(site, "briefing", entry.briefing.id)
    name = f"requirement/{history.id}#{told_in}/{entry.kind}"
    trust = _trust(site, history.front.trust)
    when = entry.date.in_sentence() if entry.date.known else f"({entry.date.show()})"
    said = f"{entry.label} {when}: {history.front.text}"
    page = site.urls.absolute(history.url)
    note = paragraph(entry.event.note) if entry.event.note else ""
    return Item(
        guid=tag(site, name if nth == 1 else f"{name}/{nth}"),
        title=f"{entry.label}: {history.front.title} ({trust})",
        url=page,
        summary=said,
        written=paragraph(said) + note + read_on(page, "Its whole history, with sources"),
        moment=entry.briefing.visible_from,
        briefing=entry.briefing,
    )


def _ratings(site: Site) -> Iterator[Item]:
    points = rating_changes(rating_histories(site), site.config.feed.items)
    for point in latest(points, lambda one: one.briefing.public_key, site):
        yield _rating(site, point)


def _actions(site: Site) -> Iterator[Item]:
    """Yield the newest reports of enforcement actions as items.

    An action is one item when it is first reported here, and another one when its status changes.
    """
    for one, mention, first in latest(_news(site), lambda each: each[1].briefing.public_key, site):
        yield _action(site, one, mention, first=first)


def _news(site: Site) -> Iterator[tuple[Action, Mention, bool]]:
    """Yield (action, mention, whether it is the first) for each mention that becomes an item."""
    for one in actions(site):
        told: list[Mention] = []
        for mention in sorted(one.mentions, key=_when_told):
            if not told or _is_news(mention, told):
                yield one, mention, not told
            told.append(mention)


def _when_told(mention: Mention) -> tuple[datetime, Any]:
    return (mention.briefing.visible_from, mention.key)


def _is_news(mention: Mention, told: list[Mention]) -> bool:
    """Return whether a mention gives the action a status that none of the mentions `told` gave.

    It must be from another briefing, and be later than all of them in the order of inspections.
    """
    status = mention.action.status
    return (
        status is not None
        and all(one.key < mention.key for one in told)
        and all(one.briefing.id != mention.briefing.id for one in told)
        and all(one.action.status != status for one in told)
    )


def _rating(site: Site, point: Point) -> Item:
    front = point.briefing.front
    rating = point.rating
    trust = _trust(site, front.trust)
    what = trust if rating.name is None else f"{trust}, {rating.name}"
    regulator = site.regulators[front.regulator].front
    questions = {one.id: one.label for one in regulator.key_questions}
    question = questions.get(rating.key_question, words.capital(rating.key_question))
    # The change is shown only as the briefing reports it; the value before may be from our record.
    known = [
        words.lower(words.report_of(front.inspection.report_published)),
        words.CHANGES[rating.change].lower() if rating.change else "",
        f"previously {point.before.label}" if point.before else "",
    ]
    title = f"{what}, {question}: {point.value.label} ({', '.join(filter(None, known))})"
    later = inspected_since(site, point.briefing, rating)
    again = f" {words.capital(again_words(later, point.date))}." if later else ""
    said = f"{title}.{again}"
    page = site.urls.absolute(point.url)
    named = filter(None, (rating.scope, rating.name, rating.site, rating.key_question))
    place = "/".join(quote(each, safe="") for each in named)
    return Item(
        guid=tag(site, f"briefing/{point.briefing.id}#rating/{place}"),
        title=title,
        url=page,
        summary=said,
        written=paragraph(said) + read_on(page, front.title),
        moment=point.briefing.visible_from,
        briefing=point.briefing,
    )


def _action(site: Site, one: Action, mention: Mention, *, first: bool) -> Item:
    """Return the item for an action as one briefing reports it.

    Feed readers ignore what changes under a guid that they have seen. So the guid of a later report
    has the id of its briefing as well.
    """
    regulator = site.regulators[one.regulator].front
    action, briefing = mention.action, mention.briefing
    powers = (each for each in regulator.enforcement_kinds if each.id == one.kind)
    kind, dated = next(
        ((each.label, each.date_label or "Date") for each in powers), (one.kind, "Date")
    )
    parts = (f"{action.text.rstrip('.')}.", f"{dated}: {action.served.show()}.", _status(action))
    said = " ".join(filter(None, (*parts, action.outcome)))
    name = f"enforcement/{_first_key(site, one)}"
    if not first:
        name += f"#{first_id(site, 'briefing', briefing.id)}"
    page = site.urls.absolute(mention.url)
    return Item(
        guid=tag(site, name),
        title=f"{kind}: {_trust(site, one.trust)}",
        url=page,
        summary=said,
        written=paragraph(said) + read_on(page, briefing.front.title),
        moment=briefing.visible_from,
        briefing=briefing,
    )


def _status(action: Enforcement) -> str:
    """Return the status as a sentence: `In force.`

    Empty if no status is given, or if it is unknown and there is an outcome.
    """
    if action.status is None or (action.status == "unknown" and action.outcome):
        return ""
    word = words.ENFORCEMENT_STATUSES[action.status]
    return f"Status {words.lower(word)}." if action.status == "unknown" else f"{word}."


def _first_key(site: Site, one: Action) -> str:
    """Return the key of an action, for guids.

    The key of an action without an id contains the id of its briefing; here, the one under which
    that was first published.
    """
    mention = one.mentions[0]
    if mention.action.id is not None:
        return one.key
    return f"{first_id(site, 'briefing', mention.briefing.id)}-{mention.n + 1}"


def _corrections(site: Site) -> Iterator[Item]:
    for one in site.briefings:
        yield from changes(site, one)
    for one in site.withdrawn:
        yield from changes(site, one)
        yield from withdrawal(site, one)
