"""State of one body while it is rendered: its lines, definitions, places and problems."""

from __future__ import annotations

import posixpath
import re
import unicodedata
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

from markdown_it.utils import EnvType

from briefings.content.similarity import did_you_mean, invisible_in_address
from briefings.problems import Problem, printable
from briefings.store.cache import digest
from briefings.store.compact import compact
from briefings.urls import LOCAL_HOSTS, is_host, is_plain_address, url_of


@compact
@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body.

    `level` is 2 to 6, `id` the anchor of the heading, `text` its plain text.
    """

    level: int
    id: str
    text: str


@compact
@dataclass(frozen=True, slots=True)
class Link:
    """A link to, or image from, this site. Whether its target exists is not checked here.

    `kind` is `briefing`, `trust`, `topic`, `requirement`, `regulator`, `page`, `media` or `self`.
    `target` is an id if `by_id` is true, else a path relative to `content/`. `fragment` is the
    decoded anchor, or empty. `written` is the address as the editor typed it, at `line` and
    `column` (from 1) of the file.
    """

    kind: str
    target: str
    by_id: bool
    fragment: str
    line: int
    column: int
    written: str

    @property
    def id(self) -> str:
        """The id of the file that it leads to, unless its kind is `media` or `self`."""
        return self.target if self.by_id else self.target.rsplit("/", 1)[-1].rsplit(".", 1)[0]


@compact
@dataclass(frozen=True, slots=True)
class Quotation:
    """A block quote that cites sources.

    `keys` are the keys of the cited sources, `text` the plain text of the quote without citations
    and with its line breaks. `line` and `column` (from 1) are those of its first `>` in the file.
    """

    keys: tuple[str, ...]
    text: str
    line: int
    column: int


@compact
@dataclass(frozen=True, slots=True)
class Body:
    """A rendered body: safe HTML, plain text, and the data the rest of the site uses.

    `packed` is the zlib-compressed HTML and plain text: a large site holds all bodies in memory and
    reads each a few times. `links` are in order of position. `citations` pairs each cited source
    key with the number of its citations, in order of first citation.
    """

    packed: bytes
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    citations: tuple[tuple[str, int], ...]
    quotations: tuple[Quotation, ...] = ()

    @classmethod
    def of(
        cls,
        html: str,
        text: str,
        headings: tuple[Heading, ...] = (),
        links: tuple[Link, ...] = (),
        citations: tuple[tuple[str, int], ...] = (),
        quotations: tuple[Quotation, ...] = (),
    ) -> Self:
        """Create a body from HTML and the same content as plain text in one line."""
        packed = zlib.compress(f"{html}\0{text}".encode(), 6)
        return cls(packed, headings, links, citations, quotations)

    @property
    def html(self) -> str:
        """Safe HTML."""
        return self._parts()[0]

    @property
    def text(self) -> str:
        """Plain text in one line, without citations and note references."""
        return self._parts()[2]

    @property
    def key(self) -> bytes:
        """BLAKE2b hash of the packed HTML and text, 16 bytes."""
        return digest(self.packed)

    def _parts(self) -> tuple[str, str, str]:
        return zlib.decompress(self.packed).decode().partition("\0")


EMPTY = Body.of("", "")
#: A fault without its place: the message (what is wrong) and the hint (what to write).
Fault = tuple[str, str]

# Links: from the address an editor writes to a URL. URLs on the site depend on ids alone, so no
# other file is read. Whether a target exists is checked later, from `Body.links`.

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_KINDS = ("briefing", "trust", "topic", "requirement", "regulator", "page")
_FILES = re.compile(
    rf"briefings/[0-9]{{4}}/(?P<briefing>{_ID})\.md|trusts/(?P<trust>{_ID})\.md"
    rf"|topics/(?P<topic>{_ID})\.md|requirements/(?P<requirement>{_ID})\.yaml"
    rf"|regulators/(?P<regulator>{_ID})\.yaml|pages/(?P<page>{_ID})\.md"
    r"|media/(?P<media>[^/.][^/]*(?:/[^/.][^/]*)*)"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_MAIL = re.compile(r"[^\s@?]+@[^\s@?]+(?:\?.*)?")
_ADDRESSES = (
    "a link is https://…, mailto:…, #anchor, the relative path of a content file"
    " (../../trusts/x.md), or trust:x, topic:x, requirement:x, briefing:x, regulator:x, page:x"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a link.

    `url` is the value of `href` or `src`. `kind` is one of `Link.kind`, or `outside` for web and
    mail addresses. `target`, `by_id` and `fragment` are those of `Link`, and empty for `outside`.
    """

    url: str
    kind: str
    target: str = ""
    by_id: bool = False
    fragment: str = ""


def resolve(written: str, content_path: str, base_path: str) -> Target | Fault:
    """Return the target of a link as `written` in the file `content_path`, or the fault in it.

    `content_path` is relative to `content/`; `base_path` is the prefix of URLs on the site.
    """
    if not written:
        return ("a link without an address", _ADDRESSES)
    if kind := _SPACED.match(written):
        return (f"there is a space after `{kind[1]}:`", f"write {kind[1]}:{kind[2]}")
    if _BLANK.search(written):
        size = re.search(r" =\d*(?:x\d*)?%?$", written)
        hint = f"remove `{size[0].strip()}`" if size else "write %20 for a space"
        return (f"the address `{_short(written)}` has a space in it", hint)
    if invisible := invisible_in_address(written):
        return invisible
    if "\\" in written:
        return (f"the address `{_short(written)}` has a backslash in it", "write / instead")
    scheme = _SCHEME.match(written)
    if scheme:
        return _with_scheme(scheme[1], written, base_path)
    path, mark, fragment = written.partition("#")
    if mark and not fragment:
        return (f"`{_short(written)}` has no anchor after #", "write the anchor's name, or no #")
    if not path:
        return Target(_anchor(fragment), "self", content_path, False, unquote(fragment))
    return _by_path(path, fragment, content_path, base_path)


def _with_scheme(scheme: str, written: str, base_path: str) -> Target | Fault:
    if scheme.lower() in ("http", "https"):
        return _outside(written)
    if scheme.lower() == "mailto":
        if _MAIL.fullmatch(written[len("mailto:") :]):
            return Target(written, "outside")
        return (f"`{_short(written)}` is not a mail address", "write mailto:name@example.org")
    if scheme in _KINDS:
        return _by_id(scheme, written[len(scheme) + 1 :], base_path)
    guessed = did_you_mean(scheme, (*_KINDS, "https", "http", "mailto"))
    hint = f"did you mean {guessed}:? {_ADDRESSES}" if guessed else _ADDRESSES
    return (f"`{_short(written)}` is not an address that a link may have", hint)


def _outside(url: str) -> Target | Fault:
    if is_plain_address(url):
        return Target(url, "outside")
    with suppress(ValueError):
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if it is no number
        if parts.hostname in LOCAL_HOSTS and (hint := _almost(parts.path)):
            return (f"`{_short(url)}` leads to a preview on this machine", hint)
        if is_host(parts.hostname or "") and url.startswith("//", len(parts.scheme) + 1):
            if "@" not in parts.netloc:
                return Target(url, "outside")
            return (f"`{_short(url)}` has a user name in it", "leave out what stands before the @")
    return (f"`{_short(url)}` is not a web address", "write https://, the site's name and the path")


def _by_id(kind: str, rest: str, base_path: str) -> Target | Fault:
    id, mark, fragment = rest.partition("#")
    if not re.fullmatch(_ID, id) or (mark and not fragment):
        hint = f"write {kind}: and the file's name without its ending, such as {kind}:an-id"
        return (f"`{_short(kind + ':' + rest)}` does not name a {kind}", hint)
    url = base_path + url_of(kind, id) + (_anchor(fragment) if mark else "")
    return Target(url, kind, id, True, unquote(fragment))


#: What people write for an address of the web, of mail or of a content file.
_QUOTED_WEB = re.compile("[“”„‘’\"'«]+(https?://[^“”„‘’\"'»]+)[“”„‘’\"'»]+")
_BARE_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_BARE_WEB = re.compile(r"www\.[^\s/]+(?:/\S*)?|[\w-]+\.(?:org|com|net|gov|nhs|co)\.?\w*(?:/\S*)?")
_NAMED = re.compile(
    r"(?:.*/)?(trust|topic|requirement|regulator|page|briefing)s/(?:[0-9]{4}/)?([\w-]+)(?:\.\w+)?/?",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"(?:.*/)?media/([^/.].*)", re.IGNORECASE)
_SPACED = re.compile(r"(briefing|trust|topic|requirement|regulator|page): +([a-z0-9-]+)")


def _almost(path: str, content_path: str = "") -> str:
    """Return the hint for an address that was nearly right; empty for any other."""
    if content_path and (media := _MEDIA.fullmatch(path)):
        return f"write {'../' * content_path.count('/')}media/{media[1]}"
    if (named := _NAMED.fullmatch(path)) and re.fullmatch(_ID, named[2].lower()):
        return f"write {named[1].lower()}:{named[2].lower()}"
    if quoted := _QUOTED_WEB.fullmatch(path):
        return f"write {quoted[1]} without quotes"
    if _BARE_MAIL.fullmatch(path):
        return f"write mailto:{path}"
    return f"write https://{path}" if _BARE_WEB.fullmatch(path) else ""


def _by_path(path: str, fragment: str, content_path: str, base_path: str) -> Target | Fault:
    if path.startswith("/"):
        hint = "write the relative path of the content file, or trust:x, topic:x, page:x …"
        message = f"`{_short(path)}` is not a content file seen from this one"
        return (message, _almost(path, content_path) or hint)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(content_path), unquote(path)))
    if joined.startswith(".."):
        return (f"`{_short(path)}` leads out of content/", "link to a file under content/")
    match = _FILES.fullmatch(joined)
    if not match or _BLANK.search(joined.replace(" ", "")) or "\\" in joined:
        message = f"`{_short(path)}` leads to content/{_short(joined)}, which no page is made of"
        return (message, _almost(path, content_path) or _ADDRESSES)
    kind = match.lastgroup or ""
    url = base_path + url_of(kind, match[kind]) + (_anchor(fragment) if fragment else "")
    return Target(url, kind, joined, False, unquote(fragment))


def _anchor(fragment: str) -> str:
    return "#" + quote(unquote(fragment), safe="!$&'()*+,;=:@/?~")


def _short(text: str) -> str:
    """Shorten a text to at most 80 printable characters for a message."""
    return printable(text) if len(text) <= 80 else printable(text[:77]) + "…"


# Anchors of headings.

# Anchors that the site generates itself: for every claim, source, change and note.
_OURS = re.compile(
    r"(?:rating|breach|enforcement|requirement|concern|strength|figure|statement|timeline"
    r"|discrepancy|not-known|source|cite|change|fn|fnref)(?:[-:].*)?"
)


def slug(words: str) -> str:
    """Return the ASCII anchor for a text: `are-services-safe` for `Are services safe?`.

    Apostrophes are removed (`trust's` gives `trusts`). An empty result becomes `section`.
    """
    joined = re.sub(r"['‘’]", "", words)
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"


class Anchors:
    """Allocates the anchors of one page, each only once and none of the `reserved` ones."""

    def __init__(self, reserved: Collection[str]) -> None:
        self._reserved = frozenset(reserved)
        self._given: set[str] = set()
        self._times: dict[str, int] = {}

    def name(self, id: str) -> str:
        """Reserve an id given by an editor; return what is wrong with it, or an empty string."""
        if not re.fullmatch(_ID, id):
            return f"`{id}` can't be an anchor"
        if id in self._reserved or _OURS.fullmatch(id):
            return f"`{id}` is an anchor that the site uses itself"
        if id in self._given:
            return f"the anchor `{id}` is given twice on this page"
        self._given.add(id)
        return ""

    def make(self, words: str) -> str:
        """Return an unused anchor for a heading, and reserve it.

        The second heading of the same words gets `-2`, and so on. An anchor that looks like one of
        the site's own gets the prefix `section-`.
        """
        base = slug(words)
        if _OURS.fullmatch(base):
            base = f"section-{base}"
        id, number = base, self._times.get(base, 1)
        while id in self._given or id in self._reserved:
            number += 1
            id = f"{base}-{number}"
        self._given.add(id)
        self._times[base] = number  # so that equal headings do not each count from 2
        return id


#: A line (from 0) of the body and a column (from 1) of that line.
Place = tuple[int, int]


class Reference(NamedTuple):
    """A link definition, `[name]: address`, and the places of its bracket and its address."""

    name: str
    place: Place
    address: Place


@dataclass(frozen=True, slots=True)
class Leaf:
    """The inline text of one block, as it was typed, and its element in the tree.

    The first line of `text` is in line `line` of the body; for the cell of a table, `start` is its
    offset in that line.
    """

    element: Element
    text: str
    line: int
    start: int | None = None


@dataclass(slots=True)
class Context:
    """Everything about one body that the steps of rendering share.

    `lines` are the lines of the body; the first is line `first_line` of the file `path`.
    `sources` has the keys that can be cited, or is None if this kind of file cites nothing.
    `resolve` returns where an address leads, or what is wrong with it.
    `notes` maps the label of each note to its `li`, and `abbreviations` each word to its meaning.
    `env` is the environment of the parser: link definitions, and this context for its rules.
    `places` has the place of an element, `addresses` that of its address.
    """

    path: str
    first_line: int
    lines: Sequence[str]
    sources: Mapping[str, str] | None
    anchors: Anchors
    resolve: Callable[[str], Target | Fault]
    problems: set[Problem] = field(default_factory=set)
    leaves: list[Leaf] = field(default_factory=list)
    env: EnvType = field(default_factory=dict)
    notes: dict[str, Element] = field(default_factory=dict)
    abbreviations: dict[str, str] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    places: dict[Element, Place] = field(default_factory=dict)
    addresses: dict[Element, Place] = field(default_factory=dict)

    def fault(self, place: Place, message: str, hint: str) -> None:
        """Add a problem at a place."""
        self.problems.add(Problem(self.path, *self.in_file(place), message, hint))

    def in_file(self, place: Place) -> Place:
        """Return the line of the file (from 1) and the column."""
        return self.first_line + place[0], place[1]

    def place(self, leaf: Leaf, offset: int) -> Place:
        """Return the place of an offset in the text of a leaf.

        A line of a leaf is its line of the body without the signs of blocks before it, and without
        spaces at either end.
        """
        if leaf.start is not None:  # a bar in a cell was typed `\\|`
            bars = leaf.text.count("|", 0, offset)
            return leaf.line, leaf.start + offset + bars + 1
        line = leaf.line + leaf.text.count("\n", 0, offset)
        begin = leaf.text.rfind("\n", 0, offset) + 1
        words = leaf.text[begin:].partition("\n")[0].rstrip()
        return line, max(self.lines[line].rfind(words), 0) + offset - begin + 1
