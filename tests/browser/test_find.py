"""Find a trust: the box on every page, and the tables of queries in docs/search.md."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.built import Built
from tests.browser.conftest import ROOT, Watch
from tests.browser.test_axe import AXE, barriers

#: A row of a table in docs/search.md: what is typed, and the path of the page or "not here".
_ROW = re.compile(r"^\| (.+?) \| (?:`(/.+?)`|not here) \|$", re.MULTILINE)
#: What the matcher of a page gives first for each query, as a path below the site; "" for nothing.
_FIRST = """async (queries) => {
  const form = document.querySelector(".find");
  const { load } = await import(form.dataset.script);
  const { find } = await load(form);
  const top = new URL("..", form.action).pathname.slice(0, -1);
  return queries.map((query) => (find(query)[0]?.entry.url ?? "").replace(top, ""));
}"""


def rows(content: str) -> dict[str, str]:
    """What is typed → the path of the page to come first; empty for what is not covered."""
    text = (ROOT / "docs" / "search.md").read_text("utf-8")
    section = text.partition(f"\n### `{content}`\n")[2].partition("\n##")[0]
    return dict(_ROW.findall(section))


@pytest.mark.parametrize(("which", "content"), [(0, "content/"), (1, "tests/site/content/")])
def test_what_readers_type_gives_the_right_page_first(
    which: int, content: str, page: Page, sites: tuple[Built, Built]
) -> None:
    expected = rows(content)
    assert len(expected) == 60
    assert sum(not path for path in expected.values()) >= 6, "some are not covered"
    page.goto(f"{sites[which].address}/about/")
    first = dict(zip(expected, page.evaluate(_FIRST, list(expected)), strict=True))
    wrong = {typed: url for typed, url in first.items() if url.partition("#")[0] != expected[typed]}
    assert {typed: url for typed, url in wrong.items() if not expected[typed]} == {}
    assert len(wrong) <= 3, wrong


def test_the_box_suggests_pages_and_keeps_nobody_out(watched: Watch, server: str) -> None:
    page = watched.page
    page.goto(f"{server}/about/", wait_until="networkidle")
    assert not [url for url in watched.requests if "names" in url]
    box = page.get_by_label("Find a trust")
    box.focus()
    page.keyboard.type("nott")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Nottingham University Hospitals NHS Trust")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "-")
    page.evaluate(AXE)
    assert list(barriers(page)) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    box.fill("Northampton")
    expect(page.get_by_role("status")).to_contain_text("No trust, site or place here")
    box.fill("Rampten")
    expect(page.get_by_role("status")).to_have_text("Did you mean:")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server}/trusts/nottinghamshire-healthcare/")
    assert watched.faults(server) == []


def test_on_a_phone_the_box_opens_with_a_button(watched: Watch, made_up: Built) -> None:
    page = watched.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{made_up.address}/topics/")
    box = page.get_by_label("Find a trust")
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Find").click()
    expect(box).to_be_focused()
    box.fill("mere lane")
    page.get_by_role("option").click()
    expect(page).to_have_url(f"{made_up.address}/trusts/aldermere/")
    assert watched.faults(made_up.address) == []


def test_without_a_choice_the_search_page_answers_names_first(watched: Watch, server: str) -> None:
    page, status = watched.page, watched.page.get_by_role("status")
    page.goto(f"{server}/about/")
    page.get_by_label("Find a trust").fill("what is a section 29A notice")
    page.keyboard.press("Enter")
    expect(page.locator("#named a").first).to_have_text("Section 29A warning notice")
    expect(status).to_contain_text("results for")
    marked = {text.strip(".,").lower() for text in page.locator("#found mark").all_inner_texts()}
    assert marked
    assert not marked & {"what", "is", "a"}
    page.goto(f"{server}/search/?q=Notingham")
    expect(page.locator("#named")).to_contain_text("Did you mean")
    expect(page.locator("#named a").first).to_contain_text("Nottingham")
    expect(status).to_have_text("No results for “Notingham”")
    page.goto(f"{server}/search/?status=Open&no-record-since=2022")
    expect(page.locator("#found .kicker").first).to_contain_text("Requirement")
    expect(page.locator("#named")).to_be_hidden()
    assert watched.faults(server) == []
