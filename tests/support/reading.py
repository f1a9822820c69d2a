"""Parse built pages in tests: the visible text, and the text of each anchor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from briefings.content.loader import load
from briefings.domain.site import Site, visible
from briefings.outputs.files import Files, Key, keys_of, planned
from briefings.outputs.pages.page import Page
from briefings.outputs.pages.renderer import Renderer
from tests.support.factory import NOW

ROOT = Path(__file__).parents[2]
#: Small sites that share no word with those about NHS trusts.
SECTORS = ("tests/sites/schools", "tests/sites/prisons", "tests/sites/care")
_VOID = frozenset({"meta", "link", "br", "img", "input", "hr", "path", "circle", "rect", "use"})
_UNSEEN = frozenset({"script", "style", "title", "svg"})
_BLOCKS = frozenset(
    {"p", "li", "dt", "dd", "td", "th", "tr", "h1", "h2", "h3", "h4", "div", "section", "ul", "ol"}
)


@cache
def site_of(content: str) -> Site:
    """Return the site of a content folder of this repository at `NOW`."""
    loaded = load(ROOT / content)
    assert not loaded.problems, loaded.problems
    return visible(loaded, NOW)


def files_of(site: Site) -> Files:
    """Every file of a site, in the repository's templates."""
    return Files(site, [ROOT / "templates"], [ROOT / "static"], ROOT / "content")


def renderer_of(site: Site) -> Renderer:
    """The repository's templates in the frame of a site."""
    return files_of(site).renderer


def pages_of(site: Site) -> list[Page]:
    """Every page of a site, not yet rendered."""
    return list(planned(site))


@dataclass(frozen=True)
class Output:
    """One file of a site, rendered when it is read."""

    files: Files
    key: Key

    @property
    def path(self) -> str:
        """Its path below `output/`."""
        return self.files.path(self.key)

    def render(self) -> bytes:
        """Its bytes."""
        data = self.files.render(self.key)
        return data if isinstance(data, bytes) else b"".join(data)


def outputs(site: Site, *kinds: str) -> list[Output]:
    """The files of some kinds (see `outputs.files`)."""
    files = files_of(site)
    return [Output(files, (kind, *key)) for kind in kinds for key in keys_of(site, kind)]


def feeds(site: Site) -> list[Output]:
    """Every feed, the OPML list and the calendar included."""
    return outputs(site, "feed", "feed-archive", "old-feed", "json-feed", "opml", "calendar")


def downloads(site: Site) -> list[Output]:
    """Every download file."""
    return outputs(
        site, "table", "trust-json", "requirement-json", "database", "schema", "data-package"
    )


def hosting(site: Site) -> list[Output]:
    """Every file for hosts and crawlers."""
    return outputs(site, "sitemap", "robots", "headers", "redirects", "no-jekyll")


def html_of(site: Site) -> dict[str, str]:
    """URL → HTML of every page."""
    renderer = renderer_of(site)
    return {page.url: renderer.render(page).decode() for page in pages_of(site)}


@cache
def built(content: str) -> dict[str, str]:
    """URL → HTML of every page of `site_of`."""
    return html_of(site_of(content))


class Reading(HTMLParser):
    """One page as it reads: `text` of the whole, `at(anchor)` below one, its ids and links.

    `faults` lists elements that are not closed in order, and `style` attributes.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.headings: list[int] = []
        self.faults: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._texts: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.hrefs.append(given["href"])
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(int(tag[1]))
        if "style" in given:
            self.faults.append(f"style on {tag}")
        if tag not in _VOID:
            self._open.append((tag, given.get("id", "")))
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
            return
        self._break(tag)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(tag in _UNSEEN for tag, _ in self._open):
            self._texts.append((data, tuple(id for _, id in self._open if id)))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._texts.append((" ", tuple(id for _, id in self._open if id)))

    @property
    def text(self) -> str:
        """All visible text, in one line."""
        return " ".join("".join(text for text, _ in self._texts).split())

    def at(self, anchor: str) -> str:
        """Return the text of the element with this id, in one line."""
        return " ".join("".join(text for text, ids in self._texts if anchor in ids).split())


@cache
def read(content: str) -> dict[str, Reading]:
    """URL → every page of a content folder, read."""
    return {url: Reading(html) for url, html in built(content).items()}
