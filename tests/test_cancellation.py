"""Work on the whole site gives way to a save, at points at which nothing is half done."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from briefings import cancellation as stopping
from briefings.build import pipeline
from briefings.cancellation import Stoppable, Stopped, checkpoint
from briefings.content.loader import load
from tests.support.on_disk import NOW, ROOT


def long_work(begun: Event) -> None:
    begun.set()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        checkpoint()
        sum(range(100))


def started(stoppable: Stoppable, work: Callable[[], None]) -> tuple[Thread, list[bool]]:
    results: list[bool] = []
    thread = Thread(target=lambda: results.append(stoppable.run(work)))
    thread.start()
    return thread, results


def test_work_that_nobody_stops_is_done() -> None:
    done: list[int] = []
    stoppable = Stoppable()
    stoppable.stop()  # nothing is being done yet
    assert stoppable.run(lambda: done.append(1)) is True
    stoppable.stop()  # nothing any more
    assert done == [1]


def test_work_that_is_stopped_ends_long_before_its_end_and_can_be_done_again() -> None:
    stoppable, begun = Stoppable(), Event()
    thread, results = started(stoppable, lambda: long_work(begun))
    assert begun.wait(30)
    stoppable.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert results == [False]
    assert stoppable.run(checkpoint) is True


def test_work_is_stopped_at_its_safe_points_and_nowhere_else() -> None:
    """An exception between any two steps could leave a lock locked for ever."""
    stoppable, begun, stopped = Stoppable(), Event(), Event()
    lock, done = Lock(), []

    def work() -> None:
        lock.acquire()  # as code does that nobody thought of stopping
        begun.set()
        stopped.wait(30)
        for _ in range(1000):
            sum(range(100))
        done.append("released")
        lock.release()
        checkpoint()
        done.append("went on")

    thread, results = started(stoppable, work)
    assert begun.wait(30)
    stoppable.stop()
    stopped.set()
    thread.join(30)
    assert (results, done, lock.locked()) == ([False], ["released"], False)


def test_only_the_thread_that_was_asked_stops() -> None:
    stoppable, begun = Stoppable(), Event()
    thread, results = started(stoppable, lambda: long_work(begun))
    assert begun.wait(30)
    stoppable.stop()
    checkpoint()
    thread.join(30)
    assert results == [False]


def test_a_fault_of_the_work_is_not_lost_and_what_follows_is_not_stopped() -> None:
    def faulty() -> None:
        raise ValueError("of the work")

    stoppable = Stoppable()
    with pytest.raises(ValueError, match="of the work"):
        stoppable.run(faulty)
    stoppable.stop()
    checkpoint()


class Countdown(Event):
    """Asks to stop at a safe point, by its number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = number
        self.longest = 0.0
        self._last = time.thread_time()

    def is_set(self) -> bool:
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now
        self.left -= 1
        return self.left == 0


def options(content: Path) -> pipeline.Options:
    ours = (ROOT / "templates",), (ROOT / "static",)
    return pipeline.Options(content, *ours, lambda _: datetime.fromisoformat(NOW), search=False)


def test_stopped_anywhere_the_whole_is_judged_and_planned_as_if_it_had_not_been(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = options(ROOT / "tests/site/content")
    content = load(given.content)

    def judged(number: int) -> tuple[list[str], int]:
        asked = Countdown(number)
        monkeypatch.setattr(stopping._here, "asked", asked)
        site = pipeline.judge(content, given)
        planned = pipeline.plan_without_index(site, given)
        return sorted(one.path for one in planned), -asked.left

    expected, points = judged(0)
    records = sum(1 for _ in content.records())
    assert points > 10 * records
    for number in range(1, points, points // 25):
        with pytest.raises(Stopped):
            judged(number)
        assert judged(0)[0] == expected


def test_from_one_safe_point_to_the_next_is_a_small_part_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = options(ROOT / "content")
    content = load(given.content)
    asked = Countdown(0)
    began = time.thread_time()
    monkeypatch.setattr(stopping._here, "asked", asked)
    pipeline.plan_without_index(pipeline.judge(content, given), given)
    assert asked.longest < (time.thread_time() - began) / 3
