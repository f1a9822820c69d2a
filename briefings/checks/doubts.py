"""Advice on probable mistakes that may be intended: the content is published unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from briefings.content.dates.parsing import show_moment
from briefings.content.dates.values import Moment, PartialDate
from briefings.content.records import SCHEMAS, Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import Source
from briefings.content.schema.validation import Fault
from briefings.content.similarity import same
from briefings.domain import words
from briefings.domain.site import Site, predecessors_of
from briefings.domain.visibility import trust_held_until, visible_from
from briefings.engine import query

_YEAR = timedelta(days=366)


@query
def doubts(site: Site, kind: str, id: str) -> tuple[Fault, ...]:
    """Return the advice on what may be mistaken in a file that has no fault.

    None on a briefing that is a draft or withdrawn.
    """
    record: Record[Any] = site.content.of_kind(kind)[id]
    if record.broken or (kind == "briefing" and record.front.status != "published"):
        return ()
    return tuple(_doubts(site, record))


def _doubts(site: Site, record: Record[Any]) -> Iterator[Fault]:
    front = record.front
    yield from _typed_as_markdown(record)
    yield from _said_by_others(site, record)
    yield from _records_to_come(site, front)
    for loc, moment in _public_from(site, record):
        if not site.clock.reached(moment - _YEAR):
            start = show_moment(moment.astimezone(site.zone))
            message = f"this is not public before {start}, more than a year from now"
            yield Fault(loc, message, "mend the date, if you mean another year")
    if record.kind == "briefing":
        yield from _visits_after_the_end(site, front)
    if record.kind in {"briefing", "trust"}:
        yield from _sources_that_contradict(front.sources)


# -- Markdown in front matter ----------------------------------------------------------------------

_MARKDOWN = re.compile(
    r"\[@[A-Za-z][A-Za-z0-9]*\]|\[[^\[\]\n]{1,200}\]\(https?://[^\s()]{1,500}\)"
    r"|\*\*[^\s*][^*\n]{0,200}\*\*"
)


def _typed_as_markdown(record: Record[Any]) -> Iterator[Fault]:
    """Yield advice for a citation, a link or bold words in a text, which is shown as typed."""
    for field in fields(SCHEMAS[record.kind]):
        for loc, text in _texts(getattr(record.front, field.name), (field.name,)):
            if match := _MARKDOWN.search(text):
                message = f"`{match[0][:60]}` is shown with its signs: this text is no Markdown"
                hint = "write the words alone; links and bold words belong below the line ---"
                if match[0].startswith("[@"):
                    hint = "remove it; the source of an item is named in its `sources`"
                yield Fault(loc, message, hint)


def _texts(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*loc, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*loc, index))
    elif is_dataclass(value) and not isinstance(value, (Moment, PartialDate)):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), (*loc, field.name))


# -- names and codes that two files have -----------------------------------------------------------


@query
def _names_of_several(site: Site) -> Mapping[tuple[str, str, str], tuple[str, ...]]:
    """Return (kind of file, `name` or the scheme of a code, the value) → the ids of several files.

    Values are those that `same` returns. Only codes by which a regulator knows a provider count:
    `ods`, and those in a `provider_page`.
    """
    pages = (regulator.front.provider_page or "" for regulator in site.content.regulators.values())
    schemes = {"ods", *re.findall(r"\{([a-z0-9-]+)", " ".join(pages))}
    ids: dict[tuple[str, str, str], list[str]] = {}
    for kind in ("regulator", "trust", "topic"):
        for id, record in site.content.of_kind(kind).items():
            ids.setdefault((kind, "name", same(record.front.name)), []).append(id)
            codes = record.front.codes if kind == "trust" else {}
            for scheme in sorted(schemes & codes.keys()):
                ids.setdefault((kind, scheme, same(codes[scheme])), []).append(id)
    return {key: tuple(several) for key, several in ids.items() if len(several) > 1}


def _said_by_others(site: Site, record: Record[Any]) -> Iterator[Fault]:
    """Yield advice for the name of a trust, regulator or topic, and a code, that another one has.

    A trust may have a code of a trust that it took over.
    """
    for (kind, name, value), ids in _names_of_several(site).items():
        if kind != record.kind or record.id not in ids:
            continue
        for other in ids:
            heirs = kind == "trust" and name != "name" and _is_one_line(site, record.id, other)
            if other != record.id and not heirs:
                path = site.content.of_kind(kind)[other].path
                loc: Loc = ("name",) if name == "name" else ("codes", name)
                hint = "mend it; if both are called so, add what tells them apart, such as the town"
                if name != "name":
                    hint = "mend it: links to the regulator's pages and its records go by this code"
                yield Fault(loc, f"{path} has the same {name.replace('_', ' ')}: {value}", hint)


def _is_one_line(site: Site, one: str, other: str) -> bool:
    """Return whether one of two trusts took over the other."""
    return one in predecessors_of(site, other) or other in predecessors_of(site, one)


# -- dates -----------------------------------------------------------------------------------------


def _records_to_come(site: Site, front: Any) -> Iterator[Fault]:
    """Yield advice for what the publisher did on a day that is still to come."""
    for block in ("looked", "asked", "ratings_checked"):
        for index, item in enumerate(getattr(front, block, ())):
            if site.clock.ahead(item.date):
                message = f"{item.date.bare()} is still to come, and nobody sees this before then"
                yield Fault((block, index, "date"), message, "mend the date, if it is done")


def _public_from(site: Site, record: Record[Any]) -> Iterator[tuple[Loc, datetime]]:
    """Yield the path and the moment of what becomes public by itself."""
    front = record.front
    for index, change in enumerate(getattr(front, "changes", ())):
        yield ("changes", index, "date"), change.date.at(site.zone)
    if record.kind in {"briefing", "trust"}:
        is_briefing = record.kind == "briefing"
        zone = site.zone
        start = visible_from(front, zone) if is_briefing else trust_held_until(front, zone)
        if start is not None:
            yield ("embargo_until" if front.embargo_until else "published",), start


def _visits_after_the_end(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield advice for a visit to a trust that had certainly closed before."""
    trust = site.content.trusts.get(front.trust)
    closed = trust.front.closed if trust is not None else None
    for index, visit in enumerate(front.inspection.inspected if closed else ()):
        if closed is not None and visit.date.first.certainly_after(closed):
            noun = words.say(site.config, "this trust")
            message = f"{visit.date.bare()} is after the end of {noun} ({closed.bare()})"
            hint = "mend the date, or name the one that it became part of"
            yield Fault(("inspection", "inspected", index, "date"), message, hint)


# -- sources ---------------------------------------------------------------------------------------

_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/[0-9]{4,14}[a-z_]*/(?=https?:)")


def _sources_that_contradict(sources: Mapping[str, Source]) -> Iterator[Fault]:
    """Yield advice for an address that another source has, and for what does not fit a source."""
    firsts: dict[str, str] = {}
    for key, source in sources.items():
        if source.url is not None:
            first = firsts.setdefault(source.url, key)
            explained = source.note is not None or _is_version(source, sources[first])
            if first != key and not explained:
                message = f"the source `{first}` has this address too"
                hint = "mend one of the two, or remove it; a `note` says how two of one page differ"
                yield Fault(("sources", key, "url"), message, hint)
        if source.accessed is not None and source.accessed.certainly_before(source.published):
            read, published = source.accessed.bare(), source.published.bare()
            message = f"read {read}, and published {published}: it was not there yet"
            yield Fault(("sources", key, "accessed"), message, "mend one of the two dates")
        if source.url and source.archived_url and _is_of_another(source.url, source.archived_url):
            message = f"this is a copy of another page than that of the source `{key}`"
            yield Fault(("sources", key, "archived_url"), message, "write that of this page")


def _is_version(source: Source, other: Source) -> bool:
    """Return whether two sources may be a page before and after a change.

    Their copies in an archive, or the days on which one publisher published them, differ.
    """
    copies = {source.archived_url, other.archived_url}
    day, another = source.published, other.published
    dated = day.certainly_before(another) or day.certainly_after(another)
    return len(copies - {None}) > 1 or (dated and source.publisher == other.publisher)


def _is_of_another(url: str, copy: str) -> bool:
    """Return whether a copy of the Wayback Machine is certainly one of another page."""
    match = _ARCHIVED.match(copy)
    return match is not None and _page(copy[match.end() :]) != _page(url)


def _page(url: str) -> str:
    """Return an address without what may differ for one page: scheme, `www.`, query, last `/`."""
    host, _, path = re.split("[?#]", url.partition("://")[2])[0].partition("/")
    host = host.lower().removeprefix("www.").partition(":")[0]
    return unquote(f"{host}/{path}").rstrip("/").lower()
