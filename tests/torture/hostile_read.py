"""Check that payloads on a built site are only text: nothing runs, loads or breaks a format."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from html.parser import HTMLParser

import feedparser
from icalendar import Calendar
from lxml import etree

Files = Mapping[str, bytes]
#: The shape of an element: its name, and the names of its attributes.
Shape = tuple[str, tuple[str, ...]]

_ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "poster", "srcset", "ping"})
_SAFE = re.compile(r"(?:https?://|mailto:|/(?!/)|#|\?|$)")
_FORMULA = tuple("=+-@\t\r＝＋－＠")
#: What RFC 5545 lines begin with here.
_LINE = re.compile(
    r"(?:BEGIN|END|VERSION|PRODID|X-WR-CALNAME|UID|DTSTAMP|DTSTART|DTEND|SUMMARY|DESCRIPTION|URL"
    r"|TRANSP|TZID|TZOFFSETFROM|TZOFFSETTO)(?:;[A-Z]+=[A-Z-]+)?:"
)


class Page(HTMLParser):
    """One page, or a piece of one: the shapes in it, its faults, and its blocks of data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shapes: set[Shape] = set()
        self.faults: list[str] = []
        self.data: list[str] = []
        self._in_data = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shapes.add((tag, tuple(sorted(name for name, _ in attrs))))
        attributes = {name: value or "" for name, value in attrs}
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in _ADDRESSES and not _SAFE.match(value):
                self.faults.append(f"<{tag} {name}={value!r}>")
        if tag == "script":
            self._in_data = attributes.get("type") == "application/ld+json"
            if not self._in_data and not re.match(
                r"(?:https://watch\.example)?/[\w/-]+\.[0-9a-f]+\.js$", attributes.get("src", "")
            ):
                self.faults.append(f"<script {attributes}>")

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data[:60]!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction: {data[:60]!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"a declaration: {data[:60]!r}")


def faults(files: Files, harmless: Files) -> Iterator[str]:
    """Return every difference in structure from the same site with harmless texts."""
    known = shapes(harmless)
    if files.keys() ^ harmless.keys():
        yield f"other files: {sorted(files.keys() ^ harmless.keys())[:4]}"
    for path, data in files.items():
        for fault in of_file(path, data, harmless.get(path, b""), known):
            yield f"{path}: {fault}"


def shapes(files: Files) -> frozenset[Shape]:
    """Every shape of an element that the pages and feeds of a site have."""
    all_shapes: set[Shape] = set()
    for path, data in files.items():
        if path.endswith(".html"):
            all_shapes |= Page(data.decode()).shapes
    return frozenset(all_shapes)


def of_file(path: str, data: bytes, plain: bytes, known: frozenset[Shape]) -> Iterable[str]:
    """What in one file is more than words; `plain` is the same file with harmless ones."""
    if path in {"_headers", "_redirects", "robots.txt"} or path.endswith((".png", ".ico")):
        return [] if data == plain else ["is another file than with harmless words"]
    if path.endswith(".sqlite"):
        return [] if _layout(data) == _layout(plain) else ["has another layout or count of rows"]
    text = data.decode()
    if path.endswith(".html"):
        return _of_page(text, known)
    if path.endswith("feed.xml"):
        return _of_feed(data, known)
    if path.endswith((".xml", ".opml")):
        return _of_xml(data)
    if path.endswith(".csv"):
        return _of_table(text, plain.decode())
    if path.endswith(".json"):
        return _of_json(path, text, known)
    if path.endswith(".ics"):
        return _of_calendar(data, plain)
    return []


def _layout(data: bytes) -> tuple[object, ...]:
    """The schema of an SQLite file, whether it is intact, and how many rows each table has."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(data)
        schema = database.execute("SELECT name, sql FROM sqlite_schema WHERE sql <> ''").fetchall()
        intact = database.execute("PRAGMA integrity_check").fetchall()
        names = [name for name, sql in schema if "_fts" not in name]
        counts = [database.execute(f"SELECT count(*) FROM {name}").fetchone() for name in names]
        return schema, intact, counts


def _of_page(text: str, known: frozenset[Shape]) -> Iterator[str]:
    page = Page(text)
    yield from page.faults
    for strange in page.shapes - known:
        yield f"an element that is nowhere with harmless words: {strange}"
    for block in page.data:
        try:
            json.loads(block)
        except ValueError as fault:
            yield f"JSON-LD that is none: {fault}"


def _of_feed(data: bytes, known: frozenset[Shape]) -> Iterator[str]:
    yield from _of_xml(data)
    read = feedparser.parse(data, sanitize_html=False)
    if read.bozo:
        yield f"feedparser: {read.bozo_exception}"
    for entry in read.entries:
        for html in (content.value for content in entry.get("content", ())):
            yield from _of_piece(html, known)
    for link in (read.feed.link, *(entry.link for entry in read.entries)):
        if not re.match("https?://", link):
            yield f"a link to {link!r}"


def _of_piece(html: str, known: frozenset[Shape]) -> Iterator[str]:
    page = Page(html)
    yield from page.faults
    for name in {tag for tag, _ in page.shapes} - {tag for tag, _ in known}:
        yield f"a feed with <{name}>"


def _of_xml(data: bytes) -> Iterator[str]:
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as fault:
        yield f"not XML: {fault}"
        return
    if b"<!DOCTYPE" in data.partition(b"<channel")[0]:
        yield "a document type"
    for node in root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity):
        yield f"XML that is no element: {node!r}"


def _of_table(text: str, plain: str) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    expected = list(csv.reader(io.StringIO(plain, newline=""), strict=True))
    if [len(row) for row in rows] != [len(row) for row in expected]:
        yield "other rows or cells than with harmless words"
    for row in rows:
        for cell in row:
            if cell.lstrip().startswith(_FORMULA) and not re.fullmatch(r"-?[0-9.]+", cell):
                yield f"a formula: {cell!r}"


def _of_json(path: str, text: str, known: frozenset[Shape]) -> Iterator[str]:
    try:
        value = json.loads(text)
    except ValueError as fault:
        yield f"not JSON: {fault}"
        return
    if path == "feed.json":
        for item in value["items"]:
            yield from _of_piece(item["content_html"], known)


def _of_calendar(data: bytes, plain: bytes) -> Iterator[str]:
    Calendar.from_ical(data)
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    if len(lines) != len(plain.decode().replace("\r\n ", "").split("\r\n")):
        yield "other lines than with harmless words"
    for line in lines[:-1]:
        if not _LINE.match(line) or "\n" in line:
            yield f"a line of its own: {line[:80]!r}"
    if any(len(line) > 75 for line in data.split(b"\r\n")):
        yield "a line of more than 75 octets"


def texts_of(files: Files) -> dict[str, str]:
    """The words of every page, in one line."""
    pages = {path: data for path, data in files.items() if path.endswith(".html")}
    return {path: _said(data.decode()) for path, data in pages.items()}


class _Said(HTMLParser):
    """Return the visible text, without that for machines."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._unseen = False

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def _said(html: str) -> str:
    reader = _Said()
    reader.feed(html)
    reader.close()
    return " ".join(" ".join(reader.parts).split())
