"""Work spread over processes in chunks, in order; small work stays in this process."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")

#: Below this many items a pool costs more than it saves.
WORTH_A_POOL = 250
_CHUNK = 50
#: How many chunks wait for each worker, so that it has some while this process is at its own.
_AHEAD = 6
#: How often workers make room for new ones, unless there is less than so many chunks for each.
_TURNS = 12
_CHUNKS_EACH = 60
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


def chunks_of(items: Sequence[A], most: int = _CHUNK) -> list[Sequence[A]]:
    """Items in lots that are worth sending to a worker."""
    return [items[start : start + most] for start in range(0, len(items), most)]


def over_chunks(
    work: Callable[[Sequence[A]], list[R]], chunks: list[Sequence[A]], jobs: int
) -> Iterator[R]:
    """The same over chunks that the caller made, in other processes wherever there can be any."""
    with _pool(jobs) as pool:
        if pool is not None:
            yield from _flowing(pool, work, chunks, jobs * 2)
            return
    for chunk in chunks:
        yield from work(chunk)


def _flowing(
    pool: ProcessPoolExecutor,
    work: Callable[[Sequence[A]], list[R]],
    chunks: list[Sequence[A]],
    ahead: int,
) -> Iterator[R]:
    """Results, with no more than `ahead` chunks under way: memory stays flat."""
    waiting: deque[Future[list[R]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(_given(pool, work, chunk))
            if len(waiting) > ahead:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def along(
    work: Callable[[Sequence[A]], list[R]], chunks: Sequence[Sequence[A]], jobs: int
) -> Iterator[R]:
    """Results of all chunks in any order, from up to `jobs` processes, of which this is one.

    Workers are for what is in this process's memory: they begin with all of it, and share it until
    they look at it, because Python counts in each value who has it. So one that looked at a part
    makes room for a new one, and each looks at neighbours: workers begin with the first chunks,
    this process with the last ones.
    """
    rest = deque(chunks)
    turn = max(_CHUNKS_EACH, len(rest) // _TURNS) * (jobs - 1)
    while rest:
        with _pool(jobs - 1) as pool:
            if pool is None:
                yield from work(rest.popleft())
            else:
                yield from _turn(pool, work, rest, (jobs - 1) * _AHEAD, turn)


def _turn(
    pool: ProcessPoolExecutor,
    work: Callable[[Sequence[A]], list[R]],
    rest: deque[Sequence[A]],
    ahead: int,
    turn: int,
) -> Iterator[R]:
    """Up to `turn` chunks of the `rest` for some workers, and others here until these are done."""
    waiting: dict[Future[list[R]], Sequence[A]] = {}
    try:
        while waiting or (rest and turn):
            while rest and turn and len(waiting) < ahead:
                chunk = rest.popleft()
                waiting[_given(pool, work, chunk)] = chunk
                turn -= 1
            done = next((future for future in waiting if future.done()), None)
            if done is not None:
                del waiting[done]
                yield from done.result()
                continue
            mine = rest.pop() if rest else _taken_back(waiting)
            if mine is not None:
                yield from work(mine)
            else:
                wait(waiting, return_when=FIRST_COMPLETED)
    finally:
        for future in waiting:
            future.cancel()


def _taken_back(waiting: dict[Future[list[R]], Sequence[A]]) -> Sequence[A] | None:
    """A chunk that no worker has begun with."""
    for future in reversed(waiting):
        if future.cancel():
            return waiting.pop(future)
    return None


def _given(
    pool: ProcessPoolExecutor, work: Callable[[Sequence[A]], list[R]], chunk: Sequence[A]
) -> Future[list[R]]:
    with _uninterrupted():  # outside of Linux it may start a worker
        return pool.submit(work, chunk)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """A pool of processes; None where the system gives none, and this process does all the work.

    Ctrl-C is put off while it is started and shut down: if it interrupts that, Python's own
    clean-up at exit can fail on a closed pipe and print it.
    """
    pool = None
    try:
        with _uninterrupted():
            pool = _started(workers) if workers > 0 else None
        yield pool
    finally:
        if pool is not None:
            with _uninterrupted():
                pool.shutdown()


def _started(workers: int) -> ProcessPoolExecutor | None:
    """A pool has semaphores, sem_open(3), for which Linux needs /dev/shm: in some containers it is
    read-only, full or missing."""
    before = multiprocessing.active_children()
    try:
        pool = ProcessPoolExecutor(workers, _context(), initializer=_begin, initargs=(os.getpid(),))
        pool.submit(int)  # which starts the workers
    except (OSError, RuntimeError, ImportError, NotImplementedError):
        _end(process for process in multiprocessing.active_children() if process not in before)
        return None
    return pool


def _end(processes: Iterable[BaseProcess]) -> None:
    """End the workers that were started before the system refused the next one (too few file
    descriptors, processes or threads). They would wait for work for ever, and Python for them."""
    for process in processes:
        process.kill()
        process.join()


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
