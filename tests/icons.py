"""Render the pictures that browsers and social networks want as bitmaps, with Chromium.

    .venv/bin/python -m tests.icons

writes `favicon.ico`, `apple-touch-icon.png` and `share.png` into static/. Their drawings are
`static/mark.svg` and `share_svg` below; the files are committed, so a build needs no browser.
"""

from __future__ import annotations

import struct
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.programs import system_browser

STATIC = Path(__file__).parents[1] / "static"
_INK, _PAPER, _DIM, _AGAIN = "#16202c", "#fffdf9", "#3f4c5a", "#f0b760"
#: Lines of the share picture: where each starts and ends; the brightest one in the middle.
_LINES = (
    (140, 520), (420, 980), (240, 760), (560, 1010),
    (150, 1020),
    (640, 1060), (330, 690), (470, 900), (200, 610),
)  # fmt: skip


def share_svg() -> str:
    """Return the share picture: a ledger, each line from told to told again, one of them bright."""
    lines = []
    for row, (start, end) in enumerate(_LINES):
        is_main = row == len(_LINES) // 2
        line, ring, size = (_PAPER, _AGAIN, 3) if is_main else (_DIM, _DIM, 1)
        y = 75 + 60 * row
        lines.append(
            f'<g transform="translate(0 {y})" stroke-width="{2 + 2 * size}">'
            f'<path d="M{start} 0H{end - 6 - 7 * size}" stroke="{line}"/>'
            f'<circle cx="{start}" r="{5 + 4 * size}" fill="{line}"/>'
            f'<circle cx="{end}" r="{6 + 7 * size}" fill="none" stroke="{ring}"/>'
            f'<circle cx="{end}" r="{3 + 3 * size}" fill="{ring}"/></g>'
        )
    ground = f'<rect width="1200" height="630" fill="{_INK}"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630">'
        f"{ground}{''.join(lines)}</svg>"
    )


def png(browser: Browser, svg: str, width: int, height: int) -> bytes:
    """Return a drawing as a PNG with a transparent ground."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:100vw}}</style>{svg}")
    return page.screenshot(omit_background=True)


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return an ICO file of square PNGs, by their size in pixels."""
    head, body = struct.pack("<3H", 0, 1, len(pictures)), b""
    for size, data in pictures.items():
        start = 6 + 16 * len(pictures) + len(body)
        head += struct.pack("<4B2H2I", size, size, 0, 0, 1, 32, len(data), start)
        body += data
    return head + body


def main() -> None:
    """Write the files."""
    mark = (STATIC / "mark.svg").read_text("utf-8")
    square = mark.replace(' rx="13"', "")  # phones cut the corners themselves
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_browser())
        files = {
            "favicon.ico": ico({size: png(browser, mark, size, size) for size in (16, 32, 48)}),
            "apple-touch-icon.png": png(browser, square, 180, 180),
            "share.png": png(browser, share_svg(), 1200, 630),
        }
    for name, data in files.items():
        (STATIC / name).write_bytes(data)


if __name__ == "__main__":
    main()
