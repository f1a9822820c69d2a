"""`withdraw`: replace a public briefing by a notice with the date and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from briefings.checks.site_rules import TAKE_BACK_UNSEEN
from briefings.content.dates.parsing import show_day
from briefings.content.dates.values import Moment
from briefings.content.listing import shown
from briefings.content.loader import problems_at, source_of
from briefings.content.records import Content, Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.validation import Fault
from briefings.domain.ledger.history import histories
from briefings.domain.site import Site, visible
from briefings.domain.visibility import is_visible, visible_from
from briefings.edit.places import NotInPlace, in_place_fault
from briefings.edit.rename import unknown_id
from briefings.edit.rewrite import rewritten
from briefings.edit.transaction import Changes, ContentEditor
from briefings.problems import ContentError


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """The change that withdraws a briefing."""

    changes: Changes
    path: str
    date: Moment
    #: Ids of requirements without an event in any other visible briefing: they lose their pages.
    untold: tuple[str, ...]


def withdrawn(
    desk: ContentEditor, id: str, reason: str, date: Moment | None, hide: Sequence[str] = ()
) -> Withdrawing:
    """Return the change to the briefing's file.

    `date`: the moment of the withdrawal; today if None. `hide`: what the site no longer shows of
    the briefing, `title` or `changes`.

    Raises ContentError if there is nothing to withdraw, and with every fault that the content would
    have after it, such as a requirement repeated that was never made.
    """
    content = desk.read()
    record = content.briefings.get(id)
    if record is None:
        problem = unknown_id(content, "briefing", id)
        if id in content.ids["briefing"]:
            problem = replace(problem, message=f"`{id}` can't be read", hint="run check first")
        raise ContentError([problem])
    site = desk.site(content)
    refused = [(record.path, fault) for fault in _refused(content, record, site)]
    if refused:
        raise ContentError(problems_at(content.root, refused))
    when = date or Moment.parse(site.now.date().isoformat())
    raw = _with_notice(content, record.path, reason, when, hide)
    changes = {record.path: raw}
    desk.try_out(changes)
    return Withdrawing(changes, record.path, when, tuple(_untold(content, site, record)))


def _refused(content: Content, record: Record[BriefingFront], site: Site) -> Iterator[Fault]:
    """The fault, if any, of withdrawing a briefing: already withdrawn, or never public."""
    front = record.front
    was_public = ("briefing", record.id) in content.register.entered
    if front.status == "withdrawn" or front.withdrawn is not None:
        message = "this briefing is withdrawn already"
        yield Fault(("withdrawn",), message, "mend this block instead", at_key=True)
    elif was_public:
        return
    elif front.status == "draft":
        hint = "remove the file, or leave it as it is"
        yield Fault(("status",), "this is a draft: there is nothing to withdraw", hint)
    elif not is_visible(front, site.now, site.zone):
        day = show_day(visible_from(front, site.zone).date())
        message = f"this briefing is not public before {day}, so there is nothing to withdraw"
        key = "published" if front.embargo_until is None else "embargo_until"
        yield Fault((key,), message, TAKE_BACK_UNSEEN)


def _with_notice(
    content: Content, path: str, reason: str, date: Moment, hide: Sequence[str]
) -> bytes:
    """The file with the withdrawal below its last key, and an existing `status` replaced in place.

    Raises ContentError if that can't be done.
    """
    raw, source = source_of(content.root, path)
    notice: dict[str, Any] = {"date": date.written, "reason": reason}
    notice |= {"hide": list(hide)} if hide else {}
    try:
        values = source.tree.data | {"status": "withdrawn", "withdrawn": notice}
        return rewritten(raw, source, values)
    except NotInPlace as fault:
        raise ContentError([in_place_fault(shown(content.root, path), fault)]) from None


def _untold(content: Content, site: Site, record: Record[BriefingFront]) -> Iterator[str]:
    """Ids of requirements that have a page now and would have none without this briefing."""
    if not is_visible(record.front, site.now, site.zone):
        return
    others = {id: briefing for id, briefing in content.briefings.items() if id != record.id}
    without = histories(visible(replace(content, briefings=others), site.now))
    yield from sorted(histories(site).keys() - without.keys())
