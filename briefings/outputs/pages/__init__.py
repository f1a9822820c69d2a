"""The HTML pages of the site: planned as values, each rendered by a pure function of its value."""

from __future__ import annotations

from collections.abc import Iterator

from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.pages import (
    briefing,
    digest,
    home,
    ledger,
    lists,
    requirement,
    site_pages,
    trust,
    trusts,
)
from briefings.outputs.pages.page import Page

#: The kinds of pages, in output order.
_KINDS = (
    home.HOME,
    lists.ARCHIVE,
    briefing.BRIEFING,
    briefing.WITHDRAWN,
    trust.TRUST,
    requirement.REQUIREMENT,
    trusts.TRUSTS,
    lists.TOPICS,
    lists.TOPIC,
    lists.REGULATOR,
    ledger.LEDGER,
    ledger.REGULATOR_LEDGER,
    ledger.ANSWERS,
    lists.ENFORCEMENT,
    lists.CORRECTIONS,
    digest.DIGESTS,
    digest.DIGEST,
    lists.REGULATION,
    trusts.COMPARE,
    site_pages.PLAIN,
    site_pages.SUBSCRIBE,
    site_pages.DATA,
    site_pages.SEARCH,
    site_pages.NOT_FOUND,
    site_pages.REDIRECT,
)

#: Name → kind of page.
KINDS = {kind.name: kind for kind in _KINDS}


def planned(site: Site) -> Iterator[Page]:
    """Yield every page of the site, not yet rendered."""
    return (kind.page(site, key) for kind in _KINDS for key in kind.keys(site))


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
