"""The A–Z of trusts, the list of topics, and the pages of topics and regulators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from briefings import anchors, urls, words
from briefings.load import Record
from briefings.model import OVERALL, RegulatorFront, TopicFront, TrustFront
from briefings.pages.across import ActionLine, action_lines
from briefings.pages.ledger_rows import LedgerRow, rows_with_trusts
from briefings.pages.page import FeedLink, LinkTo, Meta, Page
from briefings.pages.values import Card, Grade, Pager, card, grade, pagers, shown, trust_link
from briefings.pages.whole import Whole
from briefings.ratings import RatingValue, Standing, headline
from briefings.sections import anchors_of


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One trust in the A–Z."""

    id: str
    front: TrustFront
    standing: Standing | None
    open: int
    briefings: int

    @property
    def url(self) -> str:
        return urls.url_of("trust", self.id)

    @property
    def kind(self) -> str:
        return words.TRUST_KINDS[self.front.kind]

    @property
    def grade(self) -> Grade | None:
        """The current rating, or the word that stands in its place."""
        return shown(self.standing.value) if self.standing else None

    @property
    def dated(self) -> str:
        """When the current rating was given, and for what, unless it is the overall one."""
        if self.standing is None:
            return ""
        rating = self.standing.point.rating
        question = (
            "" if rating.key_question == OVERALL else f"{words.from_id(rating.key_question)}, "
        )
        return f"{question}{self.standing.dated}"

    @property
    def said(self) -> str:
        """`2 briefings, 1 open requirement`."""
        briefings = words.plural(self.briefings, "briefing")
        return f"{briefings}, {words.plural(self.open, 'open requirement')}"

    @property
    def is_closed(self) -> bool:
        return self.front.status == "closed"

    @property
    def codes(self) -> str:
        return ", ".join(self.front.codes.values())

    @property
    def other_names(self) -> list[str]:
        """Former names and other names in use."""
        former = [f"formerly {one.name}" for one in self.front.former_names]
        return [*former, *self.front.also_known_as]


@dataclass(frozen=True, slots=True)
class Letter:
    """The trusts under one letter."""

    letter: str
    anchor: str
    trusts: list[TrustLine]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Trusts by something they share: a region, a council, a kind."""

    name: str
    groups: list[tuple[str, list[LinkTo]]]

    @property
    def anchor(self) -> str:
        return self.name.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class TrustIndex:
    """Every trust, A to Z, and by region, council, code and former name."""

    whole: Whole

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.TRUSTS,
            title="Trusts A to Z",
            description="Every trust with its current rating and its open requirements.",
            kind="trusts",
            section=urls.TRUSTS,
        )

    @property
    def letters(self) -> list[Letter]:
        found: dict[str, list[TrustLine]] = {}
        for line in self._lines():
            found.setdefault(words.initial(line.front.name), []).append(line)
        return [
            Letter(letter, "other" if letter == "#" else letter.lower(), found[letter])
            for letter in sorted(found)
        ]

    def _lines(self) -> list[TrustLine]:
        whole = self.whole
        lines = [
            TrustLine(
                id,
                record.front,
                headline(whole.ratings_by_trust[id]),
                sum(one.status.is_open for one in whole.by_trust[id]),
                len(whole.site.by_trust[id]),
            )
            for id, record in whole.site.trusts.items()
        ]
        return sorted(lines, key=lambda one: (one.front.name.casefold(), one.id))

    @property
    def groupings(self) -> list[Grouping]:
        """Region, council and former name, where any trust has one."""
        trusts = self.whole.site.trusts
        asked: dict[str, Mapping[str, Sequence[str | None]]] = {
            "By region": {id: [one.front.region] for id, one in trusts.items()},
            "By council": {id: list(one.front.councils) for id, one in trusts.items()},
            "By kind": {id: [words.TRUST_KINDS[one.front.kind]] for id, one in trusts.items()},
            "By code": {id: list(one.front.codes.values()) for id, one in trusts.items()},
            "By former name": {
                id: [each.name for each in one.front.former_names] for id, one in trusts.items()
            },
        }
        found = [Grouping(name, self._groups(shared)) for name, shared in asked.items()]
        return [one for one in found if one.groups]

    def _groups(self, shared: Mapping[str, Sequence[str | None]]) -> list[tuple[str, list[LinkTo]]]:
        groups: dict[str, list[LinkTo]] = {}
        for id, names in shared.items():
            for name in names:
                if name:
                    groups.setdefault(name, []).append(trust_link(self.whole.site, id))
        return [
            (name, sorted(groups[name], key=lambda link: link.label.casefold()))
            for name in sorted(groups, key=str.casefold)
        ]


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """Every topic, with how many briefings it has."""

    whole: Whole

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
        """(topic, what it covers, how many briefings)."""
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
    """One topic: its briefings and its requirements."""

    whole: Whole
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
        """The editor's text, made safe when it was read."""
        return Markup(self.record.body.html)  # noqa: S704

    @property
    def cards(self) -> list[Card]:
        found = self.pager.of(self.whole.site.by_topic[self.record.id])
        return [card(self.whole.site, one) for one in found]

    @property
    def requirements(self) -> list[LedgerRow]:
        """Requirements on the topic, longest outstanding first."""
        found = self.pager.of(self.whole.histories_by_topic[self.record.id])
        return rows_with_trusts(self.whole.site, found)


@dataclass(frozen=True, slots=True)
class RegulatorPage:
    """One regulator: its scales explained, its briefings, its enforcement."""

    whole: Whole
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
        """The first page explains; the others only list."""
        return self.pager.number == 1

    @property
    def on_this_page(self) -> list[LinkTo]:
        if not self.is_first:
            return []
        labels = anchors.sections("regulator")
        present = anchors_of(self.whole.site, "regulator", self.record.id)
        return [LinkTo(labels[id], f"#{id}") for id in labels if id in present]

    @property
    def scales(self) -> list[tuple[str, str, list[tuple[Grade, str]]]]:
        """(label, in force, [(grade, what it means)]), the newest first."""
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
    def outside(self) -> list[tuple[Grade, str]]:
        return [(grade(self.front, one.id), one.meaning) for one in self.front.outside_scale]

    @property
    def cards(self) -> list[Card]:
        found = self.pager.of(self.whole.site.by_regulator[self.record.id])
        return [card(self.whole.site, one) for one in found]

    @property
    def enforcement(self) -> list[ActionLine]:
        found = self.whole.actions_by_regulator[self.record.id]
        return action_lines(self.whole.site, self.pager.of(found))

    @property
    def regulations(self) -> list[tuple[LinkTo, str]]:
        """(regulation, how many breaches briefings tell of)."""
        found = []
        for one in self.front.regulations:
            count = len(self.whole.breaches.get((self.record.id, one.number), ()))
            url = urls.regulation_url(self.record.id, one.number)
            said = words.plural(count, "entry", "entries")
            found.append((LinkTo(f"{one.number}: {one.title}", url), said if count else "none"))
        return found


def planned(whole: Whole) -> Iterator[Page]:
    """The A–Z of trusts, topics and their pages, regulators' pages."""
    site = whole.site
    yield Page(urls.TRUSTS, "pages/trusts.html", TrustIndex(whole))
    yield Page(urls.TOPICS, "pages/topics.html", TopicIndex(whole))
    for id, topic in site.topics.items():
        longest = max(len(site.by_topic[id]), len(whole.histories_by_topic[id]))
        for pager in pagers(longest, urls.url_of("topic", id)):
            view = TopicPage(whole, topic, pager)
            yield Page(view.meta.url, "pages/topic.html", view)
    for id, regulator in site.regulators.items():
        longest = max(len(site.by_regulator[id]), len(whole.actions_by_regulator[id]))
        for pager in pagers(longest, urls.url_of("regulator", id)):
            page = RegulatorPage(whole, regulator, pager)
            yield Page(page.meta.url, "pages/regulator.html", page)
