"""Measure one command from outside its process: time, memory, and files written.

| figure | what it is |
|---|---|
| wall | seconds from the start of the process to its end |
| CPU | user and system seconds of the process and of every process it started and waited for |
| peak | maximum over time of the sum of the PSS of all processes in the tree (Linux only) |
| largest | maximum resident set size of any one of the processes (`ru_maxrss`) |
| written | files below a folder that are new, or have another inode, size or mtime |

Memory is in bytes.
PSS, the proportional set size (`/proc/<pid>/smaps_rollup`), counts pages that processes share once.
It is sampled at most every 20 ms, and so that sampling takes no more than a fiftieth of one core; a
shorter peak can be missed. `ru_maxrss` misses nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

_OFTEN = 0.02  # seconds
_SHARE = 50  # sampling takes one part in so many of the time
_KIB = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss
_PROC = Path("/proc")

#: Path below a folder → inode, size and mtime (ns) of its file.
Files: TypeAlias = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Run:
    """Measurements of one process, in seconds and bytes; `output`: the end of its output."""

    status: int
    wall: float
    cpu: float
    peak: int | None
    largest: int
    output: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command in `folder` to its end, after a `sync` of the disk."""
    os.sync()
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        tree = _Tree(process.pid)
        tree.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        tree.end()
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read().decode(errors="replace")[-20_000:]
    cpu = used.ru_utime + used.ru_stime
    return Run(process.returncode, wall, cpu, tree.peak, used.ru_maxrss * _KIB, output)


class _Tree(threading.Thread):
    """Thread that samples the memory of a process and its descendants until `end` is called."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak: int | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        """Sample until the end. A process counts from its second sample on.

        Before a new process runs its own program, it may show its parent's memory as its own
        (vfork).
        """
        pause, previous_pids = 0.0, {self.pid}
        while not self._ended.wait(pause):
            started = time.thread_time()
            pids = set(_family(self.pid))
            sizes = [size for pid in pids & previous_pids if (size := _held(pid)) is not None]
            previous_pids = pids | {self.pid}
            if sizes:
                self.peak = max(self.peak or 0, sum(sizes))
            pause = max(_OFTEN, _SHARE * (time.thread_time() - started))

    def end(self) -> None:
        self._ended.set()
        self.join()


def _family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants; each thread lists the children it started."""
    yield pid
    try:
        threads = list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return
    for thread in threads:
        try:
            children = (thread / "children").read_text("ascii")
        except OSError:
            continue
        for child in children.split():
            yield from _family(int(child))


def _held(pid: int) -> int | None:
    """Return the PSS of a process in bytes; None if it has ended or the system has no PSS."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)


def files(folder: Path) -> Files:
    """Return the state of every file below a folder; empty if the folder does not exist."""
    return dict(_files(str(folder), ""))


def _files(folder: str, prefix: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{prefix}{entry.name}/")
        else:
            status = entry.stat(follow_symlinks=False)
            yield f"{prefix}{entry.name}", (status.st_ino, status.st_size, status.st_mtime_ns)


def written(before: Files, after: Files) -> int:
    return sum(before.get(path) != state for path, state in after.items())
