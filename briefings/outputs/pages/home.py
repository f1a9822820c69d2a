"""The home page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from briefings import urls
from briefings.content.dates.values import PartialDate
from briefings.domain import words
from briefings.domain.ledger.history import History, histories, totals
from briefings.domain.ratings.histories import Point, given_to, later_of
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.ratings.tables import changed, grades_given
from briefings.domain.site import Briefing, Site, subjects, trust_name
from briefings.engine import query
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.cards import card
from briefings.outputs.pages.components import (
    GradeLabel,
    shown,
    subject_of,
    trust_links,
)
from briefings.outputs.pages.five_answers import five_answers
from briefings.outputs.pages.ledger import ledger_lists, ledger_rows, listed, silent
from briefings.outputs.pages.page import Meta, View, single
from briefings.urls import LinkTo

#: Number of entries that the front page shows of each list.
_NEWEST = 8
_LONGEST = 6
_CHANGES = 6
#: Maximum number of trusts listed on the front page.
_TRUSTS = 60
#: Lists linked from the front page.
_LINKS = {
    "briefings": urls.BRIEFINGS,
    "trusts": urls.TRUSTS,
    "ledger": urls.REQUIREMENTS,
    "compare": urls.COMPARE,
    "digests": urls.DIGEST,
}


class Change(NamedTuple):
    """A change of ratings that is the same for several key questions of one service or trust.

    `what`: `Whole trust: Safe, Well-led`. `later`: what came after it, a replacement or a new
    inspection. `is_stated`: the briefing states the change; else it is derived from ratings on
    record. `before`: the grade until then. For a suspension, `grade` is its label.
    `said`: the change in words, where no arrow shows it: `Up, previously Good`.
    """

    what: str
    before: GradeLabel | None
    grade: GradeLabel
    later: LinkTo | None
    is_stated: bool
    said: str


def _reports_with_changes(site: Site) -> Iterator[tuple[LinkTo, Point, list[Change]]]:
    """Yield the reports by which ratings went up or down or were suspended, newest first.

    A link to the first of these ratings, by the trust; that rating; and all of them.
    """
    for briefing in site.by_report:
        points = [
            point
            for point in grades_given(site, briefing.id)
            if point.change in {"up", "down"} or point.value.ends_rating
        ]
        if points:
            link = LinkTo(trust_name(site, briefing.front.trust), points[0].url)
            yield link, points[0], list(_changes(site, briefing, points))


def _changes(site: Site, briefing: Briefing, points: Iterable[Point]) -> Iterator[Change]:
    """Yield the changes of one report, those that differ only in the key question as one."""
    regulator = site.regulators[briefing.front.regulator].front
    questions: dict[tuple[str, Change], list[str]] = {}
    for point in points:
        rating = point.rating
        change = Change(
            what="",
            before=shown(point.before) if point.before else None,
            grade=shown(point.value),
            later=later_of(site, briefing, rating),
            is_stated=rating.change is not None and not point.before_is_ours,
            said=words.capital(", ".join(changed(point))),
        )
        named = (words.capital(subject_of(site, rating)), given_to(site, rating))
        subject = ", ".join(filter(None, named))
        label = key_question_label(regulator, rating.key_question)
        questions.setdefault((subject, change), []).append(label)
    for (subject, change), labels in questions.items():
        yield change._replace(what=f"{subject}: {', '.join(labels)}")


@query
def last_record(site: Site) -> PartialDate | None:
    """Return the newest date of an event, look or question in the ledger; None without any."""
    dates = (date for history in histories(site).values() for date in _dates_of(history))
    known = {date.earliest: date for date in dates if date and date.earliest}
    return known[max(known)].last if known else None


def _dates_of(history: History) -> Iterator[PartialDate | None]:
    yield from (entry.date for entry in history.entries)
    yield from (look.date for look in history.looks)
    for question in history.questions:
        yield from (question.date, question.answered)


@query
def _trusts_reported(site: Site) -> int:
    """Return the number of trusts that a briefing is on or about."""
    return len({id for briefing in site.briefings for id in subjects(site, briefing.id)["trust"]})


def _home(site: Site) -> View:
    """Return the newest report, and lists of requirements, of reports and of changed ratings."""
    config = site.config
    meta = Meta(
        url=urls.HOME,
        title=config.title,
        description=config.tagline or config.title,
        kind="home",
        home=True,
        has_find_box=True,
        json_ld=json_ld.website(site, has_search=site.has_search),
    )
    organisations, count, reported = config.organisations, len(site.trusts), _trusts_reported(site)
    out_of = f"{reported} of " if 0 < reported < count else ""
    oldest = (history for history in listed(site, ledger_lists(site)[0]) if history.age)
    trusts = sorted(trust_links(site), key=lambda link: words.alphabetical(link.label))
    cards = [card(site, briefing.id) for briefing in site.by_report[:_NEWEST]]
    return View(
        meta,
        counts=(
            words.plural(len(site.briefings), "briefing"),
            f"{out_of}{words.plural(count, organisations.one, organisations.many)}",
            words.plural(len(histories(site)), "requirement"),
            totals(site).words,
        ),
        lead=cards[0] if cards else None,
        answers=five_answers(site, site.by_report[0].id) if cards else (),
        newest=cards[1:],
        last_report=cards[0].report_published.last if cards else None,
        last_record=last_record(site),
        longest=ledger_rows(site, islice(oldest, _LONGEST)),
        silent=ledger_rows(site, listed(site, silent(site)[:_LONGEST])),
        changed=list(islice(_reports_with_changes(site), _CHANGES)),
        trusts=trusts[:_TRUSTS],
        has_more_trusts=len(trusts) > _TRUSTS,
        links=_LINKS,
    )


HOME = single("home", urls.HOME, _home)
