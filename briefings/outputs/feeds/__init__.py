"""All feeds of the site: which there are, the items of each, and its archive pages.

A feed holds the newest `feed.items` items. Older ones are on archive pages (RFC 5005, section 4),
numbered from the oldest, each with as many items, so that a page stays as it is when new items
come. There is a page only for items that the feed itself does not hold any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from html import escape
from typing import Any, NamedTuple

from briefings import urls
from briefings.content.records import Record
from briefings.domain import words
from briefings.domain.ledger.history import histories
from briefings.domain.registers import changes_of
from briefings.domain.site import Briefing, Site, trust_name
from briefings.domain.weeks import SITE, Week, of_week, weeks
from briefings.engine import query
from briefings.outputs.feeds import items
from briefings.outputs.feeds.rss import Feed, Item, link_to, paragraph
from briefings.outputs.pages.digest import counts_in, digest
from briefings.outputs.pages.five_answers import Answer, five_answers, in_text
from briefings.outputs.xml import document, maker

#: A kind of source, and what identifies one of the kind: `("ratings", "rampton-2025")`.
Source = tuple[str, ...]
#: What items are sorted by, newest last; see `Briefing.public_key`.
SortKey = tuple[datetime, tuple[object, ...]]


def feed_keys(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the key of every RSS feed: a kind, and the id of a record or the name of a list.

    Main, lists, trusts, topics, regulators, requirements, digests of trusts and of topics. A feed
    without items exists as well, and is valid RSS.
    """
    yield "main", ""
    yield from (("list", name) for name in _LISTS)
    yield from (("trust", id) for id in site.trusts)
    yield from (("topic", id) for id in site.topics)
    yield from (("regulator", id) for id in site.regulators)
    yield from (("requirement", id) for id in histories(site))
    yield from (("trust-digests", id) for id in site.trusts)
    yield from (("topic-digests", id) for id in site.topics)


def feed_url(kind: str, id: str) -> str:
    """Return the path of a feed: beside its page, or in a folder of digests below that."""
    if kind == "list":
        return urls.feed_of(_LISTS[id][0])
    record, _, is_digests = kind.partition("-")
    return urls.feed_of(urls.digests_of(record, id) if is_digests else page_of_feed(kind, id))


def page_of_feed(kind: str, id: str) -> str:
    """Return the path of the HTML page of a feed."""
    if kind == "list":
        return _LISTS[id][1]
    return urls.url_of(kind.partition("-")[0], id) if id else urls.HOME


def feed(site: Site, kind: str, id: str, number: str = "0") -> Feed:
    """Return the feed with a key, or a page of its archive."""
    title, description, _ = _MAKERS[kind](site, id)
    items, older, newer = part(site, kind, id, number)
    of_source = cache(partial(items_of, site))
    return Feed(
        site,
        feed_url(kind, id),
        page_of_feed(kind, id),
        title,
        description,
        full_text=kind not in _SUMMARIES,
        number=int(number),
        items=tuple(of_source(*source)[n] for source, n in items),
        older=older,
        newer=newer,
    )


def archive_keys(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, id, number) of every archive page."""
    for kind, id in feed_keys(site):
        pages = range(1, archive_pages(site, kind, id) + 1)
        yield from ((kind, id, str(number)) for number in pages)


def archive_url(kind: str, id: str, number: str) -> str:
    """Return the path of an archive page."""
    return urls.feed_document(feed_url(kind, id), int(number))


class Part(NamedTuple):
    """The items of one document of a feed, newest first, each by its source and its index there.

    `older` and `newer`: see `Feed`.
    """

    items: tuple[tuple[Source, int], ...]
    older: int = 0
    newer: int = 0


@query
def order(site: Site, kind: str, id: str) -> tuple[tuple[Source, int], ...]:
    """Return all items of a feed, newest first; see `Part.items`.

    Items of one moment are in the order of their briefings, then as their source has them.
    """
    sources = _MAKERS[kind](site, id)[2]
    rows = [
        (key, (source, n)) for source in sources() for n, key in enumerate(sort_keys(site, *source))
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return tuple(row[1] for row in rows)


@query
def archive_pages(site: Site, kind: str, id: str) -> int:
    """Return the number of archive pages of a feed. All of them are full."""
    size = site.config.feed.items
    return max(0, -(-(len(order(site, kind, id)) - size) // size))


@query
def part(site: Site, kind: str, id: str, number: str) -> Part:
    """Return the items of one document of a feed: of an archive page, or for `0` the newest."""
    rows, size = order(site, kind, id), site.config.feed.items
    total, page = archive_pages(site, kind, id), int(number)
    if page == 0:
        return Part(rows[:size], older=total)
    start = len(rows) - page * size
    return Part(rows[start : start + size], older=page - 1, newer=page + 1 if page < total else 0)


def old_feed_keys(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield (old URL, kind, id) of the feed of each renamed page, which stays at its old URL too.

    Feed readers do not follow the redirect of an HTML page. The `atom:link rel=self` of the copy is
    the new URL.
    """
    known = set(feed_keys(site))
    for old, new in site.register.renamed:
        for kind in ("", "-digests"):
            if (new.kind + kind, new.id) in known:
                yield feed_url(old.kind + kind, old.id), new.kind + kind, new.id


@query
def _outline(site: Site, kind: str, id: str) -> tuple[str, str, str]:
    """Return title, URL and URL of the page of a feed."""
    title, _, _ = _MAKERS[kind](site, id)
    absolute = site.urls.absolute
    return title, absolute(feed_url(kind, id)), absolute(page_of_feed(kind, id))


def feeds_opml(site: Site) -> bytes:
    """Return the RSS feeds as a list for feed readers (OPML 2.0, http://opml.org/spec2.opml).

    Without the digests of trusts and topics: who imports the list would get everything twice. It
    has no date: it says only which feeds there are.
    """
    make, outlines = maker(), []
    for kind, id in feed_keys(site):
        if not kind.endswith("-digests"):
            title, url, page = _outline(site, kind, id)
            outlines.append(
                make.outline(type="rss", text=title, title=title, xmlUrl=url, htmlUrl=page)
            )
    head = make.head(make.title(site.config.title))
    return document(make.opml(head, make.body(*outlines), version="2.0"))


#: Title, description, and a function that returns what the items of the feed are of.
Described = tuple[str, str, Callable[[], Iterable[Source]]]


def _main(site: Site, _: str) -> Described:
    name = site.config.title
    about = site.config.tagline or f"Every briefing of {name}"
    return name, about, lambda: _visible_sources(site, "briefing")


def _list(site: Site, name: str) -> Described:
    _, _, title, description, sources = _LISTS[name]
    heading, about = f"{site.config.title}: {title}", words.say(site.config, description)
    return heading, about, partial(sources, site)


def _trust(site: Site, id: str) -> Described:
    def sources() -> Iterator[Source]:
        yield from _sources_on(site, "trust", id)
        yield "mergers", id

    name = site.trusts[id].front.name
    return name, f"Briefings on inspections of {name}", sources


def _topic(site: Site, id: str) -> Described:
    front = site.topics[id].front
    return (
        f"{front.name}: {site.config.title}",
        front.summary,
        partial(_sources_on, site, "topic", id),
    )


def _regulator(site: Site, id: str) -> Described:
    name, sources = site.regulators[id].front.name, partial(_sources_on, site, "regulator", id)
    return f"{name}: {site.config.title}", f"Briefings on inspections by {name}", sources


def _requirement(site: Site, id: str) -> Described:
    front = histories(site)[id].front
    title = f"{front.title} ({trust_name(site, front.trust)})"
    return title, front.text, lambda: [("requirement", id)]


def _digests(kind: str, site: Site, id: str) -> Described:
    record: Record[Any] = (site.trusts if kind == "trust" else site.topics)[id]
    name, about = record.front.name, "What was published here in each week"
    return f"{name}: week by week", about, partial(digests, site, kind, id, name)


def _visible_sources(site: Site, kind: str) -> Iterator[Source]:
    """Yield a source of each visible briefing, those withdrawn included."""
    return ((kind, briefing.id) for briefing in (*site.briefings, *site.withdrawn))


def _sources_on(site: Site, kind: str, id: str) -> Iterator[Source]:
    """Yield the briefings on a trust, topic or regulator, those withdrawn included."""
    by_id = {"trust": site.by_trust, "topic": site.by_topic, "regulator": site.by_regulator}
    briefings = (*by_id[kind][id], *site.withdrawn_of(kind, id))
    return (("briefing", briefing.id) for briefing in briefings)


#: Name → page beside which the feed is, page of the feed, title, description, sources.
_LISTS: dict[str, tuple[str, str, str, str, Callable[[Site], Iterable[Source]]]] = {
    "ledger": (
        urls.REQUIREMENTS, urls.REQUIREMENTS, "the ledger",
        "What regulators told trusts to do or found without an order, and what became of it",
        lambda site: (("requirement", id) for id in histories(site)),
    ),
    "ratings": (
        urls.RATINGS, urls.COMPARE, "ratings", "Ratings given and changed",
        lambda site: (("ratings", briefing.id) for briefing in site.briefings),
    ),
    "enforcement": (
        urls.ENFORCEMENT, urls.ENFORCEMENT, "enforcement", "Enforcement action in our briefings",
        lambda site: (("enforcement", id) for id in site.trusts),
    ),
    "corrections": (
        urls.CORRECTIONS, urls.CORRECTIONS, "corrections",
        "Corrections, clarifications, updates and withdrawals",
        lambda site: _visible_sources(site, "corrections"),
    ),
    "digests": (
        urls.DIGEST, urls.DIGEST, "week by week", "What was published here in each week",
        lambda site: digests(site, *SITE, site.config.title),
    ),
}  # fmt: skip
_MAKERS: dict[str, Callable[[Site, str], Described]] = {
    "main": _main,
    "list": _list,
    "trust": _trust,
    "topic": _topic,
    "regulator": _regulator,
    "requirement": _requirement,
    "trust-digests": partial(_digests, "trust"),
    "topic-digests": partial(_digests, "topic"),
}
#: Feeds with summaries, not whole texts: a briefing is in several of them, and they would be most
#: of the bytes of all feeds.
_SUMMARIES = frozenset({"topic", "regulator", "requirement"})


# Items


def items_of(site: Site, kind: str, *names: str) -> tuple[Item, ...]:
    """Return the items of a source."""
    if kind in _PLAIN:
        return stored_items(site, kind, *names)
    return tuple(_SOURCES[kind](site, *names))


@query
def stored_items(site: Site, kind: str, *names: str) -> tuple[Item, ...]:
    """Return the items of a source of a kind in `_PLAIN`.

    An item that is added late moves those of all later pages of an archive; these pages are then
    made from stored items.
    """
    return tuple(_SOURCES[kind](site, *names))


@query
def sort_keys(site: Site, *source: str) -> tuple[SortKey, ...]:
    """Return the moment of each item of a source, and what orders items of one moment.

    Feeds are put in order by these alone, so that new words in an item change no list of items.
    """
    return tuple(
        (item.moment, item.briefing.public_key if item.briefing else ())
        for item in items_of(site, *source)
    )


def _briefing(site: Site, id: str) -> Iterator[Item]:
    """Yield a briefing's announced changes and the briefing itself, newest first.

    That is the order within one day as well, since items of the same moment keep it. A withdrawn
    briefing has only the item of its withdrawal.
    """
    briefing, front = site.briefing[id], site.briefing[id].front
    for change in reversed(changes_of(site, id)):
        if change.is_announced and change.is_withdrawal == briefing.is_withdrawn:
            yield items.correction(site, change)
    if briefing.is_withdrawn:
        return
    yield items.item_on(
        site,
        briefing,
        f"briefing/{briefing.id}",
        front.title,
        briefing.url,
        front.summary,
        "Read it with all its sources",
        opening=lambda: answer_list(five_answers(site, id)),
        text=partial(_whole_text, site, briefing),
        updated=briefing.updated,
        tags=tuple(site.topics[id].front.name for id in front.topics),
    )


def _whole_text(site: Site, briefing: Briefing) -> str:
    return items.absolute(briefing.body.html, site.urls.absolute(briefing.url), site.urls.origin)


def answer_list(answers: Iterable[Answer]) -> str:
    """Return the five answers of a briefing as HTML, without the lead, which is its summary."""
    lines = (
        f"<strong>{answer.question}{'' if answer.question.endswith('?') else ':'}</strong> "
        f"{escape(in_text(answer), quote=False)}"
        for answer in answers
    )
    return f"<ul><li>{'</li><li>'.join(lines)}</li></ul>"


def digests(site: Site, kind: str, id: str, name: str) -> Iterator[Source]:
    """Yield a source for each week. `kind` and `id`: see `weeks.of_scope`. `name`: in titles."""
    return (("digest", kind, id, name, week) for week in weeks(site, kind, id))


def _digest(site: Site, kind: str, id: str, name: str, week_id: str) -> Iterator[Item]:
    prefix, week = f"{kind}/{id}/" if id else "", Week.parse(week_id)
    end = site.clock.end_of(week.days)
    assert end is not None, "a week that is over has an end"
    yield Item(
        guid=site.tag(f"{prefix}digest/{week_id}"),
        title=f"{name}: {week.days.show()}",
        url=site.urls.absolute(urls.digest_url(week_id)),
        summary=f"{counts_in(site, of_week(site, kind, id, week_id))}.",
        link="The whole week" if id else "Read it with links to everything",
        moment=end,
        text=partial(_digest_text, site, kind, id, week_id),
    )


def _digest_text(site: Site, kind: str, id: str, week: str) -> str:
    """Return a digest as HTML, for feed readers."""
    shown, absolute = digest(site, kind, id, week), site.urls.absolute
    parts = []
    for briefing in shown.briefings:
        news = (f"<li>{link_to(absolute(line.url), line.label)}</li>" for line in briefing.news)
        parts += [
            f"<h3>{link_to(absolute(briefing.url), briefing.title)}</h3>",
            paragraph(briefing.trust),
            *(paragraph(answer.lead) for answer in briefing.answers if answer.lead),
            answer_list(briefing.answers),
            f"<ul>{''.join(news)}</ul>" if briefing.news else "",
        ]
    for heading, _, lines in shown.lists:
        parts.append(f"<h2>{heading}</h2>")
        for line in lines:
            parts.append(f"<h3>{link_to(absolute(line.url), line.label)}</h3>")
            parts += map(paragraph, line.texts)
    return "".join(parts)


#: Kind of source → the items of one.
_SOURCES: Mapping[str, Callable[..., Iterator[Item]]] = {
    "briefing": _briefing,
    "corrections": items.corrections,
    "mergers": items.mergers,
    "requirement": items.of_requirement,
    "ratings": items.ratings,
    "enforcement": items.enforcement,
    "digest": _digest,
}
#: The kinds with many items that are plain data: without functions that return their text.
_PLAIN = frozenset({"requirement", "ratings", "enforcement"})
