"""Schema of the front matter of a briefing, `content/briefings/<year>/<id>.md`."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, PlainValidator
from pydantic.dataclasses import dataclass

from briefings.content.schema.blocks import (
    STRICT,
    AliasPath,
    Distinct,
    Items,
    Shape,
    Url,
    block,
    doc,
    shaped,
    word,
    wrong,
)
from briefings.content.schema.types import (
    DATE_SHAPE,
    OVERALL,
    ActionStatus,
    Change,
    Cited,
    Count,
    Date,
    Direction,
    EventKind,
    Flag,
    Id,
    Notice,
    Number,
    Qualifier,
    RegulationNumber,
    ReplyStatus,
    Revision,
    Scope,
    Sources,
    Span,
    Speaker,
    Summary,
    Text,
    Title,
    VacatedAnchors,
    When,
    id_fault,
)
from briefings.content.similarity import did_you_mean
from briefings.store.compact import compact

#: The parsed value of `replaces: all`.
REPLACES_ALL = ("all",)


def _visits(value: Any) -> Any:
    # A single date or interval is short for a list of one group.
    if isinstance(value, list) and any(isinstance(visit, str) for visit in value):
        hint = "write one date or interval, or a list of groups: [{date: 2025-06-01}, …]"
        raise wrong("visits are listed as groups", hint)
    return [{"date": value}] if isinstance(value, str) else value


@block
class Visit:
    """One visit, or one stretch of days, of an inspection."""

    date: Annotated[Date, doc("When inspectors were there.")]
    about: Annotated[Text | None, doc("What this visit looked at.")] = None


@block
class Covered:
    """One thing that an inspection looked at, whether it was graded or not."""

    scope: Annotated[Scope, doc("What was looked at.")]
    name: Annotated[
        Text | None, doc("The service or location, as the regulator names it.", listed="services")
    ] = None
    site: Annotated[Text | None, doc("Where, when a service was seen at one site.")] = None


@block
class Inspection:
    """What was inspected, when, and where the report is."""

    type: Annotated[Id, doc("One of the regulator's inspection types.", listed="inspection_types")]
    inspected: Annotated[
        Items[Visit],
        BeforeValidator(_visits, json_schema_input_type=shaped(DATE_SHAPE) | list[Visit]),
        doc("When inspectors were there: a date, or a list of {date, about}."),
    ]
    report_published: Annotated[Date, doc("When the report came out, or unknown.")]
    report_url: Annotated[Url | None, doc("The report's address.")] = None
    notice: Annotated[Notice | None, doc("Whether the trust knew that inspectors would come.")] = (
        None
    )
    method: Annotated[Text | None, doc("The regulator's method in force.", listed="methods")] = None
    covers: Annotated[Items[Covered], doc("What was looked at, graded or not.")] = ()
    note: Annotated[Text | None, doc("Anything else about the inspection.")] = None
    sources: Annotated[Cited, doc("Sources for these dates.")] = ()


@block
class PreviousRating:
    """What the rating was before."""

    value: Annotated[Id, doc("The earlier grade.", listed="grades")]
    date: Annotated[Date, doc("When the earlier rating was published, or unknown.")]
    method: Annotated[Text | None, doc("The method it was given under.", listed="methods")] = None
    sources: Annotated[Cited, doc("Sources for the earlier rating.")] = ()


def _replaces(value: Any) -> tuple[str, ...]:
    if value == "all":
        return REPLACES_ALL
    if value == []:
        raise wrong("this list is empty", "fill it in or remove the line")
    if not isinstance(value, list):
        raise wrong("`replaces` is neither all nor a list", "write all, or [safe, caring]")
    for item in value:
        if not isinstance(item, str) or id_fault(item.strip()):
            raise wrong("`replaces` lists key questions", "write all, or [safe, caring]")
    return tuple(item.strip() for item in value)


Replaces = Annotated[
    tuple[str, ...],
    PlainValidator(_replaces, json_schema_input_type=shaped({"const": "all"}) | list[Id]),
]


@block
class Rating:
    """One grade, or one word outside the scale, for one thing and one key question."""

    scope: Annotated[Scope, doc("What was rated.")]
    value: Annotated[
        Id, doc("The grade: an id of the scale in force, or of `outside_scale`.", listed="grades")
    ]
    sources: Cited
    name: Annotated[
        Text | None, doc("The service or location, as the regulator names it.", listed="services")
    ] = None
    site: Annotated[Text | None, doc("Where, when a service is rated at one site.")] = None
    key_question: Annotated[
        Id, doc("The key question; overall when left out.", listed="key_questions")
    ] = OVERALL
    scale: Annotated[Id | None, doc("Which scale, where two share grades.", listed="scales")] = None
    change: Annotated[Change | None, doc("How it compares with the one before.")] = None
    previous: Annotated[PreviousRating | None, doc("What it was before.")] = None
    replaces: Annotated[Replaces | None, doc("Earlier ratings that this one retires.")] = None
    carried_over: Annotated[Flag, doc("Given at an earlier inspection and still standing.")] = False
    inherited_from: Annotated[Text | None, doc("The trust that it was given to.")] = None
    note: Annotated[Text | None, doc("What a reader should know.")] = None


_COUNT_KEYS = ("total", "note", "sources")


@lru_cache(maxsize=256)
def _near(key: str) -> str | None:
    """Return the key of `_COUNT_KEYS` that `key` is or misspells, or None.

    Cached, as every briefing has the same few ratings.
    """
    return did_you_mean(key, _COUNT_KEYS)


def _open_keys(value: Any) -> Any:
    """Move every key of `service_counts` that is a rating's id into `counts`.

    `{total, good: 10, …}` becomes `{total, counts: {good: 10, …}}`. Every key that is not one of
    `_COUNT_KEYS` is taken for a rating's id, except a misspelt one whose correct key is absent:
    it stays where it is and is reported as an unknown key.
    """
    if not isinstance(value, dict):
        return value
    fixed: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    for key, entry in value.items():
        near = _near(key)
        misspelt = near is not None and near not in value
        (fixed if key in _COUNT_KEYS or misspelt else counts)[key] = entry
    return {**fixed, "counts": counts}


def _as_written(shape: Shape) -> None:
    """Change the JSON Schema of `service_counts`, in place, to the form that editors write.

    There is no key `counts` in it: each rating's id is a key of the group itself.
    """
    counts = shape["properties"].pop("counts")
    shape["required"].remove("counts")
    ((_, count),) = counts["patternProperties"].items()
    inner = {name: counts[name] for name in ("description", "x-listed")}
    shape["additionalProperties"] = count | inner


@compact
@dataclass(
    frozen=True, slots=True, kw_only=True, config=STRICT | ConfigDict(json_schema_extra=_as_written)
)
class ServiceCounts:
    """How many services hold each rating."""

    total: Annotated[Count, doc("How many services there are.")]
    sources: Cited
    counts: Annotated[
        dict[Id, Count], doc("A rating's id, and how many services hold it.", listed="grades")
    ]
    note: Annotated[Text | None, doc("Why the numbers do not add up to the total.")] = None


@block
class Breach:
    """A regulation found to be broken."""

    text: Annotated[Text, doc("What was found, in our words.")]
    sources: Cited
    regulation: Annotated[
        RegulationNumber | None, doc("The number of the regulation.", listed="regulations")
    ] = None
    count: Annotated[Count | None, doc("How many breaches.")] = None
    service: Annotated[Text | None, doc("In which service.", listed="services")] = None
    site: Annotated[Text | None, doc("At which site.")] = None
    mapped_by_us: Annotated[Flag, doc("The regulation's number is our reading.")] = False


@block
class Deadline:
    """A day by which an enforcement action had to be answered."""

    date: Annotated[Date, doc("The deadline.")]
    about: Annotated[Text | None, doc("What had to be done by then.")] = None


@block
class Enforcement:
    """A use of the regulator's powers."""

    kind: Annotated[
        Id, doc("One of the regulator's enforcement kinds.", listed="enforcement_kinds")
    ]
    text: Annotated[Text, doc("What it was about.")]
    served: Annotated[Date, doc("When it was served, asked for or begun, or unknown.")]
    sources: Cited
    id: Annotated[Id | None, doc("Joins the same action across briefings.")] = None
    regulations: Annotated[
        Distinct[RegulationNumber], doc("Numbers of regulations.", listed="regulations")
    ] = ()
    mapped_by_us: Annotated[Flag, doc("The regulation numbers are our reading.")] = False
    count: Annotated[Count | None, doc("How many notices.")] = None
    at_least: Annotated[Flag, doc("The count is the least that it can be.")] = False
    service: Annotated[Text | None, doc("About which service.", listed="services")] = None
    site: Annotated[Text | None, doc("About which site.")] = None
    deadlines: Annotated[Items[Deadline], doc("When it had to be met.")] = ()
    status: Annotated[ActionStatus | None, doc("How it stands, as last recorded.")] = None
    ended: Annotated[Date | None, doc("When it ended.")] = None
    outcome: Annotated[Text | None, doc("What came of it, such as a fine.")] = None


@block
class Event:
    """One event in the life of a requirement, for the ledger."""

    id: Annotated[Id, doc("The requirement's id.")]
    event: Annotated[EventKind, doc("What happened.")]
    date: Annotated[Date, doc("The visit that found it, else the notice, else the report.")]
    sources: Cited
    deadline: Annotated[Date | None, doc("By when it had to be done.")] = None
    note: Annotated[
        Text | None, doc("What a reader should know; of a refusal, the reason that was given.")
    ] = None


@block
class Finding:
    """A concern or a strength."""

    text: Annotated[Text, doc("What was found, in our words.")]
    sources: Cited
    topic: Annotated[Id | None, doc("A topic's id.")] = None


@block
class PreviousFigure:
    """The figure before."""

    value: Annotated[Number, doc("The earlier number.")]
    period: Annotated[Span | None, doc("The period it covers.")] = None


@block
class Figure:
    """One number with its unit and period."""

    name: Annotated[Text, doc("What was measured.")]
    value: Annotated[Number, doc("The number, digits only.")]
    unit: Annotated[Text, doc("Its unit: GBP, per cent, cases …")]
    sources: Cited
    period: Annotated[Span | None, doc("The period or day it covers.")] = None
    qualifier: Annotated[Qualifier | None, doc("How exact it is.")] = None
    previous: Annotated[PreviousFigure | None, doc("The figure before.")] = None
    direction: Annotated[Direction | None, doc("How it moved.")] = None
    series: Annotated[Id | None, doc("Joins a measure across briefings.")] = None
    note: Annotated[Text | None, doc("What a reader should know.")] = None


@block
class Statement:
    """What somebody said: the gist in our words, or a quotation."""

    who: Annotated[Text, doc("Who said it.")]
    role: Annotated[Text, doc("In what role.")]
    speaks_for: Annotated[Speaker, doc("For whom.")]
    sources: Cited
    gist: Annotated[Text | None, doc("What was said, in our words.")] = None
    quote: Annotated[Text | None, doc("The words themselves.")] = None


@block
class Reply:
    """What the trust says, or that it was not asked."""

    status: Annotated[ReplyStatus, doc("Whether and how the trust replied.")]
    who: Annotated[Text | None, doc("Who replied.")] = None
    role: Annotated[Text | None, doc("In what role.")] = None
    asked: Annotated[Date | None, doc("When the trust was asked.")] = None
    gist: Annotated[Text | None, doc("What it says, in our words.")] = None
    url: Annotated[Url | None, doc("Where the reply can be read.")] = None
    reason: Annotated[Text | None, doc("Why it was not asked.")] = None
    sources: Annotated[Cited, doc("Sources for the reply.")] = ()


@block
class TimelineEntry:
    """One dated thing that happened."""

    date: Annotated[Date, doc("When.")]
    text: Annotated[Text, doc("What happened.")]
    sources: Cited


@block
class Discrepancy:
    """Where sources differ, and how the briefing treats it."""

    about: Annotated[Text, doc("On what they differ.")]
    text: Annotated[Text, doc("How, and what this briefing does about it.")]
    sources: Cited


@block
class Withdrawal:
    """When and why a briefing was withdrawn."""

    date: Annotated[When, doc("When it was withdrawn.")]
    reason: Annotated[Text, doc("Why, for the public.")]
    hide: Annotated[
        Distinct[Annotated[str, word("title", "changes")]],
        doc("What of it was the mistake and is named nowhere any more: title, changes or both."),
    ] = ()


@block
class Person:
    """An official named on the page."""

    name: Annotated[Text, doc("The name.")]
    role: Annotated[Text, doc("The role.")]


@block
class BriefingFront:
    """The front matter of a briefing."""

    title: Annotated[Title, doc("Up to 110 characters; no judgement but the regulator's.")]
    summary: Annotated[Summary, doc("Up to 320 characters.")]
    trust: Annotated[Id, doc("The trust's id.")]
    regulator: Annotated[Id, doc("The regulator's id.")]
    inspection: Annotated[Inspection, doc("What was inspected, and when.")]
    published: Annotated[When, doc("When this briefing becomes visible.")]
    sources: Annotated[Sources, doc("The sources, each under a key of its own.")]
    status: Annotated[
        str, word("draft", "published", "withdrawn"), doc("draft, published or withdrawn.")
    ] = "published"
    withdrawn: Annotated[Withdrawal | None, doc("Date and reason of a withdrawal.")] = None
    embargo_until: Annotated[When | None, doc("Not visible before this moment.")] = None
    also_about: Annotated[Distinct[Id], doc("Other trusts whose lists show it.")] = ()
    topics: Annotated[Distinct[Id], doc("Ids of topics.")] = ()
    ratings: Annotated[Items[Rating], doc("The ratings given.")] = ()
    service_counts: Annotated[
        ServiceCounts | None,
        BeforeValidator(_open_keys),
        doc("How many services hold each rating."),
    ] = None
    breaches: Annotated[Items[Breach], doc("Regulations found broken.")] = ()
    enforcement: Annotated[Items[Enforcement], doc("Uses of the regulator's powers.")] = ()
    requirements: Annotated[Items[Event], doc("Events for the ledger.")] = ()
    concerns: Annotated[Items[Finding], doc("What inspectors worried about.")] = ()
    strengths: Annotated[Items[Finding], doc("What inspectors found good.")] = ()
    figures: Annotated[Items[Figure], doc("Numbers with unit and period.")] = ()
    statements: Annotated[Items[Statement], doc("Who said what.")] = ()
    reply: Annotated[Reply | None, doc("The trust's reply.")] = None
    timeline: Annotated[Items[TimelineEntry], doc("What happened when.")] = ()
    discrepancies: Annotated[Items[Discrepancy], doc("Where sources differ.")] = ()
    not_known: Annotated[Items[Text], doc("What no source says.")] = ()
    changes: Annotated[Items[Revision], doc("Changes since publication, oldest first.")] = ()
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
    vacated: VacatedAnchors = ()
    people: Annotated[Items[Person], doc("Officials named on the page.")] = ()
    written_by: Annotated[Text | None, doc("Who wrote it.")] = None
    checked_by: Annotated[Text | None, doc("Who read it a second time.")] = None
    next_check: Annotated[Date | None, doc("When it should be looked at again.")] = None
