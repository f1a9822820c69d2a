"""Advice on completeness. It never changes the output, and fails a check only with `--strict`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from briefings import quotations
from briefings.load import Content, Record
from briefings.model import CITING, BriefingFront, Fault, Source, TrustFront
from briefings.problems import Problem

Found = Iterator[Fault]


def advice(content: Content) -> list[Problem]:
    """Every piece of advice at its line, as warnings, in order."""
    placed = content.placed(advised(content))
    return sorted(replace(one, severity="warning") for one in placed)


def advised(content: Content) -> list[tuple[str, Fault]]:
    """File and advice: on every trust, and on every briefing that is neither draft nor withdrawn.

    A file with a fault gets none: it is not all there to be judged.
    """
    found: list[tuple[str, Fault]] = []
    for trust in content.trusts.values():
        if not trust.broken:
            found += ((trust.path, fault) for fault in _of_trust(trust))
    for briefing in content.briefings.values():
        if not briefing.broken and briefing.front.status == "published":
            found += ((briefing.path, fault) for fault in _of_briefing(briefing))
    return [*found, *quotations.unsaved(content)]


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
    """Every source key that an item of the front matter cites."""
    items = [item for block in CITING for item in getattr(front, block)]
    items += [item for item in (front.inspection, front.service_counts, front.reply) if item]
    items += [rating.previous for rating in front.ratings if rating.previous]
    return {key for item in items for key in item.sources}


def _cited_in(record: Record[BriefingFront] | Record[TrustFront]) -> set[str]:
    return {key for key, _ in record.body.citations}


def _never_cited(sources: Mapping[str, Source], cited: set[str]) -> Found:
    """Every source is there for something that is said."""
    for key in sources:
        if key not in cited:
            hint = "cite it, or remove it"
            yield Fault(("sources", key), f"the source `{key}` is never cited", hint, at_key=True)


def _no_copy(sources: Mapping[str, Source]) -> Found:
    """A page that a source names has a copy that stays."""
    for key, source in sources.items():
        if source.url is not None and source.archived_url is None:
            message = f"the source `{key}` has no archived copy"
            hint = "save the page in a web archive and add `archived_url`"
            yield Fault(("sources", key), message, hint, at_key=True)


def _no_reply(front: BriefingFront) -> Found:
    """The trust was asked for a reply, and what came of it is noted."""
    if front.reply is None:
        hint = "add `reply`, if only `{status: not-asked, reason: …}`"
        yield Fault(("title",), "no reply of the trust is noted", hint, at_key=True)
    elif front.reply.status == "not-asked":
        hint = "ask it, then write `replied`, `declined` or `no-reply`"
        yield Fault(("reply", "status"), "the trust was not asked for a reply", hint)
