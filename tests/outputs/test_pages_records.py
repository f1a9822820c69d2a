"""A briefing, a trust and a requirement say on their pages what their files say, and from whom."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from briefings.content.dates.values import PartialDate
from briefings.content.loader import load
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import (
    PageFront,
    RegulatorFront,
    RequirementFront,
    TopicFront,
    TrustFront,
)
from briefings.outputs.pages.site_context import explained
from tests.support.factory import a_site
from tests.support.reading import ROOT, Reading, built, html_of, read

WELL_LED = "/briefings/nottinghamshire-healthcare-well-led-2025/"
DORMITORIES = "/requirements/nottinghamshire-healthcare-dormitories/"
TRUST = "/trusts/nottinghamshire-healthcare/"


def page(url: str) -> Reading:
    """One page of the real content."""
    return read("content")[url]


def briefing(text: str, **others: str) -> Reading:
    """The page of a made-up briefing."""
    return Reading(html_of(a_site({"one": text, **others}))["/briefings/one/"])


def order(reading: Reading) -> list[str]:
    """Return the sections of a page in their order."""
    html = [anchor for anchor in reading.hrefs if anchor.startswith("#")]
    return [anchor[1:] for anchor in dict.fromkeys(html)]


# The briefing.


def test_a_briefing_answers_the_readers_questions_in_their_order() -> None:
    ids = page(WELL_LED).ids
    shown = [
        "at-a-glance", "briefing", "reply", "requirements", "concerns", "strengths", "ratings",
        "breaches", "enforcement", "figures", "statements", "discrepancies", "not-known",
        "timeline", "inspection-details", "people", "sources", "changes", "cite",
    ]  # fmt: skip
    assert [id for id in ids if id in shown] == shown


def test_a_briefing_shows_its_four_dates_with_the_gap_as_a_range() -> None:
    text = page(WELL_LED).at("main")
    for words in (
        "Inspected September 2025",
        "Report published 14 January 2026",
        "From visit to report between 3 and 5 months rounded",
        "This briefing 21 November 2026",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("ratings", "1 outstanding, 10 good, 7 requires improvement"),
        ("figures", "£46.8 million (forecast)"),
        ("figures", "£7.5 million (forecast)"),
        ("figures", "567 cases up on the year before"),
        ("figures", "39 inspections"),
        ("figures", "more than 11,000 staff"),
        ("figures", "about 1.1 million people"),
        ("figures", "less than 50%"),
        ("ratings", "Well-led Requires improvement Replaces earlier trust ratings"),
        ("breaches", "Regulation 17 (good governance) our reading"),
        ("enforcement", "Action plan requested"),
        ("requirements", "Highbury Hospital"),
        ("reply", "From the trust’s public statement · Ifti Majid"),
    ],
)
def test_a_briefing_publishes_its_facts(section: str, expected: str) -> None:
    html = built("content")[WELL_LED]
    part = html[html.index(f'<h2 id="{section}">') + 1 :]
    assert expected in Reading(part[: part.index("<h2 id")]).text


def test_a_requirement_told_again_is_first_and_says_so() -> None:
    text = page(WELL_LED).at("main")
    only = "Where no source is named, only the BBC is cited. "
    assert f"What the regulator told the trust to do {only}Stop using shared" in text
    assert "Told again. First told in 2022." in text
    assert "Raised in 2019, told in 2022, told again in September 2025 and accepted by" in text
    assert "Yes, on 1 of 8 requirements, first in 2022." in text
    assert "Also 1 finding without an order." in text


def test_a_claim_of_one_publisher_among_several_says_so() -> None:
    shown = briefing(
        """
        sources:
          A: {publisher: Care Quality Commission, type: data, url: unknown, published: 2024}
          B: {publisher: BBC News, type: news-report, url: unknown, published: 2022}
        concerns: [{text: Cold., sources: [A]}, {text: Dark., sources: [A, B]}]
        """
    )
    assert "Only the CQC is cited for this" in shown.at("concern-1")
    assert "cited for this" not in shown.at("concern-2")


def test_the_only_publisher_of_several_claims_is_named_once_for_their_section() -> None:
    items = ("A", "A", "B", "A, B")
    concerns = "".join(f"  - {{text: T., sources: [{keys}]}}\n" for keys in items)
    sources = """
sources:
  A: {publisher: Care Quality Commission, type: data, url: unknown, published: 2024}
  B: {publisher: BBC News, type: news-report, url: unknown, published: 2022}
strengths: [{text: T., sources: [B]}, {text: T., sources: [B]}]
"""
    shown = briefing(f"{sources}concerns:\n{concerns}")
    assert shown.text.count("Where no source is named, only the CQC is cited.") == 1
    assert [shown.at(f"concern-{number}") for number in (1, 2, 3, 4)] == [
        "1 T.", "2 T.", "3 T. Only the BBC is cited for this", "4 T. CQC · BBC",
    ]  # fmt: skip
    assert shown.text.count("Only the BBC is cited in this section.") == 1
    assert shown.at("strength-1") == "1 T."


def test_a_note_of_several_items_stands_once_and_says_whose_it_is() -> None:
    notes = ("As written.", "", "Of May. As written. Not seen.", "As written.", "Written.")
    figures = "".join(
        f"  - {{name: N, value: 1, unit: beds, sources: [A]{f', note: {note}' if note else ''}}}\n"
        for note in notes
    )
    shown = briefing(f"figures:\n{figures}")
    assert shown.text.count("As written.") == 1
    assert "Note on 1, 3 to 4: As written." in shown.text
    assert "Of May. Not seen." in shown.text
    text = page(WELL_LED).text
    assert text.count("In answer to the report as a whole, the trust accepts its findings") == 1
    assert text.count("The month is that of the inspection") == 1


def test_an_earlier_grade_of_two_publishers_names_both() -> None:
    shown = briefing(
        """
        sources:
          A: {publisher: Care Quality Commission, type: data, url: unknown, published: 2024}
          B: {publisher: BBC News, type: news-report, url: unknown, published: 2022}
        ratings:
          - scope: trust
            value: good
            previous: {value: inadequate, date: 2020, sources: [A, B]}
            sources: [A]
        """
    )
    assert "Only the BBC" not in shown.at("rating-1")
    assert "CQC · BBC" in shown.at("rating-1")


def test_a_claim_of_the_only_publisher_says_nothing() -> None:
    text = briefing("concerns: [{text: Cold., sources: [A]}]").text
    assert "Cold." in text
    assert "cited for this" not in text


def test_later_sources_of_one_publisher_are_told_apart_by_year_and_then_by_number() -> None:
    shown = briefing(
        """
        sources:
          A: {publisher: Care Quality Commission, type: data, url: unknown, published: 2024}
          B: {publisher: Care Quality Commission, type: data, url: unknown, published: 2022-05}
          C: {publisher: Care Quality Commission, type: data, url: unknown, published: unknown}
          D: {publisher: BBC News, type: news-report, url: unknown, published: 2022}
        concerns: [{text: Cold., sources: [A, B, C, D]}]
        """
    )
    assert "CQC · CQC, 2022 · CQC (3) · BBC" in shown.at("concern-1")


def test_every_claim_has_an_address_and_a_mark_that_leads_to_it() -> None:
    html = page(WELL_LED)
    for anchor in ("concern-17", "figure-9", "statement-12", "not-known-12", "rating-1"):
        assert anchor in html.ids
        assert f"#{anchor}" in html.hrefs


def test_statements_of_one_person_are_together() -> None:
    text = page(WELL_LED).at("main")
    assert text.count("CQC deputy director of mental health in the Midlands · speaks for") == 1


def test_the_timeline_runs_by_date_and_says_where_none_is_known() -> None:
    shown = briefing(
        """
        timeline:
          - {date: 2026-06, text: Later., sources: [A]}
          - {date: unknown, text: Some day., sources: [A]}
          - {date: 2022, text: Long ago., sources: [A]}
        """
    )
    texts = ["Long ago.", "Later.", "Some day."]
    places = [shown.text.index(text) for text in texts]
    assert places == sorted(places)
    assert "date not known Some day." in shown.text


def test_a_timeline_has_the_year_before_its_months_and_each_item_keeps_its_anchor() -> None:
    dates = (
        "2022-11", "2022", "2022-11-25", "unknown", "2021-12", "2024-05/2025-08", "2025-07",
        "2023/", "/2021", "2022-12-31",
    )  # fmt: skip
    items = "".join(f"  - {{date: {date}, text: T., sources: [A]}}\n" for date in dates)
    html = html_of(a_site({"one": f"timeline:\n{items}"}))["/briefings/one/"]
    matches = re.findall(r'<li id="?timeline-(\d+)"?>', html)
    assert [dates[int(number) - 1] for number in matches] == [
        "2021-12", "/2021", "2022", "2022-11", "2022-11-25", "2022-12-31", "2023/",
        "2024-05/2025-08", "2025-07", "unknown",
    ]  # fmt: skip


def test_the_page_of_a_requirement_has_the_range_once_and_says_that_it_is_rounded() -> None:
    text = page(DORMITORIES).at("main")
    assert text.count("between 5 years 8 months and 6 years 9 months") == 1
    assert "Ages are rounded to whole months, the shorter end down and the longer end up." in text
    lists = ("/", "/requirements/", TRUST, WELL_LED)
    assert {url: "about six years" in page(url).text for url in lists} == dict.fromkeys(lists, True)
    assert not any("5 years 8 months" in page(url).text for url in lists)


def test_a_source_leads_back_to_the_claims_that_cite_it_in_runs() -> None:
    shown = briefing(
        """
        concerns:
          - {text: One., sources: [A]}
          - {text: Two., sources: [A]}
          - {text: Three., sources: [A, B]}
          - {text: Four., sources: [B]}
          - {text: Five., sources: [A]}
        sources:
          A: {publisher: A Paper, type: news-report, url: unknown, published: unknown}
          B:
            publisher: Rethink
            type: commentary
            url: https://www.example.org/x/
            published: 2026-01
        """
    )
    assert "Cited four times: Concern 1 to 3, 5" in shown.at("source-A")
    assert "A Paper. News report, not dated. Address not given." in shown.at("source-A")
    assert "published January 2026. example.org." in shown.at("source-B")


def test_everything_that_cites_a_source_counts() -> None:
    shown = briefing(
        """
        inspection: {type: focused, inspected: 2025-09, report_published: unknown, sources: [A]}
        service_counts: {total: 1, good: 1, sources: [A]}
        ratings:
          - {scope: trust, value: good, sources: [B],
             previous: {value: good, date: 2022, sources: [A]}}
        reply: {status: public-statement, gist: We agree., sources: [A]}
        timeline: [{date: 2022, text: Then., sources: [A]}, {date: 2023, text: Now., sources: [A]}]
        sources:
          A: {publisher: A Paper, type: news-report, url: unknown, published: unknown}
          B: {publisher: Rethink, type: commentary, url: unknown, published: unknown}
        """
    )
    assert (
        "Cited six times: Dates; Number of services; Reply; Rating 1; Timeline twice"
        in shown.at("source-A")
    )
    assert "Previous rating" in shown.text
    assert "Only A Paper is cited for this" in shown.at("rating-1")


def test_the_first_claim_on_a_topic_leads_to_the_topic() -> None:
    shown = page(WELL_LED)
    assert shown.at("concern-1").startswith("1 Culture. ")
    assert shown.at("concern-2").startswith("2 Culture. ")
    assert shown.hrefs.count("/topics/culture/") == 1


def test_abbreviations_are_explained_where_a_page_first_uses_them() -> None:
    html = built("content")[WELL_LED]
    assert "Care Quality Commission (CQC)" in page(WELL_LED).at("main")
    assert html.count('<abbr title="British Broadcasting Corporation">BBC</abbr>') == 1
    meanings = {"BBC": "British Broadcasting Corporation", "CQC": "x"}
    assert explained("The BBC, a <BBC> & CQC", meanings, ["CQC"]) == (
        'The <abbr title="British Broadcasting Corporation">BBC</abbr>, a &lt;BBC&gt; &amp; CQC'
    )


def test_a_briefing_lists_what_was_inspected() -> None:
    shown = briefing(
        """
        inspection:
          type: full
          inspected: 2025-06
          report_published: unknown
          covers:
            - {scope: trust}
            - {scope: service, name: Maternity, site: North Hospital}
        """
    )
    assert "What was inspected The whole trust Maternity, North Hospital" in shown.text
    assert "What was inspected" not in briefing("").text


def test_marks_set_apart_what_is_not_a_grade_given_now() -> None:
    shown = briefing(
        """
        ratings:
          - {scope: trust, value: suspended, sources: [A]}
          - {scope: trust, key_question: safe, value: good, carried_over: true, sources: [A]}
          - {scope: service, name: Maternity, value: good, inherited_from: Old Trust, sources: [A]}
        """
    )
    assert "Rating suspended" in shown.at("rating-1")
    assert "Carried over from an earlier inspection" in shown.at("rating-2")
    assert "Given to Old Trust" in shown.at("rating-3")


def test_the_shortest_briefing_has_no_empty_sections() -> None:
    assert set(order(briefing(""))) == {
        "main", "at-a-glance", "briefing", "inspection-details", "sources", "cite", "top",
    }  # fmt: skip


def test_a_withdrawn_briefing_leaves_a_notice_without_its_facts() -> None:
    html = html_of(
        a_site(
            {
                "one": """
                title: Facts that went
                summary: Facts that went.
                status: withdrawn
                withdrawn: {date: 2026-02-01, reason: It was about another trust.}
                changes: [{date: 2026-01-20, kind: correction, text: Facts that went.}]
                concerns: [{text: Facts that went., sources: [A]}]
                """
            }
        )
    )
    notice = Reading(html["/briefings/one/"]).text
    assert "withdrew it on 1 February 2026" in notice
    assert "It was about another trust." in notice
    assert "20 January 2026 Correction" in notice
    assert '<meta name="robots" content="noindex">' in html["/briefings/one/"]
    facts = [url for url, text in html.items() if "Facts that went" in text]
    assert sorted(facts) == ["/corrections/", "/digest/2026-w05/"], "that it went, by its title"
    assert Reading(html["/digest/2026-w05/"]).text.count("Facts that went") == 1


# The requirement.


def test_a_requirement_shows_its_whole_history_with_who_says_so() -> None:
    text = page(DORMITORIES).at("main")
    assert (
        "Open, as last recorded in September 2025, between 5 years 8 months and 6 years 9 months "
        "after it was first raised." in text
    )
    assert "First raised in 2019" in text
    assert "Told twice" in text
    for anchor, expected in (
        ("event-1", "Raised."),
        ("event-2", "Told."),
        ("event-3", "Told again."),
    ):
        assert expected in page(DORMITORIES).at(anchor)
        assert "CQC" in page(DORMITORIES).at(anchor)
    assert f"{WELL_LED}#requirement-1" in page(DORMITORIES).hrefs
    assert f"{WELL_LED}#source-A" in page(DORMITORIES).hrefs


def test_a_deadline_past_says_only_that_no_record_shows_it_was_met() -> None:
    text = (
        "requirements: [{id: rooms, event: told, date: 2025-09, deadline: 2025-10, sources: [A]}]"
    )
    html = html_of(a_site({"one": text}))
    for url in ("/requirements/rooms/", "/trusts/north/"):
        assert "no public record that it was met" in Reading(html[url]).text
        assert "failed" not in Reading(html[url]).text


def test_the_note_of_an_event_and_its_deadline_are_two_sentences() -> None:
    text = (
        "requirements: [{id: rooms, event: told, date: 2025-09, deadline: 2025-10, "
        "note: As the report says., sources: [A]}]"
    )
    html = html_of(a_site({"one": text}))
    history = Reading(html["/requirements/rooms/"]).at("event-1")
    assert "As the report says. Deadline: October 2025" in history


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("served: 2025-11", "Warning notice, November 2025."),
        ("served: 2021", "Before the inspection: warning notice, 2021."),
        ("served: 2026-02-03", "After the report: warning notice, 3 February 2026."),
        (
            "served: unknown, ended: 2026-04-19",
            "After the report: warning notice, ended 19 April 2026.",
        ),
        ("served: unknown", "Warning notice."),
    ],
)
def test_at_a_glance_dates_each_enforcement_action(more: str, expected: str) -> None:
    text = f"enforcement: [{{kind: warning-notice, text: T., {more}, sources: [A]}}]"
    page = Reading(html_of(a_site({"one": text}))["/briefings/one/"]).text
    assert f"How bad is it? No rating given. {expected} " in page


def test_at_a_glance_lists_the_actions_of_the_inspection_before_those_of_another_time() -> None:
    action = "{kind: warning-notice, text: T., sources: [A], served: %s}"
    actions = ", ".join(action % when for when in ("2019", "2025-11", "2020", "2019"))
    page = Reading(html_of(a_site({"one": f"enforcement: [{actions}]"}))["/briefings/one/"]).text
    text = "Warning notice, November 2025. Before the inspection: warning notice, 2019, twice; "
    assert f"No rating given. {text}warning notice, 2020. " in page


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("count: 2", "(2 notices)"),
        ("count: 2, at_least: true", "(at least 2 notices)"),
        ("count: 1, at_least: true", "(at least 1 notice)"),
    ],
)
def test_a_count_that_is_only_the_least_says_so_wherever_it_is(more: str, expected: str) -> None:
    text = "enforcement: [{kind: warning-notice, text: T., served: 2025, %s, sources: [A]}]"
    site = a_site({"one": text % more})
    for url in ("/briefings/one/", "/enforcement/", "/trusts/north/"):
        assert f"Warning notice {expected}" in Reading(html_of(site)[url]).text, url


ACTION = (
    "enforcement: [{{id: notice, kind: warning-notice, text: T., served: 2025-09, "
    "deadlines: [{{date: {deadline}}}]{more}, sources: [A]}}]"
)
NO_RECORD = "no public record that it was met"


@pytest.mark.parametrize(
    ("deadline", "more", "later", "expected"),
    [
        ("2025-12", "", None, True),
        ("2027", "", None, False),
        ("2025-12", ", status: met", None, False),
        ("2025-12", ", status: active", ", status: lifted", False),
        ("2025-12", "", ", status: active", True),
    ],
    ids=["passed", "ahead", "met", "lifted by a later briefing", "still active by a later one"],
)
def test_a_passed_enforcement_deadline_is_shown_alike_on_every_page(
    deadline: str, more: str, later: str | None, expected: bool
) -> None:
    texts = {"one": ACTION.format(deadline=deadline, more=more)}
    if later is not None:
        again = ACTION.format(deadline=deadline, more=later)
        texts["two"] = f"published: 2026-03-01\n{again}"
    html = html_of(a_site(texts))
    urls = ["/trusts/north/", "/enforcement/", *(f"/briefings/{id}/" for id in texts)]
    assert {url: NO_RECORD in Reading(html[url]).text for url in urls} == dict.fromkeys(
        urls, expected
    )
    assert not any("failed" in Reading(html[url]).text for url in urls)


# The trust.


def test_a_trust_calls_no_rating_current_that_may_be_years_old() -> None:
    ratings = (
        "ratings: [{scope: trust, value: good, sources: [A]}, "
        "{scope: trust, key_question: safe, value: good, sources: [A]}]"
    )
    page = Reading(html_of(a_site({"one": ratings}))["/trusts/north/"])
    assert "Ratings as last published Overall, whole trust Good 14 January 2026" in page.text
    assert "Safe Good 14 January 2026" in page.text
    assert "current rating" not in page.text.lower()


def test_a_trust_shows_its_rating_with_its_date_and_scale() -> None:
    text = page(TRUST).at("main")
    assert "Well-led, whole trust Requires improvement 14 January 2026" in text
    assert "Scale: CQC ratings." in text
    assert "Replaced, and no longer in force: Overall, Requires improvement" in text


def test_a_suspended_rating_is_never_shown_as_a_grade() -> None:
    shown = Reading(
        html_of(
            a_site(
                {
                    "one": "ratings: [{scope: trust, value: good, sources: [A]}]",
                    "two": """
                    inspection: {type: focused, inspected: 2025-11, report_published: 2026-02}
                    ratings: [{scope: trust, value: suspended, sources: [A]}]
                    """,
                }
            )
        )["/trusts/north/"]
    )
    current = shown.text[shown.text.index("Overall, whole trust") :]
    assert current.startswith("Overall, whole trust Rating suspended February 2026")


def test_the_ledger_of_a_trust_has_open_ones_first_with_age_and_times_told() -> None:
    text = page(TRUST).at("main")
    ledger = text[text.index("Open first") : text.index("Ratings by service", 1500)]
    assert ledger.index("Stop using shared") < ledger.index("Put right the breaches")
    assert "Open September 2025; last looked on 29 November 2026" in ledger
    assert "Accepted 14 January 2026 twice in 2019 about six years" in ledger


def test_a_trust_without_a_briefing_has_its_page() -> None:
    text = Reading(html_of(a_site({}))["/trusts/north/"]).text
    assert "No rating of the trust as a whole is on record here." in text
    assert "No requirement of this trust is on record here." in text
    assert "There is no briefing on this trust yet." in text


def test_a_merged_trust_links_to_its_successor_whose_page_has_its_record() -> None:
    html = html_of(
        a_site(
            {
                "one": """
                ratings: [{scope: trust, value: good, sources: [A]}]
                requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]
                """
            },
            trusts={
                "north": "{status: closed, closed: 2026-04-01}",
                "whole": (
                    "name: Whole Trust\npredecessors: [{id: north, date: 2026-04, reason: merger}]"
                ),
            },
        )
    )
    assert "Closed 1 April 2026, now part of Whole Trust." in Reading(html["/trusts/north/"]).text
    successor = Reading(html["/trusts/whole/"])
    assert "April 2026: North Trust became part of it (merger)." in successor.text
    assert "inherited" in successor.ids
    inherited = successor.text[successor.text.index("The record of the trusts that became") :]
    assert "Stop using shared rooms" in inherited
    assert "Good" in inherited


def test_regulators_pages_are_made_from_the_trusts_codes() -> None:
    regulator = 'provider_page: "https://example.org/provider/{ods}"'
    site = a_site({}, trusts={"north": "codes: {ods: RHA}"}, regulators={"cqc": regulator})
    assert "https://example.org/provider/RHA" in html_of(site)["/trusts/north/"]
    without = a_site({}, regulators={"cqc": regulator})
    assert "example.org/provider" not in html_of(without)["/trusts/north/"]


def test_dates_are_marked_up_only_where_html_has_a_value() -> None:
    html = built("content")[WELL_LED]
    assert '<time datetime="2025-09">September 2025</time>' in html
    assert re.search(r"May 2024 to August 2025</td>", html)
    assert PartialDate.parse("2024-05/2025-08").html is None


def test_only_a_change_that_a_briefing_states_is_shown_as_one() -> None:
    rated = "ratings: [{{scope: trust, value: {}, sources: [A]{}}}]"
    later = "inspection: {type: focused, inspected: 2026-03, report_published: 2026-04}\n"
    first = rated.format("good", "")

    def history(second: str) -> str:
        html = html_of(a_site({"one": first, "two": later + second}))
        return Reading(html["/trusts/north/"]).text

    derived = history(rated.format("inadequate", ""))
    assert "Inadequate Previously Good" in derived
    assert "Down" not in derived
    stated = history(
        rated.format("inadequate", ", change: down, previous: {value: good, date: 2025}")
    )
    assert "Inadequate Down" in stated
    assert "Previously" not in stated


def test_a_source_of_a_trusts_numbers_is_cited_there() -> None:
    sources = "{A: {publisher: P, type: data, url: unknown, published: unknown}}"
    front = f"staff: {{value: 9, sources: [A]}}\nsources: {sources}"
    html = html_of(a_site({}, trusts={"north": front}))
    assert "Cited once: Staff" in Reading(html["/trusts/north/"]).at("source-A")


# Ratings by inspection, and marks beside a grade.


def test_the_list_by_inspection_says_what_it_holds_of_services_and_leaves_none_out() -> None:
    service = "scope: service, name: Maternity"
    rating = "ratings: [{}]"
    safe = f"{{{service}, key_question: safe, value: inadequate, sources: [A]}}"
    overall = f"{{{service}, value: good, sources: [A]}}"
    visit = "inspection: {{type: focused, inspected: {0}, report_published: {0}}}\n"
    texts = {
        "one": visit.format("2024-01") + rating.format(f"{overall}, {safe}"),
        "two": visit.format("2025-01") + rating.format(safe),
    }
    text = Reading(html_of(a_site(texts))["/trusts/north/"]).text
    listed = text[text.index("By inspection, newest first.") :]
    assert "each key question where an inspection gave no overall grade" in listed
    rows = listed[listed.index("Briefing Maternity") :]
    assert rows.startswith(
        "Briefing Maternity January 2025 Safe Inadequate Previously Inadequate On two"
    )
    assert "January 2024 Overall Good On one" in rows
    crisis = "Mental health crisis services and health-based places of safety 20 January 2025 Safe"
    assert crisis in page(TRUST).text


def test_marks_beside_a_grade_do_not_run_together() -> None:
    rated = "ratings: [{{scope: {}, value: good, sources: [A]{}}}]"
    visit = "inspection: {{type: focused, inspected: {0}, report_published: {0}{1}}}\n"
    covers = ", covers: [{scope: service, name: Maternity}]"
    name = "service, name: Maternity"
    texts = {
        "one": visit.format("2022-01", "") + rated.format(name, ""),
        "two": visit.format("2023-01", "") + rated.format(name, ", carried_over: true"),
        "three": visit.format("2024-01", covers),
    }
    text = Reading(html_of(a_site(texts))["/trusts/north/"]).text
    marks = "still in force in the report of January 2023; inspected again since, in January 2024"
    assert f"Good January 2022; {marks}" in text


def test_an_inspection_that_carried_a_grade_over_does_not_make_it_look_old() -> None:
    safe = "{{scope: service, name: Maternity, key_question: safe, value: good, sources: [A]{}}}"
    overall = "{scope: service, name: Maternity, value: good, sources: [A]}"
    visit = "inspection: {{type: focused, inspected: {0}, report_published: {0}}}\n"
    texts = {
        "one": visit.format("2022-01") + f"ratings: [{safe.format('')}]",
        "two": visit.format("2023-01")
        + f"ratings: [{overall}, {safe.format(', carried_over: true')}]",
    }
    text = Reading(html_of(a_site(texts))["/trusts/north/"]).text
    assert "Good January 2022; still in force in the report of January 2023" in text
    assert "inspected again" not in text


def test_a_type_that_says_how_it_was_announced_is_not_followed_by_the_notice() -> None:
    labels = {"sudden": "Unannounced inspection", "focused": "Visit"}
    listed = ", ".join(f"{{id: {id}, label: {label}}}" for id, label in labels.items())
    types = f"inspection_types: [{listed}]"
    visit = "inspection: {{type: {}, inspected: 2025, report_published: 2025, notice: {}}}"

    def kicker(type: str, notice: str) -> str:
        site = a_site({"one": visit.format(type, notice)}, regulators={"cqc": types})
        return Reading(html_of(site)["/briefings/one/"]).text

    assert "(CQC) · Unannounced inspection On one" in kicker("sudden", "unannounced")
    assert "(CQC) · Unannounced inspection · partly announced" in kicker("sudden", "mixed")
    assert "(CQC) · Visit · unannounced On one" in kicker("focused", "unannounced")


def test_a_trust_page_says_in_full_what_a_combined_trust_is_and_that_trusts_are_formed() -> None:
    assert "Trust with more than one kind of care" in page(TRUST).text
    assert "Formed in 2006" in page("/trusts/nottingham-university-hospitals/").text


# The policies.


def test_an_address_is_withheld_only_where_the_address_itself_holds_a_name() -> None:
    held = [
        source
        for record in load(ROOT / "content").records()
        for source in getattr(record.front, "sources", {}).values()
        if "withheld" in (source.note or "")
    ]
    assert held
    assert all(
        "The address is withheld because it holds a" in (source.note or "") for source in held
    )
    assert {source.url for source in held} == {None}
    assert "whose address holds such a name is not linked" in page("/editorial-policy/").text


def test_the_corrections_policy_says_which_pages_have_no_list_of_changes() -> None:
    fronts = (BriefingFront, PageFront, TrustFront, RequirementFront, TopicFront, RegulatorFront)
    with_changes = {
        item for item in fronts if any(field.name == "changes" for field in fields(item))
    }
    assert with_changes == {BriefingFront, PageFront}
    text = page("/corrections-policy/").text
    assert "pages of trusts, requirements, topics and regulators have no list of changes" in text
    assert "We do not change what a page says without recording it" not in text
