"""RSS 2.0, written by feedgen, and JSON Feed 1.1 with the same items."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from feedgen.feed import FeedGenerator

from briefings.outputs.feeds.items import Item
from briefings.urls import file_for


@dataclass(frozen=True, slots=True)
class Feed:
    """One RSS feed.

    `url`: its path on the site; `self_url` and `page_url` are absolute. `collect`: returns its
    items, newest first; called in the worker that renders the feed, not before. `beyond`: fields
    shown of records that `shown` does not contain (see `build.list_facts`); None if not known.
    `shares`: computes values that other outputs use too (see `Page`).
    """

    url: str
    self_url: str
    page_url: str
    title: str
    description: str
    language: str
    generator: str
    collect: Callable[[], tuple[Item, ...]] = tuple
    beyond: frozenset[str] | None = None
    shares: Callable[[], object] | None = None

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return file_for(self.url)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items, newest first."""
        return _items(self.collect)

    @property
    def shown(self) -> object:
        """Everything the file shows, for change detection."""
        head = (self.url, self.self_url, self.page_url, self.title, self.description)
        return (*head, self.language, self.generator, [item.shown for item in self.items])

    def render(self) -> bytes:
        """Return RSS 2.0 with `content:encoded` and `atom:link rel=self`; valid without items."""
        channel = FeedGenerator()
        channel.title(self.title)
        channel.description(escape(self.description, quote=False))
        channel.language(self.language)
        channel.generator(self.generator)
        channel.link(href=self.self_url, rel="self", type="application/rss+xml")
        channel.link(href=self.page_url, rel="alternate")  # feedgen takes the last one for <link>
        items = self.items
        for item in items:
            _add(channel, item)
        built = max((item.updated or item.moment for item in items if item.dated), default=None)
        if built is not None:
            channel.lastBuildDate(built)
        data: bytes = channel.rss_str(pretty=True)
        return data if built is not None else _BUILD_DATE.sub(b"", data, count=1)


@lru_cache(maxsize=1)  # `shown` is read, then the feed is rendered
def _items(collect: Callable[[], tuple[Item, ...]]) -> tuple[Item, ...]:
    return collect()


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


@dataclass(frozen=True, slots=True)
class JsonFeed:
    """The items of an RSS feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    url: str
    self_url: str
    feed: Feed

    @property
    def beyond(self) -> frozenset[str] | None:
        """The same as that of the RSS feed."""
        return self.feed.beyond

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return file_for(self.url)

    @property
    def shown(self) -> object:
        """Everything the file shows, for change detection."""
        return (self.url, self.self_url, self.feed.shown)

    def render(self) -> bytes:
        """Return the feed as indented JSON."""
        document: dict[str, Any] = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed.title,
            "description": self.feed.description,
            "home_page_url": self.feed.page_url,
            "feed_url": self.self_url,
            "language": self.feed.language,
            "items": [_json_item(item) for item in self.feed.items],
        }
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


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
