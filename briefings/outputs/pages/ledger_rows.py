"""Requirements as lists show them: one line each, from its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from briefings.content.dates import PartialDate
from briefings.domain import words
from briefings.domain.ledger import Deadline, Entry, History
from briefings.domain.site import Site
from briefings.outputs.pages.components import trust_link
from briefings.outputs.pages.page import LinkTo
from briefings.outputs.pages.timeline_svg import TimelineSvg, timeline_svg


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One requirement in a list. `now` is in the site's zone and touches deadlines alone; `trust`
    is named in lists of several trusts."""

    history: History
    now: datetime
    trust: LinkTo | None = None

    @property
    def title(self) -> str:
        return self.history.front.title

    @property
    def url(self) -> str:
        return self.history.url

    @property
    def status(self) -> str:
        """`Open`, `Open, plan supplied`, `Met` …"""
        return self.history.status.label

    @property
    def is_open(self) -> bool:
        """Something is still to be done, as last recorded."""
        return self.history.status.is_open

    @property
    def recorded(self) -> PartialDate:
        """When that was last recorded."""
        return self.history.status_date

    @property
    def times_told(self) -> str:
        """`once`, `twice`, or that no order is on record."""
        count = self.history.times_told
        return words.times(count) if count else "no order on record"

    @property
    def is_told_again(self) -> bool:
        return self.history.told_again

    @property
    def since(self) -> Entry:
        """The event its age runs from, else the first on record."""
        return self.history.first or self.history.entries[0]

    @property
    def since_order(self) -> str:
        """What a table sorts that column by: the earliest day it can be; unknown ones last."""
        earliest = self.since.date.earliest
        return earliest.isoformat() if earliest else "9999"

    @property
    def life(self) -> TimelineSvg | None:
        """The drawing of its history, where there is something to draw."""
        return timeline_svg(self.history)

    @property
    def age(self) -> str:
        """`about six years`, or nothing; the requirement's own page has the range."""
        age = self.history.age
        return words.about(age) if age else ""

    @property
    def passed(self) -> list[Deadline]:
        """Deadlines past, with no public record that they were met."""
        return list(self.history.passed(self.now))


def ledger_rows(histories: Iterable[History], now: datetime) -> list[LedgerRow]:
    """One row for each, in their order."""
    return [LedgerRow(one, now) for one in histories]


def rows_with_trusts(site: Site, histories: Iterable[History]) -> list[LedgerRow]:
    """The same, each with its trust."""
    return [LedgerRow(one, site.now, trust_link(site, one.front.trust)) for one in histories]
