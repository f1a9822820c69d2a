"""Schemas of trusts, regulators, requirements, topics and pages."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Annotated

from briefings.content.schema.blocks import (
    AliasPath,
    Distinct,
    Items,
    Url,
    block,
    doc,
    is_web_address,
    scalar,
    word,
    wrong,
)
from briefings.content.schema.types import (
    OVERALL,
    Cited,
    Date,
    Day,
    Flag,
    Id,
    Labelled,
    Number,
    Qualifier,
    Rank,
    RegulationNumber,
    Revision,
    Sources,
    Text,
    VacatedAnchors,
    When,
)


@block
class FormerName:
    """A name that the trust had before."""

    name: Annotated[Text, doc("The earlier name.")]
    until: Annotated[Date, doc("Until when it was used.")]


@block
class Predecessor:
    """An organisation that this trust took over or grew out of."""

    date: Annotated[Date, doc("When.")]
    reason: Annotated[Text, doc("How, such as merger.")]
    id: Annotated[Id | None, doc("The trust's id, if it has a page here.")] = None
    name: Annotated[Text | None, doc("Its name, if it has no page here.")] = None


@block
class SiteOfTrust:
    """A hospital or other place run by the trust."""

    name: Annotated[Text, doc("Its name.")]
    code: Annotated[Text | None, doc("Its code.")] = None


@block
class Size:
    """A number about the trust as a whole."""

    value: Annotated[Number, doc("The number, digits only.")]
    sources: Cited
    qualifier: Annotated[Qualifier | None, doc("How exact it is.")] = None
    as_of: Annotated[Date | None, doc("For when it holds.")] = None


@block
class RatingsCheck:
    """One comparison of the trust's ratings here with the regulator's own list."""

    date: Annotated[Day, doc("The day of the check; shown from that day on.")]
    against: Annotated[Text, doc("What they were held against.")]
    note: Annotated[Text | None, doc("What a reader should know of it.")] = None


@block
class TrustFront:
    """The front matter of a trust."""

    name: Annotated[Text, doc("Its full name.")]
    kind: Annotated[Text, doc("What kind of trust it is.", listed="organisations")]
    codes: Annotated[dict[Id, Text], doc("Its codes, such as ods: RHA.")] = field(
        default_factory=dict
    )
    short_name: Annotated[Text | None, doc("The name used in lists.")] = None
    also_known_as: Annotated[Distinct[Text], doc("Other names in use.")] = ()
    former_names: Annotated[Items[FormerName], doc("Earlier names.")] = ()
    predecessors: Annotated[Items[Predecessor], doc("Organisations it took over.")] = ()
    status: Annotated[str, word("open", "closed"), doc("open or closed.")] = "open"
    opened: Annotated[Date | None, doc("When it was set up.")] = None
    closed: Annotated[Date | None, doc("When it was closed.")] = None
    region: Annotated[Text | None, doc("Its region.")] = None
    icb: Annotated[Text | None, doc("Its integrated care board.")] = None
    councils: Annotated[Distinct[Text], doc("Councils whose area it serves.")] = ()
    sites: Annotated[Items[SiteOfTrust], doc("Its hospitals and other places.")] = ()
    places: Annotated[
        Distinct[Text], doc("Towns, hospitals and postcode districts by which people look for it.")
    ] = ()
    staff: Annotated[Size | None, doc("How many people work there.")] = None
    locations: Annotated[Size | None, doc("How many places it works from.")] = None
    population: Annotated[Size | None, doc("How many people it serves.")] = None
    website: Annotated[Url | None, doc("Its own site.")] = None
    regulator_pages: Annotated[dict[Id, Url], doc("Regulator id → its page there.")] = field(
        default_factory=dict
    )
    ratings_checked: Annotated[
        Items[RatingsCheck], doc("When its ratings were held against the regulator's own list.")
    ] = ()
    published: Annotated[When | None, doc("Its page is not public before this moment.")] = None
    embargo_until: Annotated[When | None, doc("Nor before this one.")] = None
    sources: Annotated[Sources, doc("Sources for the facts above.")] = field(default_factory=dict)
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
    vacated: VacatedAnchors = ()


@block
class Look:
    """A day on which someone looked for news of a requirement and found none."""

    date: Annotated[Day, doc("The day, such as 2026-11-03; shown from that day on.")]
    where: Annotated[Text, doc("Where they looked: which pages, papers or registers.")]
    note: Annotated[Text | None, doc("What a reader should know.")] = None


@block
class Ask:
    """A day on which the publisher asked the trust about a requirement."""

    date: Annotated[Day, doc("The day, such as 2026-06-05; shown from that day on.")]
    answered: Annotated[Day | None, doc("The day of its answer; none yet when left out.")] = None
    note: Annotated[Text | None, doc("What a reader should know.")] = None


@block
class RequirementFront:
    """One thing that a regulator told a trust to do; its history comes from briefings."""

    trust: Annotated[Id, doc("The trust's id.")]
    regulator: Annotated[Id, doc("The regulator's id.")]
    title: Annotated[Text, doc("What must be done, in a few words.")]
    text: Annotated[Text, doc("What must be done, in full.")]
    regulations: Annotated[
        Distinct[RegulationNumber], doc("Numbers of regulations.", listed="regulations")
    ] = ()
    service: Annotated[Text | None, doc("In which service.", listed="services")] = None
    site: Annotated[Text | None, doc("At which site.")] = None
    topics: Annotated[Distinct[Id], doc("Ids of topics.")] = ()
    owner: Annotated[Text | None, doc("The office that answers for it; never a person.")] = None
    priority: Annotated[Text | None, doc("How urgent it is, in the regulator's own word.")] = None
    looked: Annotated[Items[Look], doc("When someone looked for news and found none.")] = ()
    asked: Annotated[Items[Ask], doc("When the publisher asked the trust about it.")] = ()
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
    vacated: VacatedAnchors = ()


@block
class TopicFront:
    """The front matter of a topic."""

    name: Annotated[Text, doc("Its name.")]
    summary: Annotated[Text, doc("One sentence on what it covers.")]
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()


@block
class PageFront:
    """The front matter of a plain page."""

    title: Annotated[Text, doc("Its title.")]
    summary: Annotated[Text | None, doc("One sentence on what it says.")] = None
    changes: Annotated[Items[Revision], doc("Changes, oldest first.")] = ()
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()


@block
class Grade(Labelled):
    """One value of a scale."""

    rank: Annotated[Rank, doc("Its place on the scale; 1 is best.")]
    definition: Annotated[Text | None, doc("What the regulator means by it.")] = None


@block
class Scale:
    """An ordered set of grades, in force for a time."""

    id: Annotated[Id, doc("The scale's id.")]
    label: Annotated[Text, doc("Its name.")]
    values: Annotated[Items[Grade], doc("Its grades.")]
    from_: Annotated[Date | None, doc("In force from.", alias="from")] = None
    to: Annotated[Date | None, doc("In force until.")] = None
    comparable_with: Annotated[Distinct[Id], doc("Scales whose grades can be compared.")] = ()


@block
class OutsideValue(Labelled):
    """A word that stands where a grade would, and is none."""

    meaning: Annotated[Text, doc("What it means, in plain English.")]
    ends_rating: Annotated[Flag, doc("No grade holds any longer (suspended).")] = False


@block
class Service:
    """A kind of service, under the regulator's name for it."""

    label: Annotated[Text, doc("The regulator's name.")]
    aliases: Annotated[Distinct[Text], doc("Other names for it.")] = ()


@block
class Method(Labelled):
    """A way of inspecting, in use for a time."""

    from_: Annotated[Date | None, doc("In use from.", alias="from")] = None
    to: Annotated[Date | None, doc("In use until.")] = None


@block
class KeyQuestion(Labelled):
    """A question that the regulator asks, in use for a time."""

    from_: Annotated[Date | None, doc("Asked from.", alias="from")] = None
    to: Annotated[Date | None, doc("Asked until.")] = None


@block
class Power(Labelled):
    """A kind of enforcement."""

    meaning: Annotated[Text | None, doc("What it means, in plain English.")] = None
    date_label: Annotated[Text | None, doc("What its date is: Served, Begun.")] = None


@block
class Regulation:
    """A regulation that can be broken."""

    number: Annotated[RegulationNumber, doc("Its number: 17, 20A.")]
    title: Annotated[Text, doc("Its official title.")]
    url: Annotated[Url | None, doc("The regulator's page on it.")] = None


@block
class Licence:
    """The licence of the regulator's material, and the words it asks for."""

    name: Annotated[Text, doc("Its name.")]
    url: Annotated[Url, doc("Its address.")]
    attribution: Annotated[Text, doc("The words it asks for.")]


def _page_pattern(text: str) -> str:
    """Return a URL template unchanged, or raise.

    `{ods}` or `{ods_code}` in it is a placeholder for the code `ods` of a trust; other codes
    likewise.
    """
    if not is_web_address(re.sub(r"\{[a-z][a-z0-9_-]*\}", "x", text)):
        hint = "write https://www.cqc.org.uk/provider/{ods}, where {ods} is one of a trust's codes"
        raise wrong(f"`{text[:60]}` is not a web address", hint)
    if "{" not in text:
        hint = "write the code of a trust in braces: https://www.cqc.org.uk/provider/{ods}"
        raise wrong("this is one address for all trusts", hint)
    return text


PagePattern = Annotated[str, scalar(_page_pattern, {"type": "string", "pattern": "^https?://"})]


@block
class RegulatorFront:
    """One file of `content/regulators/`."""

    name: Annotated[Text, doc("Its full name.")]
    short_name: Annotated[Text, doc("The name used in lists.")]
    nation: Annotated[Text, doc("Where it works.")]
    website: Annotated[Url, doc("Its own site.")]
    key_questions: Annotated[tuple[KeyQuestion, ...], doc("What it asks of a service.")]
    scales: Annotated[tuple[Scale, ...], doc("Its rating scales; [] where it has none.")]
    inspection_types: Annotated[tuple[Labelled, ...], doc("Kinds of inspection.")]
    enforcement_kinds: Annotated[tuple[Power, ...], doc("Its powers.")]
    licence: Annotated[Licence, doc("The licence of its material.")]
    headline: Annotated[
        tuple[Id, ...],
        doc("Key questions; the first with a grade stands for the whole. [] if none does."),
    ] = (OVERALL,)
    outside_scale: Annotated[Items[OutsideValue], doc("Words given when there is no rating.")] = ()
    services: Annotated[Items[Service], doc("Services it rates; names must be among them.")] = ()
    methods: Annotated[Items[Method], doc("Its ways of inspecting.")] = ()
    regulations: Annotated[Items[Regulation], doc("What can be broken.")] = ()
    provider_page: Annotated[PagePattern | None, doc("Its page on a trust, with {ods}.")] = None
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
