"""The search entries: every visible briefing, trust and requirement as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from briefings import anchors, urls
from briefings.content.dates.values import PartialDate
from briefings.content.records import Record
from briefings.content.schema.entities import TrustFront
from briefings.domain import words
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.scales import RatingValue, tally
from briefings.domain.ratings.tables import counted, headline, level_of_trust
from briefings.domain.site import Briefing, Site, trust_name
from briefings.engine import query
from briefings.outputs.pages.components import main_ratings
from briefings.outputs.search.names import names_of, places_of

#: The text fields of a claim, in reading order.
_WORDS = (
    "name", "service", "site", "about", "text", "who", "role", "gist", "quote", "outcome", "note",
)  # fmt: skip
_ENDS = (".", "?", "!", ".”", "?”", "!”")


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One entry of the search index.

    `date`: the date shown with the result, in words. `text`: the indexed text; its beginning is the
    excerpt if no word of it matched. `filters`: values by filter name. An empty filter or `date` is
    left out.
    """

    url: str
    title: str
    date: str
    text: str
    filters: Mapping[str, tuple[str, ...]]

    def record(self) -> dict[str, Any]:
        """Return the entry as a custom record of Pagefind, without its language."""
        return {
            "url": self.url,
            "content": self.text,
            "meta": {"title": self.title, **({"date": self.date} if self.date else {})},
            "filters": {name: list(values) for name, values in self.filters.items() if values},
        }


def entries(site: Site) -> Iterator[SearchEntry]:
    """Yield every entry: the briefings, then the trusts, then the requirements, each by id."""
    yield from (
        entry(site, "briefing", id) for id in sorted(briefing.id for briefing in site.briefings)
    )
    yield from (entry(site, "trust", id) for id in sorted(site.trusts))
    yield from (entry(site, "requirement", id) for id in histories(site))


def entry(site: Site, kind: str, id: str) -> SearchEntry:
    """Return the entry of a briefing, trust or requirement."""
    if kind == "briefing":
        return _briefing(site, site.briefing[id])
    if kind == "trust":
        return _trust(site, site.trusts[id], current_grades(site, id))
    return _requirement(site, histories(site)[id])


def _briefing(site: Site, briefing: Briefing) -> SearchEntry:
    front = briefing.front
    regulator = site.regulators[front.regulator].front
    ratings = main_ratings(regulator, briefing)
    visits = [visit.date for visit in front.inspection.inspected]
    return SearchEntry(
        url=briefing.url,
        title=front.title,
        date=_inspected(visits),
        text=_prose([front.summary, briefing.body.text, *_claims(site, briefing)]),
        filters={
            "Kind": ("Briefing",),
            "Trust": tuple(trust_name(site, id) for id in (front.trust, *front.also_about)),
            "Regulator": (regulator.short_name,),
            "Rating": _labels(value_of(regulator, rating, briefing) for rating in ratings),
            "Topic": tuple(site.topics[id].front.name for id in front.topics),
            "Year": _years(visits) or _years([front.inspection.report_published]),
        },
    )


def _inspected(visits: Sequence[PartialDate]) -> str:
    """Return the dates of inspection in words: `Inspected in May 2024 and on 3 June 2024`."""
    if not any(date.known for date in visits):
        return "Inspection date not known"
    return f"Inspected {words.listed(date.in_sentence() for date in visits)}"


def _claims(site: Site, briefing: Briefing) -> Iterator[str]:
    """Yield the texts of every claim on a briefing's page. Its sources are not indexed."""
    front = briefing.front
    blocks = (
        briefing.changes if block == "changes" else getattr(front, block)
        for block in anchors.CLAIMS
    )
    for items in (*blocks, [front.reply], front.people):
        for item in items:
            if isinstance(item, str):
                yield item
            else:
                yield from (getattr(item, name, None) or "" for name in _WORDS)
    yield from (site.requirements[event.id].front.title for event in front.requirements)


def _trust(site: Site, record: Record[TrustFront], grades: tuple[str, ...]) -> SearchEntry:
    front = record.front
    names = names_of(site, record.id)
    own = (briefing for briefing in site.by_trust[record.id] if briefing.front.trust == record.id)
    regulators = {site.regulators[briefing.front.regulator].front.short_name for briefing in own}
    return SearchEntry(
        url=urls.url_of("trust", record.id),
        title=front.name,
        date="",
        text=_prose([*(name.words for name in names), *places_of(site, record.id)]),
        filters={
            "Kind": (words.say(site.config, "Trust"),),
            "Trust": (trust_name(site, record.id),),
            "Regulator": tuple(sorted(regulators)),
            "Rating": grades,
        },
    )


def _requirement(site: Site, history: History) -> SearchEntry:
    front = history.front
    return SearchEntry(
        url=history.url,
        title=front.title,
        date=f"Last recorded {history.status_date.in_sentence()}",
        text=_prose(
            [
                front.text,
                history.brief,
                words.say(site.config, history.answer.sentence),
                words.capital(history.evidence.words),
                front.service or "",
                front.site or "",
            ]
        ),
        filters={
            "Kind": ("Requirement",),
            "Trust": (trust_name(site, front.trust),),
            "Regulator": (site.regulators[front.regulator].front.short_name,),
            "Topic": tuple(site.topics[id].front.name for id in front.topics),
            "Year": _years([entry.stands for entry in history.entries]),
            "Status": (history.status.label,),
            "Answer": (history.answer.kind.label,),
            "No record since": _years([history.last.stands])[:1] if history.awaits_outcome else (),
        },
    )


@query
def current_grades(site: Site, trust: str) -> tuple[str, ...]:
    """Return the labels of a trust's current headline ratings, one for each regulator.

    All grades that are in force from a regulator of whose ratings none stands for the whole.
    """
    level = level_of_trust(site, trust)
    labels: list[str] = []
    for regulator in sorted({history.thing.regulator for history in level}):
        histories = [history for history in level if history.thing.regulator == regulator]
        main = headline(histories)
        standings = [main] if main else counted(histories)
        labels += _labels(standing.value for standing in standings)
    return tuple(dict.fromkeys(labels))


def _labels(values: Iterable[RatingValue]) -> tuple[str, ...]:
    return tuple(value.label for value, _ in tally(values))


def _years(dates: Iterable[PartialDate]) -> tuple[str, ...]:
    """Return every year that the dates may be in, newest first.

    An open or unknown date has none.
    """
    years: set[int] = set()
    for date in dates:
        if date.earliest is not None and date.latest is not None:
            years.update(range(date.earliest.year, date.latest.year + 1))
    return tuple(str(year) for year in sorted(years, reverse=True))


def _prose(texts: Iterable[str]) -> str:
    """Join the texts as sentences in one line, without duplicates."""
    lines = dict.fromkeys(" ".join(text.split()) for text in texts)
    return " ".join(line if line.endswith(_ENDS) else f"{line}." for line in lines if line)
