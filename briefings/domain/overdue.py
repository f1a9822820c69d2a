"""Deadlines that have passed: one rule, for requirements and for enforcement actions."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from briefings.content.dates import PartialDate
from briefings.domain.words import plural


def is_overdue(due: PartialDate, now: datetime, *, ended: bool) -> bool:
    """True from the day after the last day that `due` can be, where no end is on record.

    `now` is in the site's zone. `ended`: a public record says that what was due was met or lifted,
    or that the action has expired.
    """
    return not ended and due.certainly_before_day(now.date())


class Overdue(NamedTuple):
    """How many requirements and enforcement actions have such a deadline."""

    requirements: int
    actions: int

    @property
    def words(self) -> str:
        """`2 requirements and 3 enforcement actions past their deadline`."""
        return f"{' and '.join(self._counts)} past their deadline"

    @property
    def short(self) -> str:
        """`2 requirements, 3 enforcement actions`."""
        return ", ".join(self._counts)

    @property
    def _counts(self) -> tuple[str, str]:
        requirements = plural(self.requirements, "requirement")
        return requirements, plural(self.actions, "enforcement action")

    @property
    def sentence(self) -> str:
        """The same, with what is known of them: never that the trust failed."""
        known = ", with no public record that they were met" if any(self) else ""
        return f"{self.words}{known}."
