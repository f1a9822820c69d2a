"""A draft of a briefing from a saved web page of a release, by the page's metadata alone.

The metadata are Open Graph, Dublin Core, Highwire (`citation_…`), JSON-LD, the canonical link, and
the remark that a browser leaves where it saves a page. No sentence of the page is read.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit
from zoneinfo import ZoneInfo

from lxml import etree, html

from briefings.content.frontmatter.signs import sign_faults
from briefings.content.records import Content, Record
from briefings.content.similarity import same
from briefings.edit.values import Imported
from briefings.problems import ContentError, Problem, printable

#: Thing → names of `meta` elements in lower case that state it.
_META: Mapping[str, tuple[str, ...]] = {
    "title": ("og:title", "headline", "dc.title", "dcterms.title", "citation_title"),
    "publisher": ("og:site_name", "dc.publisher", "dcterms.publisher", "citation_publisher"),
    "published": (
        "article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date",
        "dcterms.date", "citation_publication_date", "citation_date", "govuk:first-published-at",
    ),
    "address": ("og:url",),
}  # fmt: skip
#: Thing → key of a page or article in JSON-LD that states it.
_JSON_LD = {
    "title": "headline", "publisher": "publisher", "published": "datePublished", "address": "url",
}  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
#: How far a page is searched for the name of its encoding, in bytes.
_HEAD = 16 * 1024
_SAVED_FROM = re.compile(
    r"(?:saved from url=\([0-9]{1,9}\)|Page saved with SingleFile\s{1,9}url: )(\S{1,2000})"
)
_PART_OF_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
#: The longest text of a page in a remark, and the most texts.
_LENGTH, _TEXTS = 160, 5
_AGAIN = "save the page again in your browser, as “Web page, HTML only”"


def from_page(
    content: Content, path: str, raw: bytes, given: Mapping[str, str], today: date
) -> Imported:
    """Return what a page holds for a draft. Raises ContentError if it has no metadata.

    `given`: option → text of what the editor has said.
    """
    parser = html.HTMLParser(encoding="utf-8")
    try:
        page = html.document_fromstring(_decoded(path, raw).encode(), parser=parser)
    except etree.ParserError:
        problem = Problem(path, 1, 1, "this page has no element", _AGAIN)
        raise ContentError([problem]) from None
    texts = {thing: [*map(_plain, _stated(page, thing))] for thing in _META}
    imported = Imported()
    _note(imported, "source-title", texts["title"], same)
    _note(imported, "source-publisher", texts["publisher"], same)
    _note_address(imported, texts["address"])
    _note_day(imported, texts["published"], page, content.config.time_zone, today)
    window = _plain(page.findtext(".//title") or "")
    if window and not texts["title"]:
        imported.answers["source-title"] = window
        imported.remarks["source-title"] = "A window's title may have the name of the site in it."
    if not imported.answers and not imported.remarks:
        message = "this page states neither its title, its publisher, its day nor its address"
        raise ContentError([Problem(path, 1, 1, message, _AGAIN)])
    publisher = imported.answers.get("source-publisher", "")
    if regulator := _id_by_name(content.regulators, publisher):
        imported.answers["regulator"] = regulator
    if trust := _id_by_name(content.trusts, publisher):
        imported.answers["trust"] = trust
        imported.remarks["trust"] = "The publisher of the page. Is the page about this trust?"
    if day := imported.answers.get("source-published"):
        remark = f"The page is of {day}; the report may be of another day."
        imported.remarks["report-published"] = remark
    for option in given.keys() & imported.remarks.keys():
        del imported.remarks[option]
    return imported


# -- what a page states ----------------------------------------------------------------------------


def _decoded(path: str, raw: bytes) -> str:
    """Return the text of a page in the encoding that it names, else UTF-8 or Windows-1252.

    As in browsers, Latin-1 and ASCII are names of Windows-1252. Raises ContentError.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    else:
        named = _CHARSET.search(raw[:_HEAD])
        name = named[1].decode("ascii") if named else "utf-8-sig"
        try:
            name = codecs.lookup(name).name
        except LookupError:
            name = "utf-8"
        name = {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-8": "utf-8-sig"}.get(name, name)
        if not named:
            try:
                raw.decode(name)
            except UnicodeDecodeError:
                name = "cp1252"
    try:
        return raw.decode(name).removeprefix("\ufeff")
    except (UnicodeError, LookupError) as fault:
        start = fault.start if isinstance(fault, UnicodeDecodeError) else 0
        line, column = raw.count(b"\n", 0, start) + 1, start - raw.rfind(b"\n", 0, start)
        message = f"this is not {name.removesuffix('-sig')} text, as the page says it is"
        raise ContentError([Problem(path, line, column, message, _AGAIN)]) from None


def _stated(page: html.HtmlElement, thing: str) -> Iterator[str]:
    """Yield every text in which a page states one thing about itself."""
    if thing == "address":
        yield from _addresses(page)
    for name in _META[thing]:
        for meta in page.iter("meta"):
            names = (meta.get(key, "").strip().lower() for key in ("property", "name", "itemprop"))
            if name in names:
                yield meta.get("content", "")
    nodes = list(_nodes(page))
    for node in nodes:
        if "headline" in node or "datePublished" in node:
            yield _text(node.get(_JSON_LD[thing]), nodes)
    if thing == "published":
        for time in page.iter("time"):
            if time.get("itemprop") == "datePublished" or time.get("pubdate") is not None:
                yield time.get("datetime", "")


def _addresses(page: html.HtmlElement) -> Iterator[str]:
    """Yield the canonical address, and the one in the remark of what saved the page."""
    for link in page.iter("link"):
        if link.get("rel", "").lower() == "canonical":
            yield link.get("href", "")
    for comment in (*page.itersiblings(preceding=True), *page.iterchildren(etree.Comment)):
        yield from _SAVED_FROM.findall(comment.text or "")


def _nodes(page: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON-LD that are not within others; what is no JSON is passed over."""
    for script in page.iter("script"):
        if script.get("type", "").lower() != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for node in data if isinstance(data, list) else [data]:
            graph = node.get("@graph") if isinstance(node, dict) else None
            inner = graph if isinstance(graph, list) else [node]
            yield from (node for node in inner if isinstance(node, dict))


def _text(value: Any, nodes: list[dict[str, Any]]) -> str:
    """Return the text of a value of JSON-LD: of an organisation its name, also by its `@id`."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, dict) and "name" not in value:
        value = next((node for node in nodes if node.get("@id") == value.get("@id")), value)
    text = value.get("name") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _plain(text: str) -> str:
    """Return a text in one line without markup, entities and unprintable characters."""
    text = _printable(text)
    if "<" in text or "&" in text:
        text = "".join(map(str, html.document_fromstring(f"<p>{text}").itertext()))
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    return printable(text).replace("\ufffd", " ")


# -- what is noted of it ---------------------------------------------------------------------------


def _note(
    imported: Imported, option: str, texts: Iterable[str], alike: Callable[[str], str]
) -> None:
    """Note what a page states, if it does so in one way; else that it contradicts itself.

    Texts are one if `alike` gives the same for them. Damaged characters are in none of them.
    """
    distinct: dict[str, str] = {}
    for text in filter(None, texts):
        if not any(sign_faults(text)):
            distinct.setdefault(alike(text), text)
    if len(distinct) == 1:
        imported.answers[option] = next(iter(distinct.values()))
    elif distinct:
        imported.remarks[option] = f"The page contradicts itself: {_quoted(distinct.values())}."


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"“{text[:_LENGTH]}”" for text in list(texts)[:_TEXTS])


def _note_address(imported: Imported, texts: list[str]) -> None:
    addresses = [urldefrag(text).url for text in texts if _is_address(text)]
    _note(imported, "source-url", addresses, _page_of)
    others = [text for text in texts if text]
    if not addresses and others:
        remark = f"The page gives {_quoted(others)}, which is no address with http or https."
        imported.remarks["source-url"] = remark


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        return False


def _page_of(address: str) -> str:
    """Return an address without what may differ for one page: scheme, `www.`, query, last `/`."""
    parts = urlsplit(address)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def _note_day(
    imported: Imported, texts: list[str], page: html.HtmlElement, zone: ZoneInfo, today: date
) -> None:
    """Note the day of a page, unless it can't be read, contradicts itself or is in the future.

    Without metadata, the only `time` on the page may be that day.
    """
    option = "source-published"
    texts = [text for text in texts if text]
    if not texts:
        texts = [text for time in page.iter("time") if (text := _plain(time.get("datetime", "")))]
        if len({_day(text, zone) for text in texts}) == 1:
            imported.remarks[option] = "The only day on the page. Is it that of its publication?"
    days = {text: _day(text, zone) for text in texts}
    unread = [text for text, day in days.items() if not day]
    if unread:
        imported.remarks[option] = f"The page has {_quoted(unread)}: not written as 2026-01-15."
        return
    _note(imported, option, map(str, days.values()), str)
    if imported.answers.get(option, "") > today.isoformat():
        day = imported.answers.pop(option)
        imported.remarks[option] = f"The page has {day}, which is in the future."


def _day(text: str, zone: ZoneInfo) -> str:
    """Return the day, month or year of a text of ISO 8601, in the site's zone; else empty."""
    text = text.replace("/", "-")
    if _PART_OF_DATE.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(zone) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return ""
    return moment.date().isoformat()


def _id_by_name(records: Mapping[str, Record[Any]], name: str) -> str:
    """Return the id of the one record with a name; empty if there is none or several."""
    fronts = {id: record.front for id, record in records.items()}
    ids = [
        id
        for id, front in fronts.items()
        if name and same(name) in {same(front.name), same(front.short_name or front.name)}
    ]
    return ids[0] if len(ids) == 1 else ""
