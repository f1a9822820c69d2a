"""Render a whole site in memory, as the hash of each file; nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from briefings.build import pipeline
from briefings.content.loader import Content
from briefings.domain.site import Site
from briefings.outputs.downloads import TABLES, Table
from briefings.outputs.downloads.table import Cell
from briefings.outputs.feeds import feed_list
from briefings.outputs.pages import RenderedPage
from briefings.outputs.pages.redirects import Redirect

Key = tuple[object, ...]
#: The cells of one row of a table, by the name of their field.
Row = Mapping[str, Cell]


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

    content: Content
    site: Site
    files: Mapping[str, bytes]
    pages: Mapping[str, PageFile]
    feeds: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, Mapping[Key, Row]]


def outputs(options: pipeline.Options) -> Outputs:
    """Check, plan and render a site. Raises ContentError with the faults that stop a build."""
    content, site = pipeline.check(options)
    planned = pipeline.plan(site, options)
    rendered = pipeline.without_forbidden_names(
        site, pipeline.rendered_files(planned, options.jobs)
    )
    files = {path: hashlib.blake2b(data, digest_size=20).digest() for path, data in rendered}
    pages = {one.path: _page(one) for one in planned if isinstance(one, RenderedPage)}
    return Outputs(content, site, files, pages, _feeds(site), _tables(site))


def _page(one: RenderedPage) -> PageFile:
    view = one.page.view
    if isinstance(view, Redirect):
        return PageFile(view.old, view.meta.title, view.new)
    return PageFile(one.page.url, view.meta.title)


def _feeds(site: Site) -> dict[str, dict[str, str]]:
    return {feed.url: {item.guid: item.title for item in feed.items} for feed in feed_list(site)}


def _tables(site: Site) -> dict[str, dict[Key, Row]]:
    return {table.name: dict(_rows(site, table)) for table in TABLES}


def _rows(site: Site, table: Table) -> Iterator[tuple[Key, Row]]:
    for id in table.ids(site):
        for cells in table.rows(site, id):
            row = dict(zip(table.names, cells, strict=True))
            yield tuple(row[name] for name in table.key), row
