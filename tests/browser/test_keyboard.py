"""Keyboard access: Tab reaches every control in order, and the focus is visible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.built import Built

#: Without animation, the page has scrolled to what has the focus by the time we look.
pytestmark = pytest.mark.browser_context_args(reduced_motion="reduce")

#: The focused element; null when the focus has left the page. `seen`: a part of it is on the screen
#: and not covered.
_FOCUSED = """() => {
  const it = document.activeElement;
  if (it === document.body || it === null) return null;
  const box = it.getClientRects()[0], style = getComputedStyle(it);
  const middle = (from, to, size) => (Math.max(from, 0) + Math.min(to, size)) / 2;
  const on = document.elementFromPoint(middle(box.left, box.right, innerWidth),
                                       middle(box.top, box.bottom, innerHeight));
  const last = window.before;
  window.before = it;
  return {
    what: it.outerHTML.slice(0, 120),
    seen: on !== null && (it.contains(on) || on.contains(it)) && box.width > 1,
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    next: !last || Boolean(last.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""

_REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((it) => it.checkVisibility({visibilityProperty: true})).length"""


def walk(page: Page) -> Iterator[dict[str, Any]]:
    """Return all elements that Tab focuses, from the top of the page to its end."""
    for _ in range(1000):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            return
        yield focused
    pytest.fail("the keyboard is caught on this page")


PUBLISHED = ["/", "/briefings/nottinghamshire-healthcare-2022/", "/search/", "/compare/"]
MADE_UP = ["/trusts/castlebridge/", "/trusts/aldermere/", "/enforcement/", "/requirements/"]
WALKS = [(0, path) for path in PUBLISHED] + [(1, path) for path in MADE_UP]


@pytest.mark.sample(2)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(("which", "path"), WALKS, ids=[path for _, path in WALKS])
def test_everything_is_reached_in_order_and_seen(
    which: int, path: str, width: int, page: Page, sites: tuple[Built, Built]
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(sites[which].address + path)
    stops = list(walk(page))
    assert [stop["what"] for stop in stops if not stop["seen"]] == [], "on the screen"
    assert [stop["what"] for stop in stops if not stop["ringed"]] == [], "with a ring around it"
    assert [stop["what"] for stop in stops if not stop["next"]] == [], "in the order of the page"
    assert len(stops) == page.evaluate(_REACHABLE)


def test_the_first_stop_is_a_link_past_the_menu(page: Page, server: str) -> None:
    page.goto(f"{server}/briefings/nottinghamshire-healthcare-2022/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_table_is_sorted_with_the_keyboard(page: Page, made_up: Built, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{made_up.address}/enforcement/")
    table = page.locator("table[data-sortable]").first
    heading = table.get_by_role("columnheader", name="Action")
    rows = table.locator("tbody td[data-label='Action']")
    names = rows.all_inner_texts()
    assert len(set(names)) > 1
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert rows.all_inner_texts() == sorted(names)
    page.keyboard.press("Space")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert rows.all_inner_texts() == sorted(names, reverse=True)
    expect(heading.get_by_role("button")).to_be_focused()


def test_collapsed_sections_open_with_the_keyboard(page: Page, server: str) -> None:
    page.goto(f"{server}/data/")
    folded = page.locator("main details").first
    expect(folded.locator(":scope > :not(summary)").first).to_be_hidden()
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(folded.locator(":scope > :not(summary)").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(folded.locator(":scope > :not(summary)").first).to_be_hidden()


def test_a_table_wider_than_the_screen_is_moved_with_the_keyboard(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server}/briefings/norfolk-and-suffolk-2022/")
    region = page.get_by_role("group", name="Table")
    region.focus()
    page.keyboard.press("ArrowRight")
    expect(region).not_to_have_js_property("scrollLeft", 0)
