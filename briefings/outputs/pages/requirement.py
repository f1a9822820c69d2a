"""The page of one requirement: its whole history, each event with its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import anchors, urls
from briefings.content.schema import RegulatorFront, SiteFront
from briefings.domain import sections, words
from briefings.domain.ledger import Deadline, Entry, History
from briefings.domain.site import Clock
from briefings.outputs.pages.claims import regulation_links
from briefings.outputs.pages.components import (
    Cites,
    full_name,
    report_url,
    short_names,
    source_line,
    trust_link,
)
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.ledger_rows import LedgerRow
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta
from briefings.outputs.pages.timeline_svg import TimelineSvg, timeline_svg


class EntryRow(NamedTuple):
    """One event of the history, with its anchor on this page.

    `kept`: vacated anchors that now point to it.
    """

    entry: Entry
    passed: bool  # its deadline has passed with no public record that it was met
    anchor: str
    cites: Cites
    kept: Sequence[str]


class DeadlineRow(NamedTuple):
    """One deadline. `passed`: it has passed with no public record that it was met."""

    deadline: Deadline
    passed: bool


def keys(whole: Derived) -> list[tuple[str]]:
    """Return the id of every requirement with a visible event."""
    return [(id,) for id in whole.histories]


def requirement_view(whole: Derived, id: str) -> RequirementView:
    """Return the view of a requirement's page."""
    history = whole.histories[id]
    site, front = whole.site, history.front
    return RequirementView(
        history=history,
        sections=sections.of_requirement(site, history.id),
        trust=trust_link(site, front.trust),
        regulator=site.regulators[front.regulator].front,
        topics=tuple(
            LinkTo(site.topics[id].front.name, urls.url_of("topic", id)) for id in front.topics
        ),
        short=short_names([site.regulators[front.regulator].front], site.trusts[front.trust].front),
        config=site.config,
        clock=site.clock,
    )


@dataclass(frozen=True, slots=True)
class RequirementView:
    """`view` of pages/requirement.html.

    `sections`: ids of the sections present. `short`: short names of publishers (see `short_names`).
    """

    history: History
    sections: tuple[str, ...]
    trust: LinkTo
    regulator: RegulatorFront
    topics: tuple[LinkTo, ...]
    short: Mapping[str, str]
    config: SiteFront
    clock: Clock

    @property
    def meta(self) -> Meta:
        """Head metadata and breadcrumbs. The trust's name makes the title unique."""
        return Meta(
            url=self.history.url,
            title=f"{self.history.front.title} ({self.trust.label})",
            description=f"{self.trust.label}: {self.history.front.title}. {self.history.brief}",
            kind="requirement",
            section=urls.REQUIREMENTS,
            breadcrumbs=(LinkTo("Ledger", urls.REQUIREMENTS), self.trust),
            feeds=(FeedLink(self.history.front.title, urls.feed_of(self.history.url)),),
            og_type="article",
        )

    @property
    def has(self) -> Mapping[str, str]:
        """Section id → heading, for the sections present."""
        return {id: anchors.REQUIREMENT[id] for id in self.sections}

    @property
    def on_this_page(self) -> list[LinkTo]:
        """Links to the sections of the page."""
        return [LinkTo(heading, f"#{id}") for id, heading in self.has.items()]

    @property
    def row(self) -> LedgerRow:
        """The requirement as lists show it."""
        return LedgerRow(self.history, self.clock)

    @property
    def regulator_link(self) -> LinkTo:
        """A link to the regulator's page, labelled with the full name."""
        id = self.history.front.regulator
        return LinkTo(full_name(self.regulator), urls.url_of("regulator", id))

    @property
    def publishers(self) -> str:
        """The publishers cited anywhere in the history."""
        return words.listed(self.history.publishers)

    @property
    def life(self) -> TimelineSvg | None:
        """The timeline, or None if there is nothing to draw."""
        return timeline_svg(self.history)

    @property
    def entries(self) -> list[EntryRow]:
        """Every event, oldest first, with links to its sources on the page of its briefing.

        Anchors are numbered in order of publication, so that an older report that is added later
        does not change the anchor of an event that is already public.
        """
        entries, vacated, kept = self.history.entries, self.history.front.vacated, self.kept
        published = sorted(entries, key=lambda entry: entry.briefing.visible_from)
        named = {
            (entry.briefing.id, entry.n): anchors.claim("event", index, vacated)
            for index, entry in enumerate(published)
        }
        passed = {one.entry.key for one in self.history.passed(self.clock)}
        found = []
        for entry in entries:
            anchor, cites = named[entry.briefing.id, entry.n], self._cites(entry)
            found.append(EntryRow(entry, entry.key in passed, anchor, cites, kept.get(anchor, ())))
        return found

    @property
    def kept(self) -> Mapping[str, list[str]]:
        """Section or event → the vacated anchors that now point to it."""
        return sections.kept(self.history.front.vacated, self.has, "history")

    @property
    def deadlines(self) -> list[DeadlineRow]:
        """Every deadline that was set."""
        return [
            DeadlineRow(one, one.passed_without_record(self.clock))
            for one in self.history.deadlines
        ]

    @property
    def regulations(self) -> list[LinkTo]:
        """Links to the regulations that the requirement is about."""
        front = self.history.front
        return regulation_links(self.regulator, front.regulator, front.regulations)

    @property
    def report_url(self) -> str:
        """The address for reporting a mistake, or empty."""
        return report_url(self.config, self.history.front.title)

    def _cites(self, entry: Entry) -> Cites:
        sources = entry.briefing.front.sources
        return source_line(sources, self.short, entry.briefing.url)(entry.event.sources)
