"""The search page in a real browser, under the headers that the site asks its host to send."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from briefings.urls import SEARCH
from tests.browser.built import Built
from tests.browser.conftest import ROOT, Watch, build
from tests.browser.hosting import hosted

#: In the body of one briefing of tests/site; no other word is like it after its ending is cut off.
RARE = "quixotry"


def results(page: Page) -> list[str]:
    return page.locator("#found li h3").all_inner_texts()


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    expect(page.get_by_role("status")).to_contain_text(f"“{words}”")


def test_a_word_of_one_body_finds_its_briefing_under_a_path(watched: Watch, made_up: Built) -> None:
    page, address = watched.page, made_up.address
    page.goto(address + SEARCH)
    search(page, RARE)
    expect(page.get_by_role("status")).to_have_text(f"1 result for “{RARE}”")
    assert page.locator("#found mark").all_inner_texts() == [f"{RARE},"]
    expect(page.locator("#found li")).to_contain_text("<b>")
    suspended = page.locator("#found .meta").get_by_text("Grade suspended (Overall, Mere Lane")
    expect(suspended, "as on its card, and not the grade of another question alone").to_be_visible()
    page.locator("#found a").click()
    expect(page).to_have_url(address + "/briefings/aldermere-2023/")
    assert watched.faults(address) == []


def test_nothing_of_the_index_is_loaded_until_somebody_types(watched: Watch, server: str) -> None:
    page = watched.page
    page.goto(server + SEARCH, wait_until="networkidle")
    assert not [url for url in watched.requests if "/pagefind/" in url]
    page.get_by_role("searchbox").press_sequentially("ward")
    expect(page.locator("#found li").first).to_be_visible()
    assert [url for url in watched.requests if url.endswith("/pagefind/pagefind.js")]
    assert watched.faults(server) == []


def test_results_can_be_narrowed_to_one_trust(watched: Watch, server: str) -> None:
    page = watched.page
    page.goto(server + SEARCH)
    search(page, "ward")
    every = results(page)
    page.get_by_text("Narrow by").click()
    page.get_by_role("combobox", name="Trust", exact=True).select_option("Norfolk and Suffolk")
    page.get_by_role("combobox", name="Kind").select_option("Briefing")
    expect(page.locator("#found .kicker").first).to_have_text("Briefing · Norfolk and Suffolk")
    assert set(page.locator("#found .kicker").all_inner_texts()) == {
        "Briefing · Norfolk and Suffolk"
    }
    assert results(page) != every
    assert "trust=Norfolk+and+Suffolk" in page.url
    assert watched.faults(server) == []


def test_a_search_can_be_kept_and_sent_as_a_link(watched: Watch, server: str) -> None:
    page = watched.page
    page.goto(f"{server}{SEARCH}?q=ward&kind=Trust")
    expect(page.get_by_role("status")).to_contain_text("“ward”")
    expect(page.get_by_role("searchbox")).to_have_value("ward")
    expect(page.get_by_role("combobox", name="Kind")).to_have_value("Trust")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("combobox", name="Kind").select_option("Any")
    expect(page).to_have_url(server + SEARCH)
    expect(page.locator("#found")).to_be_hidden()
    assert watched.faults(server) == []


def test_everything_works_from_the_keyboard(watched: Watch, server: str) -> None:
    page = watched.page
    page.goto(server + SEARCH)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("trust")
    page.keyboard.press("Enter")
    expect(page.locator("#found li")).to_have_count(10)
    for _ in range(3):  # the button, the filters, the first name
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#named li') !== null")
    page.get_by_role("button", name="More results").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found li").nth(10).locator("a")).to_be_focused()
    page.get_by_text("Narrow by").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Kind")).to_be_focused()
    page.keyboard.press("b")
    expect(page.get_by_role("combobox", name="Kind")).to_have_value("Briefing")
    assert watched.faults(server) == []


def test_a_search_without_results_says_so(watched: Watch, server: str) -> None:
    page = watched.page
    page.goto(f"{server}{SEARCH}?q=%3Cimg+src%3Dx%3E+zzzzxq")
    expect(page.get_by_role("status")).to_have_text("No results for “<img src=x> zzzzxq”")
    assert watched.faults(server) == []


def test_a_search_that_fails_says_so_and_can_be_tried_again(watched: Watch, server: str) -> None:
    page = watched.page
    page.route("**/pagefind-entry.json*", lambda route: route.abort())
    page.goto(f"{server}{SEARCH}?q=ward")
    expect(page.get_by_role("status")).to_contain_text("use the lists below")
    page.unroute("**/pagefind-entry.json*")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“ward”")
    assert watched.violations == []


def test_without_a_search_index_the_page_is_its_lists(tmp_path: Path, watched: Watch) -> None:
    site = build(ROOT / "tests/sites/schools", tmp_path / "output", "--no-search")
    assert not (site / "pagefind").exists()
    with hosted(site) as address:
        page = watched.page
        page.goto(address + SEARCH)
        expect(page.locator("#search")).to_have_count(0)
        expect(page.locator("main h2 + ul a").first).to_be_visible()
        assert page.locator("script[src]").count() == 1, "that of the find box"
        assert watched.faults(address) == []


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_there_is_no_form_but_every_list(page: Page, server: str) -> None:
    page.goto(server + SEARCH)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.get_by_role("link", name="Norfolk and Suffolk NHS Foundation Trust").click()
    expect(page).to_have_url(server + "/trusts/norfolk-and-suffolk/")
