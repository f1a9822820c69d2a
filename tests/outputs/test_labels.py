"""Labels on pages, in feeds and in tables are plain words."""

from __future__ import annotations

from functools import cache

import pytest

from briefings.domain.site import Site
from briefings.outputs.search.entries import entries
from tests.support.factory import a_site
from tests.support.reading import Reading, downloads, feeds, html_of, read, site_of

CONTENTS = ("content", "tests/site/content")
OLD = (
    "Not known how it stands",
    "Every use of a regulator’s powers",
    "that a briefing tells of",
    "that briefings tell of",
    "In the order of the rating that stands",
    "CQC: CQC ratings",
    "takes the place of all earlier ratings",
    "before, as recorded here",
    "carried over since",
    "Put better buildings",
    "Inspected date not known",
    "Inspected on a date not known",
    "Everything there is",
    "Words that are no grade",
    "goes without a word",
    "What is not known",
    "run on with the calendar",
    "run on by themselves",
    "not for the first time",
    "9 things",
)


@cache
def published(content: str) -> dict[str, str]:
    """Path → text of every page, feed, table and search entry."""
    site = site_of(content)
    by_path = {url: page.text for url, page in read(content).items()}
    by_path |= {
        f"search {entry.url}": f"{entry.title} {entry.date} {entry.text}" for entry in entries(site)
    }
    made = (*feeds(site), *downloads(site))
    texts = (
        file for file in made if not file.path.endswith(".sqlite")
    )  # it has the rows of the CSVs
    return by_path | {text.path: text.render().decode("utf-8-sig") for text in texts}


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("label", OLD)
def test_no_page_feed_or_table_has_a_label_that_nobody_would_say(content: str, label: str) -> None:
    lower = label.lower()
    assert [path for path, text in published(content).items() if lower in text.lower()] == []


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("/enforcement/", "those whose date is not known are last"),
        ("/enforcement/", "Enforcement action in our briefings"),
        ("/compare/", "Compare trusts The ratings"),
        ("/compare/", " CQC ratings Best rating first"),
        ("/briefings/nottinghamshire-healthcare-well-led-2025/", "Replaces earlier trust ratings"),
        (
            "/requirements/nottinghamshire-healthcare-buildings/",
            "Give priority to better buildings",
        ),
        (
            "/requirements/nottinghamshire-healthcare-mental-health-act/",
            "Comply with the Mental Health Act",
        ),
        ("/search/", "Browse A to Z"),
        ("/regulators/cqc/", "When there is no rating"),
        ("/404.html", "We never remove a page silently"),
        ("/briefings/nottinghamshire-healthcare-well-led-2025/", "What we could not establish"),
        ("/requirements/", "We count only to the last record"),
        ("/briefings/nottinghamshire-healthcare-well-led-2025/", "on 1 of 8 requirements"),
    ],
)
def test_a_page_says_it_in_the_readers_words(url: str, label: str) -> None:
    assert label.lower() in read("content")[url].text.lower()


RATED = "ratings: [{{scope: {}, value: {}, sources: [A]{}}}]"


def shown(texts: dict[str, str], url: str) -> str:
    return Reading(html_of(a_site(texts))[url]).text


def test_a_rating_before_is_called_previous_in_pages_and_feeds() -> None:
    later = "inspection: {type: focused, inspected: 2026-03, report_published: 2026-04}\n"
    texts = {
        "one": RATED.format("trust", "good", ""),
        "two": later + RATED.format("trust", "inadequate", ""),
    }
    assert "Previously Good" in shown(texts, "/trusts/north/")
    assert "Previously Good" in shown(texts, "/")
    feed = next(feed for feed in feeds(a_site(texts)) if feed.path == "ratings/feed.xml")
    assert "previously Good)" in feed.render().decode()


@pytest.mark.parametrize("scope", ["trust", "service, name: Maternity", "location, name: A Hall"])
def test_a_rating_that_replaces_others_says_of_what_kind(scope: str) -> None:
    text = RATED.format(scope, "good", ", replaces: all")
    kind = scope.partition(",")[0]
    assert f"Replaces earlier {kind} ratings" in shown({"one": text}, "/briefings/one/")


def test_a_rating_carried_over_was_in_force_in_the_last_report_that_says_so() -> None:
    later = "inspection: {type: focused, inspected: 2026-03, report_published: 2026-04}\n"
    texts = {
        "one": RATED.format("trust", "good", ""),
        "two": later + RATED.format("trust", "good", ", carried_over: true"),
    }
    assert "still in force in the report of April 2026" in shown(texts, "/trusts/north/")
    assert "Not re-rated" not in shown(texts, "/trusts/north/")


UNDATED = "inspection: {type: focused, inspected: unknown, report_published: 2026-01-14}"


def test_a_card_and_search_say_that_the_inspection_date_is_not_known() -> None:
    assert "Inspection date not known" in shown({"one": UNDATED}, "/briefings/")
    site: Site = a_site({"one": UNDATED})
    (entry,) = [entry for entry in entries(site) if entry.url == "/briefings/one/"]
    assert entry.date == "Inspection date not known"
    (dated,) = [entry for entry in entries(a_site({"one": ""})) if entry.url == "/briefings/one/"]
    assert dated.date == "Inspected in September 2025"


def test_a_key_question_has_the_regulators_label_in_the_list_of_trusts() -> None:
    rated = {"one": RATED.format("trust", "good", ", key_question: well-led")}
    assert "Good Well-led, 14 January 2026" in shown(rated, "/trusts/")


def test_a_scale_that_names_its_regulator_is_not_named_twice() -> None:
    rated = {"one": RATED.format("trust", "good", "")}
    assert "CQC: Grades Best rating first" in shown(rated, "/compare/")
