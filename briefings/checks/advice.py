"""Advice on completeness. It never changes the output and never fails a build by itself."""

from __future__ import annotations

from collections.abc import Iterator

from briefings.load import Content, Record
from briefings.model import CITING, BriefingFront, Fault
from briefings.problems import Problem


def advice(content: Content) -> list[Problem]:
    """Warnings on published briefings: unused sources, no archived copy, no reply noted."""
    found = []
    for record in content.briefings.values():
        if record.broken or record.front.status != "published":
            continue
        for fault in (*_never_cited(record), *_no_copy(record.front), *_no_reply(record.front)):
            problem = content.place(record.path, fault)
            found.append(
                Problem(
                    problem.path,
                    problem.line,
                    problem.column,
                    problem.message,
                    problem.hint,
                    "warning",
                )
            )
    return found


def cited_keys(front: BriefingFront) -> set[str]:
    """Every source key that an item of the front matter cites."""
    items = [item for block in CITING for item in getattr(front, block)]
    items += [item for item in (front.inspection, front.service_counts, front.reply) if item]
    items += [rating.previous for rating in front.ratings if rating.previous]
    return {key for item in items for key in item.sources}


def _never_cited(record: Record[BriefingFront]) -> Iterator[Fault]:
    cited = cited_keys(record.front) | {key for key, _ in record.body.citations}
    for key in record.front.sources:
        if key not in cited:
            hint = "cite it, or remove it"
            yield Fault(("sources", key), f"the source `{key}` is never cited", hint, at_key=True)


def _no_copy(front: BriefingFront) -> Iterator[Fault]:
    for key, source in front.sources.items():
        if source.url is not None and source.archived_url is None:
            hint = "save the page in a web archive and add `archived_url`"
            yield Fault(
                ("sources", key), f"the source `{key}` has no archived copy", hint, at_key=True
            )


def _no_reply(front: BriefingFront) -> Iterator[Fault]:
    if front.reply is None:
        hint = "add `reply`, if only `{status: not-asked, reason: …}`"
        yield Fault(("title",), "no reply of the trust is noted", hint, at_key=True)
