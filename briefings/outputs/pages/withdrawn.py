"""The notice in place of a withdrawn briefing: when and why, without any facts of the briefing."""

from __future__ import annotations

from functools import partial

from briefings import urls
from briefings.domain import words
from briefings.outputs.pages.claims import change_rows
from briefings.outputs.pages.components import trust_link
from briefings.outputs.pages.page import Derived, FeedLink, Kind, Meta, PlainView
from briefings.urls import LinkTo


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
