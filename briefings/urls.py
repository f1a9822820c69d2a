"""Every address of the site: the one place where the shape of a URL is written.

Paths are root-relative with a leading slash and, for pages, a trailing one (`/trusts/rha/`);
`Urls` puts the path of `base_url` in front, or the whole origin where a URL must be absolute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

HOME = "/"
NOT_FOUND = "/404.html"
BRIEFINGS = "/briefings/"
TRUSTS = "/trusts/"
REQUIREMENTS = "/requirements/"
REGULATORS = "/regulators/"
REGULATIONS = "/regulations/"
TOPICS = "/topics/"
COMPARE = "/compare/"
ENFORCEMENT = "/enforcement/"
RATINGS = "/ratings/"
CORRECTIONS = "/corrections/"
SEARCH = "/search/"
SUBSCRIBE = "/subscribe/"
DATA = "/data/"
MEDIA = "/media/"
STATIC = "/static/"
PAGEFIND = "/pagefind/"

MAIN_FEED = "/feed.xml"
JSON_FEED = "/feed.json"
OPML = "/feeds.opml"
CALENDAR = "/deadlines.ics"
SITEMAP = "/sitemap.xml"

_FOLDERS = {
    "briefing": BRIEFINGS,
    "trust": TRUSTS,
    "requirement": REQUIREMENTS,
    "regulator": REGULATORS,
    "topic": TOPICS,
    "page": HOME,
}

#: Web addresses as nearly all are written, of which no reader of addresses says anything else.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[A-Za-z0-9/._~%?&=#+:,;!@()$*-]*)?"
)

#: Names at the root of the site that a page of `content/pages/` can't take.
RESERVED_PAGE_IDS = frozenset(
    {
        "briefings", "trusts", "requirements", "regulators", "regulations", "topics", "compare",
        "enforcement", "ratings", "corrections", "search", "subscribe", "data", "media", "static",
        "pagefind", "page", "feed", "feeds", "deadlines", "sitemap", "robots", "index",
    }
)  # fmt: skip


def is_plain_address(text: str) -> bool:
    """True for a web address that needs no closer look: it has a host, no user, no port."""
    return _PLAIN_ADDRESS.fullmatch(text) is not None


def url_of(kind: str, id: str) -> str:
    """The page of one record: `url_of("trust", "rha")` is `/trusts/rha/`.

    For `media`, `id` is the path below `content/media/`.
    """
    if kind == "media":
        return MEDIA + quote(id)
    return f"{_FOLDERS[kind]}{id}/"


def year_url(year: int) -> str:
    """The archive of one year."""
    return f"{BRIEFINGS}{year}/"


def regulation_url(regulator: str, number: str) -> str:
    """The page of one regulation, its number in lower case (`20A` is `/regulations/cqc/20a/`)."""
    return f"{REGULATIONS}{regulator}/{quote(number.lower(), safe='()')}/"


def regulator_ledger_url(id: str) -> str:
    """What one regulator told trusts to do."""
    return f"{url_of('regulator', id)}requirements/"


def feed_of(page: str) -> str:
    """The RSS feed that belongs to a page: `/trusts/rha/` has `/trusts/rha/feed.xml`."""
    return f"{page}feed.xml"


def trust_json(id: str) -> str:
    """One trust's record for machines."""
    return f"{TRUSTS}{id}/trust.json"


def table_url(name: str, ending: str) -> str:
    """One table of the downloads: `table_url("ratings", "csv")`."""
    return f"{DATA}{name}.{ending}"


def page_of(base: str, number: int) -> str:
    """The numbered page of a paged list; page 1 is the list's own address."""
    return base if number == 1 else f"{base}page/{number}/"


def file_for(path: str) -> str:
    """The file under `output/` that serves a URL path; servers look for `%20` as a space."""
    inside = unquote(path).lstrip("/")
    return f"{inside}index.html" if inside == "" or inside.endswith("/") else inside


def ascii_host(host: str) -> str:
    """A host name as DNS has it: `übung.example` is `xn--bung-zra.example` (IDNA, RFC 3490).

    ASCII names are returned as they are. Raises ValueError for a name that has no such form, and
    for one that browsers write otherwise (`straße`, which later rules no longer read as `strasse`):
    its owner knows the form that begins with `xn--`.
    """
    if host.isascii():
        return host
    encoded = host.encode("idna")  # UnicodeError is a ValueError
    if encoded.decode("idna") != normalize("NFC", host.lower()):
        raise ValueError(f"{host!r} has more than one ASCII form")
    return encoded.decode("ascii")


@dataclass(frozen=True)
class Urls:
    """How paths become links under one `base_url` (which may have a path of its own)."""

    base_url: str

    @cached_property
    def origin(self) -> str:
        """Scheme and host, without a trailing slash: `https://example.org`. Always ASCII."""
        parts = urlsplit(self.base_url)
        if parts.netloc.isascii():
            return f"{parts.scheme}://{parts.netloc}"
        port = f":{parts.port}" if parts.port is not None else ""
        return f"{parts.scheme}://{self.host}{port}"

    @cached_property
    def host(self) -> str:
        """The host name in lower case and ASCII: the authority of the guids, if nothing else is."""
        return ascii_host(urlsplit(self.base_url).hostname or "localhost")

    @cached_property
    def prefix(self) -> str:
        """The path of `base_url` without a trailing slash: `` or `/sub`."""
        return urlsplit(self.base_url).path.rstrip("/")

    def link(self, path: str) -> str:
        """A root-relative link: the path of `base_url` in front of `path`."""
        return self.prefix + path

    def absolute(self, path: str) -> str:
        """The whole address, for feeds, canonical links, the sitemap and the 404 page."""
        return self.origin + self.prefix + path
