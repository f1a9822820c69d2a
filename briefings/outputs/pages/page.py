"""One page as a value: its URL, its template, its view, and the metadata for its head.

A view is made from `Derived`: the site, with its indexes and totals, each of which is a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol

from briefings.domain.enforcement import Action, action, action_keys, actions, actions_of_trust
from briefings.domain.ledger.history import (
    History,
    Totals,
    by_age,
    deadline_passed,
    histories,
    longest_without_record,
    met,
    open_by_age,
    raised,
    requirements_of_trust,
    told_more_than_once,
    totals,
    unknown,
)
from briefings.domain.ratings.histories import RatingHistory
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.domain.registers import BreachMention, breach_places, breaches_of
from briefings.domain.site import Site
from briefings.domain.visibility import Lazy, PerKey
from briefings.domain.words import plural
from briefings.engine import query
from briefings.urls import LinkTo, file_for


class Overdue(NamedTuple):
    """Numbers of requirements and enforcement actions past a deadline, with no end on record."""

    requirements: int
    actions: int

    @property
    def words(self) -> str:
        """Phrase: `2 requirements and 3 enforcement actions past their deadline`."""
        return f"{' and '.join(self._counts)} past their deadline"

    @property
    def short(self) -> str:
        """Short phrase: `2 requirements, 3 enforcement actions`."""
        return ", ".join(self._counts)

    @property
    def _counts(self) -> tuple[str, str]:
        requirements = plural(self.requirements, "requirement")
        return requirements, plural(self.actions, "enforcement action")

    @property
    def sentence(self) -> str:
        """`words` as a sentence, with "no public record that they were met" unless both are 0.

        It never says that the trust failed, which a missing record does not show.
        """
        no_record = ", with no public record that they were met" if any(self) else ""
        return f"{self.words}{no_record}."


@query
def overdue_of(site: Site, trust: str) -> Overdue:
    """Return the number of a trust's requirements and enforcement actions past a deadline."""
    histories, actions = requirements_of_trust(site, trust), actions_of_trust(site, trust)
    return Overdue(
        requirements=sum(bool(history.passed(site.clock)) for history in histories),
        actions=sum(bool(action.passed(site.clock)) for action in actions),
    )


@query
def overdue(site: Site) -> Overdue:
    """Return the number of requirements and enforcement actions past a deadline, of all trusts."""
    counts = [overdue_of(site, trust) for trust in site.trusts]
    requirements = sum(count.requirements for count in counts)
    return Overdue(requirements, sum(count.actions for count in counts))


# The content security policy of the pages (CSP Level 3). Nothing is loaded from other sites. It is
# in the `<meta>` of every page, for hosts that send no headers, and in `_headers`. Inline scripts
# and styles are not allowed, so templates have no `style=`; JSON-LD is data and is not affected.
#: Pages connect to nothing. But Lighthouse fetches robots.txt from the page it audits and reports
#: that file as invalid if `connect-src` does not allow it.
_RULES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "manifest-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def _written(rules: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


CSP = _written(_RULES)
#: Only the search page runs WebAssembly (Pagefind).
CSP_SEARCH = _written(_RULES | {"script-src": "'self' 'wasm-unsafe-eval'"})


#: Ids, or (trust id, key), in the order of a list.
Ids = tuple[str, ...]
ActionKeys = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Derived:
    """The site, with the indexes and totals that pages list. `search`: there is a search index."""

    site: Site
    search: bool = True

    @property
    def histories(self) -> Mapping[str, History]:
        """Requirement id → its history."""
        return histories(self.site)

    @property
    def by_trust(self) -> Mapping[str, tuple[History, ...]]:
        """Trust id → histories of its requirements; see `requirements_of_trust`."""
        return PerKey(lambda: self.site.trusts, lambda id: requirements_of_trust(self.site, id))

    @property
    def ratings_by_trust(self) -> Mapping[str, tuple[RatingHistory, ...]]:
        """Trust id → its rating histories: of the trust itself, of services, of locations."""
        return PerKey(lambda: self.site.trusts, lambda id: ratings_of_trust(self.site, id))

    @property
    def actions(self) -> Sequence[Action]:
        """Every enforcement action, newest first."""
        return actions(self.site)

    def actions_by(self, regulator: str) -> Sequence[Action]:
        """Return the enforcement actions of a regulator, newest first."""
        return self._actions(action_keys_by(self.site).get(regulator, ()))

    def actions_on(self, regulator: str, regulation: str) -> Sequence[Action]:
        """Return the enforcement actions that name a regulation, newest first."""
        return self._actions(action_keys_on(self.site).get((regulator, regulation), ()))

    def breaches_of(self, regulator: str, regulation: str) -> Sequence[BreachMention]:
        """Return the breaches of a regulation that briefings record."""
        return breaches_of(self.site, regulator, regulation)

    def count_breaches(self, regulator: str, regulation: str) -> int:
        """Return the number of breaches of a regulation."""
        return len(breach_places(self.site).get((regulator, regulation), ()))

    def histories_on(self, regulator: str, regulation: str) -> Sequence[History]:
        """Return the requirements that name a regulation, by age, longest first."""
        return self._histories(requirements_on(self.site).get((regulator, regulation), ()))

    def histories_of(self, kind: str, id: str) -> Sequence[History]:
        """Return the requirements of a topic or regulator, longest outstanding first."""
        return self._histories(requirements_of(self.site, kind).get(id, ()))

    def histories_answered(self, kind: str) -> Sequence[History]:
        """Return the requirements to which the trust gave a kind of answer, by age."""
        return self._histories(requirements_answered(self.site).get(kind, ()))

    @property
    def longest_without_record(self) -> Sequence[History]:
        """Requirements that await an outcome, by their newest event, oldest first."""
        return self._histories(silent(self.site))

    @property
    def ledger(self) -> tuple[Sequence[History], ...]:
        """The lists of the ledger: open, not known, raised, told again, deadline passed, met."""
        return tuple(self._histories(ids) for ids in ledger_lists(self.site))

    @property
    def overdue(self) -> Overdue:
        """The number of requirements and enforcement actions past a deadline, for all trusts."""
        return overdue(self.site)

    @property
    def totals(self) -> Totals:
        """Counts of all requirements: open, not known, raised, met or lifted."""
        return totals(self.site)

    def _histories(self, ids: Ids) -> Sequence[History]:
        by_id = self.histories
        return Lazy(ids, lambda id: by_id[id])

    def _actions(self, keys: ActionKeys) -> Sequence[Action]:
        return Lazy(keys, lambda key: action(self.site, *key))


@query
def oldest(site: Site) -> Ids:
    """Return the ids of all requirements, longest outstanding first."""
    return tuple(history.id for history in by_age(histories(site).values()))


@query
def ledger_lists(site: Site) -> tuple[Ids, ...]:
    """See `Derived.ledger`."""
    by_id = dict(histories(site))
    lists = (
        open_by_age(by_id),
        unknown(by_id),
        raised(by_id),
        told_more_than_once(by_id),
        deadline_passed(by_id, site.clock),
        met(by_id),
    )
    return tuple(tuple(history.id for history in histories_of_list) for histories_of_list in lists)


@query
def requirements_on(site: Site) -> Mapping[tuple[str, str], Ids]:
    """Return (regulator id, regulation number) → ids of the requirements that name it, by age."""
    groups: dict[tuple[str, str], list[str]] = {}
    for id in oldest(site):
        front = site.requirements[id].front
        for number in front.regulations:
            groups.setdefault((front.regulator, number), []).append(id)
    return {key: tuple(ids) for key, ids in groups.items()}


@query
def requirements_of(site: Site, kind: str) -> Mapping[str, Ids]:
    """Return id of a topic or regulator → ids of its requirements, by age."""
    groups: dict[str, list[str]] = {}
    for id in oldest(site):
        front = site.requirements[id].front
        for name in front.topics if kind == "topic" else (front.regulator,):
            groups.setdefault(name, []).append(id)
    return {key: tuple(ids) for key, ids in groups.items()}


@query
def requirements_answered(site: Site) -> Mapping[str, Ids]:
    """Return kind of answer of the trust → ids of the requirements, by age."""
    groups: dict[str, list[str]] = {}
    for id in oldest(site):
        groups.setdefault(histories(site)[id].answer.kind.value, []).append(id)
    return {kind: tuple(ids) for kind, ids in groups.items()}


@query
def silent(site: Site) -> Ids:
    """See `Derived.longest_without_record`."""
    return tuple(history.id for history in longest_without_record(dict(histories(site))))


@query
def action_keys_by(site: Site) -> Mapping[str, ActionKeys]:
    """Return regulator id → its enforcement actions, newest first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in action_keys(site):
        groups.setdefault(action(site, *key).regulator, []).append(key)
    return {id: tuple(keys) for id, keys in groups.items()}


@query
def action_keys_on(site: Site) -> Mapping[tuple[str, str], ActionKeys]:
    """Return (regulator id, regulation number) → enforcement actions that name it, newest first."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key in action_keys(site):
        item = action(site, *key)
        for number in item.regulations:
            groups.setdefault((item.regulator, number), []).append(key)
    return {key: tuple(keys) for key, keys in groups.items()}


RSS = "application/rss+xml"
JSON_FEED = "application/feed+json"
JSON = "application/json"


class FeedLink(NamedTuple):
    """A feed to announce in the head of a page, so that feed readers find it."""

    title: str
    url: str
    type: str = RSS


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """The metadata that the layout needs: for the head, the breadcrumbs and the menu.

    `url`: the canonical path. `title`: unique on the site. `kind`: the kind of page, such as
    `trust`. `section`: the path of the menu entry that the page belongs to. `breadcrumbs`: without
    the page itself; the first is a child of the home page. `feeds`: the feeds of this page; the
    main feeds are added to every page. `scripts`: names of files in `static/`. `json_ld`: the
    JSON-LD node of the page. `csp`: the content security policy. `absolute`: make every link a full
    URL, because the 404 page is served at any address. `home`: true for the front page, whose
    `<title>` is only the name of the site. `has_find_box`: true for a page with a find box in its
    content, so that there is none in the masthead.
    """

    url: str
    title: str
    description: str
    kind: str
    section: str = ""
    breadcrumbs: tuple[LinkTo, ...] = ()
    feeds: tuple[FeedLink, ...] = ()
    scripts: tuple[str, ...] = ()
    json_ld: Mapping[str, Any] | None = None
    og_type: str = "website"
    csp: str = CSP
    noindex: bool = False
    absolute: bool = False
    home: bool = False
    has_find_box: bool = False


class View(Protocol):
    """The value passed to a page template as `view`: `meta`, and whatever else the page shows."""

    @property
    def meta(self) -> Meta: ...


class PlainView(SimpleNamespace):
    """A view that consists of plain values, by the names that the page's template uses."""

    meta: Meta

    def __init__(self, meta: Meta, **values: object) -> None:
        super().__init__(meta=meta, **values)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site before it is rendered."""

    url: str
    template: str
    #: Returns the view. Called when the page is rendered: few views are in memory at a time.
    shows: Callable[[], View]
    #: True if crawlers should not index the page.
    is_hidden: bool = False

    @property
    def view(self) -> View:
        """The value that the template shows."""
        return self.shows()

    @property
    def path(self) -> str:
        """The path of the file below `output/` that serves the page."""
        return file_for(self.url)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page.

    `keys`: returns the key of each page, a tuple of texts such as an id and a page number. `url`
    and `view` are called with a key; `view` also with the site. `is_hidden`: crawlers should not
    index its pages.
    """

    name: str
    template: str
    keys: Callable[[Derived], Iterable[tuple[str, ...]]]
    url: Callable[..., str]
    view: Callable[..., View]
    is_hidden: bool = False

    def page(self, derived: Derived, key: tuple[str, ...]) -> Page:
        """Return the page with this key."""
        view = partial(self.view, derived, *key)
        return Page(self.url(*key), f"pages/{self.template}.html", view, self.is_hidden)


def only(*key: str) -> Callable[[Derived], Iterable[tuple[str, ...]]]:
    """Return the `keys` of a kind that has a single page."""
    return lambda derived: [key]
