"""Plain pages, and the pages of the site itself: subscribe, data, search, not found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from briefings import anchors, urls
from briefings.content.reading import Record
from briefings.content.schema import SCHEMAS, PageFront, Revision
from briefings.domain import words
from briefings.domain.site import Site, visible_changes
from briefings.outputs.downloads import TABLES, Table
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.components import report_url, trust_link
from briefings.outputs.pages.csp import CSP, CSP_SEARCH
from briefings.outputs.pages.derived import Derived
from briefings.outputs.pages.page import LinkTo, Meta

#: Lists longer than this are omitted here; their own pages show them.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page of `content/pages/`: about, editorial policy and so on."""

    site: Site
    record: Record[PageFront]

    @property
    def front(self) -> PageFront:
        return self.record.front

    @property
    def meta(self) -> Meta:
        title = self.front.title
        return Meta(
            url=urls.url_of("page", self.record.id),
            title=title,
            description=self.front.summary or f"{title}: {self.site.config.title}",
            kind="plain",
        )

    @property
    def prose(self) -> Markup:
        """The body as HTML. It was sanitised when it was read."""
        return Markup(self.record.body.html)  # noqa: S704

    @property
    def changes(self) -> list[tuple[str, Revision, str]]:
        """(anchor, change, kind in words), oldest first; changes dated after now are omitted."""
        shown = visible_changes(self.front.changes, self.site.clock, self.site.zone)
        return [
            (anchors.claim("change", n, ()), one, words.REVISIONS[one.kind])
            for n, one in enumerate(shown)
        ]

    @property
    def report_url(self) -> str:
        return report_url(self.site.config, self.front.title)


@dataclass(frozen=True, slots=True)
class FeedGroup:
    """Feeds of one kind: (page, path of its feed) under a heading."""

    heading: str
    anchor: str
    feeds: list[tuple[LinkTo, str]]

    @property
    def has_pages(self) -> bool:
        """False for the feeds of the site, because the list of ratings has no page of its own."""
        return self.anchor != "site"


@dataclass(frozen=True, slots=True)
class Subscribe:
    """An explanation of feeds, and links to every feed."""

    whole: Derived

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.SUBSCRIBE,
            title="Subscribe",
            description="What a feed is, how to follow a trust, a topic or the whole site.",
            kind="subscribe",
            section=urls.SUBSCRIBE,
        )

    @property
    def opml(self) -> str:
        return urls.OPML

    @property
    def json_feed(self) -> str:
        return urls.JSON_FEED

    @property
    def calendar(self) -> str:
        return urls.CALENDAR

    @property
    def groups(self) -> list[FeedGroup]:
        site = self.whole.site
        everything = [
            LinkTo("All briefings", urls.HOME),
            LinkTo("The ledger of requirements", urls.REQUIREMENTS),
            LinkTo("Ratings given and changed", urls.RATINGS),
            LinkTo("Enforcement", urls.ENFORCEMENT),
            LinkTo("Corrections", urls.CORRECTIONS),
        ]
        found = [
            _feed_group("The whole site", "site", everything),
            _feed_group("Trusts", "trusts", [trust_link(site, id) for id in site.trusts]),
            _feed_group("Topics", "topics", _named(site, "topic")),
            _feed_group("Regulators", "regulators", _named(site, "regulator")),
            _feed_group(
                "Requirements",
                "requirements",
                [
                    LinkTo(
                        f"{one.front.title} ({trust_link(site, one.front.trust).label})", one.url
                    )
                    for one in self.whole.histories.values()
                ],
            ),
        ]
        return [group for group in found if len(group.feeds) <= _MOST]


def _named(site: Site, kind: str) -> list[LinkTo]:
    records = site.topics if kind == "topic" else site.regulators
    return [LinkTo(one.front.name, urls.url_of(kind, id)) for id, one in records.items()]


def _feed_group(heading: str, anchor: str, pages: list[LinkTo]) -> FeedGroup:
    """Return a feed group sorted by name; the group of the site keeps its order."""
    if anchor != "site":
        pages = sorted(pages, key=lambda one: one.label.casefold())
    return FeedGroup(heading, anchor, [(page, urls.feed_of(page.url)) for page in pages])


@dataclass(frozen=True, slots=True)
class Download:
    """One table on the data page; `rows` says how many it has."""

    table: Table
    rows: str

    @property
    def csv(self) -> str:
        return urls.table_url(self.table.name, "csv")

    @property
    def json(self) -> str:
        return urls.table_url(self.table.name, "json")


@dataclass(frozen=True, slots=True)
class Data:
    """The downloads, with a data dictionary."""

    whole: Derived

    @property
    def meta(self) -> Meta:
        site = self.whole.site
        return Meta(
            url=urls.DATA,
            title="Data",
            description="Everything on this site as tables, with what each column means.",
            kind="data",
            json_ld=json_ld.dataset(site, [table.name for table in TABLES]),
        )

    @property
    def downloads(self) -> list[Download]:
        site = self.whole.site
        return [Download(table, words.plural(table.count(site), "row")) for table in TABLES]

    @property
    def package(self) -> str:
        return f"{urls.DATA}datapackage.json"

    @property
    def updated(self) -> datetime | None:
        """The time of the newest change of content, as in every download; None without content."""
        return max((one.updated for one in self.whole.site.briefing.values()), default=None)

    @property
    def schemas(self) -> list[LinkTo]:
        return [LinkTo(kind, f"{urls.DATA}schema/{kind}.json") for kind in SCHEMAS]

    @property
    def example(self) -> str:
        """The path of the first trust's JSON file, as an example."""
        return next((urls.trust_json(id) for id in self.whole.site.trusts), "")


@dataclass(frozen=True, slots=True)
class Search:
    """The search page: lists to find things by name, and full-text search with JavaScript."""

    whole: Derived

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.SEARCH,
            title="Search",
            description="Find a trust, a briefing, a requirement or a topic.",
            kind="search",
            section=urls.SEARCH,
            scripts=("search.js",) if self.whole.search else (),
            csp=CSP_SEARCH if self.whole.search else CSP,
        )

    @property
    def index(self) -> str:
        """The path of the script loaded on the first query; empty without a search index."""
        return f"{urls.PAGEFIND}pagefind.js" if self.whole.search else ""

    @property
    def groups(self) -> list[tuple[str, str, list[LinkTo]]]:
        """(heading, anchor, links to all records, A to Z), without lists longer than `_MOST`."""
        site = self.whole.site
        trusts = [
            LinkTo(one.front.name, urls.url_of("trust", id)) for id, one in site.trusts.items()
        ]
        briefings = [LinkTo(one.front.title, one.url) for one in site.briefings]
        told = [LinkTo(one.front.title, one.url) for one in self.whole.histories.values()]
        found = [
            ("Trusts", "trusts", trusts),
            ("Topics", "topics", _named(site, "topic")),
            ("Requirements", "requirements", told),
            ("Briefings", "briefings", briefings),
        ]
        return [
            (heading, anchor, sorted(links, key=lambda one: one.label.casefold()))
            for heading, anchor, links in found
            if len(links) <= _MOST
        ]

    @property
    def elsewhere(self) -> list[LinkTo]:
        """Links to the pages that show the omitted lists."""
        site = self.whole.site
        found = (
            (len(site.briefings), LinkTo("All briefings, newest report first", urls.BRIEFINGS)),
            (len(self.whole.histories), LinkTo("All requirements: the ledger", urls.REQUIREMENTS)),
            (len(site.trusts), LinkTo("All trusts, A to Z", urls.TRUSTS)),
        )
        return [link for count, link in found if count > _MOST]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The 404 page. It is served at any address, so all its links are full URLs."""

    whole: Derived

    @property
    def meta(self) -> Meta:
        return Meta(
            url=urls.NOT_FOUND,
            title="Page not found",
            description="There is no page at this address.",
            kind="not-found",
            noindex=True,
            absolute=True,
        )

    @property
    def ways(self) -> list[LinkTo]:
        return [
            LinkTo("The newest briefings", urls.HOME),
            LinkTo("Trusts, A to Z", urls.TRUSTS),
            LinkTo("The ledger of requirements", urls.REQUIREMENTS),
            LinkTo("Search", urls.SEARCH),
        ]

    @property
    def report_url(self) -> str:
        return report_url(self.whole.site.config, "a page that is not there")


def plain_keys(whole: Derived) -> list[tuple[str]]:
    """Return the ids of the plain pages."""
    return [(id,) for id in whole.site.pages]


def plain_view(whole: Derived, id: str) -> PlainPage:
    """Return the view of a plain page."""
    return PlainPage(whole.site, whole.site.pages[id])
