"""The formats of feeds: RSS 2.0, written by feedgen; JSON Feed 1.1; OPML 2.0."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from feedgen.feed import FeedGenerator

from briefings.domain.site import Site
from briefings.outputs.feeds.items import Item, newest
from briefings.outputs.xml import document, maker
from briefings.urls import JSON_FEED


@dataclass(frozen=True, slots=True)
class Feed:
    """One RSS feed.

    `url` and `page`: paths of the feed and of its HTML page. `choose`: yields its items; called
    when the feed is rendered, not before.
    """

    site: Site
    url: str
    page: str
    title: str
    description: str
    choose: Callable[[], Iterable[Item]]

    @property
    def self_url(self) -> str:
        """Absolute URL of the feed."""
        return self.site.urls.absolute(self.url)

    @property
    def page_url(self) -> str:
        """Absolute URL of its HTML page."""
        return self.site.urls.absolute(self.page)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items, newest first."""
        return newest(self.choose(), self.site)

    def render(self) -> bytes:
        """Return RSS 2.0 with `content:encoded` and `atom:link rel=self`; valid without items."""
        channel = FeedGenerator()
        channel.title(self.title)
        channel.description(escape(self.description, quote=False))
        channel.language(self.site.config.language)
        channel.generator(self.site.config.title)
        channel.link(href=self.self_url, rel="self", type="application/rss+xml")
        channel.link(href=self.page_url, rel="alternate")  # feedgen takes the last one for <link>
        chosen = self.items
        for item in chosen:
            _add(channel, item)
        moments = [item.updated or item.moment for item in chosen if item.dated]
        if moments:
            channel.lastBuildDate(max(moments))
        data: bytes = channel.rss_str(pretty=True)
        return data if moments else _BUILD_DATE.sub(b"", data, count=1)


#: feedgen fills in the current time if the feed has no dated item; `render` removes it.
_BUILD_DATE = re.compile(rb"(?<!\s)\s*+<lastBuildDate>[^<]*+</lastBuildDate>")


def _add(channel: FeedGenerator, item: Item) -> None:
    entry = channel.add_entry(order="append")
    entry.guid(item.guid, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url)
    entry.description(escape(item.summary, quote=False))  # a description is HTML
    entry.content(item.html, type="CDATA")
    if item.dated:
        entry.pubDate(item.moment)
    for name in item.tags:
        entry.category(term=name)


def json_feed(feed: Feed) -> bytes:
    """Return the same items as indented JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    members = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page_url,
        "feed_url": feed.site.urls.absolute(JSON_FEED),
        "language": feed.site.config.language,
        "items": [_json_item(item) for item in feed.items],
    }
    return (json.dumps(members, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(item: Item) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": item.guid,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html,
    }
    if item.dated:
        entry["date_published"] = item.moment.isoformat()
    if item.updated is not None and item.updated != item.moment:
        entry["date_modified"] = item.updated.isoformat()
    if item.tags:
        entry["tags"] = list(item.tags)
    return entry


def opml(title: str, feeds: Iterable[tuple[str, str, str]]) -> bytes:
    """Return a list of feeds for import into feed readers (http://opml.org/spec2.opml).

    `feeds`: title, URL and URL of the page of each. It has no date: it says only which there are.
    """
    make = maker()
    outlines = (
        make.outline(type="rss", text=name, title=name, xmlUrl=url, htmlUrl=page)
        for name, url, page in feeds
    )
    head, body = make.head(make.title(title)), make.body(*outlines)
    return document(make.opml(head, body, version="2.0"))
