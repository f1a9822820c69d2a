"""Words, numbers and money come out as they are said in British English."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from briefings.content.dates.values import PartialDate, gap
from briefings.content.schema import types
from briefings.domain import words


@pytest.mark.parametrize(
    ("start", "end", "said"),
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
    start: str, end: str, said: str
) -> None:
    length = gap(PartialDate.parse(start), PartialDate.parse(end))
    assert length is not None
    assert words.about(length) == said


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "said"),
    [
        ("46800000", "GBP", "forecast", "£46.8 million (forecast)"),
        ("7500000", "GBP", None, "£7.5 million"),
        ("1000000000", "GBP", None, "£1 billion"),
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
    ],
)
def test_a_figure_is_written_with_its_unit_and_qualifier(
    value: str, unit: str, qualifier: str | None, said: str
) -> None:
    assert words.quantity(Decimal(value), unit, qualifier) == said


@given(st.decimals(places=3, min_value=-(10**12), max_value=10**12))
def test_a_number_loses_nothing_when_it_is_shortened(value: Decimal) -> None:
    text = words.number(value).replace(",", "").replace("−", "-")
    digits, _, unit = text.partition(" ")
    times = {"": 1, "million": 10**6, "billion": 10**9}[unit]
    assert Decimal(digits) * times == value


@pytest.mark.parametrize(
    ("items", "said"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_a_list_ends_in_and(items: list[str], said: str) -> None:
    assert words.listed(items) == said


def test_counts_agree_with_their_nouns() -> None:
    assert words.plural(1, "briefing") == "1 briefing"
    assert words.plural(1200, "briefing") == "1,200 briefings"
    assert words.plural(0, "inquiry", "inquiries") == "0 inquiries"
    assert [words.times(n) for n in (1, 2, 3, 12)] == ["once", "twice", "three times", "12 times"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2019", "in 2019"),
        ("2025-09", "in September 2025"),
        ("2024-05-03", "on 3 May 2024"),
        ("2022-03/2022-04", "between March 2022 and April 2022"),
        ("2019/2021", "between 2019 and 2021"),
        ("unknown", "(date not known)"),
    ],
)
def test_the_date_of_an_event_reads_on_in_a_sentence(written: str, said: str) -> None:
    assert words.when(PartialDate.parse(written)) == said


def test_initials_take_an_article_and_names_do_not() -> None:
    assert words.with_article("BBC") == "the BBC"
    assert words.with_article("Rethink") == "Rethink"
    assert words.publisher_name("BBC News") == "BBC"


@pytest.mark.parametrize(
    ("vocabulary", "said"),
    [
        (types.SourceType, words.SOURCE_TYPES),
        (types.Change, words.CHANGES),
        (types.EventKind, words.EVENTS),
        (types.Notice, words.NOTICES),
    ],
)
def test_every_word_that_an_editor_may_write_has_words_for_readers(
    vocabulary: Any, said: Mapping[str, str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(vocabulary).validate_python("qqqq")
    hint = refused.value.errors()[0]["ctx"]["hint"]
    assert set(said) == set(hint.removeprefix("write one of: ").split(", "))
