"""Counts of requirements by status: open, outcome unknown, only raised, met or lifted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from briefings.domain.ledger.history import History
from briefings.domain.ledger.status import Status


class Totals(NamedTuple):
    """Counts of requirements by status, as last recorded; each requirement is in exactly one.

    `ended`: met or lifted. `open` and `unknown` are always shown together, because "0 open" alone
    would mislead if the outcome of the trust's orders is not known.
    """

    open: int
    unknown: int
    raised: int
    ended: int

    @classmethod
    def of(cls, histories: Iterable[History]) -> Self:
        """Count these requirements."""
        found = [one.status for one in histories]
        return cls(
            open=sum(status.is_open for status in found),
            unknown=found.count(Status.UNKNOWN),
            raised=found.count(Status.RAISED),
            ended=sum(status.is_ended for status in found),
        )

    @property
    def words(self) -> str:
        """Phrase: `9 open, 2 not known, 1 raised with no order, 3 met or lifted`.

        The last two are left out if they are 0.
        """
        further = ((self.raised, "raised with no order"), (self.ended, "met or lifted"))
        said = [f"{self.open:,} open", f"{self.unknown:,} not known"]
        return ", ".join([*said, *(f"{count:,} {word}" for count, word in further if count)])
