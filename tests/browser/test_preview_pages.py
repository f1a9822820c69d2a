"""The pages that a change makes, opened from a folder as an editor does, without a server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from briefings.cli import main
from tests.browser.conftest import NOW, ROOT, Watch
from tests.support.on_disk import briefing, write_site


def test_from_the_index_an_editor_opens_a_page_with_its_style(
    tmp_path: Path, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = write_site(tmp_path, {"one": ""})
    git = ["git", "-c", "user.name=An Editor", "-c", "user.email=editor@example.org"]
    for words in (["init", "--quiet"], ["add", "content"], ["commit", "--quiet", "-m", "First"]):
        subprocess.run([*git, *words], check=True)
    (content / "briefings/2026/two.md").write_text(briefing("two"))
    ours = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    given = [*ours, "--now", NOW, "--no-cache", "--base", "HEAD", "--pages", "into"]
    assert main(["preview", *given]) == 0

    page = watched.page
    page.goto((tmp_path / "into/index.html").as_uri())
    page.get_by_role("link", name="On two").click()
    expect(page).to_have_title("On two – Briefings")
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") != "static"
    page.get_by_role("link", name="Briefings", exact=True).first.click()
    expect(page).to_have_url((tmp_path / "into/site/index.html").as_uri())
    assert watched.violations == []
    assert all(address.startswith("file://") for address in watched.requests)
