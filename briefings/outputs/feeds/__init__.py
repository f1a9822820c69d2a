"""All feeds of the site: RSS, a JSON Feed of the main one, an OPML list and a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from briefings.domain.site import Site
from briefings.outputs.feeds.calendar import calendar
from briefings.outputs.feeds.feed_list import feed, feed_keys, feed_list, feed_url
from briefings.outputs.feeds.rss import Feed, JsonFeed, Opml
from briefings.urls import feed_of, url_of

__all__ = [
    "calendar", "feed", "feed_keys", "feed_list", "feed_url", "json_feed", "old_feed",
    "old_feed_keys", "opml",
]  # fmt: skip


def json_feed(site: Site) -> JsonFeed:
    """Return the main feed as JSON Feed."""
    return JsonFeed(feed(site, "main", ""))


def opml(site: Site) -> Opml:
    """Return the list of all feeds."""
    return Opml(site.config.title, tuple(feed_list(site)))


def old_feed_keys(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield (old URL, kind, id) of the feed of each renamed page, which stays at its old URL too.

    Feed readers do not follow the redirect of an HTML page.
    """
    known = set(feed_keys(site))
    for old, new in site.register.renamed:
        if (new.kind, new.id) in known:
            yield feed_of(url_of(old.kind, old.id)), new.kind, new.id


def old_feed(site: Site, url: str, kind: str, id: str) -> Feed:
    """Return the copy of a feed at its old URL. Its `atom:link rel=self` is the new URL."""
    return replace(feed(site, kind, id), old_url=url)
