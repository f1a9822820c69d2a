"""The lists of trusts and of topics, and the pages of topics and regulators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from briefings import anchors, urls
from briefings.content.reading import Record
from briefings.content.schema import RegulatorFront, TopicFront
from briefings.domain import words
from briefings.domain.ratings import RatingValue
from briefings.domain.sections import anchors_of
from briefings.domain.site import Briefing
from briefings.outputs.pages.components import (
    Card,
    GradeLabel,
    Pager,
    card,
    grade,
    numbers,
    pager,
    shown,
)
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.enforcement import ActionLine, action_lines
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """Every topic, with its number of briefings."""

    whole: Derived

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.TOPICS,
            title="Topics",
            description="What briefings are about, topic by topic.",
            kind="topics",
        )

    @property
    def rows(self) -> list[tuple[LinkTo, str, str]]:
        """(topic, what it covers, number of briefings), by name."""
        site = self.whole.site
        topics = sorted(site.topics.items(), key=lambda item: item[1].front.name.casefold())
        return [
            (
                LinkTo(record.front.name, urls.url_of("topic", id)),
                record.front.summary,
                words.plural(len(site.by_topic[id]), "briefing"),
            )
            for id, record in topics
        ]


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One page of a topic: its briefings and its requirements."""

    whole: Derived
    record: Record[TopicFront]
    pager: Pager

    @property
    def meta(self) -> Meta:
        front = self.record.front
        url = urls.url_of("topic", self.record.id)
        return Meta(
            url=urls.page_of(url, self.pager.number),
            title=f"{front.name}: topic{self.pager.suffix}",
            description=front.summary,
            kind="topic",
            breadcrumbs=(LinkTo("Topics", urls.TOPICS),),
            feeds=(FeedLink(f"{front.name}: briefings", urls.feed_of(url)),),
        )

    @property
    def front(self) -> TopicFront:
        return self.record.front

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.url_of("topic", self.record.id))

    @property
    def prose(self) -> Markup:
        """The body as HTML. It was sanitised when it was read."""
        return Markup(self.record.body.html)  # noqa: S704

    @property
    def briefings(self) -> Sequence[Briefing]:
        """The briefings of this page."""
        return self.pager.of(self.whole.site.by_topic[self.record.id])

    @property
    def cards(self) -> list[Card]:
        return [card(self.whole.site, one.id) for one in self.briefings]

    @property
    def requirements(self) -> list[LedgerRow]:
        """Requirements on the topic, longest outstanding first."""
        found = self.pager.of(self.whole.histories_of("topic", self.record.id))
        return rows_with_trusts(self.whole.site, found)


@dataclass(frozen=True, slots=True)
class RegulatorPage:
    """One page of a regulator: scales with definitions, briefings, enforcement actions."""

    whole: Derived
    record: Record[RegulatorFront]
    pager: Pager

    @property
    def meta(self) -> Meta:
        front = self.record.front
        url = urls.url_of("regulator", self.record.id)
        return Meta(
            url=urls.page_of(url, self.pager.number),
            title=f"{front.name}{self.pager.suffix}",
            description=f"How {front.name} rates, what it found and what it enforced.",
            kind="regulator",
            feeds=(FeedLink(f"{front.name}: briefings", urls.feed_of(url)),),
        )

    @property
    def front(self) -> RegulatorFront:
        return self.record.front

    @property
    def feed(self) -> str:
        return urls.feed_of(urls.url_of("regulator", self.record.id))

    @property
    def ledger(self) -> str:
        return urls.regulator_ledger_url(self.record.id)

    @property
    def is_first(self) -> bool:
        """True for the first page, which has the explanations; later pages have only the lists."""
        return self.pager.number == 1

    @property
    def on_this_page(self) -> list[LinkTo]:
        if not self.is_first:
            return []
        labels = anchors.sections("regulator")
        present = anchors_of(self.whole.site, "regulator", self.record.id)
        return [LinkTo(labels[id], f"#{id}") for id in labels if id in present]

    @property
    def scales(self) -> list[tuple[str, str, list[tuple[GradeLabel, str]]]]:
        """(label, period in force, [(grade, definition)]), newest scale first, best grade first."""
        found = []
        for scale in reversed(self.front.scales):
            since = f"from {scale.from_.show()}" if scale.from_ else ""
            until = f"until {scale.to.show()}" if scale.to else ""
            grades = [
                (
                    shown(RatingValue(each.id, each.label, scale, each.rank, each.definition)),
                    each.definition or "",
                )
                for each in sorted(scale.values, key=lambda one: one.rank)
            ]
            found.append((scale.label, " ".join(filter(None, (since, until))), grades))
        return found

    @property
    def outside(self) -> list[tuple[GradeLabel, str]]:
        return [(grade(self.front, one.id), one.meaning) for one in self.front.outside_scale]

    @property
    def briefings(self) -> Sequence[Briefing]:
        """The briefings of this page."""
        return self.pager.of(self.whole.site.by_regulator[self.record.id])

    @property
    def cards(self) -> list[Card]:
        return [card(self.whole.site, one.id) for one in self.briefings]

    @property
    def enforcement(self) -> list[ActionLine]:
        found = self.whole.actions_by(self.record.id)
        return action_lines(self.whole.site, self.pager.of(found))

    @property
    def regulations(self) -> list[tuple[LinkTo, str]]:
        """(link to the regulation, number of breaches recorded, in words)."""
        found = []
        for one in self.front.regulations:
            count = self.whole.count_breaches(self.record.id, one.number)
            url = urls.regulation_url(self.record.id, one.number)
            said = words.plural(count, "entry", "entries")
            found.append((LinkTo(f"{one.number}: {one.title}", url), said if count else "none"))
        return found


def topic_keys(whole: Derived) -> Iterator[tuple[str, str]]:
    """Yield (topic id, page number)."""
    for id in whole.site.topics:
        yield from ((id, number) for number in numbers(_longest_of_topic(whole, id)))


def topic_url(id: str, number: str) -> str:
    """Return the path of a page of a topic."""
    return urls.page_of(urls.url_of("topic", id), int(number))


def topic_view(whole: Derived, id: str, number: str) -> TopicPage:
    """Return the view of a page of a topic."""
    pages = pager(number, _longest_of_topic(whole, id), urls.url_of("topic", id))
    return TopicPage(whole, whole.site.topics[id], pages)


def _longest_of_topic(whole: Derived, id: str) -> int:
    return max(len(whole.site.by_topic[id]), len(whole.histories_of("topic", id)))


def regulator_keys(whole: Derived) -> Iterator[tuple[str, str]]:
    """Yield (regulator id, page number)."""
    for id in whole.site.regulators:
        yield from ((id, number) for number in numbers(_longest_of_regulator(whole, id)))


def regulator_url(id: str, number: str) -> str:
    """Return the path of a page of a regulator."""
    return urls.page_of(urls.url_of("regulator", id), int(number))


def regulator_view(whole: Derived, id: str, number: str) -> RegulatorPage:
    """Return the view of a page of a regulator."""
    pages = pager(number, _longest_of_regulator(whole, id), urls.url_of("regulator", id))
    return RegulatorPage(whole, whole.site.regulators[id], pages)


def _longest_of_regulator(whole: Derived, id: str) -> int:
    return max(len(whole.site.by_regulator[id]), len(whole.actions_by(id)))
