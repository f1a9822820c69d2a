"""The page of one briefing, and the notice in the place of one that was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from briefings import anchors, urls
from briefings.content.dates.parsing import show_day, show_moment
from briefings.domain import sections, words
from briefings.domain.ratings.covering import Newer, newer_inspections
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.claims import (
    PageData,
    actions,
    breaches,
    figures,
    findings,
    in_order,
    orders,
    rated_things,
    speakers,
)
from briefings.outputs.pages.components import (
    change_rows,
    full_name,
    label_of,
    report_url,
    trust_link,
)
from briefings.outputs.pages.five_answers import five_answers
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.page import FeedLink, Kind, Meta, View
from briefings.outputs.pages.rating_tables import CountBar
from briefings.outputs.pages.sources import claims_of_briefing, source_rows
from briefings.urls import LinkTo

#: Limits of a banner: other services and sites named for one inspection; number of links.
_NAMED, _LINKED = 2, 5
#: Sections that never fold on a phone, and how many items another one has if it folds.
_OPEN = frozenset({"at-a-glance", "briefing", "reply", "requirements"})
_FOLDED = 4


def _briefing(site: Site, id: str) -> View:
    """Return the view of a briefing’s page: the five answers, then the sections in `has`."""
    briefing = site.briefing[id]
    front, present = briefing.front, sections.of_briefing(briefing)
    data = PageData.of(site, briefing, present)
    requirements = orders(data)
    told_orders = [order for order in requirements if order.is_told]
    headings = {section: words.say(site.config, anchors.BRIEFING[section]) for section in present}
    if front.requirements and not told_orders:
        headings["requirements"] = anchors.FOUND
    return View(
        _meta(site, briefing),
        briefing=briefing,
        front=front,
        has={section: text for section, text in headings.items() if section != "at-a-glance"},
        kept=data.kept,
        on_this_page=[LinkTo(heading, f"#{section}") for section, heading in headings.items()],
        answers=five_answers(site, id),
        is_check_over=front.next_check is not None and site.clock.passed(front.next_check),
        shared={block.replace("_", "-"): own.shared for block, own in data.claims.items()},
        folds=_folds(briefing, present),
        told_orders=told_orders,
        raised_orders=[order for order in requirements if not order.is_told],
        **_head(data),
        **_inspection(data),
        **_claims(data),
        **_foot(data),
    )


def _folds(briefing: Briefing, present: Iterable[str]) -> Mapping[str, int]:
    """Return section → number of its items, for the long sections, which fold on a phone."""
    blocks = {section: section.replace("-", "_") for section in present if section not in _OPEN}
    counts = {
        section: len(getattr(briefing if section == "changes" else briefing.front, block, ()))
        for section, block in blocks.items()
    }
    return {section: count for section, count in counts.items() if count >= _FOLDED}


def _head(data: PageData) -> Mapping[str, object]:
    """Return the values for the parts above and beside the sections: banners, links, topics.

    `topics`: those that no concern or strength names.
    """
    site, briefing, regulator = data.site, data.briefing, data.regulator
    front, trust = briefing.front, trust_link(site, briefing.front.trust)
    finding_topics = {finding.topic for finding in (*front.concerns, *front.strengths)}
    return {
        "held": _why_not_public(site, briefing),
        "newer": list(_newer(site, newer_inspections(site, briefing), trust.url)),
        "trust_link": trust,
        "trust_json": urls.trust_json(front.trust),
        "also_about": [trust_link(site, other) for other in front.also_about],
        "topics": [
            LinkTo(site.topics[topic].front.name, urls.url_of("topic", topic))
            for topic in front.topics
            if topic not in finding_topics
        ],
        "regulator": regulator,
        "regulator_link": LinkTo(full_name(regulator), urls.url_of("regulator", front.regulator)),
    }


def _claims(data: PageData) -> Mapping[str, object]:
    """Return what the sections show, but for requirements."""
    concerns, strengths = findings(data)
    counts = data.front.service_counts
    return {
        "ratings": rated_things(data),
        "counts": CountBar(counts, data.regulator, data.briefing) if counts else None,
        "counts_cites": data.cite(counts.sources if counts else ()),
        "enforcement": actions(data),
        "breaches": breaches(data),
        "concerns": concerns,
        "strengths": strengths,
        "figures": figures(data),
        "speakers": speakers(data),
        "discrepancies": data.rows("discrepancies"),
        "not_known": data.rows("not_known"),
        "timeline": in_order(data.rows("timeline")),
    }


def _foot(data: PageData) -> Mapping[str, object]:
    """Return the values for the text, the reply, the sources and the parts below them."""
    site, briefing, front = data.site, data.briefing, data.briefing.front
    reply = front.reply
    return {
        "text": body_html(site, briefing.body.html),
        "reply_said": words.say(site.config, words.REPLIES[reply.status]) if reply else "",
        "reply_cites": data.cite(reply.sources if reply else ()),
        "sources": source_rows(front.sources, briefing.body, claims_of_briefing(front), data.kept),
        "changes": change_rows(briefing.changes),
        "citation": _citation(site, briefing),
        "report_url": report_url(site.config, briefing.url),
    }


def _meta(site: Site, briefing: Briefing) -> Meta:
    front, trust = briefing.front, trust_link(site, briefing.front.trust)
    return Meta(
        url=briefing.url,
        title=front.title,
        description=front.summary,
        kind="briefing",
        section=urls.BRIEFINGS,
        breadcrumbs=_breadcrumbs(site, trust),
        feeds=_feeds(trust),
        json_ld=json_ld.report(site, briefing),
        og_type="article",
    )


def _why_not_public(site: Site, briefing: Briefing) -> str:
    """Return why the page is not public yet, for previews; empty on a published page."""
    if not briefing.is_held:
        return ""
    if briefing.front.status == "draft":
        return words.DRAFT
    embargo = briefing.front.embargo_until
    by_embargo = embargo is not None and embargo.at(site.zone) == briefing.visible_from
    start = briefing.visible_from.astimezone(site.zone)
    return f"{words.EMBARGO if by_embargo else words.HELD} {show_moment(start)}"


def _inspection(data: PageData) -> Mapping[str, object]:
    """Return the inspection in words.

    `kind`: its type, in the regulator's words. `notice`: `unannounced` and so on; empty if not
    given or already in `kind`. `method`: the label of the regulator's method, or empty. `covered`:
    what was inspected, as the editor lists it: `Crisis services, Northmoor Hospital`. `gap`: the
    time from the last day of the visit to the report, or None.
    """
    inspection, regulator = data.briefing.front.inspection, data.regulator
    kind = label_of(regulator.inspection_types, inspection.type)
    notice = words.NOTICES[inspection.notice] if inspection.notice else ""
    return {
        "kind": kind,
        "notice": "" if notice in kind.casefold() else notice,
        "method": label_of(regulator.methods, inspection.method) if inspection.method else "",
        "covered": [
            ", ".join(filter(None, (part.name, part.site)))
            or words.say(data.site.config, "The whole trust")
            for part in inspection.covers
        ],
        "gap": data.briefing.visit_to_report,
        "inspection_cites": data.cite(inspection.sources),
    }


def _citation(site: Site, briefing: Briefing) -> str:
    """Return the suggested citation of the page."""
    day, address = show_day(briefing.visible_from.date()), site.urls.absolute(briefing.url)
    author = briefing.front.written_by or site.config.publisher.name
    return f"{author}: “{briefing.front.title}”. {site.config.title}, {day}. {address}"


def _newer(site: Site, newer: Iterable[Newer], trust: str) -> Iterator[tuple[str, list[LinkTo]]]:
    """Yield text and links of the banners: one for the whole trust, one for services and sites.

    A single inspection is linked with its briefing's title; several with what was inspected, newest
    first. `trust`: the URL of the trust's page; its list of briefings is linked for those not
    named.
    """
    inspections = list(newer)
    of_trust, of_parts = (
        [inspection for inspection in inspections if not inspection.of],
        [inspection for inspection in inspections if inspection.of],
    )
    for inspection in (*of_trust, *of_parts) if len(of_parts) < 2 else of_trust:
        link = LinkTo(inspection.briefing.front.title, inspection.briefing.url)
        yield f"A newer inspection of {_inspected_again(site, inspection)}", [link]
    if len(of_parts) > 1:
        links = [
            LinkTo(_inspected_again(site, inspection), inspection.briefing.url)
            for inspection in of_parts
        ]
        if len(links) > _LINKED:
            rest_label = f"{words.spelt(len(links) - _LINKED + 1)} other inspections"
            links = [*links[: _LINKED - 1], LinkTo(rest_label, f"{trust}#briefings")]
        yield "Newer inspections of services or sites", links


def _inspected_again(site: Site, newer: Newer) -> str:
    """Return the services and sites inspected again; if they are many, the first and a number."""
    first, *others = newer.of or (words.say(site.config, "the whole trust"),)
    if len(others) > _NAMED:
        others = [f"{words.spelt(len(others))} other services or sites"]
    return words.listed([first, *others])


def _withdrawn(site: Site, id: str) -> View:
    briefing, trust = site.briefing[id], trust_link(site, site.briefing[id].front.trust)
    meta = Meta(
        url=briefing.url,
        title=f"Withdrawn: a briefing on {trust.label} ({id})",
        description="This briefing was withdrawn. The page says when and why.",
        kind="withdrawn",
        section=urls.BRIEFINGS,
        breadcrumbs=_breadcrumbs(site, trust),
        feeds=_feeds(trust),
        noindex=True,
    )
    return View(
        meta,
        trust=trust,
        published=briefing.visible_from,
        withdrawal=briefing.front.withdrawn,
        changes=change_rows(briefing.changes),
    )


def _breadcrumbs(site: Site, trust: LinkTo) -> tuple[LinkTo, ...]:
    return LinkTo(words.say(site.config, "Trusts"), urls.TRUSTS), trust


def _feeds(trust: LinkTo) -> tuple[FeedLink, ...]:
    return (FeedLink(f"{trust.label}: briefings", urls.feed_of(trust.url)),)


BRIEFING = Kind(
    "briefing",
    lambda site: [(briefing.id,) for briefing in site.briefings],
    partial(urls.url_of, "briefing"),
    _briefing,
)
WITHDRAWN = Kind(
    "withdrawn",
    lambda site: [(briefing.id,) for briefing in site.withdrawn],
    partial(urls.url_of, "briefing"),
    _withdrawn,
    is_hidden=True,
)
