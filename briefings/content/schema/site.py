"""Schema of `site.yaml`, the configuration of the site."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from briefings.content.schema.blocks import (
    ANY_TEXT,
    BaseUrl,
    Contact,
    Distinct,
    Email,
    FolderName,
    Items,
    PageOrUrl,
    TagAuthority,
    Url,
    UrlOrMail,
    block,
    doc,
    one_line,
    scalar,
    shown,
    word,
    wrong,
)
from briefings.content.schema.types import Count, Flag, Id, Labelled, Language, Text, Zone


@block
class Appeal:
    """Who decides a complaint that the publisher did not settle, independent of the publisher."""

    name: Annotated[Text, doc("Its name.")]
    url: Annotated[Url | None, doc("Its address.")] = None


@block
class Publisher:
    """Who answers for the site; the page /about/ says it, and what of it is not stated."""

    name: Annotated[Text, doc("The publisher's name.")]
    url: Annotated[Url | None, doc("The publisher's own site.")] = None
    email: Annotated[Email | None, doc("Where to write to.")] = None
    report_errors: Annotated[UrlOrMail | None, doc("Where to report a mistake.")] = None
    editor: Annotated[Text | None, doc("The name of who decides what is published.")] = None
    funding: Annotated[Text | None, doc("Who pays for the site, in a sentence.")] = None
    complaints: Annotated[UrlOrMail | None, doc("Where to complain.")] = None
    appeal: Annotated[Appeal | None, doc("Who decides a complaint that was not settled.")] = None
    address: Annotated[Text | None, doc("The postal address, in one line.")] = None

    @property
    def answers_to(self) -> str | None:
        """Where an organisation answers: the mail address, else that for mistakes; mail or URL."""
        return self.email or (self.report_errors or "").removeprefix("mailto:") or None


@block
class SiteLicence:
    """The licence of the site's own words and data."""

    name: Annotated[Text, doc("Its name.")]
    url: Annotated[Url | None, doc("Its address.")] = None
    attribution: Annotated[Text | None, doc("The words it asks for.")] = None


@block
class FeedOptions:
    """How feeds are made."""

    items: Annotated[Count, doc("How many items a feed holds at most.")] = 50
    tag: Annotated[TagAuthority | None, doc("authority,date of the guids (RFC 4151).")] = None


def _name(text: str) -> str:
    if sum(map(str.isalpha, text)) < 2:
        hint = "write the name, or remove it"
        raise wrong(f"{shown(text)} is no name, and would be found everywhere", hint)
    return one_line(text)


Name = Annotated[str, scalar(_name, ANY_TEXT)]


@block
class Policy:
    """House rules that the build enforces."""

    second_reader: Annotated[Flag, doc("Each briefing is read by a second person.")] = False
    never_publish: Annotated[Distinct[Name], doc("Names that must not appear.")] = ()
    contacts: Annotated[Distinct[Contact], doc("Addresses or domains that may stand.")] = ()
    corrections: Annotated[
        str | None,
        word("required"),
        doc("required: a fact that changes after it was public needs a line in `changes`."),
    ] = None


@block
class MenuEntry:
    """One entry of the menu at the top of every page."""

    label: Annotated[Text, doc("What it is called.")]
    to: Annotated[PageOrUrl, doc("A page of the site (/about/), or a web address.")]


@block
class Organisations:
    """What is inspected, and the words for it."""

    one: Annotated[Text, doc("The word for one of them: trust, school.")]
    many: Annotated[Text, doc("For several of them: trusts, schools.")]
    kinds: Annotated[Items[Labelled], doc("Kinds of them; each has one.")]
    people: Annotated[Text, doc("The people they are for: patients, pupils.")] = (
        "the people it serves"
    )


def _kind(id: str, label: str) -> Labelled:
    return Labelled(id=id, label=label)


#: What is inspected if `site.yaml` does not say.
NHS_TRUSTS = Organisations(
    one="trust",
    many="trusts",
    kinds=(
        _kind("acute", "Acute hospital trust"),
        _kind("mental-health", "Mental health trust"),
        _kind("community", "Community health trust"),
        _kind("ambulance", "Ambulance trust"),
        _kind("combined", "Trust with more than one kind of care"),
        _kind("other", "Trust of another kind"),
    ),
    people="patients",
)

_NameOrLicence = Text | SiteLicence


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


@block
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
    menu: Annotated[Items[MenuEntry], doc("The menu at the top of every page.")] = ()
    organisations: Annotated[Organisations, doc("What is inspected, and the words for it.")] = (
        NHS_TRUSTS
    )
    independence: Annotated[Text | None, doc("What this site is not, for the footer.")] = None
    theme: Annotated[FolderName | None, doc("A folder laid over templates and static.")] = None
