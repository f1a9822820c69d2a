"""All feeds in one file that feed readers import: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from briefings.outputs.feeds.rss import Feed
from briefings.outputs.xml import Node, document
from briefings.urls import file_for


@dataclass(frozen=True, slots=True)
class Opml:
    """An outline of every feed."""

    url: str
    title: str
    feeds: tuple[Feed, ...]

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""
        return file_for(self.url)

    #: Titles of feeds (see `rebuild.loose`).
    beyond: ClassVar[frozenset[str]] = frozenset({"trust", "requirement"})

    @property
    def shown(self) -> object:
        """What the file shows: of each feed its name and address, none of its items."""
        return (self.url, self.title, [_attributes(feed) for feed in self.feeds])

    def render(self) -> bytes:
        """One `outline` a feed. It names no date: which feeds there are is all it says."""
        outlines = tuple(Node("outline", attributes=_attributes(feed)) for feed in self.feeds)
        head = Node("head", children=(Node("title", self.title),))
        body = Node("body", children=outlines)
        return document(Node("opml", attributes={"version": "2.0"}, children=(head, body)))


def _attributes(feed: Feed) -> dict[str, str]:
    return {
        "type": "rss",
        "text": feed.title,
        "title": feed.title,
        "xmlUrl": feed.self_url,
        "htmlUrl": feed.page_url,
    }
