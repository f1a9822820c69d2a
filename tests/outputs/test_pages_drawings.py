"""Drawings keep to their edges, never overlap their labels, and never invent a day."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.domain.ledger.history import histories
from briefings.domain.ratings.histories import rating_histories
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.domain.site import Site
from briefings.outputs.pages.chart import Chart, charts
from briefings.outputs.pages.counts import WIDTH as BAR
from briefings.outputs.pages.counts import CountBar
from briefings.outputs.pages.timeline_svg import WIDTH, Label, timeline_svg
from tests.support.factory import a_site
from tests.support.reading import built, site_of

KINDS = ("raised", "told", "repeated", "plan-supplied", "partly-met", "met", "lifted")
DATES = st.from_regex(r"20[12][0-9](-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?", fullmatch=True)


def events(rows: list[tuple[str, str]]) -> str:
    """Front matter with one event for each (kind, date)."""
    listed = [f"{{id: rooms, event: {kind}, date: {when}, sources: [A]}}" for kind, when in rows]
    return f"requirements: [{', '.join(listed)}]"


def extent(label: Label) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a label, letters taken as narrow as they can be."""
    width = 6.0 * max(len(label.word), len(label.date))
    return (label.x, label.x + width, label.y - 12, label.y + 18)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), DATES), min_size=2, max_size=9))
def test_labels_of_a_life_stay_inside_and_apart(rows: list[tuple[str, str]]) -> None:
    drawing = timeline_svg(histories(a_site({"one": events(rows)}))["rooms"])
    if drawing is None:
        assert len({when for _, when in rows}) == 1
        return
    boxes = [extent(label) for label in drawing.labels]
    for left, _right, top, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert bottom <= drawing.height + 2
    for one, other in combinations(boxes, 2):
        across = one[0] < other[1] and other[0] < one[1]
        down = one[2] < other[3] and other[2] < one[3]
        assert not (across and down)
    assert all(mark.x >= 0 and mark.x + mark.width <= WIDTH for mark in drawing.marks)


def test_a_date_known_to_the_year_is_a_span_and_a_better_one_a_point() -> None:
    text = events([("raised", "2019"), ("told", "2022-03/2022-04"), ("repeated", "2025-09")])
    drawing = timeline_svg(histories(a_site({"one": text}))["rooms"])
    assert drawing is not None
    assert [(mark.is_span, mark.again) for mark in drawing.marks] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert drawing.is_open
    assert not drawing.is_ended


def test_an_event_without_a_date_is_in_the_list_and_not_in_the_drawing() -> None:
    text = events([("raised", "unknown"), ("told", "2022"), ("met", "2024")])
    drawing = timeline_svg(histories(a_site({"one": text}))["rooms"])
    assert drawing is not None
    assert len(drawing.events) == 3
    assert len(drawing.marks) == 2
    assert drawing.is_ended


def test_one_event_needs_no_drawing() -> None:
    assert timeline_svg(histories(a_site({"one": events([("told", "2022")])}))["rooms"]) is None


def _rated(month: str, value: str) -> str:
    return (
        f"inspection: {{type: focused, inspected: {month}, report_published: {month}}}\n"
        f"ratings: [{{scope: trust, value: {value}, sources: [A]}}]"
    )


def test_a_suspension_breaks_the_line_of_a_rating() -> None:
    site = a_site(
        {
            "one": _rated("2018-02", "good"),
            "two": _rated("2022-11", "suspended"),
            "three": _rated("2023-07", "inadequate"),
        }
    )
    (drawing,) = drawn(site)
    (row,) = drawing.rows
    assert row.path.count("M") == 2
    assert [dot.grade.shape for dot in row.dots] == ["good", "ended", "worst"]


def drawn(site: Site, trust: str = "north") -> list[Chart]:
    """The drawings of one trust's own ratings."""
    own = ratings_of_trust(site, trust)
    return charts(own, {id: one.front for id, one in site.regulators.items()})


TWO_SCALES = """
scales:
  - id: old
    label: Old grades
    to: 2025-11-09
    values: [{id: good, label: Good, rank: 1}, {id: bad, label: Bad, rank: 2}]
  - id: new
    label: New grades
    from: 2025-11-10
    values: [{id: strong, label: Strong, rank: 1}, {id: urgent, label: Urgent, rank: 2}]
"""


def graded(month: str, *rows: str) -> str:
    listed = "".join(f"  - {{scope: trust, {row}, sources: [A]}}\n" for row in rows)
    return (
        f"inspection: {{type: focused, inspected: {month}, report_published: {month}}}\n"
        f"ratings:\n{listed}"
    )


def test_a_line_joins_one_scale_and_one_question() -> None:
    site = a_site(
        {
            "one": graded("2018-02", "value: good", "key_question: safe, value: bad"),
            "two": graded("2022-11", "value: bad"),
            "three": graded(
                "2025-12",
                "key_question: safe, value: strong",
                "key_question: caring, value: urgent",
            ),
        },
        regulators={"cqc": TWO_SCALES},
    )
    old, new = drawn(site)
    assert [(row.label, len(row.dots)) for row in old.rows] == [("Overall", 2), ("Safe", 1)]
    assert [(row.label, len(row.dots)) for row in new.rows] == [("Safe", 1), ("Caring", 1)]
    assert (old.name, new.name) == ("Old grades", "New grades")
    assert old.years == new.years
    # The safe grade of the old scale ends where the new one begins.
    assert old.rows[1].path.endswith(f"H{new.rows[0].dots[0].x}")


def test_a_grade_that_another_replaced_ends_there() -> None:
    site = a_site(
        {
            "one": graded("2022-11", "value: good"),
            "two": graded("2026-01", "key_question: well-led, value: good, replaces: all"),
        }
    )
    (drawing,) = drawn(site)
    overall, well_led = drawing.rows
    assert overall.path.endswith(f"H{well_led.dots[0].x}")
    assert well_led.path.endswith(f"H{drawing.right}")


def test_ratings_without_a_date_are_counted_and_are_in_the_table() -> None:
    site = a_site(
        {
            "one": graded("unknown", "value: good"),
            "two": graded("2018-02", "value: good"),
            "three": graded("2020-02", "value: good"),
        }
    )
    (drawing,) = drawn(site)
    assert drawing.undated == 1
    assert len(drawing.rows[0].dots) == 2


def test_labels_of_neighbouring_ratings_do_not_overlap() -> None:
    months = ("2019-01", "2019-03", "2019-05", "2025-01")
    texts = {month: graded(month, "value: requires-improvement") for month in months}
    (drawing,) = drawn(a_site(texts))
    sides = [dot.word_y for dot in drawing.rows[0].dots]
    assert sides[0] is not None
    assert sides[1] is not None
    assert sides[1] < sides[0]
    assert sides[2:] == [None, sides[0]]


@pytest.mark.parametrize("content", ["content", "tests/site/content"])
def test_the_drawings_have_every_rating_of_the_table(content: str) -> None:
    site = site_of(content)
    for trust in site.trusts:
        found = drawn(site, trust)
        own = [one for thing, one in rating_histories(site).items() if thing.trust == trust]
        points = [point for one in own if one.thing.scope == "trust" for point in one.series]
        shown = sum(len(row.dots) for one in found for row in one.rows)
        undated = sum(one.undated for one in found)
        if found:
            assert shown + undated == len(points), trust
            assert built(content)[f"/trusts/{trust}/"].count("<figure class=") == len(found)


def test_nottinghamshires_overall_rating_is_not_joined_to_well_led() -> None:
    (drawing,) = drawn(site_of("content"), "nottinghamshire-healthcare")
    rows = {row.label: row for row in drawing.rows}
    assert {"Overall", "Well-led"} <= rows.keys()
    assert rows["Overall"].y != rows["Well-led"].y


def test_the_bar_of_counts_is_as_wide_as_its_numbers() -> None:
    numbers = "outstanding: 1, good: 10, requires-improvement: 7, inadequate: 0"
    site = a_site({"one": f"service_counts: {{total: 18, {numbers}, sources: [A]}}"})
    one = site.briefing["one"]
    assert one.front.service_counts is not None
    bar = CountBar(one.front.service_counts, site.regulators["cqc"].front, one)
    assert bar.words == "1 outstanding, 10 good, 7 requires improvement, 0 inadequate"
    assert [part.tone for part in bar.parts] == ["best", "good", "poor"]
    assert round(bar.parts[-1].x + bar.parts[-1].width) == BAR


def test_the_timeline_is_broken_if_the_outcome_is_not_known() -> None:
    text = events([("told", "2018"), ("not-known", "2023")])
    drawing = timeline_svg(histories(a_site({"one": text}))["rooms"])
    assert drawing is not None
    assert drawing.is_unsure
    assert not drawing.is_open


@pytest.mark.parametrize(
    ("written", "day", "other"),
    [("/2019", "2019-12-31", "2022-11"), ("2019/", "2019-01-01", "2018-02")],
)
def test_a_rating_with_a_half_open_date_is_at_its_known_end(
    written: str, day: str, other: str
) -> None:
    sites = [
        a_site({"one": _inspected(each), "two": _rated(other, "inadequate")})
        for each in (written, day)
    ]
    (first,), (second,) = map(drawn, sites)
    assert (first.rows, first.years) == (second.rows, second.years)


def _inspected(when: str) -> str:
    return (
        f"inspection: {{type: focused, inspected: {when}, report_published: {when}}}\n"
        "ratings: [{scope: trust, value: good, sources: [A]}]"
    )
