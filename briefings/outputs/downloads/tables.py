"""The tables of the downloads, each with its columns.

Names of columns are public: renaming one changes the interface. New ones are appended, so that
programs which read a column by its place keep working.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from briefings import urls
from briefings.content.records import Record
from briefings.content.schema.entities import RatingsCheck, TrustFront
from briefings.domain.enforcement import Action, action, action_keys
from briefings.domain.ledger.history import Totals, requirements_of_trust
from briefings.domain.ratings.covering import inspected_since
from briefings.domain.registers import Correction, changes_of, corrections, corrections_of
from briefings.domain.site import Site
from briefings.domain.visibility import newest_check
from briefings.engine import query
from briefings.outputs.downloads.ledger_tables import EVENTS, REQUIREMENTS
from briefings.outputs.downloads.table import (
    BRIEFING,
    CITED,
    NOTE,
    OF_BRIEFING,
    OF_TRUST,
    PASSED,
    PLACE,
    REGULATIONS,
    REGULATOR,
    TOPICS,
    TRUST,
    URL,
    Item,
    Table,
    boolean,
    briefing_ids,
    dated,
    day,
    ids,
    integer,
    list_table,
    moment,
    number,
    text,
)

BRIEFINGS = Table(
    name="briefings", title="Briefings", meaning="One row for each briefing", key=("id",),
    ids=briefing_ids, values=lambda site, id: [site.briefing[id]],
    references=OF_TRUST,
    columns=(
        text("id", "The briefing’s id; it never changes", "id"),
        text("title", "Its title", "front.title"),
        text("summary", "Its summary", "front.summary"),
        text("trust", TRUST, "front.trust"),
        ids("also_about", "Ids of other trusts that it is about, space-separated",
            "front.also_about"),
        text("regulator", REGULATOR, "front.regulator"),
        text("inspection_type", "The regulator’s type of inspection", "front.inspection.type"),
        text("notice", "Whether the trust knew beforehand", "front.inspection.notice"),
        text("method", "The regulator’s method", "front.inspection.method"),
        dated("inspected", "When inspectors were there, all visits together", "inspected"),
        dated("report_published", "When the regulator published its report",
              "front.inspection.report_published"),
        text("report_url", "The report’s address", "front.inspection.report_url"),
        moment("published", "When this briefing became public", "visible_from"),
        moment("updated", "When it was last changed", "updated"),
        dated("next_check", "When we plan to check it again", "front.next_check"),
        ids("topics", TOPICS, "front.topics"),
        text("reply", "Whether and how the trust replied", "front.reply.status"),
        URL,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Trust:
    """A trust, the numbers of its briefings and requirements, and these by status."""

    record: Record[TrustFront]
    briefings: int
    requirements: int
    totals: Totals

    @property
    def url(self) -> str:
        return urls.url_of("trust", self.record.id)

    @property
    def check(self) -> RatingsCheck | None:
        return newest_check(self.record.front)


def _trust(site: Site, id: str) -> list[_Trust]:
    ledger = requirements_of_trust(site, id)
    return [_Trust(site.trusts[id], len(site.by_trust[id]), len(ledger), Totals.of(ledger))]


def _codes(_: Site, trust: _Trust) -> str | None:
    """Return the codes of a trust with their schemes: `ods: RHA; urn: 123456`."""
    codes = trust.record.front.codes.items()
    return "; ".join(f"{scheme}: {code}" for scheme, code in codes) or None


TRUSTS = Table(
    name="trusts", title="Trusts", meaning="One row for each trust", key=("id",),
    ids=lambda site: site.trusts, values=_trust,
    columns=(
        text("id", "The trust’s id here; it never changes", "record.id"),
        text("name", "Its name", "record.front.name"),
        text("short_name", "The name used in lists", "record.front.short_name"),
        text("kind", "What kind of trust it is", "record.front.kind"),
        text("ods_code", "Its Organisation Data Service code",
             lambda _, trust: trust.record.front.codes.get("ods")),
        text("status", "open or closed", "record.front.status"),
        dated("opened", "When it was set up", "record.front.opened"),
        dated("closed", "When it was closed", "record.front.closed"),
        text("region", "Its region", "record.front.region"),
        text("icb", "Its integrated care board", "record.front.icb"),
        integer("briefings", "How many briefings are about it", "briefings"),
        integer("requirements", "How many requirements are on record", "requirements"),
        integer("requirements_open", "How many of them are open, as last recorded", "totals.open"),
        URL,
        integer("requirements_not_known", "Of how many a source says that the outcome is not known",
                "totals.unknown"),
        integer("requirements_raised", "How many were raised, with no order reported",
                "totals.raised"),
        day("ratings_checked", "When its ratings here were last held against the regulator’s list",
            "check.date.earliest"),
        text("ratings_checked_against", "What they were held against", "check.against"),
        text("codes", "All its codes, each after its scheme, between semicolons", _codes),
    ),
)  # fmt: skip


def _later_inspection(site: Site, rating: Item) -> str | None:
    later = inspected_since(site, rating.briefing, rating.value)
    return later.briefing.id if later else None


RATINGS = list_table(
    name="ratings", word="rating",
    meaning="One row for each rating in a briefing, ratings carried over from earlier included",
    key=("briefing", "number"),
    references={**OF_BRIEFING, **OF_TRUST, "later_inspection": "briefings"},
    columns=(
        text("briefing", BRIEFING, "briefing.id"),
        integer("number", PLACE, "number"),
        text("trust", TRUST, "briefing.front.trust"),
        text("regulator", REGULATOR, "briefing.front.regulator"),
        text("scope", "What was rated: trust, service or location", "value.scope"),
        text("name", "The service or location", "value.name"),
        text("site", "Where, if a service is rated at one site", "value.site"),
        text("key_question", "The key question, or overall", "value.key_question"),
        text("value", "The rating, or the word given instead (suspended, not-rated …)",
             "value.value"),
        text("scale", "The scale, where two share grades", "value.scale"),
        text("change", "How it compares with the previous rating, as reported", "value.change"),
        text("previous_value", "The previous rating, as reported", "value.previous.value"),
        dated("previous_date", "When the previous rating was published", "value.previous.date"),
        ids("replaces", "Earlier ratings that it replaces: all, or key questions",
            "value.replaces"),
        boolean("carried_over", "Given at an earlier inspection and still standing",
                "value.carried_over"),
        text("inherited_from", "The trust it was first given to", "value.inherited_from"),
        dated("inspected", "When inspectors were there", "briefing.inspected"),
        dated("report_published", "When the report was published",
              "briefing.front.inspection.report_published"),
        text("note", NOTE, "value.note"),
        ids("sources", CITED, "value.sources"),
        URL,
        text("later_inspection",
             "The id of the briefing on the newest inspection that covered the same since",
             _later_inspection),
    ),
)  # fmt: skip


def _deadlines(_: Site, action: Action) -> str | None:
    """Return the deadlines of an action as written, each with what it is for."""
    texts = [
        f"{deadline.date.written} ({deadline.about})" if deadline.about else deadline.date.written
        for deadline in action.deadlines
    ]
    return "; ".join(texts) or None


def _bound(end: str, choose: Callable[..., date | None]) -> Callable[[Site, Action], date | None]:
    """Return a function for the first or the last possible day of the deadlines of an action.

    None if any of them is open at that end.
    """

    def bound(_: Site, action: Action) -> date | None:
        days = [getattr(deadline.date, end) for deadline in action.deadlines]
        return None if None in days else choose(days, default=None)

    return bound


ENFORCEMENT = Table(
    name="enforcement", title="Enforcement actions",
    meaning="One row for each action, joined across briefings", key=("id",),
    ids=lambda site: map(" ".join, action_keys(site)),
    values=lambda site, id: [action(site, *id.split(" "))], references=OF_TRUST,
    columns=(
        text("id", "The action’s id, or its place in its one briefing", "key"),
        text("trust", TRUST, "trust"),
        text("regulator", REGULATOR, "regulator"),
        text("kind", "The regulator’s kind of enforcement", "kind"),
        text("text", "What it was about", "text"),
        integer("count", "How many notices it is", "count"),
        ids("regulations", REGULATIONS, "regulations"),
        boolean("mapped_by_us", "The regulation numbers are our reading", "mapped_by_us"),
        text("service", "About which service", "service"),
        text("site", "About which site", "site"),
        dated("served", "When it was served, asked for or begun", "served"),
        text("deadlines", "Deadlines as written, with what each was for, between semicolons",
             _deadlines),
        day("deadlines_earliest", "The earliest day that the first of them can be",
            _bound("earliest", min)),
        day("deadlines_latest", "The latest day that the last of them can be", _bound("latest",
            max)),
        text("status", "Status as last recorded", "status"),
        dated("ended", "When it ended", "ended"),
        text("outcome", "The outcome, as last recorded", "outcome"),
        ids("briefings", "Ids of the briefings that report it, space-separated",
            lambda _, action: dict.fromkeys(mention.briefing.id for mention in action.mentions)),
        URL,
        boolean("deadline_passed", PASSED, lambda site, action: bool(action.passed(site.clock))),
        boolean("count_at_least", "The count is the least that it can be", "at_least"),
    ),
)  # fmt: skip

FIGURES = list_table(
    name="figures", word="figure", meaning="One row for each figure in a briefing",
    key=("briefing", "number"), references={**OF_BRIEFING, **OF_TRUST},
    columns=(
        text("briefing", BRIEFING, "briefing.id"),
        integer("number", PLACE, "number"),
        text("trust", TRUST, "briefing.front.trust"),
        text("series", "Joins a measure across briefings", "value.series"),
        text("name", "What was measured", "value.name"),
        number("value", "The number", "value.value"),
        text("unit", "Its unit", "value.unit"),
        text("qualifier", "How exact it is", "value.qualifier"),
        dated("period", "The period or day it covers", "value.period"),
        number("previous_value", "The previous figure", "value.previous.value"),
        dated("previous_period", "The period of the previous figure", "value.previous.period"),
        text("direction", "How it moved, as reported", "value.direction"),
        text("note", NOTE, "value.note"),
        ids("sources", CITED, "value.sources"),
        URL,
    ),
)  # fmt: skip

SOURCES = list_table(
    name="sources", word="source", meaning="One row for each source of a briefing",
    key=("briefing", "key"), references=OF_BRIEFING,
    columns=(
        text("briefing", BRIEFING, "briefing.id"),
        text("key", "The source’s key within the briefing", "key"),
        integer("number", "Its number on the page", "number"),
        text("publisher", "Who published it", "value.publisher"),
        text("type", "What kind of document it is", "value.type"),
        text("title", "Its title", "value.title"),
        text("source_url", "Its address; empty where not known", "value.url"),
        dated("published", "When it was published", "value.published"),
        dated("accessed", "When the editor read it", "value.accessed"),
        text("archived_url", "A copy in a web archive", "value.archived_url"),
        text("licence", "Its licence", "value.licence"),
        text("note", NOTE, "value.note"),
        URL,
    ),
)  # fmt: skip


def _correction_ids(site: Site) -> list[str]:
    return [f"{correction.briefing.id}#{correction.number}" for correction in corrections(site)]


def _correction(site: Site, id: str) -> list[Correction]:
    briefing, _, number = id.partition("#")
    changes = corrections_of(site, site.briefing[briefing])
    return [change for change in changes if change.number == int(number)]


CORRECTIONS = Table(
    name="corrections", title="Corrections",
    meaning="One row for each correction, clarification, update and withdrawal",
    key=("briefing", "number"), ids=_correction_ids, values=_correction,
    columns=(
        text("briefing", "The briefing’s id", "briefing.id"),
        integer("number", "Which of its changes, from 1; 0 is its withdrawal", "number"),
        text("kind", "correction, clarification, update or withdrawal", "kind"),
        moment("moment", "When", "moment"),
        text("text", "What was changed, or why it was withdrawn", "text"),
        URL,
    ),
)  # fmt: skip


def _guid(site: Site, change: Correction) -> str:
    """Return the guid of the feed item of a change; of a minor one, which has none, its like."""
    anchor = "withdrawn" if change.is_withdrawal else f"change-{change.number}"
    return site.tag(f"briefing/{change.briefing.id}#{anchor}")


CHANGES = Table(
    name="changes", title="Changes",
    meaning="One row for each change to a published briefing, minor ones included, and each "
    "withdrawal",
    key=("id",), ids=lambda site: sorted(site.briefing), values=changes_of,
    size=lambda site, id: len(changes_of(site, id)), references=OF_TRUST,
    columns=(
        text("id", "The change’s id, which is that of its feed item; it never changes", _guid),
        text("briefing", "The briefing’s id", "briefing.id"),
        text("trust", TRUST, "briefing.front.trust"),
        integer("number", "Which of its changes, from 1; 0 is its withdrawal", "number"),
        text("kind", "correction, clarification, update, minor or withdrawal", "kind"),
        moment("moment", "When", "moment"),
        text("text", "What was changed, or why it was withdrawn", "text"),
        boolean("announced", "Whether it is in the corrections log and in the feeds",
                "is_announced"),
        URL,
    ),
)  # fmt: skip

#: Every table, in the order of the data page. Withdrawn briefings have rows in the last two only.
TABLES = (
    BRIEFINGS, TRUSTS, RATINGS, REQUIREMENTS, EVENTS, ENFORCEMENT, FIGURES, SOURCES, CORRECTIONS,
    CHANGES,
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}


@query
def row_count(site: Site, name: str) -> int:
    """Return the number of rows of a table; no row is made to count them."""
    table = BY_NAME[name]
    return sum(table.size(site, id) for id in table.ids(site))
