"""The HTML pages of the site: planned as values, each rendered by a pure function of its value."""

from __future__ import annotations

from collections.abc import Iterator

from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.pages import (
    briefing,
    compare,
    digest,
    home,
    lists,
    redirects,
    registers,
    requirement,
    site_pages,
    trust,
    trusts,
)
from briefings.outputs.pages.page import CSP, CSP_SEARCH, Derived, FeedLink, Kind, Meta, Page, View
from briefings.outputs.pages.renderer import Renderer
from briefings.outputs.pages.site_context import SiteContext
from briefings.urls import LinkTo

__all__ = [
    "CSP",
    "CSP_SEARCH",
    "KINDS",
    "Derived",
    "FeedLink",
    "LinkTo",
    "Meta",
    "Page",
    "Renderer",
    "SiteContext",
    "View",
    "indexed",
    "page_at",
    "planned",
    "shown_media",
]


#: The kinds of pages, in output order.
_KINDS = (
    home.HOME,
    lists.ARCHIVE,
    briefing.BRIEFING,
    redirects.WITHDRAWN,
    trust.TRUST,
    requirement.REQUIREMENT,
    trusts.TRUSTS,
    lists.TOPICS,
    lists.TOPIC,
    registers.REGULATOR,
    registers.LEDGER,
    lists.REGULATOR_LEDGER,
    lists.ANSWERS,
    lists.ENFORCEMENT,
    lists.CORRECTIONS,
    digest.DIGESTS,
    digest.DIGEST,
    lists.REGULATION,
    compare.COMPARE,
    site_pages.PLAIN,
    site_pages.SUBSCRIBE,
    site_pages.DATA,
    site_pages.SEARCH,
    site_pages.NOT_FOUND,
    Kind(
        "redirect",
        "redirect",
        redirects.keys,
        lambda old, new: old,
        redirects.redirect_view,
        is_hidden=True,
    ),
)

#: Name → kind of page.
KINDS = {kind.name: kind for kind in _KINDS}


def planned(derived: Derived) -> Iterator[Page]:
    """Yield every page of the site, not yet rendered."""
    for kind in _KINDS:
        for key in kind.keys(derived):
            yield kind.page(derived, key)


def page_at(derived: Derived, path: str) -> Page | None:
    """Return the page at a path below `output/`, or None."""
    return next((page for page in planned(derived) if page.path == path), None)


def indexed(derived: Derived) -> list[str]:
    """Return the URL paths of the pages that crawlers may index."""
    return [page.url for page in planned(derived) if not page.is_hidden]


@query
def shown_media(site: Site) -> tuple[str, ...]:
    """Return the names of the media files that visible pages link to, sorted."""
    names = {
        name for briefing in site.briefings for name in media_in(site, "briefing", briefing.id)
    }
    for kind, records in (("trust", site.trusts), ("topic", site.topics), ("page", site.pages)):
        names |= {name for id in records for name in media_in(site, kind, id)}
    return tuple(sorted(name for name in names if name in site.media))


@query
def media_in(site: Site, kind: str, id: str) -> tuple[str, ...]:
    """Return the names of the media files that a record links to."""
    record = site.content.record(kind, id)
    links = record.body.links if record is not None else ()
    return tuple(link.target.removeprefix("media/") for link in links if link.kind == "media")
