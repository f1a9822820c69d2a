"""The RSS feeds of the site: their keys and URLs, the items of each, and its archive pages.

A feed holds the newest `feed.items` items. Older ones are on archive pages (RFC 5005, section 4),
numbered from the oldest, each with as many items, so that a page stays as it is when new items
come. There is a page only for items that the feed itself does not hold any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from briefings import urls
from briefings.content.records import Record
from briefings.domain import words
from briefings.domain.ledger.history import histories
from briefings.domain.site import Site, trust_name
from briefings.engine import query
from briefings.outputs.feeds.rss import Feed, Part, Source, opml
from briefings.outputs.feeds.sources import digests, items_of, sort_keys
from briefings.outputs.pages.digest import SITE


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
    """Return the path of the feed with a key."""
    if kind in {"main", "list"}:
        return urls.feed_of(_LISTS[id][0] if id else urls.HOME)
    return urls.feed_of(_folder(kind, id))


def _folder(kind: str, id: str) -> str:
    """Return the path of the folder of a feed: that of the page of its record, or below it."""
    kind, _, digests = kind.partition("-")
    return urls.digests_of(kind, id) if digests else urls.url_of(kind, id)


def feed(site: Site, kind: str, id: str, number: str = "0") -> Feed:
    """Return the feed with a key, or a page of its archive."""
    found = _MAKERS[kind](site, id)
    return replace(found, part=partial(part, site, kind, id), number=int(number))


def archive_keys(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, id, number) of every archive page."""
    for kind, id in feed_keys(site):
        pages = range(1, archive_pages(site, kind, id) + 1)
        yield from ((kind, id, str(number)) for number in pages)


def archive_url(kind: str, id: str, number: str) -> str:
    """Return the path of an archive page."""
    return urls.feed_document(feed_url(kind, id), int(number))


@query
def order(site: Site, kind: str, id: str) -> tuple[tuple[Source, int], ...]:
    """Return all items of a feed, newest first; see `Part.items`.

    Items of one moment are in the order of their briefings, then as their source has them.
    """
    rows = [
        (key, (source, n))
        for source in feed(site, kind, id).sources()
        for n, key in enumerate(sort_keys(site, *source))
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
    listed = feed(site, kind, id)
    return listed.title, listed.self_url, listed.page_url


def feeds_opml(site: Site) -> bytes:
    """Return the list of the RSS feeds as OPML, without the digests of trusts and topics.

    Who imports the list would get everything twice.
    """
    keys = (key for key in feed_keys(site) if not key[0].endswith("-digests"))
    return opml(site.config.title, (_outline(site, *key) for key in keys))


def _feed(
    site: Site,
    page: str,
    title: str,
    description: str,
    sources: Callable[[], Iterable[Source]],
    *,
    full_text: bool = False,
) -> Feed:
    """Return the feed beside a page."""
    items = partial(items_of, site)
    url = urls.feed_of(page)
    return Feed(site, url, page, title, description, sources, items, full_text=full_text)


def _main(site: Site, _: str) -> Feed:
    name = site.config.title
    about = site.config.tagline or f"Every briefing of {name}"
    return _feed(site, urls.HOME, name, about, lambda: _shown(site, "briefing"), full_text=True)


def _list(site: Site, name: str) -> Feed:
    url, page, title, description, sources = _LISTS[name]
    heading, about = f"{site.config.title}: {title}", words.say(site.config, description)
    made = _feed(site, url, heading, about, partial(sources, site), full_text=True)
    return replace(made, page=page)


def _of_trust(site: Site, id: str) -> Feed:
    def sources() -> Iterator[Source]:
        yield from _on(site, "trust", id)
        yield "mergers", id

    name = site.trusts[id].front.name
    about = f"Briefings on inspections of {name}"
    return _feed(site, urls.url_of("trust", id), name, about, sources, full_text=True)


# The feeds of topics and regulators have summaries, not whole texts: a briefing is in several of
# them, and they would be most of the bytes of all feeds.


def _of_topic(site: Site, id: str) -> Feed:
    front = site.topics[id].front
    title = f"{front.name}: {site.config.title}"
    sources = partial(_on, site, "topic", id)
    return _feed(site, urls.url_of("topic", id), title, front.summary, sources)


def _of_regulator(site: Site, id: str) -> Feed:
    name = site.regulators[id].front.name
    title, about = f"{name}: {site.config.title}", f"Briefings on inspections by {name}"
    sources = partial(_on, site, "regulator", id)
    return _feed(site, urls.url_of("regulator", id), title, about, sources)


def _of_requirement(site: Site, id: str) -> Feed:
    history = histories(site)[id]
    title = f"{history.front.title} ({trust_name(site, history.front.trust)})"
    page, text = urls.url_of("requirement", id), history.front.text
    return _feed(site, page, title, text, lambda: [("requirement", id)])


def _digests(site: Site, kind: str, id: str) -> Feed:
    record: Record[Any] = (site.trusts if kind == "trust" else site.topics)[id]
    name, about = record.front.name, "What was published here in each week"
    title, sources = f"{name}: week by week", partial(digests, site, kind, id, name)
    made = _feed(site, urls.digests_of(kind, id), title, about, sources, full_text=True)
    return replace(made, page=urls.url_of(kind, id))


def _shown(site: Site, kind: str) -> Iterator[Source]:
    """Yield a source of each visible briefing, those withdrawn included."""
    return ((kind, briefing.id) for briefing in (*site.briefings, *site.withdrawn))


def _on(site: Site, kind: str, id: str) -> Iterator[Source]:
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
        lambda site: _shown(site, "corrections"),
    ),
    "digests": (
        urls.DIGEST, urls.DIGEST, "week by week", "What was published here in each week",
        lambda site: digests(site, *SITE, site.config.title),
    ),
}  # fmt: skip
_MAKERS: dict[str, Callable[[Site, str], Feed]] = {
    "main": _main,
    "list": _list,
    "trust": _of_trust,
    "topic": _of_topic,
    "regulator": _of_regulator,
    "requirement": _of_requirement,
    "trust-digests": lambda site, id: _digests(site, "trust", id),
    "topic-digests": lambda site, id: _digests(site, "topic", id),
}
