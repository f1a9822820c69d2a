"""Files for hosts and crawlers: sitemaps, robots.txt, headers, redirects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from briefings import urls
from briefings.domain.ledger.history import histories
from briefings.domain.registers import breach_places
from briefings.domain.site import Briefing, Site, last_updated, subjects
from briefings.domain.visibility import visible_changes
from briefings.domain.weeks import SITE, Week, weeks
from briefings.outputs.pages.page import CSP, CSP_SEARCH
from briefings.outputs.xml import document, maker

#: Maximum number of URLs in one sitemap file (https://www.sitemaps.org/protocol.html).
_MOST = 50_000
#: A URL, and when its content last changed, if known.
_Entry = tuple[str, datetime | None]
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Policy for editors' files (CSP Level 3): they run and load nothing. If one with code passes the
#: checks, `sandbox` denies it scripts and the site's origin. Drawings have their colours in inline
#: styles.
_CSP_MEDIA = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

#: `--paper` in static/style.css.
_PAPER = "#fffdf9"
#: Pages that show something of every briefing.
_SHOW_ALL = (
    urls.HOME, urls.BRIEFINGS, urls.TRUSTS, urls.TOPICS, urls.REQUIREMENTS, urls.COMPARE,
    urls.ENFORCEMENT, urls.CORRECTIONS, urls.SEARCH, urls.DATA,
)  # fmt: skip


def sitemap_keys(indexed: Sequence[str]) -> list[tuple[str]]:
    """Return the number of each sitemap; `0` is the index of several, or the only one.

    `indexed`: the URL paths of the pages that crawlers may index, sorted.
    """
    count = -(-len(indexed) // _MOST)
    return [("0",), *((str(number + 1),) for number in range(count) if count > 1)]


def sitemap_path(number: str) -> str:
    """Return the path of a sitemap below `output/`."""
    return urls.file_for(urls.SITEMAP) if number == "0" else f"sitemap-{number}.xml"


def sitemap(site: Site, number: str, indexed: Sequence[str]) -> bytes:
    """Return XML of the sitemap protocol 0.9; `lastmod` is a W3C datetime."""
    if number == "0" and len(indexed) > _MOST:
        others = [sitemap_path(*key) for key in sitemap_keys(indexed)[1:]]
        return _written([(site.urls.absolute(f"/{path}"), None) for path in others], "sitemapindex")
    start = max(int(number) - 1, 0) * _MOST
    changed = _last_changes(site)
    part = indexed[start : start + _MOST]
    return _written([(site.urls.absolute(url), changed.get(url)) for url in part], "urlset")


def _written(entries: Sequence[_Entry], name: str) -> bytes:
    make = maker(_NAMESPACE)
    root = make(name)
    for address, changed in entries:
        entry = make("url" if name == "urlset" else "sitemap")
        entry.append(make.loc(address))
        if changed is not None:
            entry.append(make.lastmod(changed.isoformat(timespec="seconds")))
        root.append(entry)
    return document(root)


def _last_changes(site: Site) -> Mapping[str, datetime]:
    """Map URLs of pages to the newest moment at which their content changed."""
    newest: dict[str, datetime] = {}
    for url, moment in _changes(site):
        newest[url] = max(moment, newest.get(url, moment))
    return newest


def _changes(site: Site) -> Iterator[tuple[str, datetime]]:
    """Yield (URL, moment) for each change of a visible briefing that a page shows, or of a page."""
    newest = last_updated(site)
    if newest is not None:
        yield from ((url, newest) for url in _SHOW_ALL)
    for briefing in site.briefing.values():
        yield from ((url, briefing.updated) for url in _shown_on(site, briefing))
    for history in histories(site).values():
        for entry in history.entries:
            yield history.url, entry.briefing.updated
    for key, places in breach_places(site).items():
        for id, _ in places:
            yield urls.regulation_url(*key), site.briefing[id].updated
    yield from _ends_of_weeks(site)
    for id, page in site.pages.items():
        for change in visible_changes(page.front.changes, site.clock, site.zone):
            yield urls.url_of("page", id), change.date.at(site.zone)


def _ends_of_weeks(site: Site) -> Iterator[tuple[str, datetime]]:
    """Yield the pages of digests, each with the moment at which it appeared."""
    for week in weeks(site, *SITE):
        end = site.clock.end_of(Week.parse(week).days)
        if end is not None:
            yield urls.DIGEST, end
            yield urls.digest_url(week), end


def _shown_on(site: Site, briefing: Briefing) -> Iterator[str]:
    """Yield the URLs of the pages of and about a briefing."""
    yield briefing.url
    yield urls.digest_url(Week.of(briefing.visible_from.date()).id)
    yield urls.year_url(briefing.visible_from.year)
    for kind, ids in subjects(site, briefing.id).items():
        yield from (urls.url_of(kind, id) for id in ids)


def robots(site: Site) -> bytes:
    """Return `robots.txt`."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site.urls.absolute(urls.SITEMAP)}\n".encode()


def manifest(site: Site) -> bytes:
    """Return the web app manifest (W3C), for phones that put the site on their home screen."""
    value = {
        "name": site.config.title,
        "description": site.config.tagline or site.config.title,
        "lang": site.config.language,
        "start_url": site.urls.link(urls.HOME),
        "display": "minimal-ui",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [
            {"src": site.urls.link(urls.TOUCH_ICON), "sizes": "180x180", "type": "image/png"}
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def header_rules(site: Site) -> Mapping[str, tuple[str, ...]]:
    """Return path → response headers. `*` at the end of a path stands for any rest.

    All that fit a path apply, in this order; `! Name` removes a header. `frame-ancestors` works
    only as a header; the rest of the policy is in every page as well.
    """
    top = site.urls.prefix
    return {
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
        **dict.fromkeys(
            (f"{top}{icon}" for icon in urls.ICONS),
            ("! Cache-Control", "Cache-Control: public, max-age=86400"),
        ),
        f"{top}{urls.DATA}*": ("Access-Control-Allow-Origin: *",),
    }


def headers(site: Site) -> bytes:
    """Return the response headers, in the format of Netlify and Cloudflare Pages."""
    lines = []
    for path, headers in header_rules(site).items():
        lines += [path, *(f"  {header}" for header in headers)]
    return ("\n".join(lines) + "\n").encode()


def redirects(site: Site, aliases: Iterable[tuple[str, str]]) -> bytes:
    """Return every alias (old URL, new URL), in the format of Netlify and Cloudflare Pages.

    Other hosts use the redirect pages at the old URLs.
    """
    lines = (f"{site.urls.link(old)} {site.urls.link(new)} 301\n" for old, new in aliases)
    return "".join(lines).encode()
