"""Run one function in a forked process, and get its result."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


def run_in_background(work: Callable[[], R], worth: bool = True) -> Callable[[], R]:
    """Start `work` in a forked process; call the returned function, once, for its result.

    `work` has no side effects, and its result can be pickled. It runs in this process, at that
    call, if it is not `worth` a process, if none can be forked, or if the other process fails; so
    an exception of `work` is raised here.
    """
    if not worth or sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return work
    try:
        reading, writing = os.pipe()
    except OSError:  # too many files are open
        return work
    try:
        process = os.fork()
    except OSError:  # too many
        os.close(reading)
        os.close(writing)
        return work
    if process == 0:
        _send(work, writing)
    os.close(writing)
    return lambda: _result(process, reading, work)


def _send(work: Callable[[], Any], writing: int) -> None:
    """Write the result to a pipe, and end this forked process without any clean-up."""
    status = 1
    try:
        with os.fdopen(writing, "wb") as file:
            pickle.dump(work(), file, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _result(process: int, reading: int, work: Callable[[], R]) -> R:
    with os.fdopen(reading, "rb") as file:
        data = file.read()
    _, status = os.waitpid(process, 0)
    if status != 0:
        return work()
    result: R = pickle.loads(data)  # noqa: S301  # what the other process just wrote
    return result
