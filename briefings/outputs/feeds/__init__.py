"""All feeds of the site: RSS, a JSON Feed of the main one, an OPML list and a calendar."""

from __future__ import annotations

from dataclasses import replace

from briefings.domain.site import Site
from briefings.outputs.feeds.calendar import Deadlines, deadlines
from briefings.outputs.feeds.feed_list import feed_list
from briefings.outputs.feeds.rss import Feed, JsonFeed, Opml
from briefings.urls import feed_of

__all__ = ["Deadlines", "feed_list", "feeds"]


def feeds(site: Site) -> list[Feed | JsonFeed | Opml | Deadlines]:
    """Return every feed as a value that can be rendered; the main feed comes first.

    The feed of a renamed page is at its old address too, since feed readers do not follow the
    redirect of an HTML page. The `atom:link rel=self` of the copy is the new URL.
    """
    every = feed_list(site)
    by_url = {feed.url: feed for feed in every}
    copies = [
        replace(by_url[feed_of(new.url)], old_url=feed_of(old.url))
        for old, new in site.register.renamed
        if feed_of(new.url) in by_url
    ]
    opml = Opml(site.config.title, tuple(every))
    return [*every, JsonFeed(every[0]), opml, deadlines(site), *copies]
