"""Lists of briefings, topics, requirements, enforcement actions, breaches and corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from briefings import urls
from briefings.domain import words
from briefings.domain.enforcement import Action
from briefings.domain.ledger.entries import AnswerKind
from briefings.domain.ledger.history import History
from briefings.domain.registers import BreachMention, Correction, corrections, regulations_of
from briefings.domain.site import Briefing
from briefings.outputs.pages.actions import action_lines, breach_line
from briefings.outputs.pages.components import card
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.ledger_rows import rows_with_trusts
from briefings.outputs.pages.listing import Pager, paged
from briefings.outputs.pages.page import Derived, FeedLink, Kind, Meta, PlainView, only
from briefings.urls import LinkTo


def _archive_base(year: str) -> str:
    return urls.year_url(int(year)) if year else urls.BRIEFINGS


def _archive_lists(derived: Derived, year: str) -> tuple[Sequence[Briefing]]:
    """Return all briefings, or those published here in a year, newest report first.

    That may not be the year of the report.
    """
    return (derived.site.by_year[year] if year else derived.site.by_report,)


def _archive(derived: Derived, year: str, pager: Pager, briefings: Sequence[Briefing]) -> PlainView:
    heading = f"Briefings published here in {year}" if year else "Briefings"
    title = f"{heading if year else 'All briefings'}"
    order = f"newest report first{pager.suffix}."
    meta = Meta(
        url=pager.url,
        title=f"{title}{pager.suffix}",
        description=f"{title} on inspections of {derived.site.config.organisations.many}, {order}",
        kind="archive",
        section=urls.BRIEFINGS,
        breadcrumbs=(LinkTo("Briefings", urls.BRIEFINGS),) if year else (),
    )
    return PlainView(
        meta,
        pager=pager,
        heading=heading,
        said=f"{words.plural(pager.count, 'briefing')}, newest report first.",
        years=[
            (LinkTo(shown_year, _archive_base(shown_year)), shown_year == year)
            for shown_year in derived.site.by_year
        ],
        cards=[card(derived.site, briefing.id) for briefing in briefings],
    )


def _years(derived: Derived) -> Iterator[tuple[str]]:
    yield ("",)
    yield from ((year,) for year in derived.site.by_year)


def _topics(derived: Derived) -> PlainView:
    """Return the view of the list of topics, by name."""
    site = derived.site
    topics = sorted(site.topics.items(), key=lambda item: item[1].front.name.casefold())
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
    return PlainView(meta, rows=rows)


def _topic(
    derived: Derived,
    id: str,
    pager: Pager,
    briefings: Sequence[Briefing],
    requirements: Sequence[History],
) -> PlainView:
    topic, feed = derived.site.topics[id], urls.feed_of(pager.base)
    name, digests = topic.front.name, urls.feed_of(urls.digests_of("topic", id))
    meta = Meta(
        url=pager.url,
        title=f"{name}: topic{pager.suffix}",
        description=topic.front.summary,
        kind="topic",
        breadcrumbs=(LinkTo("Topics", urls.TOPICS),),
        feeds=(FeedLink(f"{name}: briefings", feed), FeedLink(f"{name}: week by week", digests)),
    )
    return PlainView(
        meta,
        pager=pager,
        feed=feed,
        front=topic.front,
        prose=body_html(derived.site, topic.body.html),
        cards=[card(derived.site, briefing.id) for briefing in briefings],
        requirements=rows_with_trusts(derived.site, requirements),
    )


def _regulator_ledger(
    derived: Derived, id: str, pager: Pager, requirements: Sequence[History]
) -> PlainView:
    """Return the view of a page of a regulator's requirements, longest outstanding first."""
    front, say = derived.site.regulators[id].front, partial(words.say, derived.site.config)
    return _part_of_ledger(
        derived, pager, requirements,
        title=f"Requirements of the {front.short_name}",
        description=f"What the {front.name} "
        + say("told trusts to do or found without an order, and what became of it."),
        heading=f"{front.short_name}: requirements on record",
        lead=f"What the {front.name} {say('told trusts to do')}. Where it found something without "
        "an order, the column “Told” says so.",
    )  # fmt: skip


def _answers(
    derived: Derived, kind: str, pager: Pager, requirements: Sequence[History]
) -> PlainView:
    """Return the view of a page of the requirements with one kind of answer of the trust."""
    label, say = words.lower(AnswerKind(kind).label), partial(words.say, derived.site.config)
    return _part_of_ledger(
        derived, pager, requirements,
        title=f"{say('The trust’s answer to what it was told')}: {label}",
        description=f"{say('Requirements by what the trust answered')}: {label}.",
        heading=f"{say('The trust’s answer')}: {label}",
        lead=say("Requirements by the newest answer of the trust on record.")
        + " It changes no status: only the regulator’s word makes a requirement met.",
    )  # fmt: skip


def _part_of_ledger(
    derived: Derived, pager: Pager, requirements: Sequence[History],
    *, title: str, description: str, heading: str, lead: str,
) -> PlainView:  # fmt: skip
    meta = Meta(
        url=pager.url,
        title=f"{title}{pager.suffix}",
        description=description,
        kind="ledger",
        section=urls.REQUIREMENTS,
        scripts=("tables.js",),
        breadcrumbs=(LinkTo("Ledger", urls.REQUIREMENTS),),
    )
    rows = rows_with_trusts(derived.site, requirements)
    return PlainView(meta, pager=pager, heading=heading, lead=lead, rows=rows)


def _enforcement(derived: Derived, pager: Pager, actions: Sequence[Action]) -> PlainView:
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
    return PlainView(
        meta,
        pager=pager,
        feed=feed,
        overdue=derived.overdue.sentence,
        ledger=f"{urls.REQUIREMENTS}#deadline-passed",
        said=f"{count}, newest first; those whose date is not known are last",
        lines=action_lines(derived.site, actions),
    )


def _corrections(derived: Derived, pager: Pager, changes: Sequence[Correction]) -> PlainView:
    feed = urls.feed_of(urls.CORRECTIONS)
    meta = Meta(
        url=pager.url,
        title=f"Corrections{pager.suffix}",
        description="Every correction, clarification, update and withdrawal of a briefing.",
        kind="register",
        feeds=(FeedLink("Corrections", feed),),
    )
    return PlainView(meta, pager=pager, feed=feed, lines=changes)


def _regulation_lists(
    derived: Derived, id: str, number: str
) -> tuple[Sequence[BreachMention], Sequence[Action], Sequence[History]]:
    """Return the breaches of a regulation, the actions and the requirements that name it."""
    return (
        derived.breaches_of(id, number),
        derived.actions_on(id, number),
        derived.histories_on(id, number),
    )


def _regulation(
    derived: Derived,
    id: str,
    number: str,
    pager: Pager,
    breaches: Sequence[BreachMention],
    actions: Sequence[Action],
    requirements: Sequence[History],
) -> PlainView:
    site, front = derived.site, derived.site.regulators[id].front
    regulation = next(
        (candidate for candidate in front.regulations if candidate.number == number), None
    )
    name, title = f"Regulation {number}", regulation.title if regulation else ""
    meta = Meta(
        url=pager.url,
        title=f"{name}: {title} ({front.short_name}){pager.suffix}",
        description=f"Who was found in breach of {name.lower()}, and when.",
        kind="regulation",
        breadcrumbs=(LinkTo(front.short_name, urls.url_of("regulator", id)),),
    )
    return PlainView(
        meta,
        pager=pager,
        front=front,
        number=number,
        title=title,
        official=(regulation.url if regulation else None) or "",
        breaches=[breach_line(site, breach) for breach in breaches],
        actions=action_lines(site, actions),
        requirements=rows_with_trusts(site, requirements),
    )


ARCHIVE = paged("archive", "archive", _archive_base, _archive_lists, _archive, _years)
TOPICS = Kind("topics", "topics", only(), lambda: urls.TOPICS, _topics)
TOPIC = paged(
    "topic",
    "topic",
    partial(urls.url_of, "topic"),
    lambda derived, id: (derived.site.by_topic[id], derived.histories_of("topic", id)),
    _topic,
    lambda derived: ((id,) for id in derived.site.topics),
)
REGULATOR_LEDGER = paged(
    "regulator-ledger",
    "ledger_part",
    urls.regulator_ledger_url,
    lambda derived, id: (derived.histories_of("regulator", id),),
    _regulator_ledger,
    lambda derived: ((id,) for id in derived.site.regulators),
)
ANSWERS = paged(
    "answers",
    "ledger_part",
    urls.answer_url,
    lambda derived, kind: (derived.histories_answered(kind),),
    _answers,
    lambda derived: ((kind.value,) for kind in AnswerKind),
)
ENFORCEMENT = paged(
    "enforcement",
    "enforcement",
    lambda: urls.ENFORCEMENT,
    lambda derived: (derived.actions,),
    _enforcement,
)
CORRECTIONS = paged(
    "corrections",
    "corrections",
    lambda: urls.CORRECTIONS,
    lambda derived: (corrections(derived.site),),
    _corrections,
)
REGULATION = paged(
    "regulation",
    "regulation",
    urls.regulation_url,
    _regulation_lists,
    _regulation,
    lambda derived: regulations_of(derived.site),
)
