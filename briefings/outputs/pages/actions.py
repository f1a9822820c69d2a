"""Enforcement actions, joined across briefings, and breaches of regulations, as lists show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from briefings import urls
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Deadline, Enforcement, Inspection
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import words
from briefings.domain.enforcement import Action, actions_of_trust
from briefings.domain.registers import BreachMention
from briefings.domain.site import Briefing, Site
from briefings.domain.visibility import Clock
from briefings.outputs.pages.components import label_of, trust_link
from briefings.urls import LinkTo


class DeadlineView(NamedTuple):
    """A deadline. `passed`: it has passed with no public record that it was met."""

    deadline: Deadline
    passed: bool


def deadlines_of(action: Action, clock: Clock) -> list[DeadlineView]:
    """Return the deadlines of an action, each with whether it has passed (never "missed")."""
    return [_viewed(deadline, action, clock) for deadline in action.deadlines]


def deadlines_in(site: Site, briefing: Briefing) -> dict[int, tuple[DeadlineView, ...]]:
    """Return index of an action in a briefing (from 0) → the deadlines that this briefing gives.

    Whether one has passed depends on all briefings that mention the action.
    """
    joined = {
        (mention.briefing.id, mention.n): action
        for action in actions_of_trust(site, briefing.front.trust)
        for mention in action.mentions
    }
    return {
        n: tuple(
            _viewed(deadline, joined[briefing.id, n], site.clock) for deadline in item.deadlines
        )
        for n, item in enumerate(briefing.front.enforcement)
        if item.deadlines
    }


def _viewed(deadline: Deadline, action: Action, clock: Clock) -> DeadlineView:
    return DeadlineView(deadline, action.is_overdue(deadline, clock))


class ActionView(NamedTuple):
    """One enforcement action in words.

    `kind`: `Section 29A warning notice`. `date_label`: what the date means: `Served`, `Asked for`,
    `Date`; `date_word`: the same for a column of dates, empty if the date is not known. `notices`:
    `2 notices`, `at least 2 notices`; empty for a single one. `status`: as last recorded; without
    one, `Ended` or `Not stated`. `where`: service and site, as far as given. `deadlines`: each with
    whether it has passed, never a statement that it was missed. `briefings`: links to every
    briefing that mentions the action, newest last.
    """

    action: Action
    kind: str
    date_label: str
    date_word: str
    notices: str
    status: str
    where: str
    regulations: list[LinkTo]
    deadlines: list[DeadlineView]
    briefings: list[LinkTo]


def action_view(site: Site, action: Action) -> ActionView:
    """Return an enforcement action in words."""
    regulator = site.regulators[action.regulator].front
    label = date_label(regulator, action.kind)
    unstated = "Ended" if action.is_ended else "Not stated"
    return ActionView(
        action=action,
        kind=label_of(regulator.enforcement_kinds, action.kind),
        date_label=label or "Date",
        date_word=label if action.served.known else "",
        notices=words.notices(action.count, at_least=action.at_least),
        status=words.ENFORCEMENT_STATUSES[action.status] if action.status else unstated,
        where=", ".join(filter(None, (action.service, action.site))),
        regulations=regulation_links(regulator, action.regulator, action.regulations),
        deadlines=deadlines_of(action, site.clock),
        briefings=[
            LinkTo(mention.briefing.front.title, mention.url) for mention in action.mentions
        ],
    )


class ActionLine(NamedTuple):
    """One enforcement action in a register, with its trust.

    `served_order` and `deadline_order`: sort keys of the columns of dates: the latest possible day,
    of the deadlines that of the last one, in ISO 8601, or empty.
    """

    trust: LinkTo
    view: ActionView
    served_order: str
    deadline_order: str


def action_lines(site: Site, actions: Iterable[Action]) -> list[ActionLine]:
    """Return register lines for these actions."""
    return [_line(site, action) for action in actions]


def _line(site: Site, action: Action) -> ActionLine:
    served = action.served.latest
    ends = [day.isoformat() for deadline in action.deadlines if (day := deadline.date.latest)]
    return ActionLine(
        trust_link(site, action.trust),
        action_view(site, action),
        served.isoformat() if served else "",
        max(ends, default=""),
    )


class BreachLine(NamedTuple):
    """One breach of a regulation, with its trust. `where`: service and site, as far as given."""

    mention: BreachMention
    trust: LinkTo
    inspected: PartialDate
    report: PartialDate
    where: str


def breach_line(site: Site, mention: BreachMention) -> BreachLine:
    """Return the line of a breach on the page of its regulation."""
    briefing, breach = mention.briefing, mention.breach
    return BreachLine(
        mention,
        trust_link(site, briefing.front.trust),
        briefing.inspected,
        briefing.front.inspection.report_published,
        ", ".join(filter(None, (breach.service, breach.site))),
    )


def date_label(regulator: RegulatorFront, kind: str) -> str:
    """Return what the date of such an action means: `Served`, `Asked for`; empty if not defined."""
    kinds = regulator.enforcement_kinds
    return next((entry.date_label or "" for entry in kinds if entry.id == kind), "")


def _action_date(action: Enforcement) -> PartialDate | None:
    """Return when an action was served, else when it ended; None if neither is known."""
    dates = (action.served, action.ended)
    return next((date for date in dates if date is not None and date.known), None)


def action_in_short(action: Enforcement, regulator: RegulatorFront) -> str:
    """Return kind, number and date: `Warning notice (2 notices), 3 May 2022`.

    `Prosecution, ended 19 April 2024` if it is not known when it was served.
    """
    kind, date = label_of(regulator.enforcement_kinds, action.kind), _action_date(action)
    notices = words.notices(action.count, at_least=action.at_least)
    kind = f"{kind} ({notices})" if notices else kind
    ended = "" if action.served.known else "ended "
    return f"{kind}, {ended}{date.bare()}" if date else kind


def action_side(action: Enforcement, inspection: Inspection) -> str:
    """Return `Before the inspection` or `After the report`; empty if neither is certain."""
    date = _action_date(action)
    if date is None:
        return ""
    if all(date.certainly_before(visit.date) for visit in inspection.inspected):
        return "Before the inspection"
    return "After the report" if date.certainly_after(inspection.report_published) else ""


def regulation_links(regulator: RegulatorFront, id: str, numbers: Iterable[str]) -> list[LinkTo]:
    """Return links to the pages of regulations: `Regulation 17 (good governance)`."""
    titles = {entry.number.lower(): entry.title for entry in regulator.regulations}
    return [
        LinkTo(
            f"Regulation {number}{_titled(titles.get(number.lower()))}",
            urls.regulation_url(id, number),
        )
        for number in numbers
    ]


def _titled(title: str | None) -> str:
    return f" ({title[:1].lower()}{title[1:]})" if title else ""
