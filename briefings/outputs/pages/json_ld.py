"""JSON-LD of pages in the schema.org vocabulary: only what is known, never an invented date.

A date of the world is given if it is exactly known, so no month and no interval.
A regulator's grade is a `Rating` in its `Review`, never an `AggregateRating`. A node with nothing
but an `@id` refers to the node of the same page that has this `@id` and a type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from briefings import urls
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Rating
from briefings.content.schema.entities import RegulatorFront, TrustFront
from briefings.content.schema.site import SiteLicence
from briefings.content.schema.types import Source
from briefings.domain import words
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.scales import RatingValue, key_question_label
from briefings.domain.site import Briefing, Site, about_url, former_names, last_updated

Node = dict[str, Any]


def _node(kind: str, **properties: object) -> Node:
    """Return a node of a schema.org type, without the properties that are empty or None."""
    present = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {"@type": kind} | present


def _reference(site: Site, kind: str, id: str) -> Node:
    """Return a reference to the organisation of a page: a trust or a regulator."""
    return {"@id": site.urls.absolute(urls.url_of(kind, id))}


def _day(date: PartialDate) -> str | None:
    """Return an exact date in ISO 8601; None for any other."""
    return date.html if date.exact else None


def publisher(site: Site) -> Node:
    """Return the publisher of the site, with the `@id` that the about page describes."""
    front, id = site.config.publisher, site.urls.absolute(about_url(site)) + "#responsible"
    return {"@id": id} | _node("Organization", name=front.name, url=front.url)


def about(site: Site, title: str, description: str) -> Node:
    """Return the about page and all that `site.yaml` says of the publisher."""
    front = site.config.publisher
    contacts = (("complaints", front.complaints), ("corrections", front.report_errors))
    full = publisher(site) | _node(
        "Organization",
        email=front.email,
        address=front.address,
        ownershipFundingInfo=front.funding,
        contactPoint=[_contact(kind, address) for kind, address in contacts if address],
    )
    url = site.urls.absolute(about_url(site))
    return _node("AboutPage", name=title, description=description, url=url, mainEntity=full)


def _contact(kind: str, address: str) -> Node:
    key = "url" if "://" in address else "email"
    return _node("ContactPoint", contactType=kind, **{key: address.removeprefix("mailto:")})


def trust(site: Site, id: str) -> Node:
    """Return a trust as an `Organization`: names, codes, its data, and its pages on other sites."""
    front: TrustFront = site.trusts[id].front
    names = [*front.also_known_as, *former_names(front)]
    codes = [
        _node("PropertyValue", propertyID=words.code_label(name), value=code)
        for name, code in front.codes.items()
    ]
    node, data = _trust(site, id), _download(site, urls.trust_json(id), "application/json")
    return node | _node(
        "Organization",
        url=node["@id"],
        alternateName=names,
        identifier=codes,
        sameAs=[url for url in (front.website, *front.regulator_pages.values()) if url],
        subjectOf=data | _node("DataDownload", license=_licence(site.config.licence)),
    )


def _trust(site: Site, id: str) -> Node:
    """Return the name of a trust; its `@id` is the URL of its page, which has the whole node."""
    name = site.trusts[id].front.name
    return _reference(site, "trust", id) | _node("Organization", name=name)


def regulator(site: Site, id: str) -> Node:
    """Return a regulator as an `Organization`."""
    front = site.regulators[id].front
    names = _node("Organization", name=front.name, alternateName=front.short_name)
    return _reference(site, "regulator", id) | names | {"url": front.website}


def report(site: Site, briefing: Briefing) -> Node:
    """Return a briefing as a `Report` with its citations, corrections and grades.

    The page has a limit of weight, so a name is given once, and for corrections the address of
    their list.
    """
    front, config, publisher_node = briefing.front, site.config, publisher(site)
    author = {"@id": publisher_node["@id"]}
    url = site.urls.absolute(briefing.url)
    is_corrected = any(change.kind != "minor" for change in briefing.changes)
    regulator_name = site.regulators[front.regulator].front.name
    rated_by = _reference(site, "regulator", front.regulator)
    rated_by |= _node("Organization", name=regulator_name)
    return _node(
        "Report",
        headline=front.title,
        description=front.summary,
        url=url,
        inLanguage=config.language,
        datePublished=briefing.visible_from.isoformat(),
        dateModified=briefing.updated.isoformat(),
        author=_node("Person", name=front.written_by) if front.written_by else author,
        publisher=publisher_node,
        license=_licence(config.licence),
        about=_trust(site, front.trust),
        citation=[_citation(source) for source in front.sources.values()],
        correction=f"{url}#changes" if is_corrected else None,
        mentions=[rated_by, *_reviews(site, briefing)],
    )


def _licence(licence: SiteLicence | None) -> str | Node | None:
    """Return the URL of a licence; its name if it has no URL."""
    if licence is None:
        return None
    return licence.url or _node("CreativeWork", name=licence.name)


def _citation(source: Source) -> Node:
    """Return a source by its address and title; without an address, by publisher and day too."""
    work = _node("CreativeWork", url=source.url, name=source.title, archivedAt=source.archived_url)
    if source.url:
        return work
    publisher = _node("Organization", name=source.publisher)
    return work | _node("CreativeWork", publisher=publisher, datePublished=_day(source.published))


def _reviews(site: Site, briefing: Briefing) -> Iterator[Node]:
    """Yield a `Review` of each thing that was graded at this inspection, with its grades.

    Values outside a scale are skipped, and grades carried over or inherited.
    """
    front = briefing.front
    scales = site.regulators[front.regulator].front
    grades: dict[str, list[Node]] = {}
    for rating in front.ratings:
        value = value_of(scales, rating, briefing)
        if value.is_grade and not rating.carried_over and not rating.inherited_from:
            subject = ", ".join(filter(None, (rating.name, rating.site)))
            grades.setdefault(subject, []).append(_rating(scales, rating, value))
    trust = _reference(site, "trust", front.trust)
    for subject, ratings in grades.items():
        part = _node("Organization", name=subject, parentOrganization=trust)
        yield _node(
            "Review",
            author=_reference(site, "regulator", front.regulator),
            itemReviewed=part if subject else trust,
            url=front.inspection.report_url,
            datePublished=_day(front.inspection.report_published),
            reviewRating=ratings,
        )


def _rating(scales: RegulatorFront, rating: Rating, value: RatingValue) -> Node:
    """Return a grade in words, with the best and the worst of its scale."""
    assert value.scale is not None
    ranked = sorted(value.scale.values, key=lambda grade: grade.rank)
    return _node(
        "Rating",
        reviewAspect=key_question_label(scales, rating.key_question),
        ratingValue=value.label,
        bestRating=ranked[0].label,
        worstRating=ranked[-1].label,
    )


def website(site: Site, *, has_search: bool) -> Node:
    """Return the `WebSite` node of the front page."""
    config = site.config
    target = site.urls.absolute(urls.SEARCH) + "?q={search_term_string}"
    search = _node("SearchAction", target=_node("EntryPoint", urlTemplate=target))
    search["query-input"] = "required name=search_term_string"
    editor = config.publisher.editor
    return _node(
        "WebSite",
        name=config.title,
        description=config.tagline,
        url=site.urls.absolute(urls.HOME),
        inLanguage=config.language,
        license=_licence(config.licence),
        editor=_node("Person", name=editor) if editor else None,
        publisher=publisher(site),
        potentialAction=search if has_search else None,
    )


def dataset(site: Site, description: str, files: Iterable[tuple[str, str]]) -> Node:
    """Return the downloads as one `Dataset`. `files`: path and media type of each file."""
    config, updated = site.config, last_updated(site)
    attributions = {record.front.licence.attribution for record in site.regulators.values()}
    return _node(
        "Dataset",
        name=f"{config.title}: data",
        description=description,
        url=site.urls.absolute(urls.DATA),
        creator=publisher(site),
        publisher=publisher(site),
        license=_licence(config.licence),
        creditText=" ".join(sorted(attributions)),
        isAccessibleForFree=True,
        dateModified=updated.isoformat() if updated else None,
        distribution=[_download(site, *file) for file in files],
    )


def _download(site: Site, path: str, media_type: str) -> Node:
    url = site.urls.absolute(path)
    return _node("DataDownload", encodingFormat=media_type, contentUrl=url)


def breadcrumbs(site: Site, levels: Iterable[tuple[str, str]]) -> Node:
    """Return a `BreadcrumbList` of (name, path), from the front page to the page itself."""
    items = [
        _node("ListItem", position=position, name=name, item={"@id": site.urls.absolute(path)})
        for position, (name, path) in enumerate(levels, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
