"""Hostile texts in a real browser, under the site's own policy: shown as text, never executed.

Every page of a site that has a payload in every field of words is opened. What the words would
do, if anything took them for code, is written down: a dialog, a broken policy, a request, an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.built import Built
from tests.browser.conftest import Watch
from tests.browser.hosting import hosted
from tests.torture import hostile
from tests.torture.hostile_payloads import PAYLOADS
from tests.torture.hostile_sites import Hostile


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The made-up site of hostile words, with its search index, on its host."""
    project = tmp_path_factory.mktemp("hostile")
    files = hostile.built(Hostile(PAYLOADS), project, "--jobs", "2")
    assert not isinstance(files, str), files
    with hosted(project / "output", "/briefings-site") as address:
        yield Built(project / "output", address)


@pytest.fixture
def dialogs(page: Page) -> Iterator[list[str]]:
    """What dialogs said; each is closed again."""
    texts: list[str] = []

    def seen(dialog: Dialog) -> None:
        texts.append(dialog.message)
        dialog.dismiss()

    def opened(popup: Page) -> None:
        texts.append(popup.url)

    page.on("dialog", seen)
    page.on("popup", opened)
    yield texts
    page.remove_listener("dialog", seen)
    page.remove_listener("popup", opened)


@pytest.mark.parametrize(
    ("count", "least"), [(1, 25), pytest.param(1_000, 90, marks=pytest.mark.long)]
)
def test_every_page_of_hostile_words_is_only_words(
    count: int, least: int, watched: Watch, words: Built, dialogs: list[str]
) -> None:
    """`count` pages of each kind, but not the one whose addresses are whole ones of the site."""
    opened = [path for kind in words.pages for path in words.least_and_most(kind, count)]
    opened.remove("/404.html")
    for path in opened:
        response = watched.page.goto(words.address + path)
        assert response is not None
        assert response.status == 200, path
    assert dialogs == []
    assert watched.faults(words.address) == []
    assert len(opened) > least


def test_a_search_for_hostile_words_finds_words(
    watched: Watch, words: Built, dialogs: list[str]
) -> None:
    page = watched.page
    page.goto(f"{words.address}/search/")
    for asked in (
        "alert",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        '"><img src=x onerror=alert(1)>',
    ):
        page.get_by_role("searchbox").fill(asked)
        expect(page.get_by_role("status")).to_contain_text(f"“{asked}”")
    page.get_by_role("searchbox").fill("alert")
    expect(page.get_by_role("status")).to_contain_text("results for “alert”")
    expect(page.locator("main")).to_contain_text("alert(")
    assert dialogs == []
    assert watched.faults(words.address) == []


def test_tables_of_hostile_words_are_sorted(
    watched: Watch, words: Built, dialogs: list[str]
) -> None:
    page = watched.page
    page.goto(f"{words.address}/compare/")
    for button in page.locator("th button").all()[:6]:
        button.click()
    assert dialogs == []
    assert watched.faults(words.address) == []


def test_hostile_words_that_became_code_would_be_seen(
    watched: Watch, words: Built, dialogs: list[str], tmp_path: Path
) -> None:
    page = watched.page
    page.route(
        "**/about/",
        lambda route: route.fulfill(
            status=200,
            content_type="text/html",
            body="<title>x</title><img src=x onerror=alert(1)>",
        ),
    )
    page.goto(f"{words.address}/about/")
    page.wait_for_timeout(200)
    assert dialogs == ["1"]
    assert watched.errors


#: What an editor could only have published if the check had overlooked it, and what it would do.
RUN = {
    "evil.js": "alert('script')",
    "evil.html": "<!doctype html><title>x</title><script src=evil.js></script>",
    "inline.html": "<!doctype html><title>x</title><script>alert('inline')</script>",
    "evil.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script href="evil.js"/></svg>',
    "frame.html": "<!doctype html><title>x</title><iframe src=../about/></iframe><img src=x>",
}
_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    "<style>rect { fill: rgb(1, 2, 3) }</style>"
    '<rect width="9" height="9" style="opacity: 0.5"/></svg>'
)
_STYLE = """() => { const { fill, opacity } = getComputedStyle(document.querySelector("rect"));
  return [fill, opacity]; }"""


@pytest.fixture(scope="module")
def media(words: Built) -> Path:
    """The folder of the site in which editors' files are, with some that no check let through."""
    for name, text in {**RUN, "drawing.svg": _DRAWING}.items():
        (words.folder / "media" / name).write_text(text, encoding="utf-8")
    return words.folder


@pytest.mark.parametrize("name", [name for name in RUN if name != "evil.js"])
def test_a_file_of_media_runs_nothing_on_a_host_that_sends_headers(
    page: Page, dialogs: list[str], media: Path, words: Built, name: str
) -> None:
    page.goto(f"{words.address}/media/{name}")
    page.wait_for_timeout(200)
    assert dialogs == []
    assert [frame.url for frame in page.frames if "/about/" in frame.url] == []


def test_a_file_of_media_that_runs_would_be_seen(
    page: Page, dialogs: list[str], media: Path
) -> None:
    with hosted(media, "/briefings-site", headers=False) as address:
        for name in ("evil.html", "evil.svg"):
            page.goto(f"{address}/media/{name}")
            page.wait_for_timeout(200)
    assert dialogs == ["script", "script"]


def test_a_drawing_of_media_has_its_colours(page: Page, media: Path, words: Built) -> None:
    page.goto(f"{words.address}/media/drawing.svg")
    assert page.evaluate(_STYLE) == ["rgb(1, 2, 3)", "0.5"]
