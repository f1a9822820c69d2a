"""Schema of the front matter of a regulator: its scales, its words and its powers."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic.dataclasses import dataclass

from briefings.content.schema.types import (
    STRICT,
    AliasPath,
    Date,
    Distinct,
    Flag,
    Id,
    Items,
    Rank,
    RegulationNumber,
    Text,
    Url,
    doc,
    scalar,
    url_fault,
    wrong,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Labelled:
    """An id with the words shown for it."""

    id: Annotated[Id, doc("The id used in briefings.")]
    label: Annotated[Text, doc("The words shown.")]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Grade:
    """One value of a scale."""

    id: Annotated[Id, doc("The id used in briefings.")]
    label: Annotated[Text, doc("The words shown.")]
    rank: Annotated[Rank, doc("Its place on the scale; 1 is best.")]
    definition: Annotated[Text | None, doc("What the regulator means by it.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Scale:
    """An ordered set of grades, in force for a time."""

    id: Annotated[Id, doc("The scale's id.")]
    label: Annotated[Text, doc("Its name.")]
    values: Annotated[Items[Grade], doc("Its grades.")]
    from_: Annotated[Date | None, doc("In force from.", alias="from")] = None
    to: Annotated[Date | None, doc("In force until.")] = None
    comparable_with: Annotated[Distinct[Id], doc("Scales whose grades can be compared.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OutsideValue:
    """A word that stands where a grade would, and is none."""

    id: Annotated[Id, doc("The id used in briefings.")]
    label: Annotated[Text, doc("The words shown.")]
    meaning: Annotated[Text, doc("What it means, in plain English.")]
    ends_rating: Annotated[Flag, doc("No grade holds any longer (suspended).")] = False


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Service:
    """A kind of service, under the regulator's name for it."""

    label: Annotated[Text, doc("The regulator's name.")]
    aliases: Annotated[Distinct[Text], doc("Other names for it.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Method:
    """A way of inspecting, in use for a time."""

    id: Annotated[Id, doc("The id used in briefings.")]
    label: Annotated[Text, doc("The words shown.")]
    from_: Annotated[Date | None, doc("In use from.", alias="from")] = None
    to: Annotated[Date | None, doc("In use until.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Power:
    """A kind of enforcement."""

    id: Annotated[Id, doc("The id used in briefings.")]
    label: Annotated[Text, doc("The words shown.")]
    meaning: Annotated[Text | None, doc("What it means, in plain English.")] = None
    date_label: Annotated[Text | None, doc("What its date is: Served, Begun.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Regulation:
    """A regulation that can be broken."""

    number: Annotated[RegulationNumber, doc("Its number: 17, 20A.")]
    title: Annotated[Text, doc("Its official title.")]
    url: Annotated[Url | None, doc("The regulator's page on it.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
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
    if url_fault(re.sub(r"\{[a-z][a-z0-9_-]*\}", "x", text)):
        hint = "write https://www.cqc.org.uk/provider/{ods}, where {ods} is one of a trust's codes"
        raise wrong(f"`{text[:60]}` is not a web address", hint)
    return text


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RegulatorFront:
    """One file of `content/regulators/`."""

    name: Annotated[Text, doc("Its full name.")]
    short_name: Annotated[Text, doc("The name used in lists.")]
    nation: Annotated[Text, doc("Where it works.")]
    website: Annotated[Url, doc("Its own site.")]
    key_questions: Annotated[tuple[Labelled, ...], doc("What it asks of a service.")]
    scales: Annotated[tuple[Scale, ...], doc("Its rating scales; [] where it has none.")]
    inspection_types: Annotated[tuple[Labelled, ...], doc("Kinds of inspection.")]
    enforcement_kinds: Annotated[tuple[Power, ...], doc("Its powers.")]
    licence: Annotated[Licence, doc("The licence of its material.")]
    outside_scale: Annotated[Items[OutsideValue], doc("Words given when there is no rating.")] = ()
    services: Annotated[Items[Service], doc("Services it rates; names must be among them.")] = ()
    methods: Annotated[Items[Method], doc("Its ways of inspecting.")] = ()
    regulations: Annotated[Items[Regulation], doc("What can be broken.")] = ()
    provider_page: Annotated[
        Annotated[str, scalar(_page_pattern, {"type": "string", "pattern": "^https?://"})] | None,
        doc("Its page on a trust, with {ods}."),
    ] = None
    aliases: Annotated[Distinct[AliasPath], doc("Old paths of this page.")] = ()
