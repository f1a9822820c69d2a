"""Every file of the site: which there are, and the bytes of each.

The key of a file is its kind, and an id and a page number if there are several of that kind. Both
the list of files and their bytes are computed by reading the site through the engine, which so
records the dependencies of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from briefings import urls
from briefings.content.records import SCHEMAS
from briefings.domain.ledger.history import histories
from briefings.domain.registers import breaches_in, moments_of_corrections, regulations_named
from briefings.domain.site import Site, subjects
from briefings.engine import query
from briefings.outputs import downloads, feeds, hosting
from briefings.outputs.downloads import documents
from briefings.outputs.feeds import sort_keys
from briefings.outputs.feeds.calendar import calendar, calendar_events
from briefings.outputs.feeds.rss import json_feed
from briefings.outputs.pages import (
    briefing,
    digest,
    home,
    ledger,
    lists,
    requirement,
    site_pages,
    trust,
    trusts,
)
from briefings.outputs.pages.cards import card
from briefings.outputs.pages.digest import new_briefing
from briefings.outputs.pages.images import (
    Assets,
    copies_of,
    published,
    published_image,
    read_assets,
)
from briefings.outputs.pages.page import Page
from briefings.outputs.pages.renderer import Renderer
from briefings.outputs.pages.site_context import SiteContext
from briefings.outputs.search.entries import names_file, names_of
from briefings.problems import ContentError

#: Name of a kind, then what identifies a file among those of the kind: ids, page numbers.
Key = tuple[str, ...]
#: A file's bytes, or the parts of a large one.
Data = bytes | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `keys`, `path` and `render` are called with the site; see `Key`."""

    keys: Callable[[Site], Iterable[Key]]
    path: Callable[..., str]
    render: Callable[..., Data]


def _single(path: str, render: Callable[[Site], Data]) -> Kind:
    """Return a kind that has one file, at a URL path."""
    return Kind(lambda site: [()], lambda site: urls.file_for(path), render)


#: The kinds of pages, in output order.
_PAGES = (
    home.HOME,
    lists.ARCHIVE,
    briefing.BRIEFING,
    briefing.WITHDRAWN,
    trust.TRUST,
    requirement.REQUIREMENT,
    trusts.TRUSTS,
    lists.TOPICS,
    lists.TOPIC,
    lists.REGULATOR,
    ledger.LEDGER,
    ledger.REGULATOR_LEDGER,
    ledger.ANSWERS,
    lists.ENFORCEMENT,
    lists.CORRECTIONS,
    digest.DIGESTS,
    digest.DIGEST,
    lists.REGULATION,
    trusts.COMPARE,
    site_pages.PLAIN,
    site_pages.SUBSCRIBE,
    site_pages.DATA,
    site_pages.SEARCH,
    site_pages.NOT_FOUND,
    site_pages.REDIRECT,
)
#: Name → kind of page.
PAGES = {kind.name: kind for kind in _PAGES}


def planned(site: Site) -> Iterator[Page]:
    """Yield every page of the site, not yet rendered."""
    return (kind.page(site, key) for kind in PAGES.values() for key in kind.keys(site))


@query
def indexed_urls(site: Site) -> tuple[str, ...]:
    """Return the URL paths of the pages that crawlers may index, sorted."""
    return tuple(sorted(page.url for page in planned(site) if not page.is_hidden))


#: Kind → its keys, path and bytes. Pages, static files and media are in `Files`.
_KINDS: Mapping[str, Kind] = {
    "feed": Kind(
        feeds.feed_keys,
        lambda site, kind, id: urls.file_for(feeds.feed_url(kind, id)),
        lambda site, kind, id: feeds.feed(site, kind, id).render(),
    ),
    "feed-archive": Kind(
        feeds.archive_keys,
        lambda site, *key: urls.file_for(feeds.archive_url(*key)),
        lambda site, *key: feeds.feed(site, *key).render(),
    ),
    "old-feed": Kind(
        feeds.old_feed_keys,
        lambda site, url, kind, id: urls.file_for(url),
        lambda site, url, kind, id: feeds.feed(site, kind, id).render(),
    ),
    "json-feed": _single(urls.JSON_FEED, lambda site: json_feed(feeds.feed(site, "main", ""))),
    "opml": _single(urls.OPML, feeds.feeds_opml),
    "calendar": _single(urls.CALENDAR, calendar),
    "table": Kind(
        downloads.table_keys,
        lambda site, name, ending: urls.file_for(urls.table_url(name, ending)),
        downloads.table_file,
    ),
    "trust-json": Kind(
        lambda site: ((id,) for id in site.trusts),
        lambda site, id: urls.file_for(urls.trust_json(id)),
        documents.trust_document,
    ),
    "requirement-json": Kind(
        lambda site: ((id,) for id in histories(site)),
        lambda site, id: urls.file_for(urls.requirement_json(id)),
        documents.requirement_document,
    ),
    "database": _single(urls.DATABASE, downloads.sqlite_file),
    "schema": Kind(
        lambda site: ((kind,) for kind in SCHEMAS),
        lambda site, kind: urls.file_for(urls.schema_url(kind)),
        documents.schema,
    ),
    "data-package": _single(urls.DATA_PACKAGE, documents.data_package),
    "names": _single(urls.NAMES, names_file),
    "sitemap": Kind(
        lambda site: hosting.sitemap_keys(indexed_urls(site)),
        lambda site, number: hosting.sitemap_path(number),
        lambda site, number: hosting.sitemap(site, number, indexed_urls(site)),
    ),
    "manifest": _single(urls.MANIFEST, hosting.manifest),
    "robots": _single("/robots.txt", hosting.robots),
    "headers": _single("/_headers", hosting.headers),
    "redirects": _single(
        "/_redirects", lambda site: hosting.redirects(site, site_pages.aliases(site))
    ),
    "no-jekyll": _single("/.nojekyll", lambda site: b""),
}


@query
def shown_media(site: Site) -> tuple[str, ...]:
    """Return the names of the media files that visible pages link to, sorted."""
    names = {
        name for briefing in site.briefings for name in media_in(site, "briefing", briefing.id)
    }
    for kind, records in (("trust", site.trusts), ("topic", site.topics), ("page", site.pages)):
        names |= {name for id in records for name in media_in(site, kind, id)}
    return tuple(sorted(name for name in names if name in site.media))


@query
def media_in(site: Site, kind: str, id: str) -> tuple[str, ...]:
    """Return the names of the media files that a record links to."""
    record = site.content.record(kind, id)
    links = record.body.links if record is not None else ()
    return tuple(link.target.removeprefix("media/") for link in links if link.kind == "media")


def prepare(site: Site, kind: str, trust: str) -> None:
    """Run the queries that outputs on all trusts ask for, on one trust and its briefings."""
    if trust not in site.trusts:
        return
    for id in (its_briefing.id for its_briefing in site.by_trust[trust]):
        card(site, id)
        media = media_in(site, "briefing", id)
        copies_of(site, (name for name in media if name in site.media))
        site_pages.aliases_of(site, id)
        breaches_in(site, id)
        moments_of_corrections(site, id)
        calendar_events(site, "briefing", id)
        new_briefing(site, id)
        sort_keys(site, "briefing", id)
    calendar_events(site, kind, trust)
    downloads.prepare(site, trust)
    names_of(site, trust)
    regulations_named(site, trust)
    trusts.line_of(site, trust)
    trusts.compared(site, trust)


@query
def keys_of(site: Site, kind: str) -> tuple[Key, ...]:
    """Return the keys of all files of a kind, without the kind itself."""
    if kind in _KINDS:
        return tuple(_KINDS[kind].keys(site))
    return tuple(PAGES[kind].keys(site))


@query
def keys_by_path(site: Site, kind: str) -> Mapping[str, Key]:
    """Return path → key of all files of a kind, without the kind itself."""
    return {_path(site, kind, *key): key for key in keys_of(site, kind)}


def _path(site: Site, kind: str, *names: str) -> str:
    if kind in _KINDS:
        return _KINDS[kind].path(site, *names)
    return urls.file_for(PAGES[kind].url(*names))


@dataclass(frozen=True)
class Files:
    """The files of a site, with the folders that they come from.

    Of several folders of templates, or of static files, the first that has a file wins.
    `compiled`: the file in which compiled templates are kept. The search index is not among these
    files.

    Raises ContentError with the faults of all templates that cannot be read, when it is first used.
    """

    site: Site
    templates: Sequence[Path]
    static: Sequence[Path]
    content: Path
    compiled: Path | None = None

    @cached_property
    def assets(self) -> Assets:
        """The files of `static/`."""
        return read_assets(self.static)

    @cached_property
    def renderer(self) -> Renderer:
        """Renders the pages."""
        context = SiteContext(self.site, self.assets.urls)
        renderer = Renderer(self.templates, context, self.compiled)
        faults = list(renderer.faults())
        if faults:
            raise ContentError(faults)
        return renderer

    def keys_by_path(self) -> dict[str, Key]:
        """Return path below `output/` → key of every file."""
        keys: dict[str, Key] = {}
        for kind in (*PAGES, *_KINDS):
            by_path = keys_by_path(self.site, kind)
            keys |= {path: (kind, *key) for path, key in by_path.items()}
        media = shown_media(self.site)
        others: list[Key] = [("static", name) for name in self.assets.files]
        others += [*(("media", name) for name in media), *self._copies(media)]
        return keys | {self.path(key): key for key in others}

    def trust_of(self, key: Key) -> str:
        """Return the id of the trust that an output is on; empty for one on several or none."""
        kind, *names = key[-3:] if key[0] == "old-feed" else key[-2:]
        if kind in {"briefing", "withdrawn"}:
            return subjects(self.site, names[0])["trust"][0]
        if kind in {"requirement", "requirement-json"}:
            return self.site.requirements[names[0]].front.trust
        return names[0] if kind in {"trust", "trust-json"} else ""

    def path(self, key: Key) -> str:
        """Return the path of a file below `output/`."""
        kind, *names = key
        if kind == "static":
            return names[0]
        if kind == "media":
            return urls.file_for(urls.media_url(*names))
        return _path(self.site, kind, *names)

    def key_at(self, path: str) -> Key | None:
        """Return the key of the file at a path below `output/`; None if there is none."""
        if path in self.assets.files:
            return "static", path
        for name in shown_media(self.site) if f"/{path}".startswith(urls.MEDIA) else ():
            if path.startswith(self.path(("media", name))):
                for media_key in (("media", name), *self._copies([name])):
                    if self.path(media_key) == path:
                        return media_key
        for kind in (*PAGES, *_KINDS):
            key = keys_by_path(self.site, kind).get(path)
            if key is not None:
                return kind, *key
        return None

    def render(self, key: Key) -> Data:
        """Return the bytes of a file, or its parts. Raises ContentError for a template's fault."""
        kind, *names = key
        if kind == "static":
            return self._published("static", names[0], self.assets.files[names[0]])
        if kind == "media":
            image = published_image(self.site, *names)
            source = self.content / "media" / names[0]
            return self._published("media file", names[0], source) if image is None else image
        if kind in _KINDS:
            return _KINDS[kind].render(self.site, *names)
        return self.renderer.render(PAGES[kind].page(self.site, tuple(names)))

    def _copies(self, media: Iterable[str]) -> Iterator[Key]:
        return (("media", *copy) for copy in copies_of(self.site, media))

    def _published(self, fact: str, name: str, source: Path) -> bytes:
        self.site.engine.read(fact, name)
        return published(source)
