"""When a file becomes public, and which lookups are recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TrustFront
from briefings.domain.visibility import (
    Lazy,
    PerKey,
    is_visible,
    newest_check,
    trust_held_until,
    visible_from,
    withdrawn_unseen,
)
from tests.support.factory import BRIEFING, LONDON, TRUST, a_front, clock_at


def front(text: str) -> BriefingFront:
    return a_front(BriefingFront, text, BRIEFING)


@pytest.mark.parametrize(
    ("status", "now", "expected"),
    [
        ("published", "2026-01-14T23:59:59", False),
        ("published", "2026-01-15T00:00:00", True),
        ("draft", "2026-01-15T00:00:00", False),
        ("withdrawn", "2026-01-15T00:00:00", True),
    ],
)
def test_a_briefing_is_public_from_its_day_on_unless_it_is_a_draft(
    status: str, now: str, expected: bool
) -> None:
    notice = "withdrawn: {date: 2026-03-01, reason: R.}" if status == "withdrawn" else ""
    briefing = front(f"published: 2026-01-15\nstatus: {status}\n{notice}")
    moment = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    assert is_visible(briefing, moment, LONDON) is expected


def test_what_has_both_is_public_from_the_later_of_publication_and_embargo() -> None:
    for first, other in (("2026-01-15", "2026-02-01"), ("2026-02-01", "2026-01-15")):
        text = f"published: {first}\nembargo_until: {other}"
        midnight = datetime(2026, 2, 1, tzinfo=LONDON)
        assert visible_from(front(text), LONDON) == midnight
        assert trust_held_until(a_front(TrustFront, text, TRUST), LONDON) == midnight
    assert trust_held_until(a_front(TrustFront, "", TRUST), LONDON) is None


@pytest.mark.parametrize(
    ("published", "withdrawn", "expected"),
    [
        ("2026-01-15", None, False),
        ("2026-01-15", "2026-01-14", True),
        ("2026-01-15", "2026-01-15", False),
        ("2026-01-15", "2026-01-16", False),
        # A day lasts until its end; a time does not.
        ("2026-01-15T09:30:00+00:00", "2026-01-15", False),
        ("2026-01-15T09:30:00+00:00", "2026-01-14", True),
        ("2026-01-15T09:30:00+00:00", "2026-01-15T09:29:00+00:00", True),
        ("2026-01-15T09:30:00+00:00", "2026-01-15T09:30:00+00:00", False),
    ],
)
def test_a_briefing_is_withdrawn_unseen_if_nobody_could_read_it_before(
    published: str, withdrawn: str | None, expected: bool
) -> None:
    text = f"published: {published}\n"
    if withdrawn is not None:
        text += f"status: withdrawn\nwithdrawn: {{date: {withdrawn}, reason: R.}}"
    assert withdrawn_unseen(front(text), LONDON) is expected


def test_the_newest_check_of_ratings_is_the_one_of_the_latest_day() -> None:
    text = "ratings_checked: [{{date: {}, against: A.}}, {{date: {}, against: B.}}]"
    for dates, expected in (
        (("2026-02-01", "2026-01-15"), "A."),
        (("2025-12-31", "2026-01-01"), "B."),
    ):
        check = newest_check(a_front(TrustFront, text.format(*dates), TRUST))
        assert check is not None
        assert check.against == expected
    assert newest_check(a_front(TrustFront, "", TRUST)) is None


@pytest.mark.parametrize(
    ("written", "now", "ahead"),
    [
        ("2026-02", "2026-01-31T23:59:59", True),
        ("2026-02", "2026-02-01T00:00:00", False),
        ("2026-02-03/2026-03", "2026-02-02", True),
        ("/2026-02", "2025-01-01", False),
        ("unknown", "2025-01-01", False),
    ],
)
def test_a_date_is_ahead_until_the_first_day_that_it_can_be(
    written: str, now: str, ahead: bool
) -> None:
    clock = clock_at(datetime.fromisoformat(now).replace(tzinfo=LONDON))
    assert clock.ahead(PartialDate.parse(written)) is ahead


def test_a_day_ends_at_midnight_where_the_site_is() -> None:
    clock = clock_at(datetime(2026, 7, 1, tzinfo=LONDON))
    end = clock.end_of(PartialDate.parse("2026-06"))
    assert end is not None
    assert end.astimezone(UTC) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert clock.end_of(PartialDate.parse("2026-06/")) is None


def test_what_is_looked_up_by_its_name_reads_as_a_mapping() -> None:
    letters = PerKey(lambda: "ab", {"a": 0, "b": 2}.get)
    assert dict(letters) == {"a": 0, "b": 2}
    assert len(letters) == 2
    assert "a" in letters
    assert "c" not in letters
    assert not letters.__contains__(1)
    with pytest.raises(KeyError, match="c"):
        letters["c"]


def test_what_is_looked_up_by_its_place_reads_as_a_list() -> None:
    numbers = Lazy([1, 2, 3], str)
    assert list(numbers) == ["1", "2", "3"]
    assert (len(numbers), numbers[0], numbers[-1]) == (3, "1", "3")
    assert list(numbers[1:]) == ["2", "3"]
