"""The page of one briefing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from briefings import anchors, urls
from briefings.content.dates.parsing import show_day, show_moment
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import sections, words
from briefings.domain.ratings.covering import Newer, newer_inspections
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.actions import deadlines_in
from briefings.outputs.pages.claims import (
    ActionRow,
    FindingRow,
    OrderRow,
    RatedThing,
    action_row,
    breach_row,
    change_rows,
    figure_row,
    in_order,
    orders,
    rated_things,
    speakers,
)
from briefings.outputs.pages.components import (
    Cites,
    SourceLine,
    full_name,
    label_of,
    report_url,
    short_names,
    source_line,
    trust_link,
)
from briefings.outputs.pages.five_answers import five_answers
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.page import Derived, FeedLink, Kind, Meta, PlainView
from briefings.outputs.pages.rating_tables import CountBar
from briefings.outputs.pages.sources import (
    Claims,
    Kept,
    Row,
    claims,
    claims_of_briefing,
    source_rows,
)
from briefings.urls import LinkTo

#: Limits of a banner: other services and sites named for one inspection; number of links.
_NAMED, _LINKED = 2, 5


#: Sections that never fold on a phone, and how many items another one has if it folds.
_OPEN = frozenset({"at-a-glance", "briefing", "reply", "requirements"})
_FOLDED = 4


@dataclass(frozen=True, slots=True)
class _Source:
    """Values that several parts of the page use.

    `cite`: returns the citations of source keys. `kept`: section or item → the vacated anchors that
    now point to it. `claims`: block of the front matter → its items.
    """

    site: Site
    briefing: Briefing
    regulator: RegulatorFront
    cite: SourceLine
    kept: Kept
    claims: Mapping[str, Claims[Any]]

    def rows(self, block: str) -> list[Row[Any]]:
        """Return the items of a block of the front matter."""
        return self.claims[block].rows


def _briefing(derived: Derived, id: str) -> PlainView:
    """Return the view of a briefing’s page: the five answers, then the sections in `has`."""
    site, briefing = derived.site, derived.site.briefing[id]
    front, present = briefing.front, sections.of_briefing(briefing)
    source = _source(site, briefing, present)
    requirements = _orders(derived, source)
    told_orders = [order for order in requirements if order.is_told]
    headings = {section: words.say(site.config, anchors.BRIEFING[section]) for section in present}
    if front.requirements and not told_orders:
        headings["requirements"] = anchors.FOUND
    return PlainView(
        _meta(site, briefing),
        briefing=briefing,
        front=front,
        has={section: text for section, text in headings.items() if section != "at-a-glance"},
        kept=source.kept,
        on_this_page=[LinkTo(heading, f"#{section}") for section, heading in headings.items()],
        answers=five_answers(site, id),
        shared={block.replace("_", "-"): own.shared for block, own in source.claims.items()},
        folds=_folds(briefing, present),
        told_orders=told_orders,
        raised_orders=[order for order in requirements if not order.is_told],
        ratings=_rated_things(source),
        enforcement=_actions(source),
        **_head(source),
        **_inspection(source),
        **_counts(source),
        **_claims(source),
        **_foot(source),
    )


def _source(site: Site, briefing: Briefing, present: Collection[str]) -> _Source:
    """Return the values that several parts of a page use; `present`: its sections."""
    front = briefing.front
    regulator = site.regulators[front.regulator].front
    cite = source_line(front.sources, short_names([regulator], site.trusts[front.trust].front))
    vacated = sections.kept(front.vacated, present, "briefing")
    blocks = (block for block in anchors.CLAIMS if block != "changes")
    of_block = {
        block: claims(block, getattr(front, block), cite, front, vacated) for block in blocks
    }
    return _Source(site, briefing, regulator, cite, vacated, of_block)


def _folds(briefing: Briefing, present: Iterable[str]) -> Mapping[str, int]:
    """Return section → number of its items, for the long sections, which fold on a phone."""
    blocks = {section: section.replace("-", "_") for section in present if section not in _OPEN}
    counts = {
        section: len(getattr(briefing if section == "changes" else briefing.front, block, ()))
        for section, block in blocks.items()
    }
    return {section: count for section, count in counts.items() if count >= _FOLDED}


def _head(source: _Source) -> Mapping[str, object]:
    """Return the values for the parts above and beside the sections: banners, links, topics.

    `topics`: those that no concern or strength names.
    """
    site, briefing, regulator = source.site, source.briefing, source.regulator
    front, trust = briefing.front, trust_link(site, briefing.front.trust)
    finding_topics = {finding.topic for finding in (*front.concerns, *front.strengths)}
    return {
        "held": _held(site, briefing),
        "newer": list(newer_views(site, newer_inspections(site, briefing), trust.url)),
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


def _claims(source: _Source) -> Mapping[str, object]:
    """Return the rows of the sections, but for requirements, ratings and enforcement."""
    front, regulator = source.briefing.front, source.regulator
    breaches = source.rows("breaches")
    concerns, strengths = _findings(source)
    return {
        "breaches": [breach_row(row, regulator, front.regulator) for row in breaches],
        "concerns": concerns,
        "strengths": strengths,
        "figures": [figure_row(row) for row in source.rows("figures")],
        "speakers": speakers(source.site, source.rows("statements")),
        "discrepancies": source.rows("discrepancies"),
        "not_known": source.rows("not_known"),
        "timeline": in_order(source.rows("timeline")),
    }


def _foot(source: _Source) -> Mapping[str, object]:
    """Return the values for the text, the reply, the sources and the parts below them."""
    site, briefing, front = source.site, source.briefing, source.briefing.front
    reply = front.reply
    return {
        "text": body_html(site, briefing.body.html),
        "reply_said": words.say(site.config, words.REPLIES[reply.status]) if reply else "",
        "reply_cites": source.cite(reply.sources if reply else ()),
        "sources": source_rows(
            front.sources, briefing.body, claims_of_briefing(front), source.kept
        ),
        "changes": change_rows(briefing),
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
        breadcrumbs=(LinkTo(words.say(site.config, "Trusts"), urls.TRUSTS), trust),
        feeds=(FeedLink(f"{trust.label}: briefings", urls.feed_of(trust.url)),),
        json_ld=json_ld.report(site, briefing),
        og_type="article",
    )


def _held(site: Site, briefing: Briefing) -> str:
    """Return why the page is not public yet, for previews; empty on a published page."""
    if not briefing.is_held:
        return ""
    if briefing.front.status == "draft":
        return words.DRAFT
    embargo = briefing.front.embargo_until
    by_embargo = embargo is not None and embargo.at(site.zone) == briefing.visible_from
    start = briefing.visible_from.astimezone(site.zone)
    return f"{words.EMBARGO if by_embargo else words.HELD} {show_moment(start)}"


def _inspection(source: _Source) -> Mapping[str, object]:
    """Return the inspection in words.

    `kind`: its type, in the regulator's words. `notice`: `unannounced` and so on; empty if not
    given or already in `kind`. `method`: the label of the regulator's method, or empty. `covered`:
    what was inspected, as the editor lists it: `Crisis services, Northmoor Hospital`. `gap`: the
    time from the last day of the visit to the report, or None.
    """
    inspection, regulator = source.briefing.front.inspection, source.regulator
    kind = label_of(regulator.inspection_types, inspection.type)
    notice = words.NOTICES[inspection.notice] if inspection.notice else ""
    return {
        "kind": kind,
        "notice": "" if notice in kind.casefold() else notice,
        "method": label_of(regulator.methods, inspection.method) if inspection.method else "",
        "covered": [
            ", ".join(filter(None, (part.name, part.site)))
            or words.say(source.site.config, "The whole trust")
            for part in inspection.covers
        ],
        "gap": source.briefing.visit_to_report,
        "inspection_cites": source.cite(inspection.sources),
    }


def _rated_things(source: _Source) -> list[RatedThing]:
    """Group the ratings by service, location or trust."""
    site, front = source.site, source.briefing.front
    ids = {rating.inherited_from for rating in front.ratings if rating.inherited_from}
    given_to = {id: trust_link(site, id).label for id in ids if id in site.trusts}
    (ratings, shared), trust = source.claims["ratings"], trust_link(site, front.trust).label

    def cite(keys: Sequence[str]) -> Cites:
        return shared.unsaid(source.cite(keys))

    return rated_things(site, ratings, source.regulator, source.briefing, trust, given_to, cite)


def _counts(source: _Source) -> Mapping[str, object]:
    """Return the number of services with each rating, or None."""
    counts = source.briefing.front.service_counts
    return {
        "counts": CountBar(counts, source.regulator, source.briefing) if counts else None,
        "counts_cites": source.cite(counts.sources if counts else ()),
    }


def _actions(source: _Source) -> list[ActionRow]:
    front, deadlines = source.briefing.front, deadlines_in(source.site, source.briefing)
    return [
        action_row(row, front, source.regulator, deadlines.get(index, ()))
        for index, row in enumerate(source.rows("enforcement"))
    ]


def _orders(derived: Derived, source: _Source) -> list[OrderRow]:
    briefing = source.briefing
    events = source.rows("requirements")
    histories = {row.item.id: derived.histories[row.item.id] for row in events}
    passed = frozenset(
        deadline.last_entry.number
        for history in histories.values()
        for deadline in history.passed(derived.site.clock)
        if deadline.last_entry.briefing.id == briefing.id
    )
    return orders(derived.site, briefing.id, events, histories, passed)


def _findings(source: _Source) -> Iterator[list[FindingRow]]:
    """Yield the concerns and the strengths, with the names of their topics.

    Only the first finding on the page that names a topic links to the topic's page.
    """
    topics, linked = source.site.topics, {""}
    for block in ("concerns", "strengths"):
        finding_rows = []
        for row in source.rows(block):
            topic = row.item.topic or ""
            name = topics[topic].front.name if topic else ""
            url = urls.url_of("topic", topic) if topic not in linked else ""
            linked.add(topic)
            finding_rows.append(FindingRow(row, name, url))
        yield finding_rows


def _citation(site: Site, briefing: Briefing) -> str:
    """Return the suggested citation of the page."""
    day, address = show_day(briefing.visible_from.date()), site.urls.absolute(briefing.url)
    author = briefing.front.written_by or site.config.publisher.name
    return f"{author}: “{briefing.front.title}”. {site.config.title}, {day}. {address}"


class NewerView(NamedTuple):
    """A banner on newer inspections: its text and its links.

    The text is, for example, `A newer inspection of Rampton Hospital`.
    """

    words: str
    links: list[LinkTo]


def newer_views(site: Site, newer: Iterable[Newer], trust: str) -> Iterator[NewerView]:
    """Yield the banners: one for the whole trust, one for services and sites.

    A single inspection is linked with its briefing's title; several with what was inspected, newest
    first. `trust` is the URL of the trust's page; its list of briefings is linked for those not
    named.
    """
    inspections = list(newer)
    of_trust, of_parts = (
        [inspection for inspection in inspections if not inspection.of],
        [inspection for inspection in inspections if inspection.of],
    )
    for inspection in (*of_trust, *of_parts) if len(of_parts) < 2 else of_trust:
        link = LinkTo(inspection.briefing.front.title, inspection.briefing.url)
        yield NewerView(f"A newer inspection of {_of(site, inspection)}", [link])
    if len(of_parts) > 1:
        links = [LinkTo(_of(site, inspection), inspection.briefing.url) for inspection in of_parts]
        if len(links) > _LINKED:
            rest_label = f"{words.spelt(len(links) - _LINKED + 1)} other inspections"
            links = [*links[: _LINKED - 1], LinkTo(rest_label, f"{trust}#briefings")]
        yield NewerView("Newer inspections of services or sites", links)


def _of(site: Site, newer: Newer) -> str:
    """Return the services and sites inspected again; if they are many, the first and a number."""
    first, *others = newer.of or (words.say(site.config, "the whole trust"),)
    if len(others) > _NAMED:
        others = [f"{words.spelt(len(others))} other services or sites"]
    return words.listed([first, *others])


BRIEFING = Kind(
    "briefing",
    "briefing",
    lambda derived: [(briefing.id,) for briefing in derived.site.briefings],
    partial(urls.url_of, "briefing"),
    _briefing,
)
