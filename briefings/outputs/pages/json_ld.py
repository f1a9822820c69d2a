"""JSON-LD of pages in the schema.org vocabulary: only what is known, never an invented date.

Dates are given if ISO 8601 has a value for them (a year or a month has one); intervals and open
dates are omitted. A regulator's grade is a `Rating` in its `Review`, never an `AggregateRating`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from briefings import urls
from briefings.content.reading import Record
from briefings.content.schema import RegulatorFront, Revision, SiteFront, Source, TrustFront
from briefings.domain import words
from briefings.domain.ratings import value_of
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages.components import rated
from briefings.urls import Urls

Node = dict[str, Any]


def organization(trust: Record[TrustFront], urls_: Urls) -> Node:
    """Return a trust as an `Organization`: names, codes, and its pages on other sites."""
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
    """Return a reference to a trust: its name and the URL of its page, which has the full node."""
    address = urls_.absolute(urls.url_of("trust", trust.id))
    return {"@type": "Organization", "name": trust.front.name, "url": address}


def report(
    one: Briefing,
    trust: Record[TrustFront],
    regulator: RegulatorFront,
    config: SiteFront,
    urls_: Urls,
) -> Node:
    """Return a briefing as a `Report` with its citations, corrections and grades.

    Data that other tags of the page already have (description, language) is omitted, because the
    JSON-LD counts towards the weight of the page.
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
    """Return a source as text for `citation`: publisher, title, date.

    URLs are omitted because the list of sources has them.
    """
    date = source.published.show() if source.published.known else None
    return ", ".join(filter(None, (source.publisher, source.title, date)))


def _reviews(one: Briefing, regulator: RegulatorFront, trust: Record[TrustFront]) -> Iterable[Node]:
    """Yield a `Review` for each grade given at this inspection.

    Values outside a scale and carried-over grades are skipped.
    """
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
    """Return the `WebSite` node of the front page."""
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
    """Return the downloads as one `Dataset` with a distribution for each table."""
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
