"""Cooperative cancellation: long work asks at its safe points whether it is still wanted.

Judging a large site takes seconds, and a save in the preview must not share the processor with it.
So loops over briefings, files and pages call `checkpoint`, which raises Stopped in the thread that
was asked to stop, and in no other. Nothing is interrupted in between: locks are released and files
closed as by any exception.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, local


class Stopped(BaseException):
    """The work was stopped. No Exception, so that nobody takes it for a fault of the work."""


class _Here(local):
    """What asks the work of this thread to stop; None where nothing can."""

    asked: Event | None = None


_here = _Here()


def checkpoint() -> None:
    """A safe point of some work: raise Stopped if its thread was asked to stop."""
    asked = _here.asked
    if asked is not None and asked.is_set():
        raise Stopped


class Stoppable:
    """Work that one thread does at a time, and that any other may stop."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: Event | None = None

    def run(self, work: Callable[[], None]) -> bool:
        """Do the work; False where it was stopped on the way."""
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
        """Ask the work that is being done, if any, to stop; it ends at its next safe point."""
        with self._lock:
            if self._asked is not None:
                self._asked.set()
