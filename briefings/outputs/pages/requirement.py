"""The page of one requirement: its whole history, each event with its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from briefings import anchors, urls
from briefings.content.dates.values import PartialDate
from briefings.domain import sections, words
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, histories
from briefings.domain.site import Site
from briefings.outputs.pages.actions import regulation_links
from briefings.outputs.pages.components import (
    Cites,
    article,
    contact_url,
    full_name,
    report_url,
    short_names,
    source_line,
    trust_link,
)
from briefings.outputs.pages.ledger import LedgerRow
from briefings.outputs.pages.page import JSON, FeedLink, Kind, Meta, View
from briefings.outputs.pages.pictures import life
from briefings.urls import LinkTo


class EntryRow(NamedTuple):
    """One event of the history, with its anchor on this page.

    `passed`: its deadline has passed with no public record that it was met. `cites`: links to its
    sources on the page of its briefing. `kept`: vacated anchors that now point to it.
    """

    entry: Entry
    passed: bool
    anchor: str
    cites: Cites
    kept: Sequence[str]

    @property
    def key(self) -> tuple[date, date]:
        """Sort key in the history."""
        return self.entry.key[:2]


class NoteRow(NamedTuple):
    """A look or a question of the publisher in the history, with its anchor on this page.

    `words`: what was done. `note`: what a reader should know.
    """

    anchor: str
    day: PartialDate
    words: str
    note: str | None
    entry: None = None

    @property
    def key(self) -> tuple[date, date]:
        """Sort key in the history: after the events of its day."""
        return self.day.sort_key()


class AnswerView(NamedTuple):
    """One of the three answers: its speaker, the answer, what explains it, and its sources.

    `link` leads to the event that gives it, in the history of this page.
    """

    speaker: str
    text: str
    more: str | None
    link: LinkTo | None
    cites: Cites | None


def _requirement(site: Site, id: str) -> View:
    """Return the view of a requirement's page. The template shows the sections in `has`."""
    history = histories(site)[id]
    front = history.front
    trust, regulator = trust_link(site, front.trust), site.regulators[front.regulator].front
    has = {section: anchors.REQUIREMENT[section] for section in sections.of_requirement(site, id)}
    vacated = sections.vacated_by_target(front.vacated, has, "history")
    entries = list(_entries(site, history, vacated))
    rows: list[EntryRow | NoteRow] = [*entries, *_notes(site, history)]
    rows.sort(key=lambda row: row.key)  # an event before the notes of its day
    meta = Meta(
        url=history.url,
        title=f"{front.title} ({trust.label})",  # two trusts may have been told the same
        description=f"{trust.label}: {words.ended(front.title)} {history.brief}",
        kind="requirement",
        section=urls.REQUIREMENTS,
        breadcrumbs=(LinkTo("Ledger", urls.REQUIREMENTS), trust),
        feeds=(FeedLink(front.title, urls.feed_of(history.url)),),
        og_type="article",
    )
    return View(
        meta,
        history=history,
        row=LedgerRow(history, trust, site.clock, None),
        has=has,
        kept=vacated,
        on_this_page=[LinkTo(heading, f"#{section}") for section, heading in has.items()],
        trust=trust,
        regulator=regulator,
        article=article(regulator),
        regulator_link=LinkTo(full_name(regulator), urls.url_of("regulator", front.regulator)),
        publishers=words.listed(history.publishers),
        life=life(history),
        answer_url=contact_url(site.config.publisher.answers_to, f"Answer on: {id}"),
        json=FeedLink("Data for this requirement (JSON)", urls.requirement_json(id), JSON),
        answers=list(_answers(site, history, regulator.short_name, entries)),
        entries=rows,
        deadlines=[
            (deadline, deadline.passed_without_record(site.clock)) for deadline in history.deadlines
        ],
        regulations=regulation_links(regulator, front.regulator, front.regulations),
        topics=[
            LinkTo(site.topics[topic].front.name, urls.url_of("topic", topic))
            for topic in front.topics
        ],
        report_url=report_url(site.config, front.title),
    )


def _entries(
    site: Site, history: History, vacated: Mapping[str, Sequence[str]]
) -> Iterator[EntryRow]:
    """Yield every event, oldest first.

    Anchors are numbered in order of publication, so that an older report that is added later does
    not change the anchor of an event that is already public.
    """
    front = history.front
    short = short_names(site, front.trust)
    published = sorted(history.entries, key=lambda entry: entry.briefing.visible_from)
    anchors_by_entry = {
        entry.key: anchors.claim("event", index, front.vacated)
        for index, entry in enumerate(published)
    }
    passed = {entry.key for due in history.passed(site.clock) for entry in due.current}
    for entry in history.entries:
        anchor, briefing = anchors_by_entry[entry.key], entry.briefing
        cite = source_line(briefing.front.sources, short, briefing.url)
        cites = cite(entry.event.sources)
        yield EntryRow(entry, entry.key in passed, anchor, cites, vacated.get(anchor, ()))


def _answers(
    site: Site, history: History, regulator: str, rows: Sequence[EntryRow]
) -> Iterator[AnswerView]:
    """Yield the three answers: the regulator's word, the trust's, and what was seen since."""
    row_of = {row.entry.key: row for row in rows}
    answer, evidence = history.answer, history.evidence
    standing = f"Where it stands, by {words.with_article(regulator)}’s word"
    last = history.status_entry
    yield _answer(standing, f"{history.status.label}.", None, row_of[last.key] if last else None)
    answer_row = row_of[answer.entry.key] if answer.entry else None
    reason = words.ended(answer.reason or "")
    say = partial(words.say, site.config)
    yield _answer(say("What the trust answered"), say(answer.sentence), reason, answer_row)
    observed = f"{words.capital(evidence.words)}."
    yield AnswerView("What anyone has seen since", observed, None, None, None)


def _answer(speaker: str, text: str, more: str | None, row: EntryRow | None) -> AnswerView:
    if row is None:
        return AnswerView(speaker, text, more, None, None)
    label = f"{row.entry.label}, {row.entry.date.show()}"
    return AnswerView(speaker, text, more, LinkTo(label, f"#{row.anchor}"), row.cites)


def _notes(site: Site, history: History) -> Iterator[NoteRow]:
    """Yield the looks and questions up to now."""
    for look in history.looks:
        text = f"Looked for news and found none: {look.where}"
        yield NoteRow(anchors.look(look.date.written), look.date, text, look.note)
    for question in history.questions:
        asked = f"{words.say(site.config, 'We asked the trust')}: {question.answer}"
        yield NoteRow(anchors.question(question.date.written), question.date, asked, question.note)


REQUIREMENT = Kind(
    "requirement",
    lambda site: [(id,) for id in histories(site)],
    partial(urls.url_of, "requirement"),
    _requirement,
)
