"""Deadlines of enforcement actions, and whether they have passed."""

from __future__ import annotations

from typing import NamedTuple

from briefings.content.schema.briefing import Deadline
from briefings.domain.registers import Action, actions_of_trust
from briefings.domain.site import Briefing, Clock, Site


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
