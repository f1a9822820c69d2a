"""Rules on a file together with the configuration or with other files of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from briefings.content.dates.parsing import show_moment
from briefings.content.records import Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.validation import Fault
from briefings.content.similarity import same
from briefings.domain.site import Site
from briefings.domain.summaries import (
    briefings_of_action,
    files_of_title,
    is_gap,
    requirements_of_title,
)
from briefings.domain.visibility import trust_held_until, visible_from, withdrawn_unseen
from briefings.engine import query

FaultsByFile = tuple[tuple[str, Fault], ...]

#: Hint for the withdrawal of a briefing that was never public.
TAKE_BACK_UNSEEN = (
    "to take it back unseen, remove the file; to keep it for later, write `status: draft` and"
    " remove `withdrawn`"
)


def briefing_faults(site: Site, record: Record[BriefingFront]) -> Iterator[Fault]:
    """Yield the faults of a briefing that depend on the configuration or on trusts held back."""
    front = record.front
    if not is_gap(record, "published", "embargo_until", "status"):
        yield from _report_before_publication(site, front)
        yield from _never_public(site, record.id, front)
    yield from _second_reader(site, front)
    if front.status != "draft":
        start = visible_from(front, site.zone)
        for loc, id in _trusts_named(front):
            yield from _held_back(site, id, start, loc, "briefing")


def predecessors_held_back(site: Site, front: TrustFront) -> Iterator[Fault]:
    """Yield a fault for each predecessor whose page becomes public after that of its successor."""
    start = trust_held_until(front, site.zone)
    for index, before in enumerate(front.predecessors):
        yield from _held_back(site, before.id or "", start, ("predecessors", index, "id"), "trust")


def _trusts_named(front: BriefingFront) -> Iterator[tuple[Loc, str]]:
    yield ("trust",), front.trust
    yield from ((("also_about", index), id) for index, id in enumerate(front.also_about))
    for index, rating in enumerate(front.ratings):
        if rating.inherited_from is not None:
            yield ("ratings", index, "inherited_from"), rating.inherited_from


def _held_back(site: Site, id: str, start: datetime | None, loc: Loc, noun: str) -> Iterator[Fault]:
    """Yield a fault if the trust `id` becomes public after a file that names it.

    `start`: the moment at which that file becomes public; None if it always was.
    """
    trust = site.content.trusts.get(id)
    held_until = None if trust is None else trust_held_until(trust.front, site.zone)
    if held_until is not None and (start is None or start < held_until):
        until = show_moment(held_until.astimezone(site.zone))
        message = f"the trust `{id}` is held back until {until}, and this {noun} is not"
        yield Fault(loc, message, "give both the same `embargo_until`")


def _report_before_publication(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault if the report was certainly published after its briefing becomes visible.

    Compared by day. An inexact date that may be earlier is no fault.
    """
    report = front.inspection.report_published
    if front.status != "draft" and report.certainly_after_day(
        visible_from(front, site.zone).date()
    ):
        message = f"the report ({report.show()}) comes after this briefing becomes visible"
        hint = "mend the date, or `published` or `embargo_until`"
        yield Fault(("inspection", "report_published"), message, hint)


def _never_public(site: Site, id: str, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault for the withdrawal of a briefing that was never public.

    The notice of a withdrawal would tell readers that it was.
    """
    if withdrawn_unseen(front, site.zone) and site.register.guid("briefing", id) is None:
        message = "this briefing was never public, so there is nothing to withdraw"
        yield Fault(("withdrawn",), message, TAKE_BACK_UNSEEN, at_key=True)


def _second_reader(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault unless `written_by` and `checked_by` are two different people.

    Only with `policy.second_reader`, and not for drafts.
    """
    if not site.config.policy.second_reader or front.status == "draft":
        return
    for name in ("written_by", "checked_by"):
        if getattr(front, name) is None:
            yield Fault((name,), f"`{name}` is missing; the site's policy asks for it", "add it")
            return
    if same(front.written_by or "") == same(front.checked_by or ""):
        hint = "let another person read it and name them here"
        yield Fault(("checked_by",), "the second reader is the writer", hint)


@query
def titles_differ(site: Site) -> FaultsByFile:
    """Return a fault for each briefing or page title that is used twice, ignoring case.

    Likewise for the titles of requirements of one trust.
    """
    faults: list[tuple[str, Fault]] = []
    for things in (*files_of_title(site).values(), *requirements_of_title(site).values()):
        faults += _titles_differ(_shown(site, kind, id) for kind, id in things)
    return tuple(faults)


def _shown(site: Site, kind: str, id: str) -> Record[Any] | None:
    if kind == "briefing":
        return site.briefing.get(id)  # type: ignore[return-value]  # has the same attributes
    return site.content.record(kind, id)


def _titles_differ(files: Iterable[Record[Any] | None]) -> Iterator[tuple[str, Fault]]:
    first: dict[str, str] = {}
    shown = sorted((file.path, file.front.title) for file in files if file is not None)
    for path, title in shown:
        if title == "-":  # placeholder for a title that could not be read
            continue
        other = first.setdefault(same(title), path)
        if other != path:
            hint = "say what sets this one apart, such as the year or the service"
            yield path, Fault(("title",), f"this title is the title of {other} already", hint)


@query
def actions_differ(site: Site, id: str) -> FaultsByFile:
    """Return a fault where the id of an enforcement action is used for a different action.

    Actions with the same id are one action: they have the same trust, regulator and kind.
    """
    briefings = (site.briefing.get(briefing) for briefing in briefings_of_action(site, id))
    shown = [one for one in briefings if one is not None and not one.is_withdrawn]
    first: tuple[str, tuple[str, str, str]] | None = None
    faults: list[tuple[str, Fault]] = []
    for one in sorted(shown, key=lambda item: (item.visible_from, item.id)):
        for index, action in enumerate(one.front.enforcement):
            if action.id != id:
                continue
            is_of = (one.front.trust, one.front.regulator, action.kind)
            path, before = first = first or (one.path, is_of)
            if before != is_of:
                message = f"`{id}` is another action in {path}"
                hint = "the same id joins one action of one trust, regulator and kind"
                faults.append((one.path, Fault(("enforcement", index, "id"), message, hint)))
    return tuple(faults)
