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
from briefings.domain.site import Briefing, Site, visible_changes
from briefings.outputs.pages import CSP, CSP_SEARCH
from briefings.outputs.pages.redirects import aliases
from briefings.outputs.xml import document, maker

#: A URL, and when its content last changed, if known.
_Entry = tuple[str, datetime | None]
#: Maximum number of URLs in one sitemap file (https://www.sitemaps.org/protocol.html).
_MOST = 50_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Policy for editors' files (CSP Level 3): they run and load nothing. If one with code passes the
#: checks, `sandbox` denies it scripts and the site's origin. Drawings have their colours in inline
#: styles.
_CSP_MEDIA = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
#: Pages that show something of every briefing.
_SHOW_ALL = (
    urls.HOME, urls.BRIEFINGS, urls.TRUSTS, urls.TOPICS, urls.REQUIREMENTS, urls.COMPARE,
    urls.ENFORCEMENT, urls.CORRECTIONS, urls.SEARCH, urls.DATA,
)  # fmt: skip


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
    """A sitemap of the entries that `listed` returns.

    `of_sitemaps`: it is an index, whose entries are other sitemaps.
    """

    path: str
    listed: Callable[[], Sequence[_Entry]]
    of_sitemaps: bool = False

    #: It shows only fields that lists depend on (see `build.list_facts`).
    beyond: ClassVar[frozenset[str]] = frozenset()

    @property
    def shown(self) -> object:
        """Everything the file shows, for change detection."""
        return (self.path, [*self.listed()], self.of_sitemaps)

    def render(self) -> bytes:
        """Return XML of the sitemap protocol 0.9; `lastmod` is a W3C datetime."""
        make = maker(_NAMESPACE)
        root = make.sitemapindex() if self.of_sitemaps else make.urlset()
        for address, changed in self.listed():
            entry = make.sitemap() if self.of_sitemaps else make.url()
            entry.append(make.loc(address))
            if changed is not None:
                entry.append(make.lastmod(changed.isoformat(timespec="seconds")))
            root.append(entry)
        return document(root)


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
    changed = cache(partial(_last_changes, site))

    def listed(start: int) -> list[_Entry]:
        some = ordered[start : start + _MOST]
        return [(site.urls.absolute(url), changed().get(url)) for url in some]

    name = urls.file_for(urls.SITEMAP)
    if len(ordered) <= _MOST:
        yield Sitemap(name, partial(listed, 0))
        return
    parts: list[_Entry] = []
    for number, start in enumerate(range(0, len(ordered), _MOST), start=1):
        yield Sitemap(f"sitemap-{number}.xml", partial(listed, start))
        parts.append((site.urls.absolute(f"/sitemap-{number}.xml"), None))
    yield Sitemap(name, lambda: parts, of_sitemaps=True)


def _last_changes(site: Site) -> Mapping[str, datetime]:
    """Map URLs of pages to the newest moment at which what they show changed."""
    newest: dict[str, datetime] = {}
    for url, moment in _changes(site):
        before = newest.get(url)
        if before is None or before < moment:
            newest[url] = moment
    return newest


def _changes(site: Site) -> Iterator[tuple[str, datetime]]:
    """Yield (URL, moment) for each change of a visible briefing that a page shows, or of a page."""
    for briefing in site.briefing.values():
        for url in (*_SHOW_ALL, *_shown_on(briefing)):
            yield url, briefing.updated
    for history in histories(site).values():
        for entry in history.entries:
            yield history.url, entry.briefing.updated
    for (regulator, number), mentions in breaches(site).items():
        for mention in mentions:
            yield urls.regulation_url(regulator, number), mention.briefing.updated
    for id, page in site.pages.items():
        for change in visible_changes(page.front.changes, site.now, site.zone):
            yield urls.url_of("page", id), change.date.at(site.zone)


def _shown_on(briefing: Briefing) -> Iterator[str]:
    """Yield the URLs of the pages of and about a briefing."""
    front = briefing.front
    yield briefing.url
    yield urls.year_url(briefing.visible_from.year)
    yield from (urls.url_of("trust", id) for id in (front.trust, *front.also_about))
    yield from (urls.url_of("topic", id) for id in front.topics)
    yield urls.url_of("regulator", front.regulator)


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
