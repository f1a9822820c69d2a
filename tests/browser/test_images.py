"""A photograph in a text: the browser takes the copy that its screen needs, and nothing jumps."""

from __future__ import annotations

import random
from pathlib import Path
from urllib.parse import unquote

from PIL import Image

from tests.browser.conftest import Watch, build
from tests.browser.hosting import hosted
from tests.support.on_disk import briefing, write_site

#: Width of the screen → width of the copy.
COPIES = {320: 480, 768: 960, 1280: 960}
_BOX = """() => { const { width, height } = document.querySelector("img").getBoundingClientRect();
  return [Math.round(width), Math.round(height), document.documentElement.scrollWidth]; }"""
_LOADED = """async () => { const image = document.querySelector("img");
  image.scrollIntoView(); await image.decode(); return image.currentSrc; }"""


def test_a_browser_loads_the_copy_that_its_screen_needs_and_nothing_jumps(
    watched: Watch, tmp_path: Path
) -> None:
    body = "The ward [@A].\n\n" * 200 + "![The ward](../../media/the%20ward.jpg)\n"
    texts = {"briefings/2026/visit.md": briefing("visit", body=body)}
    content = write_site(tmp_path, {}, files=texts)
    (content / "media").mkdir()
    dots = Image.frombytes("RGB", (30, 15), random.Random(1).randbytes(30 * 15 * 3))
    dots.resize((2000, 1000)).save(content / "media/the ward.jpg")
    site = build(
        content, tmp_path / "output", "--no-search", "--base-url", "https://example.org/sub/"
    )
    with hosted(site, "/sub") as address:
        for width, copy in COPIES.items():
            watched.page.set_viewport_size({"width": width, "height": 640})
            watched.page.goto(f"{address}/briefings/visit/")
            before = watched.page.evaluate(_BOX)
            assert unquote(watched.page.evaluate(_LOADED)).endswith(f"/the ward.jpg.{copy}.webp")
            assert watched.page.evaluate(_BOX) == before
            assert abs(before[0] - 2 * before[1]) <= 1
            assert before[2] == width
        assert watched.faults(address) == []
