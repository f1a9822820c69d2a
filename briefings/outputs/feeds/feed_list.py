"""The RSS feeds of the site: their keys and URLs, and the items of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from briefings import urls
from briefings.domain import words
from briefings.domain.ledger.history import histories
from briefings.domain.site import Site, trust_name
from briefings.engine import query
from briefings.outputs.feeds import items
from briefings.outputs.feeds.items import Item
from briefings.outputs.feeds.rss import Feed, opml


def feed_keys(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the key of every RSS feed: a kind, and the id of a record or the name of a list.

    Main, lists, trusts, topics, regulators, requirements, in this order. A feed without items
    exists as well, and is valid RSS.
    """
    yield "main", ""
    yield from (("list", name) for name in _LISTS)
    yield from (("trust", id) for id in site.trusts)
    yield from (("topic", id) for id in site.topics)
    yield from (("regulator", id) for id in site.regulators)
    yield from (("requirement", id) for id in histories(site))


def feed_url(kind: str, id: str) -> str:
    """Return the path of the feed with a key."""
    if kind in {"main", "list"}:
        return urls.feed_of(_LISTS[id][0] if id else urls.HOME)
    return urls.feed_of(urls.url_of(kind, id))


def feed(site: Site, kind: str, id: str) -> Feed:
    """Return the feed with a key."""
    return _MAKERS[kind](site, id)


def old_feed_keys(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield (old URL, kind, id) of the feed of each renamed page, which stays at its old URL too.

    Feed readers do not follow the redirect of an HTML page. The `atom:link rel=self` of the copy is
    the new URL.
    """
    known = set(feed_keys(site))
    for old, new in site.register.renamed:
        if (new.kind, new.id) in known:
            yield urls.feed_of(urls.url_of(old.kind, old.id)), new.kind, new.id


@query
def _outline(site: Site, kind: str, id: str) -> tuple[str, str, str]:
    """Return title, URL and URL of the page of a feed."""
    listed = feed(site, kind, id)
    return listed.title, listed.self_url, listed.page_url


def feeds_opml(site: Site) -> bytes:
    """Return the list of every RSS feed as OPML."""
    return opml(site.config.title, (_outline(site, *key) for key in feed_keys(site)))


def _feed(
    site: Site, page: str, title: str, description: str, choose: Callable[[], Iterable[Item]]
) -> Feed:
    """Return the feed beside a page."""
    return Feed(site, urls.feed_of(page), page, title, description, choose)


def _main(site: Site, _: str) -> Feed:
    name = site.config.title
    about = site.config.tagline or f"Every briefing of {name}"
    choose = partial(items.of_briefings, site, (*site.briefings, *site.withdrawn))
    return _feed(site, urls.HOME, name, about, choose)


def _list(site: Site, name: str) -> Feed:
    url, page, title, description, choose = _LISTS[name]
    heading = f"{site.config.title}: {title}"
    about = words.say(site, description)
    return Feed(site, urls.feed_of(url), page, heading, about, partial(choose, site))


def _of_trust(site: Site, id: str) -> Feed:
    def choose() -> Iterator[Item]:
        briefings = (*site.by_trust[id], *site.withdrawn_of("trust", id))
        yield from items.of_briefings(site, briefings)
        yield from items.mergers(site, id)

    name = site.trusts[id].front.name
    about = f"Briefings on inspections of {name}"
    return _feed(site, urls.url_of("trust", id), name, about, choose)


# The feeds of topics and regulators have summaries, not whole texts: a briefing is in several of
# them, and they would be most of the bytes of all feeds.


def _of_topic(site: Site, id: str) -> Feed:
    front = site.topics[id].front
    briefings = (*site.by_topic[id], *site.withdrawn_of("topic", id))
    choose = partial(items.of_briefings, site, briefings, full_text=False)
    title = f"{front.name}: {site.config.title}"
    return _feed(site, urls.url_of("topic", id), title, front.summary, choose)


def _of_regulator(site: Site, id: str) -> Feed:
    name = site.regulators[id].front.name
    briefings = (*site.by_regulator[id], *site.withdrawn_of("regulator", id))
    choose = partial(items.of_briefings, site, briefings, full_text=False)
    title, about = f"{name}: {site.config.title}", f"Briefings on inspections by {name}"
    return _feed(site, urls.url_of("regulator", id), title, about, choose)


def _of_requirement(site: Site, id: str) -> Feed:
    history = histories(site)[id]
    title = f"{history.front.title} ({trust_name(site, history.front.trust)})"
    choose = partial(items.ledger_events, site, [history])
    return _feed(site, urls.url_of("requirement", id), title, history.front.text, choose)


def _ledger(site: Site) -> Iterator[Item]:
    return items.ledger_events(site, histories(site).values())


#: Name → page beside which the feed is, page of the feed, title, description, items.
_LISTS: dict[str, tuple[str, str, str, str, Callable[[Site], Iterator[Item]]]] = {
    "ledger": (
        urls.REQUIREMENTS, urls.REQUIREMENTS, "the ledger",
        "What regulators told trusts to do or found without an order, and what became of it",
        _ledger,
    ),
    "ratings": (
        urls.RATINGS, urls.COMPARE, "ratings", "Ratings given and changed", items.ratings,
    ),
    "enforcement": (
        urls.ENFORCEMENT, urls.ENFORCEMENT, "enforcement", "Enforcement action in our briefings",
        items.enforcement,
    ),
    "corrections": (
        urls.CORRECTIONS, urls.CORRECTIONS, "corrections",
        "Corrections, clarifications, updates and withdrawals", items.corrections,
    ),
}  # fmt: skip
_MAKERS: dict[str, Callable[[Site, str], Feed]] = {
    "main": _main,
    "list": _list,
    "trust": _of_trust,
    "topic": _of_topic,
    "regulator": _of_regulator,
    "requirement": _of_requirement,
}
