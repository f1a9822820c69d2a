"""The same fact is told the same on pages, in feeds, mail, tables, JSON, search and digests."""

from __future__ import annotations

import json
from typing import Any

import feedparser
import pytest

from briefings.domain.registers import corrections
from briefings.domain.site import Site
from briefings.outputs.downloads.tables import BY_NAME
from briefings.outputs.feeds.items import enforcement as enforcement_items
from briefings.outputs.feeds.items import ratings as rating_items
from briefings.outputs.pages.digest import new_briefing
from briefings.outputs.pages.five_answers import five_answers, in_text
from briefings.outputs.search.entries import entry
from tests.outputs.test_five_answers import BAD, REQUIREMENTS, VISIT, orders
from tests.support.factory import a_site
from tests.support.reading import Reading, feeds, html_of, outputs


def pages_of(site: Site) -> dict[str, Reading]:
    """URL → page."""
    return {url: Reading(html) for url, html in html_of(site).items()}


def rows(site: Site, table: str, *ids: str) -> list[dict[str, Any]]:
    """The rows of one record in a table."""
    named = BY_NAME[table]
    return [dict(zip(named.names, row, strict=True)) for id in ids for row in named.rows(site, id)]


def record_of(site: Site, kind: str, id: str) -> Any:
    """The JSON file of a trust or a requirement."""
    return json.loads(next(file.render() for file in outputs(site, kind) if f"/{id}/" in file.path))


# Grades


def rated(*ratings: str) -> str:
    items = "".join(f"  - {{{rating}, sources: [A]}}\n" for rating in ratings)
    return f"ratings:\n{items}"


OLD = VISIT.format("2022-01", "2022-03") + rated(
    "scope: trust, value: good",
    "scope: trust, key_question: safe, value: inadequate, change: down, "
    "previous: {value: good, date: 2019}",
)
#: A review of one key question, which is no inspection of the others, and ends their grades.
REVIEW = rated("scope: trust, key_question: well-led, value: requires-improvement, replaces: all")
REPLACED = "replaced since the report of 14 January 2026"


def test_a_grade_that_another_replaced_says_so_wherever_it_is_shown() -> None:
    site = a_site({"one": OLD, "two": REVIEW})
    pages = {url: page.text for url, page in pages_of(site).items()}
    assert f"Good Overall, whole trust; {REPLACED}" in pages["/briefings/"]
    overall, safe = rating_items(site, "one")
    for item in (overall, safe):
        assert item.summary == f"{item.title}. R{REPLACED[1:]}."
    assert [(row["later_inspection"], row["ended_by"]) for row in rows(site, "ratings", "one")] == [
        (None, "two"), (None, "two"),
    ]  # fmt: skip
    assert rows(site, "ratings", "two")[0]["ended_by"] is None
    (news,) = new_briefing(site, "one").news
    assert news.label == f"Safe, whole trust: Inadequate (down, previously Good; {REPLACED})"
    assert entry(site, "briefing", "one").rating == f"Good (Overall, whole trust; {REPLACED})"
    assert (
        entry(site, "trust", "north").rating == "Requires improvement (Well-led, 14 January 2026)"
    )


def test_a_count_of_grades_of_which_some_were_replaced_says_so_in_feeds_mail_and_search() -> None:
    safe = "scope: trust, key_question: safe, value: "
    older = rated(f"{safe}good", "scope: trust, key_question: caring, value: good")
    site = a_site(
        {"one": VISIT.format("2022-01", "2022-03") + older, "two": rated(f"{safe}inadequate")},
        regulators={"cqc": "headline: []"},
    )
    said = f"Whole trust, by key question: 2 good; some {REPLACED}"
    assert in_text(five_answers(site, "one")[BAD]) == f"{said}."
    assert entry(site, "briefing", "one").rating == said
    assert f"whole trust, by key question; some {REPLACED}" in pages_of(site)["/briefings/"].text


def test_a_rating_that_was_given_to_another_trust_says_so_as_a_change_and_over_time() -> None:
    new = rated(
        "scope: trust, value: inadequate, inherited_from: Old Trust",
        "scope: trust, key_question: safe, value: inadequate, inherited_from: Old Trust, "
        "change: down, previous: {value: good, date: 2022}",
    )
    site = a_site({"one": OLD, "two": new})
    pages = {url: page.text for url, page in pages_of(site).items()}
    (news,) = new_briefing(site, "two").news
    assert "(down, previously Good; given to Old Trust)" in news.label
    assert "Whole trust, given to Old Trust: Safe Good → Inadequate" in pages["/"]
    assert "14 January 2026 Inadequate inherited" in pages["/compare/"]


def test_a_search_result_has_a_suspension_first_and_the_date_of_a_trusts_rating() -> None:
    wards = "scope: service, name: Maternity, value: suspended"
    site = a_site({"one": rated("scope: trust, value: good", wards)})
    assert entry(site, "briefing", "one").rating == (
        "Rating suspended (Overall, Maternity) · Good (Overall, whole trust)"
    )
    assert entry(site, "trust", "north").rating == "Good (14 January 2026)"
    assert "rating" not in entry(a_site({"one": ""}), "briefing", "one").record()["meta"]


def test_the_day_of_a_visit_is_not_shown_as_that_of_a_report() -> None:
    down = "scope: trust, value: inadequate, change: down, previous: {value: good, date: 2019}"
    site = a_site({"one": VISIT.format("2025", "unknown") + rated(down)})
    pages = {url: page.text for url, page in pages_of(site).items()}
    assert "North Trust inspected in 2025 Whole trust" in pages["/"]
    assert "inspected in 2025 Overall Inadequate" in pages["/trusts/north/"]
    unknown = a_site({"one": VISIT.format("unknown", "unknown") + rated(down)})
    assert "inspected date" not in pages_of(unknown)["/trusts/north/"].text


def test_two_visits_of_one_day_are_one_date_in_search() -> None:
    visits = "[{date: 2025-06-03, about: Wards}, {date: 2025-06-03, about: Board}]"
    site = a_site({"one": VISIT.format(visits, "2025-08")})
    assert entry(site, "briefing", "one").date == "Inspected on 3 June 2025"


# Regulations


def test_every_regulation_that_a_page_names_has_a_page_that_lists_it() -> None:
    """The regulator's file lists none, so any number may be written, in any case."""
    named = """
breaches:
  - {text: None was found., regulation: "4", count: 0, sources: [A]}
  - {text: Care was not safe., regulation: 3A, sources: [A]}
  - {text: It was not safe again., regulation: 3a, sources: [A]}
enforcement:
  - {kind: warning-notice, text: A notice., served: 2025, regulations: ["7", 3a], sources: [A]}
requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]
"""
    site = a_site({"one": named}, requirements={"rooms": "regulations: ['9']"})
    pages = pages_of(site)
    links = {href.partition("#")[0] for page in pages.values() for href in page.hrefs}
    regulations = {link for link in links if link.startswith("/regulations/")}
    assert regulations == {f"/regulations/cqc/{number}/" for number in ("3a", "4", "7", "9")}
    assert regulations <= pages.keys()
    text = pages["/regulations/cqc/3a/"].text
    for words in ("Regulation 3A", "Care was not safe.", "It was not safe again.", "A notice."):
        assert words in text
    assert "Stop using shared rooms" in pages["/regulations/cqc/9/"].text
    for words in ("Regulation 3A 2 entries", "Regulation 4 none", "Regulation 9 none"):
        assert words in pages["/regulators/cqc/"].text


# Enforcement

DUE = "deadlines: [{{date: {0}, about: Staff}}], "
ACTION = (
    "published: {0}\nenforcement: [{{id: n, kind: warning-notice, text: A notice., "
    "served: 2026-08, {1}sources: [A]}}]"
)


def test_the_feed_of_enforcement_says_how_many_notices_where_and_when_they_ended() -> None:
    more = "count: 2, at_least: true, service: Maternity, site: Northmoor, status: active, "
    ended = "status: lifted, ended: 2026-11-20, "
    site = a_site(
        {"one": ACTION.format("2026-09-01", more), "two": ACTION.format("2026-11-23", ended)}
    )
    first, last = enforcement_items(site, "north")
    assert first.title == "Warning notice (at least 2 notices): North Trust"
    assert first.summary == "A notice. Where: Maternity, Northmoor. Date: August 2026. In force."
    assert last.summary == "A notice. Date: August 2026. Lifted, 20 November 2026."


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("status: lifted, ", "Lifted."),
        ("ended: 2026-10, ", "Ended, October 2026."),
        ("status: unknown, ended: 2026, outcome: Paid., ", "Ended, in 2026. Paid."),
        ("status: unknown, ", "Status not stated."),
        ("status: unknown, outcome: Paid., ", "Paid."),
    ],
)
def test_the_feed_of_enforcement_says_what_is_known_of_an_end(more: str, sentence: str) -> None:
    (item,) = enforcement_items(a_site({"one": ACTION.format("2026-11-01", more)}), "north")
    assert item.summary == f"A notice. Date: August 2026. {sentence}"


def test_a_deadline_of_an_action_that_was_moved_says_so_in_tables_json_and_digest() -> None:
    site = a_site(
        {
            "one": ACTION.format("2026-09-01", DUE.format("2026-10-16")),
            "two": ACTION.format("2026-11-23", DUE.format("2027")),
        }
    )
    (row,) = rows(site, "enforcement", "north n")
    assert row["deadlines"] == "2026-10-16 (Staff), moved to 2027; 2027 (Staff)"
    (action,) = record_of(site, "trust-json", "north")["enforcement"]
    assert action["deadlines"] == [
        {"date": "2026-10-16", "about": "Staff", "moved_to": "2027",
         "passed_without_record": False},
        {"date": "2027", "about": "Staff", "moved_to": None, "passed_without_record": False},
    ]  # fmt: skip
    digest = pages_of(site)["/digest/2026-w42/"].text
    assert "The deadline was 16 October 2026. Since then moved to 2027." in digest


# Records as JSON


def test_the_record_of_a_trust_has_of_its_actions_and_requirements_what_their_tables_have() -> None:
    more = (
        "count: 2, at_least: true, service: Maternity, site: Northmoor, regulations: ['7'], "
        "mapped_by_us: true, "
    )
    told = f"{ACTION.format('2026-11-01', more)}\n{orders('rooms told 2025')}"
    requirement = "owner: The board\npriority: Urgent\nservice: Maternity\nregulations: ['7']"
    site = a_site({"one": told}, requirements={"rooms": requirement})
    record = record_of(site, "trust-json", "north")
    (row,) = rows(site, "enforcement", "north n")
    (action,) = record["enforcement"]
    for name in ("regulator", "kind", "count", "count_at_least", "mapped_by_us", "service", "site"):
        assert action[name] == row[name], name
    assert (action["regulations"], action["briefings"]) == (["7"], ["one"])
    (row,) = rows(site, "requirements", "rooms")
    for place in (record["requirements"][0], record_of(site, "requirement-json", "rooms")):
        for name in ("regulator", "service", "site", "owner", "priority"):
            assert place[name] == row[name], name
        assert place["regulations"] == ["7"]


def test_the_date_of_a_trusts_record_does_not_go_back_when_a_briefing_is_withdrawn() -> None:
    later = "published: 2026-02-01"
    gone = f"{later}\nstatus: withdrawn\nwithdrawn: {{date: 2026-03-01, reason: It was wrong.}}"
    assert record_of(a_site({"one": "", "two": later}), "trust-json", "north")["updated"] == (
        "2026-02-01T00:00:00+00:00"
    )
    assert record_of(a_site({"one": "", "two": gone}), "trust-json", "north")["updated"] == (
        "2026-03-01T00:00:00+00:00"
    )


def test_the_record_of_a_trust_has_no_planned_successor_and_is_closed_as_on_its_page() -> None:
    def record(date: str) -> Any:
        new = f"name: New\npredecessors: [{{id: north, date: {date}, reason: merger}}]"
        of = record_of(a_site({}, trusts={"north": "", "new": new}), "trust-json", "north")
        return of["successors"], of["trust"]["status"]

    assert record("2026-04") == (["new"], "closed")
    assert record("2027-04") == ([], "open")


# Corrections


def test_a_correction_of_the_day_of_publication_comes_after_the_briefing() -> None:
    text = """
published: 2026-01-15T09:00:00+00:00
changes: [{date: 2026-01-15, kind: correction, text: Nine wards and not eight.}]
"""
    site = a_site({"one": text, "two": "published: 2026-01-15T08:00:00+00:00"})
    data = next(feed.render() for feed in feeds(site) if feed.path == "feed.xml")
    read = [(item.title, item.published) for item in feedparser.parse(data).entries]
    nine = "Thu, 15 Jan 2026 09:00:00 +0000"
    assert read == [
        ("Correction: On one", nine), ("On one", nine),
        ("On two", "Thu, 15 Jan 2026 08:00:00 +0000"),
    ]  # fmt: skip


def test_a_change_that_was_under_embargo_is_no_news_of_a_week_before() -> None:
    text = """
published: 2026-01-15
embargo_until: 2026-03-03
changes: [{date: 2026-02-03, kind: update, text: The trust replied.}]
"""
    site = a_site({"one": text})
    pages = pages_of(site)
    assert "/digest/2026-w06/" not in pages
    assert "Update: The trust replied." in pages["/digest/2026-w10/"].text
    (change,) = corrections(site)
    assert change.moment == site.briefing["one"].visible_from


# Lists of links


def test_requirements_of_two_trusts_with_one_title_are_told_apart_on_the_search_page() -> None:
    told = {"one": orders("rooms told 2025"), "two": f"trust: south\n{orders('doors told 2025')}"}
    same = {"rooms": "", "doors": "trust: south"}
    site = a_site(told, trusts={"north": "", "south": "name: South"}, requirements=same)
    text = pages_of(site)["/search/"].text
    assert "Stop using shared rooms (North Trust) Stop using shared rooms (South)" in text
    assert "Mend the doors (North Trust)" in (
        pages_of(a_site({"one": orders("doors told 2025")}, requirements=REQUIREMENTS))[
            "/search/"
        ].text
    )
