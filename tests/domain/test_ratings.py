"""A rating is shown for what it is, with its date, for as long as it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.content.frontmatter.reading import read_yaml
from briefings.content.loader import load
from briefings.content.schema.briefing import Rating
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.rules import faults_in
from briefings.content.schema.types import OVERALL
from briefings.content.schema.validation import Fault, read
from briefings.domain.ratings import covering, faults, scales, tables
from briefings.domain.ratings.histories import (
    Point,
    RatingHistory,
    Standing,
    Thing,
    rating_histories,
)
from briefings.domain.site import Site, visible
from briefings.outputs.pages.trust import inherited_ratings
from tests.support.factory import NOW, REGULATOR, a_content, a_front, a_record, a_site

CONTENT = Path(__file__).parents[2] / "content"

# Two scales that can't be compared, from the end of 2025 on; and two that can.
TWO_SCALES = """
scales:
  - id: old
    label: Old grades
    to: 2025-11-09
    values:
      - {id: outstanding, label: Outstanding, rank: 1}
      - {id: good, label: Good, rank: 2}
      - {id: inadequate, label: Inadequate, rank: 3}
  - id: new
    label: New grades
    from: 2025-11-10
    values:
      - {id: exceptional, label: Exceptional, rank: 1}
      - {id: good, label: Good standard, rank: 2}
      - {id: urgent, label: Urgent improvement, rank: 3}
outside_scale: [{id: not-rated, label: Not rated, meaning: No grade.}]
"""
COMPARABLE = TWO_SCALES.replace(
    "label: New grades", "label: New grades\n    comparable_with: [old]"
)


def rated(*rows: str, inspected: str = "2025-09", report: str = "2026-01-14") -> str:
    """A briefing with ratings of the trust, each `key-question value` and more fields."""
    lines = [
        f"inspection: {{type: focused, inspected: {inspected}, report_published: {report}}}",
        "ratings:",
    ]
    for row in rows:
        key_question, value, *more = row.split(" ", 2)
        rest = "".join(f", {key}" for key in more)
        thing = "" if "scope:" in rest else "scope: trust, "
        lines.append(
            f"  - {{{thing}key_question: {key_question}, value: {value}{rest}, sources: [A]}}"
        )
    return "\n".join(lines) + "\n"


def year(number: int, *rows: str) -> str:
    """Ratings of a visit in March of a year, reported in June."""
    return rated(*rows, inspected=f"{number}-03", report=f"{number}-06-01")


def the_site(*texts: str, regulator: str = "", broken: frozenset[str] = frozenset()) -> Site:
    named = {f"b{n}": text for n, text in enumerate(texts)}
    return a_site(named, regulators={"cqc": regulator}, broken=broken)


def the_history(
    *texts: str, question: str = OVERALL, scope: str = "trust", regulator: str = ""
) -> RatingHistory:
    histories = rating_histories(the_site(*texts, regulator=regulator)).values()
    return next(
        history
        for history in histories
        if (history.thing.key_question, history.thing.scope) == (question, scope)
    )


def standing(*texts: str, question: str = OVERALL) -> Standing:
    return the_history(*texts, question=question).standing


def steps(history: RatingHistory) -> list[tuple[str | None, str, str | None]]:
    """(before, now, change) of each point."""
    return [
        (point.before.id if point.before else None, point.value.id, point.change)
        for point in history.points
    ]


def found_faults(
    *texts: str, regulator: str = "", broken: frozenset[str] = frozenset()
) -> list[tuple[str, object, str, str]]:
    site = the_site(*texts, regulator=regulator, broken=broken)
    return [
        (Path(path).stem, fault.loc, fault.message, fault.hint) for path, fault in faults_of(site)
    ]


def faults_of(site: Site) -> list[tuple[str, Fault]]:
    """Every fault of ratings, with the path of its briefing."""
    faults_by_path = [
        (briefing.path, fault)
        for briefing in site.briefings
        for fault in faults.faults_of_rating_briefing(site, briefing)
    ]
    for trust in site.trusts:
        faults_by_path += faults.faults_of_ratings(site, trust)
    return faults_by_path


# What holds


def test_a_rating_holds_until_the_same_thing_is_rated_again() -> None:
    now = standing(year(2021, "overall good", "safe good"), year(2023, "overall inadequate"))
    assert now.grade is not None
    assert (now.grade.label, now.dated) == ("Inadequate", "1 June 2023")
    safe = standing(
        year(2021, "overall good", "safe good"), year(2023, "overall inadequate"), question="safe"
    )
    assert (safe.value.id, safe.dated) == ("good", "1 June 2021")


def test_the_order_is_that_of_the_inspections_not_of_the_files() -> None:
    assert standing(year(2023, "overall good"), year(2021, "overall inadequate")).value.id == "good"


def test_a_suspended_rating_is_no_grade() -> None:
    history = the_history(year(2021, "overall good"), year(2022, "overall suspended"))
    assert history.standing.is_suspended
    assert history.standing.grade is None
    assert history.standing.value.label == "Rating suspended"
    assert history.standing.value.position is None
    assert steps(history) == [(None, "good", None), (None, "suspended", None)]


def test_a_visit_that_rates_nothing_does_not_lift_a_suspension() -> None:
    now = standing(
        year(2021, "overall good"), year(2022, "overall suspended"), year(2023, "overall not-rated")
    )
    assert now.is_suspended
    assert [point.briefing.id for point in now.unrated] == ["b2"]


def test_after_a_suspension_a_new_grade_holds_and_has_no_arrow_from_the_old_one() -> None:
    history = the_history(
        year(2021, "overall good"),
        year(2022, "overall suspended"),
        year(2023, "overall inadequate"),
    )
    assert steps(history)[-1] == (None, "inadequate", None)
    assert history.standing.grade is not None


def test_a_word_that_ends_no_rating_keeps_the_grade_and_notes_the_visit() -> None:
    now = standing(year(2021, "overall good"), year(2022, "overall not-rated"))
    assert now.grade is not None
    assert (now.grade.id, now.dated) == ("good", "1 June 2021")
    assert [point.value.label for point in now.unrated] == ["Not rated"]


def test_without_any_grade_the_rating_word_is_shown() -> None:
    now = standing(year(2021, "overall not-rated"), year(2022, "overall not-rated"))
    assert (now.grade, now.value.label, now.dated) == (None, "Not rated", "1 June 2022")


def test_a_single_trust_level_rating_retires_all_others_of_the_trust() -> None:
    site = the_site(
        year(2022, "overall good", "safe good", "well-led good"),
        year(2022, "overall good scope: service, name: Maternity"),
        year(2025, "well-led inadequate replaces: all"),
    )
    own = tables.ratings_of_trust(site, "north")
    holds = {
        (history.thing.scope, history.thing.key_question): history.standing.holds for history in own
    }
    assert holds == {
        ("trust", "overall"): False,
        ("trust", "safe"): False,
        ("trust", "well-led"): True,
        ("service", "overall"): True,
    }
    retired = own[0].standing
    assert (retired.grade, own[0].current) == (None, None)
    assert retired.replaced_by is not None
    assert retired.replaced_by.briefing.id == "b2"


def test_a_rating_can_replace_some_key_questions_only() -> None:
    texts = (
        year(2022, "overall good", "safe good", "caring good"),
        year(2023, "well-led good replaces: [safe]"),
    )
    assert not standing(*texts, question="safe").holds
    assert standing(*texts, question="caring").holds


def test_ratings_of_the_replacing_briefing_itself_still_hold() -> None:
    texts = (
        year(2022, "overall good", "safe good"),
        year(2023, "well-led good replaces: all", "safe inadequate"),
    )
    assert standing(*texts, question="safe").holds
    assert not standing(*texts).holds


def test_a_replaced_rating_that_is_given_again_holds_again() -> None:
    texts = (
        year(2022, "overall good"),
        year(2023, "well-led good replaces: all"),
        year(2024, "overall inadequate"),
    )
    history = the_history(*texts)
    assert history.standing.holds
    assert steps(history)[-1] == (None, "inadequate", None)


def test_a_service_replaces_only_its_own_ratings() -> None:
    maternity, forensic = (
        f"overall good scope: service, name: {name}" for name in ("Maternity", "Forensic wards")
    )
    safe = "safe good scope: service, name: Maternity, replaces: all"
    site = the_site(year(2022, maternity, forensic), year(2023, safe))
    histories = rating_histories(site).values()
    assert [history.name for history in histories if not history.standing.holds] == ["Maternity"]


# Carried over and inherited


def test_a_carried_over_rating_keeps_the_date_on_which_it_was_given() -> None:
    history = the_history(year(2021, "overall good"), year(2023, "overall good carried_over: true"))
    assert history.standing.dated == "1 June 2021"
    assert [point.briefing.id for point in history.standing.confirmed] == ["b1"]
    assert [point.briefing.id for point in history.series] == ["b0"]


def test_one_whose_beginning_is_not_on_record_is_dated_by_the_report_that_carried_it_over() -> None:
    history = the_history(year(2023, "overall good carried_over: true"))
    assert history.standing.date is None
    assert history.standing.dated == "carried over in the report of 1 June 2023"
    assert len(history.series) == 1


def test_a_carried_over_rating_is_never_news() -> None:
    site = the_site(year(2021, "overall good"), year(2023, "overall good carried_over: true"))
    changes = list(tables.rating_changes(site))
    assert [point.briefing.id for point in changes] == ["b0"]


def test_a_carried_over_rating_that_differs_tells_of_one_not_on_record() -> None:
    now = standing(year(2021, "overall good"), year(2023, "overall inadequate carried_over: true"))
    assert (now.value.id, now.date) == ("inadequate", None)


def test_an_inherited_rating_says_from_whom() -> None:
    now = standing(year(2021, "overall good inherited_from: south"))
    assert now.point.inherited_from == "south"


def test_a_successor_shows_what_its_predecessor_was_given() -> None:
    site = a_site(
        {"one": "trust: south\n" + year(2019, "overall good")},
        trusts={"north": "predecessors: [{id: south, date: 2020, reason: merger}]", "south": ""},
    )
    assert tables.ratings_of_trust(site, "north") == ()
    assert [history.thing.trust for history in inherited_ratings(site, "north")] == ["south"]


def test_a_rating_is_dated_by_its_report_else_by_the_visit() -> None:
    by_visit = rated("overall good", inspected="2023-01-31/2023-03-06", report="unknown")
    assert standing(by_visit).dated == "inspected 31 January to 6 March 2023"
    nothing = rated("overall good", inspected="unknown", report="unknown")
    assert standing(nothing).dated == "date not known"


# One thing under several names


def test_a_service_has_one_history_under_its_name_and_aliases() -> None:
    history = the_history(
        year(2021, "overall good scope: service, name: forensic wards"),
        year(2022, "overall inadequate scope: service, name: Secure wards"),
        scope="service",
    )
    assert history.name == "Forensic wards"
    assert [point.value.id for point in history.points] == ["good", "inadequate"]


def test_a_place_has_one_history_whatever_its_apostrophe_and_dash_are() -> None:
    row = "overall good scope: location, name: "
    history = the_history(
        year(2021, f"{row}St Anne's-on-Sea"),
        year(2022, f"{row}St Anne\u2019s\u2013on\u2013Sea"),
        scope="location",
    )
    assert len(history.points) == 2


def test_a_service_at_one_site_has_its_own_history() -> None:
    row = "overall good scope: service, name: Maternity"
    site = the_site(year(2021, row, f"{row}, site: City"), year(2022, f"{row}, site: city"))
    histories = rating_histories(site).values()
    assert [(history.site, len(history.points)) for history in histories] == [("", 1), ("city", 2)]


# Change


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ("good", "outstanding", "up"),
        ("good", "inadequate", "down"),
        ("good", "good", "same"),
    ],
)
def test_up_is_nearer_rank_one(before: str, now: str, change: str) -> None:
    texts = (year(2021, f"overall {before}"), year(2023, f"overall {now}"))
    assert steps(the_history(*texts))[-1] == (before, now, change)


def test_the_previous_grade_of_the_briefing_takes_precedence_over_our_record() -> None:
    text = "overall good change: down, previous: {value: outstanding, date: unknown}"
    point = the_history(year(2021, "overall inadequate"), year(2023, text)).points[-1]
    assert point.before is not None
    assert (point.before.id, point.change, point.before_is_ours) == ("outstanding", "down", False)


def test_a_previous_grade_from_our_record_is_marked_as_ours() -> None:
    point = the_history(year(2021, "overall inadequate"), year(2023, "overall good")).points[-1]
    assert (point.change, point.before_is_ours) == ("up", True)


def test_a_written_change_is_kept_if_our_record_contradicts_it() -> None:
    point = the_history(year(2021, "overall inadequate"), year(2023, "overall good change: down"))
    assert steps(point)[-1] == (None, "good", "down")


def test_first_and_unknown_are_shown_as_written() -> None:
    for written in ("first", "unknown"):
        texts = (year(2021, "overall inadequate"), year(2023, f"overall good change: {written}"))
        assert steps(the_history(*texts))[-1] == (None, "good", written)


def test_no_arrow_crosses_scales_that_are_not_comparable() -> None:
    texts = (year(2021, "overall inadequate"), year(2026, "overall exceptional"))
    history = the_history(*texts, regulator=TWO_SCALES)
    assert steps(history)[-1] == ("inadequate", "exceptional", "not-comparable")
    history = the_history(*texts, regulator=COMPARABLE)
    assert steps(history)[-1] == ("inadequate", "exceptional", "up")


def test_the_scale_in_force_at_the_visit_gives_the_label_not_that_at_the_report() -> None:
    old = rated("overall good", inspected="2025-11-05", report="2026-02-01")
    new = rated("overall good", inspected="2025-11-12", report="2026-02-01")
    assert the_history(old, regulator=TWO_SCALES).standing.value.label == "Good"
    assert the_history(new, regulator=TWO_SCALES).standing.value.label == "Good standard"


def test_a_value_has_its_place_on_its_scale() -> None:
    assert standing(year(2021, "overall requires-improvement")).value.position == (3, 4)


def test_rating_changes_are_the_newest_public_first_and_in_the_order_of_the_briefing() -> None:
    site = the_site(
        "published: 2026-01-01\n" + year(2025, "safe good", "overall good"),
        "published: 2026-02-01\n" + year(2022, "overall suspended", "caring not-rated"),
    )
    changes = list(tables.rating_changes(site))
    assert [(point.briefing.id, point.n) for point in changes] == [("b1", 0), ("b0", 0), ("b0", 1)]
    assert changes[1].url == "/briefings/b0/#rating-1"


# Pages


def test_the_grid_has_services_in_the_regulators_order_and_overall_first() -> None:
    site = the_site(
        year(2021, "safe good scope: service, name: Maternity", "overall good"),
        year(2022, "overall inadequate scope: service, name: Forensic wards"),
        year(2023, "overall good scope: location, name: City Hospital"),
    )
    (grid,) = tables.grids(site, tables.ratings_of_trust(site, "north"))
    assert [label for _, label in grid.columns] == ["Overall", "Safe", "Caring", "Well-led"]
    cells = [
        (row.name, [cell and (cell.value.id, cell.dated) for cell in row.cells])
        for row in grid.rows
    ]
    assert cells == [
        ("Forensic wards", [("inadequate", "1 June 2022"), None, None, None]),
        ("Maternity", [None, ("good", "1 June 2021"), None, None]),
        ("City Hospital", [("good", "1 June 2023"), None, None, None]),
    ]


def headline(*texts: str) -> Standing | None:
    site = the_site(*texts)
    return tables.headline(tables.ratings_of_trust(site, "north"))


def test_the_headline_is_the_overall_rating_or_what_replaced_it() -> None:
    first = year(2021, "overall good", "safe inadequate")
    overall = headline(first)
    assert overall is not None
    assert overall.point.rating.key_question == OVERALL
    single = headline(
        first, year(2023, "well-led inadequate replaces: all"), year(2024, "safe good")
    )
    assert single is not None
    assert single.point.rating.key_question == "well-led"
    assert headline(year(2021, "overall good scope: service, name: Maternity")) is None


def compared(regulator: str, **texts: str) -> list[tuple[str, list[str]]]:
    site = a_site(
        {name: f"trust: {name}\n{text}" for name, text in texts.items()},
        trusts={name: f"name: {name.title()}" for name in texts},
        regulators={"cqc": regulator},
    )
    comparisons = tables.comparisons(site, tables.compared_rows)
    return [
        (comparison.scale.id, [row.id for row in comparison.rows]) for comparison in comparisons
    ]


def test_trusts_are_compared_best_first_and_the_suspended_last() -> None:
    comparisons = compared(
        "",
        a=year(2021, "overall suspended"),
        b=year(2021, "overall inadequate"),
        c=year(2021, "overall good"),
        d=year(2021, "overall good"),
    )
    assert comparisons == [("grades", ["c", "d", "b", "a"])]


def test_trusts_on_scales_that_are_not_comparable_are_apart() -> None:
    texts = {"a": year(2021, "overall outstanding"), "b": year(2026, "overall urgent")}
    assert compared(TWO_SCALES, **texts) == [("new", ["b"]), ("old", ["a"])]
    assert compared(COMPARABLE, **texts) == [("new", ["a", "b"])]


def test_a_row_has_grades_of_one_scale_alone() -> None:
    texts = (
        year(2021, "overall outstanding", "safe good", "safe good scope: service, name: Maternity"),
        year(2026, "overall urgent", "overall urgent scope: service, name: Maternity"),
    )
    site = the_site(*texts, regulator=TWO_SCALES)
    histories = rating_histories(site)
    compared = [
        (comparison.scale.id, [grade_of(cell) for cell in row.cells][:2])
        for comparison in tables.comparisons(site, tables.compared_rows)
        for row in comparison.rows
    ]
    assert compared == [("new", ["urgent", None]), ("old", [None, "good"])]
    grids = [
        (grid.scale.id if grid.scale else None, [grade_of(cell) for cell in row.cells][:2])
        for grid in tables.grids(site, histories.values())
        for row in grid.rows
    ]
    assert grids == [("new", ["urgent", None]), ("old", [None, "good"])]


def grade_of(standing: Standing | None) -> str | None:
    return standing.value.id if standing else None


def test_a_regulator_without_a_scale_compares_nothing() -> None:
    assert compared("scales: []\n", a=year(2021, "overall not-rated")) == []


# Lookups


def test_labels_are_the_regulators_words() -> None:
    front = a_front(RegulatorFront, REGULATOR)
    assert scales.key_question_label(front, "well-led") == "Well-led"
    assert scales.key_question_label(front, OVERALL) == "Overall"


# Faults


def test_a_value_that_is_no_rating_asks_whether_another_was_meant() -> None:
    assert found_faults(year(2021, "overall goood")) == [
        ("b0", ("ratings", 0, "value"), "`goood` is no rating of CQC", "did you mean `good`?")
    ]


def test_a_value_of_a_scale_not_in_force_is_a_fault() -> None:
    ((_, loc, message, hint),) = found_faults(year(2021, "overall urgent"), regulator=TWO_SCALES)
    assert loc == ("ratings", 0, "value")
    assert message == "`urgent` is of the scale new, which was not in force then"
    assert hint == "the values then are: outstanding, good, inadequate, not-rated"


def test_the_scale_is_required_if_two_may_have_been_in_force() -> None:
    text = rated("overall good", inspected="2025", report="2026-01-14")
    ((_, _, message, hint),) = found_faults(text, regulator=TWO_SCALES)
    assert message == "more than one scale that may have been in force has `good`"
    assert hint == "add `scale: old` or `scale: new`"
    named = rated("overall good scale: new", inspected="2025", report="2026-01-14")
    assert found_faults(named, regulator=TWO_SCALES) == []


def test_a_scale_that_was_not_in_force_is_a_fault_unless_carried_over() -> None:
    ((_, loc, message, _),) = found_faults(
        year(2026, "overall good scale: old"), regulator=TWO_SCALES
    )
    assert loc == ("ratings", 0, "scale")
    assert message == "`old` was not in force at this inspection (March 2026)"
    for carried in (
        "overall good scale: old, carried_over: true",
        "safe inadequate carried_over: true",
    ):
        assert found_faults(year(2026, carried), regulator=TWO_SCALES) == []


def test_an_unknown_scale_is_one_fault() -> None:
    ((_, loc, message, hint),) = found_faults(year(2021, "overall good scale: grade"))
    assert (loc, message) == (("ratings", 0, "scale"), "CQC has no scale `grade`")
    assert hint == "did you mean `grades`?"


def test_a_regulator_without_a_scale_takes_words_only() -> None:
    ((_, _, _, hint),) = found_faults(year(2021, "overall good"), regulator="scales: []\n")
    assert hint == "the values are: not-rated, suspended"
    assert found_faults(year(2021, "overall not-rated"), regulator="scales: []\n") == []


def test_key_questions_and_replaced_ones_exist() -> None:
    problems = found_faults(year(2021, "saef good replaces: [overall, carring]"))
    assert [(loc, hint) for _, loc, _, hint in problems] == [
        (("ratings", 0, "key_question"), "did you mean `safe`?"),
        (("ratings", 0, "replaces", 1), "did you mean `caring`?"),
    ]


def test_a_service_is_one_of_the_regulators_where_it_lists_any() -> None:
    row = "overall good scope: service, name: Forensic ward"
    assert found_faults(year(2021, row)) == [
        (
            "b0",
            ("ratings", 0, "name"),
            "CQC has no service `Forensic ward`",
            "did you mean `Forensic wards`?",
        )
    ]
    assert found_faults(year(2021, row.replace("service", "location"))) == []


def test_service_counts_are_of_ratings() -> None:
    text = "service_counts: {total: 3, good: 1, not-rated: 1, inadequat: 1, sources: [A]}"
    assert found_faults(text) == [
        (
            "b0",
            ("service_counts", "inadequat"),
            "`inadequat` is no rating of CQC",
            "did you mean `inadequate`?",
        )
    ]


CHANGES = [
    ("good", "outstanding", "up", None),
    ("good", "outstanding", "down", "`change` says down, but from Good to Outstanding is up"),
    ("good", "good", "same", None),
    ("good", "good", "up", "`change` says up, but from Good to Good is same"),
    ("good", "inadequate", "unknown", None),
    (
        "good",
        "inadequate",
        "not-comparable",
        "`change` says not-comparable, but from Good to Inadequate is down",
    ),
    (
        "good",
        "suspended",
        "down",
        "`change` says down, but from Good to Rating suspended one of the two is no grade",
    ),
    ("good", "suspended", "not-comparable", None),
    ("not-rated", "good", "unknown", None),
    ("not-rated", "not-rated", "same", None),
]


@pytest.mark.parametrize(("before", "now", "change", "message"), CHANGES)
def test_a_change_agrees_with_the_rating_before(
    before: str, now: str, change: str, message: str | None
) -> None:
    previous = f"previous: {{value: {before}, date: unknown}}"
    problems = found_faults(year(2021, f"overall {now} change: {change}, {previous}"))
    wanted = [("b0", ("ratings", 0, "change"), message)] if message else []
    assert [(id, loc, text) for id, loc, text, _ in problems] == wanted


def test_another_method_explains_why_two_grades_of_one_scale_are_not_compared() -> None:
    previous = "previous: {value: good, date: unknown, method: old-method}"
    row = f"overall inadequate change: not-comparable, {previous}"
    assert found_faults(year(2021, row)) == []


@pytest.mark.parametrize("change", ["up", "down", "same", "unknown"])
def test_between_scales_that_are_not_comparable_only_not_comparable_is_right(change: str) -> None:
    previous = "previous: {value: outstanding, date: 2021}"
    text = year(2026, f"overall urgent change: {change}, {previous}")
    ((_, loc, message, _),) = found_faults(text, regulator=TWO_SCALES)
    assert loc == ("ratings", 0, "change")
    assert message == (f"`change` says {change}, but the two are on scales that can't be compared")
    right = text.replace(f"change: {change}", "change: not-comparable")
    assert found_faults(right, regulator=TWO_SCALES) == []


def test_a_grade_that_two_scales_share_is_judged_only_where_both_readings_are_wrong() -> None:
    previous = "previous: {value: good, date: 2026-01}"
    for change, count in (("up", 0), ("not-comparable", 0), ("down", 1)):
        text = year(2026, f"overall exceptional change: {change}, {previous}")
        assert len(found_faults(text, regulator=TWO_SCALES)) == count


def test_an_unknown_previous_value_is_one_fault() -> None:
    row = "overall good change: up, previous: {value: inadequat, date: unknown}"
    assert [(loc, hint) for _, loc, _, hint in found_faults(year(2021, row))] == [
        (("ratings", 0, "previous", "value"), "did you mean `inadequate`?")
    ]


PREVIOUS = "overall good previous: {{value: {}, date: {}}}"


def test_previous_can_not_contradict_the_briefing_on_that_report() -> None:
    problems = found_faults(
        year(2021, "overall inadequate"),
        year(2023, PREVIOUS.format("requires-improvement", "2021-06-01")),
    )
    assert problems == [
        (
            "b1",
            ("ratings", 0, "previous", "value"),
            "briefings/2026/b0.md says that it was Inadequate on that date",
            "mend `value` or `date` here, or the rating there",
        )
    ]


@pytest.mark.parametrize(
    ("earlier", "value", "when"),
    [
        ("overall inadequate", "inadequate", "2021-06-01"),
        ("overall inadequate", "good", "2021-06"),
        ("overall inadequate", "good", "unknown"),
        ("overall inadequate", "good", "2021-06-02"),
        ("overall inadequate", "not-rated", "2021-06-01"),
        ("overall suspended", "good", "2021-06-01"),
        ("safe inadequate", "good", "2021-06-01"),
        ("overall inadequate carried_over: true", "good", "2021-06-01"),
    ],
)
def test_uncertain_dates_contradict_nothing(earlier: str, value: str, when: str) -> None:
    assert found_faults(year(2021, earlier), year(2023, PREVIOUS.format(value, when))) == []


def test_two_briefings_can_not_give_one_service_two_grades_on_one_date() -> None:
    problems = found_faults(
        "published: 2026-02-01\n" + year(2021, "overall inadequate"),
        "published: 2026-01-15\n" + year(2021, "safe good", "overall good"),
    )
    assert problems == [
        (
            "b0",
            ("ratings", 0, "value"),
            "briefings/2026/b1.md gives the same thing Good on the same date",
            "mend one of the two grades, or one of the dates",
        )
    ]


def test_one_briefing_can_not_grade_a_service_twice_under_its_name_and_an_alias() -> None:
    wards = "overall {} scope: service, name: {}"
    good, bad = wards.format("good", "Forensic wards"), wards.format("inadequate", "Secure wards")
    assert found_faults(rated(good, bad, inspected="2021", report="2021")) == [
        (
            "b0",
            ("ratings", 1, "value"),
            "rating 1 of this list gives the same thing Good on the same date",
            "mend one of the two grades, or one of the dates",
        )
    ]


VISIT = "2021-03-01/2021-03-04"


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (
            rated("overall good", inspected="2021-03", report="2021-06"),
            rated("overall inadequate", inspected="2021-03", report="2021-06"),
            0,
        ),
        (
            rated("overall good", inspected=VISIT, report="2021-06"),
            rated("overall inadequate", inspected=VISIT, report="unknown"),
            1,
        ),
        (
            rated("overall good", inspected=VISIT, report="2021-06"),
            rated("overall inadequate", inspected=VISIT, report="2021-07"),
            0,
        ),
        (year(2021, "overall good"), year(2021, "overall good"), 0),
        (year(2021, "overall good"), year(2021, "overall not-rated"), 0),
        (year(2021, "overall good"), year(2021, "overall inadequate carried_over: true"), 0),
    ],
)
def test_one_date_means_one_day_for_certain(first: str, second: str, count: int) -> None:
    assert len(found_faults(first, second)) == count


def test_files_with_syntax_faults_are_not_checked_further() -> None:
    assert found_faults(year(2021, "overall goood"), broken=frozenset({"b0"})) == []
    assert (
        found_faults(
            year(2021, "overall inadequate"), year(2021, "overall good"), broken=frozenset({"b1"})
        )
        == []
    )
    site = a_site({"one": year(2021, "overall goood")}, broken=frozenset({"cqc"}))
    assert faults_of(site) == []


def test_a_briefing_of_an_unknown_regulator_is_left_to_the_check_on_ids() -> None:
    site = a_site({"one": "regulator: cpc\n" + year(2021, "overall goood")})
    assert faults_of(site) == []
    assert rating_histories(site) == {}


# Any ratings at all

VALUES = ("outstanding", "good", "requires-improvement", "inadequate", "not-rated", "suspended")
ROW = st.builds(
    "{} {}{}".format,
    st.sampled_from([OVERALL, "safe", "well-led"]),
    st.sampled_from(VALUES),
    st.sampled_from(["", " replaces: all", " replaces: [safe]", " carried_over: true"]),
)
ROWS = st.lists(ROW, min_size=1, max_size=3, unique_by=lambda row: row.split(" ")[0])
DAYS = st.dates(date(2015, 1, 1), date(2026, 1, 1))
BRIEFING = st.builds(
    lambda rows, day, length: rated(*rows, inspected=str(day)[:length], report="unknown"),
    ROWS,
    DAYS,
    st.sampled_from([4, 7, 10]),
)
BRIEFINGS = st.lists(BRIEFING, min_size=1, max_size=5).map(
    lambda texts: {f"b{n}": text for n, text in enumerate(texts)}
)


def values_of(histories: Mapping[Thing, RatingHistory]) -> list[object]:
    """Return all values of rating histories, for comparison."""

    def words(point: Point) -> tuple[object, ...]:
        before = point.before.id if point.before else None
        return (point.briefing.id, point.n, point.value.id, before, point.change)

    return [
        (
            thing,
            [words(point) for point in history.points],
            history.standing.dated,
            history.standing.holds,
        )
        for thing, history in histories.items()
    ]


@given(BRIEFINGS)
def test_any_current_rating_obeys_the_rules(briefings: dict[str, str]) -> None:
    for history in rating_histories(a_site(briefings)).values():
        now, last = history.standing, history.points[-1]
        assert now.point in history.points
        ends = [point for point in history.points if point.value.ends_rating]
        if last.value.is_grade and not last.carried_over:
            assert now.point is last
        if now.is_suspended:
            assert ends
            assert now.grade is None
        if now.grade is not None:
            later = history.points[history.points.index(now.point) + 1 :]
            assert all(point.value == now.value or not point.value.is_grade for point in later)
            assert not any(point.value.ends_rating for point in later)
        if not now.holds:
            assert now.replaced_by is not None
            assert now.replaced_by.rating.replaces is not None


@given(BRIEFINGS)
def test_an_arrow_is_only_between_two_grades(briefings: dict[str, str]) -> None:
    for history in rating_histories(a_site(briefings)).values():
        for point in history.points:
            if point.change is not None:
                assert point.before is not None
                assert point.before.is_grade
                assert point.value.is_grade
                assert not point.carried_over


@given(BRIEFINGS, BRIEFING, st.sampled_from(["status: draft\n", "embargo_until: 2027-01-01\n"]))
def test_a_briefing_that_is_not_public_changes_no_rating(
    briefings: dict[str, str], hidden: str, held_back: str
) -> None:
    with_it = {**briefings, "a-hidden": held_back + hidden}
    assert values_of(rating_histories(a_site(with_it))) == values_of(
        rating_histories(a_site(briefings))
    )


@given(st.data(), BRIEFINGS)
def test_the_order_of_files_changes_no_rating(
    data: st.DataObject, briefings: dict[str, str]
) -> None:
    shuffled = dict(data.draw(st.permutations(list(briefings.items()))))
    assert values_of(rating_histories(a_site(shuffled))) == values_of(
        rating_histories(a_site(briefings))
    )


# The real content


@pytest.fixture(scope="module")
def real() -> Site:
    return visible(load(CONTENT), NOW)


def test_the_real_ratings_have_no_fault(real: Site) -> None:
    assert faults_of(real) == []


def of_real(site: Site, trust: str) -> dict[tuple[str, str], Standing]:
    own = tables.ratings_of_trust(site, trust)
    return {
        (history.name, history.thing.key_question): history.standing
        for history in own
        if not history.site
    }


def test_nottinghamshires_single_trust_level_rating_retires_the_others(real: Site) -> None:
    now = of_real(real, "nottinghamshire-healthcare")
    assert now["", "well-led"].dated == "14 January 2026"
    assert now["", "well-led"].grade is not None
    assert [now["", id].holds for id in (OVERALL, "safe", "caring")] == [False] * 3


def test_greater_manchesters_suspended_ratings_were_never_a_grade(real: Site) -> None:
    histories = rating_histories(real).values()
    suspended: list[Rating] = []
    for history in histories:
        for point in history.points:
            if (
                point.briefing.id == "greater-manchester-mental-health-2022"
                and point.value.ends_rating
            ):
                assert not point.value.is_grade
                suspended.append(point.rating)
    assert [rating.key_question for rating in suspended] == ["overall", "well-led"]


def headline_of(order: str, *texts: str) -> str | None:
    """The key question of the headline where the regulator's `headline` is `order`."""
    site = the_site(*texts, regulator=f"headline: {order}\n")
    standing = tables.headline(tables.ratings_of_trust(site, "north"))
    return standing.point.rating.key_question if standing else None


def counts_in(site: Site) -> tuple[tuple[scales.RatingValue, int], ...]:
    counted = tables.counted(tables.ratings_of_trust(site, "north"))
    return scales.tally(standing.value for standing in counted)


def test_without_an_overall_rating_no_other_one_is_the_headline() -> None:
    given = year(2021, "safe good"), year(2024, "well-led inadequate")
    assert headline(*given) is None
    assert headline_of("[overall]", year(2021, "safe good")) == "safe"
    assert headline_of("[]", year(2021, "overall good")) is None
    assert headline_of("[safe, well-led]", *given) == "safe"
    assert headline_of("[well-led, safe]", *given) == "well-led"
    assert headline_of("[overall, caring, well-led]", *given) == "well-led"


def test_a_suspended_rating_is_not_passed_over_for_another_grade() -> None:
    given = year(2021, "overall good", "well-led good"), year(2024, "overall suspended")
    assert headline_of("[overall, well-led]", *given) == OVERALL
    given = year(2021, "overall not-rated", "well-led good"), year(2024, "safe good")
    assert headline_of("[overall, well-led]", *given) == "well-led"


def test_of_several_ratings_in_place_of_the_overall_one_none_is_the_headline() -> None:
    first = year(2021, "overall good")
    assert headline(first, year(2023, "safe good replaces: all", "caring inadequate")) is None
    site = the_site(first, year(2023, "safe good replaces: all", "caring inadequate"))
    counts = counts_in(site)
    assert [(value.id, count) for value, count in counts] == [("good", 1), ("inadequate", 1)]


def test_grades_of_two_scales_are_never_counted_together() -> None:
    old, new = year(2021, "safe good", "caring good"), year(2026, "well-led good")
    site = the_site(old, new, regulator=f"{TWO_SCALES}headline: []\n")
    counts = counts_in(site)
    assert [(value.label, count) for value, count in counts] == [("Good standard", 1)]


def test_a_scale_mixed_into_the_row_of_another_is_a_fault_at_its_line() -> None:
    rows = ("safe good scale: old", "caring urgent scale: new", "well-led not-rated")
    mixed = rated(*rows, inspected="unknown", report="unknown")
    ((_, loc, message, _),) = found_faults(mixed, regulator=TWO_SCALES)
    assert loc == ("ratings", 1, "value")
    assert message == (
        "this grade is on the scale new, and rating 1 of the same thing on old; "
        "the two can't be compared"
    )
    assert found_faults(mixed, regulator=COMPARABLE) == []
    carried = mixed.replace("scale: old", "scale: old, carried_over: true")
    assert found_faults(carried, regulator=TWO_SCALES) == []


def test_a_key_question_is_rated_only_while_it_was_asked() -> None:
    asked = """
key_questions:
  - {id: safe, label: Safe, to: 2024}
  - {id: caring, label: Caring, from: 2025}
"""
    given = year(2025, "safe good", "caring good")
    ((_, loc, message, hint),) = found_faults(given, regulator=asked)
    assert loc == ("ratings", 0, "key_question")
    assert message == "`safe` was not asked at this inspection (March 2025)"
    assert hint == "the key questions then are: overall, caring"
    assert found_faults(year(2025, "safe good carried_over: true"), regulator=asked) == []
    assert found_faults(year(2024, "safe good"), regulator=asked) == []


def test_the_headline_names_key_questions_of_the_regulator_each_once() -> None:
    text = REGULATOR + "headline: [overall, saef, safe, safe]\n"
    tree = read_yaml(text.encode(), "a.yaml")[0].tree
    _, problems, *_ = read(RegulatorFront, tree.data, tree.spoiled, faults_in)
    assert [(fault.loc, fault.message) for fault in problems] == [
        (("headline", 1), "no key question has the id `saef`"),
        (("headline", 3), "`safe` stands twice in this list"),
    ]


def test_a_trust_without_a_grade_is_compared_on_the_newest_scale() -> None:
    texts = {"a": year(2021, "overall outstanding"), "b": year(2021, "overall not-rated")}
    assert compared(TWO_SCALES, **texts) == [("new", ["b"]), ("old", ["a"])]


def test_a_row_of_a_comparison_is_of_a_trust_as_a_whole() -> None:
    site = the_site(year(2021, "overall good"))
    (comparison,) = tables.comparisons(site, tables.compared_rows)
    (row,) = comparison.rows
    assert (row.scope, row.id, row.name, row.site) == ("trust", "north", "North Trust", "")


def test_a_suspension_that_was_replaced_is_no_longer_shown_as_one() -> None:
    briefings = (year(2021, "safe suspended"), year(2023, "overall good replaces: all"))
    assert not standing(*briefings, question="safe").is_suspended
    assert standing(briefings[0], question="safe").is_suspended


def test_a_first_rating_has_nothing_before_it_that_is_ours() -> None:
    (point,) = the_history(year(2021, "overall good")).points
    assert not point.before_is_ours


def test_a_rating_is_replaced_by_the_first_one_that_replaces_it() -> None:
    current = standing(
        year(2021, "safe good"),
        year(2022, "overall good replaces: all"),
        year(2023, "overall inadequate replaces: all"),
        question="safe",
    )
    assert current.replaced_by is not None
    assert current.replaced_by.value.id == "good"


def test_a_previous_rating_gives_the_arrow() -> None:
    before = "previous: {value: inadequate, date: 2019}"
    (given,) = the_history(year(2021, f"overall good {before}")).points
    assert (given.change, given.before and given.before.id) == ("up", "inadequate")


def test_two_inspections_that_end_on_different_days_may_give_different_grades() -> None:
    def over(interval: str, grade: str) -> str:
        return rated(f"overall {grade}", inspected=interval, report="unknown")

    assert found_faults(over("2024-05-01", "good"), over("2024-05-01", "inadequate")) != []
    assert (
        found_faults(
            over("2024-05-01/2024-05-02", "good"), over("2024-05-01/2024-05-03", "inadequate")
        )
        == []
    )


def test_a_comparison_leaves_out_a_trust_that_has_no_page() -> None:
    texts = {
        "one": year(2021, "overall good"),
        "two": f"trust: south\n{year(2021, 'overall good')}",
    }
    site = a_site(texts)
    (comparison,) = tables.comparisons(site, tables.compared_rows)
    assert [row.id for row in comparison.rows] == ["north"]


def test_histories_are_in_one_order_whatever_the_order_of_the_ratings() -> None:
    rows = ["safe good", "caring good", "overall good scope: service, name: Maternity"]
    for order in (rows, rows[::-1]):
        things = list(rating_histories(the_site(year(2021, *order))))
        assert [(thing.scope, thing.key_question) for thing in things] == [
            ("service", "overall"),
            ("trust", "caring"),
            ("trust", "safe"),
        ]


def test_a_word_that_is_no_rating_is_shown_as_it_can_be_read() -> None:
    assert standing(year(2021, "overall not-there-yet")).value.label == "Not there yet"


def test_no_word_outside_the_scale_compares() -> None:
    front = a_front(RegulatorFront, REGULATOR)
    good, suspended = scales.find_value(front, "good"), scales.find_value(front, "suspended")
    assert good is not None
    assert suspended is not None
    assert scales.change_between(good, suspended) == "not-comparable"
    assert scales.change_between(suspended, good) == "not-comparable"


@pytest.mark.parametrize(
    ("now", "inspected", "label"),
    [("outstanding", "2025-11-05", "Good"), ("exceptional", "2025-11-12", "Good standard")],
)
def test_a_grade_that_two_scales_share_is_read_on_the_scale_of_the_new_grade(
    now: str, inspected: str, label: str
) -> None:
    row = f"overall {now} previous: {{value: good, date: 2026-01-02}}"
    history = the_history(rated(row, inspected=inspected), regulator=TWO_SCALES)
    (point,) = history.points
    assert point.before is not None
    assert point.before.label == label


ONCE_MORE = """
  - id: first
    label: First grades
    to: 2020-01-01
    values: [{id: inadequate, label: Poor, rank: 1}]
"""


def test_a_carried_over_grade_of_a_scale_in_force_is_not_taken_for_one_of_an_older_scale() -> None:
    regulator = TWO_SCALES.replace("outside_scale:", f"{ONCE_MORE.lstrip(chr(10))}outside_scale:")
    carried = rated("overall inadequate carried_over: true", inspected="2025", report="2026-01-14")
    assert found_faults(carried, regulator=regulator) == []
    assert the_history(carried, regulator=regulator).standing.value.label == "Inadequate"


def test_a_regulator_that_lists_no_services_takes_any_name() -> None:
    text = year(2021, "overall good scope: service, name: Any ward")
    assert len(found_faults(text)) == 1
    before, _, after = REGULATOR.partition("services:")
    lists_none = a_front(RegulatorFront, before + after.partition("{label: Maternity}\n")[2])
    regulators = {"cqc": a_record("regulator", "cqc", lists_none)}
    content = replace(a_content({"one": text}), regulators=regulators)
    assert faults_of(visible(content, NOW)) == []


def test_service_counts_may_be_of_either_of_two_scales_that_may_have_been_in_force() -> None:
    counts = "service_counts: {total: 2, outstanding: 1, urgent: 1, sources: [A]}\n"
    text = "inspection: {type: focused, inspected: 2025, report_published: 2026-01-14}\n" + counts
    assert found_faults(text, regulator=TWO_SCALES) == []


HINTS = [
    ("overall good scale: x", "scales: []\n", "the scales are: none yet"),
    ("zzzz good", "", "the key questions are: overall, safe, caring, well-led"),
    (
        "overall good scope: service, name: Zzzz",
        "",
        "the services are: Forensic wards, Maternity",
    ),
    ("overall zzzz", TWO_SCALES, "the values are: outstanding, good, inadequate, not-rated"),
]


@pytest.mark.parametrize(("row", "regulator", "hint"), HINTS, ids=[row for row, *_ in HINTS])
def test_without_a_similar_word_the_hint_lists_the_options(
    row: str, regulator: str, hint: str
) -> None:
    hints = [hint for *_, hint in found_faults(year(2021, row), regulator=regulator)]
    assert hints == [hint]


def test_the_scales_of_the_day_are_named_where_another_was_in_force() -> None:
    ((*_, hint),) = found_faults(year(2026, "overall good scale: old"), regulator=TWO_SCALES)
    assert hint == "the scales then are: new"


@pytest.mark.parametrize(("count", "ending"), [(12, "w12"), (13, "w12 …")])
def test_a_list_of_what_there_is_ends_where_it_is_too_long_to_read(count: int, ending: str) -> None:
    words = ", ".join(f"{{label: W{number}}}" for number in range(1, count + 1))
    row = "overall good scope: service, name: Zzzz"
    ((*_, hint),) = found_faults(year(2021, row), regulator=f"services: [{words}]\n")
    start = "there are 13 services, see the file of CQC in regulators/; the first are"
    assert hint.startswith(f"{'the services are' if count < 13 else start}: W1, W2, ")
    assert hint.casefold().endswith(ending)


NO_GRADES = [
    ("not-rated", "suspended", "same", "write `change: not-comparable`, or remove the line"),
    ("not-rated", "not-rated", "up", "write `change: not-comparable`, or remove the line"),
    ("good", "inadequate", "up", "write `change: down`, or mend the grades"),
    (
        "good",
        "inadequate",
        "not-comparable",
        "write `change: down`, or mend the grades; if another method was used then, name it as "
        "`method` under `previous`",
    ),
]


@pytest.mark.parametrize(("before", "now", "change", "hint"), NO_GRADES)
def test_the_message_for_a_wrong_change_names_the_right_one(
    before: str, now: str, change: str, hint: str
) -> None:
    previous = f"previous: {{value: {before}, date: unknown}}"
    ((*_, fault),) = found_faults(year(2021, f"overall {now} change: {change}, {previous}"))
    assert fault == hint


def test_a_method_does_not_explain_an_arrow_the_wrong_way() -> None:
    previous = "previous: {value: good, date: unknown, method: old-method}"
    ((_, loc, *_),) = found_faults(year(2021, f"overall inadequate change: up, {previous}"))
    assert loc == ("ratings", 0, "change")


def test_between_scales_that_can_not_be_compared_the_hint_is_to_say_so() -> None:
    previous = "previous: {value: outstanding, date: 2021}"
    text = year(2026, f"overall urgent change: up, {previous}")
    ((*_, hint),) = found_faults(text, regulator=TWO_SCALES)
    assert hint == "write `change: not-comparable`, or remove the line"


def test_of_two_readings_that_are_both_wrong_the_one_on_the_same_scale_is_named() -> None:
    previous = "previous: {value: good, date: 2026-01}"
    text = year(2026, f"overall exceptional change: down, {previous}")
    ((*_, message, _),) = found_faults(text, regulator=TWO_SCALES)
    assert message == "`change` says down, but from Good standard to Exceptional is up"


def test_a_fault_of_service_counts_is_at_the_name_of_the_count() -> None:
    text = "service_counts: {total: 1, inadequat: 1, sources: [A]}"
    ((_, fault),) = faults_of(the_site(text))
    assert fault.at_key


JUNE, JULY = ("2021-06", "2021-07")
TWO_VISITS = "[{date: 2021-03-01}, {date: 2021-04-01}]"
TURNED = "[{date: 2021-04-01}, {date: 2021-03-01}]"


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ((VISIT, JULY), (VISIT, JUNE), 0),  # two reports, so two inspections
        ((VISIT, JUNE), (VISIT, JULY), 0),
        ((TWO_VISITS, JUNE), (TURNED, JUNE), 1),  # the order of the visits means nothing
        ((TWO_VISITS, JUNE), ("2021-03-01", JUNE), 0),
        (("2021-03-01", JUNE), ("2021-03", JUNE), 0),  # which may be another day of March
        (("2021-03", JUNE), ("2021-03-01", JUNE), 0),
        (("2021-03", "2021-06-01"), ("2021-04", "2021-06-01"), 1),
        (("2021-03-01", "2021-06-01"), ("2021-03-01", "2021-06-02"), 0),
        (("2021-03-01", "2021-06-02"), ("2021-03-01", "2021-06-01"), 0),
    ],
)
def test_grades_disagree_only_where_visit_or_report_is_the_same_for_certain(
    first: tuple[str, str], second: tuple[str, str], count: int
) -> None:
    texts = (
        rated(f"overall {grade}", inspected=visit, report=report)
        for grade, (visit, report) in zip(("good", "inadequate"), (first, second), strict=True)
    )
    assert len(found_faults(*texts)) == count


def test_grades_of_one_day_on_two_scales_do_not_disagree() -> None:
    texts = [
        rated(f"overall {row}", inspected="2025", report="2026-01-14")
        for row in ("outstanding scale: old", "urgent scale: new")
    ]
    assert found_faults(*texts, regulator=TWO_SCALES) == []


def test_of_two_contradicting_briefings_of_one_moment_the_second_by_name_is_reported() -> None:
    problems = found_faults(year(2021, "overall inadequate"), year(2021, "overall good"))
    assert [(id, hint) for id, *_, hint in problems] == [
        ("b1", "mend one of the two grades, or one of the dates")
    ]


def test_a_briefing_does_not_contradict_itself_by_naming_the_rating_of_its_own_report() -> None:
    assert found_faults(year(2023, PREVIOUS.format("inadequate", "2023-06-01"))) == []


def test_of_several_on_one_report_the_first_made_public_says_what_it_was() -> None:
    problems = found_faults(
        "published: 2026-01-10\n" + year(2021, "overall good"),
        "published: 2026-01-05\n" + year(2021, "overall inadequate"),
        year(2023, PREVIOUS.format("good", "2021-06-01")),
    )
    assert [(id, message) for id, loc, message, _ in problems if "previous" in str(loc)] == [
        ("b2", "briefings/2026/b1.md says that it was Inadequate on that date")
    ]


ORDERED = "services: [{label: Maternity}, {label: Forensic wards}]\n"


def test_the_ratings_of_a_trust_are_in_the_order_of_its_regulator() -> None:
    ward = "scope: service, name:"
    rows = [
        f"overall good {ward} Forensic wards",
        f"overall good {ward} Other wards",
        f"overall good {ward} Another ward",
        f"overall good {ward} Maternity",
        "overall good scope: location, name: City",
        "well-led good",
        "caring good",
        "safe good",
        "overall good",
    ]
    site = the_site(year(2021, *rows), regulator=ORDERED)
    own = tables.ratings_of_trust(site, "north")
    assert [history.thing.key_question for history in own][:4] == [
        "overall",
        "safe",
        "caring",
        "well-led",
    ]
    assert [history.name for history in own][4:] == [
        "Maternity", "Forensic wards", "Another ward", "Other wards", "City",
    ]  # fmt: skip


def test_each_regulator_has_a_grid_and_a_comparison_of_its_own() -> None:
    rows = year(2021, "overall good", "overall good scope: service, name: Maternity, site: City")
    site = a_site({"a": rows, "b": f"regulator: hiw\n{rows}"}, regulators={"hiw": "", "cqc": ""})
    grids = tables.grids(site, tables.ratings_of_trust(site, "north"))
    assert [grid.regulator for grid in grids] == ["cqc", "hiw"]
    assert [(row.scope, row.site) for grid in grids for row in grid.rows] == [
        ("service", "City")
    ] * 2
    compared = list(tables.comparisons(site, tables.compared_rows))
    assert [comparison.regulator for comparison in compared] == ["cqc", "hiw"]
    for comparison in compared:
        assert [label for _, label in comparison.columns] == [
            "Overall",
            "Safe",
            "Caring",
            "Well-led",
        ]
        (row,) = comparison.rows
        assert [cell and cell.value.id for cell in row.cells] == ["good", None, None, None]


@pytest.mark.parametrize(
    ("inspected", "report", "dated"),
    [
        ("2023-03", "unknown", "carried over in the inspection of March 2023"),
        ("2023-03", "2023-06-01", "carried over in the report of 1 June 2023"),
        ("unknown", "unknown", "carried over"),
    ],
)
def test_a_carried_over_rating_is_dated_by_the_report_that_carried_it_over(
    inspected: str, report: str, dated: str
) -> None:
    text = rated("overall good carried_over: true", inspected=inspected, report=report)
    assert standing(text).dated == dated


def test_a_rating_has_its_date() -> None:
    when = standing(year(2021, "overall good")).date
    assert when is not None
    assert when.written == "2021-06-01"


def test_a_previous_grade_is_dated_by_the_briefing_or_by_our_record() -> None:
    text = year(2023, "overall good previous: {value: inadequate, date: 2019-05}")
    (point,) = the_history(text).points
    assert point.before_date is not None
    assert point.before_date.written == "2019-05"
    point = the_history(year(2021, "overall good"), year(2023, "overall inadequate")).points[-1]
    assert point.before_date is not None
    assert point.before_date.written == "2021-06-01"


def test_a_carried_over_rating_has_no_arrow_even_with_a_previous_grade() -> None:
    row = "overall good carried_over: true, previous: {value: inadequate, date: 2019}"
    (point,) = the_history(year(2021, row)).points
    assert point.change is None


def test_a_word_outside_the_scale_says_what_it_means_and_a_grade_how_it_is_defined() -> None:
    assert standing(year(2021, "overall not-rated")).value.meaning == "No grade."
    defined = REGULATOR.replace("label: Good, rank: 2", "label: Good, rank: 2, definition: Fine.")
    grades = defined[defined.index("scales:") : defined.index("outside_scale:")]
    assert (
        the_history(year(2021, "overall good"), regulator=grades).standing.value.meaning == "Fine."
    )


def test_a_value_reads_as_its_history_says() -> None:
    site = the_site(year(2026, "overall good"), regulator=TWO_SCALES)
    (briefing,) = site.briefings
    (rating,) = briefing.front.ratings
    value = covering.value_of(site.regulators["cqc"].front, rating, briefing)
    assert value == the_history(year(2026, "overall good"), regulator=TWO_SCALES).standing.value
    assert value.label == "Good standard"


def test_words_are_looked_up_on_the_scale_that_is_named() -> None:
    front = a_front(RegulatorFront, TWO_SCALES, REGULATOR)
    values = [scales.find_value(front, "good", id) for id in ("old", "new")]
    assert [value and value.label for value in values] == ["Good", "Good standard"]
    assert scales.find_value(front, "good", "another") is None
    assert scales.key_question_label(front, "unheard-of") == "unheard-of"


def test_a_location_is_not_taken_for_a_service_of_its_name() -> None:
    history = the_history(
        year(2021, "overall good scope: location, name: Secure wards"), scope="location"
    )
    assert history.name == "Secure wards"


def test_every_two_of_several_briefings_are_compared() -> None:
    problems = found_faults(
        year(2021, "overall good"),
        year(2021, "overall good"),
        year(2021, "overall inadequate"),
    )
    assert [(id, message) for id, _, message, _ in problems] == [
        ("b2", "briefings/2026/b0.md gives the same thing Good on the same date"),
        ("b2", "briefings/2026/b1.md gives the same thing Good on the same date"),
    ]


def test_of_two_scales_with_one_grade_the_place_of_the_question_is_the_value() -> None:
    text = rated("overall good", inspected="2025", report="2026-01-14")
    ((_, loc, *_),) = found_faults(text, regulator=TWO_SCALES)
    assert loc == ("ratings", 0, "value")


def test_a_key_question_of_no_regulator_is_named() -> None:
    ((_, _, message, _),) = found_faults(year(2021, "saef good"))
    assert message == "CQC has no key question `saef`"


def test_a_wrong_value_is_not_blamed_for_its_change_as_well() -> None:
    row = "overall goood change: up, previous: {value: inadequate, date: unknown}"
    assert [loc for _, loc, *_ in found_faults(year(2021, row))] == [("ratings", 0, "value")]
