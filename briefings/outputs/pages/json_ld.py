"""What a page tells machines, in schema.org's words: only what is known, never a made-up day.

Dates are given where ISO 8601 has a value for them (a year or a month is one); intervals and open
dates are left out. A regulator's grade is a `Rating` inside its `Review`, never an
`AggregateRating`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from briefings import urls
from briefings.content.loader import Record
from briefings.content.schema import RegulatorFront, Revision, SiteFront, Source, TrustFront
from briefings.domain import words
from briefings.domain.ratings import value_of
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages.components import rated
from briefings.urls import Urls

Node = dict[str, Any]


def organization(trust: Record[TrustFront], urls_: Urls) -> Node:
    """A trust as schema.org has it: its names, its codes, and where else it is described."""
    node = _named(trust, urls_)
    names = [*trust.front.also_known_as, *(one.name for one in trust.front.former_names)]
    if names:
        node["alternateName"] = names
    if trust.front.codes:
        node["identifier"] = [
            {"@type": "PropertyValue", "propertyID": words.CODES.get(name, name), "value": code}
            for name, code in trust.front.codes.items()
        ]
    same = [trust.front.website, *trust.front.regulator_pages.values()]
    if any(same):
        node["sameAs"] = [url for url in same if url]
    return node


def _named(trust: Record[TrustFront], urls_: Urls) -> Node:
    """A trust's name and the address of its page here, where the rest of it stands."""
    address = urls_.absolute(urls.url_of("trust", trust.id))
    return {"@type": "Organization", "name": trust.front.name, "url": address}


def report(
    one: Briefing,
    trust: Record[TrustFront],
    regulator: RegulatorFront,
    config: SiteFront,
    urls_: Urls,
) -> Node:
    """A briefing as a `Report` with its citations, its corrections and the grades it tells of.

    What the page's other tags say (description, language) is not said again: the block counts
    towards the weight of the page.
    """
    front = one.front
    node: Node = {
        "@type": "Report",
        "headline": front.title,
        "url": urls_.absolute(one.url),
        "datePublished": _instant(one.visible_from),
        "publisher": {"@type": "Organization", "name": config.publisher.name},
        "about": _named(trust, urls_),
        "citation": [_citation(source) for source in front.sources.values()],
    }
    if front.written_by:
        node["author"] = {"@type": "Person", "name": front.written_by}
    if one.updated != one.visible_from:
        node["dateModified"] = _instant(one.updated)
    if config.licence and config.licence.url:
        node["license"] = config.licence.url
    corrections = [change for change in one.changes if change.kind != "minor"]
    if corrections:
        node["correction"] = [_correction(change, config) for change in corrections]
    reviews = list(_reviews(one, regulator, trust))
    if reviews:
        node["mentions"] = reviews
    return node


def _instant(moment: datetime) -> str:
    return moment.isoformat()


def _correction(change: Revision, config: SiteFront) -> Node:
    return {
        "@type": "CorrectionComment",
        "text": change.text,
        "datePublished": _instant(change.date.at(config.time_zone)),
    }


def _citation(source: Source) -> str:
    """`citation` takes text: who said it, under what title, when. The addresses stand in the list
    of sources, once."""
    date = source.published.show() if source.published.known else None
    return ", ".join(filter(None, (source.publisher, source.title, date)))


def _reviews(one: Briefing, regulator: RegulatorFront, trust: Record[TrustFront]) -> Iterable[Node]:
    """The grades this inspection gave; words outside the scale and older grades are none."""
    author = {"@type": "Organization", "name": regulator.name, "url": regulator.website}
    front = one.front
    for rating in front.ratings:
        given = value_of(regulator, rating, one)
        if not given.is_grade or rating.carried_over:
            continue
        name = ", ".join(filter(None, (trust.front.name, rating.name, rating.site)))
        node: Node = {
            "@type": "Review",
            "author": author,
            "itemReviewed": {"@type": "Organization", "name": name},
            "reviewAspect": rated(regulator, rating),
            "reviewRating": {"@type": "Rating", "ratingValue": given.label},
        }
        if front.inspection.report_published.html:
            node["datePublished"] = front.inspection.report_published.html
        yield node


def website(config: SiteFront, urls_: Urls) -> Node:
    """The site itself, on its front page."""
    publisher: Node = {"@type": "Organization", "name": config.publisher.name}
    if config.publisher.url:
        publisher["url"] = config.publisher.url
    return {
        "@type": "WebSite",
        "name": config.title,
        "url": urls_.absolute(urls.HOME),
        "inLanguage": config.language,
        "publisher": publisher,
    }


def dataset(site: Site, tables: Iterable[str]) -> Node:
    """The downloads as one `Dataset` with a distribution for each table."""
    config, urls_ = site.config, site.urls
    node: Node = {
        "@type": "Dataset",
        "name": f"{config.title}: data",
        "description": config.tagline or config.title,
        "url": urls_.absolute(urls.DATA),
        "creator": {"@type": "Organization", "name": config.publisher.name},
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": "text/csv",
                "contentUrl": urls_.absolute(urls.table_url(name, "csv")),
            }
            for name in tables
        ],
    }
    if config.licence and config.licence.url:
        node["license"] = config.licence.url
    newest = max((one.updated for one in site.briefing.values()), default=None)
    if newest is not None:
        node["dateModified"] = _instant(newest)
    return node
