"""The preview follows its folders, whatever becomes of them and of the system's means to watch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.on_disk import NOW, ROOT, briefing
from tests.support.preview_server import Preview, preview, project

PAGE = "/briefings/one/"
FILE = "content/briefings/2026/one.md"
_PATIENCE = 60.0


def words(folder: Path, text: str, file: str = FILE) -> None:
    (folder / file).write_text(briefing("one", body=f"{text} [@A].\n"))


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def shows(running: Preview, text: str) -> None:
    def is_so() -> bool:
        return text in running.get(PAGE).text

    until(is_so, f"{text!r} was never shown: {running.errors.read_text()}")


def test_another_folder_in_the_place_of_the_content_is_followed(tmp_path: Path) -> None:
    """`mv content old; mv new content`, as a switch between two checkouts does."""
    folder = project(tmp_path, {"one": ""})
    shutil.copytree(folder / "content", folder / "new")
    words(folder, "Words of the new folder", "new/briefings/2026/one.md")
    with preview(folder) as running:
        shows(running, "in our own words")
        (folder / "content").rename(folder / "old")
        (folder / "new").rename(folder / "content")
        shows(running, "Words of the new folder")
        words(folder, "Edited in the new folder")
        shows(running, "Edited in the new folder")
    assert "generator itself failed" not in running.errors.read_text()


def test_a_missing_folder_is_reported_and_watched_again_when_it_returns(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    with preview(folder) as running:
        shows(running, "in our own words")
        for name in ("content", "templates", "static"):
            shutil.copytree(folder / name, folder / "backup")
            shutil.rmtree(folder / name)
            message = f"{name}:1:1: this folder is missing"
            until(lambda text=message: text in running.errors.read_text(), message)  # type: ignore[misc]
            assert running.get(PAGE).status == 200
            shutil.copytree(folder / "backup", folder / name)
            shutil.rmtree(folder / "backup")
            words(folder, f"After {name} came back")
            shows(running, f"After {name} came back")
    assert "generator itself failed" not in running.errors.read_text()


def test_a_folder_inside_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    year = folder / "content/briefings/2026"
    with preview(folder) as running:
        shows(running, "in our own words")
        shutil.copytree(year, folder / "new")
        words(folder, "Words of the new year", "new/one.md")
        year.rename(folder / "old")
        (folder / "new").rename(year)
        shows(running, "Words of the new year")
        words(folder, "Edited there")
        shows(running, "Edited there")


def test_a_link_that_leads_to_another_content_folder_is_followed(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    (folder / "content").rename(folder / "first")
    shutil.copytree(folder / "first", folder / "second")
    words(folder, "Words of the second", "second/briefings/2026/one.md")
    (folder / "content").symlink_to("first")
    with preview(folder) as running:
        shows(running, "in our own words")
        (folder / "link").symlink_to("second")
        (folder / "link").rename(folder / "content")
        shows(running, "Words of the second")


def test_without_watches_it_says_so_at_once_and_polls(tmp_path: Path) -> None:
    """A user namespace has a limit of its own: sysctl user.max_inotify_watches."""
    folder = project(tmp_path, {"one": ""})
    few = "echo 2 > /proc/sys/user/max_inotify_watches"
    inside = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*inside, few], check=False).returncode:
        pytest.skip("this system gives nobody a user namespace")
    command = [*inside, f'{few} && exec "$0" "$@"', sys.executable, "-u", str(ROOT / "build.py")]
    errors = folder / "errors.txt"
    with errors.open("w") as file:
        process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--no-search", "--now", NOW, "--jobs", "1"],
            cwd=folder, stderr=file, stdout=subprocess.PIPE, text=True, env={**os.environ},
        )  # fmt: skip
    assert process.stdout is not None
    try:
        running = Preview(process.stdout.readline().split(" ")[0].rstrip("/"), errors)
        until(lambda: "can't watch the folders" in errors.read_text(), "nothing was said")
        assert "max_user_watches" in errors.read_text()
        for text in ("First words", "Second words"):
            words(folder, text)
            shows(running, text)
        assert errors.read_text().count("can't watch") == 1
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def test_temporary_files_of_editor_programs_cause_no_reload(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    year = folder / "content/briefings/2026"
    with preview(folder) as running, running.news() as news:
        first = next(news)["page"]
        for name in ("one.md~", "4913", ".one.md.swp", "#one.md#"):
            (year / name).write_text("half a file")
        time.sleep(1)
        words(folder, "The words themselves")
        shown = next(event["page"] for event in news if event["page"] != first)
        shows(running, "The words themselves")
        assert int(shown.split()[1]) == int(first.split()[1]) + 1
