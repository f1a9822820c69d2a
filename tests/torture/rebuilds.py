"""Builds that go on from the last one, after changes of every kind in random order."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.rebuilding import Rebuilding
from tests.torture.figures import Figure, times

_SEQUENCES, _STEPS = 40, 12


def run(scale: float) -> list[Figure]:
    """Each sequence of changes starts from a new project, and is compared after every step."""
    done: Counter[str] = Counter()

    class Counted(Rebuilding):
        def compare(self) -> bool:
            done["rebuilds"] += 1
            return super().compare()

    many = settings(
        max_examples=times(_SEQUENCES, scale), stateful_step_count=_STEPS, deadline=None,
        derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    losses: tuple[str, ...] = ()
    try:
        run_state_machine_as_test(Counted, settings=many)
    except AssertionError as loss:
        losses = (str(loss),)
    return [Figure("rebuilds compared with a build from nothing", done["rebuilds"], losses)]
