"""A small site as files, for tests that build it as an editor does, and the command to do it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from textwrap import dedent

from briefings.cli import main
from tests.support import factory

ROOT = Path(__file__).parents[2]
NOW = "2026-12-01T12:00:00+00:00"
BODY = "What the inspectors found, in our own words [@A].\n"


def write_site(
    project: Path, briefings: Mapping[str, str], *, files: Mapping[str, str] | None = None
) -> Path:
    """`project/content`: id → front matter, what it lacks filled in as `factory` does.

    `files`: path below the content folder → text, for anything else.
    """
    texts = {
        "site.yaml": factory.CONFIG,
        "regulators/cqc.yaml": factory.REGULATOR,
        "trusts/north.md": in_front(factory.TRUST),
        "requirements/rooms.yaml": factory.REQUIREMENT,
    }
    for id, text in briefings.items():
        texts[f"briefings/2026/{id}.md"] = briefing(id, text)
    for path, text in (texts | dict(files or {})).items():
        file = project / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return project / "content"


def in_front(front: str, body: str = "") -> str:
    """A Markdown file of front matter and body."""
    return f"---\n{dedent(front).strip()}\n---\n{body}"


def briefing(id: str, text: str = "", body: str = BODY) -> str:
    """A briefing's file; the keys that `text` lacks are filled in."""
    own = dedent(text).strip()
    named = set(re.findall(r"^(\w+):", own, re.MULTILINE))
    title = f"title: On {id}"
    lines = [title, *factory.BRIEFING.strip().splitlines()[1:]]
    filled = [line for line in lines if line.split(":")[0] not in named]
    return in_front("\n".join([*filled, own]), body)


@dataclass(frozen=True, slots=True)
class Ran:
    """Exit status and output of a command."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A project folder, and `build.py` run in it: in this process, or with an environment of its
    own in a process of its own."""

    project: Path
    environment: Mapping[str, str] | None = None

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.project / "output"

    def command(self, *arguments: str) -> list[str]:
        """Return the arguments of one run: a fixed moment, one process, no search index."""
        words = [sys.executable, str(ROOT / "build.py"), *arguments]
        if arguments and arguments[0] not in {"build", "check"}:
            return words
        folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
        given = ["--now", NOW] if "--now" not in arguments else []
        return [*words, *folders, *given, "--jobs", "1", "--no-search"]

    def run(self, *arguments: str) -> Ran:
        """Run a command to its end."""
        words = self.command(*arguments)
        if self.environment is None:
            out, err = StringIO(), StringIO()
            with chdir(self.project), redirect_stdout(out), redirect_stderr(err):
                status = main(words[2:])
            return Ran(status, out.getvalue(), err.getvalue())
        done = subprocess.run(
            words, cwd=self.project, env={**os.environ, **self.environment},
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    def build(self, *options: str) -> Ran:
        """Run `build.py build`, which must succeed."""
        ran = self.run("build", *options)
        assert ran.status == 0, ran.err
        return ran

    def published(self) -> dict[str, bytes]:
        """Every file of the site, by its path."""
        files = (path for path in self.output.rglob("*") if path.is_file())
        return {path.relative_to(self.output).as_posix(): path.read_bytes() for path in files}
