"""Pictures can be read on a phone, and in forced colours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.built import Built

#: Faults of drawings: parts outside the screen, text smaller than 11 px, overlapping words.
_FAULTS = """() => [...document.querySelectorAll("svg[role=img]")].flatMap((svg) => {
  const box = (part) => part.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].filter((text) => !text.matches(".arrow"));
  const parts = [...svg.querySelectorAll("text, rect, line")].map(box);
  const size = (text) => parseFloat(getComputedStyle(text).fontSize);
  const clash = (a, b) => a.left < b.right && b.left < a.right
    && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
  return [
    ...parts.filter((part) => part.left < 0 || part.right > innerWidth).map(() => "outside"),
    ...texts.filter((text) => size(text) < 11).map(() => "small"),
    ...texts.map(box).flatMap((a, n, all) =>
      all.slice(n + 1).filter((b) => clash(a, b)).map(() => "overlap")),
  ].map((fault) => `${svg.querySelector("title").textContent}: ${fault}`);
})"""
#: Whether a mark has another colour than text.
_COLOURS = """() => [...document.querySelectorAll("svg[role=img] rect:not(.span)")].some(
  (mark) => getComputedStyle(mark).fill !== getComputedStyle(document.body).color)"""


def pages_with_pictures(site: Built) -> list[str]:
    kinds = ("trust", "requirement", "ledger", "topic", "home", "compare")
    return [site.address + path for kind in kinds for path in site.least_and_most(kind)]


@pytest.mark.parametrize("which", [0, 1])
def test_every_picture_can_be_read_on_a_phone(
    which: int, page: Page, sites: tuple[Built, Built]
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    drawn, faults = 0, []
    for url in pages_with_pictures(sites[which]):
        page.emulate_media(forced_colors="none")
        page.goto(url)
        problems: list[Any] = page.evaluate(_FAULTS)
        faults += [f"{url} {fault}" for fault in problems]
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            faults.append(f"{url} scrolls sideways")
        drawn += page.locator("svg[role=img]").count()
        page.emulate_media(forced_colors="active")
        if page.evaluate(_COLOURS):
            faults.append(f"{url} has a mark in a colour of its own")
    assert faults == []
    assert drawn > 20


#: Tables of grades with a word that sticks out of its cell, or a part that is not on the page.
_LOST = """(width) => [...document.querySelectorAll(".rated")].flatMap((table) =>
  [...table.querySelectorAll("th, td")].filter((cell) => cell.offsetParent && (
    cell.scrollWidth > cell.clientWidth + 1 || cell.getBoundingClientRect().right > width))
  .map((cell) => cell.textContent.trim()))"""


def test_no_column_of_grades_is_lost_on_a_screen_or_on_paper(page: Page, server: str) -> None:
    """At the widths of a phone, a tablet and a desktop, and between the margins of A4."""
    for path in ("/compare/", "/trusts/nottinghamshire-healthcare/"):
        page.goto(server + path)
        for width, media in ((320, "screen"), (768, "screen"), (1280, "screen"), (673, "print")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(media="print" if media == "print" else "screen")
            assert page.evaluate(_LOST, width) == [], (path, width, media)
