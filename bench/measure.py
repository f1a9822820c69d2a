"""One command as a whole process, seen from outside: time, memory, and what it wrote.

| figure | what it is |
|---|---|
| wall | seconds from the start of the process until it ended |
| CPU | user and system seconds of the process and of every process it started and waited for |
| peak | most bytes that the tree held at one moment: the sum of the processes' PSS (Linux only) |
| largest | most bytes that any one of the processes had in memory (`ru_maxrss`) |
| written | files below a folder that are new, or have another inode, size or time of change |

PSS, the proportional set size (`/proc/<pid>/smaps_rollup`), counts pages that processes share once.
It is looked at as often as it may be without the looking costing more than a fiftieth of one core,
at most every 20 ms; a peak that lasts for less can be missed. `ru_maxrss` misses nothing.
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
_SHARE = 50  # looking takes this part of the time
_KIB = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss
_PROC = Path("/proc")

#: Path below a folder → inode, size and time of change of its file.
Files: TypeAlias = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and bytes; `said` is the end of what the process printed."""

    status: int
    wall: float
    cpu: float
    peak: int | None
    largest: int
    said: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command in `folder` to its end, after all that is to be written lies on the disk."""
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
        said = printed.read().decode(errors="replace")[-20_000:]
    cpu = used.ru_utime + used.ru_stime
    return Run(process.returncode, wall, cpu, tree.peak, used.ru_maxrss * _KIB, said)


class _Tree(threading.Thread):
    """Looks at a process and its descendants until it is told to end."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak: int | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        """A process counts from the second look on: until it runs its own program, a new one may
        show its parent's memory as its own (vfork)."""
        pause, known = 0.0, {self.pid}
        while not self._ended.wait(pause):
            started = time.thread_time()
            there = set(_family(self.pid))
            held = [size for pid in there & known if (size := _held(pid)) is not None]
            known = there | {self.pid}
            if held:
                self.peak = max(self.peak or 0, sum(held))
            pause = max(_OFTEN, _SHARE * (time.thread_time() - started))

    def end(self) -> None:
        self._ended.set()
        self.join()


def _family(pid: int) -> Iterator[int]:
    """A process and everything below it; each thread knows the children that it started."""
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
    """The proportional set size of a process; None where it has ended or the system has no such."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)


def files(folder: Path) -> Files:
    """Every file below a folder; none where there is no such folder."""
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
            found = entry.stat(follow_symlinks=False)
            yield f"{prefix}{entry.name}", (found.st_ino, found.st_size, found.st_mtime_ns)


def written(before: Files, after: Files) -> int:
    return sum(before.get(path) != state for path, state in after.items())
