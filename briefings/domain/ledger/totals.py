"""How many requirements are open, of unknown outcome, only raised, and met or lifted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from briefings.domain.ledger.history import History
from briefings.domain.ledger.status import Status


class Totals(NamedTuple):
    """Numbers of requirements by status, as last recorded; together they are all of them.

    `open` and `unknown` are always shown side by side: a trust must not read "0 open" where the
    outcome of its orders is not known.
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
        """`9 open, 2 not known, 1 raised with no order, 3 met or lifted`; the last two where there
        are any."""
        further = ((self.raised, "raised with no order"), (self.ended, "met or lifted"))
        said = [f"{self.open:,} open", f"{self.unknown:,} not known"]
        return ", ".join([*said, *(f"{count:,} {word}" for count, word in further if count)])
