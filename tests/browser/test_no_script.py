"""Without JavaScript the site is all there: its texts, its tables, its lists and its links."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.built import KINDS, Built
from tests.browser.conftest import ROOT

_HREFS = "[...document.querySelectorAll('main a')].map((link) => link.getAttribute('href'))"
NO_SCRIPT = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture
def without(browser: Browser) -> Iterator[Page]:
    """A page on which no script runs, beside `page`, on which they do."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def words(page: Page, url: str) -> list[str]:
    """What a reader reads on a page: all but the search form, which only scripts can answer."""
    page.goto(url)
    return page.locator("main").inner_text().split()


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_every_word_is_there_without_scripts(
    every: bool, page: Page, without: Page, sites: tuple[Built, Built]
) -> None:
    """Where a page has no script there can be no difference, and nothing to look at.

    Without `every`: of each kind the page with the most in it, of the made-up site.
    """
    urls = [
        site.address + path
        for site in (sites if every else sites[1:])
        for kind in site.pages
        for path in filter(site.has_script, site.least_and_most(kind)[0 if every else -1 :])
        if kind != "search"
    ]
    assert len(urls) > 3
    for url in urls:
        read = words(without, url)
        assert len(read) > 5
        assert read == words(page, url), url


def test_some_pages_have_a_script(sites: tuple[Built, Built]) -> None:
    kinds = {kind for kind in KINDS if any(map(sites[0].has_script, sites[0].pages.get(kind, [])))}
    assert kinds >= {"compare", "register", "search"}
    assert not kinds & {"home", "briefing", "requirement", "plain"}


@NO_SCRIPT
def test_links_lead_from_the_front_page_to_the_sources_of_a_requirement(
    page: Page, server: str
) -> None:
    page.goto(f"{server}/")
    page.locator("nav").first.get_by_role("link", name="Trusts").click()
    page.get_by_role("link", name="Nottinghamshire Healthcare NHS Foundation Trust").first.click()
    expect(page).to_have_url(f"{server}/trusts/nottinghamshire-healthcare/")
    page.locator("#ledger ~ table a, section:has(#ledger) a").first.click()
    expect(page).to_have_url(re.compile("/requirements/[a-z0-9-]+/$"))
    page.locator("main a[href*='/briefings/']").first.click()
    expect(page).to_have_url(re.compile("/briefings/[a-z0-9-]+/"))
    expect(page.locator("#sources")).to_be_visible()


@NO_SCRIPT
def test_the_lists_are_complete(page: Page, server: str) -> None:
    for path, folder in (("trusts", "trusts"), ("search", "trusts"), ("topics", "topics")):
        page.goto(f"{server}/{path}/")
        hrefs: list[str] = page.evaluate(_HREFS)
        linked = {href.split("/")[2] for href in hrefs if href.startswith(f"/{folder}/")}
        ids = {file.stem for file in (ROOT / "content" / folder).glob("*.md")} - {"README"}
        assert linked >= ids, path


@NO_SCRIPT
def test_nothing_that_only_scripts_can_do_is_offered(page: Page, server: str) -> None:
    for path in ("/", "/enforcement/", "/compare/", "/search/"):
        page.goto(server + path)
        for role in ("button", "searchbox", "combobox", "textbox"):
            expect(page.get_by_role(role)).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.get_by_role("button", name="Menu")).to_be_visible()
    expect(page.get_by_role("button", name="Find")).to_be_hidden()


@NO_SCRIPT
def test_collapsed_sections_open(page: Page, server: str) -> None:
    page.goto(f"{server}/data/")
    folded = page.locator("main details").first
    folded.locator("summary").click()
    expect(folded.locator(":scope > :not(summary)").first).to_be_visible()
