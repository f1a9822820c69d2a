"""Enforcement actions as lists show them: joined across briefings, with their deadlines."""

from __future__ import annotations

from dataclasses import dataclass

from briefings.content.schema import RegulatorFront
from briefings.domain import words
from briefings.domain.registers import Action
from briefings.domain.site import Clock
from briefings.outputs.pages.claims import date_label, regulation_links
from briefings.outputs.pages.components import label_of
from briefings.outputs.pages.deadlines import DeadlineView, deadlines_of
from briefings.outputs.pages.page import LinkTo


@dataclass(frozen=True, slots=True)
class ActionView:
    """One enforcement action in words."""

    action: Action
    regulator: RegulatorFront
    clock: Clock

    @property
    def kind(self) -> str:
        """The kind of enforcement: `Section 29A warning notice`."""
        return label_of(self.regulator.enforcement_kinds, self.action.kind)

    @property
    def date_label(self) -> str:
        """What the date means: `Served`, `Asked for`, `Date`."""
        return date_label(self.regulator, self.action.kind) or "Date"

    @property
    def date_word(self) -> str:
        """The label to show before a date in a column of dates; empty if the date is not known."""
        return date_label(self.regulator, self.action.kind) if self.action.served.known else ""

    @property
    def notices(self) -> str:
        """`2 notices`, `at least 2 notices`; empty for a single notice."""
        return words.notices(self.action.count, at_least=self.action.at_least)

    @property
    def status(self) -> str:
        """The status as last recorded; without one, `Ended` or `Not stated`."""
        status = self.action.status
        if status is None:
            return "Ended" if self.action.is_ended else "Not stated"
        return words.ENFORCEMENT_STATUSES[status]

    @property
    def is_ended(self) -> bool:
        """True if met, lifted or expired, as last recorded."""
        return self.action.is_ended

    @property
    def where(self) -> str:
        """Service and site, as far as given."""
        return ", ".join(filter(None, (self.action.service, self.action.site)))

    @property
    def regulations(self) -> list[LinkTo]:
        return regulation_links(self.regulator, self.action.regulator, self.action.regulations)

    @property
    def deadlines(self) -> list[DeadlineView]:
        """Each deadline, with whether it has passed; never a statement that it was missed."""
        return deadlines_of(self.action, self.clock)

    @property
    def briefings(self) -> list[LinkTo]:
        """Links to every briefing that mentions the action, newest last."""
        return [LinkTo(one.briefing.front.title, one.url) for one in self.action.mentions]
