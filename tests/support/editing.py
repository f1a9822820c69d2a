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
    """The commands, run in the folder of the site as at one moment."""

    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, now: str = NOW) -> Ran:
        """One command, as typed."""
        self.capsys.readouterr()
        more = (*_FOLDERS, "--no-search") if arguments[0] in {"check", "build"} else ()
        status = main([*arguments, *more, "--now", now, "--no-cache"])
        printed = self.capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    def does(self, *arguments: str, now: str = NOW) -> str:
        """A command that has to succeed; what it printed."""
        ran = self.run(*arguments, now=now)
        assert ran.status == 0, ran.err
        return ran.out

    def refuses(self, *arguments: str, now: str = NOW) -> str:
        """A command that has to fail without touching a file; what it said."""
        before = self.files()
        ran = self.run(*arguments, now=now)
        assert ran.status in {1, 2}, ran.out
        assert "Traceback" not in ran.err
        assert self.files() == before
        return ran.err

    def faults(self, now: str = NOW) -> str:
        """What `check` says of the site."""
        return self.run("check", "--quiet", now=now).err

    def write(self, path: str, text: str) -> None:
        """A file below the content folder, its line ends as given."""
        file = Path("content", path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def read(self, path: str) -> str:
        """The same, read."""
        return Path("content", path).read_bytes().decode()

    def swap(self, path: str, old: str, new: str) -> None:
        """One place of a file changed."""
        text = self.read(path)
        assert text.count(old) == 1, text
        self.write(path, text.replace(old, new))

    def move(self, path: str, new: str) -> None:
        """A file under another name, as a file manager does it."""
        Path("content", path).rename(Path("content", new))

    def remove(self, path: str) -> None:
        """A file gone."""
        Path("content", path).unlink()

    def files(self) -> dict[str, bytes]:
        """Every file of the content folder."""
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
