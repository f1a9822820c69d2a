"""Plain pages, and the pages of the site itself: subscribe, data, search, not found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from briefings import anchors, urls
from briefings.content.records import SCHEMAS, Record
from briefings.content.schema.entities import PageFront
from briefings.content.schema.site import SiteFront
from briefings.domain import words
from briefings.domain.site import Site, about_url, last_updated, trust_name
from briefings.domain.visibility import visible_changes
from briefings.outputs.downloads.table import Table
from briefings.outputs.downloads.tables import TABLES, row_count
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.components import card, contact_url, report_url, trust_links
from briefings.outputs.pages.images import body_html
from briefings.outputs.pages.page import CSP, CSP_SEARCH, Derived, Kind, Meta, PlainView, only
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


def _plain(derived: Derived, id: str) -> PlainView:
    """Return a page of `content/pages/`, or the about page of a site that has no file for it."""
    site = derived.site
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
    changes = visible_changes(front.changes, site.clock, site.zone)
    return PlainView(
        meta,
        front=front,
        prose=body_html(site, record.body.html if record else ""),
        responsible=_who_is_responsible(site.config) if is_about else (),
        changes=[
            (anchors.claim("change", n, ()), change, words.REVISIONS[change.kind])
            for n, change in enumerate(changes)
        ],
        report_url=report_url(site.config, title),
    )


class FeedRow(NamedTuple):
    """A feed on the page on subscribing.

    `name`: its `url` is empty if there is no page. `anchor`: see `urls.feed_anchor`. `address`:
    full URL of the feed. `weekly`: that of the feed of its digests, or empty.
    """

    name: LinkTo
    anchor: str
    address: str
    weekly: str = ""


class FeedGroup(NamedTuple):
    """Feeds of one kind, under a heading. `is_folded`: shown only when asked for."""

    heading: str
    anchor: str
    feeds: list[FeedRow]
    is_folded: bool = False


def _anchor(heading: str) -> str:
    """Return the anchor of a heading: `Care homes` has `care-homes`."""
    return "-".join(heading.lower().split())


def _subscribe(derived: Derived) -> PlainView:
    """Return how to follow a trust, a topic or the whole site, with the address of every feed."""
    site = derived.site
    everything = {
        "All briefings": urls.HOME,
        "Week by week": urls.DIGEST,
        "The ledger of requirements": urls.REQUIREMENTS,
        "Ratings given and changed": urls.RATINGS,
        "Enforcement": urls.ENFORCEMENT,
        "Corrections": urls.CORRECTIONS,
    }
    rows = [_feed_row(site, LinkTo(label, ""), url) for label, url in everything.items()]
    requirements = [
        LinkTo(f"{history.front.title} ({trust_name(site, history.front.trust)})", history.url)
        for history in derived.histories.values()
    ]
    folded = [
        group._replace(is_folded=True) for group in _feed_group(site, "Requirements", requirements)
    ]
    trusts, topics = trust_links(site), list(_named("topic", site.topics))
    groups = [
        *_feed_group(site, words.say(site.config, "Trusts"), trusts, has_digests=True),
        *_feed_group(site, "Topics", topics, has_digests=True),
        *_feed_group(site, "Regulators", list(_named("regulator", site.regulators))),
        *folded,
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
    return PlainView(
        meta,
        opml=urls.OPML,
        json_feed=urls.JSON_FEED,
        calendar=urls.CALENDAR,
        digests=urls.DIGEST,
        groups=[FeedGroup("The whole site", "site", rows), *groups],
    )


def _named(kind: str, records: Mapping[str, Record[Any]]) -> Iterator[LinkTo]:
    return (LinkTo(record.front.name, urls.url_of(kind, id)) for id, record in records.items())


def _feed_row(site: Site, name: LinkTo, page: str, weekly: str = "") -> FeedRow:
    feed = urls.feed_of(page)
    return FeedRow(name, urls.feed_anchor(feed), site.urls.absolute(feed), weekly)


def _feed_group(
    site: Site, heading: str, pages: Sequence[LinkTo], *, has_digests: bool = False
) -> Iterator[FeedGroup]:
    """Yield the feeds of these pages by name, unless there are none, or too many of them."""
    if 0 < len(pages) <= _MOST:
        rows = []
        for page in _sorted(pages):
            weekly = site.urls.absolute(urls.feed_of(f"{page.url}digest/")) if has_digests else ""
            rows.append(_feed_row(site, page, page.url, weekly))
        yield FeedGroup(heading, _anchor(heading), rows)


def _sorted(links: Iterable[LinkTo]) -> list[LinkTo]:
    return sorted(links, key=lambda link: link.label.casefold())


class Download(NamedTuple):
    """One table on the data page. `rows`: how many it has. `csv` and `json`: paths of its files."""

    table: Table
    rows: str
    csv: str
    json: str


def _download(site: Site, table: Table) -> Download:
    csv, json = urls.table_url(table.name, "csv"), urls.table_url(table.name, "json")
    return Download(
        table.in_words_of(site), words.plural(row_count(site, table.name), "row"), csv, json
    )


#: Path and media type of each download, for catalogues of datasets (DCAT, schema.org).
_FILES = (
    *((urls.table_url(table.name, "csv"), "text/csv") for table in TABLES),
    *((urls.table_url(table.name, "json"), "application/json") for table in TABLES),
    (urls.DATABASE, "application/vnd.sqlite3"),
)


def _data(derived: Derived) -> PlainView:
    """Return the downloads, with a data dictionary."""
    site = derived.site
    description = "Everything on this site as tables, with what each column means."
    meta = Meta(
        url=urls.DATA,
        title="Data",
        description=description,
        kind="data",
        json_ld=json_ld.dataset(site, description, _FILES),
    )
    return PlainView(
        meta,
        downloads=[_download(site, table) for table in TABLES],
        package=urls.DATA_PACKAGE,
        database=urls.DATABASE,
        updated=last_updated(site),
        schemas=[LinkTo(kind, urls.schema_url(kind)) for kind in SCHEMAS],
        example=next((urls.trust_json(id) for id in site.trusts), ""),
        requirement=next((urls.requirement_json(id) for id in derived.histories), ""),
    )


def _search(derived: Derived) -> PlainView:
    """Return full-text search with JavaScript, and lists to find things by name.

    `groups`: (heading, anchor, links A to Z); `elsewhere`: links to lists that are too long.
    """
    site, has_index = derived.site, derived.search
    requirements = (LinkTo(item.front.title, item.url) for item in derived.histories.values())
    cards = (card(site, briefing.id) for briefing in site.briefings)
    briefings = (LinkTo(item.title, item.url) for item in cards)
    organisations = words.say(site.config, "Trusts")
    lists = {
        organisations: (len(site.trusts), _named("trust", site.trusts)),
        "Topics": (len(site.topics), _named("topic", site.topics)),
        "Requirements": (len(derived.histories), requirements),
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
    return PlainView(
        meta,
        index=f"{urls.PAGEFIND}pagefind.js" if has_index else "",
        groups=[
            (heading, _anchor(heading), _sorted(links))
            for heading, (count, links) in lists.items()
            if count <= _MOST
        ],
        elsewhere=[way for heading, way in ways.items() if lists[heading][0] > _MOST],
    )


def _not_found(derived: Derived) -> PlainView:
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
        LinkTo(words.say(derived.site.config, "Trusts, A to Z"), urls.TRUSTS),
        LinkTo("The ledger of requirements", urls.REQUIREMENTS),
        LinkTo("Search", urls.SEARCH),
    ]
    report = report_url(derived.site.config, "a page that is not there")
    return PlainView(meta, ways=ways, report_url=report)


def _plain_keys(derived: Derived) -> Iterator[tuple[str]]:
    """Yield the ids of the pages; `about` too if the site has to make that page itself."""
    site = derived.site
    yield from ((id,) for id in site.pages)
    if _ABOUT not in site.pages and about_url(site) == urls.ABOUT:
        yield (_ABOUT,)


PLAIN = Kind(
    "plain",
    "plain",
    _plain_keys,
    partial(urls.url_of, "page"),
    _plain,
)
SUBSCRIBE = Kind("subscribe", "subscribe", only(), lambda: urls.SUBSCRIBE, _subscribe)
DATA = Kind("data", "data", only(), lambda: urls.DATA, _data)
SEARCH = Kind("search", "search", only(), lambda: urls.SEARCH, _search)
NOT_FOUND = Kind(
    "not-found", "not_found", only(), lambda: urls.NOT_FOUND, _not_found, is_hidden=True
)
