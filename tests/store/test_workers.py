"""Worker processes give the results of one process, in the same order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from briefings.problems import ContentError, Problem
from briefings.store.workers import along, chunks_of, in_chunks

MANY = range(1_000)
HERE = os.getpid()


def doubled(items: Sequence[int]) -> list[int]:
    return [item * 2 for item in items]


def processes(items: Sequence[int]) -> list[int]:
    return [os.getpid() for _ in items]


def at_fault(items: Sequence[int]) -> list[int]:
    if 700 in items:
        raise ContentError([Problem("a.md", 3, 4, "wrong", "write it right")])
    return list(items)


def dead(items: Sequence[int]) -> list[int]:
    os._exit(9) if 700 in items else None
    return list(items)


def dead_elsewhere(items: Sequence[int]) -> list[int]:
    return slow(items) if os.getpid() == HERE else dead([700])


def slow(items: Sequence[int]) -> list[int]:
    time.sleep(0.01)
    return processes(items)


@pytest.mark.parametrize("options", ["-o ro", "-o size=4k,nr_inodes=1"], ids=["read-only", "full"])
def test_without_worker_processes_this_process_does_the_work(tmp_path: Path, options: str) -> None:
    """A pool has semaphores in /dev/shm, which some containers have read-only."""
    code = """
from briefings.store.workers import over_chunks
from tests.store.test_workers import *
found = [list(in_chunks(doubled, MANY, 4)), list(over_chunks(doubled, chunks_of(MANY), 2))]
found.append(sorted(along(doubled, chunks_of(MANY), 2)))
assert found == [[item * 2 for item in MANY]] * 3
assert set(in_chunks(processes, MANY, 2)) == {os.getpid()}
"""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    inside = ["unshare", *user, "--mount", "sh", "-ec"]
    mount = f"mount -t tmpfs {options} none /dev/shm"
    if shutil.which("unshare") is None or subprocess.run([*inside, mount], check=False).returncode:
        pytest.skip("this system lets nobody mount anything")
    done = subprocess.run(
        [*inside, f'{mount}; exec "$0" -c "$1"', sys.executable, code],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 249, 250, 251, 1_000])
def test_results_come_in_the_order_of_the_items_whatever_the_number_of_cores(
    jobs: int, count: int
) -> None:
    items = range(count)
    assert list(in_chunks(doubled, items, jobs)) == [item * 2 for item in items]


def slow_first(names: Sequence[Path]) -> list[str]:
    """The one called `first` is done when another one is."""
    (name,) = names
    if name.name == "first":
        until = time.monotonic() + 60
        while not (name.parent / "second").exists() and time.monotonic() < until:
            time.sleep(0.01)
    else:
        name.touch()
    return [name.name]


def test_nobody_waits_for_a_slow_chunk_where_the_order_does_not_matter(tmp_path: Path) -> None:
    chunks: list[Sequence[Path]] = [[tmp_path / name] for name in ("first", "second", "third")]
    results = list(along(slow_first, chunks, 3))
    assert sorted(results) == ["first", "second", "third"]
    assert results[-1] == "first"


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 49, 1_000, 5_000])
def test_each_chunk_is_done_once_by_a_worker_or_this_process(jobs: int, count: int) -> None:
    results = list(along(doubled, chunks_of(range(count)), jobs))
    assert sorted(results) == [item * 2 for item in range(count)]


def test_workers_make_room_for_new_ones_and_this_process_works_too() -> None:
    results = set(along(slow, chunks_of(range(5_000), 10), 2))
    assert os.getpid() in results
    assert len(results) > 3


def test_a_fault_found_along_with_workers_arrives_with_its_line() -> None:
    for jobs in (1, 2):
        with pytest.raises(ContentError) as raised:
            list(along(at_fault, chunks_of(MANY), jobs))
        assert raised.value.problems == (Problem("a.md", 3, 4, "wrong", "write it right"),)


def test_little_work_stays_in_this_process_and_much_is_spread() -> None:
    assert set(in_chunks(processes, range(100), 4)) == {os.getpid()}
    assert set(in_chunks(processes, MANY, 1)) == {os.getpid()}
    assert os.getpid() not in set(in_chunks(processes, MANY, 2))


def test_a_fault_found_by_a_worker_arrives_with_its_line() -> None:
    with pytest.raises(ContentError) as raised:
        list(in_chunks(at_fault, MANY, 2))
    assert raised.value.problems == (Problem("a.md", 3, 4, "wrong", "write it right"),)


def test_a_worker_that_is_killed_is_noticed_and_not_waited_for() -> None:
    with pytest.raises(BrokenProcessPool):
        list(in_chunks(dead, MANY, 2))
    with pytest.raises(BrokenProcessPool):
        list(along(dead_elsewhere, chunks_of(MANY), 2))


def test_the_results_of_workers_may_be_left_unread() -> None:
    results = in_chunks(doubled, MANY, 2)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]  # a generator, though declared an iterator
