"""Rules that need the whole site, or a file together with the configuration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from zoneinfo import ZoneInfo

from briefings.content.dates import show_moment
from briefings.content.loader import Content
from briefings.content.schema import Fault, Loc, SiteFront
from briefings.content.schema.briefing import BriefingFront
from briefings.content.similarity import same
from briefings.domain.site import Site, trust_held_until, visible_from, withdrawn_unseen

Found = Iterator[tuple[str, Fault]]


#: Hint for the withdrawal of a briefing that was never public.
TAKE_BACK_UNSEEN = (
    "to take it back unseen, remove the file; to keep it for later, write `status: draft` and"
    " remove `withdrawn`"
)
#: Front-matter keys that determine when a briefing becomes visible.
_MOMENTS = ("published", "embargo_until", "status")


def file_faults(content: Content, among: Collection[str] | None = None) -> Found:
    """Yield the faults of briefings that depend on the configuration, but not on the moment.

    `among`: check only the briefings with these paths.
    """
    for record in content.briefings.values():
        if among is not None and record.path not in among:
            continue
        gaps = record.gaps
        if gaps is None or not any(gaps.within(name) for name in _MOMENTS):
            for fault in _report_before_publication(record.front, content.config):
                yield record.path, fault
            if ("briefing", record.id) not in content.register.entered:
                for fault in never_public(record.front, content.config.time_zone):
                    yield record.path, fault
        for fault in _second_reader(record.front, content.config):
            yield record.path, fault


def trusts_held_back(content: Content) -> Found:
    """Yield a fault for each briefing or trust that is public before a trust it refers to."""
    zone = content.config.time_zone
    held = {
        id: moment
        for id, trust in content.trusts.items()
        if (moment := trust_held_until(trust.front, zone)) is not None
    }
    if not held:
        return
    shown = {id: show_moment(moment.astimezone(zone)) for id, moment in held.items()}
    for briefing in content.briefings.values():
        if briefing.front.status != "draft":
            start = visible_from(briefing.front, zone)
            for loc, id in _trusts_named(briefing.front):
                if id in held and start < held[id]:
                    yield briefing.path, _named_too_early(loc, id, shown[id], "briefing")
    for trust in content.trusts.values():
        for index, before in enumerate(trust.front.predecessors):
            id = before.id or ""
            if id in held and (trust.id not in held or held[trust.id] < held[id]):
                loc = ("predecessors", index, "id")
                yield trust.path, _named_too_early(loc, id, shown[id], "trust")


def _trusts_named(front: BriefingFront) -> Iterator[tuple[Loc, str]]:
    yield ("trust",), front.trust
    yield from ((("also_about", index), id) for index, id in enumerate(front.also_about))
    for index, rating in enumerate(front.ratings):
        if rating.inherited_from is not None:
            yield ("ratings", index, "inherited_from"), rating.inherited_from


def _named_too_early(loc: Loc, id: str, until: str, what: str) -> Fault:
    message = f"the trust `{id}` is held back until {until}, and this {what} is not"
    return Fault(loc, message, "give both the same `embargo_until`")


def site_faults(site: Site) -> Found:
    """Yield the faults of the site at one moment."""
    yield from titles_differ(site)
    yield from actions_agree(site)


def titles_differ(site: Site, titles: Collection[str] | None = None) -> Found:
    """Yield a fault for each briefing or page title that is used twice, ignoring case.

    `titles`: check only these, in the form that `same` returns.
    """
    shown = [(one.path, one.front.title) for one in site.briefing.values()]
    shown += [(one.path, one.front.title) for one in site.pages.values()]
    yield from _titles_differ(
        sorted(pair for pair in shown if titles is None or same(pair[1]) in titles)
    )


def _report_before_publication(front: BriefingFront, config: SiteFront) -> Iterator[Fault]:
    """Yield a fault if the report was certainly published after its briefing becomes visible.

    Compared by day. An inexact date that may be earlier is no fault.
    """
    if front.status == "draft":
        return
    day = visible_from(front, config.time_zone).date()
    report = front.inspection.report_published
    if report.certainly_after_day(day):
        message = f"the report ({report.show()}) comes after this briefing becomes visible"
        hint = "mend the date, or `published` or `embargo_until`"
        yield Fault(("inspection", "report_published"), message, hint)


def never_public(front: BriefingFront, zone: ZoneInfo) -> Iterator[Fault]:
    """Yield a fault for the withdrawal of a briefing that was never public.

    The notice of a withdrawal would tell readers that it was.
    """
    if withdrawn_unseen(front, zone):
        message = "this briefing was never public, so there is nothing to withdraw"
        yield Fault(("withdrawn",), message, TAKE_BACK_UNSEEN, at_key=True)


def _second_reader(front: BriefingFront, config: SiteFront) -> Iterator[Fault]:
    """Yield a fault unless `written_by` and `checked_by` are two different people.

    Only with `policy.second_reader`, and not for drafts.
    """
    if not config.policy.second_reader or front.status == "draft":
        return
    for name in ("written_by", "checked_by"):
        if getattr(front, name) is None:
            yield Fault((name,), f"`{name}` is missing; the site's policy asks for it", "add it")
            return
    assert front.written_by is not None
    assert front.checked_by is not None
    if same(front.written_by) == same(front.checked_by):
        hint = "let another person read it and name them here"
        yield Fault(("checked_by",), "the second reader is the writer", hint)


def _titles_differ(titles: Iterable[tuple[str, str]]) -> Found:
    """Yield a fault for each (path, title) whose title was used before, ignoring case."""
    first: dict[str, str] = {}
    for path, title in titles:
        if title == "-":  # placeholder for a title that could not be read
            continue
        other = first.setdefault(same(title), path)
        if other != path:
            hint = "say what sets this one apart, such as the year or the service"
            yield path, Fault(("title",), f"this title is the title of {other} already", hint)


def requirements_differ(content: Content) -> Found:
    """Yield a fault for each title that is used twice among the requirements of one trust."""
    by_trust: dict[str, list[tuple[str, str]]] = {}
    for one in content.requirements.values():
        by_trust.setdefault(one.front.trust, []).append((one.path, one.front.title))
    for titles in by_trust.values():
        yield from _titles_differ(sorted(titles))


def actions_agree(site: Site, ids: Collection[str] | None = None) -> Found:
    """Yield a fault for each enforcement action whose id is used for a different action.

    Actions with the same id are one action: they have the same trust, regulator and kind.
    `ids`: check only these actions.
    """
    first: dict[str, tuple[str, tuple[str, str, str]]] = {}
    for one in sorted(site.briefings, key=lambda each: (each.visible_from, each.id)):
        for index, action in enumerate(one.front.enforcement):
            if action.id is None or (ids is not None and action.id not in ids):
                continue
            is_of = (one.front.trust, one.front.regulator, action.kind)
            path, before = first.setdefault(action.id, (one.path, is_of))
            if before != is_of:
                message = f"`{action.id}` is another action in {path}"
                hint = "the same id joins one action of one trust, regulator and kind"
                yield one.path, Fault(("enforcement", index, "id"), message, hint)
