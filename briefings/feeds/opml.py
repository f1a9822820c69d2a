"""All feeds in one file that feed readers import: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from briefings.feeds.rss import Feed
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

    def render(self) -> bytes:
        """One `outline` a feed. It names no date: which feeds there are is all it says."""
        root = etree.Element("opml", version="2.0")
        head = etree.SubElement(root, "head")
        etree.SubElement(head, "title").text = self.title
        body = etree.SubElement(root, "body")
        for feed in self.feeds:
            etree.SubElement(
                body, "outline", type="rss", text=feed.title, title=feed.title,
                xmlUrl=feed.self_url, htmlUrl=feed.page_url,
            )  # fmt: skip
        data: bytes = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )
        return data
