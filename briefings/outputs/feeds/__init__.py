"""All feeds of the site: RSS, a JSON Feed of the main one, an OPML list and a calendar."""

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
    """Return every feed as a value that can be rendered; the main feed comes first."""
    every = feed_list(site)
    return [
        *every,
        JsonFeed(JSON_FEED, site.urls.absolute(JSON_FEED), every[0]),
        Opml(OPML, site.config.title, tuple(every)),
        deadlines(site),
        *_at_old_addresses(site, every),
    ]


def _at_old_addresses(site: Site, every: list[Feed]) -> Iterator[Feed]:
    """Yield the feed of each renamed page once more, at its old URL.

    Feed readers do not follow the redirect of an HTML page. The `atom:link rel=self` of the copy is
    the new URL.
    """
    by_url = {feed.url: feed for feed in every}
    for old, new in site.register.renamed:
        feed = by_url.get(feed_of(new.url))
        if feed is not None:
            yield replace(feed, url=feed_of(old.url))
