"""Enforcement actions in words, and links to the regulations that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from briefings import urls
from briefings.content.schema.briefing import Deadline, Enforcement
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import words
from briefings.domain.enforcement import Action, action, action_keys, ends, joined_in
from briefings.domain.registers import regulation_key
from briefings.domain.site import Briefing, Site
from briefings.domain.visibility import Lazy
from briefings.engine import query
from briefings.outputs.pages.components import label_of, trust_link
from briefings.urls import LinkTo


class ActionView(NamedTuple):
    """An enforcement action in words: as one briefing reports it, or joined across briefings.

    `kind`: `Section 29A warning notice`; `meaning`: an explanation of it in plain English, or
    empty. `date_label`: what the date means: `Served`, `Asked for`; empty if not defined.
    `notices`: `2 notices`, `at least 2 notices`; empty for a single one. `joined`: the action
    joined across all briefings. `status`: as last recorded in any of them, or empty; `later`: a
    link to the last one, if it says otherwise than the one that reports it here; `here`: the end
    that this one reports, where it is not over as last recorded. `where`: service and site, as far
    as given. `deadlines`: each with whether it has passed with no public record that it was met,
    never a statement that it was missed; and to which date it was moved, or empty.
    """

    action: Action | Enforcement
    kind: str
    meaning: str
    date_label: str
    notices: str
    joined: Action
    status: str
    later: LinkTo | None
    here: str
    where: str
    regulations: list[LinkTo]
    deadlines: list[tuple[Deadline, bool, str]]

    @property
    def deadline_order(self) -> str:
        """Sort key: the latest day that the last deadline can be, in ISO 8601; empty for none."""
        days = [day.isoformat() for deadline, *_ in self.deadlines if (day := deadline.date.latest)]
        return max(days, default="")


def action_view(site: Site, action: Action) -> ActionView:
    """Return an action as last recorded; without a status it is `Ended` or `Not stated`."""
    unstated = "Ended" if action.is_ended else "Not stated"
    return _view(site, action.regulator, action, action, unstated)


def actions_in(site: Site, briefing: Briefing) -> list[ActionView]:
    """Return the actions as one briefing reports them; without a status if no briefing gives one.

    The status, and whether a deadline has passed, depend on all briefings that mention the action.
    """
    regulator, reports = briefing.front.regulator, briefing.front.enforcement
    views = [
        _view(site, regulator, report, joined, "Ended" if joined.ended else "")
        for report, joined in zip(reports, joined_in(site, briefing), strict=True)
    ]
    return [view._replace(later=_later(view, briefing), here=_here(view)) for view in views]


def _here(view: ActionView) -> str:
    """Return the end as this briefing reports it, if a newer one has the action in force again."""
    report = view.action
    if isinstance(report, Action) or not ends(report) or view.joined.is_ended:
        return ""
    word = words.ENFORCEMENT_STATUSES[report.status] if report.status else "Ended"
    dated = f"{word}, {report.ended.bare()}" if report.ended else word
    return f"{dated}. {report.outcome or ''}".strip()


def _later(view: ActionView, briefing: Briefing) -> LinkTo | None:
    """Return a link to the newest briefing, if it says otherwise than this one of the status."""
    ends = {
        (version.status, version.ended, version.outcome) for version in (view.action, view.joined)
    }
    last = view.joined.last_word
    if len(ends) == 1 or last.briefing.id == briefing.id:
        return None
    return LinkTo(last.briefing.front.title, last.url)


def _view(
    site: Site, id: str, action: Action | Enforcement, joined: Action, unstated: str
) -> ActionView:
    """Return the view of an action by the regulator with this id."""
    regulator = site.regulators[id].front
    kinds = regulator.enforcement_kinds
    kind = next((kind for kind in kinds if kind.id == action.kind), None)
    return ActionView(
        action=action,
        kind=label_of(kinds, action.kind),
        meaning=(kind.meaning if kind else None) or "",
        date_label=(kind.date_label if kind else None) or "",
        notices=words.notices(action.count, at_least=action.at_least),
        joined=joined,
        status=words.ENFORCEMENT_STATUSES[joined.status] if joined.status else unstated,
        later=None,
        here="",
        where=", ".join(filter(None, (action.service, action.site))),
        regulations=regulation_links(regulator, id, action.regulations),
        deadlines=[
            (deadline, joined.is_overdue(deadline, site.clock), _moved(joined, deadline))
            for deadline in action.deadlines
        ],
    )


def _moved(action: Action, deadline: Deadline) -> str:
    """Return `moved to 31 December 2027` for a deadline that a newer briefing moved; else empty."""
    now = action.moved(deadline)
    return f"moved to {now.date.bare()}" if now else ""


def action_lines(site: Site, actions: Iterable[Action]) -> list[tuple[LinkTo, ActionView]]:
    """Return (trust, action) for a register."""
    return [(trust_link(site, action.trust), action_view(site, action)) for action in actions]


@query
def _keys_by(site: Site, grouping: str) -> Mapping[Any, tuple[tuple[str, str], ...]]:
    """Return regulator, or `regulation_key` → the keys of its actions, newest first."""
    groups: dict[Any, list[tuple[str, str]]] = {}
    for key in action_keys(site):
        item = action(site, *key)
        numbers = (regulation_key(item.regulator, number) for number in item.regulations)
        for group in [item.regulator] if grouping == "regulator" else dict.fromkeys(numbers):
            groups.setdefault(group, []).append(key)
    return {group: tuple(keys) for group, keys in groups.items()}


def actions_by(site: Site, grouping: str, group: object) -> Sequence[Action]:
    """Return the actions of a regulator, or that name a regulation, newest first."""
    return Lazy(_keys_by(site, grouping).get(group, ()), lambda key: action(site, *key))


def regulation_links(regulator: RegulatorFront, id: str, numbers: Iterable[str]) -> list[LinkTo]:
    """Return links to the pages of regulations: `Regulation 17 (good governance)`."""
    titles = {entry.number.lower(): entry.title for entry in regulator.regulations}
    links = []
    for number in numbers:
        title = titles.get(number.lower())
        about = f" ({words.label_lower(title)})" if title else ""
        links.append(LinkTo(f"{words.regulation(number)}{about}", urls.regulation_url(id, number)))
    return links
