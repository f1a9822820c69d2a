"""The anchors that links are judged by are the anchors that pages have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from briefings.domain import sections
from briefings.domain.ledger.history import histories
from briefings.domain.site import Site
from briefings.urls import url_of
from tests.support.reading import read, site_of

#: Anchors that no one links to: notes, which have names of their own, and parts of the frame.
_OURS = ("fn-", "fnref-", "contents-", "find-box")
#: The same of the title, the description and the legend of a picture.
_OF_PICTURES = (".t", ".d", ".l")


def _records(site: Site) -> Iterator[tuple[str, str]]:
    yield from (("briefing", id) for id in site.briefing)
    yield from (("trust", id) for id in site.trusts)
    yield from (("requirement", id) for id in histories(site))
    yield from (("regulator", id) for id in site.regulators)
    yield from (("topic", id) for id in site.topics)
    yield from (("page", id) for id in site.pages)


@pytest.mark.parametrize("content", ["content", "tests/site/content"])
def test_a_page_has_exactly_the_anchors_that_links_may_name(content: str) -> None:
    site = site_of(content)
    for kind, id in _records(site):
        page = read(content)[url_of(kind, id)]
        ids = (anchor for anchor in page.ids if not anchor.endswith(_OF_PICTURES))
        there = {anchor for anchor in ids if not anchor.startswith(_OURS)}
        assert there == set(sections.anchors_of(site, kind, id)), f"{kind} {id}"


def test_a_record_without_a_page_has_no_anchors() -> None:
    with pytest.raises(KeyError):
        sections.anchors_of(site_of("content"), "trust", "no-such-trust")
