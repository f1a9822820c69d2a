"""Dates mean what the editor wrote, no more and no less."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from briefings.content.dates.parsing import MONTHS, DateError, show_day
from briefings.content.dates.values import Gap, Length, Moment, PartialDate, Period, gap

LONDON = ZoneInfo("Europe/London")
Parsed = type[PartialDate] | type[Period] | type[Moment]

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
SIMPLE = st.builds(lambda day, length: str(day)[:length], DAYS, st.sampled_from([4, 7, 10]))
WRITTEN = st.one_of(
    SIMPLE,
    SIMPLE.map("/{}".format),
    SIMPLE.map("{}/".format),
    st.tuples(SIMPLE, SIMPLE).map(sorted).map("/".join),
    st.just("unknown"),
)
PARTIAL = WRITTEN.map(PartialDate.parse)
NEARLY = st.text("0123456789-/.:TZ+ \n–٣", max_size=30) | st.builds(
    "{} {} {}".format, st.integers(0, 40), st.sampled_from(MONTHS), st.integers(0, 3000)
)


def day_within(partial: PartialDate) -> st.SearchStrategy[date]:
    return st.dates(
        partial.earliest or date(1950, 1, 1),
        partial.latest or date(2080, 1, 1),
    )


def refusal(kind: Parsed, text: str) -> tuple[str, str]:
    with pytest.raises(DateError) as caught:
        kind.parse(text)
    assert str(caught.value) == caught.value.message
    return caught.value.message, caught.value.hint


def attempt(kind: Parsed, text: str) -> PartialDate | Period | Moment | DateError:
    try:
        return kind.parse(text)
    except DateError as error:
        return error


# What a partial date says to readers, in sentences and to machines


@pytest.mark.parametrize(
    ("written", "shown", "in_sentence", "html"),
    [
        ("2022", "in 2022", "in 2022", "2022"),
        ("2022-11", "November 2022", "in November 2022", "2022-11"),
        ("2022-11-25", "25 November 2022", "on 25 November 2022", "2022-11-25"),
        ("2022-01-01", "1 January 2022", "on 1 January 2022", "2022-01-01"),
        ("2024-02-29", "29 February 2024", "on 29 February 2024", "2024-02-29"),
        ("2024-05/2025-08", "May 2024 to August 2025", "from May 2024 to August 2025", None),
        ("2022-03/2022-04", "March to April 2022", "from March to April 2022", None),
        ("2025-03-18/2025-03-20", "18 to 20 March 2025", "from 18 to 20 March 2025", None),
        (
            "2025-02-11/2025-03-05",
            "11 February to 5 March 2025",
            "from 11 February to 5 March 2025",
            None,
        ),
        (
            "2024-12-30/2025-01-02",
            "30 December 2024 to 2 January 2025",
            "from 30 December 2024 to 2 January 2025",
            None,
        ),
        ("2021/2023", "2021 to 2023", "from 2021 to 2023", None),
        ("2024/2025-05", "2024 to May 2025", "from 2024 to May 2025", None),
        ("2024/2024-05", "2024 to May 2024", "from 2024 to May 2024", None),
        ("2025-03-11/2025-04", "11 March to April 2025", "from 11 March to April 2025", None),
        ("2025-03/2025-04-05", "March to 5 April 2025", "from March to 5 April 2025", None),
        ("/2021", "in 2021 or before", "in 2021 or before", None),
        ("/2021-11", "November 2021 or before", "in November 2021 or before", None),
        ("/2021-11-25", "25 November 2021 or before", "on 25 November 2021 or before", None),
        ("2021/", "in 2021 or later", "in 2021 or later", None),
        ("2021-11/", "November 2021 or later", "in November 2021 or later", None),
        ("unknown", "date not known", "on a date not known", None),
        ("2024/2024", "in 2024", "in 2024", "2024"),
        ("2024-05/2024-05", "May 2024", "in May 2024", "2024-05"),
        ("2024-05-03/2024-05-03", "3 May 2024", "on 3 May 2024", "2024-05-03"),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(
    written: str, shown: str, in_sentence: str, html: str | None
) -> None:
    partial = PartialDate.parse(written)
    assert (partial.show(), partial.in_sentence(), partial.html) == (shown, in_sentence, html)


@pytest.mark.parametrize(
    ("written", "earliest", "latest", "precision"),
    [
        ("2022", "2022-01-01", "2022-12-31", "year"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2023-02", "2023-02-01", "2023-02-28", "month"),
        ("2022-11-25", "2022-11-25", "2022-11-25", "day"),
        ("2024-05/2025-08", "2024-05-01", "2025-08-31", "interval"),
        ("2024/2025-05-02", "2024-01-01", "2025-05-02", "interval"),
        ("2024-05/2024", "2024-05-01", "2024-12-31", "interval"),
        ("2024-05/2024-05", "2024-05-01", "2024-05-31", "month"),
        ("/2021", None, "2021-12-31", "open"),
        ("2021-06/", "2021-06-01", None, "open"),
        ("unknown", None, None, "unknown"),
        ("1000", "1000-01-01", "1000-12-31", "year"),
        ("2999", "2999-01-01", "2999-12-31", "year"),
    ],
)
def test_a_date_reaches_from_its_first_to_its_last_possible_day(
    written: str, earliest: str | None, latest: str | None, precision: str
) -> None:
    partial = PartialDate.parse(written)
    assert partial.earliest == (earliest and date.fromisoformat(earliest))
    assert partial.latest == (latest and date.fromisoformat(latest))
    assert partial.precision == precision
    assert partial.known is (written != "unknown")
    assert partial.exact is (earliest is not None and earliest == latest)
    assert partial.is_interval is (precision == "interval")


def test_an_interval_has_a_start_and_an_end_and_other_dates_are_both_themselves() -> None:
    visit = PartialDate.parse("2025-02-11/2025-03")
    assert (visit.first.written, visit.last.written) == ("2025-02-11", "2025-03")
    for written in ("2022", "2022-11", "2022-11-25", "/2021", "2021/", "unknown", "2024/2024"):
        partial = PartialDate.parse(written)
        assert partial.first is partial
        assert partial.last is partial


def test_lists_sort_by_latest_possible_then_earliest_possible_day() -> None:
    newest_last = ["unknown", "/2021", "2021", "2021-12", "2021-12-31", "2022-01", "2021/"]
    dates = [PartialDate.parse(written) for written in newest_last]
    backwards = dates[::-1]
    assert sorted(backwards, key=PartialDate.sort_key) == dates


@pytest.mark.parametrize(
    ("first", "other", "certain"),
    [
        ("2021", "2022", True),
        ("2021", "2021", False),
        ("2021", "2021-06", False),
        ("2021-05", "2021-06", True),
        ("2021-05-31", "2021-06", True),
        ("/2021", "2022", True),
        ("/2021", "2021", False),
        ("2021", "2022/", True),
        ("2021/", "2022", False),
        ("/2021", "2022/", True),
        ("2020", "/2022", False),
        ("unknown", "2022", False),
        ("2022", "unknown", False),
        ("2020/2021", "2022", True),
        ("2020/2022", "2022", False),
    ],
)
def test_an_order_is_stated_only_where_it_is_certain(first: str, other: str, certain: bool) -> None:
    before, after = PartialDate.parse(first), PartialDate.parse(other)
    assert before.certainly_before(after) is certain
    assert after.certainly_after(before) is certain
    assert not after.certainly_before(before)


def test_a_date_is_compared_with_a_day() -> None:
    may = PartialDate.parse("2024-05")
    assert may.certainly_before_day(date(2024, 6, 1))
    assert not may.certainly_before_day(date(2024, 5, 31))
    assert may.certainly_after_day(date(2024, 4, 30))
    assert not may.certainly_after_day(date(2024, 5, 1))
    assert not PartialDate.parse("2024/").certainly_before_day(date(2999, 1, 1))
    assert not PartialDate.parse("unknown").certainly_after_day(date(1000, 1, 1))


@given(WRITTEN)
def test_a_partial_date_stays_as_it_was_written(written: str) -> None:
    partial = PartialDate.parse(written)
    assert partial.written == written
    assert PartialDate.parse(partial.written) == partial
    assert pickle.loads(pickle.dumps(partial)) == partial
    assert len({partial, PartialDate.parse(written)}) == 1


@given(WRITTEN)
def test_every_date_can_be_shown(written: str) -> None:
    partial = PartialDate.parse(written)
    assert partial.show()
    assert partial.in_sentence().startswith(("in ", "on ", "from "))
    if partial.precision != "day":
        assert partial.html is None or len(partial.html) < len("2022-11-25")


@given(PARTIAL, PARTIAL, PARTIAL)
def test_certain_order_is_a_strict_partial_order(
    a: PartialDate, b: PartialDate, c: PartialDate
) -> None:
    assert not a.certainly_before(a)
    assert not (a.certainly_before(b) and b.certainly_before(a))
    if a.certainly_before(b) and b.certainly_before(c):
        assert a.certainly_before(c)


@given(PARTIAL, PARTIAL, st.data())
def test_a_certain_order_holds_for_every_day_the_dates_can_be(
    a: PartialDate, b: PartialDate, data: st.DataObject
) -> None:
    first, other = data.draw(day_within(a)), data.draw(day_within(b))
    if a.certainly_before(b):
        assert first < other
    if a.certainly_before_day(other):
        assert first < other
    if a.certainly_after_day(other):
        assert first > other


# Messages for invalid dates, and their hints


NOT_A_YEAR_FIRST = "does not begin with a year of four digits"
DIGITS = "needs four digits for a year, and two for a month or a day"
IN_FULL = "write all of them, such as 2026-01-04, or 2024-05/2024-08 for an interval"
EXAMPLES = "write 2022, 2022-11 or 2022-11-25"


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("14/01/2026", NOT_A_YEAR_FIRST, "write 2026-01-14 (14 January 2026)"),
        ("1/2/2026", NOT_A_YEAR_FIRST, "write 2026-02-01 (1 February 2026)"),
        ("14.01.2026", NOT_A_YEAR_FIRST, "write 2026-01-14 (14 January 2026)"),
        ("14-01-2026", NOT_A_YEAR_FIRST, "write 2026-01-14 (14 January 2026)"),
        ("31/02/2026", NOT_A_YEAR_FIRST, "write it as in 2026-01-14"),
        ("14/01/26", NOT_A_YEAR_FIRST, "write 2026-01-14 (14 January 2026)"),
        ("01/2026", DIGITS, "write 2026-01 (January 2026)"),
        ("2026/01", DIGITS, "write 2026-01 (January 2026)"),
        ("2026/01/14", "has more than one slash", "write 2026-01-14 (14 January 2026)"),
        ("14 January 2026", "has the month in words", "write 2026-01-14 (14 January 2026)"),
        ("Jan 14, 2026", "has the month in words", "write 2026-01-14 (14 January 2026)"),
        ("14th Sept. 2025", "has the month in words", "write 2025-09-14 (14 September 2025)"),
        ("January 2026", "has the month in words", "write 2026-01 (January 2026)"),
        (
            "18 to 20 March 2025",
            "has the month in words",
            "write 2025-03-18/2025-03-20 (18 to 20 March 2025)",
        ),
        (
            "May 2024 to August 2025",
            "has the month in words",
            "write 2024-05/2025-08 (May 2024 to August 2025)",
        ),
        ("2024-05 - 2024-08", "is not a date", "write 2024-05/2024-08 (May to August 2024)"),
        ("2024–05", "is not a date", "write 2024-05 (May 2024)"),
        (" 2022", "is not a date", "write 2022 (in 2022)"),
        ("2022?", "is not a date", EXAMPLES),
        ("spring 2022", "is not a date", "write 2022 (in 2022)"),
        ("Unknown", "is not a date", "write unknown (date not known)"),
        ("n/a", "is not a date", "write unknown (date not known)"),
        ("TBC", "is not a date", "write unknown (date not known)"),
        ("unknown/2024", "has a side that is not a date", "write /2024 (in 2024 or before)"),
        ("2024/unknown", "has a side that is not a date", "write 2024/ (in 2024 or later)"),
        ("2024/..", "has a side that is not a date", "write 2024/ (in 2024 or later)"),
        (
            "unknown/unknown",
            "has a side that is not a date",
            "leave it empty: /2021 is in 2021 or before, 2021/ is in 2021 or later",
        ),
        ("/", "has no date on either side", "write one, such as /2021 or 2021/"),
        (
            "2024/2025/2026",
            "has more than one slash",
            "write a start and an end: 2024-05/2025-08",
        ),
        ("2025-08/2024-05", "ends before it starts", "write the earlier first: 2024-05/2025-08"),
        (
            "2025-08-31/2024-05-01",
            "ends before it starts",
            "write the earlier first: 2024-05-01/2025-08-31",
        ),
        (
            "2026-02-30",
            "is not a day: February 2026 has 28 days",
            "write a day such as 2026-02-28, or 2026-02 for the month",
        ),
        (
            "2023-02-29",
            "is not a day: February 2023 has 28 days",
            "write a day such as 2023-02-28, or 2023-02 for the month",
        ),
        (
            "2026-01-00",
            "is not a day: January 2026 has 31 days",
            "write a day such as 2026-01-31, or 2026-01 for the month",
        ),
        ("2026-13", "has no such month", "write a month from 01 to 12, such as 2026-01"),
        ("2026-00", "has no such month", "write a month from 01 to 12, such as 2026-01"),
        ("0999", "is not in the years 1000 to 2999", "write the year as in 2022-11-25"),
        ("3000", "is not in the years 1000 to 2999", "write the year as in 2022-11-25"),
        ("26", DIGITS, IN_FULL),
        ("2026-1-4", DIGITS, "write 2026-01-04 (4 January 2026)"),
        ("26-01-14", NOT_A_YEAR_FIRST, "write it as in 2026-01-14"),
        ("2024-05/08", DIGITS, IN_FULL),
        ("2024-2025", DIGITS, "write 2024/2025 (2024 to 2025)"),
        ("20260114", DIGITS, "write 2026-01-14 (14 January 2026)"),
        (
            "2024-25",
            "is a financial year, which only the period of a figure can be",
            "write 2024-04/2025-03 for the whole of it, or the date itself",
        ),
        (
            "2011/12",
            "is a financial year, which only the period of a figure can be",
            "write 2011-04/2012-03 for the whole of it, or the date itself",
        ),
        (
            "2026-01-15T00:01:00+00:00",
            "has a time of day",
            "write the day alone, such as 2026-01-15",
        ),
        ("2026-02-30 00:01", "has a time of day", "write the day alone, such as 2026-01-15"),
        ("2026-03-04 00:01", "has a time of day", "write the day alone, such as 2026-03-04"),
        ("٢٠٢٢", "has digits other than 0 to 9", EXAMPLES),
    ],
)
def test_a_date_written_otherwise_is_refused_with_what_to_write(
    written: str, message: str, hint: str
) -> None:
    assert refusal(PartialDate, written) == (f'"{written}" {message}', hint)


@pytest.mark.parametrize("kind", [PartialDate, Period, Moment])
def test_an_empty_or_endless_date_is_refused(kind: Parsed) -> None:
    for empty in ("", " \t"):
        assert refusal(kind, empty) == ("the date is empty", "write a date, such as 2022-11-25")
    message, hint = refusal(kind, "2022" * 100_000)
    assert message == f'"{"2022" * 16}…" is too long for a date'
    assert hint == EXAMPLES


def test_a_message_keeps_to_one_line_whatever_was_written() -> None:
    assert refusal(PartialDate, "2022\n")[0] == '"2022\ufffd" is not a date'
    assert refusal(PartialDate, "\udc80")[0] == '"\ufffd" is not a date'


@given(st.sampled_from([PartialDate, Period, Moment]), st.text() | NEARLY)
def test_no_text_stops_the_build_otherwise_than_with_a_date_error(kind: Parsed, text: str) -> None:
    outcome = attempt(kind, text)
    if isinstance(outcome, DateError):
        assert outcome.message
        assert outcome.hint.startswith(("write", "leave"))
        same = pickle.loads(pickle.dumps(outcome))
        assert (same.message, same.hint) == (outcome.message, outcome.hint)
    else:
        assert outcome.written == text


# Periods


@pytest.mark.parametrize(
    ("written", "earliest", "latest", "financial", "shown", "in_sentence"),
    [
        ("2024-25", "2024-04-01", "2025-03-31", True, "2024-25", "in 2024-25"),
        ("2024/25", "2024-04-01", "2025-03-31", True, "2024-25", "in 2024-25"),
        ("2011/12", "2011-04-01", "2012-03-31", True, "2011-12", "in 2011-12"),
        ("2012-13", "2012-04-01", "2013-03-31", True, "2012-13", "in 2012-13"),
        ("1999-00", "1999-04-01", "2000-03-31", True, "1999-00", "in 1999-00"),
        ("2011-12", "2011-12-01", "2011-12-31", False, "December 2011", "in December 2011"),
        ("2024/2025", "2024-01-01", "2025-12-31", False, "2024 to 2025", "from 2024 to 2025"),
        ("/2024", None, "2024-12-31", False, "in 2024 or before", "in 2024 or before"),
        ("unknown", None, None, False, "date not known", "on a date not known"),
    ],
)
def test_a_figure_is_about_a_date_or_a_financial_year(
    written: str,
    earliest: str | None,
    latest: str | None,
    financial: bool,
    shown: str,
    in_sentence: str,
) -> None:
    period = Period.parse(written)
    assert period.earliest == (earliest and date.fromisoformat(earliest))
    assert period.latest == (latest and date.fromisoformat(latest))
    assert period.is_financial_year is financial
    assert (period.show(), period.in_sentence()) == (shown, in_sentence)
    assert pickle.loads(pickle.dumps(period)) == period
    assert period.written == written


def test_periods_sort_and_mark_up_as_dates_do() -> None:
    written = ["unknown", "2022", "2022-23", "2023-03-31", "2023", "2023/"]
    periods = [Period.parse(text) for text in written]
    backwards = periods[::-1]
    assert sorted(backwards, key=Period.sort_key) == periods
    assert [period.html for period in periods] == [None, "2022", None, "2023-03-31", "2023", None]


NOT_NEXT = "is not a financial year: the second year is not the next in two digits"


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (
            "2024-26",
            NOT_NEXT,
            "write 2024-25 for the financial year, or 2024/2026 for 2024 to 2026",
        ),
        (
            "2024/2005",
            "ends before it starts",
            "write the earlier first: 2005/2024",
        ),
        (
            "2024-2025",
            NOT_NEXT,
            "write 2024-25 for the financial year, or 2024/2025 for 2024 to 2025",
        ),
        (
            "2003/05",
            NOT_NEXT,
            "write 2003/04 for the financial year, or 2003/2005 for 2003 to 2005",
        ),
        ("2024/05", NOT_NEXT, "write 2024-25 for the financial year, or 2024-05 for May 2024"),
        ("2024-24", NOT_NEXT, "write 2024-25 for the financial year"),
        (
            "2024-5",
            "has one digit after the year, and needs two",
            "write 2024-25 for the financial year, or 2024-05 for May 2024",
        ),
        ("2024–25", "is not a date", "write 2024-25 (the financial year 2024-25)"),
        ("2024-00", "has no such month", "write a month from 01 to 12, such as 2024-01"),
        ("14/01/2026", NOT_A_YEAR_FIRST, "write 2026-01-14 (14 January 2026)"),
        ("Unknown", "is not a date", "write unknown (date not known)"),
    ],
)
def test_a_period_written_otherwise_is_refused_with_what_to_write(
    written: str, message: str, hint: str
) -> None:
    assert refusal(Period, written) == (f'"{written}" {message}', hint)


# Gaps and ages


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2019", "2025-09", "between 5 years 8 months and 6 years 9 months"),
        ("2025-09", "2026-01-14", "between 3 and 5 months"),
        ("2023-12-14", "2026-01-14", "2 years 1 month"),
        ("2026-01-02", "2026-01-14", "12 days"),
        ("2026-01-13", "2026-01-14", "1 day"),
        ("2026-01-14", "2026-01-14", "the same day"),
        ("2025-01-14", "2026-01-14", "1 year"),
        ("2025-01-15", "2026-01-14", "more than 11 months"),
        ("2025-01", "2025-02-15", "between 15 days and 2 months"),
        ("2025-03/2025-06", "2025-06-30", "up to 4 months"),
        ("2025-01", "2025-05-20/2025-05-31", "between 3 and 5 months"),
        ("2025-01-01/2025-01-03", "2025-01-06", "between 3 and 5 days"),
        ("2020", "2025", "between 4 and 6 years"),
        ("2020-06/2021-06", "2025-06-30", "between 4 years and 5 years 1 month"),
        ("2020-01-01/2020-01-02", "2021-06-15", "between 1 year 5 months and 1 year 6 months"),
        ("/2021", "2025", "at least 3 years"),
        ("2021-12-31", "2025/", "at least 3 years"),
        ("2021/", "2024-12-31", "up to 4 years"),
        ("2025-09", "2025-09", "up to 29 days"),
        ("2025-09-20", "2025-09-01/2025-09-20", "the same day"),
        ("2024-02-29", "2025-02-28", "1 year"),
        ("2024-02-29", "2025-02-27", "more than 11 months"),
        ("2025-01-31", "2025-02-28", "1 month"),
        ("2025-01-31", "2025-02-27", "27 days"),
        ("2025-01-01", "2025-01-31", "30 days"),
        ("2024-06-01/2025-03-26", "2025-03-26", "up to 10 months"),  # 298 days
        ("2025-01-14/2025-01-15", "2026-01-14", "between 11 months and 1 year"),
        ("2025-01-28/2025-01-31", "2025-02-28", "1 month"),
    ],
)
def test_a_gap_is_shown_as_the_range_it_can_be(start: str, end: str, shown: str) -> None:
    length = gap(PartialDate.parse(start), PartialDate.parse(end))
    assert length is not None
    assert length.show() == shown


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("unknown", "2025"),
        ("2025", "unknown"),
        ("unknown", "unknown"),
        ("2021/", "2022/"),
        ("/2021", "/2022"),
        ("/2021", "2021/"),
        ("2025", "2020"),
    ],
)
def test_no_gap_is_given_where_nothing_can_be_said(start: str, end: str) -> None:
    assert gap(PartialDate.parse(start), PartialDate.parse(end)) is None


def test_the_gap_from_a_visit_to_its_report_runs_from_the_last_day() -> None:
    inspected = PartialDate.parse("2025-09-16/2025-10-14")
    length = gap(inspected.last, PartialDate.parse("2026-01-14"))
    assert length == Gap(Length(0, 3, 0), Length(0, 3, 0), 92, 92)
    assert pickle.loads(pickle.dumps(length)) == length


@given(PARTIAL, PARTIAL, st.data())
def test_a_gap_holds_the_true_gap_of_any_two_days_the_dates_can_be(
    start: PartialDate, end: PartialDate, data: st.DataObject
) -> None:
    if start.sort_key() > end.sort_key():  # else most examples would be assumed away
        start, end = end, start
    length = gap(start, end)
    first, last = data.draw(day_within(start)), data.draw(day_within(end))
    assume(length is not None and first <= last)
    assert length is not None
    assert length.least <= Length.between(first, last)
    assert length.least_days <= (last - first).days
    if length.most is None:
        assert length.most_days is None
    else:
        assert Length.at_most(first, last) <= length.most
        assert Length.between(first, last) <= Length.at_most(first, last)
        assert length.most_days is not None
        assert (last - first).days <= length.most_days
    assert length.show()


@given(DAYS, st.integers(0, 5000))
def test_whole_months_have_passed_and_one_more_has_not(start: date, days: int) -> None:
    end = start + timedelta(days)
    years, months, rest = Length.between(start, end)
    assert 0 <= months < 12
    assert rest == (0 if years or months else days)
    total = 12 * years + months
    assert clamped(start, total) <= end < clamped(start, total + 1)


@given(DAYS, st.integers(0, 5000))
def test_an_upper_bound_is_the_fewest_whole_months_that_are_enough(start: date, days: int) -> None:
    end = start + timedelta(days)
    years, months, rest = Length.at_most(start, end)
    if rest or not (years or months):
        assert (years, months, rest) == (0, 0, days)
    else:
        total = 12 * years + months
        assert clamped(start, total - 1) < end <= clamped(start, total)


@pytest.mark.parametrize(
    ("start", "end", "rounded"),
    [
        ("2019", "2025-09", True),
        ("2025-01-15", "2026-01-14", True),
        ("2025-01-14", "2026-01-14", False),
        ("2026-01-02", "2026-01-14", False),
        ("2025-09", "2025-09", False),
        ("/2021", "2025", True),
        ("/2021-01-01", "2021-01-20", False),
    ],
)
def test_a_gap_knows_whether_it_is_rounded(start: str, end: str, rounded: bool) -> None:
    length = gap(PartialDate.parse(start), PartialDate.parse(end))
    assert length is not None
    assert length.is_rounded is rounded


def clamped(day: date, months: int) -> date:
    """`months` later, on the last day of the month where the day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


# Moments


@pytest.mark.parametrize(
    ("written", "in_utc"),
    [
        ("2026-01-15", "2026-01-15T00:00:00"),
        ("2026-07-15", "2026-07-14T23:00:00"),
        ("2026-01-15T00:01:00+00:00", "2026-01-15T00:01:00"),
        ("2026-01-15T00:01Z", "2026-01-15T00:01:00"),
        ("2026-07-15T00:01:00+01:00", "2026-07-14T23:01:00"),
        ("2026-01-15T00:01:00.250+00:00", "2026-01-15T00:01:00.250000"),
        ("2026-01-15T00:01:00-05:30", "2026-01-15T05:31:00"),
        ("1900-01-01", "1900-01-01T00:00:00"),
        ("2199-12-31T23:59:59.999999-14:00", "2200-01-01T13:59:59.999999"),
        # clocks go forward on 29 March 2026 at 01:00, back on 25 October 2026 at 02:00
        ("2026-03-29", "2026-03-29T00:00:00"),
        ("2026-03-30", "2026-03-29T23:00:00"),
        ("2026-03-29T00:59:59+00:00", "2026-03-29T00:59:59"),
        ("2026-03-29T02:00:00+01:00", "2026-03-29T01:00:00"),
        ("2026-10-25", "2026-10-24T23:00:00"),
        ("2026-10-26", "2026-10-26T00:00:00"),
        ("2026-10-25T01:30:00+01:00", "2026-10-25T00:30:00"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00"),
    ],
)
def test_a_moment_is_one_instant_in_the_zone_of_the_site(written: str, in_utc: str) -> None:
    moment = Moment.parse(written)
    assert (moment.day is None) is not (moment.instant is None)
    assert moment.at(LONDON) == datetime.fromisoformat(in_utc).replace(tzinfo=UTC)
    face = datetime.fromisoformat(in_utc).replace(tzinfo=UTC).astimezone(LONDON)
    assert moment.at(LONDON).isoformat() == face.isoformat()
    assert moment.written == written
    assert pickle.loads(pickle.dumps(moment)) == moment


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-01-15", "15 January 2026"),
        ("2026-01-15T00:01:00+00:00", "15 January 2026"),
        ("2026-07-14T23:30:00Z", "15 July 2026"),
        ("2026-10-25T00:30:00+01:00", "25 October 2026"),
    ],
)
def test_a_moment_is_shown_as_the_day_in_the_zone_of_the_site(written: str, shown: str) -> None:
    assert Moment.parse(written).show(LONDON) == shown


def test_the_repeated_hour_at_the_end_of_summer_time_is_unambiguous() -> None:
    first = Moment.parse("2026-10-25T01:30:00+01:00").at(LONDON)
    second = Moment.parse("2026-10-25T01:30:00+00:00").at(LONDON)
    assert first < second
    assert second - first == timedelta(hours=1)
    assert (first.isoformat()[-6:], second.isoformat()[-6:]) == ("+01:00", "+00:00")


def test_a_day_without_a_midnight_begins_when_its_clocks_do() -> None:
    skipped = Moment.parse("2018-11-04")
    assert skipped.at(ZoneInfo("America/Sao_Paulo")).isoformat() == "2018-11-04T01:00:00-02:00"
    assert skipped.show(ZoneInfo("America/Sao_Paulo")) == "4 November 2018"
    repeated = Moment.parse("2026-11-01").at(ZoneInfo("America/Havana"))
    assert repeated.isoformat() == "2026-11-01T00:00:00-04:00"


CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
NEAR_A_CHANGE = st.builds(
    lambda change, minutes, offset: (change + timedelta(minutes=minutes)).astimezone(offset),
    st.sampled_from(CHANGES),
    st.integers(-180, 180),
    st.sampled_from([UTC, LONDON]),
)


@given(NEAR_A_CHANGE, NEAR_A_CHANGE)
def test_moments_are_ordered_as_in_utc_when_the_clocks_change(one: datetime, two: datetime) -> None:
    moments = [Moment.parse(instant.isoformat()).at(LONDON) for instant in (one, two)]
    assert (moments[0] < moments[1]) is (one.astimezone(UTC) < two.astimezone(UTC))
    assert (moments[0] == moments[1]) is (one.astimezone(UTC) == two.astimezone(UTC))


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_of_three_centuries_is_a_moment(day: date) -> None:
    moment = Moment.parse(day.isoformat())
    assert moment.day == day
    assert moment.at(LONDON).date() == day
    assert moment.show(LONDON) == show_day(day)


MOMENTS = "write 2026-01-15, or 2026-01-15T00:01:00+00:00"


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (
            "2026-01-15T00:01:00",
            "has a time without its offset from UTC",
            "write 2026-01-15T00:01:00+00:00, or +01:00 if that is British Summer Time",
        ),
        (
            "2026-01-15 00:01",
            "has a time without its offset from UTC",
            "write 2026-01-15T00:01+00:00, or +01:00 if that is British Summer Time",
        ),
        ("2026-01-15 00:01Z", "is not written as a moment", "write 2026-01-15T00:01Z"),
        ("2026-01-15t00:01z", "is not written as a moment", "write 2026-01-15T00:01Z"),
        (
            "2026-01-15T24:00Z",
            "has no such time of day",
            "write the time as in 2026-01-15T00:01:00+00:00",
        ),
        (
            "2026-01-15T00:01:00.1234567Z",
            "has no such time of day",
            "write the time as in 2026-01-15T00:01:00+00:00",
        ),
        (
            "2026-01-15T00:01+25:00",
            "has no such offset from UTC",
            "write it as in 2026-01-15T00:01+00:00",
        ),
        (
            "2026-01-15T00:01+0100",
            "is not written as a moment",
            "write 2026-01-15T00:01+01:00",
        ),
        ("2026-01", "is not one whole day", MOMENTS),
        ("2026", "is not one whole day", MOMENTS),
        ("2026-01-14/2026-01-15", "is not one whole day", MOMENTS),
        ("unknown", "is not one whole day", MOMENTS),
        ("Unknown", "is not a date", MOMENTS),
        ("today", "is not a date", MOMENTS),
        ("2026-01-15T", "is not a date", MOMENTS),
        ("14/01/2026", NOT_A_YEAR_FIRST, "write 2026-01-14 (14 January 2026)"),
        ("14 January 2026", "has the month in words", "write 2026-01-14 (14 January 2026)"),
        ("2026-02-30", "is not a day: February 2026 has 28 days", MOMENTS),
        ("2026-02-30T00:00Z", "is not a day: February 2026 has 28 days", MOMENTS),
        ("1899-12-31", "is not in the years 1900 to 2199", MOMENTS),
        ("2200-01-01T00:00Z", "is not in the years 1900 to 2199", MOMENTS),
        ("٢٠٢٦-٠١-١٥", "has digits other than 0 to 9", MOMENTS),
    ],
)
def test_a_moment_written_otherwise_is_refused_with_what_to_write(
    written: str, message: str, hint: str
) -> None:
    assert refusal(Moment, written) == (f'"{written}" {message}', hint)


def test_days_are_shown_in_english_whatever_the_locale() -> None:
    assert show_day(date(2026, 1, 14)) == "14 January 2026"
    assert [show_day(date(2026, month, 1)) for month in range(1, 13)] == [
        f"1 {name} 2026" for name in MONTHS
    ]


def test_an_interval_may_end_on_the_only_day_of_its_beginning() -> None:
    parsed = PartialDate.parse("2024-05-31/2024-05")
    assert (parsed.earliest, parsed.latest) == (date(2024, 5, 31), date(2024, 5, 31))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2011-14", "write 2011/12 for the financial year, or 2011/2014 for 2011 to 2014"),
        ("1999-03", None),
        ("2000-02", None),
        ("2010-14", "write 2010/11 for the financial year, or 2010/2014 for 2010 to 2014"),
        ("2012-15", "write 2012-13 for the financial year, or 2012/2015 for 2012 to 2015"),
        ("2000-15", "write 2000/01 for the financial year, or 2000/2015 for 2000 to 2015"),
    ],
)
def test_the_financial_year_that_is_proposed_can_not_be_read_as_a_month(
    text: str, hint: str | None
) -> None:
    result = attempt(Period, text)
    assert (result.hint if isinstance(result, DateError) else None) == hint


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2024-03-18/2025-03-20", "18 March 2024 to 20 March 2025"),
        ("2024-05/2024", "May 2024 to 2024"),
    ],
)
def test_an_interval_never_loses_the_year_of_its_first_side(written: str, shown: str) -> None:
    assert PartialDate.parse(written).show() == shown


def test_a_refusal_keeps_its_hint_from_one_process_to_another() -> None:
    with pytest.raises(DateError) as caught:
        PartialDate.parse("2022-13")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.message, again.hint) == (caught.value.message, caught.value.hint)
    assert again.args == (again.message, again.hint)


@pytest.mark.parametrize(
    "text", ["1000", "2999", "2022-01-01", "2022-01-31", "2022-12", "2022-12-31"]
)
def test_a_side_that_can_be_is_not_blamed_for_the_other(text: str) -> None:
    with pytest.raises(DateError) as caught:
        PartialDate.parse(f"{text}/2022-13")
    assert "13" in caught.value.message


@pytest.mark.parametrize("text", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_year_of_a_moment_are_not_blamed_for_its_time(text: str) -> None:
    assert Moment.parse(text).day == date.fromisoformat(text)
    with pytest.raises(DateError) as caught:
        Moment.parse(f"{text}T25:00:00Z")
    assert "year" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2025-06-10\u20132025-06-12", "2025-06-10/2025-06-12"),
        ("2025-06-10 - 2025-06-12", "2025-06-10/2025-06-12"),
        ("2025-06-10/12", "2025-06-10/2025-06-12"),
        ("10\u201312 June 2025", "2025-06-10/2025-06-12"),
        ("10 and 11 June 2025", "2025-06-10/2025-06-11"),
        ("10th, 11th and 12th June 2025", "2025-06-10/2025-06-12"),
        ("from 30 June to 2 July 2025", "2025-06-30/2025-07-02"),
        ("between June 2025 and August 2025", "2025-06/2025-08"),
        ("June/July 2025", "2025-06/2025-07"),
        ("Apr 24 - Mar 25", "2024-04/2025-03"),
        ("w/c 10 June 2025", "2025-06-10/2025-06-16"),
        ("year to March 2025", "2024-04/2025-03"),
        ("year to 29 February 2024", "2023-03/2024-02"),
        ("year to December 2025", "2025-01/2025-12"),
        ("Tuesday 10 June 2025", "2025-06-10"),
        ("10-Jun-2025", "2025-06-10"),
        ("10 Jun 25", "2025-06-10"),
        ("2025 June 10", "2025-06-10"),
        ("2025-06-10 (Tuesday)", "2025-06-10"),
        ("since 2021", "2021/"),
        ("2021 - present", "2021/"),
        ("up to June 2021", "/2021-06"),
        ("circa 2020", "2020"),
        ("mid-2024", "2024"),
        ("the 10th of June 2025", "2025-06-10"),
        ("end June 2025", "2025-06"),
        ("before 2025", "/2024"),
        ("after 2024", "2025/"),
        ("2025-06-XX", "2025-06"),
        ("2025-Jun-10", "2025-06-10"),
        ("10-Jun-25", "2025-06-10"),
        ("10.6.25", "2025-06-10"),
        ("1/4/95", "1995-04-01"),
        ("06-2025", "2025-06"),
        ("2025_06_10", "2025-06-10"),
        ("45818", "2025-06-10"),
        ("June\u00a02025", "2025-06"),
        ("\u201c2025-06\u201d", "2025-06"),
        ("2025\u201106\u201110", "2025-06-10"),
        ("10\u202fJune\u00a02025", "2025-06-10"),
    ],
)
def test_a_date_as_people_write_it_is_answered_with_the_date_they_mean(
    text: str, meant: str
) -> None:
    with pytest.raises(DateError) as refused:
        PartialDate.parse(text)
    assert refused.value.hint.startswith(f"write {meant} (")
    PartialDate.parse(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("FY24/25", "2024-25"),
        ("FY 2024/25", "2024-25"),
        ("24/25", "2024-25"),
        ("2024\u201325", "2024-25"),
        ("financial year 2011-2012", "2011/12"),
        ("Q4 2024/25", "2025-01/2025-03"),
        ("12 months to March 2025", "2024-04/2025-03"),
    ],
)
def test_a_period_as_people_write_it_is_answered_with_the_period_they_mean(
    text: str, meant: str
) -> None:
    with pytest.raises(DateError) as refused:
        Period.parse(text)
    assert refused.value.hint.startswith(f"write {meant} (")
    Period.parse(meant)


@pytest.mark.parametrize(
    ("text", "either"),
    [
        ("Q1 2024", "2024-01/2024-03, or 2024-04/2024-06"),
        ("Q4 2024", "2024-10/2024-12, or 2025-01/2025-03"),
        ("H2 2024", "2024-07/2024-12, or 2024-10/2025-03"),
    ],
)
def test_a_part_of_a_year_is_answered_with_its_months_by_either_kind_of_year(
    text: str, either: str
) -> None:
    with pytest.raises(DateError) as refused:
        PartialDate.parse(text)
    assert refused.value.hint == f"write {either} if its year begins in April"


@pytest.mark.parametrize("text", ["10 June", "June", "10/06", "FY25", "Q1 2024", "H1 2024"])
def test_the_message_for_an_incomplete_date_says_what_is_missing(text: str) -> None:
    with pytest.raises(DateError) as refused:
        PartialDate.parse(text)
    assert not refused.value.message.endswith("is not a date")


def test_a_moment_with_the_name_of_its_offset_is_answered_with_the_offset() -> None:
    for text, meant in (
        ("2025-06-10 9:00 BST", "09:00+01:00"),
        ("2025-01-10T10:00 GMT", "10:00+00:00"),
        ("2025-01-10T10:00:00 +0000", "10:00:00+00:00"),
    ):
        with pytest.raises(DateError) as refused:
            Moment.parse(text)
        assert refused.value.hint == f"write {text[:10]}T{meant}"
