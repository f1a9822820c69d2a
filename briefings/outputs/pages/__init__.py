"""The pages of the site: each a value (`planned`), each rendered by a pure function of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from briefings import urls
from briefings.cancellation import checkpoint
from briefings.content.files import read_file
from briefings.content.limits import of_file
from briefings.domain.site import Site
from briefings.outputs.fingerprint import EVERYTHING
from briefings.outputs.pages import (
    briefing,
    redirects,
    requirement,
    trust,
    withdrawn,
)
from briefings.outputs.pages import (
    home as archive,
)
from briefings.outputs.pages import (
    listings as index,
)
from briefings.outputs.pages import (
    registers as across,
)
from briefings.outputs.pages import (
    site_pages as plain,
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

#: Each kind of page: a function from the whole to its pages.
_KINDS: tuple[Callable[[Derived], Iterable[Page]], ...] = (
    archive.planned,
    briefing.planned,
    withdrawn.planned,
    trust.planned,
    requirement.planned,
    index.planned,
    across.planned,
    plain.planned,
    redirects.planned,
)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page on its way to its file. Rendering raises ContentError for a fault of a template."""

    renderer: Renderer
    page: Page

    @property
    def path(self) -> str:
        """The file below `output/`."""
        return self.page.path

    @property
    def shares(self) -> Callable[[], object] | None:
        """What it has in common with others (see `Page`)."""
        return self.page.shares

    @property
    def shown(self) -> object:
        """What its template is given."""
        view = self.page.view
        return EVERYTHING if getattr(type(view), "SHOWS_EVERYTHING", False) else view

    def render(self) -> bytes:
        """Its HTML."""
        return self.renderer.render(self.page)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of `static/` or `content/media/`."""

    path: str
    source: Path

    @property
    def shown(self) -> object:
        """Its name, and its bytes."""
        return (self.path, read_file(self.source, of_file(self.source.name)))

    def render(self) -> bytes:
        """Its bytes; a stylesheet without spare space."""
        return published(self.source)


def planned(site: Site, *, search: bool = True, only: str | None = None) -> list[Page]:
    """Every page of the site before any is rendered, or `only` the one with this file."""
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
    templates: Path,
    static: Path,
    content: Path,
    *,
    search: bool = True,
    only: str | None = None,
) -> list[RenderedPage | StaticFile]:
    """Every page, every static file and every media file that a page shows, ready to render.

    `only` is the file of one page, where the others are not wanted.

    Raises ContentError with every template that can't be read.
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
    """The paths of the pages that a crawler should know of."""
    shown = (one.page for one in files if isinstance(one, RenderedPage))
    return [page.url for page in shown if not page.is_hidden]


def shown_media(site: Site) -> list[str]:
    """Media files that a visible page names, and no others."""
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
