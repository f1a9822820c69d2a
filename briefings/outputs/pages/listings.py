"""The lists of trusts and of topics, and the pages of topics and regulators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from briefings import anchors, urls
from briefings.content.loader import Record
from briefings.content.schema import RegulatorFront, TopicFront
from briefings.domain import words
from briefings.domain.ratings import RatingValue
from briefings.domain.sections import anchors_of
from briefings.domain.site import Briefing
from briefings.outputs.pages import trusts
from briefings.outputs.pages.components import Card, GradeLabel, Pager, card, grade, pagers, shown
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.enforcement import ActionLine, action_lines
from briefings.outputs.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta, Page


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """Every topic, with its number of briefings."""

    #: Fields of `build.list_facts.LOOSE` that the page shows of records it does not list.
    BEYOND: ClassVar[frozenset[str]] = frozenset()

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

    #: Fields of `build.list_facts.LOOSE` that the page shows of records it does not list.
    BEYOND: ClassVar[frozenset[str]] = frozenset()

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
        return [card(self.whole.site, one) for one in self.briefings]

    @property
    def requirements(self) -> list[LedgerRow]:
        """Requirements on the topic, longest outstanding first."""
        found = self.pager.of(self.whole.histories_by_topic[self.record.id])
        return rows_with_trusts(self.whole.site, found)


@dataclass(frozen=True, slots=True)
class RegulatorPage:
    """One page of a regulator: scales with definitions, briefings, enforcement actions."""

    #: Fields of `build.list_facts.LOOSE` that the page shows of records it does not list.
    BEYOND: ClassVar[frozenset[str]] = frozenset()

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
        return [card(self.whole.site, one) for one in self.briefings]

    @property
    def enforcement(self) -> list[ActionLine]:
        found = self.whole.actions_by_regulator[self.record.id]
        return action_lines(self.whole.site, self.pager.of(found))

    @property
    def regulations(self) -> list[tuple[LinkTo, str]]:
        """(link to the regulation, number of breaches recorded, in words)."""
        found = []
        for one in self.front.regulations:
            count = len(self.whole.breaches.get((self.record.id, one.number), ()))
            url = urls.regulation_url(self.record.id, one.number)
            said = words.plural(count, "entry", "entries")
            found.append((LinkTo(f"{one.number}: {one.title}", url), said if count else "none"))
        return found


def planned(whole: Derived) -> Iterator[Page]:
    """Yield the A–Z of trusts, the list of topics, and the pages of topics and regulators."""
    site = whole.site
    yield from trusts.index(whole)
    yield Page.of(urls.TOPICS, "pages/topics.html", TopicIndex(whole))
    for id, topic in site.topics.items():
        longest = max(len(site.by_topic[id]), len(whole.histories_by_topic[id]))
        for pager in pagers(longest, urls.url_of("topic", id)):
            view = TopicPage(whole, topic, pager)
            yield Page.of(view.meta.url, "pages/topic.html", view)
    for id, regulator in site.regulators.items():
        longest = max(len(site.by_regulator[id]), len(whole.actions_by_regulator[id]))
        for pager in pagers(longest, urls.url_of("regulator", id)):
            page = RegulatorPage(whole, regulator, pager)
            yield Page.of(page.meta.url, "pages/regulator.html", page)
