"""Bad input: a million texts, each of which gives a page or a fault with a message.

Whatever a file holds, reading it never fails, never takes more than 2 seconds of computing, tells
faults at a place of that file, and never writes outside `output/` and `.cache/`. Every input is
made from its number, so a loss can be made again.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.torture import inputs_folders as folders
from tests.torture import inputs_work as work
from tests.torture.figures import Figure, times
from tests.torture.inputs_kinds import KINDS, Kind, read_front
from tests.torture.inputs_smallest import smallest

#: Seconds of computing that one document may take.
MOST = 2.0
#: Factor for the time limit while a tracer runs, as in `make coverage`.
_TRACED = 5
#: Losses of one kind that are cut down to their smallest input.
_CUT = 3


def run(scale: float) -> list[Figure]:
    """Every kind of input, each in its share."""
    return [
        *(_of_kind(kind, times(kind.full, scale)) for kind in KINDS),
        _of_work(times(1_200, scale)),
        _of_loads(times(20_000, scale)),
        _of_builds(times(400, scale)),
    ]


def judged(judge: Callable[[str], str], text: str, most: float = MOST) -> str:
    """Return what is wrong with the result of one input; empty if nothing."""
    started = time.process_time()
    try:
        wrong = judge(text)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    took = time.process_time() - started
    if sys.gettrace() is not None:
        most *= _TRACED
    return wrong or (f"took {took:.1f} s" if took > most else "")


def _of_kind(kind: Kind, count: int) -> Figure:
    losses: list[str] = []
    for number in range(count):
        text = kind.input(number)
        wrong = judged(kind.judge, text)
        if wrong:
            least = _smallest(kind, text, wrong) if len(losses) < _CUT else text
            losses.append(f"number {number}: {wrong}; the smallest input: {least[:300]!r}")
    return Figure(kind.what, count, tuple(losses))


def _smallest(kind: Kind, text: str, wrong: str) -> str:
    """Return the smallest part of an input that fails in the same way."""
    start = wrong[:12]
    return smallest(text, lambda shorter: judged(kind.judge, shorter).startswith(start))


def _of_work(count: int) -> Figure:
    """Front matter and bodies; those that once took too long come first."""
    inputs: Iterator[tuple[str, str, Callable[[str], str]]] = chain(
        ((name, text, read_front("briefing")) for name, text in work.fronts()),
        ((name, text, work.rendered) for name, text in work.documents(Random("work"))),
    )
    losses = []
    for name, text, judge in islice(inputs, count):
        wrong = judged(judge, text)
        if wrong:
            losses.append(f"{name}: {wrong}")
    return Figure("documents that repeat one construct up to the limits", count, tuple(losses))


def _of_loads(count: int) -> Figure:
    losses = []
    with TemporaryDirectory(prefix="briefings-inputs-") as project:
        folder = Path(project, "content")

        def judge(seed: str) -> str:
            return folders.loaded(folders.spoiled(Random(seed)), folder)

        for number in range(count):
            wrong = judged(judge, f"load {number}")
            if wrong:
                losses.append(f"number {number}: {wrong}")
    return Figure("content folders with damaged files, read", count, tuple(losses))


def _of_builds(count: int) -> Figure:
    losses = []
    for number in range(count):
        wrong = folders.built(folders.spoiled(Random(f"build {number}")))
        if wrong:
            losses.append(f"number {number}: {wrong}")
    return Figure("content folders with damaged files, built", count, tuple(losses))
