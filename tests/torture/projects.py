"""A project in a folder of its own, for trials: versions of its content, and real builds.

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
#: Seconds after which a build counts as hanging, even on a busy machine.
PATIENCE = 300.0
#: The exit statuses of a build: done; something is wrong with the disk; another build is at work.
DONE, DISK, LOCKED = 0, 74, 75

Files = Mapping[str, bytes]


def files_in(folder: Path) -> dict[str, bytes]:
    """Return path → bytes of every file below a folder; empty folders have a slash at the end."""
    files: dict[str, bytes] = {}
    for current, folders, names in os.walk(folder):
        inside = Path(current).relative_to(folder)
        for name in names:
            files[(inside / name).as_posix()] = Path(current, name).read_bytes()
        if not folders and not names and inside != Path():
            files[f"{inside.as_posix()}/"] = b""
    return files


def difference(published: Files, expected: Files) -> str:
    """Describe the difference of two sites in a few words; empty if there is none."""
    published, expected = settled(published), settled(expected)
    missing, extra = (
        sorted(expected.keys() - published.keys()),
        sorted(published.keys() - expected.keys()),
    )
    other = sorted(
        path for path in expected.keys() & published.keys() if published[path] != expected[path]
    )
    lists = {"missing": missing, "too many": extra, "other bytes": other}
    return "; ".join(f"{name}: {_few(paths)}" for name, paths in lists.items() if paths)


def _few(paths: Sequence[str]) -> str:
    return ", ".join(paths[:4]) + (f" and {len(paths) - 4} more" if len(paths) > 4 else "")


@dataclass(frozen=True, slots=True)
class ContentVersion:
    """A version of the content: its differences from `CONTENT`, and the moment of the build.

    `edits`: path → (old text, new text), or the bytes of a whole file, or None for a removed file.
    """

    name: str
    edits: Mapping[str, tuple[str, str] | bytes | None] = field(default_factory=dict)
    now: str = "2026-09-01T12:00:00+00:00"

    def files(self) -> dict[str, bytes]:
        """Every content file, by its path."""
        files = files_in(CONTENT)
        for path, edit in self.edits.items():
            if edit is None:
                del files[path]
            elif isinstance(edit, bytes):
                files[path] = edit
            else:
                old, new = (words.encode() for words in edit)
                assert old in files[path], (path, edit)
                files[path] = files[path].replace(old, new, 1)
        return files


_VISIT = "briefings/2025/castlebridge-visit.md"
_COLOPHON = b"---\ntitle: Colophon\n---\nHow [the site](about.md) is made.\n"
_DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="6" height="6"/>\n'
#: Typical edits: a word, a new or removed page, a name that is on every page, another moment.
VERSIONS = (
    ContentVersion("as it was"),
    ContentVersion(
        "another name of the site", {"site.yaml": ("Inspection Watch", "Inspection News")}
    ),
    ContentVersion("a word of the same length", {_VISIT: ("one ward", "two ward")}),
    ContentVersion(
        "a new page",
        {"pages/colophon.md": _COLOPHON, "site.yaml": ("[about, how", "[about, colophon, how")},
    ),
    ContentVersion("a draft again", {_VISIT: ("trust: castle", "status: draft\ntrust: castle")}),
    ContentVersion("another picture", {"media/wards/plan-1.svg": _DRAWING}),
    ContentVersion("a later moment", now="2027-02-01T00:00:00+00:00"),
    ContentVersion("an earlier moment", now="2026-03-29T00:59:58+00:00"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """The exit status and the output of a build."""

    status: int
    output: str

    @property
    def kindly(self) -> bool:
        """Whether the exit status is a documented one and there is no traceback."""
        return self.status in {DONE, 1, 2, DISK, LOCKED, 130} and "Traceback" not in self.output


@dataclass(frozen=True, slots=True)
class Build:
    """A running build, in a process group of its own."""

    process: subprocess.Popen[bytes]
    printed: IO[bytes]

    def ended(self) -> Ran:
        """Wait for its end and return the result."""
        status = self.process.wait(PATIENCE)
        self.printed.seek(0)
        text = self.printed.read().decode("utf-8", "replace")
        self.printed.close()
        return Ran(status, text)


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `content/`, and beside it `output/` and `cache/` once there was a build.

    `code` holds `build.py`, the templates and the static files that are used.
    """

    folder: Path
    code: Path = ROOT

    @property
    def content(self) -> Path:
        """The content folder."""
        return self.folder / "content"

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.folder / "output"

    @property
    def cache(self) -> Path:
        """The cache folder."""
        return self.folder / "cache"

    def write_content(self, version: ContentVersion, *, same_time: bool = False) -> None:
        """Write a version to `content/`; files that do not differ are not touched.

        `same_time`: all files get the same mtime, as tools that copy or unpack may set it.
        """
        expected, present = version.files(), files_in(self.content)
        shutil.copytree(CONTENT.parent / "theme", self.folder / "theme", dirs_exist_ok=True)
        for path in present.keys() - expected.keys():
            (self.content / path).unlink()
        for path, data in expected.items():
            file = self.content / path
            if present.get(path) != data:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            if same_time:
                os.utime(file, (1_700_000_000, 1_700_000_000))

    def start(self, version: ContentVersion, *options: str, under: Iterable[str] = ()) -> Build:
        """Start a build of `content/` at the moment of `version`.

        Of an option given twice the last one counts. `under`: a command that runs the build.
        """
        words = [
            *under, sys.executable, str(self.code / "build.py"), "build",
            "--content", str(self.content), "--output", str(self.output),
            "--cache", str(self.cache), "--templates", str(self.code / "templates"),
            "--static", str(self.code / "static"), "--base-url", BASE,
            "--now", version.now, "--jobs", "2", "--quiet", *options,
        ]  # fmt: skip
        printed = TemporaryFile()  # noqa: SIM115 - closed by `Build.ended`
        process = subprocess.Popen(
            words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=stoppable,
        )  # fmt: skip
        return Build(process, printed)

    def build(self, version: ContentVersion, *options: str, under: Iterable[str] = ()) -> Ran:
        """Write the version, build it, and wait for the end."""
        self.write_content(version)
        return self.start(version, *options, under=under).ended()

    def forget(self) -> None:
        """Remove the site and its state folder."""
        for path in (self.output, *self.folder.glob(f".{self.output.name}*")):
            shutil.rmtree(path, ignore_errors=True)

    def published(self) -> dict[str, bytes]:
        """Return path → bytes of the published files."""
        return files_in(self.output)


@cache
def clean(version: str, *options: str) -> Files:
    """Return the expected site: the version of this name, built from nothing without a cache."""
    content = next(known for known in VERSIONS if known.name == version)
    with TemporaryDirectory(prefix="torture-") as folder:
        project = Project(Path(folder))
        ran = project.build(content, "--no-cache", *options)
        assert ran.status == DONE, f"{version}: {ran.output}"
        return project.published()
