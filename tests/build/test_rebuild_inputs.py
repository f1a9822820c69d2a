"""What a build says it was made from is what it can have read, and nothing newer or older."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from briefings.build.inputs import CONTENT, InputFolder, changed, inputs_after_build, scan_inputs


@pytest.fixture
def trees(tmp_path: Path) -> tuple[InputFolder, ...]:
    for name in ("content/site.yaml", "content/briefings/one.md", "templates/page.html"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("before")
        os.utime(file, (10**9, 10**9))
    return tuple(InputFolder(name, tmp_path / name) for name in (CONTENT, "templates", "not-there"))


ONE, CONFIG, PAGE = "content/briefings/one.md", "content/site.yaml", "templates/page.html"


@pytest.mark.parametrize("read", [None, {"briefings/one.md", "site.yaml", "register.csv"}])
def test_without_changes_during_a_build_the_scanned_inputs_are_stored(
    trees: tuple[InputFolder, ...], read: set[str] | None
) -> None:
    before = scan_inputs(trees, {})
    assert inputs_after_build(trees, before, read) == before


@pytest.mark.parametrize("read", [None, {"briefings/one.md"}], ids=["all was read", "one was"])
@pytest.mark.parametrize("name", [ONE, PAGE])
def test_a_file_that_changed_for_a_moment_while_it_was_read_counts_as_changed(
    tmp_path: Path, trees: tuple[InputFolder, ...], name: str, read: set[str] | None
) -> None:
    before = scan_inputs(trees, {})
    (tmp_path / name).write_text("for a moment")
    after = inputs_after_build(trees, before, read)
    (tmp_path / name).write_text("before")
    assert changed(after, scan_inputs(trees, after)) == {name}


def test_a_file_that_was_not_read_may_change_before_the_next_look(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    after = inputs_after_build(trees, scan_inputs(trees, {}), {"briefings/one.md"})
    assert after[CONFIG][1] == scan_inputs(trees, {})[CONFIG][1]
    (tmp_path / CONFIG).write_text("after")
    assert changed(after, scan_inputs(trees, after)) == {CONFIG}


@pytest.mark.parametrize("read", [None, {"new.md"}])
def test_a_file_that_came_while_others_were_read_counts_as_changed(
    tmp_path: Path, trees: tuple[InputFolder, ...], read: set[str] | None
) -> None:
    before = scan_inputs(trees, {})
    (tmp_path / "content/new.md").write_text("new")
    (tmp_path / "templates/new.html").write_text("new")
    after = inputs_after_build(trees, before, read)
    assert changed(after, scan_inputs(trees, after)) == {"content/new.md", "templates/new.html"}
    for path in ("content/new.md", "templates/new.html"):
        (tmp_path / path).unlink()
    assert changed(after, scan_inputs(trees, after)) == {"content/new.md", "templates/new.html"}
