"""One page as a value: its URL, its template, its view, and the metadata for its head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol

from briefings.outputs.pages.csp import CSP
from briefings.outputs.pages.derived import Derived
from briefings.urls import file_for

RSS = "application/rss+xml"
JSON_FEED = "application/feed+json"
JSON = "application/json"


class LinkTo(NamedTuple):
    """A link: its text and its target, a root-relative path or, outside the site, a full URL."""

    label: str
    url: str


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
