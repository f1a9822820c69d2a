"""A build that goes on from the last one publishes what a build from nothing would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.rebuilding import EDITS, Project, Rebuilding, same, tree


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    made = Project()
    assert made.again() == 0
    yield made
    made.remove()


@pytest.fixture(scope="module")
def at_first(project: Project) -> dict[str, bytes]:
    """The site as it is before any change."""
    assert project.clean() == 0
    return tree(project.root / "clean")


def test_whatever_changes_in_whatever_order_the_site_is_that_of_a_build_from_nothing() -> None:
    few = settings(
        max_examples=2, stateful_step_count=5, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Rebuilding, settings=few)


@pytest.mark.parametrize("name", sorted(EDITS))
def test_one_change_leads_to_the_site_of_a_build_from_nothing(
    project: Project, at_first: dict[str, bytes], name: str
) -> None:
    machine = Rebuilding.__new__(Rebuilding)
    machine.project = project
    before = {one: tree(project.root / one) for one in ("content", "templates", "static")}
    EDITS[name](project, Random(name))
    machine.compare()
    machine.undo(before)
    assert project.again() == 0
    same(tree(project.output), at_first)


@pytest.mark.parametrize("table", ["made", "piece", "said"])
def test_rows_lost_from_what_the_last_build_left_never_leave_old_words(
    project: Project, at_first: dict[str, bytes], table: str
) -> None:
    assert project.again() == 0
    edited = project.files("content/briefings/*/*.md")[0]
    before = edited.read_bytes()
    for file in project.cache.glob("site-*.sqlite"):
        with closing(sqlite3.connect(file)) as base, base:
            base.execute(f"DELETE FROM {table} WHERE rowid % 2 = 0")
    edited.write_bytes(before + b"\nOther words.\n")
    assert (project.clean(), project.again()) == (0, 0)
    same(tree(project.output), tree(project.root / "clean"))
    edited.write_bytes(before)
    assert project.again() == 0
    same(tree(project.output), at_first)
