"""The names by which readers look for a trust or a page: `/search/names.json`.

The find box and the search page compare what is typed with these names, in the browser. Every name
is in the content, or is the initials of one that is: no place is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import quote

from briefings import urls
from briefings.domain import words
from briefings.domain.ledger.history import requirements_of_trust
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.domain.registers import regulations_of
from briefings.domain.site import Site, trust_name
from briefings.engine import query
from briefings.outputs.downloads.table import in_lines
from briefings.outputs.pages.site_context import PAGE as GLOSSARY

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


class Name(NamedTuple):
    """A name by which something is found, and what is shown before it: `Formerly`, `ODS code`."""

    name: str
    what: str = ""

    @property
    def words(self) -> str:
        """The name as shown: `Formerly Northern Wards`."""
        return f"{self.what} {self.name}".strip()


class Entry(NamedTuple):
    """A page and its names, its title first. `kind`: what it is: `Ambulance trust`, `Topic`.

    `places`: where it is; unlike a name, a place in a longer query says nothing about the rest.
    """

    kind: str
    url: str
    names: tuple[Name, ...]
    places: tuple[str, ...] = ()


def names_file(site: Site) -> bytes:
    """Return all entries as JSON, A to Z. A name is `[name, what]`.

    Links include the path of `base_url`.
    """
    trusts = (_trust(site, id) for id in site.trusts)
    return in_lines(
        {
            "trusts": [_written(site, entry) for entry in _sorted(trusts)],
            "pages": [_written(site, entry) for entry in _sorted(_pages(site))],
            "none": words.say(site.config, _NONE),
        }
    )


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (words.alphabetical(entry.names[0].name), entry.url))


def _written(site: Site, entry: Entry) -> dict[str, Any]:
    members = entry._asdict() | {"url": site.urls.link(entry.url)}
    return {name: value for name, value in members.items() if value}


def _trust(site: Site, id: str) -> Entry:
    kind = words.kind_label(site.config, site.trusts[id].front.kind)
    return Entry(kind, urls.url_of("trust", id), names_of(site, id), places_of(site, id))


@query
def names_of(site: Site, id: str) -> tuple[Name, ...]:
    """Return every name, acronym and code by which readers may search for a trust."""
    front = site.trusts[id].front
    before = [(site.trusts.get(item.id or ""), item.name or "") for item in front.predecessors]
    names = (
        Name(front.name),
        Name(front.short_name or ""),
        *map(Name, front.also_known_as),
        *map(Name, _acronyms(site, id)),
        *(Name(item.name, "Formerly") for item in front.former_names),
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


def _acronyms(site: Site, id: str) -> list[str]:
    """Return the initials of a trust that no other trust has."""
    return [acronym for acronym in initials(site, id) if _uses(site)[acronym] == 1]


@query
def initials(site: Site, id: str) -> tuple[str, ...]:
    """Return the initials of a trust's name in lists and of its sites, if three letters or more.

    `Tees, Esk and Wear Valleys` has `TEWV`, Queen's Medical Centre `QMC`.
    """
    names = [trust_name(site, id), *(item.name for item in site.trusts[id].front.sites)]
    made = ("".join(_INITIALS.findall(name)).upper() for name in names if "(" not in name)
    return tuple(dict.fromkeys(acronym for acronym in made if len(acronym) >= _LEAST))


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


def _pages(site: Site) -> Iterator[Entry]:
    """Yield every page but those on one trust."""
    for id, topic in site.topics.items():
        yield Entry("Topic", urls.url_of("topic", id), (Name(topic.front.name),))
    for id, regulator in site.regulators.items():
        front = regulator.front
        grades = (value.label for scale in front.scales for value in scale.values)
        names = dict.fromkeys([front.name, front.short_name, *grades])
        yield Entry("Regulator", urls.url_of("regulator", id), tuple(map(Name, names)))
    for id, page in site.pages.items():
        yield Entry("Page", urls.url_of("page", id), (Name(page.front.title),))
    yield from _terms(site)
    yield from _regulations(site)
    yield _enforcement(site)
    for label, url in _LISTS.items():
        yield Entry("List", url, (Name(words.say(site.config, label)),))


def _terms(site: Site) -> Iterator[Entry]:
    """Yield the terms of the glossary. Browsers scroll to one by its text (a text fragment)."""
    page = site.pages.get(GLOSSARY)
    for term in _TERM.findall(page.body.html) if page else ():
        text = unescape(term)
        url = f"{urls.url_of('page', GLOSSARY)}#:~:text={quote(text, safe='')}"
        yield Entry("Glossary", url, (Name(text),))


def _regulations(site: Site) -> Iterator[Entry]:
    for id, number in regulations_of(site):
        front = site.regulators[id].front
        titles = [item.title for item in front.regulations if item.number == number]
        name = f"{front.short_name} regulation {number}"
        names = (Name(": ".join([name, *titles])), *map(Name, titles))
        yield Entry("Regulation", urls.regulation_url(id, number), names)


def _enforcement(site: Site) -> Entry:
    """Return the enforcement register, which is found by the kinds of action as well."""
    kinds = (
        kind.label
        for regulator in site.regulators.values()
        for kind in regulator.front.enforcement_kinds
    )
    return Entry("List", urls.ENFORCEMENT, (Name("Enforcement register"), *map(Name, kinds)))
