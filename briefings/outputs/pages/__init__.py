"""The HTML pages of the site: planned as values, each rendered by a pure function of its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from briefings import urls
from briefings.cancellation import checkpoint
from briefings.content.files import of_file, read_file
from briefings.domain.site import Site
from briefings.outputs.fingerprint import EVERYTHING
from briefings.outputs.pages import (
    briefing,
    home,
    listings,
    redirects,
    registers,
    requirement,
    site_pages,
    trust,
    withdrawn,
)
from briefings.outputs.pages.assets import published, read_assets
from briefings.outputs.pages.csp import CSP, CSP_SEARCH
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta, Page, View
from briefings.outputs.pages.parts import NotKept, Parts
from briefings.outputs.pages.renderer import Renderer
from briefings.outputs.pages.site_context import SiteContext, site_context
from briefings.problems import ContentError

__all__ = [
    "CSP",
    "CSP_SEARCH",
    "Derived",
    "FeedLink",
    "LinkTo",
    "Meta",
    "NotKept",
    "Page",
    "Parts",
    "RenderedPage",
    "Renderer",
    "SiteContext",
    "View",
    "indexed",
    "pages",
    "planned",
    "site_context",
]

#: The kinds of pages: functions that return the pages of one kind, in output order.
_KINDS: tuple[Callable[[Derived], Iterable[Page]], ...] = (
    home.planned,
    briefing.planned,
    withdrawn.planned,
    trust.planned,
    requirement.planned,
    listings.planned,
    registers.planned,
    site_pages.planned,
    redirects.planned,
)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page together with the renderer that makes its file.

    `render` raises ContentError for a fault in a template.
    """

    renderer: Renderer
    page: Page

    @property
    def path(self) -> str:
        """The path of the file below `output/`."""
        return self.page.path

    @property
    def shares(self) -> Callable[[], object] | None:
        """The function that computes data shared with other pages, or None (see `Page.shares`)."""
        return self.page.shares

    @property
    def shown(self) -> object:
        """The view passed to the template; EVERYTHING if its class sets `SHOWS_EVERYTHING`.

        The fingerprint of the output is computed from this value (`briefings.outputs.fingerprint`).
        """
        view = self.page.view
        return EVERYTHING if getattr(type(view), "SHOWS_EVERYTHING", False) else view

    def render(self) -> bytes:
        """Return the HTML of the page in UTF-8."""
        return self.renderer.render(self.page)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of `static/` or `content/media/`.

    `path` is the file below `output/`, `source` the file that it is read from.
    """

    path: str
    source: Path

    @property
    def shown(self) -> object:
        """The path and the bytes of the source file."""
        return (self.path, read_file(self.source, of_file(self.source.name)))

    def render(self) -> bytes:
        """Return the bytes to publish: pictures without their metadata (see `assets.published`)."""
        return published(self.source)


def planned(site: Site, *, search: bool = True, only: str | None = None) -> list[Page]:
    """Return every page of the site, not yet rendered.

    With `only` (a path below `output/`), return a list of at most that page.
    """
    whole = Derived(site, search)
    every = _every(whole)
    if only is None:
        return list(every)
    return list(islice((page for page in every if page.path == only), 1))


def _every(whole: Derived) -> Iterator[Page]:
    for kind in _KINDS:
        for page in kind(whole):
            checkpoint()
            yield page


def pages(
    site: Site,
    templates: Sequence[Path],
    static: Sequence[Path],
    content: Path,
    *,
    search: bool = True,
    only: str | None = None,
) -> list[RenderedPage | StaticFile]:
    """Return every page, every static file and every media file that a page shows, ready to render.

    With `only` (a path below `output/`), only that page is included; static and media files always
    are.

    Of the folders of templates, and of static files, the first that has a file wins.

    Raises ContentError with the faults of all templates that cannot be read.
    """
    assets = read_assets(static)
    renderer = Renderer(templates, site_context(site, assets.urls))
    faults = list(renderer.faults())
    if faults:
        raise ContentError(faults)
    return [
        *(RenderedPage(renderer, page) for page in planned(site, search=search, only=only)),
        *(StaticFile(path, source) for path, source in assets.files.items()),
        *(
            StaticFile(urls.file_for(urls.url_of("media", name)), content / "media" / name)
            for name in shown_media(site)
        ),
    ]


def indexed(files: Iterable[RenderedPage | StaticFile]) -> list[str]:
    """Return the URL paths of the pages that crawlers may index."""
    shown = (one.page for one in files if isinstance(one, RenderedPage))
    return [page.url for page in shown if not page.is_hidden]


def shown_media(site: Site) -> list[str]:
    """Return the names of the media files that visible pages link to, sorted."""
    bodies = [one.body for one in site.briefings]
    for records in (site.trusts, site.topics, site.pages):
        bodies += [record.body for record in records.values()]
    named = {
        link.target.removeprefix("media/")
        for body in bodies
        for link in body.links
        if link.kind == "media"
    }
    return sorted(named & site.media)
