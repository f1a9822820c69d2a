"""What readers can find: the entries of the search index, and the names for the find box.

Every visible briefing, trust and requirement is an entry of plain text. `/search/names.json` has
the names by which readers look for a trust or a page: the find box and the search page compare what
is typed with these, in the browser. Every name is in the content, or is the initials of one that
is: no place is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import quote

from briefings import anchors, urls
from briefings.content.dates.values import PartialDate
from briefings.domain import words
from briefings.domain.ledger.history import History, histories, requirements_of_trust
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.scales import RatingValue, tally
from briefings.domain.ratings.tables import counted, headline, level_of_trust, ratings_of_trust
from briefings.domain.registers import regulations_of
from briefings.domain.site import Briefing, Site, former_names, trust_name
from briefings.engine import query
from briefings.outputs.downloads.table import in_lines
from briefings.outputs.pages.cards import card
from briefings.outputs.pages.components import CardGrade, main_ratings
from briefings.outputs.pages.five_answers import grades_in_text
from briefings.outputs.pages.rating_tables import last_ratings
from briefings.outputs.pages.site_context import PAGE as GLOSSARY

#: The text fields of a claim, in reading order.
_WORDS = (
    "name", "service", "site", "about", "text", "who", "role", "gist", "quote", "outcome", "note",
)  # fmt: skip
_ENDS = (".", "?", "!", ".”", "?”", "!”")
#: Minimum number of letters of an acronym made of the initials of a name.
_LEAST = 3
_INITIALS = re.compile(r"(?<![\w'’])(?!(?:and|for|in|of|on|the)\b)\w")
_TERM = re.compile(r"<dt>([^<]+)</dt>")
#: Lists that readers ask for by name.
_LISTS = {
    "Compare trusts": urls.COMPARE,
    "Corrections": urls.CORRECTIONS,
    "Data": urls.DATA,
    "Subscribe": urls.SUBSCRIBE,
    "The ledger of requirements": urls.REQUIREMENTS,
}
#: Shown under the find box.
_NONE = "No trust, site or place here has that name. Press Enter to search the text."


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One entry of the search index.

    `date`: the date shown with the result, in words. `text`: the indexed text; its beginning is the
    excerpt if no word of it matched. `filters`: values by filter name. `rating`: the grades shown
    with the result, with what came after them. An empty filter, `date` or `rating` is left out.
    """

    url: str
    title: str
    date: str
    text: str
    filters: Mapping[str, tuple[str, ...]]
    rating: str = ""

    def record(self) -> dict[str, Any]:
        """Return the entry as a custom record of Pagefind, without its language."""
        meta = {"title": self.title, "date": self.date, "rating": self.rating}
        return {
            "url": self.url,
            "content": self.text,
            "meta": {name: value for name, value in meta.items() if value},
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
        return _trust(site, id)
    return _requirement(site, histories(site)[id])


def _briefing(site: Site, briefing: Briefing) -> SearchEntry:
    front = briefing.front
    regulator = site.regulators[front.regulator].front
    ratings = main_ratings(regulator, briefing)
    visits = list(dict.fromkeys(visit.date for visit in front.inspection.inspected))
    shown = card(site, briefing.id)
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
        rating=" · ".join(grades_in_text(shown.grades, shown.tally)),
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


def _trust(site: Site, id: str) -> SearchEntry:
    own = (briefing for briefing in site.by_trust[id] if briefing.front.trust == id)
    regulators = {site.regulators[briefing.front.regulator].front.short_name for briefing in own}
    return SearchEntry(
        url=urls.url_of("trust", id),
        title=site.trusts[id].front.name,
        date="",
        text=_prose([*(name.words for name in names_of(site, id)), *places_of(site, id)]),
        filters={
            "Kind": (words.say(site.config, "Trust"),),
            "Trust": (trust_name(site, id),),
            "Regulator": tuple(sorted(regulators)),
            "Rating": current_grades(site, id),
        },
        rating=" · ".join(_last_ratings(site, id)),
    )


def _last_ratings(site: Site, trust: str) -> Iterator[str]:
    """Yield the ratings of a trust as the list of trusts has them: `Good (14 January 2026)`."""
    for rating in last_ratings(site, trust):
        grade = rating.grade and CardGrade(rating.grade, rating.dated, rating.again)
        yield from grades_in_text([grade] if grade else [], rating.tally)


def _requirement(site: Site, history: History) -> SearchEntry:
    front = history.front
    return SearchEntry(
        url=history.url,
        title=front.title,
        date=f"Last recorded {history.recorded}",
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

    From a regulator without a headline rating, all its grades that are in force.
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


# Names


class Name(NamedTuple):
    """A name by which something is found, and what is shown before it: `Formerly`, `ODS code`."""

    name: str
    what: str = ""

    @property
    def words(self) -> str:
        """The name as shown: `Formerly Northern Wards`."""
        return f"{self.what} {self.name}".strip()


class NamedPage(NamedTuple):
    """A page and its names, its title first. `kind`: what it is: `Ambulance trust`, `Topic`.

    `places`: where it is; unlike a name, a place in a longer query says nothing about the rest.
    """

    kind: str
    url: str
    names: tuple[Name, ...]
    places: tuple[str, ...] = ()


def names_file(site: Site) -> bytes:
    """Return all names as JSON, A to Z. A name is `[name, what]`.

    Links include the path of `base_url`.
    """
    trusts = (
        NamedPage(
            words.kind_label(site.config, site.trusts[id].front.kind),
            urls.url_of("trust", id),
            names_of(site, id),
            places_of(site, id),
        )
        for id in site.trusts
    )
    return in_lines(
        {
            "trusts": _written(site, trusts),
            "pages": _written(site, _pages(site)),
            "none": words.say(site.config, _NONE),
        }
    )


def _written(site: Site, pages: Iterable[NamedPage]) -> list[dict[str, Any]]:
    ordered = sorted(pages, key=lambda page: (words.alphabetical(page.names[0].name), page.url))
    members = (page._asdict() | {"url": site.urls.link(page.url)} for page in ordered)
    return [{name: value for name, value in page.items() if value} for page in members]


@query
def names_of(site: Site, id: str) -> tuple[Name, ...]:
    """Return every name, acronym and code by which readers may search for a trust."""
    front = site.trusts[id].front
    before = [
        (site.trusts.get(item.id or ""), item.name or "")
        for item in front.predecessors
        if not site.clock.ahead(item.date)
    ]
    names = (
        Name(front.name),
        Name(front.short_name or ""),
        *map(Name, front.also_known_as),
        *(Name(acronym) for acronym in initials(site, id) if _uses(site)[acronym] == 1),
        *(Name(name, "Formerly") for name in former_names(front)),
        *(Name(trust.front.name if trust else name, "Took over from") for trust, name in before),
        *(Name(code, words.code_label(scheme)) for scheme, code in front.codes.items()),
        *(Name(item.name) for item in front.sites),
        *(Name(item.code or "", item.name) for item in front.sites),
        *map(Name, _sites_in_briefings(site, id)),
    )
    return tuple(dict.fromkeys(name for name in names if name.name))


@query
def places_of(site: Site, id: str) -> tuple[str, ...]:
    """Return the towns, postcode districts, councils and so on where readers look for a trust."""
    front = site.trusts[id].front
    places = (*front.places, *front.councils, front.region, front.icb)
    return tuple(dict.fromkeys(filter(None, places)))


@query
def initials(site: Site, id: str) -> tuple[str, ...]:
    """Return the initials of a trust's name in lists and of its sites, if three letters or more.

    `Tees, Esk and Wear Valleys` has `TEWV`, Queen's Medical Centre `QMC`.
    """
    names = [trust_name(site, id), *(item.name for item in site.trusts[id].front.sites)]
    acronyms = ("".join(_INITIALS.findall(name)).upper() for name in names if "(" not in name)
    return tuple(dict.fromkeys(acronym for acronym in acronyms if len(acronym) >= _LEAST))


@query
def _uses(site: Site) -> dict[str, int]:
    """Return acronym → number of trusts that have it."""
    return dict(Counter(acronym for id in site.trusts for acronym in initials(site, id)))


def _sites_in_briefings(site: Site, id: str) -> list[str]:
    """Return the names of a trust's sites in ratings and requirements, but not of two in one."""
    ratings = (history.points[-1].rating for history in ratings_of_trust(site, id))
    sites = [rating.name if rating.scope == "location" else rating.site for rating in ratings]
    sites += [history.front.site for history in requirements_of_trust(site, id)]
    names = list(filter(None, sites))
    single = {*names, *(item.name for item in site.trusts[id].front.sites)}
    return [name for name in names if not any(other in name for other in single - {name})]


def _pages(site: Site) -> Iterator[NamedPage]:
    """Yield every page but those on one trust."""
    for id, topic in site.topics.items():
        yield NamedPage("Topic", urls.url_of("topic", id), (Name(topic.front.name),))
    for id, regulator in site.regulators.items():
        front = regulator.front
        grades = (value.label for scale in front.scales for value in scale.values)
        known_as = dict.fromkeys([front.name, front.short_name, *grades])
        yield NamedPage("Regulator", urls.url_of("regulator", id), tuple(map(Name, known_as)))
    for id, page in site.pages.items():
        yield NamedPage("Page", urls.url_of("page", id), (Name(page.front.title),))
    yield from _terms(site)
    yield from _regulations(site)
    fronts = (regulator.front for regulator in site.regulators.values())
    kinds = [kind.label for front in fronts for kind in front.enforcement_kinds]
    names = ("Enforcement register", *kinds)
    yield NamedPage("List", urls.ENFORCEMENT, tuple(map(Name, names)))
    for label, url in _LISTS.items():
        yield NamedPage("List", url, (Name(words.say(site.config, label)),))


def _terms(site: Site) -> Iterator[NamedPage]:
    """Yield the terms of the glossary. Browsers scroll to one by its text (a text fragment)."""
    page = site.pages.get(GLOSSARY)
    for term in _TERM.findall(page.body.html) if page else ():
        text = unescape(term)
        url = f"{urls.url_of('page', GLOSSARY)}#:~:text={quote(text, safe='')}"
        yield NamedPage("Glossary", url, (Name(text),))


def _regulations(site: Site) -> Iterator[NamedPage]:
    for id, number in regulations_of(site):
        front = site.regulators[id].front
        titles = [item.title for item in front.regulations if item.number == number]
        name = f"{front.short_name} {words.label_lower(words.regulation(number))}"
        names = (Name(": ".join([name, *titles])), *map(Name, titles))
        yield NamedPage("Regulation", urls.regulation_url(id, number), names)
