"""Work spread over processes in chunks, in order; small work stays in this process."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")

#: Below this many items a pool costs more than it saves.
WORTH_A_POOL = 250
_CHUNK = 50
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, <sys/prctl.h>
#: Whether a worker starts with all that this process has in memory.
FORKS = sys.platform == "linux"


def in_chunks(work: Callable[[Sequence[A]], list[R]], items: Sequence[A], jobs: int) -> Iterator[R]:
    """`work` over chunks of `items`, on up to `jobs` processes; results in the order of `items`.

    `work` and what it returns must be picklable. A worker that dies raises BrokenProcessPool.
    """
    if jobs < 2 or len(items) < WORTH_A_POOL:
        yield from work(items)
        return
    yield from over_chunks(work, chunks_of(items), jobs)


def chunks_of(items: Sequence[A]) -> list[Sequence[A]]:
    """Items in lots that are worth sending to a worker."""
    return [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]


def over_chunks(
    work: Callable[[Sequence[A]], list[R]],
    chunks: list[Sequence[A]],
    jobs: int,
    *,
    ordered: bool = True,
) -> Iterator[R]:
    """The same over chunks that the caller made, always in other processes.

    Not `ordered`, each chunk's results come when they are there: nobody waits for a slow one.
    """
    with ProcessPoolExecutor(jobs, _context(), initializer=_begin, initargs=(os.getpid(),)) as pool:
        yield from _flowing(pool, work, chunks, jobs * 2, _first if ordered else _soonest)


def _flowing(
    pool: ProcessPoolExecutor,
    work: Callable[[Sequence[A]], list[R]],
    chunks: list[Sequence[A]],
    ahead: int,
    which: Callable[[deque[Future[list[R]]]], Future[list[R]]],
) -> Iterator[R]:
    """Results, with no more than `ahead` chunks under way: memory stays flat."""
    waiting: deque[Future[list[R]]] = deque()
    try:
        for chunk in chunks:
            with _uninterrupted():  # the first one starts the workers
                waiting.append(pool.submit(work, chunk))
            if len(waiting) > ahead:
                yield from _taken(waiting, which(waiting))
        while waiting:
            yield from _taken(waiting, which(waiting))
    finally:
        for future in waiting:
            future.cancel()


def _taken(waiting: deque[Future[list[R]]], future: Future[list[R]]) -> list[R]:
    waiting.remove(future)
    return future.result()


def _first(waiting: deque[Future[list[R]]]) -> Future[list[R]]:
    return waiting[0]


def _soonest(waiting: deque[Future[list[R]]]) -> Future[list[R]]:
    done = wait(waiting, return_when=FIRST_COMPLETED).done
    return next(future for future in waiting if future in done)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put Ctrl-C off for a moment: during a fork, Python may print it and then forget it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(parent: int) -> None:
    """Ctrl-C goes to every process of a terminal; only the first one has anything to say to it.
    When that one is killed, nobody is left to work for: prctl(2), PR_SET_PDEATHSIG."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.enable()  # the first process may do without
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it was killed before the line above
            os._exit(1)


def _context() -> multiprocessing.context.BaseContext:
    """Fork where it is safe (Linux): a worker then starts with every module loaded."""
    return multiprocessing.get_context("fork" if FORKS else "spawn")
