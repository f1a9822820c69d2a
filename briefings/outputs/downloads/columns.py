"""Columns that several tables have, and functions that make their cells."""

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
    """Return ids as one cell, separated by spaces; None if there are none."""
    return " ".join(values) or None


def page(site: Site, url: str) -> str:
    """Return the absolute URL of a path on the site."""
    return site.urls.absolute(url)
