"""Feeds and their items: RSS 2.0 with archives (RFC 5005), by feedgen; JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from briefings.domain.site import Briefing, Site
from briefings.store.compact import compact
from briefings.urls import JSON_FEED, feed_document


@compact
@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed.

    `guid`: tag URI (RFC 4151) made of immutable ids, so that a new domain, title or URL does not
    make feed readers show the item again. `url` is absolute; `link`: the words of the link to it at
    the end. `moment`: the sort key; shown as the item's date only if `dated`, since a month is
    never shown as its first day. `briefing`: the briefing that the item is about, if there is one.
    `opening` and `text`: called when the item is rendered; return the HTML before and after the
    summary. `note`: a further paragraph.
    """

    guid: str
    title: str
    url: str
    summary: str
    link: str
    moment: datetime
    briefing: Briefing | None = None
    opening: Callable[[], str] = str
    text: Callable[[], str] = str
    note: str | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    dated: bool = True

    def html(self, *, full_text: bool) -> str:
        """Return the content as HTML with absolute URLs only; with `full_text`, with `text`."""
        note = paragraph(self.note) if self.note else ""
        text = self.text() if full_text else ""
        link = f"<p>{link_to(self.url, self.link)}</p>"
        return f"{self.opening()}{paragraph(self.summary)}{note}{text}{link}"


def paragraph(text: str) -> str:
    """Return a paragraph of plain text as HTML."""
    return f"<p>{escape(text, quote=False)}</p>"


def link_to(url: str, words: str) -> str:
    """Return a link as HTML."""
    return f'<a href="{escape(url)}">{escape(words, quote=False)}</a>'


@dataclass(frozen=True, slots=True)
class Feed:
    """One document of an RSS feed: that which subscribers read, or a page of its archive.

    `feed_url` and `page`: paths of the feed and of its HTML page. `items`: newest first.
    `full_text`: its briefings have their whole texts, not only the summaries. `number`: that of the
    archive page, from 1; 0 for the document that subscribers read. `older` and `newer`: the numbers
    of the archive pages before and after this document; 0 if there is none.
    """

    site: Site
    feed_url: str
    page: str
    title: str
    description: str
    full_text: bool
    number: int
    items: tuple[Item, ...]
    older: int
    newer: int

    @property
    def url(self) -> str:
        """Path of this document."""
        return feed_document(self.feed_url, self.number)

    @property
    def self_url(self) -> str:
        """Absolute URL of this document."""
        return self.site.urls.absolute(self.url)

    @property
    def page_url(self) -> str:
        """Absolute URL of the HTML page of the feed."""
        return self.site.urls.absolute(self.page)

    @property
    def archive_links(self) -> dict[str, str]:
        """Relation → absolute URL of the documents around this one (RFC 5005, 4)."""
        numbers = {"current": 0} if self.number else {}
        numbers |= {"prev-archive": self.older} if self.older else {}
        numbers |= {"next-archive": self.newer} if self.newer else {}
        return {
            relation: self.site.urls.absolute(feed_document(self.feed_url, number))
            for relation, number in numbers.items()
        }

    def render(self) -> bytes:
        """Return RSS 2.0 with `content:encoded` and `atom:link rel=self`; valid without items."""
        channel = FeedGenerator()
        channel.register_extension("history", _History)
        channel.history.feed = self
        channel.title(self.title)
        channel.description(escape(self.description, quote=False))
        channel.language(self.site.config.language)
        channel.generator(self.site.config.title)
        channel.link(href=self.self_url, rel="self", type=_RSS)
        channel.link(href=self.page_url, rel="alternate")  # feedgen takes the last one for <link>
        for item in self.items:
            _add(channel, item, full_text=self.full_text)
        moments = [item.updated or item.moment for item in self.items if item.dated]
        if moments:
            channel.lastBuildDate(max(moments))
        data: bytes = channel.rss_str(pretty=True)
        return data if moments else _BUILD_DATE.sub(b"", data, count=1)


_RSS = "application/rss+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
#: feedgen fills in the current time if the feed has no dated item; `render` removes it.
_BUILD_DATE = re.compile(rb"(?<!\s)\s*+<lastBuildDate>[^<]*+</lastBuildDate>")


class _History(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Extension of feedgen for RFC 5005: `fh:archive`, and links to the documents of a feed."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        """Return the namespace of `fh`, if it is used."""
        return {"fh": _HISTORY} if self.feed.number else {}

    def extend_rss(self, root: Any) -> None:
        """Add the elements to the channel; feedgen adds the items after them."""
        for relation, address in self.feed.archive_links.items():
            xml_elem(f"{{{_ATOM}}}link", root[0], rel=relation, href=address, type=_RSS)
        if self.feed.number:
            xml_elem(f"{{{_HISTORY}}}archive", root[0])


def _add(channel: FeedGenerator, item: Item, *, full_text: bool) -> None:
    entry = channel.add_entry(order="append")
    entry.guid(item.guid, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url)
    entry.description(escape(item.summary, quote=False))  # a description is HTML
    entry.content(item.html(full_text=full_text), type="CDATA")
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
        "content_html": item.html(full_text=True),
    }
    if item.dated:
        entry["date_published"] = item.moment.isoformat()
    if item.updated is not None and item.updated != item.moment:
        entry["date_modified"] = item.updated.isoformat()
    if item.tags:
        entry["tags"] = list(item.tags)
    return entry
