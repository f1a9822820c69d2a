"""The notice in place of a withdrawn briefing: when and why, without any facts of the briefing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from briefings import urls
from briefings.content.schema import Withdrawal
from briefings.outputs.pages.claims import ChangeRow, change_rows
from briefings.outputs.pages.components import trust_link
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta


def keys(whole: Derived) -> list[tuple[str]]:
    """Return the id of every withdrawn briefing."""
    return [(one.id,) for one in whole.site.withdrawn]


@dataclass(frozen=True, slots=True)
class WithdrawnView:
    """`view` of pages/withdrawn.html: when and why, without any facts of the briefing."""

    id: str
    url: str
    trust: LinkTo
    published: datetime
    withdrawal: Withdrawal
    changes: tuple[ChangeRow, ...]

    @property
    def meta(self) -> Meta:
        """Head metadata and breadcrumbs."""
        return Meta(
            url=self.url,
            title=f"Withdrawn: a briefing on {self.trust.label} ({self.id})",
            description="This briefing was withdrawn. The page says when and why.",
            kind="withdrawn",
            section=urls.BRIEFINGS,
            breadcrumbs=(LinkTo("Trusts", urls.TRUSTS), self.trust),
            feeds=(FeedLink(f"{self.trust.label}: briefings", urls.feed_of(self.trust.url)),),
            noindex=True,
        )


def withdrawn_view(whole: Derived, id: str) -> WithdrawnView:
    """Return the view of the notice for a withdrawn briefing."""
    site, one = whole.site, whole.site.briefing[id]
    assert one.front.withdrawn is not None
    trust = trust_link(site, one.front.trust)
    return WithdrawnView(
        one.id, one.url, trust, one.visible_from, one.front.withdrawn, tuple(change_rows(one))
    )
