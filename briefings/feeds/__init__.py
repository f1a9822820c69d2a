"""Every feed of the site: RSS everywhere, JSON beside the main feed, OPML, a calendar."""

from __future__ import annotations

from briefings.feeds.calendar import Deadlines, deadlines
from briefings.feeds.opml import Opml
from briefings.feeds.plan import feed_list
from briefings.feeds.rss import Feed, JsonFeed
from briefings.site import Site
from briefings.urls import JSON_FEED, OPML

__all__ = ["feed_list", "feeds"]


def feeds(site: Site) -> list[Feed | JsonFeed | Opml | Deadlines]:
    """Every feed as a value, ready to render; the main one first."""
    every = feed_list(site)
    return [
        *every,
        JsonFeed(JSON_FEED, site.urls.absolute(JSON_FEED), every[0]),
        Opml(OPML, site.config.title, tuple(every)),
        deadlines(site),
    ]
