"""A week as mail, opened in a browser: one column on every screen, for everybody, from one file."""

from __future__ import annotations

from briefings.content.dates.values import PartialDate
from tests.browser.conftest import Watch
from tests.browser.test_axe import AXE, barriers
from tests.outputs.test_mail import mail_of, without_style_block
from tests.support.reading import site_of

#: Rules of axe that apply to whole pages only: a mail is shown inside a page with landmarks.
_OF_PAGES = ("landmark-one-main:", "region:")
_LOOK = """() => ({
  wide: document.documentElement.scrollWidth,
  column: document.querySelector("h1").parentElement.getBoundingClientRect().width,
  ground: getComputedStyle(document.querySelector("div")).backgroundColor,
})"""


def test_a_mail_is_one_column_on_every_screen_asks_for_nothing_and_keeps_nobody_out(
    watched: Watch,
) -> None:
    page = watched.page
    days = PartialDate.parse("2026-01-01/2026-11-30")
    html = mail_of(site_of("tests/site/content"), days).html.decode()
    for text, dark, ground in (
        (html, False, "rgb(255, 253, 249)"),
        (html, True, "rgb(18, 23, 29)"),
        (without_style_block(html), True, "rgb(255, 253, 249)"),
    ):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_content(text)
        page.evaluate(AXE)
        for width in (320, 600, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            look = page.evaluate(_LOOK)
            assert look == {"wide": width, "column": min(width, 600), "ground": ground}
        faults = [fault for fault in barriers(page) if not fault.startswith(_OF_PAGES)]
        assert faults == []
    assert watched.requests == watched.errors == []
