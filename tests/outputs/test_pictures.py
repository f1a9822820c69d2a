"""Pictures never invent a day, keep their labels apart, and show what the tables have."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from briefings.content.dates.values import Period
from briefings.domain.ledger.history import History, histories
from briefings.domain.ratings.histories import rating_histories
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.domain.site import Site
from briefings.outputs.pages.components import GradeLabel
from briefings.outputs.pages.drawing import NARROW, Drawing, Label
from briefings.outputs.pages.pictures import Strips, axis_of, figures, life, line, strips
from briefings.outputs.pages.rating_tables import WIDTH as BAR
from briefings.outputs.pages.rating_tables import Cell, CountBar, GridRow, GridView, matrix
from tests.support.factory import a_site
from tests.support.reading import SECTORS, built, site_of

KINDS = ("raised", "told", "repeated", "plan-supplied", "partly-met", "met", "lifted")
DATES = st.from_regex(
    r"20[12][0-9](-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?|/20[12][0-9]|20[12][0-9]/",
    fullmatch=True,
)
#: How much of a label's width its text has at least, and the widths of screens.
_LETTER, WIDTHS = 6.0, (NARROW, 640, 1000)


def history_of(*rows: tuple[str, str]) -> History:
    """The history of one requirement with one event for each (kind, date)."""
    listed = [f"{{id: rooms, event: {kind}, date: {when}, sources: [A]}}" for kind, when in rows]
    return histories(a_site({"one": f"requirements: [{', '.join(listed)}]"}))["rooms"]


def extent(label: Label, width: float) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a label in a drawing of this width."""
    length = _LETTER * max(map(len, label.words + label.date))
    left = label.x / 100 * width - {"start": 0, "middle": 0.5, "end": 1}[label.anchor] * length
    return left, left + length, label.y - 9, label.y + 14 * (len(label.words + label.date) - 1) + 3


def overlaps(drawing: Drawing, width: float) -> list[tuple[Label, Label]]:
    def clash(label: Label, other: Label) -> bool:
        a, b = extent(label, width), extent(other, width)
        return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]

    return [pair for pair in combinations(drawing.labels, 2) if clash(*pair)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), DATES), min_size=2, max_size=9))
def test_labels_of_a_life_stay_inside_and_apart(rows: list[tuple[str, str]]) -> None:
    drawing = life(history_of(*rows))
    if drawing is None:
        assert len({when for _, when in rows}) == 1
        return
    assert len(drawing.labels) == len({(kind, when) for kind, when in rows})
    for width in WIDTHS:
        assert overlaps(drawing, width) == []
        for label in drawing.labels:
            left, right, _, bottom = extent(label, width)
            assert left >= -1
            assert right <= width + 1
            assert bottom <= drawing.height
    assert all(0 <= mark.x <= 100 and mark.left >= 0 for mark in drawing.marks)
    assert all(mark.left + mark.width <= 100.2 for mark in drawing.marks)


@pytest.mark.parametrize(
    ("rows", "marks", "courses"),
    [
        # A year is a range around its mark, a month within some years a point.
        (
            [("raised", "2019"), ("told", "2022-03/2022-04"), ("repeated", "2025-09")],
            ["raised range", "told", "again"],
            [""],
        ),
        # A second order is told again, whatever the briefing calls it.
        ([("told", "2022-01"), ("told", "2023-01")], ["told", "again"], [""]),
        # An unknown date has no mark.
        (
            [("raised", "unknown"), ("told", "2022"), ("met", "2024-05")],
            ["told range", "end"],
            [""],
        ),
        # Events of one day are both there, and need no line between them.
        ([("told", "2022-05-02"), ("deadline-set", "2022-05-02")], ["told", "other"], []),
        # Open on one side: a part of that side, broken.
        ([("told", "/2022-03"), ("repeated", "2025-09")], ["told open", "again"], [""]),
        # One event is one mark.
        ([("told", "2022-05-02")], ["told"], []),
        # The outcome is not known: the line is broken.
        ([("told", "2018-01"), ("not-known", "2023-01")], ["told", "other"], ["unsure"]),
        # After the last record, the trust's own word is no record.
        (
            [("told", "2018-01"), ("repeated", "2019-01"), ("accepted", "2023-01")],
            ["told", "again", "other"],
            ["", "unsure"],
        ),
    ],
)  # fmt: skip
def test_a_line_shows_what_is_known_of_each_date(
    rows: list[tuple[str, str]], marks: list[str], courses: list[str]
) -> None:
    history = history_of(*rows)
    axis = axis_of([history])
    assert axis is not None
    drawing = line(history, axis)
    kinds = [
        f"{mark.kind}{' open' if mark.is_open else ' range' if mark.width else ''}"
        for mark in drawing.marks
    ]
    assert kinds == marks
    assert [course.kind for course in drawing.courses] == courses
    assert drawing.labels == ()
    assert all(date in drawing.description for date in (row.date.show() for row in history.entries))


def test_an_open_requirement_has_an_arrow_and_one_that_is_met_has_none() -> None:
    for last, is_open in (("repeated", True), ("met", False), ("not-known", False)):
        drawing = life(history_of(("told", "2019-01"), (last, "2022-01")))
        assert drawing is not None
        assert (drawing.arrow is not None) == is_open


def test_one_event_needs_no_drawing_of_its_own() -> None:
    assert life(history_of(("told", "2022"))) is None
    assert life(history_of(("told", "unknown"), ("met", "unknown"))) is None


def test_a_requirement_with_very_many_events_is_drawn_soon() -> None:
    rows = [("repeated", f"20{n // 12 + 10}-{n % 12 + 1:02}") for n in range(200)]
    drawing = life(history_of(("told", "2009"), *rows))
    assert drawing is not None
    assert len(drawing.marks) == 201
    assert drawing.labels != ()
    assert overlaps(drawing, NARROW) == []


def test_all_lines_of_a_list_have_one_axis_of_whole_years() -> None:
    axis = axis_of([history_of(("told", "2019-05")), history_of(("told", "2025-11-30"))])
    assert axis is not None
    assert [label.words[0] for label in axis.scale.labels] == ["2019", "2021", "2023", "2025"]
    assert (axis.first.isoformat(), axis.last.isoformat()) == ("2019-01-01", "2026-01-01")
    assert axis_of([history_of(("told", "unknown"))]) is None


# Ratings


def drawn(site: Site, trust: str = "north") -> Strips | None:
    """The strips of one trust's own ratings."""
    own = ratings_of_trust(site, trust)
    return strips(own, {id: regulator.front for id, regulator in site.regulators.items()})


def kinds(drawing: Drawing) -> list[str]:
    return [mark.kind for mark in drawing.marks]


def graded(month: str, *rows: str) -> str:
    listed = "".join(f"  - {{scope: trust, {row}, sources: [A]}}\n" for row in rows)
    return (
        f"inspection: {{type: focused, inspected: {month}, report_published: {month}}}\n"
        f"ratings:\n{listed}"
    )


def only_strips(texts: dict[str, str], regulators: dict[str, str] | None = None) -> Strips:
    strips = drawn(a_site(texts, regulators=regulators or {}))
    assert strips is not None
    return strips


def rows_of(strips: Strips) -> dict[str, dict[str, Drawing]]:
    return {
        name: {row.series.question: row.drawing for row in rows} for name, rows in strips.scales
    }


def test_a_suspension_breaks_the_line_of_a_rating() -> None:
    strips = only_strips(
        {
            "one": graded("2018-02", "value: good"),
            "two": graded("2022-11", "value: suspended"),
            "three": graded("2023-07", "value: inadequate"),
        }
    )
    overall = rows_of(strips)["Grades"]["Overall"]
    assert kinds(overall) == ["good", "ended", "worst"]
    assert [course.kind for course in overall.courses] == ["good", "worst"]
    assert [label.words for label in sorted(overall.labels, key=lambda label: label.x)] == [
        ("Good",), ("Rating suspended",), ("Inadequate",)
    ]  # fmt: skip


SCALES = """
scales:
  - id: old
    label: Old grades
    to: 2025-11-09
    values: [{{id: good, label: Good, rank: 1}}, {{id: bad, label: Bad, rank: 2}}]
  - id: new
    label: New grades
    from: 2025-11-10
    {comparable}values:
      - {{id: strong, label: Strong, rank: 1}}
      - {{id: urgent, label: Urgent, rank: 2}}
"""
ON_TWO_SCALES = {
    "one": graded("2018-02", "value: good", "key_question: safe, value: bad"),
    "two": graded("2022-11", "value: bad"),
    "three": graded(
        "2025-12", "key_question: safe, value: strong", "key_question: caring, value: urgent"
    ),
}


def test_a_line_joins_one_question_on_scales_that_compare() -> None:
    apart = only_strips(ON_TWO_SCALES, {"cqc": SCALES.format(comparable="")})
    rows = rows_of(apart)
    assert {scale: {row: len(rows[scale][row].marks) for row in rows[scale]} for scale in rows} == {
        "Old grades": {"Overall": 2, "Safe": 1},
        "New grades": {"Safe": 1, "Caring": 1},
    }
    # The safe grade of the old scale ends where the new one begins.
    assert rows["Old grades"]["Safe"].courses[0].x2 == rows["New grades"]["Safe"].marks[0].x
    text = SCALES.format(comparable="comparable_with: [old]\n    ")
    joined = rows_of(only_strips(ON_TWO_SCALES, {"cqc": text}))
    assert [(name, len(grades["Safe"].marks)) for name, grades in joined.items()] == [
        ("New grades", 2)
    ]


def test_a_grade_that_another_replaced_ends_there() -> None:
    strips = only_strips(
        {
            "one": graded("2022-11", "value: good"),
            "two": graded("2026-01", "key_question: well-led, value: good, replaces: all"),
        }
    )
    overall, well_led = rows_of(strips)["Grades"].values()
    assert overall.courses[-1].x2 == well_led.marks[0].x
    assert well_led.courses[-1].x2 == 100


def test_ratings_without_a_date_are_counted_and_are_in_the_table() -> None:
    months = {"one": "unknown", "two": "2018-02", "three": "2020-02"}
    strips = only_strips({id: graded(month, "value: good") for id, month in months.items()})
    assert strips.undated == 1
    assert kinds(rows_of(strips)["Grades"]["Overall"]) == ["good", "good"]


@pytest.mark.parametrize(
    ("written", "day"), [("/2019", "2019-12-31"), ("2019/", "2019-01-01")]
)  # fmt: skip
def test_a_rating_with_a_half_open_date_is_at_its_known_end(written: str, day: str) -> None:
    strips = only_strips(
        {"one": graded(written, "value: good"), "two": graded("2022-02", "value: inadequate")}
    )
    known = next(mark for mark in rows_of(strips)["Grades"]["Overall"].marks if mark.is_open)
    assert known.x == strips.axis.x(Period.parse(day).earliest or strips.axis.first)


def test_a_word_is_said_where_it_begins_and_words_do_not_overlap() -> None:
    months = ("2019-01", "2019-03", "2019-05", "2025-01", "2025-03")
    values = ("requires-improvement", "good", "requires-improvement", "inadequate", "inadequate")
    texts = {
        month: graded(month, f"value: {value}") for month, value in zip(months, values, strict=True)
    }
    overall = rows_of(only_strips(texts))["Grades"]["Overall"]
    assert len(overall.marks) == 5
    assert len(overall.labels) == 4
    for width in WIDTHS:
        assert overlaps(overall, width) == []


@pytest.mark.parametrize("content", ["content", "tests/site/content", *SECTORS])
def test_the_strips_have_every_rating_of_the_table(content: str) -> None:
    site, count = site_of(content), 0
    for trust in site.trusts:
        strips = drawn(site, trust)
        own = [history for thing, history in rating_histories(site).items() if thing.trust == trust]
        points = [
            point for history in own if history.thing.scope == "trust" for point in history.series
        ]
        if strips:
            shown = [row.drawing for _, rows in strips.scales for row in rows]
            count += len(shown)
            assert sum(len(strip.marks) for strip in shown) + strips.undated == len(points), trust
            page = built(content)[f"/trusts/{trust}/"]
            assert page.count('<ul class="lines short">') == len(strips.scales)
    assert count


def test_nottinghamshires_overall_rating_is_not_joined_to_well_led() -> None:
    strips = drawn(site_of("content"), "nottinghamshire-healthcare")
    assert strips is not None
    ((_, rows),) = strips.scales
    assert {"Overall", "Well-led"} <= {row.series.question for row in rows}


def test_the_strips_of_the_comparison_are_in_its_order_and_have_a_table() -> None:
    page: Any = html.fromstring(built("content")["/compare/"].encode())
    tables = [
        [text.text_content().strip() for text in table.xpath(".//tbody//th")]
        for table in page.xpath('//table[contains(@class, "rated") or ancestor::details]')
    ]
    drawn = page.xpath("//figure//li/span/a/text()")
    assert list(dict.fromkeys(drawn)) == tables[0] == list(dict.fromkeys(tables[1]))
    descriptions = "; ".join(page.xpath("//figure//li[.//a]//*[local-name()='desc']/text()"))
    assert descriptions.count(";") + 1 == len(tables[1])


def test_a_grade_that_is_older_than_a_later_inspection_is_grey_in_the_grid() -> None:
    grid = GridView(
        "CQC",
        ["Safe", "Caring", "Responsive"],
        [GridRow("Wards", [a_cell("Good"), None, a_cell("Inadequate", is_old=True)])],
        "",
    )
    drawing = matrix(grid)
    ((name, row),) = drawing.rows
    assert [mark.kind for mark in row.marks] == ["good", "worst old"]
    assert [mark.x for mark in row.marks] == [drawing.head.labels[n].x for n in (0, 2)]
    assert (name, row.description) == (
        "Wards",
        "Safe: Good, May 2025; Responsive: Inadequate, May 2025 (older)",
    )
    assert ([grade.word for grade in drawing.legend], drawing.has_old) == (
        ["Good", "Inadequate"],
        True,
    )


def a_cell(word: str, *, is_old: bool = False) -> Cell:
    tone = {"Good": "good", "Inadequate": "worst"}[word]
    question = "Safe" if tone == "good" else "Responsive"
    grade = GradeLabel(word, tone, tone, is_grade=True)
    return Cell(grade, "May 2025", "/", 2, not is_old, None, "", [], question)


# Figures


def test_figures_are_measured_from_zero_with_their_units() -> None:
    values = [("120", "2020-21"), ("60", "2021-22"), ("240", "2024-25")]
    drawing = figures(
        "Cases",
        [(Decimal(number), Period.parse(when), f"{number} cases") for number, when in values],
    )
    assert drawing is not None
    assert drawing.zero is not None
    heights = [drawing.zero - mark.y for mark in drawing.marks]
    assert [round(height / heights[0], 1) for height in heights] == [1, 0.5, 2]
    assert all(mark.width for mark in drawing.marks)
    assert {label.words[0] for label in drawing.labels} == {"120 cases", "60 cases", "240 cases"}
    for width in WIDTHS:
        assert overlaps(drawing, width) == []


@pytest.mark.parametrize(
    ("numbers", "signs"), [((-5, 5), (-1, 1)), ((-5, -10), (-1, -1)), ((0, 0), (0, 0))]
)
def test_a_figure_below_zero_is_below_the_line(
    numbers: Sequence[int], signs: Sequence[int]
) -> None:
    periods = (Period.parse("2020"), Period.parse("2021"))
    drawing = figures(
        "Balance",
        [(Decimal(number), when, "") for number, when in zip(numbers, periods, strict=True)],
    )
    assert drawing is not None
    assert drawing.zero is not None
    for mark, sign in zip(drawing.marks, signs, strict=True):
        assert (drawing.zero > mark.y) - (drawing.zero < mark.y) == sign
        assert 0 <= mark.y <= drawing.height


def test_figures_of_one_period_or_of_none_are_not_drawn() -> None:
    known, unknown = Period.parse("2020"), Period.parse("unknown")
    for periods in ([known], [known, known], [known, None], [known, unknown]):
        assert figures("Cases", [(Decimal(1), when, "1 case") for when in periods]) is None


# Pages


@pytest.mark.parametrize("content", ["content", "tests/site/content", *SECTORS])
def test_every_picture_says_in_words_what_it_shows(content: str) -> None:
    count = 0
    for url, text in built(content).items():
        page: Any = html.fromstring(text.encode())
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), url
        for svg in page.xpath("//svg[not(ancestor-or-self::*[@aria-hidden])]"):
            count += 1
            named = [page.get_element_by_id(id) for id in svg.get("aria-labelledby").split()]
            assert svg.get("role") == "img", url
            assert [element.tag for element in named] == ["title", "desc"], url
            assert all(element.text.strip() and element.getparent() is svg for element in named), (
                url
            )
    assert count


def test_the_ledger_draws_every_open_requirement_in_the_order_of_its_table() -> None:
    page: Any = html.fromstring(built("tests/site/content")["/requirements/"].encode())
    open_table = page.xpath('//*[@id="open"]/following::table[1]')[0]
    links = open_table.xpath(".//tbody//th/a/@href")
    assert len(links) > 40
    assert page.xpath('//ol[@class="lines"]/li/span/a/@href') == links


def test_the_bar_of_counts_is_as_wide_as_its_numbers() -> None:
    numbers = "outstanding: 1, good: 10, requires-improvement: 7, inadequate: 0"
    site = a_site({"one": f"service_counts: {{total: 18, {numbers}, sources: [A]}}"})
    briefing = site.briefing["one"]
    assert briefing.front.service_counts is not None
    bar = CountBar(briefing.front.service_counts, site.regulators["cqc"].front, briefing)
    assert bar.words == "1 outstanding, 10 good, 7 requires improvement, 0 inadequate"
    assert [part.tone for part in bar.parts] == ["best", "good", "poor"]
    assert round(bar.parts[-1].x + bar.parts[-1].width) == BAR
