"""A small site in a folder of its own, for tests of the commands that edit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefings.cli import main
from tests.support.on_disk import NOW, ROOT, Ran, write_site

_FOLDERS = ("--templates", str(ROOT / "templates"), "--static", str(ROOT / "static"))


@dataclass(frozen=True, slots=True)
class Desk:
    """Runs commands in the folder of a site, all at one moment."""

    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, now: str = NOW) -> Ran:
        """Run a command; return its status and output."""
        self.capsys.readouterr()
        more = (*_FOLDERS, "--no-search") if arguments[0] in {"check", "build"} else ()
        status = main([*arguments, *more, "--now", now, "--no-cache"])
        printed = self.capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    def does(self, *arguments: str, now: str = NOW) -> str:
        """Run a command that must succeed; return its output."""
        ran = self.run(*arguments, now=now)
        assert ran.status == 0, ran.err
        return ran.out

    def refuses(self, *arguments: str, now: str = NOW) -> str:
        """Run a command that must fail without changing a file; return its message."""
        before = self.files()
        ran = self.run(*arguments, now=now)
        assert ran.status in {1, 2}, ran.out
        assert "Traceback" not in ran.err
        assert self.files() == before
        return ran.err

    def faults(self, now: str = NOW) -> str:
        """Return the output of `check`."""
        return self.run("check", "--quiet", now=now).err

    def write(self, path: str, text: str) -> None:
        """Write a file below the content folder, with its line ends unchanged."""
        file = Path("content", path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def read(self, path: str) -> str:
        """Return the text of a file below the content folder."""
        return Path("content", path).read_bytes().decode()

    def swap(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once in a file."""
        text = self.read(path)
        assert text.count(old) == 1, text
        self.write(path, text.replace(old, new))

    def move(self, path: str, new: str) -> None:
        """Rename a file, as a file manager does."""
        Path("content", path).rename(Path("content", new))

    def remove(self, path: str) -> None:
        """Delete a file."""
        Path("content", path).unlink()

    def files(self) -> dict[str, bytes]:
        """Return path → bytes of every file of the content folder."""
        paths = (path for path in sorted(Path("content").rglob("*")) if path.is_file())
        return {path.relative_to("content").as_posix(): path.read_bytes() for path in paths}


def desk_with(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    briefings: Mapping[str, str],
    files: Mapping[str, str] | None = None,
) -> Desk:
    """The site of `tests.support.on_disk` in `project`, which becomes the folder one is in."""
    write_site(project, briefings, files=files)
    monkeypatch.chdir(project)
    return Desk(capsys)
