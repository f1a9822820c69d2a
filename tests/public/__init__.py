"""Anchors and guids of the real site that were public: the record, and what became of them.

`anchors.txt` has one `/address/#anchor` a line. `guids.csv` has the guid of every feed item, the
feed that had it, and in `gone` the reason why no feed has it any more. Nothing is removed from
either. `python -m tests.public --write` adds what is new.

Public anchors are those that a reader can link to: headings, items, sources, events. Not public:
ids of the frame (`main`), of the search form and of drawings, and the marks `cite-…` and `fnref-…`
in the prose, which only the page's own list of sources links back to.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path

from lxml import etree, html

HERE = Path(__file__).parent
ANCHORS = HERE / "anchors.txt"
GUIDS = HERE / "guids.csv"
_FRAME = frozenset({"main", "top", "nav", "footer", "contents"})
_SEARCH = frozenset({"search", "q", "found", "found-title"})
_OURS = ("cite-", "fnref-", "shape-")
_REFRESH = re.compile(r"\burl=(\S+)")


def is_public(anchor: str) -> bool:
    """Whether a reader can link to an id of a page."""
    return anchor not in _FRAME | _SEARCH and not anchor.startswith(_OURS)


@dataclass(frozen=True)
class Published:
    """A built site in a folder, published at the root of its host."""

    folder: Path

    @cached_property
    def _pages(self) -> dict[str, html.HtmlElement]:
        return {
            self._address(file): html.fromstring(file.read_bytes())
            for file in sorted(self.folder.rglob("index.html"))
        }

    def _address(self, file: Path) -> str:
        return f"/{file.relative_to(self.folder).as_posix()}".removesuffix("index.html")

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The addresses of all pages."""
        return frozenset(self._pages)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every public anchor, as `/address/#anchor`."""
        return frozenset(
            f"{address}#{anchor}"
            for address, page in self._pages.items()
            for anchor in page.xpath("//@id")
            if is_public(str(anchor))
        )

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Addresses of notices of withdrawal, which have no items."""
        pages = self._pages.items()
        return frozenset(
            address for address, page in pages if page.xpath("//body[@class='withdrawn']")
        )

    def leads_to(self, address: str) -> str:
        """The address to which a redirect page leads, else the address itself.

        A browser takes the anchor along.
        """
        page = self._pages.get(address)
        refresh = page.xpath("//meta[@http-equiv='refresh']/@content") if page is not None else []
        match = _REFRESH.search(str(refresh[0])) if refresh else None
        return match[1] if match else address

    @cached_property
    def guids(self) -> dict[str, str]:
        """Guid of a feed item → the address of a feed that has it, the shortest one."""
        feeds_by_guid: dict[str, str] = {}
        for feed, items in self.feeds.items():
            for guid in items:
                feeds_by_guid[guid] = min(
                    feeds_by_guid.get(guid, feed), feed, key=lambda url: (len(url), url)
                )
        return feeds_by_guid

    @cached_property
    def feeds(self) -> dict[str, list[str]]:
        """Address of a feed → the guids of its items."""
        return {
            self._address(file): [
                guid.text or "" for guid in etree.fromstring(file.read_bytes()).iter("guid")
            ]
            for file in sorted(self.folder.rglob("feed.xml"))
        }


def recorded_anchors() -> list[str]:
    """The lines of anchors.txt."""
    return ANCHORS.read_text("utf-8").split()


@dataclass(frozen=True, slots=True)
class Guid:
    """A row of guids.csv."""

    guid: str
    feed: str
    gone: str


def recorded_guids() -> list[Guid]:
    """The rows of guids.csv."""
    return [Guid(**row) for row in csv.DictReader(StringIO(GUIDS.read_text("utf-8")))]


def missing_anchors(site: Published, recorded: list[str]) -> list[str]:
    """Recorded anchors that lead nowhere on a site."""
    missing = []
    for line in recorded:
        address, _, anchor = line.partition("#")
        address = site.leads_to(address)
        if f"{address}#{anchor}" not in site.anchors and address not in site.withdrawn:
            missing.append(line)
    return missing


def missing_guids(site: Published, recorded: list[Guid]) -> list[str]:
    """Recorded guids that no feed has, without a reason.

    The site must be built with feeds that hold every item: by default, old ones fall off the end.
    """
    return [row.guid for row in recorded if row.guid not in site.guids and not row.gone]


def write(site: Published) -> tuple[int, int]:
    """Add what is new to the record; how many anchors and guids."""
    anchors, guids = recorded_anchors(), recorded_guids()
    new_anchors = site.anchors - set(anchors)
    ANCHORS.write_text(
        "".join(f"{anchor}\n" for anchor in sorted({*anchors, *new_anchors})), "utf-8"
    )
    known = {row.guid for row in guids}
    added = [Guid(guid, feed, "") for guid, feed in site.guids.items() if guid not in known]
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["guid", "feed", "gone"])
    for row in sorted([*guids, *added], key=lambda row: row.guid):
        writer.writerow([row.guid, row.feed, row.gone])
    GUIDS.write_text(table.getvalue(), "utf-8")
    return len(new_anchors), len(added)
