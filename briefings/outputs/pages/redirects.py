"""Redirect pages at old addresses, for hosts that have no redirects of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from briefings import urls
from briefings.domain import words
from briefings.domain.ledger.history import histories
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.pages.claims import change_rows
from briefings.outputs.pages.components import trust_link
from briefings.outputs.pages.page import Derived, FeedLink, Kind, Meta, PlainView
from briefings.urls import LinkTo, regulation_url, regulator_ledger_url, url_of


@query
def aliases(site: Site) -> tuple[tuple[str, str], ...]:
    """Return (old path, path of the page) for each alias of a record that has a page, sorted."""
    histories_by_id = histories(site)
    pairs = [(old, url_of("briefing", id)) for id in site.briefing for old in aliases_of(site, id)]
    for kind, records in (
        ("trust", site.trusts),
        ("topic", site.topics),
        ("regulator", site.regulators),
        ("page", site.pages),
    ):
        for id, record in records.items():
            pairs += [(old, url_of(kind, id)) for old in record.front.aliases]
    for id, history in histories_by_id.items():
        pairs += [(old, url_of("requirement", id)) for old in history.front.aliases]
    return tuple(sorted([*pairs, *_of_renamed_regulators(site)]))


@query
def aliases_of(site: Site, id: str) -> tuple[str, ...]:
    return tuple(site.briefing[id].front.aliases)


def _of_renamed_regulators(site: Site) -> Iterator[tuple[str, str]]:
    """Yield redirects for the pages whose paths contain a renamed regulator's id.

    These need no aliases: no editor could write one for each.
    """
    for old, new in site.register.renamed:
        if old.kind == "regulator" and new.id in site.regulators:
            yield regulator_ledger_url(old.id), regulator_ledger_url(new.id)
            for regulation in site.regulators[new.id].front.regulations:
                yield (
                    regulation_url(old.id, regulation.number),
                    regulation_url(new.id, regulation.number),
                )


@dataclass(frozen=True, slots=True)
class Redirect:
    """A page that says where its content moved to and redirects there."""

    old: str
    new: str

    @property
    def meta(self) -> Meta:
        """Metadata: not indexed, with the new page as canonical URL."""
        return Meta(
            url=self.new,
            title="This page has moved",
            description="This page has moved.",
            kind="redirect",
            noindex=True,
        )


def keys(derived: Derived) -> list[tuple[str, str]]:
    """Return (old path, new path) of each alias that is a folder or an HTML file."""
    pairs = aliases(derived.site)
    return [(old, new) for old, new in pairs if old.endswith(("/", ".html", ".htm"))]


def redirect_view(derived: Derived, old: str, new: str) -> Redirect:
    """Return the view of a redirect page."""
    return Redirect(old, new)


def _withdrawn(derived: Derived, id: str) -> PlainView:
    briefing = derived.site.briefing[id]
    trust = trust_link(derived.site, briefing.front.trust)
    meta = Meta(
        url=briefing.url,
        title=f"Withdrawn: a briefing on {trust.label} ({id})",
        description="This briefing was withdrawn. The page says when and why.",
        kind="withdrawn",
        section=urls.BRIEFINGS,
        breadcrumbs=(LinkTo(words.say(derived.site.config, "Trusts"), urls.TRUSTS), trust),
        feeds=(FeedLink(f"{trust.label}: briefings", urls.feed_of(trust.url)),),
        noindex=True,
    )
    return PlainView(
        meta,
        id=id,
        trust=trust,
        published=briefing.visible_from,
        withdrawal=briefing.front.withdrawn,
        changes=list(change_rows(briefing)),
    )


WITHDRAWN = Kind(
    "withdrawn",
    "withdrawn",
    lambda whole: [(briefing.id,) for briefing in whole.site.withdrawn],
    partial(urls.url_of, "briefing"),
    _withdrawn,
    is_hidden=True,
)
