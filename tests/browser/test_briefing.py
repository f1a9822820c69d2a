"""A briefing's page: five answers on the first screen and the first sheet; long sections fold."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.built import Built

#: What an A4 sheet holds within the margins of the stylesheet, 16 mm, at 96 dots an inch.
_SHEET: ViewportSize = {"width": 673, "height": 1001}
_END_OF_ANSWERS = "() => document.querySelector('.answers').getBoundingClientRect().bottom"
_TOPS = """() => ["at-a-glance", "requirements", "ratings", "sources", "briefing", "cite"]
  .map((id) => document.getElementById(id)?.getBoundingClientRect().top)
  .filter((top) => top !== undefined)"""
#: Ids of the parts of the page that can't be seen, however far one scrolls.
_UNSEEN = """() => [...document.querySelectorAll("main [id]:not(svg *)")]
  .filter((part) => !part.checkVisibility()).map((part) => part.id)"""


@pytest.mark.parametrize(
    ("count", "least"), [(2, 7), pytest.param(1_000, 50, marks=pytest.mark.long)]
)
def test_the_five_answers_are_on_the_first_screen_and_on_the_first_sheet_of_a_print(
    count: int, least: int, page: Page, sites: tuple[Built, Built]
) -> None:
    """Of the shortest and the longest briefings of both sites, `count` of each."""
    late: list[tuple[str, str, float]] = []
    paths = [(site, path) for site in sites for path in site.least_and_most("briefing", count)]
    for site, path in paths:
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(f"{site.address}{path}")
        ends = {"phone": page.evaluate(_END_OF_ANSWERS)}
        page.set_viewport_size({"width": 1280, "height": 800})
        ends["desk"] = page.evaluate(_END_OF_ANSWERS)
        page.set_viewport_size(_SHEET)
        page.emulate_media(media="print")
        ends["print"] = page.evaluate(_END_OF_ANSWERS)
        assert page.evaluate(_TOPS) == sorted(page.evaluate(_TOPS)), path
        assert page.evaluate(_UNSEEN) == [], path
        page.emulate_media(media="screen")
        limits = {"phone": 800, "desk": 800, "print": _SHEET["height"]}
        late += [(path, name, end) for name, end in ends.items() if end > limits[name]]
    assert len(paths) > least
    assert late == []


def test_long_sections_fold_on_a_phone_and_a_link_into_one_opens_it(
    page: Page, server: str
) -> None:
    address = f"{server}/briefings/nottinghamshire-healthcare-well-led-2025/"
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)
    unseen = page.evaluate(_UNSEEN)
    assert {"concern-1", "figure-12", "timeline-1", "source-A"} <= set(unseen)
    never = ("at-a-glance", "briefing", "what-was-inspected", "reply", "requirement-16", "concerns")
    assert not set(never) & set(unseen)
    for anchor, seen in (("concern-5", "concern-5"), ("figures", "figure-12")):
        page.goto(f"{address}#{anchor}")
        assert seen not in page.evaluate(_UNSEEN)
        assert (
            page.locator(f"#{anchor}").evaluate("(part) => part.getBoundingClientRect().top") < 640
        )
    page.locator("details:has(#strength-1) summary").click()
    assert page.locator("#strength-1").is_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    assert page.evaluate(_UNSEEN) == []
    assert page.locator("main summary:visible").count() == 0
