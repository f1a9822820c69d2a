"""Plain pages, and the pages of the site itself: subscribe, data, search, not found, redirects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from briefings import urls
from briefings.content.records import SCHEMAS, Record
from briefings.content.schema.entities import PageFront
from briefings.content.schema.site import SiteFront
from briefings.domain import words
from briefings.domain.ledger.history import histories
from briefings.domain.registers import regulations_of
from briefings.domain.site import Site, about_url, last_updated, trust_name
from briefings.domain.visibility import visible_changes
from briefings.engine import query
from briefings.outputs.downloads.table import Table
from briefings.outputs.downloads.tables import TABLES, row_count
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.cards import card
from briefings.outputs.pages.components import change_rows, contact_url, report_url, trust_links
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.page import CSP, CSP_SEARCH, Kind, Meta, View, single
from briefings.urls import LinkTo

#: Lists longer than this are omitted here; their own pages show them.
_MOST = 1000
#: Id of the page that a site without such a file makes itself.
_ABOUT = "about"
_NOT_STATED = "Not stated"
_NO_APPEAL = LinkTo("None is named", "")


def _who_is_responsible(config: SiteFront) -> Iterator[tuple[str, LinkTo]]:
    """Yield who publishes, pays, edits and hears complaints, from `publisher` of `site.yaml`.

    What `site.yaml` does not say is said to be not stated.
    """
    publisher, title = config.publisher, config.title
    appeal = publisher.appeal
    yield "Publisher", LinkTo(publisher.name, publisher.url or "")
    yield "Who pays for this site", LinkTo(publisher.funding or _NOT_STATED, "")
    yield "Editor", LinkTo(publisher.editor or _NOT_STATED, "")
    yield "Write to", _contact(publisher.email, title)
    yield "Postal address", LinkTo(publisher.address or _NOT_STATED, "")
    yield "Report a mistake", _contact(publisher.report_errors or publisher.email, "A mistake")
    yield "Complain", _contact(publisher.complaints, f"Complaint: {title}")
    yield "Independent appeal", LinkTo(appeal.name, appeal.url or "") if appeal else _NO_APPEAL


def _contact(address: str | None, subject: str) -> LinkTo:
    shown = address.removeprefix("mailto:") if address else _NOT_STATED
    return LinkTo(shown, contact_url(address, subject))


def _plain(site: Site, id: str) -> View:
    """Return a page of `content/pages/`, or the about page of a site that has no file for it."""
    record = site.pages.get(id)
    about = PageFront(title=f"About {site.config.title}", summary=site.config.tagline)
    front = record.front if record else about
    title, url = front.title, urls.url_of("page", id)
    is_about = url == about_url(site)
    description = front.summary or f"{title}: {site.config.title}"
    meta = Meta(
        url=url,
        title=title,
        description=description,
        kind="plain",
        json_ld=json_ld.about(site, title, description) if is_about else None,
    )
    return View(
        meta,
        front=front,
        prose=body_html(site, record.body.html if record else ""),
        responsible=_who_is_responsible(site.config) if is_about else (),
        changes=change_rows(visible_changes(front.changes, site.clock, site.zone)),
        report_url=report_url(site.config, title),
    )


#: A feed on the page on subscribing: its page, if there is one; its anchor; its full URL; that of
#: the feed of its digests, or empty.
FeedRow = tuple[LinkTo, str, str, str]


#: Feeds of one kind: heading, anchor, feeds, and whether they are shown only when asked for.
FeedGroup = tuple[str, str, list[FeedRow], bool]


def _anchor(heading: str) -> str:
    """Return the anchor of a heading: `Care homes` has `care-homes`."""
    return "-".join(heading.lower().split())


def _subscribe(site: Site) -> View:
    """Return how to follow a trust, a topic or the whole site, with the address of every feed."""
    everything = {
        "All briefings": urls.HOME,
        "Week by week": urls.DIGEST,
        "The ledger of requirements": urls.REQUIREMENTS,
        "Ratings given and changed": urls.RATINGS,
        "Enforcement": urls.ENFORCEMENT,
        "Corrections": urls.CORRECTIONS,
    }
    rows = [_feed_row(site, LinkTo(label, ""), url) for label, url in everything.items()]
    trusts, topics = trust_links(site), list(_named("topic", site.topics))
    regulators = list(_named("regulator", site.regulators))
    groups = [
        *_feed_group(site, words.say(site.config, "Trusts"), trusts, has_digests=True),
        *_feed_group(site, "Topics", topics, has_digests=True),
        *_feed_group(site, "Regulators", regulators),
        *_feed_group(site, "Requirements", list(_requirements(site)), is_folded=True),
    ]
    meta = Meta(
        url=urls.SUBSCRIBE,
        title="Subscribe",
        description=words.say(
            site.config, "What a feed is, how to follow a trust, a topic or the whole site."
        ),
        kind="subscribe",
        section=urls.SUBSCRIBE,
    )
    return View(
        meta,
        opml=urls.OPML,
        json_feed=urls.JSON_FEED,
        calendar=urls.CALENDAR,
        digests=urls.DIGEST,
        groups=[("The whole site", "site", rows, False), *groups],
    )


def _named(kind: str, records: Mapping[str, Record[Any]]) -> Iterator[LinkTo]:
    return (LinkTo(record.front.name, urls.url_of(kind, id)) for id, record in records.items())


def _requirements(site: Site) -> Iterator[LinkTo]:
    """Yield links to all requirements, named with their trusts: several may be told the same."""
    for history in histories(site).values():
        front = history.front
        yield LinkTo(f"{front.title} ({trust_name(site, front.trust)})", history.url)


def _feed_row(site: Site, name: LinkTo, page: str, weekly: str = "") -> FeedRow:
    feed = urls.feed_of(page)
    return name, urls.feed_anchor(feed), site.urls.absolute(feed), weekly


def _feed_group(
    site: Site,
    heading: str,
    pages: Sequence[LinkTo],
    *,
    has_digests: bool = False,
    is_folded: bool = False,
) -> Iterator[FeedGroup]:
    """Yield the feeds of these pages by name, unless there are none, or too many of them."""
    if 0 < len(pages) <= _MOST:
        rows = []
        for page in _sorted(pages):
            weekly = site.urls.absolute(urls.feed_of(f"{page.url}digest/")) if has_digests else ""
            rows.append(_feed_row(site, page, page.url, weekly))
        yield heading, _anchor(heading), rows, is_folded


def _sorted(links: Iterable[LinkTo]) -> list[LinkTo]:
    return sorted(links, key=lambda link: words.alphabetical(link.label))


def _download(site: Site, table: Table) -> tuple[Table, str, str, str]:
    """Return a table, the number of its rows in words, and the paths of its files."""
    csv, json = urls.table_url(table.name, "csv"), urls.table_url(table.name, "json")
    return table.in_words_of(site), words.plural(row_count(site, table.name), "row"), csv, json


#: Path and media type of each download, for catalogues of datasets (DCAT, schema.org).
_FILES = (
    *((urls.table_url(table.name, "csv"), "text/csv") for table in TABLES),
    *((urls.table_url(table.name, "json"), "application/json") for table in TABLES),
    (urls.DATABASE, "application/vnd.sqlite3"),
)


def _data(site: Site) -> View:
    """Return the downloads, with a data dictionary."""
    description = "Everything on this site as tables, with what each column means."
    meta = Meta(
        url=urls.DATA,
        title="Data",
        description=description,
        kind="data",
        json_ld=json_ld.dataset(site, description, _FILES),
    )
    return View(
        meta,
        downloads=[_download(site, table) for table in TABLES],
        package=urls.DATA_PACKAGE,
        database=urls.DATABASE,
        updated=last_updated(site),
        schemas=[LinkTo(kind, urls.schema_url(kind)) for kind in SCHEMAS],
        example=next((urls.trust_json(id) for id in site.trusts), ""),
        requirement=next((urls.requirement_json(id) for id in histories(site)), ""),
    )


def _search(site: Site) -> View:
    """Return full-text search with JavaScript, and lists to find things by name.

    `groups`: (heading, anchor, links A to Z); `elsewhere`: links to lists that are too long.
    """
    has_index, recorded = site.has_search, histories(site)
    cards = (card(site, briefing.id) for briefing in site.briefings)
    briefings = (LinkTo(item.title, item.url) for item in cards)
    organisations = words.say(site.config, "Trusts")
    lists = {
        organisations: (len(site.trusts), _named("trust", site.trusts)),
        "Topics": (len(site.topics), _named("topic", site.topics)),
        "Requirements": (len(recorded), _requirements(site)),
        "Briefings": (len(site.briefings), briefings),
    }
    ways = {
        "Briefings": LinkTo("All briefings, newest report first", urls.BRIEFINGS),
        "Requirements": LinkTo("All requirements: the ledger", urls.REQUIREMENTS),
        organisations: LinkTo(words.say(site.config, "All trusts, A to Z"), urls.TRUSTS),
    }
    meta = Meta(
        url=urls.SEARCH,
        title="Search",
        description=words.say(site.config, "Find a trust, a briefing, a requirement or a topic."),
        kind="search",
        section=urls.SEARCH,
        scripts=("search.js",) if has_index else (),
        csp=CSP_SEARCH if has_index else CSP,
        has_find_box=has_index,
    )
    return View(
        meta,
        index=f"{urls.PAGEFIND}pagefind.js" if has_index else "",
        groups=[
            (heading, _anchor(heading), _sorted(links))
            for heading, (count, links) in lists.items()
            if count <= _MOST
        ],
        elsewhere=[way for heading, way in ways.items() if lists[heading][0] > _MOST],
    )


def _not_found(site: Site) -> View:
    """Return the 404 page. It is served at any address, so all its links are full URLs."""
    meta = Meta(
        url=urls.NOT_FOUND,
        title="Page not found",
        description="There is no page at this address.",
        kind="not-found",
        noindex=True,
        absolute=True,
    )
    ways = [
        LinkTo("The newest briefings", urls.HOME),
        LinkTo(words.say(site.config, "Trusts, A to Z"), urls.TRUSTS),
        LinkTo("The ledger of requirements", urls.REQUIREMENTS),
        LinkTo("Search", urls.SEARCH),
    ]
    report = report_url(site.config, "a page that is not there")
    return View(meta, ways=ways, report_url=report)


@query
def aliases(site: Site) -> tuple[tuple[str, str], ...]:
    """Return (old path, path of the page) for each alias of a record that has a page, sorted."""
    pairs = [
        (old, urls.url_of("briefing", id)) for id in site.briefing for old in aliases_of(site, id)
    ]
    records: dict[str, Mapping[str, Any]] = {
        "trust": site.trusts,
        "topic": site.topics,
        "regulator": site.regulators,
        "page": site.pages,
        "requirement": histories(site),
    }
    for kind, by_id in records.items():
        for id, record in by_id.items():
            pairs += [(old, urls.url_of(kind, id)) for old in record.front.aliases]
    return tuple(sorted([*pairs, *_of_renamed_regulators(site)]))


@query
def aliases_of(site: Site, id: str) -> tuple[str, ...]:
    return tuple(site.briefing[id].front.aliases)


def _of_renamed_regulators(site: Site) -> Iterator[tuple[str, str]]:
    """Yield redirects for the pages whose paths contain a renamed regulator's id.

    These need no aliases: no editor could write one for each.
    """
    for old, new in site.register.renamed:
        if old.kind == "regulator" and new.id in site.regulators:
            yield urls.regulator_ledger_url(old.id), urls.regulator_ledger_url(new.id)
            for id, number in regulations_of(site):
                if id == new.id:
                    yield urls.regulation_url(old.id, number), urls.regulation_url(id, number)


def _redirects(site: Site) -> list[tuple[str, str]]:
    """Return (old path, new path) of each alias that is a folder or an HTML file."""
    return [pair for pair in aliases(site) if pair[0].endswith(("/", ".html", ".htm"))]


def _redirect(_: Site, old: str, new: str) -> View:
    """Return the page at an old path, for hosts that have no redirects of their own."""
    title = "This page has moved"
    return View(
        Meta(url=new, title=title, description=f"{title}.", kind="redirect", noindex=True), new=new
    )


def _plain_keys(site: Site) -> Iterator[tuple[str]]:
    """Yield the ids of the pages; `about` too if the site has to make that page itself."""
    yield from ((id,) for id in site.pages)
    if _ABOUT not in site.pages and about_url(site) == urls.ABOUT:
        yield (_ABOUT,)


PLAIN = Kind("plain", _plain_keys, partial(urls.url_of, "page"), _plain)
SUBSCRIBE = single("subscribe", urls.SUBSCRIBE, _subscribe)
DATA = single("data", urls.DATA, _data)
SEARCH = single("search", urls.SEARCH, _search)
NOT_FOUND = Kind(
    "not-found", lambda site: [()], lambda: urls.NOT_FOUND, _not_found, "not_found", is_hidden=True
)
REDIRECT = Kind("redirect", _redirects, lambda old, new: old, _redirect, is_hidden=True)
