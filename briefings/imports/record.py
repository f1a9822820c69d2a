"""A draft of a briefing from a record of the CQC's API.

A record tells how a location or provider stands, not what one inspection found. The draft is about
one of its reports. What the record leaves open becomes a question, and no text of it is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from briefings.content.dates.values import PartialDate
from briefings.content.records import Content
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.types import OVERALL
from briefings.content.similarity import same
from briefings.edit.values import Imported
from briefings.problems import ContentError, Problem
from briefings.reconcile.records import Listed, Record, Subject, codes_of_record, read_records

#: The longest list of days in a remark.
_DAYS = 10
_ADDRESS = "The record holds no web address; write that of the report or page that you read."
#: A question about ratings, and the ratings that it is about.
Doubt = tuple[str, list[Mapping[str, Any]]]


def from_record(
    content: Content, path: str, raw: bytes, given: Mapping[str, str], today: date
) -> Imported:
    """Return what a record holds for a draft. Raises ContentError with every fault of the record.

    `given`: option → text of what the editor has said; `report-published` chooses the report.
    """
    id = given.get("regulator", "cqc")
    regulator = content.regulators.get(id)
    if regulator is None:
        message, hint = f"no regulator has the id `{id}`", "say whose record it is with --regulator"
        raise ContentError([Problem(path, 1, 1, message, hint)])
    codes = codes_of_record(path, raw)
    imported = Imported({"regulator": regulator.id}, {"source-url": _ADDRESS})
    front = _trust(content, codes, given, imported)
    subject = Subject(imported.answers.get("trust", ""), front, path, regulator.id, regulator.front)
    (record,) = read_records([(path, raw)], subject)
    published = _published(record, given, today, imported)
    _inspected(record, published, imported)
    title = f"Record of the {record.kind} {record.code}, {record.name}".rstrip(", ")
    imported.answers["source-publisher"] = regulator.front.name
    imported.answers["source-type"] = "data"
    imported.answers["source-title"] = title
    imported.answers["source-published"] = "unknown"
    for option in given.keys() & {"inspected", "source-url"}:
        imported.remarks.pop(option, None)
    return replace(
        imported,
        ratings=[
            _row(listed)
            for listed in _of_report(record, published)
            if not _question(record, published, listed)
        ],
        doubtful=list(_doubts(record, published)),
    )


def _trust(
    content: Content, codes: list[str], given: Mapping[str, str], imported: Imported
) -> TrustFront:
    """Return the trust that a record is read for, and note its id, or why there is none."""
    words = {same(code) for code in codes}
    trusts = content.trusts.items()
    own = [id for id, trust in trusts if words & set(map(same, trust.front.codes.values()))]
    listed = ", ".join(codes)
    id = given.get("trust") or (own[0] if len(own) == 1 else "")
    if id:
        imported.answers["trust"] = id
    if not own:
        message = f"The record has the codes {listed}, and no trust here has one of them."
        hint = "Add one to the `codes` of the trust meant, or begin it with `new trust`."
        imported.remarks["trust"] = f"{message} {hint}"
    elif not id:
        message = f"The record has the codes {listed}, and several trusts here have one of them."
        imported.remarks["trust"] = f"{message} ({', '.join(own)})"
    elif id not in own:
        message = f"The record has the codes {listed}, which are those of {', '.join(own)}."
        imported.remarks["trust"] = message
    if id in own:
        return content.trusts[id].front
    return TrustFront(name="-", kind="other", codes={"record": codes[-1]} if codes else {})


def _published(
    record: Record, given: Mapping[str, str], today: date, imported: Imported
) -> PartialDate | None:
    """Return the day of the report that the draft is about, and note it; None if there is none."""
    dates = {report.published for report in record.reports}
    dates |= {listed.date for listed in record.listed}
    days = sorted((day for day in dates if day.known), key=PartialDate.sort_key)
    past = [day for day in days if not day.certainly_after(PartialDate.parse(today.isoformat()))]
    wanted = given.get("report-published")
    chosen = next((day for day in days if day.written == wanted), None) if wanted else None
    if not wanted and past:
        chosen = past[-1]
    remark = list(_about_reports(record, days, chosen, wanted, today))
    if chosen is not None and not wanted:
        imported.answers["report-published"] = chosen.written
    if remark:
        imported.remarks["report-published"] = " ".join(remark)
    return chosen


def _about_reports(
    record: Record,
    days: list[PartialDate],
    chosen: PartialDate | None,
    wanted: str | None,
    today: date,
) -> Iterator[str]:
    """Yield what is open about the choice of the report."""
    others = [day.bare() for day in reversed(days) if day != chosen]
    if not days:
        yield "The record names no report."
    elif chosen is None:
        yield f"The record has no report of that day, but of {_listed(others)}."
    elif others and not wanted:
        yield (
            f"Is this the report that the briefing is about? The record has others, of"
            f" {_listed(others)}; choose one with --report-published."
        )
    last = record.last_inspection
    if chosen is not None and not wanted and last.certainly_after(chosen):
        yield f"The record has {last.written} as the last inspection, which is later."
    if any(day.earliest and day.earliest > today for day in days):
        yield "A day in it is in the future."
    if record.deregistered:
        day = record.deregistered
        yield f"The {record.kind} is deregistered ({day}): none of its ratings is in force."


def _listed(days: list[str]) -> str:
    return ", ".join(days[:_DAYS]) + (" …" if len(days) > _DAYS else "")


def _inspected(record: Record, published: PartialDate | None, imported: Imported) -> None:
    """Note the first visit of the report, or the days that may have to do with it."""
    reports = [report for report in record.reports if report.published == published]
    visits = {report.first_visit.written for report in reports if report.first_visit.known}
    if len(visits) == 1:
        visit = PartialDate.parse(visits.pop())
        if published is None or not visit.certainly_after(published):
            imported.answers["inspected"] = visit.written
            imported.remarks["inspected"] = (
                "The record has the day of the first visit only. If there were more, write both"
                f" ends: {visit.written}/…"
            )
            return
        visits = {visit.written}
    remarks = [f"The record has {day} as a first visit." for day in sorted(visits)]
    begun = sorted({report.begun.written for report in reports if report.begun.known})
    remarks += [
        f"The record has {day} as the day of the assessment, which need not be that of a visit."
        for day in begun
    ]
    if not remarks and record.last_inspection.known:
        day = record.last_inspection.written
        remarks = [f"The record has {day} as the last inspection, and names no report of it."]
    imported.remarks["inspected"] = " ".join(remarks)


def _row(listed: Listed, *, carried_over: bool = False) -> dict[str, Any]:
    """Return one item of `ratings`."""
    thing = listed.thing
    row: dict[str, Any] = {"scope": thing.scope}
    if thing.scope != "trust":
        row["name"] = listed.name
    if thing.scope == "service" and listed.site:
        row["site"] = listed.site
    if thing.key_question != OVERALL:
        row["key_question"] = thing.key_question
    row["value"] = listed.value.id
    if listed.carried_over or carried_over:
        row["carried_over"] = True
    if listed.inherited_from:
        row["inherited_from"] = listed.inherited_from
    return {**row, "sources": ["A"]}


def _of_report(record: Record, published: PartialDate | None) -> Iterator[Listed]:
    """Yield the ratings of a report that have a value, each once."""
    seen = set()
    for listed in record.listed:
        key = (listed.thing, listed.value.id)
        if listed.value.id and listed.date == published and key not in seen:
            seen.add(key)
            yield listed


def _doubts(record: Record, published: PartialDate | None) -> list[Doubt]:
    """Return the questions about ratings, in the order of the record."""
    doubts: dict[str, list[Mapping[str, Any]]] = {}
    for listed in _of_report(record, published):
        question = _question(record, published, listed)
        if question:
            doubts.setdefault(question, []).append(_row(listed))
    for listed in record.ratings:
        is_earlier = published is not None and listed.date.certainly_before(published)
        if listed.value.id and (is_earlier or not listed.date.known):
            row = _row(listed, carried_over=is_earlier)
            question = (
                f"These ratings are in force, and of the report of {listed.date.bare()}. Write them"
                " here only if the report of this briefing repeats them."
            )
            if not listed.date.known:
                day = "The record gives no day for these ratings."
                question = f"{day} Were they given at this inspection?"
            doubts.setdefault(question, []).append(row)
    return list(doubts.items())


def _question(record: Record, published: PartialDate | None, listed: Listed) -> str:
    """Return what is open about a rating of the report; empty if nothing is."""
    values = {
        other.value.id for other in _of_report(record, published) if other.thing == listed.thing
    }
    if len(values) > 1:
        return "The record has several values for one thing on one day. Which is right?"
    if listed.superseded_by:
        by = listed.superseded_by
        return f"The area {listed.name} was superseded by {by}. Does its rating belong here?"
    if listed.inherited_from:
        related = [text for text in record.related if listed.inherited_from in text.split()]
        named = f" ({'; '.join(related)})" if related else ""
        return (
            f"These ratings were given to another organisation, {listed.inherited_from}{named}. Do"
            " they belong here? Then write its name as `inherited_from`."
        )
    if not listed.is_known:
        return (
            "The file of the regulator has no such service. Add it to `services`, or this name to"
            " the `aliases` of one."
        )
    return ""
