"""Passed deadlines: one rule for requirements and enforcement actions, and the phrases for it."""

from __future__ import annotations

from typing import NamedTuple

from briefings.content.dates import PartialDate
from briefings.domain.site import Clock
from briefings.domain.words import plural


def is_overdue(due: PartialDate, clock: Clock, *, ended: bool) -> bool:
    """Whether a deadline has certainly passed and no end is on record.

    True from the day after the last day that `due` can be. `ended`: a public record says that the
    requirement or action was met or lifted, or has expired.
    """
    return not ended and clock.passed(due)


class Overdue(NamedTuple):
    """Numbers of requirements and enforcement actions with a passed deadline (`is_overdue`)."""

    requirements: int
    actions: int

    @property
    def words(self) -> str:
        """Phrase: `2 requirements and 3 enforcement actions past their deadline`."""
        return f"{' and '.join(self._counts)} past their deadline"

    @property
    def short(self) -> str:
        """Short phrase: `2 requirements, 3 enforcement actions`."""
        return ", ".join(self._counts)

    @property
    def _counts(self) -> tuple[str, str]:
        requirements = plural(self.requirements, "requirement")
        return requirements, plural(self.actions, "enforcement action")

    @property
    def sentence(self) -> str:
        """`words` as a sentence, with "no public record that they were met" unless both are 0.

        It never says that the trust failed, which a missing record does not show.
        """
        known = ", with no public record that they were met" if any(self) else ""
        return f"{self.words}{known}."
