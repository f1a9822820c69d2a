"""Work of which nothing but the result matters, done on another core meanwhile."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


def run_in_background(work: Callable[[], R], worth: bool = True) -> Callable[[], R]:
    """Begin to work, in another process where that is `worth` it and can be; call what is returned,
    once, for the result.

    `work` changes nothing, and what it returns can be pickled. It is done here where no process
    can be had, or where the other one came to grief: then its fault is raised here.
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
    """Leaves this process, which shares all that its parent has open, without touching that."""
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
