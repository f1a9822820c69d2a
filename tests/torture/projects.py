"""A project in a folder of its own, for trials: its content at several times, and real builds.

Every build is a process of its own, `python build.py build`, with worker processes, a cache and the
search index, as on an editor's machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from tests.programs import stoppable
from tests.torture.index import settled

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "tests" / "site" / "content"
#: The address of the site: without a path, so that a plain server can hold it.
BASE = "https://watch.example/"
#: Seconds after which a build hangs, however busy the machine.
PATIENCE = 300.0
#: The exit statuses of a build: done; something is wrong with the disk; another build is at work.
DONE, DISK, LOCKED = 0, 74, 75

Files = Mapping[str, bytes]


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path, and every empty folder, with a slash at its end."""
    found: dict[str, bytes] = {}
    for at, folders, names in os.walk(folder):
        inside = Path(at).relative_to(folder)
        for name in names:
            found[(inside / name).as_posix()] = Path(at, name).read_bytes()
        if not folders and not names and inside != Path():
            found[f"{inside.as_posix()}/"] = b""
    return found


def apart(found: Files, wanted: Files) -> str:
    """How two sites differ, in a few words; empty where they don't."""
    found, wanted = settled(found), settled(wanted)
    missing, more = sorted(wanted.keys() - found.keys()), sorted(found.keys() - wanted.keys())
    other = sorted(path for path in wanted.keys() & found.keys() if found[path] != wanted[path])
    told = {"missing": missing, "too many": more, "other bytes": other}
    return "; ".join(f"{name}: {_few(paths)}" for name, paths in told.items() if paths)


def _few(paths: Sequence[str]) -> str:
    return ", ".join(paths[:4]) + (f" and {len(paths) - 4} more" if len(paths) > 4 else "")


@dataclass(frozen=True, slots=True)
class Standing:
    """The content as it stands at one time: what differs from `CONTENT`, and the moment.

    `edits`: path → (words, what stands in their place), or the bytes of a whole file, or None for a
    file that is gone.
    """

    name: str
    edits: Mapping[str, tuple[str, str] | bytes | None] = field(default_factory=dict)
    now: str = "2026-09-01T12:00:00+00:00"

    def files(self) -> dict[str, bytes]:
        """Every content file, by its path."""
        found = held(CONTENT)
        for path, edit in self.edits.items():
            if edit is None:
                del found[path]
            elif isinstance(edit, bytes):
                found[path] = edit
            else:
                old, new = (words.encode() for words in edit)
                assert old in found[path], (path, edit)
                found[path] = found[path].replace(old, new, 1)
        return found


_VISIT = "briefings/2025/castlebridge-visit.md"
_COLOPHON = b"---\ntitle: Colophon\n---\nHow [the site](about.md) is made.\n"
_DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="6" height="6"/>\n'
#: What an editor's days bring: words, pages that come and go, a name in every page, a moment.
STANDINGS = (
    Standing("as it was"),
    Standing("another name of the site", {"site.yaml": ("Inspection Watch", "Inspection News")}),
    Standing("a word of the same length", {_VISIT: ("one ward", "two ward")}),
    Standing(
        "a new page",
        {"pages/colophon.md": _COLOPHON, "site.yaml": ("[about, how", "[about, colophon, how")},
    ),
    Standing("a draft again", {_VISIT: ("trust: castle", "status: draft\ntrust: castle")}),
    Standing("another picture", {"media/wards/plan-1.svg": _DRAWING}),
    Standing("a later moment", now="2027-02-01T00:00:00+00:00"),
    Standing("an earlier moment", now="2026-03-29T00:59:58+00:00"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a build ended, and what it said."""

    status: int
    said: str

    @property
    def kindly(self) -> bool:
        """Whether it ended as the guide says that builds end, and said so to people."""
        return self.status in {DONE, 1, 2, DISK, LOCKED, 130} and "Traceback" not in self.said


@dataclass(frozen=True, slots=True)
class Build:
    """A build that runs by itself, in a process group of its own."""

    process: subprocess.Popen[bytes]
    printed: IO[bytes]

    def ended(self) -> Ran:
        """How it ended; waits for that."""
        status = self.process.wait(PATIENCE)
        self.printed.seek(0)
        said = self.printed.read().decode("utf-8", "replace")
        self.printed.close()
        return Ran(status, said)


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `content/`, and beside it `output/` and `cache/` once there was a build.

    `code` holds `build.py`, the templates and the static files that are used.
    """

    folder: Path
    code: Path = ROOT

    @property
    def content(self) -> Path:
        """What editors write."""
        return self.folder / "content"

    @property
    def output(self) -> Path:
        """Where the site goes."""
        return self.folder / "output"

    @property
    def cache(self) -> Path:
        """What builds keep between them: whatever files they like."""
        return self.folder / "cache"

    def lay(self, standing: Standing, *, same_time: bool = False) -> None:
        """Make `content/` say what it says at that time, writing only what differs.

        `same_time`: every file keeps one time of change, as tools that copy or unpack may set it.
        """
        wanted, there = standing.files(), held(self.content)
        shutil.copytree(CONTENT.parent / "theme", self.folder / "theme", dirs_exist_ok=True)
        for path in there.keys() - wanted.keys():
            (self.content / path).unlink()
        for path, data in wanted.items():
            file = self.content / path
            if there.get(path) != data:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            if same_time:
                os.utime(file, (1_700_000_000, 1_700_000_000))

    def start(self, standing: Standing, *options: str, under: Iterable[str] = ()) -> Build:
        """Begin a build of what is laid out, at the moment of `standing`.

        Of an option given twice the last one counts. `under`: words of a command that runs it.
        """
        words = [
            *under, sys.executable, str(self.code / "build.py"), "build",
            "--content", str(self.content), "--output", str(self.output),
            "--cache", str(self.cache), "--templates", str(self.code / "templates"),
            "--static", str(self.code / "static"), "--base-url", BASE,
            "--now", standing.now, "--jobs", "2", "--quiet", *options,
        ]  # fmt: skip
        printed = TemporaryFile()  # noqa: SIM115 - closed by `Build.ended`
        process = subprocess.Popen(
            words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=stoppable,
        )  # fmt: skip
        return Build(process, printed)

    def build(self, standing: Standing, *options: str, under: Iterable[str] = ()) -> Ran:
        """Lay the content out and build it, to the end."""
        self.lay(standing)
        return self.start(standing, *options, under=under).ended()

    def forget(self) -> None:
        """Remove the site, and what builds keep beside it to know it as theirs."""
        for path in (self.output, *self.folder.glob(f".{self.output.name}*")):
            shutil.rmtree(path, ignore_errors=True)

    def published(self) -> dict[str, bytes]:
        """Every file of the site, by its path."""
        return held(self.output)


@cache
def clean(standing: str, *options: str) -> Files:
    """What a site should be: the standing of this name, built once from nothing, with no cache."""
    named = next(one for one in STANDINGS if one.name == standing)
    with TemporaryDirectory(prefix="torture-") as folder:
        project = Project(Path(folder))
        ran = project.build(named, "--no-cache", *options)
        assert ran.status == DONE, f"{standing}: {ran.said}"
        return project.published()
