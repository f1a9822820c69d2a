"""Work on the whole site gives way to a save."""

from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from briefings.serve.stopping import Stoppable


def long_work(begun: Event) -> None:
    begun.set()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        sum(range(100))


def test_work_that_nobody_stops_is_done() -> None:
    done: list[int] = []
    stoppable = Stoppable()
    stoppable.stop()  # nothing is being done yet
    assert stoppable.run(lambda: done.append(1)) is True
    stoppable.stop()  # nothing any more
    assert done == [1]


def test_work_that_is_stopped_ends_long_before_its_end_and_can_be_done_again() -> None:
    stoppable, begun = Stoppable(), Event()
    results: list[bool] = []
    thread = Thread(target=lambda: results.append(stoppable.run(lambda: long_work(begun))))
    thread.start()
    assert begun.wait(30)
    stoppable.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert results == [False]
    assert stoppable.run(lambda: None) is True


def test_a_fault_of_the_work_is_not_lost_and_what_follows_is_not_stopped() -> None:
    def faulty() -> None:
        raise ValueError("of the work")

    stoppable = Stoppable()
    with pytest.raises(ValueError, match="of the work"):
        stoppable.run(faulty)
    stoppable.stop()
    assert sum(range(1000)) == 499500
