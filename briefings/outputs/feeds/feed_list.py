"""The RSS feeds of the site: which there are, and what each carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from briefings import urls
from briefings.domain.ledger import histories
from briefings.domain.ratings import rating_histories
from briefings.domain.site import Briefing, Site
from briefings.outputs.feeds import items
from briefings.outputs.feeds.items import Item
from briefings.outputs.feeds.rss import Feed


def feed_list(site: Site) -> list[Feed]:
    """Return every RSS feed: main, lists, trusts, topics, regulators, requirements, in this order.

    A feed without items exists as well, and is valid RSS.
    """
    return [*_of_site(site), *_of_records(site), *_of_requirements(site)]


def _feed(
    site: Site,
    page: str,
    title: str,
    description: str,
    choose: Callable[[], Iterable[Item]],
    **more: Any,
) -> Feed:
    """Return the feed beside a page."""
    return Feed(site, urls.feed_of(page), page, title, description, choose, **more)


def _of_site(site: Site) -> Iterator[Feed]:
    name = site.config.title
    about = site.config.tagline or f"Every briefing of {name}"
    everything = site.briefing.values()
    yield _feed(site, urls.HOME, name, about, partial(items.of_briefings, site, everything))
    yield _feed(
        site, urls.REQUIREMENTS, f"{name}: the ledger",
        "What regulators told trusts to do or found without an order, and what became of it",
        partial(items.ledger_events, site, histories(site).values()),
    )  # fmt: skip
    yield Feed(
        site, urls.feed_of(urls.RATINGS), urls.COMPARE, f"{name}: ratings",
        "Ratings given and changed", partial(items.ratings, site),
        beyond=frozenset({"ratings"}), shares=partial(rating_histories, site),
    )  # fmt: skip
    yield _feed(
        site, urls.ENFORCEMENT, f"{name}: enforcement", "Enforcement action in our briefings",
        partial(items.enforcement, site),
    )  # fmt: skip
    yield _feed(
        site, urls.CORRECTIONS, f"{name}: corrections",
        "Corrections, clarifications, updates and withdrawals", partial(items.corrections, site),
    )  # fmt: skip


def _of_records(site: Site) -> Iterator[Feed]:
    """Yield the feeds of trusts, topics and regulators: the items of their briefings.

    Those of topics and regulators have summaries, not whole texts: a briefing is in several of
    them, and they would be most of the bytes of all feeds.
    """
    withdrawn = _withdrawn(site)
    for id, trust in site.trusts.items():
        name = trust.front.name
        about = f"Briefings on inspections of {name}"
        choose = partial(_of_trust, site, id, (*site.by_trust[id], *withdrawn["trust", id]))
        yield _feed(site, urls.url_of("trust", id), name, about, choose, beyond=None)
    for id, topic in site.topics.items():
        title = f"{topic.front.name}: {site.config.title}"
        briefings = (*site.by_topic[id], *withdrawn["topic", id])
        choose = partial(items.of_briefings, site, briefings, whole=False)
        yield _feed(site, urls.url_of("topic", id), title, topic.front.summary, choose)
    for id, regulator in site.regulators.items():
        name = regulator.front.name
        title, about = f"{name}: {site.config.title}", f"Briefings on inspections by {name}"
        briefings = (*site.by_regulator[id], *withdrawn["regulator", id])
        choose = partial(items.of_briefings, site, briefings, whole=False)
        yield _feed(site, urls.url_of("regulator", id), title, about, choose)


def _withdrawn(site: Site) -> defaultdict[tuple[str, str], list[Briefing]]:
    """Return (kind, id) of a trust, topic or regulator → its withdrawn briefings."""
    found: defaultdict[tuple[str, str], list[Briefing]] = defaultdict(list)
    for briefing in site.withdrawn:
        front = briefing.front
        names = [("trust", id) for id in (front.trust, *front.also_about)]
        names += [("topic", id) for id in front.topics]
        for name in (*names, ("regulator", front.regulator)):
            found[name].append(briefing)
    return found


def _of_trust(site: Site, id: str, briefings: tuple[Briefing, ...]) -> Iterator[Item]:
    yield from items.of_briefings(site, briefings)
    yield from items.mergers(site, id)


def _of_requirements(site: Site) -> Iterator[Feed]:
    for id, history in histories(site).items():
        title = f"{history.front.title} ({items.trust_name(site, history.front.trust)})"
        choose = partial(items.ledger_events, site, [history])
        page = urls.url_of("requirement", id)
        yield _feed(site, page, title, history.front.text, choose, beyond=None)
