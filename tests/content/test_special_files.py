"""Links and special files are never opened or followed, in any input folder, by any command.

Where one may be opened, the command has a process of its own with little time and memory: with the
link to /dev/zero or the pipe it would never end.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from briefings.content import files as entries
from briefings.problems import ContentError
from tests.support.on_disk import ROOT, Desk

BASE = ROOT / "tests" / "invalid" / "base"
#: Seconds; a run takes one.
_TIME = 60
COMMANDS = {
    "check": ["check", "--jobs", "1"],
    "build": ["build", "--no-search", "--jobs", "1"],
    "preview": ["preview"],
    "serve": ["serve", "--port", "0"],
    "register": ["register"],
    "withdraw": ["withdraw", "northmoor-2025", "--reason", "It was wrong."],
    "rename": ["rename", "trust", "northmoor", "northmoor-trust"],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose folders are its own."""
    shutil.copytree(BASE, tmp_path / "content")
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "sources").mkdir()
    return tmp_path


def run(project: Path, *words: str) -> tuple[int, str]:
    """The exit status and what was printed, with little memory."""
    program = [
        "sh",
        "-c",
        'ulimit -v 1500000; exec "$@"',
        "sh",
        sys.executable,
        str(ROOT / "build.py"),
    ]
    done = subprocess.run(
        [*program, *words], cwd=project, capture_output=True, text=True, timeout=_TIME, check=False
    )
    return done.returncode, done.stderr + done.stdout


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.symlink_to(path.parent, target_is_directory=True)


def _root(path: Path) -> None:
    path.symlink_to("/")


def _socket(path: Path) -> None:
    short = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(f"/proc/self/fd/{short}/{path.name}")
    finally:
        os.close(short)


KINDS: dict[str, Callable[[Path], None]] = {
    "device": _device,
    "loop": _loop,
    "root": _root,
    "pipe": lambda path: os.mkfifo(path),
    "socket": _socket,
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_or_special_file_in_the_content_is_refused_by_name_by_every_command(
    project: Path, command: str
) -> None:
    made = {f"content/.{name}": make for name, make in KINDS.items()}
    made |= {f"content/media/{name}.txt": make for name, make in KINDS.items()}
    for path, make in made.items():
        make(project / path)
    status, output = run(project, *COMMANDS[command])
    assert status == 1, output
    for path in made:
        what = "a symbolic link is refused" if (project / path).is_symlink() else "is not a file"
        assert any(
            line.startswith(f"{path}:1:1: ") and what in line for line in output.splitlines()
        ), (path, output)


@pytest.mark.sample(1)
@pytest.mark.parametrize("folder", ["templates", "templates/partials", "static", "sources"])
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_link_or_special_file_in_another_input_folder_is_refused_by_name(
    project: Path, folder: str, command: str
) -> None:
    (project / folder).mkdir(exist_ok=True)
    for name, make in KINDS.items():
        make(project / folder / f"{name}.txt")
    status, output = run(project, *COMMANDS[command])
    assert status == 1, output
    assert all(f"{folder}/{name}.txt:1:1: " in output for name in KINDS), output


def test_a_link_that_comes_after_a_build_is_refused_by_the_next_one(project: Path) -> None:
    assert run(project, *COMMANDS["build"])[0] == 0
    for path in ("templates/late.html", "static/late.css", "content/.late", "content/media/late"):
        (project / path).symlink_to("/dev/zero")
        status, output = run(project, *COMMANDS["build"])
        assert (status, f"{path}:1:1: a symbolic link is refused" in output) == (1, True), output
        (project / path).unlink()
    assert run(project, *COMMANDS["build"])[0] == 0


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", ["site.yaml", "register.csv", "facts.csv"])
def test_a_linked_configuration_or_register_is_not_read(project: Path, name: str) -> None:
    elsewhere = project / "elsewhere"
    elsewhere.write_text("title: a secret of the machine\n", encoding="utf-8")
    (project / "content" / name).unlink(missing_ok=True)
    (project / "content" / name).symlink_to(elsewhere)
    for command in ("check", "build"):
        status, output = run(project, *COMMANDS[command])
        assert status == 1
        assert f"content/{name}:1:1: a symbolic link is refused" in output
        assert "secret" not in output


def test_a_folder_of_sources_that_is_a_link_is_not_entered(project: Path) -> None:
    (project / "sources").rmdir()
    (project / "sources").symlink_to("/")
    status, output = run(project, *COMMANDS["build"])
    assert status == 1
    assert "sources:1:1: a symbolic link is refused" in output


def test_the_lock_that_emacs_leaves_beside_an_open_file_is_no_fault(project: Path) -> None:
    (project / "content/pages/.#about.md").symlink_to("editor@machine.1234:1700000000")
    assert [Desk(project).run(command).status for command in ("check", "build")] == [0, 0]


def test_folders_too_deep_are_a_fault_that_names_them(project: Path) -> None:
    deep = project / "content/media"
    here = os.open(deep, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("a", dir_fd=here)
        inner = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    try:
        for command in ("check", "build", "register"):
            ran = Desk(project).run(command)
            assert ran.status == 1
            assert "content/media/a/a/a/" in ran.err
            assert "folders are nested more than 20 deep" in ran.err
    finally:
        subprocess.run(["rm", "-rf", deep / "a"], check=True)


def test_a_special_file_that_replaces_a_file_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a file and its opening, another process may exchange it."""
    monkeypatch.setattr(entries, "unfit", lambda path: None)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(ContentError, match="a named pipe is not a file"):
        entries.read_file(tmp_path / "pipe", 10)
    with pytest.raises(OSError, match="symbolic links"):
        entries.read_file(tmp_path / "link", 10)


LEFTOVERS = (
    "briefings/2025/northmoor-2025.md~",
    "briefings/2025/#northmoor-2025.md#",
    "briefings/2025/northmoor-2025.md.orig",
    "briefings/2025/4913",
    "site.yaml.bak",
    "media/Thumbs.db",
    "media/desktop.ini",
    "media/~$plan.docx",
    "trusts/northmoor.md.swp",
)


def test_backup_files_of_editor_programs_are_ignored_with_advice(project: Path) -> None:
    """Emacs leaves `x.md~` at every save: each save was refused."""
    for path in LEFTOVERS:
        (project / "content" / path).write_text("[@nowhere] not front matter")
    (project / "content/briefings/2025/.#northmoor-2025.md").symlink_to("me@here.1:2")
    ran = Desk(project).run("check", "--advice")
    assert ran.status == 0, ran.err
    for path in LEFTOVERS:
        assert f"content/{path}:1:1: warning: this looks like an editor's" in ran.err
    (project / "static" / "style.css~").write_text("p { color: red }")
    assert run(project, "build", "--no-search", "--jobs", "1")[0] == 0
    published = {path.name for path in (project / "output").rglob("*")}
    assert not [name for name in published if "~" in name or name in {"Thumbs.db", "desktop.ini"}]


@pytest.mark.parametrize("name", ["plan~1.txt", "c#.txt", "#1", "thumbs.txt", "orig", "a.tmpl"])
def test_a_file_that_is_no_leftover_is_not_ignored(name: str) -> None:
    assert not entries.is_leftover(name)
