"""Accessibility: axe-core finds nothing on any kind of page.

axe.min.js is axe-core 4.14.1 as Deque Systems published it (npm: axe-core; Mozilla Public License
2.0, in axe.LICENSE.txt; what it contains of others is in axe.LICENSE-3RD-PARTY.txt).

The rules are those of WCAG 2.0, 2.1 and 2.2, levels A and AA, and axe's own best practices. They
run over the page with the most in it of each kind on the site that is published, and over those
with the least and the most on tests/site, each in light and dark, at 320 and 1280 pixels; of the
sites about other sectors over a page of each kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.built import KINDS, Built
from tests.browser.conftest import Watch, build
from tests.browser.hosting import hosted
from tests.support.reading import ROOT, SECTORS

AXE = Path(__file__).with_name("axe.min.js").read_text("utf-8")
SHA_256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
LOOKS = [(width, dark) for width in (320, 1280) for dark in (False, True)]

#: `evaluate` is outside the page's content security policy, which would refuse a script element.
_RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
})"""


def barriers(page: Page) -> Iterator[str]:
    """Yield axe's faults: the rule, its description, and the first elements that fail it."""
    result: dict[str, Any] = page.evaluate(_RUN)
    for fault in result["violations"]:
        where = "; ".join(node["html"][:200] for node in fault["nodes"][:3])
        yield f"{fault['id']}: {fault['help']} ({len(fault['nodes'])}): {where}"


def barriers_in_every_look(
    page: Page, url: str, looks: Sequence[tuple[int, bool]] = LOOKS
) -> Iterator[str]:
    """The faults of a page in light and dark, wide and narrow."""
    page.goto(url)
    page.evaluate(AXE)
    for width, dark in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if dark else "light")
        for fault in barriers(page):
            yield f"{url} {width}{' dark' if dark else ''}: {fault}"


def test_axe_is_the_published_release() -> None:
    assert hashlib.sha256(AXE.encode()).hexdigest() == SHA_256
    assert AXE.startswith("/*! axe v4.14.1\n")


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "not-found"])
def test_no_page_of_a_kind_keeps_anybody_out(
    kind: str, every: bool, watched: Watch, sites: tuple[Built, Built]
) -> None:
    """Without `every`: the page of the made-up site with the most in it, in one of the looks."""
    published, made_up = sites
    urls = [published.address + path for path in published.least_and_most(kind)[-1:]]
    urls += [made_up.address + path for path in made_up.least_and_most(kind)]
    look = LOOKS[KINDS.index(kind) % len(LOOKS)]
    urls, looks = (urls, LOOKS) if every else (urls[-1:], [look])
    assert urls
    faults = [fault for url in urls for fault in barriers_in_every_look(watched.page, url, looks)]
    assert faults == []
    assert watched.violations == []


@pytest.mark.parametrize(("content", "every"), [
    (SECTORS[0], False), *(pytest.param(site, True, marks=pytest.mark.long) for site in SECTORS),
])  # fmt: skip
def test_ratings_without_an_overall_grade_keep_nobody_out(
    content: str, every: bool, page: Page, tmp_path: Path
) -> None:
    """Without `every`: three kinds of pages with grades, on a phone."""
    folder = build(
        ROOT / content, tmp_path / "output", "--no-search", "--base-url", "https://a.example/"
    )
    looks = [(320, False), (1280, False)] if every else [(320, False)]
    # The links of the page for wrong addresses are whole, so its style is not loaded here.
    kinds = {*KINDS} - {"not-found"} if every else {"briefing", "compare", "trust"}
    with hosted(folder) as address:
        site = Built(folder, address)
        urls = [address + paths[-1] for kind, paths in site.pages.items() if kind in kinds]
        faults = [fault for url in urls for fault in barriers_in_every_look(page, url, looks)]
    assert len(urls) > 2
    assert faults == []


def test_the_page_for_wrong_addresses_keeps_nobody_out(page: Page, by_name: str) -> None:
    assert list(barriers_in_every_look(page, f"{by_name}/no/such/page/")) == []


@pytest.mark.long
def test_the_longest_briefing_that_is_published_keeps_nobody_out(page: Page, server: str) -> None:
    url = f"{server}/briefings/nottinghamshire-healthcare-2022/"
    assert list(barriers_in_every_look(page, url)) == []


def test_search_results_keep_nobody_out(watched: Watch, server: str) -> None:
    watched.page.goto(f"{server}/search/?q=ward")
    watched.page.locator("#found li").first.wait_for()
    watched.page.get_by_text("Narrow by").click()
    watched.page.evaluate(AXE)
    assert list(barriers(watched.page)) == []


def test_every_kind_of_page_is_among_them(sites: tuple[Built, Built]) -> None:
    assert {kind for site in sites for kind in site.pages} == set(KINDS)


def test_a_barrier_would_be_found(page: Page, server: str) -> None:
    page.goto(f"{server}/glossary/")
    page.evaluate(AXE)
    page.evaluate("document.querySelector('h1').append(document.createElement('button'))")
    assert [fault.partition(":")[0] for fault in barriers(page)] == ["button-name"]
