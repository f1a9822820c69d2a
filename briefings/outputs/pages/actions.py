"""Enforcement actions, joined across briefings, and breaches of regulations, as lists show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from briefings.content.dates.values import PartialDate
from briefings.domain import words
from briefings.domain.registers import Action, BreachMention
from briefings.domain.site import Site
from briefings.outputs.pages.claims import date_label, regulation_links
from briefings.outputs.pages.components import label_of, trust_link
from briefings.outputs.pages.deadlines import DeadlineView, deadlines_of
from briefings.outputs.pages.page import LinkTo


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
