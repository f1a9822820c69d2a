"""One page as a value: where it stands, what it shows, and what its head says."""

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
    """Words and the root-relative path (or whole address, outside the site) they lead to."""

    label: str
    url: str


class FeedLink(NamedTuple):
    """A feed that a reader's program should find on a page."""

    title: str
    url: str
    type: str = RSS


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the layout says about a page: its head, its breadcrumbs, its place in the menu.

    `url` is the canonical path. `title` is unique on the site. `section` is the path of the menu
    entry it belongs to. `breadcrumbs` leave out the page itself; the first is the home page's
    child. `feeds` are the page's own; the main feed is on every page. `scripts` name files of
    `static/`. `absolute` makes every link a whole address: the 404 page is shown anywhere.
    `home` is the front page, whose `<title>` is the site's own name.
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
    """What a page template is given as `view`: its `meta`, and whatever else it shows."""

    @property
    def meta(self) -> Meta: ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site before it is rendered."""

    url: str
    template: str
    #: Makes its view: where the page is rendered, and not before. A site holds no more than a few.
    shows: Callable[[], View]
    #: Crawlers should not know of it.
    is_hidden: bool = False
    #: Works out what it has in common with other pages, and takes long; kept once it is done.
    shares: Callable[[], object] | None = None

    @classmethod
    def of(
        cls, url: str, template: str, view: View, shares: Callable[[], object] | None = None
    ) -> Self:
        """A page whose view is made already; the kind of the view says whether it is `NOINDEX`."""
        return cls(url, template, lambda: view, getattr(type(view), "NOINDEX", False), shares)

    @property
    def view(self) -> View:
        """What it shows."""
        return _view(self.shows)

    @property
    def path(self) -> str:
        """The file below `output/` that serves it."""
        return file_for(self.url)


@lru_cache(maxsize=1)  # a page is looked at, and rendered right after
def _view(shows: Callable[[], View]) -> View:
    return shows()
