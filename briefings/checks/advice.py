"""Advice on completeness. It never changes the output, and fails `check` only with `--strict`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from briefings.checks import quotations
from briefings.checks.contacts import contact_advice
from briefings.content.dates import show_moment
from briefings.content.files import leftovers
from briefings.content.loader import Content, Record
from briefings.content.schema import CITING, BriefingFront, Fault, Source, TrustFront
from briefings.domain.site import trust_held_until, visible_from
from briefings.problems import Problem

Found = Iterator[Fault]


def advice(content: Content, now: datetime | None = None) -> list[Problem]:
    """Return all advice as sorted warnings with line and column. `now`: see `_advised`."""
    placed = [*content.placed(_advised(content, now)), *contact_advice(content)]
    return sorted(replace(one, severity="warning") for one in placed)


def advised(content: Content, now: datetime | None = None) -> int:
    """Return the number of pieces of advice; looks up no lines. `now`: see `_advised`."""
    return len(_advised(content, now)) + sum(1 for _ in contact_advice(content))


def _advised(content: Content, now: datetime | None = None) -> list[tuple[str, Fault]]:
    """Return (path, advice) for all trusts and all briefings that are neither draft nor withdrawn.

    Files with faults are skipped, because some of their values are missing. Includes unsaved texts
    of sources, leftover files and, with `now`, the advice of `early_trusts`.
    """
    found: list[tuple[str, Fault]] = []
    for trust in content.trusts.values():
        if not trust.broken:
            found += ((trust.path, fault) for fault in _of_trust(trust))
    if now is not None:
        found += ((content.trusts[id].path, fault) for id, fault in early_trusts(content, now))
    for briefing in content.briefings.values():
        if not briefing.broken and briefing.front.status == "published":
            found += ((briefing.path, fault) for fault in _of_briefing(briefing))
    return [*found, *quotations.unsaved(content), *_leftovers(content)]


def _leftovers(content: Content) -> Iterator[tuple[str, Fault]]:
    """Yield advice for ignored backup and system files in the content folder."""
    for path in sorted(leftovers(content.root)):
        message = "this looks like an editor's or a system's leftover, and is ignored"
        yield path, Fault((), message, "remove it, and list its like in .gitignore")


def early_trusts(content: Content, now: datetime) -> Iterator[tuple[str, Fault]]:
    """Yield (id, advice) for trusts whose page is public before any of their briefings.

    Such a page, its feed and its row in the tables can reveal that a briefing is coming.
    """
    zone = content.config.time_zone
    coming: dict[str, list[datetime]] = {}
    for record in content.briefings.values():
        if record.front.status == "published":
            coming.setdefault(record.front.trust, []).append(visible_from(record.front, zone))
    for id, moments in coming.items():
        trust = content.trusts.get(id)
        first = min(moments)
        if trust is None or ("trust", id) in content.register.entered or first <= now:
            continue
        held_until = trust_held_until(trust.front, zone)
        if held_until is None or held_until <= now:
            day = show_moment(first.astimezone(zone))
            message = f"this trust is public now, and its first briefing on {day}"
            hint = "if nobody may know before, add the briefing's `embargo_until` here too"
            yield id, Fault(("name",), message, hint, at_key=True)


def _of_trust(record: Record[TrustFront]) -> Found:
    front = record.front
    numbers = (front.staff, front.locations, front.population)
    cited = {key for one in numbers if one for key in one.sources}
    yield from _never_cited(front.sources, cited | _cited_in(record))
    yield from _no_copy(front.sources)


def _of_briefing(record: Record[BriefingFront]) -> Found:
    front = record.front
    yield from _never_cited(front.sources, cited_keys(front) | _cited_in(record))
    yield from _no_copy(front.sources)
    yield from _no_reply(front)


def cited_keys(front: BriefingFront) -> set[str]:
    """Return the source keys that the front matter cites."""
    items = [item for block in CITING for item in getattr(front, block)]
    items += [item for item in (front.inspection, front.service_counts, front.reply) if item]
    items += [rating.previous for rating in front.ratings if rating.previous]
    return {key for item in items for key in item.sources}


def _cited_in(record: Record[BriefingFront] | Record[TrustFront]) -> set[str]:
    return {key for key, _ in record.body.citations}


def _never_cited(sources: Mapping[str, Source], cited: set[str]) -> Found:
    """Yield advice for each source that nothing cites."""
    for key in sources:
        if key not in cited:
            hint = "cite it, or remove it"
            yield Fault(("sources", key), f"the source `{key}` is never cited", hint, at_key=True)


def _no_copy(sources: Mapping[str, Source]) -> Found:
    """Yield advice for each source with a URL and no archived copy."""
    for key, source in sources.items():
        if source.url is not None and source.archived_url is None:
            message = f"the source `{key}` has no archived copy"
            hint = "save the page in a web archive and add `archived_url`"
            yield Fault(("sources", key), message, hint, at_key=True)


def _no_reply(front: BriefingFront) -> Found:
    """Yield advice where `reply` is missing, or says that the trust was not asked for one."""
    if front.reply is None:
        hint = "add `reply`, if only `{status: not-asked, reason: …}`"
        yield Fault(("title",), "no reply of the trust is noted", hint, at_key=True)
    elif front.reply.status == "not-asked":
        hint = "ask it, then write `replied`, `declined` or `no-reply`"
        yield Fault(("reply", "status"), "the trust was not asked for a reply", hint)
