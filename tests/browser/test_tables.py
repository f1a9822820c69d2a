"""Tables show all their columns at every width and on A4, and headers on every printed page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from tests.browser import wide as wide_site
from tests.browser.built import Built
from tests.browser.conftest import build
from tests.browser.hosting import hosted

#: CSS pixels between the margins of a page: A4 is 210 mm wide and has margins of 16 mm.
A4 = round((210 - 2 * 16) / 25.4 * 96)
#: Kinds of pages that have a table of more than two columns.
KINDS = ("briefing", "compare", "data", "ledger", "register", "regulation", "regulator", "trust")
KEY_QUESTIONS = ("Overall", "Safe", "Effective", "Caring", "Responsive", "Well-led")

#: Cells that are cut off or outside the page, and scrolling regions without a name, focus or sign.
_FAULTS = """() => {
  const faults = [], wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) faults.push("the page scrolls sideways");
  for (const table of document.querySelectorAll("table")) {
    const region = table.closest(".scroll");
    const scrolls = region !== null && region.scrollWidth > region.clientWidth
      && getComputedStyle(region).overflowX === "auto";
    if (scrolls) {
      const sign = getComputedStyle(region).backgroundAttachment;
      if (!sign.includes("local")) faults.push("nothing shows that a table scrolls");
      if (region.tabIndex !== 0) faults.push("a scrolling table has no focus");
      const label = region.ariaLabel
        || document.getElementById(region.getAttribute("aria-labelledby"))?.textContent;
      if (!label || !region.role) faults.push("a scrolling table has no name");
    }
    const right = scrolls ? Infinity : wide + .5;
    for (const cell of table.querySelectorAll("th, td")) {
      const box = cell.getBoundingClientRect();
      const inner = cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth > 0;
      const outside = box.width && (box.left < -.5 || box.right > right);
      if (outside) faults.push("outside: " + cell.textContent);
      if (inner) faults.push("its words are wider than the cell: " + cell.textContent);
    }
  }
  return faults;
}"""

#: Body cells without a visible column header or label.
_NAMELESS = """() => [...document.querySelectorAll("table.rated td, table[data-sortable] td")]
  .filter((cell) => cell.checkVisibility())
  .filter((cell) => {
    const table = cell.closest("table"), head = table.tHead.rows[0].cells[cell.cellIndex];
    const above = getComputedStyle(table.tHead).display === "table-header-group";
    const label = getComputedStyle(cell, "::before").content;
    return !(above ? head.textContent.trim() : label !== "none" && cell.dataset.label);
  }).map((cell) => cell.textContent)"""


#: Words of tables that are broken in two.
_BROKEN = """() => {
  const broken = [], range = document.createRange();
  for (const cell of document.querySelectorAll("th, td")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const word of walker.currentNode.data.matchAll(/(?<!_)\\b[a-z]+\\b(?!_)/gi)) {
        range.setStart(walker.currentNode, word.index);
        range.setEnd(walker.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The site of `wide.py`."""
    folder = tmp_path_factory.mktemp("wide")
    wide_site.write(folder / "content")
    built = build(folder / "content", folder / "output", "--no-search")
    with hosted(built) as address:
        yield Built(built, address)


def pages_of(site: Built, *, every: bool) -> list[str]:
    """Addresses of pages with the least and the most in them; without `every` only the latter."""
    first = 0 if every else -1
    return [site.address + path for kind in KINDS for path in site.least_and_most(kind)[first:]]


#: Width and medium: of phones, tablets and desktops, and between the margins of A4.
Look = tuple[int, Literal["screen", "print"]]
LOOKS: list[Look] = [
    (320, "screen"), (768, "screen"), (992, "screen"), (1280, "screen"), (A4, "print"),
]  # fmt: skip


def faults_of(page: Page, url: str, looks: Sequence[Look]) -> Iterator[str]:
    """Faults of the tables of a page: cells outside, cells without a name, words in two parts."""
    page.goto(url)
    for width, media in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(media=media)
        faults: list[str] = page.evaluate(_FAULTS)
        if media == "screen":
            faults += [f"nameless: {cell}" for cell in page.evaluate(_NAMELESS)]
        yield from (f"{url} {width} {media}: {fault}" for fault in faults)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_no_cell_is_outside_the_page_unless_its_table_shows_that_it_scrolls(
    every: bool, page: Page, sites: tuple[Built, Built], wide: Built
) -> None:
    """On pages of every kind; without `every` those with the most in them of made-up sites."""
    shown = (*sites, wide) if every else (sites[1], wide)
    urls = [url for site in shown for url in pages_of(site, every=every)]
    looks = LOOKS if every else [LOOKS[0], LOOKS[2], LOOKS[4]]
    assert len(urls) > 15
    assert [fault for url in urls for fault in faults_of(page, url, looks)] == []


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_no_word_of_a_table_is_broken_in_two(
    every: bool, page: Page, sites: tuple[Built, Built]
) -> None:
    broken = []
    looks = LOOKS if every else [LOOKS[0], LOOKS[4]]
    for url in (url for site in sites[not every :] for url in pages_of(site, every=every)):
        page.goto(url)
        for width, media in looks:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(media=media)
            broken += [f"{url} {width} {media}: {word}" for word in page.evaluate(_BROKEN)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_compare_has_every_key_question_and_each_grade_its_date(
    width: int, page: Page, server: str, wide: Built
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in (server, wide.address):
        page.goto(f"{address}/compare/")
        for question in KEY_QUESTIONS:
            cells = page.locator(f'table.rated td[data-label="{question}"]')
            assert cells.count() == page.locator("table.rated tbody tr").count()
            for text in cells.all_inner_texts():
                assert text.strip() == "–" or re.search(r"\b(19|20)\d\d\b", text), text
        assert page.locator("text=none in force on record").count() == 0


# -- a printed page --------------------------------------------------------------------------------


class Word(NamedTuple):
    """A word of a printed page; its place in points from the left and the top."""

    text: str
    left: float
    right: float
    top: float


def words_of(pdf: Path) -> list[list[Word]]:
    """For each page of a PDF its words."""
    output = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    tree = ElementTree.fromstring(re.sub(r'xmlns="[^"]*"|<!DOCTYPE[^>]*>', "", output))
    return [
        [
            Word(word.text or "", *(float(word.attrib[key]) for key in ("xMin", "xMax", "yMin")))
            for word in page.iter("word")
        ]
        for page in tree.iter("page")
    ]


@pytest.fixture
def pdftotext() -> None:
    if shutil.which("pdftotext") is None:
        missing = "no pdftotext here: `make test` looks for it and says what it found"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.mark.usefixtures("pdftotext")
@pytest.mark.parametrize(("path", "header"), [
    ("/requirements/", ["Requirement", "Trust", "Status", "Told", "First"]),
    ("/enforcement/", ["Trust", "Action", "About", "Date", "Deadline"]),
])  # fmt: skip
@pytest.mark.parametrize("which", [0, 1])
def test_a_table_has_its_headers_on_each_printed_page(
    which: int, path: str, header: list[str], page: Page, server: str, wide: Built, tmp_path: Path
) -> None:
    page.goto((server, wide.address)[which] + path)
    assert page.locator("button.sort").count()  # The script made buttons of the headers.
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format="A4")
    pages = words_of(file)
    assert len(pages) > 2
    assert all(word.left > 0 and word.right < 596 for words in pages for word in words)
    begun = next(n for n, words in enumerate(pages) if {*header} <= {word.text for word in words})
    assert begun < len(pages) - 2  # the pages before have the drawing of the table
    for words in pages[begun + 1 : -1]:
        top = min(word.top for word in words)  # of the table, or of the heading before a new one
        assert set(header) <= {word.text for word in words if word.top < top + 120}


@pytest.mark.usefixtures("pdftotext")
def test_compare_is_whole_on_a4(page: Page, server: str, wide: Built, tmp_path: Path) -> None:
    for n, address in enumerate((server, wide.address)):
        page.goto(f"{address}/compare/")
        file = tmp_path / f"{n}.pdf"
        page.pdf(path=file, format="A4")
        words = [word for words in words_of(file) for word in words]
        for question in KEY_QUESTIONS:
            assert question in [word.text for word in words]
        assert all(word.left > 0 and word.right < 596 for word in words)
