"""Work in a background process gives the same result, even if that process fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from briefings.store.workers import run_in_background


@pytest.mark.parametrize("worth", [True, False])
def test_the_result_is_that_of_the_work(worth: bool) -> None:
    result = run_in_background(lambda: {"paths": [f"briefings/{n}" for n in range(50_000)]}, worth)
    assert result()["paths"][-1] == "briefings/49999"


def test_a_background_process_is_used_only_for_enough_work() -> None:
    here = os.getpid()
    assert run_in_background(os.getpid, worth=False)() == here
    if len(os.sched_getaffinity(0)) > 1:
        assert run_in_background(os.getpid)() != here


def test_a_fault_of_the_work_is_raised_where_the_result_is_asked_for() -> None:
    def faulty() -> int:
        raise LookupError("not there")

    with pytest.raises(LookupError, match="not there"):
        run_in_background(faulty)()


def test_if_the_background_process_is_killed_this_process_does_the_work() -> None:
    here = os.getpid()

    def killed_elsewhere() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert run_in_background(killed_elsewhere)() == "done"


def test_no_process_and_no_open_file_is_left() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")

    def had() -> tuple[str, int]:
        return children.read_text(), len(list(Path("/proc/self/fd").iterdir()))

    before = had()
    for _ in range(20):
        run_in_background(lambda: 1)()
    assert had() == before


@pytest.mark.skipif(sys.platform != "linux", reason="no process is forked")
def test_a_result_that_nobody_reads_keeps_no_process() -> None:
    """As of a build that found a fault: the process would hold its standard output open."""
    code = """
from briefings.store.workers import run_in_background
run_in_background(lambda: bytes(1_000_000))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
