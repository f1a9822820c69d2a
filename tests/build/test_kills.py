"""Builds that are killed while they write the stored state, and builds that share one store."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from random import Random

import pytest

from tests.support.on_disk import ROOT
from tests.support.preview_server import preview
from tests.support.rebuilding import EDITS, Project, same, tree

#: A build that kills itself just before a statement of the transaction in which it stores itself.
#: `sys.argv`: the number of the statement, or `last`; then the arguments of the build.
KILLED = """
import os, signal, sys
import briefings.cli
from briefings.build import store

place, *arguments = sys.argv[1:]
opened = store.opened

def counting(path):
    database, statements = opened(path), []
    def step(statement):
        statements.append(statement)
        begun = statements.index("BEGIN IMMEDIATE") if "BEGIN IMMEDIATE" in statements else None
        if begun is not None and (
            statement == "COMMIT" if place == "last" else len(statements) - begun == int(place)
        ):
            os.kill(os.getpid(), signal.SIGKILL)
    database.set_trace_callback(step)
    return database

store.opened = counting
sys.exit(briefings.cli.main(arguments))
"""


@pytest.fixture
def project() -> Iterator[Project]:
    made = Project()
    yield made
    made.remove()


def killed(project: Project, place: str) -> None:
    """Build with what the last build left, and be killed while the store is written."""
    words = project.arguments(project.folder, "--cache", str(project.cache))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, place, *words], cwd=project.root / "content",
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr


def mended(project: Project) -> None:
    """The next build gives the site of a build from nothing, and so does one after an edit."""
    for edit in ("words", "title"):
        assert (project.clean(), project.again()) == (0, 0)
        same(tree(project.output), tree(project.root / "clean"))
        EDITS[edit](project, Random(edit))


@pytest.mark.sample(2)
@pytest.mark.parametrize("place", ["1", "2", "5", "50", "500", "last"])
@pytest.mark.parametrize("first", [True, False])
def test_a_build_killed_while_it_writes_the_store_is_mended_by_the_next(
    project: Project, first: bool, place: str
) -> None:
    """At a statement of the transaction, of a first build or of one after an edit."""
    if not first:
        assert project.again() == 0
        EDITS["layout"](project, Random(1))
    killed(project, place)
    mended(project)


@pytest.mark.sample(1)
@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9, 1.2, 1.5])
def test_a_build_killed_with_its_workers_at_any_moment_is_mended_by_the_next(
    project: Project, seconds: float
) -> None:
    project.jobs = 2
    assert project.again() == 0
    before = tree(project.output)
    EDITS["layout"](project, Random(1))
    project.killed(seconds)
    assert project.clean() == 0
    published = tree(project.output)
    same(published, before if published == before else tree(project.root / "clean"))
    mended(project)


@pytest.mark.long
def test_two_builds_and_a_preview_share_one_store(project: Project) -> None:
    """Each publishes its own content, whatever the others wrote to the store meanwhile."""
    cache = ["--cache", str(project.cache)]
    with preview(project.root, *cache) as running:
        for number in range(2):
            EDITS["tagline"](project, Random(number))
            builds = [
                subprocess.Popen(
                    [sys.executable, str(ROOT / "build.py"), *project.arguments(folder, *cache)],
                    cwd=project.root / "content",
                )
                for folder in ("output", "other")
            ]
            assert [build.wait() for build in builds] == [0, 0]
            assert project.clean() == 0
            for folder in ("output", "other"):
                same(tree(project.root / folder), tree(project.root / "clean"))
        line = next(
            line for line in (project.root / "content/site.yaml").read_text().splitlines()
            if line.startswith("tagline: ")
        )  # fmt: skip
        with running.news() as news:
            next(news)
        assert line.removeprefix("tagline: ") in running.get("/").text
    mended(project)
