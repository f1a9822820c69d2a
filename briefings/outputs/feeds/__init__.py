"""Every feed of the site: RSS everywhere, JSON beside the main feed, OPML, a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from briefings.domain.site import Site
from briefings.outputs.feeds.calendar import Deadlines, deadlines
from briefings.outputs.feeds.feed_list import feed_list
from briefings.outputs.feeds.opml import Opml
from briefings.outputs.feeds.rss import Feed, JsonFeed
from briefings.urls import JSON_FEED, OPML, feed_of

__all__ = ["Deadlines", "feed_list", "feeds"]


def feeds(site: Site) -> list[Feed | JsonFeed | Opml | Deadlines]:
    """Every feed as a value, ready to render; the main one first."""
    every = feed_list(site)
    return [
        *every,
        JsonFeed(JSON_FEED, site.urls.absolute(JSON_FEED), every[0]),
        Opml(OPML, site.config.title, tuple(every)),
        deadlines(site),
        *_at_old_addresses(site, every),
    ]


def _at_old_addresses(site: Site, every: list[Feed]) -> Iterator[Feed]:
    """The feed of a renamed page is also where it was: a reader program follows no page's redirect.

    Its `atom:link rel=self` names the new address.
    """
    by_url = {feed.url: feed for feed in every}
    for old, new in site.register.renamed:
        feed = by_url.get(feed_of(new.url))
        if feed is not None:
            yield replace(feed, url=feed_of(old.url))
