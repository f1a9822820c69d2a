"""Files for hosts and crawlers: sitemaps, robots.txt, headers, redirects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import ClassVar

from briefings import urls
from briefings.domain.ledger import histories
from briefings.domain.registers import breaches
from briefings.domain.site import Site, visible_changes
from briefings.outputs.pages import CSP, CSP_SEARCH
from briefings.outputs.pages.redirects import aliases
from briefings.outputs.xml import Node, document

#: A URL, and when its content last changed.
_Entry = tuple[str, datetime | None]
#: Maximum number of URLs in one sitemap file (https://www.sitemaps.org/protocol.html).
_MOST = 50_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Policy for editors' files (CSP Level 3): they run and load nothing. If one with code passes the
#: checks, `sandbox` denies it scripts and the site's origin. Drawings have their colours in inline
#: styles.
_CSP_MEDIA = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of plain text."""

    path: str
    text: str

    @property
    def shown(self) -> object:
        """Everything the file shows, for change detection."""
        return (self.path, self.text)

    def render(self) -> bytes:
        """Return the text in UTF-8."""
        return self.text.encode()


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap: URLs, each with the moment its content last changed, if known.

    `listed` computes its entries. `of_sitemaps`: it is an index, whose entries are other sitemaps.
    """

    path: str
    listed: Callable[[], Sequence[_Entry]]
    of_sitemaps: bool = False

    #: It shows only fields that lists depend on (see `build.list_facts`).
    beyond: ClassVar[frozenset[str]] = frozenset()

    @property
    def entries(self) -> Sequence[_Entry]:
        """The entries, computed on each access."""
        return self.listed()

    @property
    def shown(self) -> object:
        """Everything the file shows, for change detection."""
        return (self.path, [*self.entries], self.of_sitemaps)

    def render(self) -> bytes:
        """Return XML of the sitemap protocol 0.9; `lastmod` is a W3C datetime."""
        whole, one = ("sitemapindex", "sitemap") if self.of_sitemaps else ("urlset", "url")
        entries = tuple(_entry(one, address, changed) for address, changed in self.entries)
        return document(Node(whole, children=entries), _NAMESPACE)


def _entry(name: str, address: str, changed: datetime | None) -> Node:
    parts = [Node("loc", address)]
    if changed is not None:
        parts.append(Node("lastmod", changed.isoformat(timespec="seconds")))
    return Node(name, children=tuple(parts))


def hosting(site: Site, pages: list[str]) -> list[TextFile | Sitemap]:
    """Return every file for hosts and crawlers; `pages` are the URLs of pages to be indexed."""
    return [
        *_sitemaps(site, pages),
        TextFile("robots.txt", _robots(site)),
        TextFile("_headers", _headers(site)),
        TextFile("_redirects", _redirects(site)),
        TextFile(".nojekyll", ""),
    ]


def _sitemaps(site: Site, pages: list[str]) -> Iterator[Sitemap]:
    ordered = sorted(pages)
    changed = cache(partial(_changed, site))

    def listed(start: int) -> list[_Entry]:
        some = ordered[start : start + _MOST]
        return [(site.urls.absolute(url), changed().get(url)) for url in some]

    name = urls.file_for(urls.SITEMAP)
    if len(ordered) <= _MOST:
        yield Sitemap(name, partial(listed, 0))
        return
    starts = range(0, len(ordered), _MOST)
    for number, start in enumerate(starts, start=1):
        yield Sitemap(f"sitemap-{number}.xml", partial(listed, start))
    files = [site.urls.absolute(f"/sitemap-{n + 1}.xml") for n in range(len(starts))]
    parts: list[_Entry] = [(address, None) for address in files]
    yield Sitemap(name, lambda: parts, of_sitemaps=True)


def _changed(site: Site) -> Mapping[str, datetime]:
    """Map URLs of pages to the newest moment at which what they show changed.

    That is a change of a visible briefing that the page shows, or of the page itself.
    """
    newest = max((one.updated for one in site.briefing.values()), default=None)
    found = {} if newest is None else dict.fromkeys(_SHOW_ALL, newest)
    for several in (_by_briefings(site), _by_registers(site), _by_themselves(site)):
        for url, moment in several:
            before = found.get(url)
            if before is None or before < moment:
                found[url] = moment
    return found


def _by_briefings(site: Site) -> Iterator[tuple[str, datetime]]:
    for one in site.briefing.values():
        front = one.front
        shown_by = [urls.year_url(one.visible_from.year), one.url]
        shown_by += [urls.url_of("trust", id) for id in (front.trust, *front.also_about)]
        shown_by += [urls.url_of("topic", id) for id in front.topics]
        shown_by.append(urls.url_of("regulator", front.regulator))
        for url in shown_by:
            yield url, one.updated


def _by_registers(site: Site) -> Iterator[tuple[str, datetime]]:
    for history in histories(site).values():
        for entry in history.entries:
            yield history.url, entry.briefing.updated
    for (regulator, number), mentions in breaches(site).items():
        for mention in mentions:
            yield urls.regulation_url(regulator, number), mention.briefing.updated


def _by_themselves(site: Site) -> Iterator[tuple[str, datetime]]:
    for id, page in site.pages.items():
        for change in visible_changes(page.front.changes, site.now, site.zone):
            yield urls.url_of("page", id), change.date.at(site.zone)


#: Pages that show something of every briefing.
_SHOW_ALL = (
    urls.HOME, urls.BRIEFINGS, urls.TRUSTS, urls.TOPICS, urls.REQUIREMENTS, urls.COMPARE,
    urls.ENFORCEMENT, urls.CORRECTIONS, urls.SEARCH, urls.DATA,
)  # fmt: skip


def _robots(site: Site) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {site.urls.absolute(urls.SITEMAP)}\n"


def _headers(site: Site) -> str:
    """Return response headers, in the format of Netlify and Cloudflare Pages.

    `frame-ancestors` works only as a header; the rest of the policy is in every page as well.
    """
    top = site.urls.prefix
    blocks = {
        f"{top}/*": (
            f"Content-Security-Policy: {CSP}; frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            "Referrer-Policy: strict-origin-when-cross-origin",
            "Cross-Origin-Opener-Policy: same-origin",
            "Permissions-Policy: camera=(), geolocation=(), microphone=(), interest-cohort=()",
            "Cache-Control: public, max-age=300",
        ),
        f"{top}{urls.SEARCH}*": (
            "! Content-Security-Policy",
            f"Content-Security-Policy: {CSP_SEARCH}; frame-ancestors 'none'",
        ),
        f"{top}{urls.MEDIA}*": (
            "! Content-Security-Policy",
            f"Content-Security-Policy: {_CSP_MEDIA}; frame-ancestors 'none'",
        ),
        f"{top}{urls.STATIC}*": (
            "! Cache-Control",
            "Cache-Control: public, max-age=31536000, immutable",
        ),
        f"{top}{urls.DATA}*": ("Access-Control-Allow-Origin: *",),
    }
    lines = []
    for path, headers in blocks.items():
        lines += [path, *(f"  {header}" for header in headers)]
    return "\n".join(lines) + "\n"


def _redirects(site: Site) -> str:
    """Return every alias, in the format of Netlify and Cloudflare Pages.

    Other hosts use the redirect pages at the old URLs.
    """
    return "".join(
        f"{site.urls.link(old)} {site.urls.link(new)} 301\n" for old, new in aliases(site)
    )
