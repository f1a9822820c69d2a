"""Whole content folders with spoiled files in them: read, and built as an editor builds them."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from briefings.cli import main
from briefings.content.listing import shown
from briefings.content.loader import load
from tests.torture.inputs_made import (
    ADDRESSES,
    CSV,
    MARKDOWN,
    RAW,
    ROOT,
    STRANGE,
    YAML,
    Grammar,
    as_bytes,
)

BASE = ROOT / "tests" / "invalid" / "base"
NOW = "2026-01-15"


@cache
def base() -> dict[str, str]:
    """The small valid site, path by path, with a register."""
    files = {
        path.relative_to(BASE).as_posix(): path.read_text("utf-8")
        for path in sorted(BASE.rglob("*"))
        if path.is_file() and path.suffix in {".md", ".yaml", ".csv"}
    }
    columns = "kind,id,url,guid,first_published,leads_to"
    line = 'briefing,{0},/briefings/{0}/,"tag:example.org,2026:briefing/{0}",2025-10-02T00:00:00Z,'
    files["register.csv"] = f"{columns}\n{line.format('northmoor-2025')}\n"
    return files


def spoiled(random: Random) -> dict[str, bytes]:
    """The same with a file or a few of them spoiled, renamed, doubled or taken away."""
    files = {path: as_bytes(text) for path, text in base().items()}
    for _ in range(random.choice((1, 1, 2, 4))):
        path = random.choice(sorted(files))
        deed = random.random()
        if deed < 0.35:
            files[path] = _with_a_line(random, files[path])
        elif deed < 0.7:
            files[path] = as_bytes(_grammar(path).text(random))
        elif deed < 0.75:
            del files[path]
            files = files or {"site.yaml": b""}
        else:
            files[_renamed(random, path)] = files[path]
    return files


def _with_a_line(random: Random, raw: bytes) -> bytes:
    """One line more in the front matter, and some Markdown at the end."""
    line = as_bytes(random.choice(_LINES).lstrip())
    body = "".join(random.choices(MARKDOWN, k=random.randrange(5)))
    head, fence, body_before = raw.partition(b"---\n")
    return head + fence + line + body_before + as_bytes(body) if fence else raw + line


def _grammar(path: str) -> Grammar:
    ending = Path(path).suffix if Path(path).suffix in {".csv", ".yaml"} else ".md"
    valid = [text for other, text in base().items() if other.endswith(ending)]
    pieces = {".csv": CSV, ".yaml": (*YAML, *_LINES), ".md": (*YAML, *MARKDOWN, *_LINES)}
    return Grammar([base().get(path, valid[0])] * 4 + valid, pieces[ending], _ODD)


_ODD = (*STRANGE, *RAW)
#: Whole lines of front matter that a rule looks at.
_LINES = tuple(
    f"\n{line}\n"
    for line in (
        "aliases: [/old/]",
        "aliases: [/%61bout/]",
        "aliases: [/About/]",
        "topics: [staffing]",
        "status: withdrawn",
        "status: draft",
        "embargo_until: 2027-01-01",
        "navigation: [x]",
        "policy: {never_publish: [a]}",
        "feed: {items: 0}",
        "also_about: [northmoor]",
        "time_zone: Pacific/Apia",
        "next_check: 2026/",
        "base_url: https://example.org/a/b",
        "ratings: [{scope: trust, value: good, sources: [A]}]",
        "language: ar",
        "requirements: [{id: northmoor-staffing, event: told, date: 2025, sources: [A]}]",
        "withdrawn: {date: 2026-01-01, reason: r}",
        "written_by: '=1+1'",
        "feed: {tag: 'a,2026'}",
    )
)


def _renamed(random: Random, path: str) -> str:
    """Another name for a file; no folder of it is a file as well."""
    name = Grammar((path,), ADDRESSES, longest=60).text(random)
    parts = [part.replace("\0", "")[:60] for part in name.split("/")]
    folders = [part for part in parts if part not in {"", ".", ".."}][:4]
    top = folders[0] if folders else ""
    if top in base() or not folders:
        return f"media/{'-'.join(folders) or 'x'}.md"
    return "/".join(folders)


def write_content(files: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder that does not exist yet, as far as the disk takes their names."""
    folder.mkdir()
    for path, data in files.items():
        file = folder / path
        with contextlib.suppress(OSError, ValueError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def loaded(files: dict[str, bytes], folder: Path) -> str:
    """Read one folder; return what is wrong with the result, or an empty text."""
    write_content(files, folder)
    try:
        content = load(folder)
        names = {shown(folder, path) for path in _paths(folder)}
    finally:
        shutil.rmtree(folder)
    for problem in content.problems:
        if problem.path not in names | {shown(folder, "site.yaml")}:
            return f"told of {problem.path!r}, which is no file of the folder"
        if problem.line < 1 or problem.column < 1 or not problem.message:
            return f"told as {problem}"
    return ""


def _paths(folder: Path) -> Iterator[str]:
    for current, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(current, name).relative_to(folder).as_posix()


@dataclass(slots=True)
class Eye:
    """Sees every file that this process opens for writing, makes, moves or removes.

    `sys.addaudithook` cannot be undone, so one eye is opened for good, and closed in between.
    """

    allowed: tuple[str, ...] | None = None
    strays: list[str] = field(default_factory=list)

    def see(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.allowed is None or event not in _WRITES:
            return
        if event == "open" and not _is_for_writing(arguments):
            return
        if event == "sqlite3.connect" and _writes_no_file(str(arguments[0])):
            return
        for path in arguments[: 2 if event == "os.rename" else 1]:
            if isinstance(path, (str, bytes, os.PathLike)):
                absolute = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
                exists = event == "os.mkdir" and os.path.isdir(absolute)  # noqa: PTH112
                if not exists and not absolute.startswith(self.allowed):
                    self.strays.append(f"{event} {absolute}")


_WRITES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link",
           "os.truncate", "shutil.rmtree", "sqlite3.connect"}  # fmt: skip
#: What Python itself writes.
_OWN = (os.devnull, sys.prefix, str(ROOT / "briefings"))


def _is_for_writing(arguments: tuple[object, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return bool(set(mode) & set("wxa+"))
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _writes_no_file(database: str) -> bool:
    """Whether an SQLite database is in memory, or a file opened to read."""
    return database == ":memory:" or (database.startswith("file:") and "mode=ro" in database)


@cache
def eye() -> Eye:
    """The one eye of this process."""
    opened = Eye()
    sys.addaudithook(opened.see)
    return opened


def built(files: dict[str, bytes], *options: str) -> str:
    """Build one folder in an empty project; return what is wrong with the result, or empty."""
    with TemporaryDirectory(prefix="briefings-inputs-") as folder, contextlib.chdir(folder):
        write_content(files, Path("content"))
        before = _held(Path("content"))
        watch = eye()
        watch.strays.clear()
        watch.allowed = (f"{folder}/output", f"{folder}/.cache", f"{folder}/{_BESIDE}", *_OWN)
        started = time.process_time()
        try:
            status, output = _run(*options)
        finally:
            watch.allowed = None
        took = time.process_time() - started
        names = {path.name for path in Path().iterdir()}
        return (
            _of_run(status, output)
            or ("the content was changed" if _held(Path("content")) != before else "")
            or (f"wrote {watch.strays[:3]}" if watch.strays else "")
            or (f"left {names}" if not names <= {"content", "output", ".cache", _BESIDE} else "")
            or (f"took {took:.1f} s" if took > 20 else "")
        )


#: What publishing keeps beside the output: the tree that it replaced, and what it says of itself.
_BESIDE = ".output-state"


def _run(*options: str) -> tuple[int, str]:
    out = io.StringIO()
    folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    with contextlib.redirect_stderr(out), contextlib.redirect_stdout(out):
        status = main(
            ["build", *folders, "--now", NOW, "--jobs", "1", "--quiet", "--no-search", *options]
        )
    return status, out.getvalue()


def _of_run(status: int, said: str) -> str:
    if status == 70:
        crash = Path(".cache/crash.txt")
        return f"failed: {crash.read_text('utf-8').strip().splitlines()[-1]}"
    if status not in {0, 1}:
        return f"ended with {status}: {said[-200:]}"
    if status == 1 and "fault" not in said.splitlines()[-1]:
        return f"ended with 1 and said {said[-200:]!r}"
    if status == 1 and Path("output").exists():
        return "found a fault, and published"
    return "" if "\x1b" not in said else "sends commands to the terminal"


def _held(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
