"""Layout on a narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

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
