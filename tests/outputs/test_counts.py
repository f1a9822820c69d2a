"""Numbers that pages state equal the rows of the tables in /data/ of the same build."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from lxml import html

from briefings.cli import main
from tests.support.factory import NOW
from tests.support.reading import ROOT

Row = dict[str, str]
SITES = ("content", "tests/site/content")
TABLES = (
    "briefings", "trusts", "ratings", "requirements", "events", "enforcement", "figures",
    "sources", "corrections",
)  # fmt: skip
_TOTALS = {
    "open": re.compile(r"\b([\d,]+) open\b"),
    "unknown": re.compile(r"\b([\d,]+) not known\b"),
    "raised": re.compile(r"\b([\d,]+) raised\b"),
    "ended": re.compile(r"\b([\d,]+) met or lifted\b"),
}
_PAST = re.compile(r"([\d,]+) requirements? and ([\d,]+) enforcement actions? past")


def number(text: str) -> int:
    return int(text.replace(",", ""))


def counted(what: str, text: str) -> int:
    """The number before a noun, singular or plural: `1 briefing`, `1,204 briefings`."""
    match = re.search(rf"\b([\d,]+|no) {what}s?\b", text)
    assert match, f"no number of {what}s in: {text}"
    return 0 if match[1] == "no" else number(match[1])


def main_of(file: Path) -> html.HtmlElement:
    """The page without its frame."""
    return next(html.fromstring(file.read_bytes()).iter("main"))


@dataclass(frozen=True)
class Built:
    """A built site: its pages and its tables."""

    folder: Path

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        tables = {}
        for name in TABLES:
            with (self.folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                tables[name] = list(csv.DictReader(file))
        return tables

    def page(self, address: str) -> html.HtmlElement:
        file = self.folder / address.strip("/") / "index.html"
        return main_of(file)

    def pages(self, address: str) -> Iterator[html.HtmlElement]:
        """Every page of a list."""
        yield self.page(address)
        further = (self.folder / address.strip("/") / "page").glob("*/index.html")
        for file in sorted(further, key=lambda file: int(file.parent.name)):
            yield main_of(file)

    def count(self, address: str, path: str) -> int:
        """Elements on all pages of a list."""
        return sum(len(page.xpath(path)) for page in self.pages(address))

    def requirements(self, trust: str = "") -> list[Row]:
        """All requirements, or those of one trust."""
        rows = self.tables["requirements"]
        return [row for row in rows if trust in {"", row["trust"]}]


@pytest.fixture(scope="module", params=SITES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The real content and tests/site, built with the same templates."""
    folder = tmp_path_factory.mktemp("counts") / "output"
    folders = [f"--{name}={ROOT / name}" for name in ("templates", "static")]
    options = [f"--content={ROOT / request.param}", f"--output={folder}", f"--now={NOW:%Y-%m-%d}"]
    assert main(["build", *folders, *options, "--no-cache", "--no-search", "--quiet"]) == 0
    return Built(folder)


def text_of(element: html.HtmlElement) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())


def rows_below(anchor: str) -> str:
    """XPath of the table rows between a heading and the next."""
    here = f"*[preceding-sibling::h2[1]/@id='{anchor}']"
    return f".//{here}/descendant-or-self::table/tbody/tr"


def totals(rows: list[Row]) -> dict[str, int]:
    """Return the number of requirements in each total that pages state."""
    return {
        "open": sum(row["open"] == "true" for row in rows),
        "unknown": sum(row["status"] == "unknown" for row in rows),
        "raised": sum(row["status"] == "raised" for row in rows),
        "ended": sum(row["status"] in {"met", "lifted"} for row in rows),
    }


def assert_totals(text: str, rows: list[Row]) -> None:
    """`17 open, 0 not known` and what follows: open and not known are always there; of nothing,
    `no requirement on record`."""
    if not rows:
        assert counted("requirement", text) == 0
        return
    expected = totals(rows)
    assert sum(expected.values()) == len(rows)
    for name, pattern in _TOTALS.items():
        stated = pattern.search(text)
        assert stated or (name in {"raised", "ended"} and not expected[name]), f"{name}: {text}"
        assert not stated or number(stated[1]) == expected[name], f"{name}: {text}"


def test_home_states_the_rows_of_briefings_trusts_and_requirements(site: Built) -> None:
    text = text_of(site.page("/").xpath(".//p[@class='standfirst']")[0])
    assert counted("briefing", text) == len(site.tables["briefings"])
    assert counted("trust", text) == len(site.tables["trusts"])
    assert counted("requirement", text) == len(site.tables["requirements"])
    assert_totals(text, site.requirements())


def test_the_ledger_states_the_rows_of_requirements(site: Built) -> None:
    text = text_of(site.page("/requirements/"))
    assert counted("requirement", text) == len(site.tables["requirements"])
    assert_totals(text, site.requirements())


def is_passed(row: Row) -> bool:
    return row["deadline_passed"] == "true"


#: Anchor of a part of the ledger → the rows of `requirements` that belong to it.
PARTS: dict[str, Callable[[Row], bool]] = {
    "open": lambda row: row["open"] == "true",
    "told-again": lambda row: int(row["times_told"]) > 1,
    "deadline-passed": is_passed,
    "met": lambda row: row["status"] in {"met", "lifted"},
    "raised": lambda row: row["status"] == "raised",
}


def test_each_part_of_the_ledger_has_the_rows_that_it_states(site: Built) -> None:
    page = site.page("/requirements/")
    parts = page.xpath(".//nav[@aria-label='Parts of the ledger']//a[contains(., '(')]")
    # Of the part on deadlines: `2 requirements, 3 enforcement actions`.
    said = {link.get("href")[1:]: text_of(link).split("(")[1] for link in parts}
    stated = {anchor: number(re.split("[ )]", text)[0]) for anchor, text in said.items()}
    assert stated.keys() >= PARTS.keys()
    for anchor, total in stated.items():
        assert site.count("/requirements/", rows_below(anchor)) == total, anchor
    for anchor, belongs in PARTS.items():
        assert stated[anchor] == sum(map(belongs, site.tables["requirements"])), anchor


def test_the_filters_of_the_ledger_state_the_requirements_of_each(site: Built) -> None:
    items = site.page("/requirements/").xpath(".//h2[@id='filter']/following-sibling::ul/li")
    rows = site.tables["requirements"]
    by_address: Counter[str] = Counter()
    for row in rows:
        by_address[f"/trusts/{row['trust']}/"] += 1
        by_address[f"/regulators/{row['regulator']}/"] += 1
        by_address[f"/answers/{row['answer']}/"] += 1
        by_address.update(f"/topics/{topic}/" for topic in row["topics"].split())
    assert items
    for item in items:
        address = item.find("a").get("href")
        match = re.search(r"/(trusts|regulators|topics|answers)/[a-z0-9-]+/", address)
        assert match, address
        assert number(text_of(item).rsplit("(", 1)[1][:-1]) == by_address[match[0]], address


def test_the_list_of_trusts_states_the_briefings_and_requirements_of_each(site: Built) -> None:
    cards = [card for page in site.pages("/trusts/") for card in page.xpath(".//li[@class='card']")]
    rows = {row["id"]: row for row in site.tables["trusts"]}
    assert len(cards) == len(rows)
    for card in cards:
        trust = rows[card.xpath(".//h3/a/@href")[0].strip("/").rsplit("/", 1)[1]]
        text = text_of(card)
        assert counted("briefing", text) == int(trust["briefings"])
        requirements = site.requirements(trust["id"])
        assert int(trust["requirements"]) == len(requirements)
        assert_totals(text, requirements)


def test_a_trust_page_states_and_lists_its_requirements(site: Built) -> None:
    for trust in site.tables["trusts"]:
        page = site.page(f"/trusts/{trust['id']}/")
        requirements = site.requirements(trust["id"])
        assert len(page.xpath(rows_below("ledger"))) == len(requirements)
        glance = page.xpath(".//div[dt='On the ledger']")
        for box in glance:
            assert_totals(text_of(box), requirements)


def test_the_register_of_enforcement_states_and_lists_every_action(site: Built) -> None:
    actions = site.tables["enforcement"]
    assert counted("action", site.page("/enforcement/").xpath("string(.//caption)")) == len(actions)
    assert site.count("/enforcement/", ".//tbody/tr") == len(actions)


def test_the_log_of_corrections_has_a_card_for_each_row(site: Built) -> None:
    cards = site.count("/corrections/", ".//li[@class='card']")
    assert cards == len(site.tables["corrections"])


def test_the_data_page_states_the_rows_of_each_table(site: Built) -> None:
    page = site.page("/data/")
    for name, rows in site.tables.items():
        text = text_of(page.xpath(f".//h2[@id='{name}']/following-sibling::p")[0])
        stated = re.search(r": ([\d,]+|no) rows?\b", text)
        assert stated, text
        assert number(stated[1].replace("no", "0")) == len(rows), name


def test_the_archive_and_the_topics_state_the_briefings_of_each(site: Built) -> None:
    text = text_of(site.page("/briefings/").xpath(".//p[@class='meta']")[0])
    assert counted("briefing", text) == len(site.tables["briefings"])
    assert site.count("/briefings/", ".//li[contains(@class, 'card')]") == len(
        site.tables["briefings"]
    )
    by_topic = Counter(topic for row in site.tables["briefings"] for topic in row["topics"].split())
    for group in site.page("/topics/").xpath(".//dl/div"):
        topic = group.xpath("./dt/a/@href")[0].strip("/").rsplit("/", 1)[1]
        assert counted("briefing", text_of(group.find("dd/span"))) == by_topic[topic]


def test_every_page_that_counts_passed_deadlines_states_the_same_two_numbers(site: Built) -> None:
    requirements = sum(map(is_passed, site.tables["requirements"]))
    actions = sum(map(is_passed, site.tables["enforcement"]))
    for address in ("/requirements/", "/enforcement/", "/trusts/"):
        stated = _PAST.search(text_of(site.page(address)))
        assert stated, address
        assert (number(stated[1]), number(stated[2])) == (requirements, actions), address
    part = site.page("/requirements/").xpath("string(.//nav//a[@href='#deadline-passed'])")
    assert f"{actions:,} enforcement action" in part
