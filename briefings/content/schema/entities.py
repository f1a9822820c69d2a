"""Schemas of the front matter of trusts, requirements, topics and plain pages."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from pydantic.dataclasses import dataclass

from briefings.content.schema.briefing import Qualifier, Revision, Sources, VacatedAnchors
from briefings.content.schema.types import (
    STRICT,
    AliasPath,
    Cited,
    Date,
    Distinct,
    Id,
    Items,
    Number,
    RegulationNumber,
    Text,
    Url,
    When,
    doc,
    word,
)
from briefings.store.compact import compact


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FormerName:
    """A name that the trust had before."""

    name: Annotated[Text, doc("The earlier name.")]
    until: Annotated[Date, doc("Until when it was used.")]


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Predecessor:
    """An organisation that this trust took over or grew out of."""

    date: Annotated[Date, doc("When.")]
    reason: Annotated[Text, doc("How, such as merger.")]
    id: Annotated[Id | None, doc("The trust's id, if it has a page here.")] = None
    name: Annotated[Text | None, doc("Its name, if it has no page here.")] = None


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SiteOfTrust:
    """A hospital or other place run by the trust."""

    name: Annotated[Text, doc("Its name.")]
    code: Annotated[Text | None, doc("Its code.")] = None


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Size:
    """A number about the trust as a whole."""

    value: Annotated[Number, doc("The number, digits only.")]
    sources: Cited
    qualifier: Annotated[Qualifier | None, doc("How exact it is.")] = None
    as_of: Annotated[Date | None, doc("For when it holds.")] = None


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TrustFront:
    """The front matter of a trust."""

    name: Annotated[Text, doc("Its full name.")]
    kind: Annotated[
        Annotated[
            str, word("acute", "mental-health", "community", "ambulance", "combined", "other")
        ],
        doc("What kind of trust it is."),
    ]
    codes: Annotated[dict[Id, Text], doc("Its codes, such as ods: RHA.")] = field(
        default_factory=dict
    )
    short_name: Annotated[Text | None, doc("The name used in lists.")] = None
    also_known_as: Annotated[Distinct[Text], doc("Other names in use.")] = ()
    former_names: Annotated[Items[FormerName], doc("Earlier names.")] = ()
    predecessors: Annotated[Items[Predecessor], doc("Organisations it took over.")] = ()
    status: Annotated[Annotated[str, word("open", "closed")], doc("open or closed.")] = "open"
    opened: Annotated[Date | None, doc("When it was set up.")] = None
    closed: Annotated[Date | None, doc("When it was closed.")] = None
    region: Annotated[Text | None, doc("Its NHS region.")] = None
    icb: Annotated[Text | None, doc("Its integrated care board.")] = None
    councils: Annotated[Distinct[Text], doc("Councils whose area it serves.")] = ()
    sites: Annotated[Items[SiteOfTrust], doc("Its hospitals and other places.")] = ()
    staff: Annotated[Size | None, doc("How many people work there.")] = None
    locations: Annotated[Size | None, doc("How many places it works from.")] = None
    population: Annotated[Size | None, doc("How many people it serves.")] = None
    website: Annotated[Url | None, doc("Its own site.")] = None
    regulator_pages: Annotated[dict[Id, Url], doc("Regulator id → its page there.")] = field(
        default_factory=dict
    )
    published: Annotated[When | None, doc("Its page is not public before this moment.")] = None
    embargo_until: Annotated[When | None, doc("Nor before this one.")] = None
    sources: Annotated[Sources, doc("Sources for the facts above.")] = field(default_factory=dict)
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
    vacated: VacatedAnchors = ()


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RequirementFront:
    """One thing that a regulator told a trust to do; its history comes from briefings."""

    trust: Annotated[Id, doc("The trust's id.")]
    regulator: Annotated[Id, doc("The regulator's id.")]
    title: Annotated[Text, doc("What must be done, in a few words.")]
    text: Annotated[Text, doc("What must be done, in full.")]
    regulations: Annotated[Distinct[RegulationNumber], doc("Numbers of regulations.")] = ()
    service: Annotated[Text | None, doc("In which service.")] = None
    site: Annotated[Text | None, doc("At which site.")] = None
    topics: Annotated[Distinct[Id], doc("Ids of topics.")] = ()
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
    vacated: VacatedAnchors = ()


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TopicFront:
    """The front matter of a topic."""

    name: Annotated[Text, doc("Its name.")]
    summary: Annotated[Text, doc("One sentence on what it covers.")]
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()


@compact
@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PageFront:
    """The front matter of a plain page."""

    title: Annotated[Text, doc("Its title.")]
    summary: Annotated[Text | None, doc("One sentence on what it says.")] = None
    changes: Annotated[Items[Revision], doc("Changes, oldest first.")] = ()
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
