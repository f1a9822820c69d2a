"""Render a whole site in memory, as the hash of each file; nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from briefings.build import pipeline
from briefings.build.request import Options
from briefings.domain.site import Site
from briefings.outputs.downloads import TABLES, Table
from briefings.outputs.downloads.table import Row
from briefings.outputs.feeds.feed_list import feed_list
from briefings.outputs.pages import Derived, Page, planned
from briefings.outputs.pages.redirects import Redirect

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PageFile:
    """An HTML file. `leads_to`: the target if it redirects an old address, else empty."""

    url: str
    title: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Outputs:
    """One whole site.

    `files`: path → hash of the bytes. `pages`: path of an HTML file → page. `feeds`: address →
    guid → title of an item. `tables`: name → key → row.
    """

    site: Site
    files: Mapping[str, bytes]
    pages: Mapping[str, PageFile]
    feeds: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, Mapping[Key, Row]]


@contextmanager
def outputs(options: Options) -> Iterator[Outputs]:
    """Check and render a site. Raises ContentError with the faults that stop a build."""
    with pipeline.checked(options) as world:
        site = world.site
        rendered = world.rendered(list(world.files.every_key()))
        files = {path: hashlib.blake2b(data, digest_size=20).digest() for path, data in rendered}
        pages = {page.path: _page(page) for page in planned(Derived(site, options.search))}
        yield Outputs(site, files, pages, _feeds(site), _tables(site))


def _page(page: Page) -> PageFile:
    view = page.view
    if isinstance(view, Redirect):
        return PageFile(view.old, view.meta.title, view.new)
    return PageFile(page.url, view.meta.title)


def _feeds(site: Site) -> dict[str, dict[str, str]]:
    return {feed.url: {item.guid: item.title for item in feed.items} for feed in feed_list(site)}


def _tables(site: Site) -> dict[str, dict[Key, Row]]:
    return {table.name: dict(_rows(site, table)) for table in TABLES}


def _rows(site: Site, table: Table) -> Iterator[tuple[Key, Row]]:
    """Yield key and row of each row of a table."""
    places = [table.names.index(name) for name in table.key]
    for id in table.ids(site):
        for row in table.rows(site, id):
            yield tuple(row[place] for place in places), row
