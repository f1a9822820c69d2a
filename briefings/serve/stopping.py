"""Stopping a computation in another thread, at any point of it.

Judging a large site is seconds of pure computing with no place to ask whether it is still wanted,
and a save must not share the processor with it. Python can raise an exception in a thread between
any two of its steps; what is computed here is a value that is thrown away whole, so nothing is left
half done.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from threading import Lock, get_ident
from time import monotonic

_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
#: How long what was raised in a thread may take to arrive, in seconds; it takes one step of Python.
_ARRIVES = 1.0


class Stopped(BaseException):
    """The work was stopped. Nobody who catches faults of the work may take it for one of them."""


class Stoppable:
    """Work that one thread does at a time, and that any other may stop."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: int | None = None
        self._asked = False

    def run(self, work: Callable[[], None]) -> bool:
        """Do the work; False where it was stopped on the way."""
        try:
            with self._lock:
                self._thread, self._asked = get_ident(), False
            try:
                work()
            except Stopped:
                raise
            except BaseException:
                self._end()
                raise
            self._end()
        except Stopped:
            with self._lock:
                self._thread = None
            return False
        return True

    def stop(self) -> None:
        """Stop the work that is being done, if any; it ends within a moment, not at once."""
        with self._lock:
            if self._thread is not None and not self._asked:
                self._asked = True
                _raise_in(ctypes.c_ulong(self._thread), ctypes.py_object(Stopped))

    def _end(self) -> None:
        """From here on nobody stops this thread, and what was on its way to it arrives here.

        It can't be called back: in Python 3.11 that leaves a flag set with which the thread hangs
        as soon as anything traces it, as debuggers and the measuring of coverage do.
        """
        with self._lock:
            self._thread = None
        until = monotonic() + _ARRIVES
        while self._asked and monotonic() < until:
            pass
