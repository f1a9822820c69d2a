"""The project's home on a forge: workflows that ask for little, forms, the hook, the guides."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from briefings import cli
from briefings.preview.report import MARK
from briefings.publish import Folder
from tests.test_docs import anchors

ROOT = Path(__file__).parents[1]
CONTEXT = click.Context(cli.commands)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "PULL_REQUEST_TEMPLATE").glob("*.md"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PUBLISHING = (ROOT / "docs" / "publishing.md").read_text("utf-8")
#: The only rights to write, and the job that has them.
MAY_WRITE = {("comment.yml", "comment", "pull-requests"), ("publish.yml", "deploy", "pages")}
MAY_WRITE |= {("publish.yml", "deploy", "id-token")}
PROPOSES = {("publish.yml", "register"), ("sources.yml", "propose"), ("propose.yml", "propose")}
MAY_WRITE |= {(*job, right) for job in PROPOSES for right in ("contents", "pull-requests")}
#: The only job with a secret.
HAS_SECRET = ("sources.yml", "archive")
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def read(path: Path) -> dict[str, Any]:
    """Every scalar as text, so that `on` stays a word."""
    document: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return document


def workflow(name: str) -> dict[str, Any]:
    return read(ROOT / ".github" / "workflows" / name)


def steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in read(path)["jobs"].items():
        yield from ((name, step) for step in job.get("steps", ()))


def runs(path: Path) -> list[str]:
    return [step["run"] for _, step in steps(path) if "run" in step]


# -- the workflows ---------------------------------------------------------------------------------


def test_there_is_one_to_check_one_to_comment_one_to_publish_and_one_for_sources() -> None:
    names = ["check.yml", "comment.yml", "propose.yml", "publish.yml", "sources.yml"]
    assert [path.name for path in WORKFLOWS] == names
    assert all(f"({path.relative_to(ROOT)})" in CONTRIBUTING for path in WORKFLOWS)


@each_workflow
def test_every_action_is_pinned_by_its_full_commit_with_the_version_beside_it(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").split("\n") if "uses:" in line]
    assert lines
    for line in lines:
        if line == "    uses: ./.github/workflows/propose.yml":  # of the same commit
            continue
        pinned = r"\s+(- )?uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
        assert re.fullmatch(pinned, line), line


def test_one_action_has_one_commit_everywhere() -> None:
    used = {step["uses"] for path in WORKFLOWS for _, step in steps(path) if "uses" in step}
    assert len({action.split("@")[0] for action in used}) == len(used)


@each_workflow
def test_rights_are_declared_and_no_more_are_asked_for_than_needed(path: Path) -> None:
    document = read(path)
    assert set(document["permissions"].values()) <= {"read"}
    for name, job in document["jobs"].items():
        for right, level in job.get("permissions", {}).items():
            assert level == "read" or (path.name, name, right) in MAY_WRITE


def test_a_pull_request_of_a_stranger_runs_with_the_right_to_read_alone() -> None:
    document = workflow("check.yml")
    assert "pull_request" in document["on"]
    assert document["permissions"] == {"contents": "read"}
    assert not any("permissions" in job or "uses" in job for job in document["jobs"].values())
    others = (path for path in WORKFLOWS if path.name != "check.yml")
    assert not any("pull_request" in read(path)["on"] for path in others)


@each_workflow
def test_a_job_that_fails_says_in_plain_words_what_to_do(path: Path) -> None:
    for job in read(path)["jobs"].values():
        if "steps" in job:
            last = job["steps"][-1]
            assert last["if"] == "${{ failure() }}"
            assert "GITHUB_STEP_SUMMARY" in last["run"]
            assert "### " in last["run"]


def test_who_hands_in_faults_is_told_each_and_what_to_write(tmp_path: Path) -> None:
    path = ROOT / ".github" / "workflows" / "check.yml"
    last = [step for job, step in steps(path) if job == "content"][-1]
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "python"
    program.write_text("#!/bin/sh\necho '<b>a.md:3:1: a fault' >&2\nexit 1\n")
    program.chmod(0o755)
    summary = tmp_path / "summary.md"
    for outcome, expected in (("failure", "has faults"), ("success", "not in the content")):
        given = {**os.environ, "CHECK": outcome, "GITHUB_STEP_SUMMARY": str(summary)}
        subprocess.run(["bash", "-e", "-c", last["run"]], cwd=tmp_path, env=given, check=True)
        text = summary.read_text()
        assert expected in text
        assert ("\n    <b>a.md:3:1: a fault\n" in text) == (outcome == "failure")
        summary.unlink()


@each_workflow
def test_no_job_runs_for_ever_or_keeps_the_key_to_the_repository(path: Path) -> None:
    for job in read(path)["jobs"].values():
        assert "uses" in job or int(job["timeout-minutes"]) <= 60
    for _, step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@each_workflow
def test_no_word_of_a_stranger_is_put_into_a_script(path: Path) -> None:
    """Expressions are pasted into `run` before the shell reads it; variables are not."""
    assert all("${{" not in script for script in runs(path))
    assert "pull_request_target" not in read(path)["on"]
    for name, step in steps(path):
        if "secrets." in str(step):
            assert (path.name, name) == HAS_SECRET
            assert step["env"] == {"ARCHIVE_KEY": "${{ secrets.ARCHIVE_KEY }}"}
            assert set(read(path)["on"]) == {"schedule", "workflow_dispatch"}
            assert "permissions" not in read(path)["jobs"][name]


@each_workflow
def test_the_shell_scripts_have_valid_syntax(path: Path) -> None:
    for script in runs(path):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_the_workflow_that_may_write_to_pull_requests_runs_no_code_of_them() -> None:
    document = workflow("comment.yml")
    assert document["on"] == {"workflow_run": {"workflows": ["Check"], "types": ["completed"]}}
    assert workflow("check.yml")["name"] == "Check"
    path = ROOT / ".github" / "workflows" / "comment.yml"
    actions = [step["uses"].split("@")[0] for _, step in steps(path) if "uses" in step]
    assert actions == ["actions/download-artifact"]
    assert not re.search(r"\b(make|python|checkout|git)\b", "\n".join(runs(path)))


def test_the_preview_that_one_hands_on_is_the_one_that_the_other_posts() -> None:
    check, comment = (ROOT / ".github" / "workflows" / f"{n}.yml" for n in ("check", "comment"))
    uploads = [
        step["with"] for _, step in steps(check) if "upload-artifact" in step.get("uses", "")
    ]
    given = next(upload for upload in uploads if upload["name"] == "preview")
    assert {upload["name"]: upload["path"] for upload in uploads}["pages"] == "pages"
    assert any("--pages pages > preview.md" in script for script in runs(check))
    taken = next(step["with"] for _, step in steps(comment) if "uses" in step)
    assert given["name"] == taken["name"]
    post = next(step for _, step in steps(comment) if "run" in step)
    assert post["env"]["PREVIEW"] == f"{taken['path']}/{given['path']}"
    assert MARK in post["run"]
    assert any(MARK in script for script in runs(check))


def test_the_merge_is_compared_with_what_it_is_merged_into() -> None:
    path = ROOT / ".github" / "workflows" / "check.yml"
    assert any("preview --base HEAD^1 --format markdown" in script for script in runs(path))
    checkout = next(step for job, step in steps(path) if job == "content")
    assert checkout["with"]["fetch-depth"] == "2"


def test_the_site_is_built_again_and_again_so_that_embargoes_lift() -> None:
    document = workflow("publish.yml")
    [every] = document["on"]["schedule"]
    minutes = [int(minute) for minute in every["cron"].split()[0].split(",")]
    assert every["cron"].split()[1:] == ["*"] * 4
    assert len(minutes) >= 4
    assert 0 not in minutes
    assert document["on"]["push"] == {"branches": ["main"]}
    assert "main" in document["jobs"]["build"]["if"]
    assert document["concurrency"]["cancel-in-progress"] == "false"


# -- the comment -----------------------------------------------------------------------------------

_GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *"/pulls "*) printf '%s' "$NUMBER" ;;
  *"/comments --jq"*) printf '%s' "$LAST" ;;
esac
"""


def posted(folder: Path, preview: str, *, number: str, last: str) -> tuple[list[str], str]:
    """The calls that the workflow makes of the forge, and the comment that it posts."""
    post = next(step for _, step in steps(ROOT / ".github/workflows/comment.yml") if "run" in step)[
        "run"
    ]
    (folder / "gh").write_text(_GH)
    (folder / "gh").chmod(0o755)
    (folder / "preview.md").write_text(preview, "utf-8")
    given = {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "CALLS": str(folder / "calls"),
        "NUMBER": number, "LAST": last, "REPOSITORY": "us/site", "OWNER": "a-stranger",
        "BRANCH": "$(touch owned) `touch owned` ; & 'x", "COMMIT": "0" * 40,
        "PREVIEW": str(folder / "preview.md"),
    }  # fmt: skip
    subprocess.run(["bash", "-e", "-c", post], cwd=folder, env=given, check=True)
    assert not (folder / "owned").exists()
    comment = folder / "comment.md"
    calls = (folder / "calls").read_text("utf-8").splitlines()
    return calls, comment.read_text("utf-8", "replace") if comment.exists() else ""


def test_a_first_preview_is_posted_and_calls_nobody(tmp_path: Path) -> None:
    calls, comment = posted(tmp_path, f"{MARK}\nHello @someone.", number="7", last="")
    assert calls[-1] == (
        "api --silent --method POST repos/us/site/issues/7/comments -F body=@comment.md"
    )
    assert comment == f"{MARK}\nHello @\u200bsomeone."


def test_a_later_preview_replaces_it(tmp_path: Path) -> None:
    calls, _ = posted(tmp_path, MARK, number="7", last="41\n42\n")
    assert "PATCH repos/us/site/issues/comments/42 " in calls[-1]


def test_without_an_open_pull_request_nothing_is_posted(tmp_path: Path) -> None:
    calls, comment = posted(tmp_path, MARK, number="", last="")
    assert len(calls) == 1
    assert comment == ""


def test_a_comment_is_no_longer_than_a_forge_takes(tmp_path: Path) -> None:
    _, comment = posted(tmp_path, "é" * 70_000, number="7", last="")
    assert len(comment) < 65_536


# -- what they name is there -----------------------------------------------------------------------


def targets() -> set[str]:
    return {".venv/ready"} | set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )


def made(text: str) -> Iterator[str]:
    """The targets of every `make` in a script."""
    for words in re.findall(r"(?:^|[ `;&])make ((?:[a-z.@/-]+ ?)+)", text, re.MULTILINE):
        yield from (word for word in words.split() if not word.startswith("-"))


def called(text: str) -> Iterator[list[str]]:
    """The words of every command of the program in a script."""
    for words in re.findall(r"build\.py ((?:[\w^./-]+ ?)+)", text):
        yield words.split()


@each_workflow
def test_the_workflows_call_only_what_there_is(path: Path) -> None:
    for script in runs(path):
        assert set(made(script)) <= targets()
        for words in called(script):
            takes(words)


def takes(words: list[str]) -> None:
    """Fails where the program has no such command, option or choice."""
    command = cli.commands.get_command(CONTEXT, words[0])
    if command is None:
        raise click.UsageError(f"no command {words[0]}")
    command.make_context(words[0], words[1:])


def test_a_command_that_is_not_there_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        takes(["check", "--form", "x"])
    with pytest.raises(click.UsageError):
        takes(["chekc"])


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/publishing.md"])
def test_the_guides_name_only_what_there_is(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    for script in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        assert {word for word in made(script) if word.isalpha()} <= targets()
    named = set(re.findall(r"`(?:\.venv/bin/python )?build\.py (\w+)", text))
    assert named <= set(cli.commands.list_commands(CONTEXT))
    for address in re.findall(r"\]\(([^()\s]+)\)", text):
        if not address.startswith("https://"):
            path, _, anchor = address.partition("#")
            here = ROOT / document
            target = (here.parent / path).resolve() if path else here
            assert target.exists(), address
            assert not anchor or anchor in anchors(target), address


# -- forms and the hook ----------------------------------------------------------------------------


def test_there_is_a_form_for_each_kind_of_change() -> None:
    names = [path.name for path in FORMS]
    assert names == ["add-a-briefing.md", "change-the-generator.md", "correct-a-briefing.md"]
    assert all(f"?template={name}" in CONTRIBUTING for name in names)
    for path in FORMS:
        text = path.read_text("utf-8")
        assert text.startswith("## ")
        assert text.count("- [ ] ") >= 4
        named = set(re.findall(r"`build\.py (\w+)`", text))
        assert named <= set(cli.commands.list_commands(CONTEXT))


def test_the_hook_for_pre_commit_runs_the_check() -> None:
    [hook] = yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), yaml.BaseLoader)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    program, *words = shlex.split(hook["entry"])
    assert program in project["scripts"]
    takes(words)
    assert hook["language"] == "python"
    assert hook["pass_filenames"] == "false"
    assert re.search(hook["files"], "content/briefings/2026/a.md")
    assert not re.search(hook["files"], "sources/a.txt")


def test_the_hook_of_this_repository_in_the_guide_is_one_that_runs() -> None:
    guide = (ROOT / "docs" / "editors.md").read_text("utf-8")
    matches = re.findall(r"```text\n(repos:.*?)```", guide, re.DOTALL)
    local, remote = (yaml.load(match, yaml.BaseLoader)["repos"][0] for match in matches)
    [hook] = local["hooks"]
    assert hook["entry"].startswith(".venv/bin/python build.py ")
    takes(shlex.split(hook["entry"])[2:])
    [published] = yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert remote["hooks"] == [{"id": published["id"]}]
    assert hook["files"] == published["files"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_private_folders_are_ignored_by_git() -> None:
    for path in ("sources/a.txt", ".output-state/manifest", ".cache/read.sqlite", "output/a"):
        done = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
        if done.returncode == 128:
            pytest.skip("this is not a git working folder")
        assert done.returncode == 0, path


# -- the guide to hosts ----------------------------------------------------------------------------


def test_the_guide_to_hosts_says_what_the_build_leaves_and_what_to_keep_back() -> None:
    assert f"`{Folder(Path('output')).state.name}/`" in PUBLISHING
    for host in ("GitHub Pages", "Netlify", "Cloudflare Pages", "S3 behind a CDN"):
        assert f"\n## {host}\n" in PUBLISHING
    for file in ("_headers", "_redirects", "404.html", ".nojekyll"):
        assert f"\n| `{file}` |" in PUBLISHING
    text = " ".join(PUBLISHING.split())
    assert "An embargoed file in a public repository is public" in text
    assert "scheduled workflows can start late" in text
