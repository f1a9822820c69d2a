"""The list of all feeds for import into feed readers: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from briefings.outputs.feeds.rss import Feed
from briefings.outputs.xml import Node, document
from briefings.urls import file_for


@dataclass(frozen=True, slots=True)
class Opml:
    """An outline of every RSS feed."""

    url: str
    title: str
    feeds: tuple[Feed, ...]

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return file_for(self.url)

    #: Fields shown of records that `shown` does not contain (see `build.list_facts`): the titles
    #: of feeds.
    beyond: ClassVar[frozenset[str]] = frozenset({"trust", "requirement"})

    @property
    def shown(self) -> object:
        """Everything the file shows, for change detection: name and URLs of each feed, no items."""
        return (self.url, self.title, [_attributes(feed) for feed in self.feeds])

    def render(self) -> bytes:
        """Return an `outline` for each feed. No date: it says only which feeds there are."""
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
