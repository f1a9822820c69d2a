"""The desk in a real browser: a briefing with every kind of block, from nothing to "no faults"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.test_axe import AXE, barriers
from tests.support.preview_server import Preview, preview, project

FILE = "content/briefings/2026/north-june.md"
TOLD = "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = project(tmp_path, {"one": TOLD})
    (made / "content/media").mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>\n'
    (made / "content/media/ward.svg").write_text(svg)
    return made


@pytest.fixture
def running(folder: Path) -> Iterator[Preview]:
    with preview(folder, "--drafts", "--desk") as shown:
        yield shown


def unfold(page: Page) -> None:
    """Open what is folded, as a click on each summary does."""
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")


def fill(page: Page, **values: str) -> None:
    """Type into fields or choose in them; `__` in a name is a slash, `= ` ticks a box."""
    unfold(page)
    for name, value in values.items():
        field = page.locator(f'[name="{name.replace("__", "/")}"]')
        if field.evaluate("(one) => one.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)


def add(page: Page, what: str, source: str = "A", **values: str) -> None:
    """Add a row, fill it in, and tick its source."""
    unfold(page)
    page.locator(f'button[value="add:{what}"]').click()
    row = page.locator("details.row:has([autofocus])").last.get_attribute("id") or ""
    fill(page, **{f"{row}{name}": value for name, value in values.items()})
    if source:
        page.locator(f'[name="{row}sources"][value="{source}"]').check()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until a field or button has the focus."""
    field = page.locator(selector)
    for _ in range(40):
        if field.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(field).to_be_focused()


def test_a_briefing_is_made_from_nothing_to_no_faults(
    folder: Path, running: Preview, watched: Watch
) -> None:
    page = watched.page
    origin = running.address.removesuffix("/sub")
    page.goto(origin + running.opens)
    page.get_by_role("link", name="a briefing").click()

    # by keyboard alone: the first form; one letter chooses, whatever the time between two keys
    expect(page.locator("#id")).to_be_focused()
    typed = {"id": "north-june", "trust": "N", "title": "North in June",
             "summary": "Inspectors saw four wards.", "type": "F", "inspected": "3 to 5 June 2026",
             "report-published": "1 September 2026", "published": "2 October 2026",
             "source-url": "https://example.org/report"}  # fmt: skip
    for name, text in typed.items():
        tab_to(page, f'[name="{name}"]')
        page.keyboard.type(text)
    tab_to(page, "button[value=begin]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/{FILE.removeprefix('content/')}")

    # the body, with its faults and its preview as it is typed
    body = page.locator('[name="@body"]')
    body.fill("## Found\n\nToo few nurses [@C].\n\n![A ward](../../media/ward.svg)\n")
    beside = page.locator('[id="@body!"]')
    expect(beside).to_contain_text("there is no source `C`")
    expect(page.locator('[id="@preview"] h2')).to_have_text("Found")
    body.fill(body.input_value().replace("[@C]", "[@A]"))
    expect(beside).to_be_empty()
    page.get_by_text("Pictures that there are").click()
    expect(page.get_by_text("![](../../media/ward.svg)")).to_be_visible()

    add(page, "sources/+", "", publisher="North Trust", type="provider-response", url="unknown",
        published="October 2026")  # fmt: skip
    add(page, "ratings", scope="trust", key_question="safe", value="inadequate", change="first")
    add(page, "ratings", scope="service", name="Maternity", value="good")
    add(page, "requirements", id="rooms", event="repeated", date="June 2026", deadline="31/12/2026")
    add(page, "enforcement", kind="warning-notice", text="Too few nurses.", served="10 June 2026")
    for date, about in (("31 July 2026", "a plan"), ("31 October 2026", "enough nurses")):
        add(page, "enforcement/0/deadlines", "", date=date, about=about)
    add(page, "figures", name="Shifts without a nurse", value="46", unit="shifts", period="2024-25")
    fill(page, figures__0__previous__value="39", figures__0__direction="up")
    add(page, "statements", who="An inspector", role="head of inspection", speaks_for="regulator",
        quote="Nights are not safe.")  # fmt: skip
    fill(page, reply__status="replied", reply__who="The chair", reply__gist="It will recruit.",
         embargo_until="15 January 2027 00:01")  # fmt: skip
    page.locator('[name="reply/sources"][value="B"]').check()

    # a draft is saved with a fault; it is out of draft only without
    fill(page, figures__0__unit="")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text(
        "1 fault, which stops nothing while it is a draft"
    )
    expect(page.locator('[id="figures/0/unit!"]')).to_contain_text("`unit` is missing")
    page.locator(".summary a").first.click()
    expect(page.locator('[name="figures/0/unit"]')).to_be_visible()
    page.evaluate(AXE)
    assert list(barriers(page)) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    fill(page, figures__0__unit="shifts")
    page.get_by_role("button", name="Save without").click()
    expect(page.get_by_role("status")).to_contain_text("No faults.")

    text = (folder / FILE).read_text()
    for line in ("inspected: 2026-06-03/2026-06-05", "deadline: 2026-12-31", "date: 2026-07-31",
                 "embargo_until: 2027-01-15T00:01:00+00:00", "event: repeated", "quote: ",
                 "previous:"):  # fmt: skip
        assert line in text, line
    assert "status: draft" not in text
    assert watched.faults(origin) == []
    page.get_by_role("link", name="See the page").click()
    expect(page.locator(".banner")).to_contain_text("Under embargo until 15 January 2027")

    # markup is text, while it is typed and when the form comes back
    page.goto(f"{origin}/desk/trusts/north.md")
    unfold(page)
    for field in page.locator("main input:not([type]), main textarea").all():
        field.fill("</textarea>\"'><img src=x onerror=alert(1)><script>alert(2)</script>")
    expect(beside).to_contain_text("is HTML, which a body can't have")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("main :is(img, script)")).to_have_count(0)
    assert watched.faults(origin) == []
