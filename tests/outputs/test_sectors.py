"""Sites about schools, prisons and care homes, made by content alone, without the NHS's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from briefings.cli import main
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.outputs.downloads.tables import TRUSTS
from briefings.outputs.pages.pictures import strips
from briefings.outputs.search.entries import entries
from tests.support.factory import CONFIG, a_site
from tests.support.on_disk import in_front, write_site
from tests.support.reading import (
    ROOT,
    SECTORS,
    Reading,
    built,
    downloads,
    feeds,
    html_of,
    read,
    site_of,
)

SCHOOLS, PRISONS, CARE = SECTORS
_NHS = re.compile(r"\b(?:nhs|cqc|trusts?|patients?)\b", re.IGNORECASE)
#: Addresses, paths and tag URIs.
_ADDRESS = re.compile(r"https?://\S+|tag:\S+|/trusts/\S*")


#: Key questions of the two scales of the schools' inspectorate.
OLD = ["Overall", "Quality of education", "Behaviour", "Leadership"]
NEW = ["Leadership", "Inclusion", "Curriculum and teaching", "Attendance"]


def words_of(page: str) -> Iterator[str]:
    """Every text of a page that somebody reads or hears, or that a search engine shows.

    Names of fields, columns and tables are in `code`.
    """
    tree: Any = html.fromstring(page.encode())
    yield from tree.xpath("//text()[not(ancestor::script or ancestor::style or ancestor::code)]")
    yield from tree.xpath("//@alt | //@title | //@aria-label | //@data-label | //@data-trust")
    yield from tree.xpath("//meta/@content")
    for data in tree.xpath("//script[@type='application/ld+json']/text()"):
        yield from values(json.loads(data))


def values(node: object) -> Iterator[str]:
    """Every text in a JSON value that is not a name."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name != "name" or value != "trusts":
                yield from values(value)
    elif isinstance(node, list):
        for value in node:
            yield from values(value)
    elif isinstance(node, str):
        yield node


def foreign(texts: Iterator[str]) -> list[str]:
    """The texts with a word of the NHS outside an address."""
    return [text for text in texts if _NHS.search(_ADDRESS.sub("", text))]


@pytest.mark.parametrize("content", SECTORS)
def test_a_site_of_another_sector_is_valid_without_any_advice(
    content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ("--templates", str(ROOT / "templates"), "--static", str(ROOT / "static"))
    options = ("--now", "2026-12-01", "--no-cache", "--advice", "--strict")
    assert main(["check", "--content", str(ROOT / content), *folders, *options]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("content", SECTORS)
def test_no_page_says_a_word_of_the_nhs(content: str) -> None:
    by_url = {url: foreign(words_of(page)) for url, page in built(content).items()}
    assert {url: texts for url, texts in by_url.items() if texts} == {}


@pytest.mark.parametrize("content", SECTORS)
def test_no_anchor_has_a_space_whatever_the_site_calls_what_is_inspected(content: str) -> None:
    for url, page in built(content).items():
        elements = html.fromstring(page).iter("h2", "h3", "a", "section")
        anchors = [element.get("id", "") for element in elements]
        assert [anchor for anchor in anchors if " " in anchor] == [], url


@pytest.mark.parametrize("content", SECTORS)
def test_no_feed_and_no_description_of_a_table_says_a_word_of_the_nhs(content: str) -> None:
    site = site_of(content)
    for file in feeds(site):
        assert foreign(iter([file.render().decode()])) == [], file.path
    for file in downloads(site):
        if file.path.endswith(".json") and "/schema/" not in file.path:
            document = json.loads(file.render())
            texts = [document.get("title"), document.get("description"), document.get("resources")]
            assert foreign(description_of(texts)) == [], file.path


def description_of(node: object) -> Iterator[str]:
    """Every `title` and `description` in a JSON value."""
    if isinstance(node, list):
        for value in node:
            yield from [value] if isinstance(value, str) else description_of(value)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in {"title", "description"}:
                yield value
            else:
                yield from description_of(value)


def test_the_words_of_the_nhs_would_be_found() -> None:
    assert foreign(words_of(built("content")["/trusts/"]))


def test_pages_speak_in_the_words_of_the_site() -> None:
    pages = read(SCHOOLS)
    assert "What the school was told to do" in pages["/trusts/alder-lane/"].text
    assert "speaks for pupils and families" in pages["/briefings/alder-lane-2026/"].text
    assert "speaks for the school" in pages["/briefings/alder-lane-2026/"].text
    assert pages["/trusts/"].text.count("Schools, A to Z") == 1
    assert "Find a school" in pages["/"].text
    assert "Independent. Not the Schools Inspectorate, and no school." in pages["/"].text
    assert "Compare care homes" in read(CARE)["/compare/"].text
    assert "Primary school · North Westmarch · URN 900101" in pages["/trusts/alder-lane/"].text
    assert "Charity number W-77" in pages["/trusts/alder-lane/"].text


def test_a_word_that_begins_with_a_vowel_has_its_own_article(tmp_path: Path) -> None:
    words = "organisations: {one: academy, many: academies, kinds: [{id: other, label: Any}]}"
    config = f"{CONFIG}{words}\n"
    north = in_front("name: North\nkind: other")
    root = write_site(tmp_path, {"one": ""}, files={"site.yaml": config, "trusts/north.md": north})
    site = site_of(str(root))
    pages = {url: Reading(page).text for url, page in html_of(site).items()}
    assert "Find an academy" in pages["/"]
    assert "published about an academy, a topic" in pages["/subscribe/"]
    assert "Independent of regulators and of the academies they inspect." in pages["/"]


def test_a_kind_that_the_site_does_not_have_is_a_fault_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_site(
        tmp_path, {"one": ""}, files={"trusts/north.md": in_front("name: N\nkind: acut")}
    )
    assert main(["check", "--content", str(root), "--no-cache"]) == 1
    output = capsys.readouterr().err
    assert "north.md:3:7: `acut` is not one of the words allowed here" in output
    assert "did you mean `acute`?" in output


def test_the_table_of_organisations_has_the_codes_of_every_scheme() -> None:
    site = site_of(SCHOOLS)
    place = TRUSTS.names.index("codes")
    codes = {id: TRUSTS.rows(site, id)[0][place] for id in site.trusts}
    assert codes["alder-lane"] == "urn: 900101; charity-number: W-77"
    assert codes["cedar-hill"] == "urn: 900103"
    assert codes.keys() == {"alder-lane", "brook-green", "cedar-hill"}


# Ratings without an overall grade.


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/trusts/", "1 Strong standard, 2 Expected standard, 1 Needs attention by key question"),
        ("/", "2 Expected standard, 2 Needs attention whole school, by key question"),
        ("/briefings/", "2 Expected standard, 2 Needs attention whole school, by key question"),
        ("/compare/", "Brook Green School 2 Expected standard, 2 Needs attention"),
        ("/trusts/brook-green/", "Whole school, by key question 2 Expected standard, 2 Needs"),
        ("/briefings/brook-green-2025/", "bad is it? 2 Expected standard, 2 Needs attention"),
    ],
)
def test_where_no_grade_stands_for_the_whole_pages_say_how_many_of_each(
    url: str, expected: str
) -> None:
    assert expected in read(SCHOOLS)[url].text


def test_a_grade_that_stands_for_the_whole_does_so_only_where_it_was_given() -> None:
    trusts = read(CARE)["/trusts/"].text
    assert "Good How well people live, 12 June 2025" in trusts
    assert "1 Weak, 1 Unsatisfactory by key question, 30 March 2026" in trusts
    assert "Best rating first: How well people live." in read(CARE)["/compare/"].text


def test_a_count_says_that_some_of_its_grades_were_replaced_since() -> None:
    expected = (
        "3 Sound, 1 Mixed whole school, by key question; some replaced since the report of 20"
    )
    assert expected in read(SCHOOLS)["/briefings/"].text


def rated_tables(content: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Address and rows of every table of grades; a row has the grades in it."""
    for url, page in built(content).items():
        tree: Any = html.fromstring(page.encode())
        for table in tree.xpath("//table[contains(@class, 'rated')]"):
            rows = table.xpath(".//tbody/tr")
            yield url, [row.xpath(".//*[starts-with(@class, 'rating')]/text()") for row in rows]


@pytest.mark.parametrize("content", [*SECTORS, "tests/site/content"])
def test_no_table_has_grades_of_two_scales_that_can_not_be_compared(content: str) -> None:
    site = site_of(content)
    regulators = [record.front for record in site.regulators.values()]
    groups = [
        {grade.label for scale in regulator.scales for grade in scale.values
         if scale.id == lead.id or lead.id in scale.comparable_with}
        | {word.label for word in regulator.outside_scale}
        for regulator in regulators for lead in regulator.scales
    ]  # fmt: skip
    tables = list(rated_tables(content))
    assert tables
    for url, rows in tables:
        grades = {re.sub(r"^\d+ ", "", grade) for row in rows for grade in row}
        assert any(grades <= group for group in groups), (url, grades)


def test_a_strip_has_one_scale_and_its_questions_only() -> None:
    site = site_of(SCHOOLS)
    regulators = {id: record.front for id, record in site.regulators.items()}
    drawn = strips(ratings_of_trust(site, "alder-lane"), regulators)
    assert drawn is not None
    assert {name: [row.series.question for row in rows] for name, rows in drawn.scales} == {
        "Judgements to 2025": OLD,
        "Report card from 2025": [
            "Leadership",
            "Inclusion",
            "Curriculum and teaching",
            "Attendance",
        ],
    }
    leadership = next(row for row in drawn.scales[1][1] if row.series.question == "Leadership")
    assert leadership.drawing.description.startswith("Expected standard ")


def test_a_table_has_no_column_for_a_question_that_its_scale_never_met() -> None:
    page: Any = html.fromstring(built(SCHOOLS)["/compare/"].encode())
    heads = [table.xpath(".//thead//th/text()") for table in page.xpath("//table")]
    assert heads == [
        [
            "School",
            "How many of each",
            "Leadership",
            "Inclusion",
            "Curriculum and teaching",
            "Attendance",
        ],
        [
            "School",
            "How many of each",
            "Overall",
            "Quality of education",
            "Behaviour",
            "Leadership",
        ],
    ]


def test_a_definition_and_its_absence_are_said_once() -> None:
    prisons = read(PRISONS)["/regulators/pin/"].text
    assert prisons.count("gives no definition") == 1
    schools = read(SCHOOLS)["/regulators/siw/"].text
    assert schools.count("gives no definition") == 1
    assert "Other grades, best first: Mixed, Failing." in schools
    grade = "{id: good, label: Good, rank: 1, definition: As it should be.}"
    scales = "\n".join(
        f"  - {{id: {id}, label: Scale {id}, values: [{grade}]}}" for id in ("one", "two")
    )
    site = a_site({}, regulators={"cqc": f"scales:\n{scales}\n"})
    page = Reading(html_of(site)["/regulators/cqc/"]).text
    assert page.count("As it should be.") == 1
    assert "As under “Scale two”." in page


def test_the_search_index_has_the_word_of_the_site_and_every_grade_that_is_counted() -> None:
    filters = {entry.url: entry.filters for entry in entries(site_of(SCHOOLS))}
    school = filters["/trusts/brook-green/"]
    assert school["Kind"] == ("School",)
    assert school["Rating"] == ("Expected standard", "Needs attention")
    assert filters["/briefings/brook-green-2025/"]["Rating"] == school["Rating"]
