"""Lists of briefings, topics, enforcement actions and corrections; regulators and regulations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from briefings import anchors, urls
from briefings.content.schema.entities import KeyQuestion, RegulatorFront, Scale
from briefings.domain import words
from briefings.domain.enforcement import Action, actions
from briefings.domain.ledger.history import History
from briefings.domain.ratings.scales import RatingValue, find_value
from briefings.domain.registers import (
    BreachMention,
    Correction,
    breach_places,
    breaches_of,
    corrections,
    regulation_key,
    regulations_of,
)
from briefings.domain.sections import anchors_of
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.actions import action_lines, actions_by
from briefings.outputs.pages.cards import card
from briefings.outputs.pages.components import GradeLabel, article, shown, trust_link
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.ledger import histories_by, ledger_rows, overdue
from briefings.outputs.pages.page import FeedLink, Meta, Pager, View, paged, single
from briefings.urls import LinkTo


def _archive_base(year: str) -> str:
    return urls.year_url(int(year)) if year else urls.BRIEFINGS


def _archive(site: Site, year: str, pager: Pager, briefings: Sequence[Briefing]) -> View:
    """Return all briefings, or those published here in a year, which may not be the report's."""
    heading = f"Briefings published here in {year}" if year else "Briefings"
    title = heading if year else "All briefings"
    order = f"newest report first{pager.suffix}."
    meta = Meta(
        url=pager.url,
        title=f"{title}{pager.suffix}",
        description=f"{title} on inspections of {site.config.organisations.many}, {order}",
        kind="archive",
        section=urls.BRIEFINGS,
        breadcrumbs=(LinkTo("Briefings", urls.BRIEFINGS),) if year else (),
    )
    return View(
        meta,
        pager=pager,
        heading=heading,
        said=f"{words.plural(pager.count, 'briefing')}, newest report first.",
        years=[
            (LinkTo(shown_year, _archive_base(shown_year)), shown_year == year)
            for shown_year in site.by_year
        ],
        cards=[card(site, briefing.id) for briefing in briefings],
    )


def _topics(site: Site) -> View:
    """Return the view of the list of topics, by name."""
    topics = sorted(site.topics.items(), key=lambda item: words.alphabetical(item[1].front.name))
    meta = Meta(
        url=urls.TOPICS,
        title="Topics",
        description="What briefings are about, topic by topic.",
        kind="topics",
    )
    rows = [
        (
            LinkTo(topic.front.name, urls.url_of("topic", id)),
            topic.front.summary,
            words.plural(len(site.by_topic[id]), "briefing"),
        )
        for id, topic in topics
    ]
    return View(meta, rows=rows)


def _topic(
    site: Site,
    id: str,
    pager: Pager,
    briefings: Sequence[Briefing],
    requirements: Sequence[History],
) -> View:
    topic, feed = site.topics[id], urls.feed_of(pager.base)
    name, digests = topic.front.name, urls.feed_of(urls.digests_of("topic", id))
    meta = Meta(
        url=pager.url,
        title=f"{name}: topic{pager.suffix}",
        description=topic.front.summary,
        kind="topic",
        breadcrumbs=(LinkTo("Topics", urls.TOPICS),),
        feeds=(FeedLink(f"{name}: briefings", feed), FeedLink(f"{name}: week by week", digests)),
    )
    return View(
        meta,
        pager=pager,
        feed=feed,
        front=topic.front,
        prose=body_html(site, topic.body.html),
        cards=[card(site, briefing.id) for briefing in briefings],
        requirements=ledger_rows(site, requirements),
    )


def _regulator(
    site: Site,
    id: str,
    pager: Pager,
    briefings: Sequence[Briefing],
    actions: Sequence[Action],
) -> View:
    """Return the view of a page of a regulator; the first one has explanations of its ratings."""
    front, feed = site.regulators[id].front, urls.feed_of(pager.base)
    is_first, name = pager.number == 1, f"{article(front)}{front.name}"
    rates = f"How {name} rates, what it" if front.scales else f"What {name}"
    meta = Meta(
        url=pager.url,
        title=f"{front.name}{pager.suffix}",
        description=f"{rates} found and what it enforced.",
        kind="regulator",
        feeds=(FeedLink(f"{front.name}: briefings", feed),),
        json_ld=json_ld.regulator(site, id),
    )
    return View(
        meta,
        pager=pager,
        feed=feed,
        front=front,
        is_first=is_first,
        on_this_page=[
            LinkTo(heading, f"#{section}")
            for section, heading in anchors.REGULATOR.items()
            if is_first and section in anchors_of(site, "regulator", id)
        ],
        scales=_scales(front),
        key_questions=[(question.label, _time(question)) for question in front.key_questions],
        outside=[(_grade(front, value.id), value.meaning) for value in front.outside_scale],
        cards=[card(site, briefing.id) for briefing in briefings],
        enforcement=action_lines(site, actions),
        regulations=_regulations(site, id) if is_first else [],
        ledger=urls.regulator_ledger_url(id),
    )


def _grade(regulator: RegulatorFront, value: str) -> GradeLabel:
    """Return the label of a value given by id alone, taken from the first scale that has it."""
    return shown(find_value(regulator, value) or RatingValue(value, words.from_id(value)))


class ScaleView(NamedTuple):
    """A scale. `in_force`: when. `grades`: (grade, definition), best first.

    `undefined`: the grades that the source does not define. If a newer scale defines a grade of the
    same name in the same words, only that scale has the definition, and this one names the scale.
    """

    label: str
    in_force: str
    grades: list[tuple[GradeLabel, str]]
    undefined: list[GradeLabel]


def _scales(front: RegulatorFront) -> list[ScaleView]:
    """Return the scales, newest first."""
    newer_label: dict[tuple[str, str], str] = {}
    views = []
    for scale in reversed(front.scales):
        view = ScaleView(scale.label, _time(scale), [], [])
        for value in sorted(scale.values, key=lambda value: value.rank):
            label = shown(RatingValue(value.id, value.label, scale, value.rank, value.definition))
            if value.definition is None:
                view.undefined.append(label)
                continue
            first = newer_label.setdefault((value.label, value.definition), scale.label)
            same = first != scale.label
            view.grades.append((label, f"As under “{first}”." if same else value.definition))
        views.append(view)
    return views


def _time(item: Scale | KeyQuestion) -> str:
    """Return when a scale is in force or a key question asked: `from 2020 until March 2024`."""
    since = f"from {item.from_.bare()}" if item.from_ else ""
    until = f"until {item.to.bare()}" if item.to else ""
    return " ".join(filter(None, (since, until)))


def _regulations(site: Site, id: str) -> list[tuple[LinkTo, str]]:
    """Return (link to a regulation, number of breaches recorded, in words)."""
    rows, places = [], breach_places(site)
    listed = site.regulators[id].front.regulations
    titles = {item.number: f"{item.number}: {item.title}" for item in listed}
    for number in (number for regulator, number in regulations_of(site) if regulator == id):
        count = len(places.get(regulation_key(id, number), ()))
        label = titles.get(number) or words.regulation(number)
        link = LinkTo(label, urls.regulation_url(id, number))
        rows.append((link, words.plural(count, "entry", "entries") if count else "none"))
    return rows


def _enforcement(site: Site, pager: Pager, actions: Sequence[Action]) -> View:
    feed = urls.feed_of(urls.ENFORCEMENT)
    meta = Meta(
        url=pager.url,
        title=f"Enforcement register{pager.suffix}",
        description="Enforcement action in our briefings, one row for each action.",
        kind="register",
        feeds=(FeedLink("Enforcement", feed),),
        scripts=("tables.js",),
    )
    count = words.plural(pager.count, "action")
    return View(
        meta,
        pager=pager,
        feed=feed,
        overdue=overdue(site).sentence,
        ledger=f"{urls.REQUIREMENTS}#deadline-passed",
        said=f"{count}, newest first; those whose date is not known are last",
        lines=action_lines(site, actions),
    )


def _corrections(site: Site, pager: Pager, changes: Sequence[Correction]) -> View:
    feed = urls.feed_of(urls.CORRECTIONS)
    meta = Meta(
        url=pager.url,
        title=f"Corrections{pager.suffix}",
        description="Every correction, clarification, update and withdrawal of a briefing.",
        kind="register",
        feeds=(FeedLink("Corrections", feed),),
    )
    return View(meta, pager=pager, feed=feed, lines=changes)


def _regulation(
    site: Site,
    id: str,
    number: str,
    pager: Pager,
    breaches: Sequence[BreachMention],
    actions: Sequence[Action],
    requirements: Sequence[History],
) -> View:
    front = site.regulators[id].front
    regulation = next(
        (candidate for candidate in front.regulations if candidate.number == number), None
    )
    name = words.regulation(number)
    heading = f"{name}: {regulation.title}" if regulation else name
    meta = Meta(
        url=pager.url,
        title=f"{heading} ({front.short_name}){pager.suffix}",
        description=f"Who was found in breach of {words.label_lower(name)}, and when.",
        kind="regulation",
        breadcrumbs=(LinkTo(front.short_name, urls.url_of("regulator", id)),),
    )
    return View(
        meta,
        pager=pager,
        front=front,
        heading=heading,
        official=(regulation.url if regulation else None) or "",
        breaches=[(trust_link(site, breach.briefing.front.trust), breach) for breach in breaches],
        actions=action_lines(site, actions),
        requirements=ledger_rows(site, requirements),
    )


ARCHIVE = paged(
    "archive",
    _archive_base,
    lambda site, year: [site.by_year[year] if year else site.by_report],
    _archive,
    lambda site: [("",), *((year,) for year in site.by_year)],
)
TOPICS = single("topics", urls.TOPICS, _topics)
TOPIC = paged(
    "topic",
    partial(urls.url_of, "topic"),
    lambda site, id: (site.by_topic[id], histories_by(site, "topic", id)),
    _topic,
    lambda site: ((id,) for id in site.topics),
)
REGULATOR = paged(
    "regulator",
    partial(urls.url_of, "regulator"),
    lambda site, id: (site.by_regulator[id], actions_by(site, "regulator", id)),
    _regulator,
    lambda site: ((id,) for id in site.regulators),
)
ENFORCEMENT = paged(
    "enforcement", lambda: urls.ENFORCEMENT, lambda site: [actions(site)], _enforcement
)
CORRECTIONS = paged(
    "corrections", lambda: urls.CORRECTIONS, lambda site: [corrections(site)], _corrections
)
REGULATION = paged(
    "regulation",
    urls.regulation_url,
    lambda site, *regulation: (
        breaches_of(site, *regulation),
        actions_by(site, "regulation", regulation_key(*regulation)),
        histories_by(site, "regulation", regulation_key(*regulation)),
    ),
    _regulation,
    regulations_of,
)
