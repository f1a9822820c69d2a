"""Redirect pages at old addresses, for hosts that have no redirects of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from briefings.domain.ledger import histories
from briefings.domain.site import Site
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.page import Meta, Page
from briefings.urls import regulation_url, regulator_ledger_url, url_of


def aliases(site: Site) -> list[tuple[str, str]]:
    """Return (old path, path of the page) for each alias of a record that has a page, sorted."""
    told = histories(site)
    found = [(old, one.url) for one in site.briefing.values() for old in one.front.aliases]
    for kind, records in (
        ("trust", site.trusts),
        ("topic", site.topics),
        ("regulator", site.regulators),
        ("page", site.pages),
    ):
        for id, record in records.items():
            found += [(old, url_of(kind, id)) for old in record.front.aliases]
    for id, history in told.items():
        found += [(old, url_of("requirement", id)) for old in history.front.aliases]
    return sorted([*found, *_of_renamed_regulators(site)])


def _of_renamed_regulators(site: Site) -> Iterator[tuple[str, str]]:
    """Yield redirects for the pages whose paths contain a renamed regulator's id.

    These need no aliases: no editor could write one for each.
    """
    for old, new in site.register.renamed:
        if old.kind == "regulator" and new.id in site.regulators:
            yield regulator_ledger_url(old.id), regulator_ledger_url(new.id)
            for one in site.regulators[new.id].front.regulations:
                yield regulation_url(old.id, one.number), regulation_url(new.id, one.number)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A page that says where its content moved to and redirects there."""

    NOINDEX: ClassVar[bool] = True

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
            noindex=self.NOINDEX,
        )


def planned(whole: Derived) -> Iterator[Page]:
    """Yield a page for each alias that is a folder or an HTML file."""
    for old, new in aliases(whole.site):
        if old.endswith(("/", ".html", ".htm")):
            yield Page.of(old, "pages/redirect.html", Redirect(old, new))
