"""Deadlines of enforcement actions, and what can be said of those that have passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from briefings.content.schema import Deadline
from briefings.domain.registers import Action, actions
from briefings.domain.site import Briefing, Site


class DeadlineView(NamedTuple):
    """A deadline, and whether it passed without a public record that it was met."""

    deadline: Deadline
    passed: bool


def deadlines_of(action: Action, now: datetime) -> list[DeadlineView]:
    """Each with what can be said of it: never that it was failed. `now` is in the site's zone."""
    return [_viewed(one, action, now) for one in action.deadlines]


def deadlines_in(site: Site, one: Briefing) -> dict[int, tuple[DeadlineView, ...]]:
    """Place of an action in a briefing (from 0) → the deadlines that this briefing gives.

    Whether one has passed is said by all briefings that tell of the action.
    """
    return {
        n: tuple(_viewed(each, _joined(site)[one.id, n], site.now) for each in item.deadlines)
        for n, item in enumerate(one.front.enforcement)
        if item.deadlines
    }


def _viewed(deadline: Deadline, action: Action, now: datetime) -> DeadlineView:
    return DeadlineView(deadline, action.is_overdue(deadline, now))


@lru_cache(maxsize=2)  # every briefing's page asks for it
def _joined(site: Site) -> Mapping[tuple[str, int], Action]:
    """(briefing, place in its list) → the action that it tells of there."""
    return {
        (mention.briefing.id, mention.n): action
        for action in actions(site)
        for mention in action.mentions
    }
