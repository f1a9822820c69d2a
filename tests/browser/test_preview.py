"""The preview in a real browser: it follows a save, and shows faults over the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.support.on_disk import briefing
from tests.support.preview_server import Preview, preview, project

PAGE = "/briefings/one/"
GOOD = "A text without fault [@A].\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("preview"), {"one": "", "unfinished": "status: draft"})


@pytest.fixture(scope="module")
def shown(folder: Path) -> Iterator[Preview]:
    with preview(folder, "--drafts") as running:
        yield running


@pytest.fixture
def running(folder: Path, shown: Preview) -> Preview:
    """The preview of all tests that don't start one themselves, with the briefing as at first."""
    summary = f"As at first, {time.monotonic_ns()}"
    save(folder, briefing("one", f"summary: {summary}."))
    while summary not in shown.get(PAGE).text:
        time.sleep(0.05)
    return shown


def save(folder: Path, text: str) -> None:
    (folder / "content/briefings/2026/one.md").write_text(text)


def laid(page: Page) -> list[str]:
    """Return the faults shown over the page."""
    return page.locator("#preview-faults pre").all_inner_texts()


def test_a_save_is_on_the_page_without_anybody_reloading_it(
    folder: Path, running: Preview, watched: Watch
) -> None:
    page = watched.page
    page.goto(running.address + PAGE)
    save(folder, briefing("one", body="First another text [@A].\n"))
    expect(page.get_by_text("First another text")).to_be_visible()
    save(folder, briefing("one", body="Then a third [@A].\n"))
    expect(page.get_by_text("Then a third")).to_be_visible()
    assert watched.faults(running.address.removesuffix("/sub")) == []


def test_a_fault_is_shown_over_the_last_good_page_until_it_is_fixed(
    folder: Path, running: Preview, watched: Watch
) -> None:
    page = watched.page
    page.goto(running.address + PAGE)
    save(folder, briefing("one", "titel: x", GOOD))
    box = page.locator("#preview-faults")
    expect(box.get_by_role("heading")).to_have_text("One fault: the page is as it was before")
    assert laid(page) == [
        "content/briefings/2026/one.md:9:1: unknown key `titel`\n    did you mean `title`?"
    ]
    assert laid(page)[0] in running.errors.read_text()
    expect(page.get_by_text("What the inspectors found, in our own words")).to_be_attached()
    save(folder, briefing("one", body=GOOD))
    expect(page.get_by_text("A text without fault")).to_be_visible()
    expect(box).to_have_count(0)
    assert watched.faults(running.address.removesuffix("/sub")) == []


def test_a_mistake_is_there_on_every_page_and_can_be_put_aside(
    folder: Path, running: Preview, page: Page
) -> None:
    page.goto(running.address + "/")
    save(folder, briefing("one", "titel: x", "A [@B] <b>.\n"))
    expect(page.locator("#preview-faults pre")).to_have_count(3)
    page.goto(running.address + "/trusts/")
    expect(page.locator("#preview-faults h2")).to_contain_text("3 faults")
    page.locator("#preview-faults").get_by_role("button", name="Hide").click()
    expect(page.locator("#preview-faults")).to_have_count(0)


def test_text_of_a_fault_is_text(folder: Path, running: Preview, page: Page) -> None:
    page.goto(running.address + PAGE)
    save(folder, briefing("one", "trust: '<img src=x>'"))
    expect(page.locator("#preview-faults pre")).to_contain_text("<img src=x>")
    expect(page.locator("#preview-faults img")).to_have_count(0)


def test_a_site_that_starts_with_faults_shows_them_and_then_itself(
    tmp_path: Path, page: Page
) -> None:
    folder = project(tmp_path, {"one": ""})
    save(folder, briefing("one", "titel: x"))
    with preview(folder) as running:
        page.goto(running.address + PAGE)
        expect(page.locator("pre")).to_contain_text("one.md:9:1: unknown key `titel`")
        expect(page.locator("#preview-faults")).to_have_count(0)
        save(folder, briefing("one"))
        expect(page.get_by_role("heading", level=1, name="On one")).to_be_visible()


def test_a_draft_says_that_it_is_one(running: Preview, page: Page) -> None:
    page.goto(running.address + "/briefings/unfinished/")
    expect(page.locator(".banner").get_by_text("Draft: not public")).to_be_visible()


def test_more_windows_than_a_browser_has_connections_load_and_follow_a_save(
    folder: Path, running: Preview, context: BrowserContext
) -> None:
    """A browser has six connections to a host, and each window held one: the seventh stalled."""
    windows = [context.new_page() for _ in range(7)]
    for window in windows:
        window.goto(running.address + PAGE, timeout=15_000)
    save(folder, briefing("one", body=GOOD))
    for window in windows:
        expect(window.get_by_text("A text without fault")).to_be_visible()
    save(folder, briefing("one", "titel: x", GOOD))
    for window in windows:
        expect(window.locator("#preview-faults pre")).to_have_count(1)


@pytest.mark.browser_context_args
def test_without_shared_workers_a_window_follows_by_itself(
    folder: Path, running: Preview, page: Page
) -> None:
    """Chrome on Android has none."""
    page.add_init_script("delete window.SharedWorker")
    page.goto(running.address + PAGE)
    save(folder, briefing("one", body=GOOD))
    expect(page.get_by_text("A text without fault")).to_be_visible()


def test_a_preview_that_is_started_again_is_followed_by_the_windows_of_the_last_one(
    tmp_path: Path, page: Page
) -> None:
    folder = project(tmp_path, {"one": ""})
    with preview(folder) as first:
        page.goto(first.address + PAGE)
        port = first.host.rpartition(":")[2]
    save(folder, briefing("one", body=GOOD))
    with preview(folder, "--port", port):
        expect(page.get_by_text("A text without fault")).to_be_visible()
        save(folder, briefing("one", body="Once more [@A].\n"))
        expect(page.get_by_text("Once more")).to_be_visible()


def test_a_window_out_of_sight_is_not_reloaded_and_is_up_to_date_when_seen_again(
    folder: Path, running: Preview, page: Page
) -> None:
    page.goto(running.address + PAGE)
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    save(folder, briefing("one", body=GOOD))
    page.wait_for_timeout(500)
    expect(page.get_by_text("A text without fault")).to_have_count(0)
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: false, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    expect(page.get_by_text("A text without fault")).to_be_visible()
