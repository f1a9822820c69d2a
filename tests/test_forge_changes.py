"""What workflows change by themselves: the register of what is public, and copies of sources.

The scripts of the workflows run here, with a bare repository in the place of the forge and a
stand-in for its command line, `gh`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.on_disk import ROOT, briefing, write_site
from tests.test_forge import steps, workflow

_GH = """#!/bin/sh
echo "$*" >> "$CALLS"
if [ "$2" = list ]; then echo "$OPEN"; fi
"""
#: What a forge says of a branch to which nobody may push.
_PROTECTED = """#!/bin/sh
[ "$1" != refs/heads/main ] || { echo "protected branch" >&2; exit 1; }
"""
REGISTER = "content/register.csv"


def script(workflow: str, job: str, name: str) -> str:
    path = ROOT / ".github" / "workflows" / workflow
    (command,) = (step["run"] for of, step in steps(path) if of == job and step.get("name") == name)
    return str(command)


PROPOSE = script("propose.yml", "propose", "Push it, or open or renew a pull request")
ENTER = "Enter what is public into the register"


@dataclass(frozen=True, slots=True)
class Forge:
    """A bare repository, and clones of its main branch as a job checks it out."""

    folder: Path

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
        done = subprocess.run(
            ["git", *who, *words], check=True, capture_output=True, text=True, cwd=self.folder
        )
        return done.stdout.strip()

    def checkout(self, name: str) -> Path:
        remote = (self.folder / "remote.git").as_uri()
        self.git("clone", "--quiet", "--depth", "1", "--branch", "main", remote, name)
        return self.folder / name

    def commit(self, clone: Path, message: str = "A change") -> None:
        self.git("-C", str(clone), "add", "--all")
        self.git("-C", str(clone), "commit", "--quiet", "-m", message)
        self.git("-C", str(clone), "push", "--quiet", "origin", "HEAD:main")

    def diff(self, clone: Path) -> str:
        """Change files in a clone, put them back, and return the patch."""
        patch = self.git("-C", str(clone), "diff") + "\n"
        self.git("-C", str(clone), "checkout", "--quiet", ".")
        return patch

    def protect(self) -> None:
        hook = self.folder / "remote.git/hooks/update"
        hook.write_text(_PROTECTED)
        hook.chmod(0o755)

    def commits(self, branch: str) -> list[str]:
        return self.git("-C", "remote.git", "log", "--format=%H", branch).split()

    def branches(self) -> list[str]:
        return self.git("-C", "remote.git", "branch", "--format=%(refname:short)").split()

    def shown(self, branch: str, path: str) -> str:
        return self.git("-C", "remote.git", "show", f"{branch}:{path}")

    def propose(self, clone: Path, patch: str, *, of: str = "publish.yml", open: int = 0) -> str:
        """Run the job that proposes a change, in `clone`; what it asked of the forge."""
        job = {"publish.yml": "register", "sources.yml": "propose"}[of]
        given = workflow(of)["jobs"][job]["with"]
        (self.folder / "change.patch").write_text(patch)
        calls = self.folder / "calls"
        calls.write_text("")
        environment = {
            "PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.folder),
            "PATCH": str(self.folder / "change.patch"), "CALLS": str(calls), "OPEN": str(open),
            "FILES": given["files"], "BRANCH": given["branch"], "TITLE": given["title"],
            "BODY": given["body"], "DIRECT": given.get("direct", "false"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
        }  # fmt: skip
        subprocess.run(["bash", "-e", "-c", PROPOSE], cwd=clone, env=environment, check=True)
        return calls.read_text()


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """A forge whose main branch has a register of one line, a text and a program."""
    forge = Forge(tmp_path)
    (tmp_path / "gh").write_text(_GH)
    (tmp_path / "gh").chmod(0o755)
    forge.git("init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    forge.git("init", "--quiet", "--initial-branch=main", "first")
    first = tmp_path / "first"
    (first / "content").mkdir()
    for name in (REGISTER, "content/a.md", "build.py"):
        (first / name).write_text("as it was\n")
    forge.git("-C", "first", "remote", "add", "origin", str(tmp_path / "remote.git"))
    forge.commit(first)
    return forge


def entering(*lines: str) -> Callable[[Path], None]:
    """A change that adds lines to the register, and touches what it has no business with."""

    def change(clone: Path) -> None:
        with (clone / REGISTER).open("a") as register:
            register.writelines(f"{line}\n" for line in lines)
        for name in ("content/a.md", "build.py"):
            (clone / name).write_text("taken over\n")

    return change


def patch_of(forge: Forge, clone: Path, change: Callable[[Path], None]) -> str:
    change(clone)
    return forge.diff(clone)


def test_the_job_that_may_write_runs_no_code_of_the_project() -> None:
    for step in workflow("propose.yml")["jobs"]["propose"]["steps"]:
        assert not {"make", "python", "pip"} & set(step.get("run", "").split())


def test_the_register_is_entered_whether_or_not_the_deployment_succeeds() -> None:
    jobs = workflow("publish.yml")["jobs"]
    assert jobs["register"]["needs"] == jobs["deploy"]["needs"] == "build"


def test_new_lines_of_the_register_are_pushed_and_nothing_else(forge: Forge) -> None:
    clone = forge.checkout("clone")
    calls = forge.propose(clone, patch_of(forge, clone, entering("a line")))
    assert forge.shown("main", REGISTER) == "as it was\na line"
    assert forge.shown("main", "content/a.md") == forge.shown("main", "build.py") == "as it was"
    assert forge.branches() == ["main"]
    assert "pr " not in calls


def test_a_run_without_news_changes_nothing(forge: Forge) -> None:
    before = forge.commits("main")
    assert forge.propose(forge.checkout("clone"), "") == ""
    assert forge.commits("main") == before


def test_where_main_is_protected_one_pull_request_is_opened_and_renewed_for_news_only(
    forge: Forge,
) -> None:
    forge.protect()
    branch = "register-of-publication"
    clones = [forge.checkout(name) for name in ("one", "two", "three")]
    calls = forge.propose(clones[0], patch_of(forge, clones[0], entering("12:00")))
    assert f"pr create --head {branch} " in calls
    assert forge.shown(branch, REGISTER) == "as it was\n12:00"
    assert forge.shown("main", REGISTER) == "as it was"
    first = forge.commits(branch)
    again = forge.propose(clones[1], patch_of(forge, clones[1], entering("12:15")), open=1)
    assert forge.commits(branch) == first
    more = forge.propose(clones[2], patch_of(forge, clones[2], entering("12:30", "news")), open=1)
    assert forge.shown(branch, REGISTER) == "as it was\n12:30\nnews"
    assert "pr create" not in again + more


def test_when_main_has_just_changed_the_next_run_enters_it(forge: Forge) -> None:
    clone, other = forge.checkout("clone"), forge.checkout("other")
    patch = patch_of(forge, clone, entering("a line"))
    (other / "content/b.md").write_text("new\n")
    forge.commit(other)
    assert "pr " not in forge.propose(clone, patch)
    assert forge.branches() == ["main"]
    assert forge.shown("main", REGISTER) == "as it was"
    assert "the next run does this again" in (forge.folder / "summary.md").read_text()
    forge.propose(forge.checkout("next"), patch)
    assert forge.shown("main", REGISTER) == "as it was\na line"
    assert forge.shown("main", "content/b.md") == "new"


def test_copies_of_sources_are_always_proposed_and_only_content_is_taken(forge: Forge) -> None:
    clone = forge.checkout("clone")
    before = forge.commits("main")
    calls = forge.propose(clone, patch_of(forge, clone, entering("a line")), of="sources.yml")
    assert "pr create --head copies-of-sources " in calls
    assert forge.commits("main") == before
    assert forge.shown("copies-of-sources", "content/a.md") == "taken over"
    assert forge.shown("copies-of-sources", "build.py") == "as it was"


def test_what_is_public_is_entered_once_and_who_renames_by_hand_breaks_nothing(
    forge: Forge,
) -> None:
    """The whole way: the step of Publish, the job that pushes, and the step again."""
    clone = forge.checkout("clone")
    shutil.rmtree(clone / "content")
    write_site(clone, {"one": "trust: north"})
    (clone / "build.py").write_text((ROOT / "build.py").read_text())
    (clone / ".gitignore").write_text(".venv/\n.cache/\nchange.patch\n")
    forge.commit(clone)

    def program(folder: Path, *words: str) -> str:
        done = subprocess.run([*words], cwd=folder, env=given, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return (folder / "change.patch").read_text()

    def prepared(name: str) -> Path:
        folder = forge.checkout(name)
        (folder / ".venv/bin").mkdir(parents=True)
        (folder / ".venv/bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (folder / ".venv/bin/python").chmod(0o755)
        return folder

    given = {**os.environ, "PYTHONPATH": str(ROOT)}
    enter = script("publish.yml", "build", ENTER)
    patch = program(prepared("enters"), "bash", "-e", "-c", enter)
    forge.propose(forge.checkout("pushes"), patch)
    assert "\nbriefing,one,/briefings/one/," in forge.shown("main", REGISTER)
    assert forge.shown("main", "content/facts.csv").startswith("id,changes,facts\none,0,")
    assert program(prepared("again"), "bash", "-e", "-c", enter) == ""

    renamed = prepared("renamed")
    (renamed / "content/briefings/2026/one.md").unlink()
    new = renamed / "content/briefings/2026/other.md"
    new.write_text(briefing("other", "aliases: [/briefings/one/]"))
    checks = [script("check.yml", "content", name) for name in (ENTER, "Check the content")]
    program(renamed, "bash", "-e", "-c", "\n".join(["touch change.patch", *checks]))
    register = (renamed / REGISTER).read_text()
    assert register.count(":briefing/one") == 3  # entered, given up, and kept by the new id
