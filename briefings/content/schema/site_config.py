"""Schema of `content/site.yaml`: publisher, address, feeds and house rules."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic.dataclasses import dataclass

from briefings.content.schema.types import (
    STRICT,
    BaseUrl,
    Contact,
    Count,
    Distinct,
    Email,
    Flag,
    Id,
    Language,
    TagAuthority,
    Text,
    Url,
    UrlOrMail,
    Zone,
    doc,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Publisher:
    """Who answers for the site."""

    name: Annotated[Text, doc("The publisher's name.")]
    url: Annotated[Url | None, doc("The publisher's own site.")] = None
    email: Annotated[Email | None, doc("Where to write to.")] = None
    report_errors: Annotated[UrlOrMail | None, doc("Where to report a mistake.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SiteLicence:
    """The licence of the site's own words and data."""

    name: Annotated[Text, doc("Its name.")]
    url: Annotated[Url | None, doc("Its address.")] = None
    attribution: Annotated[Text | None, doc("The words it asks for.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FeedOptions:
    """How feeds are made."""

    items: Annotated[Count, doc("How many items a feed holds at most.")] = 50
    tag: Annotated[TagAuthority | None, doc("authority,date of the guids (RFC 4151).")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Policy:
    """House rules that the build enforces."""

    second_reader: Annotated[Flag, doc("Each briefing is read by a second person.")] = False
    never_publish: Annotated[Distinct[Text], doc("Names that must not appear.")] = ()
    contacts: Annotated[Distinct[Contact], doc("Addresses or domains that may stand.")] = ()


_NameOrLicence = Text | SiteLicence


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SiteFront:
    """One file, `content/site.yaml`."""

    title: Annotated[Text, doc("The site's name.")]
    base_url: Annotated[BaseUrl, doc("Where it is published; may have a path.")]
    publisher: Annotated[Publisher, doc("Who publishes it.")]
    tagline: Annotated[Text | None, doc("One line on what it is.")] = None
    language: Annotated[Language, doc("The language of its words.")] = "en-GB"
    time_zone: Annotated[Zone, doc("The zone of bare days.")] = ZoneInfo("Europe/London")
    licence: Annotated[
        SiteLicence | None,
        BeforeValidator(_named, json_schema_input_type=_NameOrLicence),
        doc("A name, or {name, url, attribution}."),
    ] = None
    feed: Annotated[FeedOptions, doc("How feeds are made.")] = FeedOptions()
    policy: Annotated[Policy, doc("House rules.")] = Policy()
    navigation: Annotated[Distinct[Id], doc("Pages named in the footer.")] = ()
