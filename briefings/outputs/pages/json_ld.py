"""JSON-LD of pages in the schema.org vocabulary: only what is known, never an invented date.

Dates are given if ISO 8601 has a value for them (a year or a month has one); intervals and open
dates are omitted. A regulator's grade is a `Rating` in its `Review`, never an `AggregateRating`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from briefings import urls
from briefings.content.schema import Revision, Source
from briefings.domain import words
from briefings.domain.ratings.scales import value_of
from briefings.domain.site import Briefing, Site
from briefings.outputs.downloads import DISTRIBUTIONS
from briefings.outputs.pages.components import rated

Node = dict[str, Any]


def _organization(name: str, url: str | None = None) -> Node:
    node = {"@type": "Organization", "name": name}
    return node | {"url": url} if url else node


def _trust(site: Site, id: str) -> Node:
    """Return a reference to a trust: its name and the URL of its page, which has the full node."""
    return _organization(site.trusts[id].front.name, site.urls.absolute(urls.url_of("trust", id)))


def organization(site: Site, trust: str) -> Node:
    """Return a trust as an `Organization`: names, codes, and its pages on other sites."""
    front, node = site.trusts[trust].front, _trust(site, trust)
    names = [*front.also_known_as, *(former.name for former in front.former_names)]
    if names:
        node["alternateName"] = names
    if front.codes:
        node["identifier"] = [
            {"@type": "PropertyValue", "propertyID": words.code_label(name), "value": code}
            for name, code in front.codes.items()
        ]
    pages_elsewhere = [url for url in (front.website, *front.regulator_pages.values()) if url]
    if pages_elsewhere:
        node["sameAs"] = pages_elsewhere
    return node


def report(site: Site, briefing: Briefing) -> Node:
    """Return a briefing as a `Report` with its citations, corrections and grades.

    Data that other tags of the page already have (description, language) is omitted, because the
    JSON-LD counts towards the weight of the page.
    """
    front, config = briefing.front, site.config
    node: Node = {
        "@type": "Report",
        "headline": front.title,
        "url": site.urls.absolute(briefing.url),
        "datePublished": briefing.visible_from.isoformat(),
        "publisher": _organization(config.publisher.name),
        "about": _trust(site, front.trust),
        "citation": [_citation(source) for source in front.sources.values()],
    }
    if front.written_by:
        node["author"] = {"@type": "Person", "name": front.written_by}
    if briefing.updated != briefing.visible_from:
        node["dateModified"] = briefing.updated.isoformat()
    if config.licence and config.licence.url:
        node["license"] = config.licence.url
    corrections = [change for change in briefing.changes if change.kind != "minor"]
    if corrections:
        node["correction"] = [_correction(site, change) for change in corrections]
    reviews = list(_reviews(site, briefing))
    if reviews:
        node["mentions"] = reviews
    return node


def _correction(site: Site, change: Revision) -> Node:
    published = change.date.at(site.zone).isoformat()
    return {"@type": "CorrectionComment", "text": change.text, "datePublished": published}


def _citation(source: Source) -> str:
    """Return a source as text for `citation`: publisher, title, date.

    URLs are omitted because the list of sources has them.
    """
    date = source.published.show() if source.published.known else None
    return ", ".join(filter(None, (source.publisher, source.title, date)))


def _reviews(site: Site, briefing: Briefing) -> Iterator[Node]:
    """Yield a `Review` for each grade given at this inspection.

    Values outside a scale and carried-over grades are skipped.
    """
    front = briefing.front
    regulator, trust = site.regulators[front.regulator].front, site.trusts[front.trust].front
    author = _organization(regulator.name, regulator.website)
    for rating in front.ratings:
        value = value_of(regulator, rating, briefing)
        if not value.is_grade or rating.carried_over:
            continue
        node: Node = {
            "@type": "Review",
            "author": author,
            "itemReviewed": _organization(
                ", ".join(filter(None, (trust.name, rating.name, rating.site)))
            ),
            "reviewAspect": rated(site, regulator, rating),
            "reviewRating": {"@type": "Rating", "ratingValue": value.label},
        }
        if front.inspection.report_published.html:
            node["datePublished"] = front.inspection.report_published.html
        yield node


def website(site: Site) -> Node:
    """Return the `WebSite` node of the front page."""
    config = site.config
    return {
        "@type": "WebSite",
        "name": config.title,
        "url": site.urls.absolute(urls.HOME),
        "inLanguage": config.language,
        "publisher": _organization(config.publisher.name, config.publisher.url),
    }


def dataset(site: Site) -> Node:
    """Return the downloads as one `Dataset` with its distributions."""
    config = site.config
    node: Node = {
        "@type": "Dataset",
        "name": f"{config.title}: data",
        "description": config.tagline or config.title,
        "url": site.urls.absolute(urls.DATA),
        "creator": _organization(config.publisher.name),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": distribution.media_type,
                "contentUrl": site.urls.absolute(distribution.url),
            }
            for distribution in DISTRIBUTIONS
        ],
    }
    if config.licence and config.licence.url:
        node["license"] = config.licence.url
    newest = max((briefing.updated for briefing in site.briefing.values()), default=None)
    if newest is not None:
        node["dateModified"] = newest.isoformat()
    return node
