"""Layout on a narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.built import Built

_LEFT_EDGES = """(group) => [...group.querySelectorAll("dd")]
  .map((value) => Math.round(value.getBoundingClientRect().left))"""


@pytest.mark.parametrize("width", [320, 480])
def test_several_dates_of_a_visit_are_below_each_other_beside_their_label(
    page: Page, made_up: Built, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{made_up.address}/briefings/aldermere-2023/")
    inspected = page.locator(".dates div").first
    label = inspected.locator("dt").evaluate("(label) => label.getBoundingClientRect().right")
    edges = inspected.evaluate(_LEFT_EDGES)
    assert len(edges) > 1
    assert len(set(edges)) == 1
    assert edges[0] >= label


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_masthead_is_one_line_and_its_menu_opens_without_a_script(
    page: Page, server: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"{server}/briefings/nottinghamshire-healthcare-well-led-2025/")
    parts = page.locator(".masthead, .crumbs")
    ends = [part.evaluate("(it) => it.getBoundingClientRect().bottom") for part in parts.all()]
    assert ends[0] <= (56 if width == 320 else 72)
    assert ends[1] <= (90 if width == 320 else 112)
    menu, trusts = (
        page.get_by_role("button", name="Menu"),
        page.locator("#nav a", has_text="Trusts"),
    )
    if width == 1280:
        expect(menu).to_be_hidden()
    else:
        expect(trusts).to_be_hidden()
        menu.click()
    expect(trusts).to_be_visible()
    trusts.click()
    expect(page).to_have_url(f"{server}/trusts/")
