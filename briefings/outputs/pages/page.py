"""One page as a value: its URL, its template, its view, and the metadata for its head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, Self

from briefings.outputs.pages.csp import CSP
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
    `<title>` is only the name of the site.
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


class View(Protocol):
    """The value passed to a page template as `view`: `meta`, and whatever else the page shows."""

    @property
    def meta(self) -> Meta: ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site before it is rendered."""

    url: str
    template: str
    #: Returns the view. Called when the page is fingerprinted or rendered, so that few views are in
    #: memory at a time.
    shows: Callable[[], View]
    #: True if crawlers should not index the page.
    is_hidden: bool = False
    #: Computes (and caches) data that the page shares with other pages and that is slow to compute.
    shares: Callable[[], object] | None = None

    @classmethod
    def of(
        cls, url: str, template: str, view: View, shares: Callable[[], object] | None = None
    ) -> Self:
        """Return a page for an existing view. It is hidden if the view's class sets `NOINDEX`."""
        return cls(url, template, lambda: view, getattr(type(view), "NOINDEX", False), shares)

    @property
    def view(self) -> View:
        """The value that the template shows. The view used last is cached."""
        return _view(self.shows)

    @property
    def path(self) -> str:
        """The path of the file below `output/` that serves the page."""
        return file_for(self.url)


@lru_cache(maxsize=1)  # a page is fingerprinted, then rendered immediately
def _view(shows: Callable[[], View]) -> View:
    return shows()
