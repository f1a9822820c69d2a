"""Pages are right for unusual regulators, names and histories."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from briefings.content.schema.site import SiteFront
from briefings.domain import words
from briefings.domain.site import Site
from briefings.outputs.feeds.calendar import calendar_events
from briefings.outputs.feeds.items import enforcement as enforcement_items
from briefings.outputs.feeds.items import mergers, of_requirement
from briefings.outputs.feeds.items import ratings as rating_items
from briefings.outputs.pages.five_answers import five_answers
from briefings.outputs.pages.trusts import by_name
from briefings.outputs.search.entries import Name, names_of
from tests.outputs.test_five_answers import BAD, DONE, REQUIREMENTS, TOLD, VISIT, orders
from tests.support.factory import CONFIG, a_front, a_site
from tests.support.reading import Reading, html_of, outputs

HOMES = """
name: His Majesty's Inspectorate of Homes
short_name: HMIH
key_questions: [{id: safe, label: Safety of ICT}]
headline: []
scales:
  - id: grades
    label: Grades
    values: [{id: c1, label: C1, rank: 1}, {id: c2, label: Not yet C1, rank: 2}]
enforcement_kinds:
  - {id: order, label: HMIH order}
  - {id: notice, label: Final notice}
regulations:
  - {number: "2", title: ICT and data}
  - {number: "3a", title: Safety and Quality Standard}
  - {number: "4", title: Well-kept homes}
"""
OLDER = VISIT.format("2021", "2021-06")


def texts(site: Site) -> dict[str, str]:
    """URL → text of each page."""
    return {url: Reading(html).text for url, html in html_of(site).items()}


@pytest.mark.parametrize(
    ("label", "in_a_sentence"),
    [
        ("Requires improvement", "requires improvement"),
        ("Section 29A warning notice", "section 29A warning notice"),
        ("Well-led", "well-led"),
        ("Grade B", "grade B"),
        ("C1", "C1"),
        ("A*", "A*"),
        ("B", "B"),
        ("DWI undertaking", "DWI undertaking"),
        ("ICT and data", "ICT and data"),
        ("Safety and Quality Standard", "Safety and Quality Standard"),
        ("", ""),
    ],
)
def test_a_regulators_label_keeps_its_capitals_in_a_sentence(
    label: str, in_a_sentence: str
) -> None:
    assert words.label_lower(label) == in_a_sentence


def test_codes_and_acronyms_keep_their_capitals_on_pages() -> None:
    text = """
    service_counts: {total: 3, c1: 1, c2: 2, sources: [A]}
    ratings:
      - {scope: trust, key_question: safe, value: c1, sources: [A]}
      - {scope: trust, value: c2, replaces: [safe], sources: [A]}
    breaches: [{text: T., regulation: "2", sources: [A]}, {text: T., regulation: 3a, sources: [A]}]
    enforcement:
      - {kind: notice, text: T., served: 2026, sources: [A]}
      - {kind: order, text: T., served: 2025-10, sources: [A]}
    """
    site = a_site({"one": text}, regulators={"cqc": HOMES})
    pages = texts(site)
    assert "3 services: 1 C1, 2 not yet C1." in five_answers(site, "one")[BAD].text
    assert "Final notice, 2026; HMIH order, October 2025." in five_answers(site, "one")[BAD].text
    page = pages["/briefings/one/"]
    assert "Regulation 2 (ICT and data)" in page
    assert "Regulation 3a (Safety and Quality Standard)" in page
    assert "Replaces the ratings for safety of ICT" in page
    assert "Who was found in breach of regulation 3A" not in page


@pytest.mark.parametrize(
    ("name", "nation", "expected"),
    [
        ("An Coimisiún um Chosaint Sonraí", "Ireland", "by An Coimisiún um Chosaint Sonraí (CQC)"),
        ("Care Quality Commission", "England", "by the Care Quality Commission (CQC)"),
        ("His Majesty's Inspectorate of Homes", "England", "by His Majesty's Inspectorate of"),
        ("Inspectorate of Wales", "Wales", "by the Inspectorate of Wales (CQC)"),
        ("Audit Wales", "Wales", "by Audit Wales (CQC)"),
        ("Ofhome", "England", "by Ofhome (CQC)"),
    ],
)
def test_a_regulator_has_an_article_only_where_its_name_takes_one(
    name: str, nation: str, expected: str
) -> None:
    regulator = f'name: "{name}"\nnation: {nation}'
    site = a_site({"one": orders("rooms told 2025")}, regulators={"cqc": regulator})
    assert f"told {expected}" in texts(site)["/requirements/rooms/"]


def test_names_with_accents_stand_where_readers_look_for_them() -> None:
    names = {"zoe": "Zoë", "wyn": "Ŵyn", "elan": "Élan", "egg": "Egg", "two": "2nd House"}
    site = a_site({}, trusts={id: f"name: {name}" for id, name in names.items()})
    assert by_name(site) == ("two", "egg", "elan", "wyn", "zoe")
    assert [words.initial(name) for name in ("Ŵyn", "Élan", "2nd", "")] == ["W", "E", "#", "#"]


def test_the_front_page_does_not_say_that_briefings_are_on_trusts_without_one() -> None:
    trusts = {"north": "", "south": "name: South", "west": "name: West"}
    site = a_site({"one": "also_about: [west]", "two": ""}, trusts=trusts)
    assert "2 briefings on 2 of 3 trusts." in texts(site)["/"]


def test_a_check_that_was_planned_is_not_told_as_to_come() -> None:
    for month, expected, below in (
        ("2026-11", "We planned to look again in November 2026.", "A check was planned in Nov"),
        ("2026-12", "We plan to look again in December 2026.", "Next check in December 2026"),
    ):
        site = a_site({"one": f"next_check: {month}"})
        assert five_answers(site, "one")[DONE].text.endswith(expected)
        assert below in texts(site)["/briefings/one/"]


def test_an_answer_to_an_earlier_order_is_not_denied() -> None:
    def done(*events: str) -> str:
        return five_answers(a_site({"one": orders(*events)}, requirements=REQUIREMENTS), "one")[
            DONE
        ].text

    again = ("rooms told 2023", "rooms accepted 2024", "rooms repeated 2025")
    assert done(*again, "doors told 2025") == (
        "2 requirements: 1 no answer on record, 1 no answer since told again."
    )
    assert done("rooms raised 2023", "rooms accepted 2024", "rooms told 2025") == (
        "1 requirement: no answer since told."
    )


def test_the_first_of_several_orders_is_told_as_exactly_as_it_is_known() -> None:
    def told(*events: str) -> str:
        site = a_site({"one": "", "two": OLDER + orders(*events)}, requirements=REQUIREMENTS)
        return five_answers(site, "one")[TOLD].text

    assert told("rooms told 2021-03", "doors told 2021") == (
        "2 earlier orders to the trust on record, the first in 2021."
    )
    assert told("rooms told unknown") == "1 earlier order to the trust on record."
    again = ("rooms told unknown", "rooms repeated 2025", "doors told 2021", "doors repeated 2025")
    site = a_site({"one": orders(*again)}, requirements=REQUIREMENTS)
    assert five_answers(site, "one")[TOLD].text == "Yes, on both requirements."


def test_an_earlier_order_is_not_denied_where_the_visit_has_no_date() -> None:
    earlier = OLDER + orders("rooms told 2021")
    moved = "{id: rooms, event: deadline-set, date: 2025-11, deadline: 2026, sources: [A]}"
    undated = VISIT.format("unknown", "unknown") + f"requirements: [{moved}]\n"
    site = a_site({"one": undated, "two": earlier})
    assert five_answers(site, "one")[TOLD].text == "Yes, on the requirement, first in 2021."
    unsure = a_site({"one": orders("rooms told 2025-09"), "two": orders("rooms told 2025")})
    assert five_answers(unsure, "one")[TOLD].text == (
        "1 requirement; no order for it is known to be earlier."
    )


def test_a_briefing_tells_how_an_action_stands_as_last_recorded_and_where() -> None:
    old = "enforcement: [{id: n, kind: warning-notice, text: T., served: 2021, sources: [A]%s}]"
    new = ", status: lifted, ended: 2025-09, outcome: Quashed."
    site = a_site({"one": OLDER + old % ", status: active", "two": old % new})
    pages = texts(site)
    ended = "Status as last recorded Lifted, September 2025"
    assert f"{ended} in On two Outcome Quashed." in pages["/briefings/one/"]
    assert f"{ended} Outcome Quashed." in pages["/briefings/two/"]
    assert ended in pages["/trusts/north/"]


NOTICE = "enforcement: [{id: n, kind: warning-notice, text: T., served: 2021, sources: [A]%s}]"


def test_an_action_whose_end_was_recorded_after_it_was_in_force_is_not_in_force() -> None:
    active, ended = NOTICE % ", status: active", NOTICE % ", ended: 2025-09"
    site = a_site({"one": OLDER + active, "two": ended})
    pages = texts(site)
    for url in ("/briefings/one/", "/briefings/two/", "/trusts/north/", "/enforcement/"):
        assert "Ended, September 2025" in pages[url]
        assert "In force" not in pages[url]
    (table,) = (file for file in outputs(site, "table") if file.path == "data/enforcement.csv")
    assert b",active," not in table.render()
    feed = [item.summary for item in enforcement_items(site, "north")]
    assert feed == ["T. Date: in 2021. In force.", "T. Date: in 2021. Ended, September 2025."]


def test_an_action_that_is_in_force_again_has_no_end() -> None:
    lifted, again = NOTICE % ", status: lifted, ended: 2021-09", NOTICE % ", status: active"
    page = texts(a_site({"one": OLDER + lifted, "two": again}))["/trusts/north/"]
    assert "Status as last recorded In force In On one" in page
    assert "September 2021" not in page


def test_after_a_change_of_owner_a_trust_is_not_said_to_be_part_of_the_next_one() -> None:
    trusts = {
        "north": "",
        "new": "name: New\npredecessors: [{id: north, date: %s, reason: change of owner}]",
    }
    before, after = (
        a_site({"one": ""}, trusts={**trusts, "new": trusts["new"] % year})
        for year in ("2027", "2026-10-01")
    )
    assert "To be followed by New in 2027." in texts(before)["/trusts/north/"]
    assert (
        "In 2027: to take over from North Trust (change of owner)."
        in (texts(before)["/trusts/new/"])
    )
    assert "Closed, followed by New." in texts(after)["/trusts/north/"]
    new = texts(after)["/trusts/new/"]
    assert "1 October 2026: took over from North Trust (change of owner)." in new
    assert "The record of the trusts before this one." in new
    (item,) = mergers(after, "north")
    assert item.title == "North Trust is now followed by New"
    assert item.summary == "New took over from North Trust on 1 October 2026 (change of owner)."
    for site in (before, after):
        assert "part of" not in " ".join(
            texts(site)[url] for url in ("/trusts/north/", "/trusts/new/")
        )


def test_what_was_recorded_as_met_of_a_finding_without_an_order_is_said() -> None:
    requirements = orders("rooms raised 2021", "doors told 2021")
    site = a_site(
        {"one": OLDER + requirements, "two": orders("rooms met 2025")}, requirements=REQUIREMENTS
    )
    assert five_answers(site, "one")[DONE].text == (
        "1 requirement: no answer on record. Findings recorded as met: 1."
    )


def test_a_word_outside_the_scale_is_compared_where_the_rest_was_graded() -> None:
    scales = """
    outside_scale: [{id: none, label: Not rated, meaning: No grade.}]
    scales:
      - {id: old, label: Old, to: 2019-12-31, values: [{id: a, label: A, rank: 1}]}
      - {id: new, label: New, from: 2020-01-01, values: [{id: b, label: B, rank: 1}]}
    key_questions: [{id: safe, label: Safe}]
    """
    good = "{scope: trust, value: a, sources: [A]}"
    none = "{scope: trust, key_question: safe, value: none, sources: [A]}"
    rated = f"ratings: [{good}, {none}]"
    text = VISIT.format("2018", "2018") + rated
    page = texts(a_site({"one": text}, regulators={"cqc": scales}))["/compare/"]
    assert "Old" in page
    assert "Not rated in 2018" in page
    assert "New" not in page


def test_the_feed_of_ratings_names_the_site_of_a_service() -> None:
    rated = "ratings: [{scope: service, name: Wards, site: Hill House, value: good, sources: [A]}]"
    (item,) = rating_items(a_site({"one": rated}), "one")
    assert item.title.startswith("North Trust, Wards, Hill House, Overall: Good")


def test_an_order_given_during_a_visit_is_not_one_before_it() -> None:
    visit = VISIT.format("2024-05-01/2024-05-10", "2024-07")

    def told(**texts: str) -> str:
        return five_answers(a_site(texts), "one")[TOLD].text

    none = "1 requirement; no earlier order for it on record."
    assert told(one=visit + orders("rooms told 2024-05-02")) == none
    assert told(one=visit + orders("rooms told 2024-04")) == (
        "Yes, on the requirement, first in April 2024."
    )
    other = VISIT.format("2024-05-02", "2024-06") + orders("rooms told 2024-05-02")
    assert "no order to the trust is known to be earlier" in told(one=visit, two=other).lower()
    undated = VISIT.format("unknown", "2024-07-10")
    assert told(one=undated + orders("rooms told 2024-06")) == none


def test_where_it_stands_names_the_event_that_says_so() -> None:
    site = a_site({"one": orders("rooms met unknown", "rooms told 2025/")})
    page = texts(site)["/requirements/rooms/"]
    assert "Met. Met, date not known." in page


def test_the_records_of_several_predecessors_are_told_apart() -> None:
    before = "predecessors: [{id: %s, date: 2023, reason: merger}, {id: %s, date: 2024, reason: m}]"
    names = {
        "north": "",
        "south": "name: South",
        "new": f"name: New\n{before % ('north', 'south')}",
    }
    rated = """
    ratings: [{scope: trust, value: %s, sources: [A]},
      {scope: service, name: Wards, value: %s, sources: [A]}]
    """
    site = a_site(
        {
            "one": OLDER + dedent(rated % ("good", "good")),
            "two": OLDER + dedent(rated % ("inadequate", "good")) + "trust: south\n",
        },
        trusts=names,
    )
    page = texts(site)["/trusts/new/"]
    for name in ("North Trust as a whole", "South as a whole", "Wards (North Trust)"):
        assert name in page
    assert "The former trust" not in page


def test_the_ledger_of_a_regulator_names_it_with_its_article() -> None:
    regulator = "name: Ofhome\nshort_name: Ofhome"
    site = a_site({"one": orders("rooms told 2025")}, regulators={"cqc": regulator})
    page = html_of(site)["/regulators/cqc/requirements/"]
    assert "Requirements of Ofhome" in page
    assert "What Ofhome told trusts" in page


def test_a_figure_of_unknown_period_stands_beside_its_inspection() -> None:
    figure = "figures: [{name: Beds, value: %s, unit: beds, series: beds, sources: [A]%s}]"
    old, new = figure % ("7", ""), figure % ("9", ", period: unknown")
    page = texts(a_site({"one": OLDER + old, "two": new}))["/trusts/north/"]
    assert page.index("7 beds") < page.index("9 beds")


def test_an_action_without_a_status_shows_when_it_ended() -> None:
    action = (
        "enforcement: [{kind: warning-notice, text: T., served: 2021, sources: [A], ended: 2025}]"
    )
    pages = texts(a_site({"one": action}))
    for url in ("/briefings/one/", "/trusts/north/"):
        assert "Status as last recorded Ended, in 2025" in pages[url]


def test_a_planned_merger_is_not_told_as_done_and_a_past_one_is() -> None:
    trusts = {
        "north": "status: closed\nclosed: 2026-12-31",
        "new": "name: New\nopened: 2027-01-01\n"
        "predecessors: [{id: north, date: 2027-01-01, reason: merger}]",
    }
    before, after = (
        texts(a_site({"one": ""}, trusts=trusts, now=datetime(*day, 12, tzinfo=UTC)))
        for day in ((2026, 12, 30), (2027, 1, 1))
    )
    old, new = before["/trusts/north/"], before["/trusts/new/"]
    assert "To close on 31 December 2026. To become part of New on 1 January 2027." in old
    assert "Closed" not in old
    assert "1 January 2027: North Trust is to become part of it (merger)." in new
    assert "To be formed 1 January 2027" in new
    assert "Inherited" not in new
    assert "closed" not in before["/trusts/"]
    old, new = after["/trusts/north/"], after["/trusts/new/"]
    assert "Closed 31 December 2026, now part of New. This page is its record until then." in old
    assert "To become" not in old
    assert "1 January 2027: North Trust became part of it (merger)." in new
    assert "Inherited from predecessors" in new
    assert "North Trust closed" in after["/trusts/"]


def test_a_trust_that_became_part_of_another_is_closed_in_the_list_as_on_its_page() -> None:
    trusts = {
        "north": "",
        "new": "name: New\npredecessors: [{id: north, date: unknown, reason: merger}]\n"
        "former_names: [{name: Old, until: 2019}]",
    }
    pages = texts(a_site({}, trusts=trusts))
    assert "Closed, now part of New." in pages["/trusts/north/"]
    assert "North Trust closed" in pages["/trusts/"]
    files = {file.path: file for file in outputs(a_site({}, trusts=trusts), "table")}
    assert b"North Trust,,mental-health,,closed," in files["data/trusts.csv"].render()
    assert "Old until 2019" in pages["/trusts/new/"]


def test_two_actions_of_one_kind_and_day_are_counted_as_two() -> None:
    action = "{kind: warning-notice, text: %s., served: 2025-10-08, sources: [A]}"
    text = f"enforcement: [{action % 'One'}, {action % 'Two'}]"
    answer = five_answers(a_site({"one": text}), "one")[BAD].text
    assert "Warning notice, 8 October 2025, twice." in answer


def test_a_grade_published_after_that_of_a_later_inspection_is_not_drawn_as_in_force() -> None:
    rated = "ratings: [{scope: trust, value: %s, sources: [A]}]\n"
    site = a_site(
        {
            "late": VISIT.format("2025-05", "2025-10-01") + rated % "inadequate",
            "early": VISIT.format("2025-07", "2025-08-01") + rated % "good",
        }
    )
    drawn = html_of(site)["/trusts/north/"].split('id="history"')[1].split("</svg>")[0]
    assert '<line class="good"' in drawn
    assert '<line class="worst"' not in drawn
    assert '<rect class="worst"' in drawn


def test_beside_a_suspension_no_grade_is_said_to_be_on_another_scale() -> None:
    text = """
    ratings:
      - {scope: trust, value: suspended, sources: [A]}
      - {scope: trust, key_question: safe, value: good, sources: [A]}
    """
    assert "can’t be compared" not in texts(a_site({"one": text}))["/trusts/north/"]


def test_a_deadline_that_is_moved_after_it_passed_stays_in_the_digest_of_its_week() -> None:
    due = "{id: rooms, event: %s, date: %s, deadline: %s, sources: [A]}"
    briefing = f"published: 2026-09-01\nrequirements: [{due % ('told', '2026-08', '2026-10-16')}]"
    moved = f"published: 2026-11-23\nrequirements: [{due % ('deadline-set', '2026-11', '2027')}]"
    week, deadline = "/digest/2026-w42/", "The deadline was 16 October 2026."
    before = texts(a_site({"one": briefing}))[week]
    after = texts(a_site({"one": briefing, "two": moved}))
    assert deadline in before
    assert f"{deadline} Since then moved to 2027." in after[week]
    assert "16 October 2026, moved to 2027" in after["/requirements/rooms/"]


def test_the_digest_of_a_week_tells_what_became_of_an_actions_deadline() -> None:
    action = (
        "published: %s\nenforcement: [{id: n, kind: warning-notice, text: rooms., served: 2026-08,"
        " deadlines: [{date: 2026-10-16}], sources: [A]%s}]"
    )
    new = action % ("2026-11-23", ", status: lifted")
    pages = texts(a_site({"one": action % ("2026-09-01", ""), "two": new}))
    assert (
        "Rooms (North Trust) The deadline was 16 October 2026. Since then recorded: lifted."
        in (pages["/digest/2026-w42/"])
    )


def test_one_feed_of_a_requirement_is_not_called_feeds() -> None:
    site = a_site({"one": orders("rooms told 2025", "doors told 2025")}, requirements=REQUIREMENTS)
    assert "Requirements 2 feeds" in texts(site)["/subscribe/"]
    assert (
        "Requirements 1 feed " in texts(a_site({"one": orders("rooms told 2025")}))["/subscribe/"]
    )


def test_a_calendar_says_how_exactly_a_year_is_known() -> None:
    site = a_site({"one": "next_check: 2027"})
    (event,) = calendar_events(site, "briefing", "one")
    assert b"The date is known only as 2027." in event.data.replace(b"\r\n ", b"")


def test_search_does_not_know_a_planned_merger_as_done() -> None:
    trusts = {
        "north": "",
        "new": "name: New\npredecessors: [{id: north, date: %s, reason: merger}]",
    }
    for year, named in (("2027", False), ("2026", True)):
        site = a_site({}, trusts={**trusts, "new": trusts["new"] % year})
        assert (Name("North Trust", "Took over from") in names_of(site, "new")) is named


def test_the_first_order_on_record_was_not_told_again() -> None:
    later = orders("rooms told 2025/", "rooms repeated unknown")
    page = texts(a_site({"one": later}))["/requirements/rooms/"]
    assert "First told date not known" in page


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("NHS board", "Find an NHS board"),
        ("academy", "Find an academy"),
        ("urgent care centre", "Find an urgent care centre"),
        ("university", "Find a university"),
        ("utility", "Find a utility"),
        ("UK port", "Find a UK port"),
        ("school", "Find a school"),
    ],
)
def test_what_is_inspected_has_the_article_that_it_is_said_with(first: str, expected: str) -> None:
    kinds = "kinds: [{id: a, label: A}]"
    text = f"organisations: {{one: {first}, many: {first}s, {kinds}}}"
    assert words.say(a_front(SiteFront, text, CONFIG), "Find a trust") == expected


MET = ", status: met, ended: 2022-03, outcome: Done early., deadlines: [{date: 2022-06}]"


def test_an_action_in_force_again_has_no_outcome_and_no_deadline_of_its_earlier_end() -> None:
    texts_of = {"one": OLDER + NOTICE % MET, "two": NOTICE % ", status: active"}
    site = a_site(texts_of)
    pages = texts(site)
    trust, newer = pages["/trusts/north/"], pages["/briefings/two/"]
    assert "Status as last recorded In force In On one" in trust
    assert "Done early" not in trust + newer + pages["/enforcement/"]
    for page in pages.values():
        assert "June 2022 no public record that it was met" not in page
    assert "0 enforcement actions past their deadline" in pages["/enforcement/"]
    assert "As reported here Met, March 2022. Done early." in pages["/briefings/one/"]
    again = NOTICE % ", status: active, deadlines: [{date: 2022-06}]"
    said = texts(a_site({**texts_of, "two": again}))["/trusts/north/"]
    assert "June 2022 no public record that it was met" in said
    lifted = NOTICE % ", status: lifted"
    newest = "inspection: {type: focused, inspected: 2025-11, report_published: 2026-01}\n" + lifted
    said = texts(a_site({**texts_of, "three": newest}))["/trusts/north/"]
    assert "Lifted In On one" in said
    assert "March 2022" not in said


def test_where_it_stands_names_no_event_that_only_set_a_deadline() -> None:
    moved = "{id: rooms, event: deadline-set, date: 2025-12, deadline: 2027, sources: [A]}"
    ordered = OLDER + orders("rooms told 2021", "rooms partly-met 2022")
    page = texts(a_site({"one": ordered, "two": f"requirements: [{moved}]"}))[
        "/requirements/rooms/"
    ]
    assert "Partly met. Partly met, in 2022" in page


def test_a_requirement_that_was_never_found_or_ordered_is_first_recorded() -> None:
    page = texts(a_site({"one": orders("rooms not-known 2025")}))["/requirements/rooms/"]
    assert "First recorded in 2025" in page


def test_an_event_between_two_days_is_not_told_as_one_that_lasted() -> None:
    site = a_site({"one": orders("rooms told 2025-03/2025-05")})
    (item,) = of_requirement(site, "rooms")
    assert item.summary.startswith("Told between March and May 2025: ")
    page = texts(site)["/requirements/rooms/"]
    assert "First recorded between March and May 2025. Open." in page
    assert "from March" not in page
    open_end = texts(a_site({"one": orders("rooms told 2025/")}))["/requirements/rooms/"]
    assert "Nothing since a record of 2025 or later." in open_end


def test_the_feed_of_the_ledger_gives_the_deadline() -> None:
    order = (
        "requirements: [{id: rooms, event: told, date: 2026-01, deadline: 2027-02, sources: [A]}]"
    )
    (item,) = of_requirement(a_site({"one": order}), "rooms")
    assert item.summary == (
        "Told in January 2026: Stop using shared rooms. Deadline: February 2027."
    )


def test_what_was_said_to_be_done_stands_apart_in_a_list_of_events() -> None:
    first = OLDER + orders("rooms told 2021", "rooms said-done 2022", "rooms not-known 2023")
    page = texts(a_site({"one": first, "two": orders("rooms told 2025")}))["/briefings/two/"]
    assert (
        "Told in 2021, said by the trust in 2022 to be done, outcome not known in 2023 and"
        " told in 2025."
    ) in page


def test_the_list_without_a_record_does_not_call_an_unknown_outcome_open() -> None:
    text = orders("rooms told 2024", "rooms not-known 2025")
    page = texts(a_site({"one": text}))["/"]
    assert "Neither met nor lifted on record, and nothing recorded since but what" in page


def test_a_rating_on_record_is_not_said_to_be_unknown_in_the_five_answers() -> None:
    rated = "ratings: [{scope: trust, value: %s%s, sources: [A]}]\n"

    def bad(value: str, change: str) -> str:
        older = OLDER + rated % ("good", "")
        site = a_site({"one": older, "two": rated % (value, change)})
        return five_answers(site, "two")[BAD].grades[0].rated

    assert bad("inadequate", "") == "Overall, whole trust; previously Good"
    assert bad("inadequate", ", change: down") == "Overall, whole trust; down"
    assert bad("good", ", change: same") == "Overall, whole trust; unchanged"


def test_an_unchanged_rating_under_a_method_has_no_stray_comma() -> None:
    before = "previous: {value: good, date: 2020-03, method: full-visit}"
    text = f"ratings: [{{scope: trust, value: good, change: same, {before}, sources: [A]}}]"
    (grade,) = five_answers(a_site({"one": text}), "one")[BAD].grades
    assert grade.rated == "Overall, whole trust; unchanged since March 2020 (Full visit)"


def test_the_front_page_says_how_a_rating_changed_where_the_earlier_one_is_not_known() -> None:
    text = "ratings: [{scope: trust, value: good, change: up, sources: [A]}]"
    assert "Whole trust: Overall Good Up" in texts(a_site({"one": text}))["/"]


def test_grades_that_begin_with_a_digit_are_counted_readably() -> None:
    years = """
    headline: []
    scales:
      - id: years
        label: Years
        values: [{id: a, label: 4 years, rank: 1}, {id: b, label: 1 year, rank: 2}]
    """
    text = """
    service_counts: {total: 2, a: 1, b: 1, sources: [A]}
    ratings:
      - {scope: trust, key_question: safe, value: a, sources: [A]}
      - {scope: trust, key_question: caring, value: b, sources: [A]}
    """
    page = texts(a_site({"one": text}, regulators={"cqc": years}))["/briefings/one/"]
    assert "1 rated 4 years, 1 rated 1 year whole trust, by key question" in page
    assert "2 services: 1 rated 4 years, 1 rated 1 year." in page


def test_a_name_that_was_taken_back_is_no_former_name() -> None:
    front = "former_names: [{name: North Trust, until: 2010}, {name: Old Trust, until: 2019}]"
    site = a_site({}, trusts={"north": front})
    pages = texts(site)
    assert "formerly Old Trust" in pages["/trusts/"]
    assert "formerly North Trust" not in pages["/trusts/"]
    assert Name("North Trust", "Formerly") not in names_of(site, "north")
    assert "North Trust until 2010" in pages["/trusts/north/"]


def test_the_comparison_says_by_which_ratings_trusts_are_in_order() -> None:
    regulator = "headline: [overall, safe]"
    rated = "ratings: [{scope: trust, key_question: safe, value: good, sources: [A]}]"
    page = texts(a_site({"one": rated}, regulators={"cqc": regulator}))["/compare/"]
    assert "Best rating first: the overall rating, or the one that replaced it, else Safe." in page


def test_a_trust_of_two_regulators_counts_its_requirements_once() -> None:
    rated = "ratings: [{scope: trust, value: good, sources: [A]}]\n"
    order = orders("rooms told 2025")
    site = a_site(
        {"one": rated + order, "two": "regulator: other\n" + rated},
        regulators={"cqc": "", "other": "name: Other\nshort_name: Other"},
    )
    assert texts(site)["/trusts/north/"].count("On the ledger") == 1


def test_a_rating_given_to_another_trust_says_so_wherever_it_is_shown() -> None:
    rated = "ratings: [{scope: trust, value: good, inherited_from: Old Trust, sources: [A]}]"
    site = a_site({"one": rated})
    (item,) = rating_items(site, "one")
    assert "given to Old Trust)" in item.title
    assert five_answers(site, "one")[BAD].grades[0].rated.endswith("; given to Old Trust")
    pages = texts(site)
    assert "Good Overall, whole trust; given to Old Trust" in pages["/briefings/"]
    assert "Good 14 January 2026; inherited" in pages["/trusts/"]
    assert "Good 14 January 2026; inherited" in pages["/compare/"]
    assert "Overall Good inherited" in pages["/trusts/north/"]


def test_a_count_of_no_breach_is_not_listed_as_found_in_breach() -> None:
    text = "breaches: [{text: None was found., regulation: 2, count: 0, sources: [A]}]"
    site = a_site({"one": text}, regulators={"cqc": 'regulations: [{number: "2", title: Consent}]'})
    assert "No breach of it in our briefings." in texts(site)["/regulations/cqc/2/"]
    assert "Breaches" not in five_answers(site, "one")[BAD].text


def test_a_broadcaster_has_no_article() -> None:
    assert [words.with_article(name) for name in ("BBC", "ITV", "RNZ")] == ["the BBC", "ITV", "RNZ"]


def test_a_source_of_another_regulator_has_the_name_that_it_has_elsewhere() -> None:
    other = "name: Housing Ombudsman Service\nshort_name: HOS"
    source = "sources: {A: {publisher: Housing Ombudsman Service, type: regulator-report,"
    site = a_site(
        {"one": f"{source} url: unknown, published: 2026}}}}"},
        regulators={"cqc": "", "other": other},
    )
    assert five_answers(site, "one")[-1].text.startswith("Only the HOS.")


def test_the_feed_has_no_comma_before_a_date_that_is_not_known() -> None:
    site = a_site({"one": orders("rooms told 2025", "rooms accepted unknown")})
    summaries = [item.summary for item in of_requirement(site, "rooms")]
    assert any(
        summary.startswith("Accepted by the trust (date not known): ") for summary in summaries
    )


def test_the_home_page_goes_up_to_the_end_of_an_uncertain_date() -> None:
    visit = VISIT.format("2025-01", "2025-05/2025-06") + orders("rooms told 2025-01/2025-02")
    page = texts(a_site({"one": visit, "two": VISIT.format("2024", "2024")}))["/"]
    assert "Reports up to June 2025" in page
    assert "Records up to February 2025." in page


def test_two_visits_of_one_day_are_one_date_on_a_card() -> None:
    visits = "[{date: 2025-06-03, about: Wards}, {date: 2025-06-03, about: Board}]"
    text = f"inspection: {{type: focused, inspected: {visits}, report_published: 2026-01}}"
    assert "Inspected 3 June 2025 Published" in texts(a_site({"one": text}))["/trusts/north/"]


def test_a_definition_without_a_full_stop_does_not_run_into_the_next_sentence() -> None:
    values = "[{id: a, label: A, rank: 1, definition: Meets the standard}]"
    regulator = f"scales: [{{id: s, label: Grades, values: {values}}}]"
    rated = "ratings: [{scope: trust, value: a, sources: [A]}]"
    page = texts(a_site({"one": rated}, regulators={"cqc": regulator}))["/trusts/north/"]
    assert "Meets the standard. How" in page
    assert [words.ended(text) for text in ("", "A", "A.", "“A?”")] == ["", "A.", "A.", "“A?”"]


def test_a_withdrawal_is_not_counted_as_a_correction_or_update() -> None:
    withdrawn = "status: withdrawn\nwithdrawn: {date: 2026-11-24, reason: A mistake.}"
    page = texts(a_site({"one": withdrawn}))["/digest/2026-w48/"]
    assert "Published here in this week: 1 briefing withdrawn." in page
    assert "Withdrawal: A mistake." in page


def test_a_closure_without_a_day_has_no_until_then() -> None:
    pages = [
        texts(a_site({}, trusts={"north": f"status: closed{closed}"}))["/trusts/north/"]
        for closed in ("", "\nclosed: 2025-03")
    ]
    assert "Closed. This page is its record. " in pages[0]
    assert "Closed March 2025. This page is its record until then." in pages[1]


def test_names_and_texts_that_end_a_sentence_get_no_second_full_stop() -> None:
    source = "sources: {A: {publisher: Acme Ltd., type: data, url: unknown, published: 2026}}\n"
    action = "enforcement: [{kind: warning-notice, text: Safe?, served: 2025, sources: [A]}]\n"
    told = "{id: rooms, event: told, date: 2026-01, deadline: 2027-02, sources: [A]}"
    site = a_site(
        {"one": f"{source}{action}requirements: [{told}]\n"},
        trusts={"north": "name: North Ltd."},
        requirements={"rooms": "title: Is it safe?\ntext: Make it safe!"},
    )
    pages = texts(site)
    assert "Only Acme Ltd. No reply" in five_answers(site, "one")[-1].text
    assert "Acme Ltd. Data, published in 2026." in pages["/briefings/one/"]
    assert "Is it safe? North Ltd. Nothing since January 2026" in pages["/"]
    html = html_of(site)["/requirements/rooms/"]
    assert 'content="North Ltd.: Is it safe? First recorded' in html
    assert [item.summary for item in enforcement_items(site, "north")] == ["Safe? Date: in 2025."]
    (event, *_) = of_requirement(site, "rooms")
    assert event.summary.endswith("Make it safe! Deadline: February 2027.")
    (due,) = calendar_events(site, "requirement", "rooms")
    assert b"Is it safe? The date is known" in due.data.replace(b"\r\n ", b"")


def test_a_calendar_says_of_a_deadline_to_come_that_it_was_met() -> None:
    told = "{id: rooms, event: told, date: 2026-01, deadline: 2027-02-01, sources: [A]}"
    met = "{id: rooms, event: met, date: 2026-02, sources: [A]}"
    action = NOTICE % ", deadlines: [{date: 2027-03-01}], status: lifted"
    site = a_site({"one": f"requirements: [{told}, {met}]\n{action}"})
    for kind, id, status in (("requirement", "rooms", "met"), ("trust", "north", "lifted")):
        (event,) = calendar_events(site, kind, id)
        assert f"As last recorded: {status}." in event.data.decode().replace("\r\n ", "")
    (event,) = calendar_events(a_site({"one": f"requirements: [{told}]"}), "requirement", "rooms")
    assert b"As last recorded" not in event.data


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("17", "Regulation 17"),
        ("9(3)", "Regulation 9(3)"),
        ("s2", "Regulation s2"),
        ("Article 32", "Article 32"),
        ("Art. 5", "Art. 5"),
    ],
)
def test_a_rule_that_has_a_word_of_its_own_is_not_called_a_regulation(
    number: str, name: str
) -> None:
    text = f'breaches: [{{text: T., regulation: "{number}", sources: [A]}}]'
    site = a_site({"one": text}, regulators={"cqc": ""})
    pages = texts(site)
    assert f"1 {name}: T." in pages["/briefings/one/"]
    assert any(page.count(f"{name} Found in breach") for page in pages.values())


def test_the_list_of_trusts_has_the_rating_of_each_regulator() -> None:
    rated = "ratings: [{scope: trust, value: %s, sources: [A]}]\n"
    safe = (
        "regulator: other\nratings: [{scope: trust, key_question: safe, value: good, sources: [A]}]"
    )
    other = {"cqc": "", "other": "name: Other\nshort_name: OTH\nheadline: []"}
    one = {"one": rated % "inadequate"}
    assert "Inadequate 14 January 2026 1 briefing" in texts(a_site(one))["/trusts/"]
    page = texts(a_site({**one, "two": safe}, regulators=other))["/trusts/"]
    assert "Inadequate CQC, 14 January 2026" in page
    assert "1 Good OTH, by key question, 14 January 2026" in page


def test_the_feed_of_enforcement_gives_the_deadlines() -> None:
    due = "deadlines: [{date: 2026-03-01, about: a plan.}, {date: 2027}]"
    site = a_site({"one": NOTICE % f", status: active, {due}"})
    (item,) = enforcement_items(site, "north")
    assert item.summary == ("T. Date: in 2021. Deadline: 1 March 2026 (a plan) and 2027. In force.")


def test_a_visit_whose_date_is_not_known_stands_in_a_sentence() -> None:
    visits = "[{date: 2024-06, about: Wards}, {date: unknown, about: Board}]"
    text = f"inspection: {{type: focused, inspected: {visits}, report_published: 2026-01}}"
    answer = five_answers(a_site({"one": text}), "one")[0]
    assert answer.text == "Inspected June 2024 and on a date not known; report January 2026."


def test_a_rating_on_another_scale_is_named_as_such_in_answers_and_feeds() -> None:
    scales = """
    scales:
      - {id: old, label: Old, to: 2021, values: [{id: b, label: 95%, rank: 1}]}
      - {id: new, label: New, from: 2022, values: [{id: a, label: A, rank: 1}]}
    """
    rated = "ratings: [{scope: trust, value: %s, sources: [A]}]\n"
    site = a_site({"one": OLDER + rated % "b", "two": rated % "a"}, regulators={"cqc": scales})
    said = "previously 95%, on another scale"
    assert five_answers(site, "two")[BAD].grades[0].rated.endswith(f"; {said}")
    assert said in next(iter(rating_items(site, "two"))).title
    assert said.capitalize() in texts(site)["/trusts/north/"]


def test_two_parts_of_one_order_are_not_one_told_again() -> None:
    site = a_site({"one": orders("rooms told 2025-09-30", "rooms told 2025-09-30")})
    assert five_answers(site, "one")[TOLD].text == (
        "1 requirement; no earlier order for it on record."
    )
    assert "Told again" not in texts(site)["/briefings/one/"]
    later = orders("rooms told 2025-09-30", "rooms told 2025-10")
    assert "Told again" in texts(a_site({"one": later}))["/briefings/one/"]


DUE = ", status: active, deadlines: [{date: %s, about: pipes}]"


def test_a_deadline_of_an_action_that_a_newer_briefing_moved_has_not_passed() -> None:
    first = NOTICE % DUE.replace("}]", "}, {date: 2025-11-30, about: tank}]") % "2025-12-31"
    moved = NOTICE % DUE % "2027-12-31"
    page = texts(a_site({"one": OLDER + first, "two": moved}))["/trusts/north/"]
    assert "31 December 2025, moved to 31 December 2027 pipes 31 December 2027 pipes" in page
    assert "30 November 2025 tank no public record that it was met" in page
    assert "1 enforcement action past" in page


def test_the_comparison_says_which_trusts_are_closed() -> None:
    rated = "ratings: [{scope: trust, value: good, sources: [A]}]"
    closed = "status: closed\nclosed: 2026-10"
    page = texts(a_site({"one": rated}, trusts={"north": closed}))["/compare/"]
    assert "North Trust closed Good" in page
    assert "closed" not in texts(a_site({"one": rated}))["/compare/"]


def test_the_page_of_an_older_briefing_says_to_when_a_deadline_was_moved() -> None:
    due = "requirements: [{id: rooms, event: %s, date: %s, deadline: %s, sources: [A]}]\n"
    first = OLDER + due % ("told", "2021-06", "2028-02-29") + NOTICE % DUE % "2025-12-31"
    second = due % ("deadline-set", "2025-09", "2026-10-25") + NOTICE % DUE % "2027-12-31"
    site = a_site({"one": first, "two": second})
    pages = texts(site)
    assert "Deadline: 29 February 2028, since moved to 25 October 2026." in pages["/briefings/one/"]
    assert "31 December 2025, moved to 31 December 2027 pipes" in pages["/briefings/one/"]
    assert "31 December 2025, moved to 31 December 2027" in pages["/enforcement/"]
    assert "moved to" not in pages["/briefings/two/"]
    assert len(calendar_events(site, "trust", "north")) == 1
