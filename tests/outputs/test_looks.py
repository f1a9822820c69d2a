"""Icons, the share picture, the manifest, and colours that can be read."""

from __future__ import annotations

import json
import re
import struct

import pytest
from lxml import html

from briefings.outputs import hosting
from tests.support.reading import ROOT, built, files_of, site_of

SITES = ("content", "tests/site/content")
STYLE = (ROOT / "static" / "style.css").read_text("utf-8")
DARK = STYLE.index("prefers-color-scheme: dark")
COLOUR = re.compile(r"--(\w+): (#[0-9a-f]{6})")


def colours(is_dark: bool) -> dict[str, str]:
    light = dict(COLOUR.findall(STYLE[:DARK]))
    rules = STYLE[DARK : STYLE.index("\n}\n", DARK)]
    return {**light, **dict(COLOUR.findall(rules))} if is_dark else light


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_colour_of_text_can_be_read_on_every_ground(is_dark: bool) -> None:
    """WCAG 2.2: 4.5 for text, 3 for what is drawn."""
    palette = colours(is_dark)
    for ground in ("paper", "panel", "mark"):
        for text in ("ink", "soft", "accent", "best", "good", "poor", "worst"):
            assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
    for ground in ("paper", "panel"):
        assert contrast(palette["edge"], palette[ground]) >= 3, ground


def link(tree: html.HtmlElement, rel: str) -> str:
    return str(tree.xpath(f"string(//link[@rel='{rel}']/@href)"))


def meta(tree: html.HtmlElement, name: str) -> str:
    return str(tree.xpath(f"string(//meta[@property='{name}' or @name='{name}']/@content)"))


@pytest.mark.parametrize("content", SITES)
def test_every_page_names_its_icons_manifest_and_share_picture_and_all_are_there(
    content: str,
) -> None:
    site = site_of(content)
    files, top = files_of(site), site.urls.prefix
    paths = {f"{top}/{path}" for path in files.keys_by_path()}
    assert f"{top}/favicon.ico" in paths  # browsers ask for it without being told
    for url, page in built(content).items():
        if 'http-equiv="refresh"' in page:
            continue
        tree = html.fromstring(page)
        links = [link(tree, rel) for rel in ("icon", "apple-touch-icon", "manifest")]
        assert {link.removeprefix(site.urls.origin) for link in links} <= paths, url
        assert meta(tree, "og:image") == f"{site.urls.origin}{top}/share.png"
        assert meta(tree, "og:image:alt")
        assert meta(tree, "twitter:card") == "summary_large_image"
        themes = tree.xpath("//meta[@name='theme-color']/@content")
        assert themes == [colours(False)["paper"], colours(True)["paper"]]


def test_the_manifest_has_the_name_of_the_site_and_icons_of_the_size_it_says() -> None:
    for content in SITES:
        site = site_of(content)
        value = json.loads(hosting.manifest(site))
        assert value["name"] == site.config.title
        assert value["start_url"] == f"{site.urls.prefix}/"
        assert value["background_color"] == value["theme_color"] == colours(False)["paper"]
        for icon in value["icons"]:
            name = icon["src"].removeprefix(f"{site.urls.prefix}/")
            assert size_of(name) == tuple(map(int, icon["sizes"].split("x")))


def size_of(name: str) -> tuple[int, int]:
    """Width and height of a PNG (its IHDR chunk)."""
    data = (ROOT / "static" / name).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack_from(">2I", data, 16)
    return width, height


def test_the_share_picture_has_the_size_that_pages_say_and_is_light() -> None:
    tree = html.fromstring(built("content")["/"])
    size = int(meta(tree, "og:image:width")), int(meta(tree, "og:image:height"))
    assert size_of("share.png") == size == (1200, 630)
    sizes = {"share.png": 30_000, "apple-touch-icon.png": 8_000, "favicon.ico": 5_000}
    for name, most in sizes.items():
        assert (ROOT / "static" / name).stat().st_size < most, name


def test_the_favicon_has_the_sizes_of_tabs_and_desktops() -> None:
    data = (ROOT / "static" / "favicon.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<3H", data)
    assert (reserved, kind) == (0, 1)
    assert {data[6 + 16 * n] for n in range(count)} == {16, 32, 48}
