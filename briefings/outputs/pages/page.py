"""One page as a value: its URL, its template, its view, and the metadata for its head.

Pages are made by kind (`Kind`); a long list is cut into several pages (`paged`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar

from briefings.domain.site import Site
from briefings.urls import LinkTo, file_for, page_of

T = TypeVar("T")

# The content security policy of the pages (CSP Level 3). Nothing is loaded from other sites. It is
# in the `<meta>` of every page, for hosts that send no headers, and in `_headers`. Inline scripts
# and styles are not allowed, so templates have no `style=`; JSON-LD is data and is not affected.
#: Pages connect to nothing. But Lighthouse fetches robots.txt from the page it audits and reports
#: that file as invalid if `connect-src` does not allow it.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; manifest-src 'self'; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
#: Only the search page runs WebAssembly (Pagefind).
CSP_SEARCH = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

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


class View(SimpleNamespace):
    """The value `view` of a page template: `meta`, and what the page shows, by name."""

    meta: Meta

    def __init__(self, meta: Meta, **values: object) -> None:
        super().__init__(meta=meta, **values)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site before it is rendered.

    `make_view`: called when the page is rendered, so that few views are in memory at a time.
    `is_hidden`: crawlers should not index it.
    """

    url: str
    template: str
    make_view: Callable[[], View]
    is_hidden: bool = False

    @property
    def view(self) -> View:
        """The value that the template shows."""
        return self.make_view()

    @property
    def path(self) -> str:
        """The path of the file below `output/` that serves the page."""
        return file_for(self.url)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page.

    `keys`: returns the key of each page, a tuple of texts such as an id and a page number. `url`
    and `view` are called with a key; `view` also with the site. `template`: its name, if it is not
    that of the kind. `is_hidden`: crawlers should not index its pages.
    """

    name: str
    keys: Callable[[Site], Iterable[tuple[str, ...]]]
    url: Callable[..., str]
    view: Callable[..., View]
    template: str = ""
    is_hidden: bool = False

    def page(self, site: Site, key: tuple[str, ...]) -> Page:
        """Return the page with this key."""
        template = f"pages/{self.template or self.name}.html"
        return Page(self.url(*key), template, partial(self.view, site, *key), self.is_hidden)


def single(name: str, url: str, view: Callable[[Site], View]) -> Kind:
    """Return a kind that has one page."""
    return Kind(name, lambda site: [()], lambda: url, view)


#: Number of rows on one page of a list.
ROWS = 100


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a list, or of several lists side by side, among the others.

    `number`: this page, from 1. `base`: path of the first page. `count`: number of rows of the
    longest list, on all pages.
    """

    number: int
    base: str
    count: int

    @property
    def total(self) -> int:
        """The number of pages; at least one."""
        return max(1, -(-self.count // ROWS))

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows of this page."""
        return rows[(self.number - 1) * ROWS : self.number * ROWS]

    @property
    def is_needed(self) -> bool:
        """False for a list that fits on one page."""
        return self.total > 1

    @property
    def url(self) -> str:
        """The path of this page."""
        return page_of(self.base, self.number)

    @property
    def newer(self) -> str:
        """The path of the previous page, or empty."""
        return page_of(self.base, self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """The path of the next page, or empty."""
        return page_of(self.base, self.number + 1) if self.number < self.total else ""

    @property
    def words(self) -> str:
        """`Page 2 of 5`."""
        return f"Page {self.number} of {self.total}"

    @property
    def suffix(self) -> str:
        """Suffix that makes the title of a later page unique: `, page 2 of 5`; empty on page 1."""
        return f", {self.words.lower()}" if self.number > 1 else ""


def paged(
    name: str,
    base: Callable[..., str],
    lists: Callable[..., Sequence[Sequence[object]]],
    view: Callable[..., View],
    ids: Callable[[Site], Iterable[tuple[str, ...]]] = lambda site: [()],
    template: str = "",
) -> Kind:
    """Return the kind of pages of lists. The key of a page is that of its record, and its number.

    `ids`: the keys of the records, empty for a list of the whole site. `base`: called with one of
    them, returns the path of the first page. `lists`: called with the site and one of them, returns
    the lists that are side by side. `view`: called with the site, the key of the record, the pager,
    and the rows of this page of each list.
    """

    def pager(number: str, id: Sequence[str], rows: Sequence[Sequence[object]]) -> Pager:
        return Pager(int(number), base(*id), max(map(len, rows)))

    def keys(site: Site) -> Iterator[tuple[str, ...]]:
        for id in ids(site):
            total = pager("1", id, lists(site, *id)).total
            yield from ((*id, str(number)) for number in range(1, total + 1))

    def url(*key: str) -> str:
        return page_of(base(*key[:-1]), int(key[-1]))

    def page_view(site: Site, *key: str) -> View:
        *id, number = key
        rows = lists(site, *id)
        page = pager(number, id, rows)
        return view(site, *id, page, *map(page.of, rows))

    return Kind(name, keys, url, page_view, template)
