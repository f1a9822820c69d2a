"""What a trial tells: what was done how often, and each time that a promise was not kept.

A trial is a module of this package with one public function::

    def run(scale: float) -> list[Figure]

`scale` 1 is the long form, whose numbers stand in `docs/reliability.md`; a smaller one does as
much less of each thing (`times`). At `SHORT` a trial ends in about ten seconds on a busy machine,
and does each thing at least once. A trial never raises for a promise that was not kept: it goes
on, and tells it as a loss. It writes only below a temporary folder of its own, and needs nothing
of pytest.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The scale of the short form, which is part of the tests.
SHORT = 0.01


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: `count` times `what`, and every loss in a line of its own.

    `what` is a plural noun phrase in plain words, the same at every scale, as "builds killed at a
    random moment". A loss says what was done, what was expected and what was found, so that it can
    be done again (a seed, an input as `repr`).
    """

    what: str
    count: int
    losses: tuple[str, ...] = ()


def times(full: int, scale: float) -> int:
    """How often to do at `scale` what the long form does `full` times: once at the least."""
    return max(1, round(full * scale))
