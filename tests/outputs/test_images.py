"""Pictures in texts: their WebP copies, which builds make them, and which remove them."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from briefings.build.pipeline import checked
from briefings.build.request import Options
from briefings.content.dates.values import Moment
from briefings.content.images import raster
from briefings.content.loader import load
from briefings.content.markdown.render import render
from briefings.domain.site import visible
from briefings.outputs.pages.images import body_html
from tests.support.on_disk import BODY, NOW, ROOT, Desk, briefing, write_site
from tests.torture.hostile_payloads import PAYLOADS

IMAGES = """The ward [@A].

![The ward from outside](../../media/wards/ward%201.jpg "North")

![A plan](../../media/plan.svg)
"""
PHOTOGRAPH = "media/wards/ward 1.jpg"
COPIES = {f"{PHOTOGRAPH}.480.webp", f"{PHOTOGRAPH}.800.webp"}
PAGE = "briefings/visit/index.html"


def photograph(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 400), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A site with a briefing that has a photograph and a drawing."""
    content = write_site(tmp_path, {})
    write(tmp_path, IMAGES)
    (content / "media/wards").mkdir(parents=True)
    (content / PHOTOGRAPH).write_bytes(photograph("green"))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'
    (content / "media/plan.svg").write_text(svg, "utf-8")
    return Desk(tmp_path)


def write(project: Path, body: str, front: str = "") -> None:
    file = project / "content/briefings/2026/visit.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(briefing("visit", front, body), "utf-8")


def media(desk: Desk) -> set[str]:
    return {path for path in desk.published() if path.startswith("media/")}


def test_a_browser_can_choose_among_the_copies_and_nothing_jumps(desk: Desk) -> None:
    desk.build()
    html = desk.published()[PAGE].decode()
    images = re.findall(r"<p>(?:<picture>|<img)[^\n]*</p>", html)
    address = "/media/wards/ward%201.jpg"
    assert images == [
        f'<p><picture><source type="image/webp" srcset="{address}.480.webp 480w,'
        f' {address}.800.webp 800w" sizes="(min-width: 50rem) 48rem, 95vw">'
        f'<img src="{address}" width="800" height="400" decoding="async"'
        ' alt="The ward from outside" title="North" loading="lazy"></picture></p>',
        '<p><img src="/media/plan.svg" width="30" height="20" decoding="async" alt="A plan"'
        ' loading="lazy"></p>',
    ]
    assert media(desk) == {PHOTOGRAPH, "media/plan.svg", *COPIES}


def test_a_preview_finds_every_file_of_a_picture_by_its_path(desk: Desk) -> None:
    options = Options(
        desk.project / "content", (ROOT / "templates",), (ROOT / "static",), Moment.parse(NOW).at
    )
    with checked(options) as world:
        keys = [key for key in world.files.keys_by_path().values() if key[0] == "media"]
        assert {world.files.path(key) for key in keys} == {PHOTOGRAPH, "media/plan.svg", *COPIES}
        assert [world.files.key_at(world.files.path(key)) for key in keys] == keys
        assert world.files.key_at(f"{PHOTOGRAPH}.960.webp") is None


def test_hostile_words_of_a_picture_stay_as_they_are_when_it_gets_its_copies(desk: Desk) -> None:
    site = visible(load(desk.project / "content"), datetime.fromisoformat(NOW))
    added = re.compile(
        r'<picture><source type="image/webp"[^>]*>|</picture>'
        r'| width="800" height="400" decoding="async"'
    )
    pictures = 0
    for payload in PAYLOADS:
        for words, title in ((payload, "x"), ("x", payload)):
            text = f'![{words}](../media/wards/ward%201.jpg "{title}")'
            html = render(
                text, path="a.md", content_path="pages/a.md", first_line=1, sources={}, base_path=""
            )[0].html
            sized = str(body_html(site, html))
            pictures += sized.count("<picture>")
            assert added.sub("", sized) == html
    assert pictures > len(PAYLOADS)


def test_feeds_have_the_picture_alone_with_its_whole_address(desk: Desk) -> None:
    desk.build()
    files = desk.published()
    item = json.loads(files["feed.json"])["items"][0]["content_html"]
    for text in (item, files["feed.xml"].decode()):
        assert "srcset" not in text
        assert "<picture" not in text
        assert '<img src="https://example.org/media/wards/ward%201.jpg" alt="The ward' in text


def test_a_picture_in_use_is_encoded_once_and_again_only_when_its_bytes_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    encode = raster.published

    def count(data: bytes, ending: str) -> raster.Published:
        encoded.append(ending)
        return encode(data, ending)

    monkeypatch.setattr(raster, "published", count)
    (desk.project / "content/media/unused.jpg").write_bytes(photograph("blue"))
    desk.build()
    assert encoded == ["jpg"]
    write(desk.project, IMAGES.replace("The ward [@A]", "Another ward [@A]"))
    desk.build()
    for file in (desk.project / ".cache").glob("site-*"):
        file.unlink()
    desk.build()
    assert encoded == ["jpg"]
    before = desk.published()
    (desk.project / "content" / PHOTOGRAPH).write_bytes(photograph("red"))
    desk.build()
    after = desk.published()
    assert encoded == ["jpg", "jpg"]
    assert {path for path in after if after[path] != before[path]} == {PHOTOGRAPH, *COPIES}


def test_a_picture_that_no_page_shows_any_more_is_gone_with_its_copies(desk: Desk) -> None:
    desk.build()
    write(desk.project, BODY)
    desk.build()
    assert media(desk) == set()


def test_a_narrower_picture_has_its_own_copies_and_none_of_the_one_before(desk: Desk) -> None:
    desk.build()
    file = io.BytesIO()
    Image.new("RGB", (200, 100), "green").save(file, "JPEG")
    (desk.project / "content" / PHOTOGRAPH).write_bytes(file.getvalue())
    desk.build()
    assert media(desk) == {PHOTOGRAPH, "media/plan.svg", f"{PHOTOGRAPH}.200.webp"}
    assert b'width="200" height="100"' in desk.published()[PAGE]


@pytest.mark.parametrize(
    "front", ["status: draft", "embargo_until: 2026-12-15T00:01:00+00:00\npublished: 2026-12-15"]
)
def test_pictures_of_a_briefing_that_is_not_public_are_not_published(
    desk: Desk, front: str
) -> None:
    write(desk.project, IMAGES, front)
    desk.build()
    assert media(desk) == set()
    if "embargo" in front:
        desk.build("--now", "2026-12-15T00:01:00+00:00")
        assert media(desk) > COPIES


def test_a_file_with_the_name_of_a_copy_is_a_fault(desk: Desk) -> None:
    file = desk.project / f"content/{PHOTOGRAPH}.480.webp"
    file.write_bytes((desk.project / "content" / PHOTOGRAPH).read_bytes())
    ran = desk.run("check")
    assert (
        "ward 1.jpg.480.webp:1:1: the site gives names like this to the smaller copies" in ran.err
    )
