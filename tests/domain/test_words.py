"""Words, numbers and money come out as they are said in British English."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from briefings.content.dates.values import Gap, Length, PartialDate, gap
from briefings.content.schema import types
from briefings.content.schema.site import SiteFront
from briefings.domain import words
from tests.support.factory import CONFIG, a_front


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2019", "2025-09", "about six years"),
        ("2020-01-01", "2020-12-31", "about a year"),
        ("2020-01", "2021-01", "about a year"),
        ("2020-01-01", "2022-02-01", "about two years"),
        ("2000-01-01", "2012-02-01", "about 12 years"),
        ("2020", "2022", "between 1 and 3 years"),
        ("2020", "2025", "about five years"),
        ("2015/2020", "2025", "between 4 and 11 years"),
        ("2024-06-01/2025-03-26", "2025-03-26", "up to 10 months"),
        ("2025-01-01", "2025-05-15", "more than 4 months"),
        ("/2021", "2025", "at least 3 years"),
    ],
)
def test_lists_say_about_so_many_years_only_where_that_can_mislead_nobody(
    start: str, end: str, expected: str
) -> None:
    length = gap(PartialDate.parse(start), PartialDate.parse(end))
    assert length is not None
    assert words.about(length) == expected


def test_a_range_of_a_year_on_either_side_of_its_middle_is_about_its_middle() -> None:
    four, eight = 1461, 2922  # years in days
    six = 2192
    assert words.about(Gap(Length(6, 0, 0), Length(8, 0, 0), six, eight)) == "about seven years"
    assert words.about(Gap(Length(4, 0, 0), Length(6, 0, 0), four, six - 2)) == "about five years"


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "expected"),
    [
        ("46800000", "GBP", "forecast", "£46.8 million (forecast)"),
        ("7500000", "GBP", None, "£7.5 million"),
        ("1000000000", "GBP", None, "£1 billion"),
        ("1230000000", "GBP", None, "£1.23 billion"),
        ("1234000000", "GBP", None, "£1,234 million"),
        ("-7.5", "GBP", None, "−£7.50"),
        ("12.5", "%", None, "12.5%"),
        ("1234567", "GBP", None, "£1,234,567"),
        ("7.5", "GBP", None, "£7.50"),
        ("7.25", "GBP", None, "£7.25"),
        ("300", "GBP", None, "£300"),
        ("-7500000", "GBP", None, "−£7.5 million"),
        ("11000", "staff", "more-than", "more than 11,000 staff"),
        ("1100000", "people", "about", "about 1.1 million people"),
        ("999999", "people", None, "999,999 people"),
        ("59", "per cent", None, "59%"),
        ("50", "per cent", "less-than", "less than 50%"),
        ("9.30", "per cent", "exactly", "exactly 9.3%"),
        ("3", "wards", "fewer-than", "fewer than 3 wards"),
        ("0", "cases", None, "0 cases"),
        ("100", "cases", None, "100 cases"),
        ("7.00", "cases", None, "7 cases"),
    ],
)
def test_a_figure_is_written_with_its_unit_and_qualifier(
    value: str, unit: str, qualifier: str | None, expected: str
) -> None:
    assert words.quantity(Decimal(value), unit, qualifier) == expected


@given(st.decimals(places=3, min_value=-(10**12), max_value=10**12))
def test_a_number_loses_nothing_when_it_is_shortened(value: Decimal) -> None:
    text = words.number(value).replace(",", "").replace("−", "-")
    digits, _, unit = text.partition(" ")
    times = {"": 1, "million": 10**6, "billion": 10**9}[unit]
    assert Decimal(digits) * times == value


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_a_list_ends_in_and(items: list[str], expected: str) -> None:
    assert words.listed(items) == expected


def test_counts_agree_with_their_nouns() -> None:
    assert words.plural(1, "briefing") == "1 briefing"
    assert words.plural(1200, "briefing") == "1,200 briefings"
    assert words.plural(0, "inquiry", "inquiries") == "0 inquiries"
    assert [words.times(n) for n in (1, 2, 3, 12)] == ["once", "twice", "three times", "12 times"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2019", "in 2019"),
        ("2025-09", "in September 2025"),
        ("2024-05-03", "on 3 May 2024"),
        ("2022-03/2022-04", "between March and April 2022"),
        ("2023-12-18/2023-12-21", "between 18 and 21 December 2023"),
        ("2019/2021", "between 2019 and 2021"),
        ("unknown", "(date not known)"),
    ],
)
def test_the_date_of_an_event_reads_on_in_a_sentence(written: str, expected: str) -> None:
    assert words.when(PartialDate.parse(written)) == expected


def test_initials_take_an_article_and_names_do_not() -> None:
    assert words.with_article("BBC") == "the BBC"
    assert words.with_article("Rethink") == "Rethink"
    assert words.publisher_name("BBC News") == "BBC"
    assert words.publisher_name("A Paper") == "A Paper"


HOSPITALS = a_front(SiteFront, "", CONFIG)
ACADEMIES = a_front(
    SiteFront,
    """
organisations:
  one: academy
  many: academies
  people: pupils
  kinds: [{id: primary, label: Primary school}]
""",
    CONFIG,
)
PRISONS = a_front(
    SiteFront,
    "organisations: {one: prison, many: prisons, kinds: [{id: closed, label: Closed}]}",
    CONFIG,
)


@pytest.mark.parametrize(
    ("text", "academies", "prisons"),
    [
        ("Find a trust", "Find an academy", "Find a prison"),
        ("A trust by name", "An academy by name", "A prison by name"),
        ("The trust’s reply", "The academy’s reply", "The prison’s reply"),
        ("Trusts and trusts", "Academies and academies", "Prisons and prisons"),
        ("Trust", "Academy", "Prison"),
        (
            "patients and families",
            "pupils and families",
            "the people it serves and families",
        ),
        ("distrusts, entrusted", "distrusts, entrusted", "distrusts, entrusted"),
    ],
)
def test_a_site_says_what_it_is_about_in_its_own_words(
    text: str, academies: str, prisons: str
) -> None:
    assert words.say(HOSPITALS, text) == text
    assert words.say(ACADEMIES, text) == academies
    assert words.say(PRISONS, text) == prisons


def test_kinds_and_codes_have_the_labels_of_the_site_or_are_read_from_their_ids() -> None:
    assert words.kind_label(HOSPITALS, "mental-health") == "Mental health trust"
    assert words.kind_label(ACADEMIES, "primary") == "Primary school"
    assert words.kind_label(ACADEMIES, "free-school") == "Free school"
    codes = ("ods", "companies-house", "urn", "laesb", "ofsted", "a-b", "charity-number")
    assert [words.code_label(code) for code in codes] == [
        "ODS code", "Companies House number", "URN", "LAESB", "Ofsted", "A b", "Charity number",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "at_least", "expected"),
    [
        (None, False, ""),
        (None, True, ""),
        (1, False, ""),
        (1, True, "at least 1 notice"),
        (2, False, "2 notices"),
        (2, True, "at least 2 notices"),
    ],
)
def test_one_notice_is_not_counted_unless_there_may_be_more(
    count: int | None, at_least: bool, expected: str
) -> None:
    assert words.notices(count, at_least=at_least) == expected


def test_numbers_to_nine_are_words_and_the_others_digits() -> None:
    numbers = (0, 1, 9, 10, 1200, -1)
    assert [words.spelt(n) for n in numbers] == ["none", "one", "nine", "10", "1,200", "-1"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([3], ["3"]),
        ([1, 2, 3, 7], ["1 to 3", "7"]),
        ([2, 4, 5], ["2", "4 to 5"]),
    ],
)
def test_numbers_that_follow_each_other_are_said_as_a_range(
    numbers: list[int], expected: list[str]
) -> None:
    assert [words.run(*run) for run in words.runs(numbers)] == expected


def test_an_event_is_said_with_its_date_and_a_statement_is_not_the_work() -> None:
    assert words.event_on("told", PartialDate.parse("2022")) == "Told in 2022"
    done = words.event_on("said-done", PartialDate.parse("2024-05"))
    assert done == "The trust said in May 2024 that it is done"


def test_a_report_is_named_by_its_date() -> None:
    assert words.report_of(PartialDate.parse("2018-02")) == "Report of February 2018"
    assert words.report_of(PartialDate.parse("2018")) == "Report of 2018"
    assert words.report_of(PartialDate.parse("unknown")) == "Report date not known"


def test_letters_at_the_beginning_change_and_the_rest_stays() -> None:
    assert (words.capital("the CQC"), words.capital("")) == ("The CQC", "")
    assert (words.lower("The CQC"), words.lower("")) == ("the CQC", "")
    assert words.from_id("not-yet-rated") == "Not yet rated"


def test_names_are_listed_under_their_first_letter_or_under_others() -> None:
    names = ("Aldermere", "ward", "Élan", "4 Wards", "")
    assert [words.initial(name) for name in names] == ["A", "W", "E", "#", "#"]


def test_signs_with_a_meaning_in_markdown_are_escaped_and_others_not() -> None:
    assert words.in_markdown("*A* [b](c) <d> #1 a|b ~c~ & `e` {f} g_h \\ (i) - j.") == (
        r"\*A\* \[b\](c) \<d\> \#1 a\|b \~c\~ \& \`e\` \{f\} g\_h \\ (i) - j."
    )


@pytest.mark.parametrize(
    ("vocabulary", "expected"),
    [
        (types.SourceType, words.SOURCE_TYPES),
        (types.Change, words.CHANGES),
        (types.EventKind, words.EVENTS),
        (types.Notice, words.NOTICES),
    ],
)
def test_every_word_that_an_editor_may_write_has_words_for_readers(
    vocabulary: Any, expected: Mapping[str, str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(vocabulary).validate_python("qqqq")
    hint = refused.value.errors()[0]["ctx"]["hint"]
    assert set(expected) == set(hint.removeprefix("write one of: ").split(", "))
