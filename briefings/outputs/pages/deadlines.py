"""Deadlines of enforcement actions, and whether they have passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from briefings.content.schema import Deadline
from briefings.domain.registers import Action, actions
from briefings.domain.site import Briefing, Site


class DeadlineView(NamedTuple):
    """A deadline. `passed`: it has passed with no public record that it was met."""

    deadline: Deadline
    passed: bool


def deadlines_of(action: Action, now: datetime) -> list[DeadlineView]:
    """Return the deadlines of an action, each with whether it has passed (never "missed").

    `now` is in the site's zone.
    """
    return [_viewed(one, action, now) for one in action.deadlines]


def deadlines_in(site: Site, one: Briefing) -> dict[int, tuple[DeadlineView, ...]]:
    """Return index of an action in a briefing (from 0) → the deadlines that this briefing gives.

    Whether one has passed depends on all briefings that mention the action.
    """
    return {
        n: tuple(_viewed(each, _joined(site)[one.id, n], site.now) for each in item.deadlines)
        for n, item in enumerate(one.front.enforcement)
        if item.deadlines
    }


def _viewed(deadline: Deadline, action: Action, now: datetime) -> DeadlineView:
    return DeadlineView(deadline, action.is_overdue(deadline, now))


@lru_cache(maxsize=2)  # used by every briefing's page
def _joined(site: Site) -> Mapping[tuple[str, int], Action]:
    """Return (briefing id, index in its list) → the action mentioned there."""
    return {
        (mention.briefing.id, mention.n): action
        for action in actions(site)
        for mention in action.mentions
    }
