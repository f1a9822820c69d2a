"""The results of a trial: counts of what was done, and the losses (broken promises).

A trial is a module of this package with one public function::

    def run(scale: float) -> list[Figure]

`scale` 1 is the long form, whose figures are in `docs/reliability.md`; a smaller scale reduces all
counts (`times`). At `SHORT` a trial takes about ten seconds on a busy machine, and does each thing
at least once. A trial never raises for a broken promise: it records a loss and continues. It writes
only to a temporary folder of its own, and does not use pytest.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The scale of the short form, which is part of the tests.
SHORT = 0.01


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: `count` times `what`, and a text for every loss.

    `what` is a plural noun phrase, the same at every scale, such as "builds killed at a random
    moment". A loss names the action, the expected and the actual result, so that it can be repeated
    (a seed, an input as `repr`).
    """

    what: str
    count: int
    losses: tuple[str, ...] = ()


def times(full: int, scale: float) -> int:
    """Return the count at `scale` of an action that runs `full` times at scale 1; at least 1."""
    return max(1, round(full * scale))
