"""Worker processes: a function over chunks of items in a pool, or one function in the background.

Few items are processed in this process, without a pool.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

A = TypeVar("A")
R = TypeVar("R")

#: Below this many items a pool costs more than it saves.
WORTH_A_POOL = 250
_CHUNK = 50
#: Chunks queued for each worker, so that none is idle while this process works on its own chunk.
_AHEAD = 6
#: How often all workers are replaced by new ones, if each gets at least `_CHUNKS_EACH` chunks.
_TURNS = 12
_CHUNKS_EACH = 60
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, <sys/prctl.h>
#: Whether workers are forked, and so start with the memory of this process.
FORKS = sys.platform == "linux"


def in_chunks(work: Callable[[Sequence[A]], list[R]], items: Sequence[A], jobs: int) -> Iterator[R]:
    """Call `work` with chunks of `items` in up to `jobs` processes; yield results in item order.

    `work` and its results must be picklable. Raises BrokenProcessPool if a worker dies.
    """
    if jobs < 2 or len(items) < WORTH_A_POOL:
        yield from work(items)
        return
    yield from over_chunks(work, chunks_of(items), jobs)


def chunks_of(items: Sequence[A], most: int = _CHUNK) -> list[Sequence[A]]:
    """Split items into chunks of at most `most`."""
    return [items[start : start + most] for start in range(0, len(items), most)]


def over_chunks(
    work: Callable[[Sequence[A]], list[R]], chunks: list[Sequence[A]], jobs: int
) -> Iterator[R]:
    """Call `work` with each chunk, in a pool of `jobs` processes if there can be one.

    Yields results in the order of the chunks. Without a pool this process does the work.
    """
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
    """Yield results, with at most `ahead` chunks submitted at a time, so that memory stays flat."""
    waiting: deque[Future[list[R]]] = deque()
    for chunk in chunks:
        waiting.append(_submitted(pool, work, chunk))
        if len(waiting) > ahead:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def along(
    work: Callable[[Sequence[A]], list[R]], chunks: Sequence[Sequence[A]], jobs: int
) -> Iterator[R]:
    """Call `work` with each chunk in up to `jobs` processes, this one included; yield in any order.

    Forked workers share this process's memory copy-on-write, but reading a Python object writes its
    reference count and so copies its page. So workers are replaced by new ones from time to time,
    and neighbouring chunks stay together: workers take the first chunks, this process the last.
    """
    remaining = deque(chunks)
    turn = max(_CHUNKS_EACH, len(remaining) // _TURNS) * (jobs - 1)
    while remaining:
        with _pool(jobs - 1) as pool:
            if pool is None:
                yield from work(remaining.popleft())
            else:
                yield from _turn(pool, work, remaining, jobs - 1, turn)


def _turn(
    pool: ProcessPoolExecutor,
    work: Callable[[Sequence[A]], list[R]],
    remaining: deque[Sequence[A]],
    workers: int,
    turn: int,
) -> Iterator[R]:
    """Give up to `turn` chunks to one pool of workers, and work on others here until it is done.

    Towards the end fewer are queued, so that all processes end at about the same time. None is
    taken back: if a worker dies, a pool with a cancelled chunk waits for ever (Python 3.11).
    """
    most = workers * _AHEAD
    waiting: set[Future[list[R]]] = set()
    while waiting or (remaining and turn):
        while remaining and turn and len(waiting) < min(most, workers + len(remaining) // 2):
            waiting.add(_submitted(pool, work, remaining.popleft()))
            turn -= 1
        finished = next((future for future in waiting if future.done()), None)
        if finished is not None:
            waiting.remove(finished)
            yield from finished.result()
        elif remaining:
            yield from work(remaining.pop())
        else:
            wait(waiting, return_when=FIRST_COMPLETED)


def _submitted(
    pool: ProcessPoolExecutor, work: Callable[[Sequence[A]], list[R]], chunk: Sequence[A]
) -> Future[list[R]]:
    with _uninterrupted():  # outside of Linux it may start a worker
        return pool.submit(work, chunk)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Yield a pool of processes; None if the system allows none.

    Chunks that no worker has begun are dropped at the end. The pool cancels them itself: if a
    worker died, a thread of the pool may be reporting that at the same moment.

    Ctrl-C is deferred while the pool starts and shuts down: otherwise Python's own clean-up at exit
    can fail on a closed pipe and print a traceback.
    """
    pool = None
    try:
        with _uninterrupted():
            pool = _started(workers) if workers > 0 else None
        yield pool
    finally:
        if pool is not None:
            with _uninterrupted():
                pool.shutdown(cancel_futures=True)


def _started(workers: int) -> ProcessPoolExecutor | None:
    """Return a started pool; None if the system allows none.

    A pool needs semaphores, sem_open(3), for which Linux needs /dev/shm: in some containers it is
    read-only, full or missing.
    """
    before = multiprocessing.active_children()
    try:
        pool = ProcessPoolExecutor(workers, _context(), initializer=_begin, initargs=(os.getpid(),))
        pool.submit(int)  # starts the workers
    except (OSError, RuntimeError, ImportError, NotImplementedError):
        _end(process for process in multiprocessing.active_children() if process not in before)
        return None
    return pool


def _end(processes: Iterable[BaseProcess]) -> None:
    """Kill workers of a pool that could not be started completely.

    If the system refuses one (too few file descriptors, processes or threads), those started before
    would wait for work for ever, and Python would wait for them at exit.
    """
    for process in processes:
        process.kill()
        process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Defer Ctrl-C: during a fork, Python may print a KeyboardInterrupt and then ignore it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(parent: int) -> None:
    """Initialise a worker: ignore Ctrl-C, and end with the first process.

    A terminal sends Ctrl-C to all its processes; only the first one handles it. If that is killed,
    the kernel kills the workers: prctl(2), PR_SET_PDEATHSIG.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.enable()  # the first process may have disabled it
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it was killed before the line above
            os._exit(1)


def _context() -> multiprocessing.context.BaseContext:
    """Return the start method: fork where it is safe (Linux), as workers then need no imports."""
    return multiprocessing.get_context("fork" if FORKS else "spawn")


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
    parent = os.getpid()
    try:
        process = os.fork()
    except OSError:  # too many
        os.close(reading)
        os.close(writing)
        return work
    if process == 0:
        _send(work, parent, reading, writing)
    os.close(writing)
    return lambda: _result(process, reading, work)


def _send(work: Callable[[], Any], parent: int, reading: int, writing: int) -> None:
    """Write the result to a pipe, and end this forked process without any clean-up.

    It ends with its parent. A build that found a fault never reads the result: a process that waits
    for it to be read would keep the build's standard output open for ever.
    """
    status = 1
    try:
        os.close(reading)
        _begin(parent)
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
