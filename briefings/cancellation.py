"""Cooperative cancellation: long loops call `checkpoint`, which raises Stopped once cancelled.

Checking a large site takes seconds, and a save in the preview must not share the processor with it.
So loops over briefings, files and pages call `checkpoint`. It raises in the thread whose work was
cancelled and in no other. Nothing is interrupted between checkpoints: locks are released and files
closed as with any exception.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, local


class Stopped(BaseException):
    """Raised by `checkpoint` in work that was cancelled.

    Derives from BaseException, so that `except Exception` does not take it for a failure of the
    work.
    """


class _Here(local):
    """Thread-local: the event that cancels the work of this thread, or None."""

    asked: Event | None = None


_here = _Here()


def checkpoint() -> None:
    """Raise Stopped if the work of this thread was cancelled."""
    asked = _here.asked
    if asked is not None and asked.is_set():
        raise Stopped


class Stoppable:
    """Runs one piece of work at a time; any other thread can cancel it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: Event | None = None

    def run(self, work: Callable[[], None]) -> bool:
        """Run `work` in this thread; return False if it was cancelled before its end."""
        asked = Event()
        with self._lock:
            self._asked = asked
        _here.asked = asked
        try:
            work()
        except Stopped:
            return False
        finally:
            _here.asked = None
            with self._lock:
                self._asked = None
        return True

    def stop(self) -> None:
        """Cancel the work that is running, if any; it ends at its next checkpoint."""
        with self._lock:
            if self._asked is not None:
                self._asked.set()
