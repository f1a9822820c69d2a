"""Every URL of the site; no other module writes the shape of one.

Paths are root-relative with a leading slash and, for pages, a trailing slash (`/trusts/rha/`).
`Urls` prefixes the path of `base_url`, or the whole origin where a URL must be absolute.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

HOME = "/"
NOT_FOUND = "/404.html"
BRIEFINGS = "/briefings/"
TRUSTS = "/trusts/"
REQUIREMENTS = "/requirements/"
ANSWERS = f"{REQUIREMENTS}answers/"
REGULATORS = "/regulators/"
REGULATIONS = "/regulations/"
TOPICS = "/topics/"
COMPARE = "/compare/"
ENFORCEMENT = "/enforcement/"
RATINGS = "/ratings/"
CORRECTIONS = "/corrections/"
SEARCH = "/search/"
NAMES = f"{SEARCH}names.json"
SUBSCRIBE = "/subscribe/"
DIGEST = "/digest/"
DATA = "/data/"
ABOUT = "/about/"
MEDIA = "/media/"
STATIC = "/static/"
PAGEFIND = "/pagefind/"

MAIN_FEED = "/feed.xml"
JSON_FEED = "/feed.json"
OPML = "/feeds.opml"
CALENDAR = "/deadlines.ics"
SITEMAP = "/sitemap.xml"
MANIFEST = "/manifest.webmanifest"
FAVICON = "/favicon.ico"
TOUCH_ICON = "/apple-touch-icon.png"
SHARE_PICTURE = "/share.png"
#: Files of `static/` that browsers and social networks look for under fixed names.
ICONS = (FAVICON, TOUCH_ICON, SHARE_PICTURE)
DATA_PACKAGE = f"{DATA}datapackage.json"
DATABASE = f"{DATA}briefings.sqlite"

_FOLDERS = {
    "briefing": BRIEFINGS,
    "trust": TRUSTS,
    "requirement": REQUIREMENTS,
    "regulator": REGULATORS,
    "topic": TOPICS,
    "page": HOME,
}

#: Pages that every site has.
LISTS = frozenset(
    {
        HOME, BRIEFINGS, TRUSTS, REQUIREMENTS, TOPICS, COMPARE, ENFORCEMENT, CORRECTIONS, SEARCH,
        SUBSCRIBE, DIGEST, DATA,
    }
)  # fmt: skip

#: The usual form of a web address; what matches is valid for every URL parser.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[A-Za-z0-9/._~%?&=#+:,;!@()$*-]*)?"
)

#: First path segments in use, which a page in `content/pages/` can't have as its id.
RESERVED_PAGE_IDS = frozenset(
    {
        "briefings", "trusts", "requirements", "regulators", "regulations", "topics", "compare",
        "enforcement", "ratings", "corrections", "search", "subscribe", "digest", "data", "media",
        "static", "pagefind", "page", "feed", "feeds", "deadlines", "sitemap", "robots", "index",
    }
)  # fmt: skip


#: Hosts that are the reader's own machine, as in the address of the preview.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?!https?$)[^.]+(?:\.[^.]+)*\.?")


def is_host(host: str) -> bool:
    """Return False for an empty host, an empty part of one, and a scheme that is typed twice."""
    return _HOST.fullmatch(host) is not None


def is_plain_address(text: str) -> bool:
    """Return True if a web address has a host, no user, no port and only ordinary characters.

    Fast path: such an address needs no further validation.
    """
    return _PLAIN_ADDRESS.fullmatch(text) is not None


def url_of(kind: str, id: str) -> str:
    """Return the URL path of a record's page: `url_of("trust", "rha")` is `/trusts/rha/`.

    For kind `media`, `id` is the path below `content/media/`.
    """
    if kind == "media":
        return MEDIA + quote(id)
    return f"{_FOLDERS[kind]}{id}/"


def media_url(name: str, width: str = "") -> str:
    """Return the path of a file in `media/`; with a width, that of a picture's WebP copy.

    The copy of `ward.jpg` that is 480 pixels wide is `/media/ward.jpg.480.webp`.
    """
    return url_of("media", f"{name}.{width}.webp" if width else name)


def year_url(year: int) -> str:
    """Return the path of the archive page of one year."""
    return f"{BRIEFINGS}{year}/"


def regulation_url(regulator: str, number: str) -> str:
    """Return the path of a regulation's page, with the number in lower case.

    `20A` is `/regulations/cqc/20a/`.
    """
    return f"{REGULATIONS}{regulator}/{quote(number.lower(), safe='()')}/"


def regulator_ledger_url(id: str) -> str:
    """Return the path of the page with all requirements of one regulator."""
    return f"{url_of('regulator', id)}requirements/"


def answer_url(kind: str) -> str:
    """Return the path of the page with all requirements to which trusts gave one kind of answer."""
    return f"{ANSWERS}{kind}/"


def digest_url(week: str) -> str:
    """Return the path of the page of a week: `2026-w07` has `/digest/2026-w07/`."""
    return f"{DIGEST}{week}/"


def digests_of(kind: str, id: str) -> str:
    """Return the path of the folder with the feed of digests of a trust or a topic."""
    return f"{url_of(kind, id)}digest/"


def feed_of(page: str) -> str:
    """Return the path of the RSS feed of a page: `/trusts/rha/` has `/trusts/rha/feed.xml`."""
    return f"{page}feed.xml"


def feed_anchor(feed: str) -> str:
    """Return the anchor of a feed on the page on subscribing: `feed-trusts-rha`, `feed`."""
    return "-".join(filter(None, ["feed", *feed.split("/")[:-1]]))


def feed_document(feed: str, number: int) -> str:
    """Return the path of page `number` of the archive of a feed; 0 is the feed itself.

    Page 2 of `/trusts/rha/feed.xml` is `/trusts/rha/feed/2.xml`.
    """
    return f"{feed.removesuffix('.xml')}/{number}.xml" if number else feed


def trust_json(id: str) -> str:
    """Return the path of the JSON file of a trust."""
    return f"{TRUSTS}{id}/trust.json"


def requirement_json(id: str) -> str:
    """Return the path of the JSON file of a requirement."""
    return f"{REQUIREMENTS}{id}/requirement.json"


def schema_url(kind: str) -> str:
    """Return the path of the JSON Schema of a kind of content file."""
    return f"{DATA}schema/{kind}.json"


def table_url(name: str, ending: str) -> str:
    """Return the path of a table of the downloads: `table_url("ratings", "csv")`."""
    return f"{DATA}{name}.{ending}"


def page_of(base: str, number: int) -> str:
    """Return the path of page `number` of a paginated list; page 1 is `base` itself."""
    return base if number == 1 else f"{base}page/{number}/"


def file_for(path: str) -> str:
    """Return the path under `output/` of the file that serves a URL path.

    Percent-encoding is decoded, as servers do: `%20` is a space in the file name.
    """
    inside = unquote(path).lstrip("/")
    return f"{inside}index.html" if inside == "" or inside.endswith("/") else inside


def ascii_host(host: str) -> str:
    """Return a host name in ASCII: `übung.example` is `xn--bung-zra.example` (IDNA, RFC 3490).

    ASCII names are returned unchanged. Raises ValueError for a name that has no ASCII form, and for
    one that Python's codec (IDNA 2003) maps to another name (`straße` to `strasse`) and browsers
    (IDNA 2008) do not. Its owner has to give the form that begins with `xn--`.
    """
    if host.isascii():
        return host
    encoded = host.encode("idna")  # UnicodeError is a ValueError
    if encoded.decode("idna") != normalize("NFC", host.lower()):
        raise ValueError(f"{host!r} has more than one ASCII form")
    return encoded.decode("ascii")


@dataclass(frozen=True)
class Urls:
    """Converts paths to links under one `base_url`, which may have a path of its own."""

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
        """The host name in lower case and ASCII; `localhost` if `base_url` has none.

        The default authority of the tag URIs used as guids.
        """
        return ascii_host(urlsplit(self.base_url).hostname or "localhost")

    @cached_property
    def prefix(self) -> str:
        """The path of `base_url` without a trailing slash: `` or `/sub`."""
        return urlsplit(self.base_url).path.rstrip("/")

    def link(self, path: str) -> str:
        """Return a root-relative link: `path` with the path of `base_url` before it."""
        return self.prefix + path

    def absolute(self, path: str) -> str:
        """Return the absolute URL, for feeds, canonical links, the sitemap and the 404 page."""
        return self.origin + self.prefix + path


class LinkTo(NamedTuple):
    """A link: its text and its target, a root-relative path or, outside the site, a full URL."""

    label: str
    url: str


# Names of files and folders that every host accepts. One refused name stops the whole deploy.
# Netlify refuses `#` and `?`; GitHub's artifact upload `" : < > | * ?`; Windows, and so a checkout
# or a host there, refuses these, the backslash, device names (`con.txt`), and a space or full stop
# at the end.
_REFUSED = re.compile(r'["#*:<>?\\|]')
#: Device names ("Naming Files, Paths, and Namespaces" of Windows), with any extension.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)", re.I)
_RUN = re.compile(r'[-\s"#*:<>?\\|]*["#*:<>?\\|][-\s"#*:<>?\\|]*')


def name_fault(name: str) -> str | None:
    """Return why a host may refuse this name of a file or folder, or None."""
    if sign := _REFUSED.search(name):
        return f"hosts refuse a name with `{sign[0]}` in it"
    if _DEVICE.match(name):
        return f"`{name}` is the name of a device on Windows, and no file there can have it"
    if name != name.strip() or name.endswith("."):
        return "hosts refuse a name that begins or ends with a space, or ends with a full stop"
    return None


def better_name(name: str, taken: Collection[str] = ()) -> str:
    """Return a similar name that every host accepts and that is not in `taken`.

    Case does not count in the comparison with `taken`.
    """
    stem, dot, ending = name.rpartition(".") if "." in name.strip(". ") else (name, "", "")
    stem = _RUN.sub("-", stem).strip("-. ") or "file"
    ending = _RUN.sub("", ending).strip()
    if _DEVICE.match(stem):
        stem = f"{stem}-file" if "." not in stem else stem.replace(".", "-", 1)
    better, number = stem + dot + ending if ending else stem, 2
    while better.lower() in {other.lower() for other in taken}:
        better, number = f"{stem}-{number}{dot}{ending}", number + 1
    return better
