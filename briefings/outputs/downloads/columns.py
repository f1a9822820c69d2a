"""Columns that several tables share, and how their cells are made."""

from __future__ import annotations

from briefings.domain.site import Site
from briefings.outputs.downloads.table import Column, text

BRIEFING = text("briefing", "The id of the briefing it is from")
TRUST = text("trust", "The trust’s id")
REGULATOR = text("regulator", "The regulator’s id")
URL = text("url", "Its address on the site")
SOURCES = text("sources", "Keys of the sources cited, within the briefing; space-separated")
ORDER = Column("number", "integer", "Its place in the briefing’s list, from 1")


def joined(values: tuple[str, ...]) -> str | None:
    """Several ids in one cell, separated by spaces."""
    return " ".join(values) or None


def page(site: Site, url: str) -> str:
    """The whole address of something on the site."""
    return site.urls.absolute(url)
