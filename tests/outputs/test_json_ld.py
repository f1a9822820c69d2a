"""Search engines and other programs read in JSON-LD what the pages say, and nothing invented."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import urldefrag

import pytest
from lxml import html

from briefings.domain.site import Site
from briefings.outputs.pages import json_ld
from briefings.urls import file_for
from tests.support.factory import a_site
from tests.support.reading import SECTORS, Reading, built, downloads, html_of, read, site_of
from tests.support.schema_org import faults, nodes

CONTENTS = ("content", "tests/site/content", *SECTORS)
WELL_LED = "/briefings/nottinghamshire-healthcare-well-led-2025/"


def block_of(page: str) -> dict[str, Any] | None:
    """The JSON-LD of a page; None if it has none."""
    tree: Any = html.fromstring(page.encode())
    texts = tree.xpath("//script[@type='application/ld+json']/text()")
    assert len(texts) <= 1
    return json.loads(texts[0]) if texts else None


@cache
def blocks(content: str) -> dict[str, dict[str, Any]]:
    """URL → JSON-LD of every page that has any."""
    by_url = {url: block_of(page) for url, page in built(content).items()}
    return {url: block for url, block in by_url.items() if block is not None}


def of_type(block: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Every node of a type in a block."""
    return [node for node in nodes(block) if node.get("@type") == kind]


def report_of(site: Site, id: str = "one") -> dict[str, Any]:
    return json_ld.report(site, site.briefing[id])


# -- valid -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", CONTENTS)
def test_programs_find_only_types_properties_and_values_that_schema_org_has(content: str) -> None:
    faults_by_url = {url: faults(block) for url, block in blocks(content).items()}
    assert {url: wrong for url, wrong in faults_by_url.items() if wrong} == {}
    assert not any(of_type(block, "AggregateRating") for block in blocks(content).values())


@pytest.mark.parametrize(
    ("node", "fault"),
    [
        ({"@type": "Raport"}, "`Raport` is no type of the excerpt"),
        ({"@type": "Report", "grade": "Good"}, "Report.grade: no property of the excerpt"),
        ({"@type": "Report", "ratingValue": "Good"}, "Report.ratingValue: a property of Rating"),
        (
            {"@type": "Report", "datePublished": "2025-09"},
            "Report.datePublished: '2025-09' is no Date or DateTime",
        ),
        ({"@type": "Report", "url": "/a/"}, "Report.url: '/a/' is no URL"),
        ({"@type": "Report", "headline": ""}, "Report.headline: '' is no Text"),
        (
            {"@type": "Report", "author": {"@type": "Rating"}},
            "Report.author: a Rating, not Organization, Person",
        ),
        (
            {"@type": "Report", "author": {"@id": "https://x.example/"}},
            "Report.author: https://x.example/ is the @id of no node here",
        ),
        ({"@type": "Dataset", "isAccessibleForFree": 1}, "Dataset.isAccessibleForFree: 1 is no"),
    ],
)
def test_the_vocabulary_refuses_what_it_does_not_have(node: dict[str, Any], fault: str) -> None:
    [only_fault] = faults({"@context": "https://schema.org", "@graph": [node]})
    assert only_fault.startswith(fault)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in _texts(item)]


@pytest.mark.parametrize("content", CONTENTS)
def test_every_address_of_the_site_in_json_ld_is_there(content: str) -> None:
    site = site_of(content)
    base = site.urls.absolute("/")
    files = {page: file_for(page) for page in built(content)}
    there = {*files.values(), *(file.path for file in downloads(site))}
    ids = {url: set(page.ids) for url, page in read(content).items()}
    for url, block in blocks(content).items():
        for text in _texts(block):
            address, anchor = urldefrag(text.partition("?")[0])
            if address.startswith(base):
                path = "/" + address.removeprefix(base)
                assert file_for(path) in there, f"{url}: {text}"
                assert not anchor or anchor in ids[path], f"{url}: {text}"


# -- the same as the page --------------------------------------------------------------------------


@pytest.mark.parametrize("content", CONTENTS)
def test_the_other_tags_of_a_page_say_the_same_as_its_json_ld(content: str) -> None:
    for url, block in blocks(content).items():
        tree: Any = html.fromstring(built(content)[url].encode())
        [canonical] = tree.xpath("//link[@rel='canonical']/@href")
        [address] = tree.xpath("//meta[@property='og:url']/@content")
        [title] = tree.xpath("//meta[@property='og:title']/@content")
        [description] = tree.xpath("//meta[@name='description']/@content")
        assert canonical == address == site_of(content).urls.absolute(url)
        for node in block["@graph"]:
            assert node.get("description", description) == description, url
            assert node.get("headline", title) == title, url
            if node["@type"] in {"Report", "AboutPage", "WebSite", "Dataset"}:
                assert node["url"] == canonical


@pytest.mark.parametrize("content", CONTENTS)
def test_the_trail_of_every_page_goes_from_home_to_the_page_itself(content: str) -> None:
    for url, block in blocks(content).items():
        trails = of_type(block, "BreadcrumbList")
        if url == "/":
            assert trails == []
            continue
        [trail] = trails
        items = trail["itemListElement"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        addresses = [item["item"]["@id"] for item in items]
        absolute = site_of(content).urls.absolute
        assert (addresses[0], addresses[-1]) == (absolute("/"), absolute(url))
        assert len(set(addresses)) == len(addresses)
        shown = [href for href in read(content)[url].hrefs if href.endswith("/")]
        prefix = site_of(content).urls.origin
        assert {address.removeprefix(prefix) for address in addresses[:-1]} <= set(shown), url


def test_a_page_that_is_not_to_be_indexed_has_no_json_ld() -> None:
    assert "/404.html" not in blocks("content")


# -- a briefing ------------------------------------------------------------------------------------


def test_a_grade_is_given_in_words_with_the_best_and_the_worst_of_its_scale() -> None:
    [review] = of_type(blocks("content")[WELL_LED], "Review")
    assert review["reviewRating"] == [
        {
            "@type": "Rating",
            "reviewAspect": "Well-led",
            "ratingValue": "Requires improvement",
            "bestRating": "Outstanding",
            "worstRating": "Inadequate",
        }
    ]
    assert review["author"]["@id"].endswith("/regulators/cqc/")
    assert review["itemReviewed"]["@id"].endswith("/trusts/nottinghamshire-healthcare/")
    assert review["datePublished"] == "2026-01-14"


def test_only_grades_of_this_inspection_are_reviews_and_each_thing_has_one() -> None:
    ratings = """
      ratings:
        - {scope: trust, value: good, sources: [A]}
        - {scope: trust, key_question: safe, value: inadequate, sources: [A]}
        - {scope: trust, key_question: caring, value: good, carried_over: true, sources: [A]}
        - {scope: service, name: Maternity, value: good, inherited_from: Old Trust, sources: [A]}
        - {scope: service, name: Forensic wards, site: The Elms, value: good, sources: [A]}
        - {scope: service, name: Maternity, site: The Elms, value: not-rated, sources: [A]}
    """
    reviews = of_type(report_of(a_site({"one": ratings})), "Review")
    values = [[grade["ratingValue"] for grade in review["reviewRating"]] for review in reviews]
    assert values == [["Good", "Inadequate"], ["Good"]]
    assert reviews[1]["itemReviewed"]["name"] == "Forensic wards, The Elms"
    assert reviews[1]["itemReviewed"]["parentOrganization"] == reviews[0]["itemReviewed"]


@pytest.mark.parametrize("written", ["2025-09", "2025", "2025-01/2025-02", "unknown"])
def test_a_date_that_is_not_exactly_known_is_left_out(written: str) -> None:
    text = f"""
      inspection: {{type: focused, inspected: 2024, report_published: {written}}}
      ratings: [{{scope: trust, value: good, sources: [A]}}]
      sources: {{A: {{publisher: P, type: data, url: unknown, published: {written}}}}}
    """
    report = report_of(a_site({"one": text}))
    [review] = of_type(report, "Review")
    [source] = report["citation"]
    assert "datePublished" not in review
    assert "datePublished" not in source


def test_each_source_is_cited_by_title_and_address_else_by_publisher_and_day() -> None:
    text = """
      sources:
        A: {publisher: A Paper, type: news-report, title: News, url: https://a.example/1,
            archived_url: https://archive.example/1, published: 2026-01-14}
        B: {publisher: The Board, type: data, title: Rows, url: unknown, published: 2026-01-15}
        C: {publisher: The Board, type: data, url: unknown, published: 2026}
    """
    board = {"@type": "Organization", "name": "The Board"}
    assert report_of(a_site({"one": text}))["citation"] == [
        {
            "@type": "CreativeWork",
            "url": "https://a.example/1",
            "name": "News",
            "archivedAt": "https://archive.example/1",
        },
        {
            "@type": "CreativeWork",
            "name": "Rows",
            "publisher": board,
            "datePublished": "2026-01-15",
        },
        {"@type": "CreativeWork", "publisher": board},
    ]


def test_a_briefing_names_its_writer_else_its_publisher_as_author() -> None:
    site = a_site({"one": "written_by: A. Writer", "two": ""})
    assert report_of(site)["author"] == {"@type": "Person", "name": "A. Writer"}
    assert report_of(site, "two")["author"] == {"@id": json_ld.publisher(site)["@id"]}


def test_corrections_are_given_by_the_address_of_their_list_and_a_minor_change_is_none() -> None:
    changes = """
      changes:
        - {date: 2026-02-01, kind: minor, text: A comma.}
        - {date: 2026-02-02, kind: correction, text: It was nine.}
    """
    minor = changes.partition("        - {date: 2026-02-02")[0]
    site = a_site({"one": changes, "two": minor})
    report = report_of(site)
    assert report["correction"] == "https://example.org/briefings/one/#changes"
    assert report["dateModified"] == "2026-02-02T00:00:00+00:00"
    assert "changes" in Reading(html_of(site)["/briefings/one/"]).ids
    assert "correction" not in report_of(site, "two")


# -- the site, its publisher and its data ----------------------------------------------------------


def test_the_about_page_gives_programs_the_publisher_and_only_what_is_stated() -> None:
    [full] = (
        node["mainEntity"]
        for node in blocks("tests/site/content")["/about/"]["@graph"]
        if node["@type"] == "AboutPage"
    )
    assert full["email"] == "desk@society.example"
    assert full["ownershipFundingInfo"] == "Members of the society, & no advertising."
    assert full["address"] == "1 Mere Street, Aldermere AM1 1AA"
    assert full["contactPoint"] == [
        {
            "@type": "ContactPoint",
            "contactType": "complaints",
            "email": "complaints@society.example",
        },
        {
            "@type": "ContactPoint",
            "contactType": "corrections",
            "url": "https://society.example/mistakes",
        },
    ]
    [bare] = of_type(blocks("content")["/about/"], "AboutPage")
    assert "ownershipFundingInfo" not in bare["mainEntity"]
    report = of_type(blocks("content")[WELL_LED], "Report")[0]
    assert report["publisher"]["@id"] == bare["mainEntity"]["@id"]


def test_the_data_set_lists_every_file_to_download_and_its_licence() -> None:
    site = site_of("content")
    [dataset] = of_type(blocks("content")["/data/"], "Dataset")
    files = {
        file.path
        for file in downloads(site)
        if file.path.startswith("data/")
        and "schema" not in file.path
        and "package" not in file.path
    }
    listed = {item["contentUrl"] for item in dataset["distribution"]}
    assert listed == {site.urls.absolute(f"/{path}") for path in files}
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "Contains CQC information" in dataset["creditText"]
    [trust] = of_type(blocks("content")["/trusts/nottinghamshire-healthcare/"], "DataDownload")
    assert trust["contentUrl"].endswith("/trusts/nottinghamshire-healthcare/trust.json")
    assert trust["license"] == dataset["license"]


def test_a_licence_without_an_address_is_given_by_its_name() -> None:
    [dataset] = of_type(blocks("tests/sites/schools")["/data/"], "Dataset")
    assert dataset["license"] == {"@type": "CreativeWork", "name": "Open Licence of Westmarch"}


def test_search_engines_are_offered_the_search_only_where_there_is_one() -> None:
    # That /search/?q=… searches is seen in the browser (tests/browser/test_search_page.py).
    site = a_site({"one": ""})
    [action] = of_type(json_ld.website(site, has_search=True), "SearchAction")
    assert action["target"]["urlTemplate"] == "https://example.org/search/?q={search_term_string}"
    form: Any = html.fromstring(html_of(site)["/search/"].encode())
    assert "q" in form.xpath("//main//input/@name")
    assert of_type(json_ld.website(site, has_search=False), "SearchAction") == []
