"""The digest of a week as a value, for its page, its feed item and mail; the pages of digests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import urls
from briefings.content.dates.values import PartialDate
from briefings.domain import words
from briefings.domain.ledger.history import entries_of_trust, histories
from briefings.domain.ratings.histories import given_to, later_of
from briefings.domain.ratings.tables import changed, grades_given
from briefings.domain.registers import corrections_of
from briefings.domain.site import Briefing, Site, trust_name
from briefings.domain.weeks import (
    SITE,
    Happening,
    Week,
    action_deadlines,
    dates_of,
    is_withdrawal,
    of_week,
    weeks,
)
from briefings.engine import query
from briefings.outputs.pages.actions import action_view
from briefings.outputs.pages.components import headline_ratings, rated
from briefings.outputs.pages.five_answers import Answer, five_answers
from briefings.outputs.pages.page import FeedLink, Kind, Meta, Pager, View, paged
from briefings.urls import LinkTo


class Line(NamedTuple):
    """A briefing with its corrections, or a deadline: words and target of the link, and texts."""

    label: str
    url: str
    texts: tuple[str, ...]


class NewBriefing(NamedTuple):
    """A briefing in a digest.

    `answers`: the five answers; the first begins with the summary. `news`: links to other
    ratings that went up or down, and to the events of requirements.
    """

    title: str
    url: str
    trust: str
    answers: tuple[Answer, ...]
    news: tuple[LinkTo, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What became public in a week, or on other days. All texts are plain, all URLs are paths.

    `days`: `23 to 29 November 2026`. `counts`: what there is, in words. `lists`: (heading, anchor,
    lines) of the lists after the briefings that are not empty.
    """

    days: str
    counts: str
    briefings: tuple[NewBriefing, ...]
    lists: tuple[tuple[str, str, tuple[Line, ...]], ...]


def digest(site: Site, kind: str, id: str, week: str) -> Digest:
    """Return the digest of a week: of the whole site, or of a trust or a topic (see `of_scope`)."""
    return digest_of(site, Week.parse(week).days, of_week(site, kind, id, week))


def digest_of(site: Site, days: PartialDate, happenings: Sequence[Happening]) -> Digest:
    """Return the digest of some days, on which this became public."""
    briefings = tuple(
        new_briefing(site, happening.id) for happening in happenings if happening.what == "briefing"
    )
    deadlines = tuple(
        _deadline(site, happening)
        for happening in happenings
        if happening.what.endswith("deadline")
    )
    withdrawn = tuple(
        _withdrawn(site, happening.id) for happening in happenings if happening.what == "withdrawn"
    )
    corrections = tuple(_corrections(site, happenings))
    lists = (
        ("Corrections, updates and withdrawals", "corrections", corrections),
        ("Deadlines passed, no public record that they were met", "deadlines", deadlines),
        ("Withdrawn since", "withdrawn", withdrawn),
    )
    shown = tuple(part for part in lists if part[2])
    return Digest(days.show(), counts_in(site, happenings), briefings, shown)


def counts_in(site: Site, happenings: Iterable[Happening]) -> str:
    """Return the numbers in words: `3 new briefings, 1 correction or update, 1 deadline passed`."""
    counts = Counter(
        "withdrawal" if is_withdrawal(site, happening) else happening.what
        for happening in happenings
    )
    deadlines = counts["deadline"] + counts["action deadline"]
    parts = (
        (counts["briefing"], "new briefing", "new briefings"),
        (counts["correction"], "correction or update", "corrections and updates"),
        (counts["withdrawal"], "briefing withdrawn", "briefings withdrawn"),
        (deadlines, "deadline passed", "deadlines passed"),
        (counts["withdrawn"], "briefing withdrawn since", "briefings withdrawn since"),
    )
    return ", ".join(words.plural(number, part, many) for number, part, many in parts if number)


@query
def new_briefing(site: Site, id: str) -> NewBriefing:
    """Return a briefing as digests show it."""
    briefing = site.briefing[id]
    news = (*_ratings(site, briefing), *_events(site, briefing))
    trust = trust_name(site, briefing.front.trust)
    title, answers = briefing.front.title, five_answers(site, id)
    return NewBriefing(title, briefing.url, trust, answers, news)


def _ratings(site: Site, briefing: Briefing) -> Iterator[LinkTo]:
    """Yield the ratings that went up or down, without those that the answers name.

    With the words that cards have on a grade that was inherited, or that something came after.
    """
    regulator = site.regulators[briefing.front.regulator].front
    named = headline_ratings(regulator, briefing)
    for point in grades_given(site, briefing.id):
        if point.change in {"up", "down"} and point.rating not in named:
            later = later_of(site, briefing, point.rating)
            since = later.label if later else ""
            notes = (", ".join(changed(point)), given_to(site, point.rating), since)
            details = "; ".join(filter(None, notes))
            label = f"{rated(site, regulator, point.rating)}: {point.value.label}"
            yield LinkTo(f"{label} ({details})" if details else label, point.url)


def _events(site: Site, briefing: Briefing) -> Iterator[LinkTo]:
    for id, entries in entries_of_trust(site, briefing.front.trust).items():
        for entry in entries:
            if entry.briefing.id == briefing.id:
                history = histories(site)[id]
                yield LinkTo(f"{entry.label}: {history.front.title}", history.url)


def _corrections(site: Site, happenings: Iterable[Happening]) -> Iterator[Line]:
    """Yield the corrected briefings, each with the texts of its corrections."""
    texts: dict[str, list[str]] = {}
    for happening in happenings:
        if happening.what == "correction":
            correction = corrections_of(site, site.briefing[happening.id])[happening.n]
            texts.setdefault(happening.id, []).append(f"{correction.label}: {correction.text}")
    for id, said in texts.items():
        yield Line(site.briefing[id].front.title, site.briefing[id].url, tuple(said))


def _deadline(site: Site, happening: Happening) -> Line:
    if happening.what == "deadline":
        history = histories(site)[happening.id]
        due, place = dates_of(history)[happening.n]
        name = f"{history.front.title} ({trust_name(site, history.front.trust)})"
        since = _since(history.status.label if due.answered else "")
        was, is_last = due.words_of(place + 1), place + 1 == len(due.dates)
        moved = "" if is_last else f" Since then moved to {due.due.bare()}."
        return Line(name, history.url, (f"The deadline was {was}.{moved}{since}",))
    action, deadline = action_deadlines(site, happening.id)[happening.n]
    about = words.capital((deadline.about or action.text).rstrip("."))
    name = f"{about} ({trust_name(site, action.trust)})"
    since = _since(action_view(site, action).status if action.is_ended else "")
    now = action.moved(deadline)
    moved = f" Since then moved to {now.date.bare()}." if now else ""
    return Line(name, action.url, (f"The deadline was {deadline.date.show()}.{moved}{since}",))


def _since(status: str) -> str:
    return f" Since then recorded: {words.lower(status)}." if status else ""


def _withdrawn(site: Site, id: str) -> Line:
    """Return the link to a notice, without the title of what was withdrawn."""
    briefing = site.briefing[id]
    name, notice = trust_name(site, briefing.front.trust), briefing.front.withdrawn
    texts = (f"Withdrawn on {site.show(notice.date)}.",) if notice else ()
    return Line(f"A briefing on {name}", briefing.url, texts)


# Pages


def _list(site: Site, pager: Pager, ids: Sequence[str]) -> View:
    """Return the view of the list of weeks, newest first, each with what became public in it."""
    meta = _meta(pager.url, f"Week by week{pager.suffix}", "What was published here in each week.")
    rows = [(_week_link(week), counts_in(site, of_week(site, *SITE, week))) for week in ids]
    feed = urls.feed_of(urls.DIGEST)
    return View(meta, pager=pager, rows=rows, feed=feed, subscribe=urls.SUBSCRIBE)


def _week_link(week: str) -> LinkTo:
    return LinkTo(Week.parse(week).days.show(), urls.digest_url(week))


def _week(site: Site, week: str) -> View:
    """Return the view of the digest of one week."""
    shown, url = digest(site, *SITE, week), urls.digest_url(week)
    description = f"Published here from {shown.days}: {shown.counts}."
    before, after = neighbours(site, week)
    return View(
        _meta(url, f"Week of {shown.days}", description, LinkTo("Week by week", urls.DIGEST)),
        week=Week.parse(week),
        digest=shown,
        before=before and _week_link(before),
        after=after and _week_link(after),
        feed=urls.feed_of(urls.DIGEST),
    )


@query
def neighbours(site: Site, week: str) -> tuple[str, str]:
    """Return the ids of the weeks before and after one that have a page; empty if there is none."""
    ids = weeks(site, *SITE)
    place = ids.index(week)
    before = ids[place + 1] if place + 1 < len(ids) else ""
    return before, ids[place - 1] if place else ""


def _meta(url: str, title: str, description: str, *breadcrumbs: LinkTo) -> Meta:
    return Meta(
        url=url,
        title=title,
        description=description,
        kind="digest",
        section=urls.SUBSCRIBE,
        breadcrumbs=breadcrumbs,
        feeds=(FeedLink("Week by week", urls.feed_of(urls.DIGEST)),),
    )


DIGESTS = paged("digests", lambda: urls.DIGEST, lambda site: [weeks(site, *SITE)], _list)
DIGEST = Kind(
    "digest", lambda site: [(week,) for week in weeks(site, *SITE)], urls.digest_url, _week
)
