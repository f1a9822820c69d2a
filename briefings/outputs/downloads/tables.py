"""The tables of the downloads. Column names are public: renaming one changes the interface."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache, partial
from typing import TypeVar

from briefings import anchors
from briefings.content.loader import Record
from briefings.content.schema import Figure, Rating, Source, TrustFront
from briefings.domain.ledger import History, Totals, histories
from briefings.domain.ratings import inspected_since
from briefings.domain.registers import Correction, corrections
from briefings.domain.site import Briefing, Site
from briefings.outputs.downloads.columns import (
    BRIEFING,
    ORDER,
    REGULATOR,
    SOURCES,
    TRUST,
    URL,
    joined,
    page,
)
from briefings.outputs.downloads.items import alone, by_file, listed, number_of
from briefings.outputs.downloads.ledger import enforcement, events, requirements
from briefings.outputs.downloads.table import Column, Row, Table, dated, dates_of, table, text

T = TypeVar("T")


@lru_cache(maxsize=2)  # used by the files, the data package and the data page
def tables(site: Site) -> tuple[Table, ...]:
    """Return every table, in the order of the data page.

    Withdrawn briefings have rows in `corrections` only.
    """
    told = histories(site)
    return (
        _briefings(site),
        _trusts(site, told),
        _ratings(site),
        requirements(site, told),
        events(site, told),
        enforcement(site),
        _figures(site),
        _sources(site),
        _corrections(site),
    )


def _briefings(site: Site) -> Table:
    def row(one: Briefing) -> Row:
        front = one.front
        inspection = front.inspection
        return {
            "id": one.id,
            "title": front.title,
            "summary": front.summary,
            "trust": front.trust,
            "also_about": joined(front.also_about),
            "regulator": front.regulator,
            "inspection_type": inspection.type,
            "notice": inspection.notice,
            "method": inspection.method,
            **dates_of("inspected", one.inspected),
            **dates_of("report_published", inspection.report_published),
            "report_url": inspection.report_url,
            "published": one.visible_from.isoformat(),
            "updated": one.updated.isoformat(),
            **dates_of("next_check", front.next_check),
            "topics": joined(front.topics),
            "reply": front.reply.status if front.reply else None,
            "url": page(site, one.url),
        }

    return table(
        "briefings",
        "Briefings",
        "One row for each briefing",
        ("id",),
        (
            text("id", "The briefing’s id; it never changes"),
            text("title", "Its title"),
            text("summary", "Its summary"),
            TRUST,
            text("also_about", "Ids of other trusts that it is about, space-separated"),
            REGULATOR,
            text("inspection_type", "The regulator’s type of inspection"),
            text("notice", "Whether the trust knew beforehand"),
            text("method", "The regulator’s method"),
            dated("inspected", "When inspectors were there, all visits together"),
            dated("report_published", "When the regulator published its report"),
            text("report_url", "The report’s address"),
            Column("published", "datetime", "When this briefing became public"),
            Column("updated", "datetime", "When it was last changed"),
            dated("next_check", "When we plan to check it again"),
            text("topics", "Ids of topics, space-separated"),
            text("reply", "Whether and how the trust replied"),
            URL,
        ),
        lambda: site.briefings,
        row,
        lambda: ((one.path, partial(alone, one)) for one in site.briefings),
        shows=frozenset({"title", "summary", "reply", "next_check"}),
    )


def _trusts(site: Site, told: dict[str, History]) -> Table:
    mine: defaultdict[str, list[History]] = defaultdict(list)
    for history in told.values():
        mine[history.front.trust].append(history)

    def row(record: Record[TrustFront]) -> Row:
        id, front = record.id, record.front
        totals = Totals.of(mine[id])
        return {
            "id": id,
            "name": front.name,
            "short_name": front.short_name,
            "kind": front.kind,
            "ods_code": front.codes.get("ods"),
            "status": front.status,
            **dates_of("opened", front.opened),
            **dates_of("closed", front.closed),
            "region": front.region,
            "icb": front.icb,
            "briefings": len(site.by_trust[id]),
            "requirements": len(mine[id]),
            "requirements_open": totals.open,
            "url": page(site, f"/trusts/{id}/"),
            "requirements_not_known": totals.unknown,
            "requirements_raised": totals.raised,
        }

    return table(
        "trusts",
        "Trusts",
        "One row for each trust",
        ("id",),
        (
            text("id", "The trust’s id here; it never changes"),
            text("name", "Its name"),
            text("short_name", "The name used in lists"),
            text("kind", "What kind of trust it is"),
            text("ods_code", "Its NHS Organisation Data Service code"),
            text("status", "open or closed"),
            dated("opened", "When it was set up"),
            dated("closed", "When it was closed"),
            text("region", "Its NHS region"),
            text("icb", "Its integrated care board"),
            Column("briefings", "integer", "How many briefings are about it"),
            Column("requirements", "integer", "How many requirements are on record"),
            Column("requirements_open", "integer", "How many of them are open, as last recorded"),
            URL,
            Column(
                "requirements_not_known",
                "integer",
                "Of how many a source says that the outcome is not known",
            ),
            Column(
                "requirements_raised", "integer", "How many were raised, with no order reported"
            ),
        ),
        site.trusts.values,
        row,
        shows=frozenset({"trust"}),
    )


def _ratings(site: Site) -> Table:
    def row(each: tuple[Briefing, int, Rating]) -> Row:
        one, n, rating = each
        number = anchors.number("rating", n - 1, one.front.vacated)
        before, later = rating.previous, inspected_since(site, one, rating)
        return {
            "briefing": one.id,
            "number": number,
            "trust": one.front.trust,
            "regulator": one.front.regulator,
            "scope": rating.scope,
            "name": rating.name,
            "site": rating.site,
            "key_question": rating.key_question,
            "value": rating.value,
            "scale": rating.scale,
            "change": rating.change,
            "previous_value": before.value if before else None,
            **dates_of("previous_date", before.date if before else None),
            "replaces": joined(rating.replaces or ()),
            "carried_over": rating.carried_over,
            "inherited_from": rating.inherited_from,
            **dates_of("inspected", one.inspected),
            **dates_of("report_published", one.front.inspection.report_published),
            "note": rating.note,
            "sources": joined(rating.sources),
            "url": page(site, f"{one.url}#rating-{number}"),
            "later_inspection": later.briefing.id if later else None,
        }

    return table(
        "ratings",
        "Ratings",
        "One row for each rating in a briefing, ratings carried over from earlier included",
        ("briefing", "number"),
        (
            BRIEFING,
            ORDER,
            TRUST,
            REGULATOR,
            text("scope", "What was rated: trust, service or location"),
            text("name", "The service or location"),
            text("site", "Where, if a service is rated at one site"),
            text("key_question", "The key question, or overall"),
            text("value", "The rating, or the word given instead (suspended, not-rated …)"),
            text("scale", "The scale, where two share grades"),
            text("change", "How it compares with the previous rating, as reported"),
            text("previous_value", "The previous rating, as reported"),
            dated("previous_date", "When the previous rating was published"),
            text("replaces", "Earlier ratings that it replaces: all, or key questions"),
            Column("carried_over", "boolean", "Given at an earlier inspection and still standing"),
            text("inherited_from", "The trust it was first given to"),
            dated("inspected", "When inspectors were there"),
            dated("report_published", "When the report was published"),
            text("note", "A note for readers"),
            SOURCES,
            URL,
            text(
                "later_inspection",
                "The id of the briefing on the newest inspection that covered the same since",
            ),
        ),
        lambda: listed(site, lambda one: one.front.ratings),
        row,
        lambda: by_file(site, lambda one: one.front.ratings),
        shows=frozenset({"ratings"}),
    )


def _figures(site: Site) -> Table:
    def row(each: tuple[Briefing, int, Figure]) -> Row:
        one, n, figure = each
        number = anchors.number("figure", n - 1, one.front.vacated)
        before = figure.previous
        return {
            "briefing": one.id,
            "number": number,
            "trust": one.front.trust,
            "series": figure.series,
            "name": figure.name,
            "value": figure.value,
            "unit": figure.unit,
            "qualifier": figure.qualifier,
            **dates_of("period", figure.period),
            "previous_value": before.value if before else None,
            **dates_of("previous_period", before.period if before else None),
            "direction": figure.direction,
            "note": figure.note,
            "sources": joined(figure.sources),
            "url": page(site, f"{one.url}#figure-{number}"),
        }

    return table(
        "figures",
        "Figures",
        "One row for each figure in a briefing",
        ("briefing", "number"),
        (
            BRIEFING,
            ORDER,
            TRUST,
            text("series", "Joins a measure across briefings"),
            text("name", "What was measured"),
            Column("value", "number", "The number"),
            text("unit", "Its unit"),
            text("qualifier", "How exact it is"),
            dated("period", "The period or day it covers"),
            Column("previous_value", "number", "The previous figure"),
            dated("previous_period", "The period of the previous figure"),
            text("direction", "How it moved, as reported"),
            text("note", "A note for readers"),
            SOURCES,
            URL,
        ),
        lambda: listed(site, lambda one: one.front.figures),
        row,
        lambda: by_file(site, lambda one: one.front.figures),
        shows=frozenset({"figures"}),
        size=partial(number_of, site, "figures"),
    )


def _sources(site: Site) -> Table:
    def row(each: tuple[Briefing, int, tuple[str, Source]]) -> Row:
        one, n, (key, source) = each
        return {
            "briefing": one.id,
            "key": key,
            "number": n,
            "publisher": source.publisher,
            "type": source.type,
            "title": source.title,
            "source_url": source.url,
            **dates_of("published", source.published),
            **dates_of("accessed", source.accessed),
            "archived_url": source.archived_url,
            "licence": source.licence,
            "note": source.note,
            "url": page(site, f"{one.url}#source-{key}"),
        }

    return table(
        "sources",
        "Sources",
        "One row for each source of a briefing",
        ("briefing", "key"),
        (
            BRIEFING,
            text("key", "The source’s key within the briefing"),
            Column("number", "integer", "Its number on the page"),
            text("publisher", "Who published it"),
            text("type", "What kind of document it is"),
            text("title", "Its title"),
            text("source_url", "Its address; empty where not known"),
            dated("published", "When it was published"),
            dated("accessed", "When the editor read it"),
            text("archived_url", "A copy in a web archive"),
            text("licence", "Its licence"),
            text("note", "A note for readers"),
            URL,
        ),
        lambda: listed(site, lambda one: one.front.sources.items()),
        row,
        lambda: by_file(site, lambda one: one.front.sources.items()),
        shows=frozenset({"sources"}),
        size=partial(number_of, site, "sources"),
    )


def _corrections(site: Site) -> Table:
    def row(one: Correction) -> Row:
        return {
            "briefing": one.briefing.id,
            "number": one.number,
            "kind": one.kind,
            "moment": one.moment.isoformat(),
            "text": one.text,
            "url": page(site, one.url),
        }

    return table(
        "corrections",
        "Corrections",
        "One row for each correction, clarification, update and withdrawal",
        ("briefing", "number"),
        (
            text("briefing", "The briefing’s id"),
            Column("number", "integer", "Which of its changes, from 1; 0 is its withdrawal"),
            text("kind", "correction, clarification, update or withdrawal"),
            Column("moment", "datetime", "When"),
            text("text", "What was changed, or why it was withdrawn"),
            URL,
        ),
        lambda: corrections(site),
        row,
        shows=frozenset(),
    )
