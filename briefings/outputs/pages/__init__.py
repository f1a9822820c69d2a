"""The HTML pages of the site: planned as values, each rendered by a pure function of its value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from briefings import urls
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.pages import (
    briefing,
    enforcement,
    home,
    listings,
    redirects,
    registers,
    requirement,
    site_pages,
    trust,
    trusts,
    withdrawn,
)
from briefings.outputs.pages.csp import CSP, CSP_SEARCH
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.page import FeedLink, Kind, LinkTo, Meta, Page, View, only
from briefings.outputs.pages.renderer import Renderer
from briefings.outputs.pages.site_context import SiteContext

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


def _numbered(base: str, number: str) -> str:
    """Return the path of a page of a list."""
    return urls.page_of(base, int(number))


#: The kinds of pages, in output order.
_KINDS = (
    Kind("home", "home", only(), lambda: urls.HOME, home.Home),
    Kind("archive", "archive", home.archive_keys, home.archive_url, home.archive_view),
    Kind(
        "briefing",
        "briefing",
        briefing.keys,
        partial(urls.url_of, "briefing"),
        briefing.briefing_view,
    ),
    Kind(
        "withdrawn",
        "withdrawn",
        withdrawn.keys,
        partial(urls.url_of, "briefing"),
        withdrawn.withdrawn_view,
        is_hidden=True,
    ),
    Kind("trust", "trust", trust.keys, partial(urls.url_of, "trust"), trust.trust_view),
    Kind(
        "requirement",
        "requirement",
        requirement.keys,
        partial(urls.url_of, "requirement"),
        requirement.requirement_view,
    ),
    Kind("trusts", "trusts", trusts.keys, partial(_numbered, urls.TRUSTS), trusts.index_view),
    Kind("topics", "topics", only(), lambda: urls.TOPICS, listings.TopicIndex),
    Kind("topic", "topic", listings.topic_keys, listings.topic_url, listings.topic_view),
    Kind(
        "regulator",
        "regulator",
        listings.regulator_keys,
        listings.regulator_url,
        listings.regulator_view,
    ),
    Kind(
        "ledger",
        "ledger",
        registers.ledger_keys,
        partial(_numbered, urls.REQUIREMENTS),
        registers.ledger_view,
    ),
    Kind(
        "regulator-ledger",
        "ledger_part",
        registers.regulator_ledger_keys,
        lambda id, number: urls.page_of(urls.regulator_ledger_url(id), int(number)),
        registers.regulator_ledger_view,
    ),
    Kind(
        "enforcement",
        "enforcement",
        enforcement.register_keys,
        partial(_numbered, urls.ENFORCEMENT),
        enforcement.register_view,
    ),
    Kind(
        "corrections",
        "corrections",
        registers.corrections_keys,
        partial(_numbered, urls.CORRECTIONS),
        registers.corrections_view,
    ),
    Kind(
        "regulation",
        "regulation",
        enforcement.regulation_keys,
        enforcement.regulation_url,
        enforcement.regulation_view,
    ),
    Kind("compare", "compare", only(), lambda: urls.COMPARE, registers.Compare),
    Kind(
        "plain", "plain", site_pages.plain_keys, partial(urls.url_of, "page"), site_pages.plain_view
    ),
    Kind("subscribe", "subscribe", only(), lambda: urls.SUBSCRIBE, site_pages.Subscribe),
    Kind("data", "data", only(), lambda: urls.DATA, site_pages.Data),
    Kind("search", "search", only(), lambda: urls.SEARCH, site_pages.Search),
    Kind(
        "not-found",
        "not_found",
        only(),
        lambda: urls.NOT_FOUND,
        site_pages.NotFound,
        is_hidden=True,
    ),
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


def planned(whole: Derived) -> Iterator[Page]:
    """Yield every page of the site, not yet rendered."""
    for kind in _KINDS:
        for key in kind.keys(whole):
            yield kind.page(whole, key)


def page_at(whole: Derived, path: str) -> Page | None:
    """Return the page at a path below `output/`, or None."""
    return next((page for page in planned(whole) if page.path == path), None)


def indexed(whole: Derived) -> list[str]:
    """Return the URL paths of the pages that crawlers may index."""
    return [page.url for page in planned(whole) if not page.is_hidden]


def shown_media(site: Site) -> list[str]:
    """Return the names of the media files that visible pages link to, sorted."""
    named = {name for one in site.briefings for name in media_in(site, "briefing", one.id)}
    for kind, records in (("trust", site.trusts), ("topic", site.topics), ("page", site.pages)):
        named |= {name for id in records for name in media_in(site, kind, id)}
    return sorted(name for name in named if name in site.media)


@query
def media_in(site: Site, kind: str, id: str) -> tuple[str, ...]:
    """Return the names of the media files that a record links to."""
    record = site.content.record(kind, id)
    links = record.body.links if record is not None else ()
    return tuple(link.target.removeprefix("media/") for link in links if link.kind == "media")
