"""The stored state of inputs is that of the bytes that the build read, neither newer nor older."""

from __future__ import annotations

import os
import zoneinfo
from pathlib import Path

import pytest

from briefings.build.inputs import (
    CONTENT,
    SOURCES,
    UNFIT,
    InputFolder,
    changed,
    contents,
    environment,
    inputs_after_build,
    scan_inputs,
    scan_saved,
)
from briefings.content.files import MAX_ANY
from briefings.store.cache import digest


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


# Which files are inputs, and when they count as changed


def names(trees: tuple[InputFolder, ...]) -> set[str]:
    return set(scan_inputs(trees, {}))


def test_every_file_of_a_tree_is_an_input_and_in_content_a_folder_out_of_place(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    for tree in ("content", "templates"):
        (tmp_path / tree / "odd").mkdir()
        (tmp_path / tree / "odd/a.txt").write_text("A")
    (tmp_path / "templates/__pycache__").mkdir()
    (tmp_path / "templates/__pycache__/a.pyc").write_bytes(b"compiled")
    assert names(trees) == {ONE, CONFIG, PAGE, "content/odd", "templates/odd/a.txt"}
    assert scan_inputs(trees, {})["content/odd"][1] == UNFIT


def test_a_link_or_a_file_that_is_far_too_long_is_an_input_and_is_never_opened(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    (tmp_path / "templates/link.html").symlink_to("/etc/hostname")
    (tmp_path / "templates/gone.html").symlink_to("nowhere")
    with (tmp_path / "templates/long.html").open("wb") as file:
        file.truncate(MAX_ANY + 1)
    with (tmp_path / "templates/just.html").open("wb") as file:
        file.truncate(MAX_ANY)
    inputs = scan_inputs(trees, {})
    assert inputs["templates/link.html"][1] == UNFIT
    assert inputs["templates/gone.html"][1] == UNFIT
    assert inputs["templates/long.html"][1] == UNFIT
    assert inputs["templates/just.html"][1] == digest(bytes(MAX_ANY))


def test_the_folder_of_sources_is_followed_nowhere_if_it_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.txt").write_text("A")
    tree = InputFolder(SOURCES, tmp_path / SOURCES)
    assert scan_inputs((tree,), {}) == {}
    tree.root.symlink_to(tmp_path / "real")
    assert {name: entry[1] for name, entry in scan_inputs((tree,), {}).items()} == {
        "sources/": UNFIT
    }
    tree.root.unlink()
    (tmp_path / "real").rename(tree.root)
    assert scan_inputs((tree,), {})["sources/a.txt"][1] == digest(b"A")


def test_a_file_is_read_again_unless_its_mark_is_old_and_the_same(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    """A young file may change once more within one tick of the clock of its file system."""
    inputs = scan_inputs(trees, {})
    mark, _, is_old = inputs[ONE]
    assert not is_old  # its ctime is of just now
    forged = b"not its hash"
    assert scan_inputs(trees, {ONE: (mark, forged, True)})[ONE][1] == forged
    assert scan_inputs(trees, {ONE: (mark, forged, False)})[ONE] == inputs[ONE]
    other = (mark[0] + 1, *mark[1:])
    assert scan_inputs(trees, {ONE: (other, forged, True)})[ONE] == inputs[ONE]


def test_a_mark_is_size_times_and_inode(tmp_path: Path, trees: tuple[InputFolder, ...]) -> None:
    status = (tmp_path / ONE).stat()
    mark, hashed, _ = scan_inputs(trees, {})[ONE]
    assert mark == (6, 10**18, status.st_ctime_ns, status.st_ino)
    assert hashed == digest(b"before")


def test_what_is_new_gone_or_has_other_bytes_is_changed() -> None:
    mark, other = (1, 2, 3, 4), (1, 2, 3, 5)
    before = {"same": (mark, b"a", True), "gone": (mark, b"a", True), "bytes": (mark, b"a", True)}
    after = {"same": (other, b"a", False), "new": (mark, b"a", True), "bytes": (mark, b"b", True)}
    assert changed(before, after) == {"gone", "new", "bytes"}


def test_the_contents_are_the_hashes_of_content_files_by_their_paths(
    trees: tuple[InputFolder, ...],
) -> None:
    inputs = scan_inputs(trees, {})
    hashed = digest(b"before")
    assert contents(inputs) == {"briefings/one.md": hashed, "site.yaml": hashed}
    touched = {**inputs, ONE: ((0, 0, 0, 0), b"", False)}
    assert "briefings/one.md" not in contents(touched)


def test_after_a_save_only_the_saved_files_are_looked_at(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    before = scan_inputs(trees, {})
    for path in (ONE, PAGE):
        (tmp_path / path).write_text("after")
    saved = scan_saved(trees, before, [tmp_path / ONE])
    assert changed(before, saved) == {ONE}
    assert saved[ONE] == scan_inputs(trees, {})[ONE]
    elsewhere = scan_saved(trees, before, [tmp_path / "elsewhere.txt", Path("/etc/hostname")])
    assert elsewhere == before


@pytest.mark.parametrize("path", ["content/new.md", "content/briefings/2026/a.md"])
def test_after_a_new_file_all_are_looked_at(
    tmp_path: Path, trees: tuple[InputFolder, ...], path: str
) -> None:
    before = scan_inputs(trees, {})
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    file.write_text("new")
    (tmp_path / PAGE).write_text("after")
    assert {path, PAGE} <= changed(before, scan_saved(trees, before, [file]))


def test_after_a_file_or_a_folder_is_gone_all_are_looked_at(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    before = scan_inputs(trees, {})
    (tmp_path / ONE).unlink()
    assert changed(before, scan_saved(trees, before, [tmp_path / ONE])) == {ONE}
    (tmp_path / "content/briefings").rmdir()
    assert changed(before, scan_saved(trees, before, [tmp_path / "content/briefings"])) == {ONE}
    not_known = scan_saved(trees, before, [tmp_path / "content/never.md"])
    assert not_known == before


def test_a_saved_file_that_became_a_link_is_no_longer_read(
    tmp_path: Path, trees: tuple[InputFolder, ...]
) -> None:
    before = scan_inputs(trees, {})
    (tmp_path / PAGE).unlink()
    (tmp_path / PAGE).symlink_to("/etc/hostname")
    after = scan_saved(trees, before, [tmp_path / PAGE])
    assert after[PAGE][1] == UNFIT
    (tmp_path / PAGE).unlink()
    (tmp_path / PAGE).write_text("before")
    assert scan_saved(trees, after, [tmp_path / PAGE])[PAGE][1] == digest(b"before")


def test_the_environment_is_that_of_python_its_packages_and_the_time_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zones = tmp_path / "zones"
    (zones / "Europe").mkdir(parents=True)
    for name in ("London", "Paris"):
        (zones / "Europe" / name).write_bytes(name.encode())
    before = environment("Europe/London")
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path / "none"), str(zones)))
    in_london = environment("Europe/London")
    assert in_london not in {before, environment("Europe/Paris")}
    (zones / "Europe/London").write_bytes(b"other rules")
    other = environment("Europe/London")
    assert other != in_london
    packages = tmp_path / "packages"
    for folder, counts in (("new-1.0.dist-info", True), ("new-1.0.py", False)):
        (packages / folder).mkdir(parents=True)
        monkeypatch.syspath_prepend(str(packages))
        now = environment("Europe/London")
        assert (now != other) is counts
        other = now
    monkeypatch.syspath_prepend(str(tmp_path / "not-there"))
    assert environment("Europe/London") == other
    assert environment("Nowhere/At-all") == environment("Nowhere/Else")
