"""Digests of a week: each briefing, correction and deadline is in the week of its publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest

from briefings.checks.advice import advice_on_file
from briefings.content.schema.entities import TopicFront
from briefings.domain.site import Site, visible
from briefings.domain.weeks import Week, of_days, of_scope, of_week, weeks
from tests.support.factory import LONDON, NOW, a_content, a_front, a_record, a_site

Rows = list[tuple[str, str, int]]


def rows(site: Site, kind: str = "site", id: str = "") -> Mapping[str, Rows]:
    """Week → what became public in it."""
    return {
        week: [
            (happening.what, happening.id, happening.n)
            for happening in of_week(site, kind, id, week)
        ]
        for week in weeks(site, kind, id)
    }


def actions(*rows: str) -> str:
    """Front matter with enforcement actions; each row is what one says of its deadlines."""
    start = "  - {kind: warning-notice, text: A., served: 2025-09, sources: [A], "
    return "enforcement:\n" + "".join(f"{start}{row}}}\n" for row in rows)


def told(*deadlines: str, id: str = "rooms") -> str:
    """Front matter with orders, each with its deadline."""
    start = f"  - {{id: {id}, event: told, date: 2025-09, sources: [A], deadline: "
    return "requirements:\n" + "".join(f"{start}{deadline}}}\n" for deadline in deadlines)


@pytest.mark.parametrize(
    ("day", "id", "shown"),
    [
        (date(2026, 2, 15), "2026-w07", "9 to 15 February 2026"),
        (date(2026, 2, 16), "2026-w08", "16 to 22 February 2026"),
        (date(2021, 1, 3), "2020-w53", "28 December 2020 to 3 January 2021"),
        (date(2025, 12, 29), "2026-w01", "29 December 2025 to 4 January 2026"),
    ],
)
def test_a_week_is_named_and_shown_as_iso_8601_counts_it(day: date, id: str, shown: str) -> None:
    week = Week.of(day)
    assert (week.id, week.days.show()) == (id, shown)
    assert Week.parse(id) == week


def test_weeks_are_newest_first_across_years_and_each_holds_what_became_public_in_it() -> None:
    changes = """
published: 2025-12-22
changes:
  - {date: 2025-12-30, kind: minor, text: A comma.}
  - {date: 2026-03-05, kind: correction, text: Nine.}
  - {date: 2026-03-06, kind: update, text: Ten.}
"""
    texts = {"one": changes, "two": "published: 2026-03-04", "old": "published: 2025-12-23"}
    assert list(rows(a_site(texts)).items()) == [
        ("2026-w10", [("briefing", "two", 0), ("correction", "one", 0), ("correction", "one", 1)]),
        ("2025-w52", [("briefing", "old", 0), ("briefing", "one", 0)]),
    ]


def test_a_withdrawn_briefing_is_in_its_weeks_as_withdrawn_and_in_that_of_the_notice() -> None:
    gone = """
status: withdrawn
withdrawn: {date: 2026-03-04, reason: It was another trust.}
changes: [{date: 2026-02-03, kind: correction, text: A.}]
"""
    assert rows(a_site({"one": gone})) == {
        "2026-w10": [("correction", "one", 0)],
        "2026-w06": [("withdrawn", "one", 0)],
        "2026-w03": [("withdrawn", "one", 0)],
    }


def test_a_preview_of_a_draft_adds_no_week() -> None:
    content = a_content({"one": "status: draft"})
    assert rows(visible(content, NOW, drafts=True)) == {}


def test_deadlines_are_in_the_week_of_their_last_day_if_no_record_was_public_then() -> None:
    text = told("2026-02", "2026-04-12", "2027-06") + actions(
        "deadlines: [{date: 2026-03-01}, {date: 2026-05}]",
        "deadlines: [{date: 2026-03-02}], status: met",
        "deadlines: [{date: 2025-12-01}]",
        "deadlines: [{date: unknown}]",
    )
    assert rows(a_site({"one": text})) == {
        "2026-w22": [("action deadline", "north", 1)],
        "2026-w15": [("deadline", "rooms", 1)],
        "2026-w09": [("deadline", "rooms", 0), ("action deadline", "north", 0)],
        "2026-w03": [("briefing", "one", 0)],
    }


LATER = {
    "the requirement was met": (
        told("2026-03-01"),
        "requirements: [{id: rooms, event: met, date: 2026-02, sources: [A]}]",
        ("deadline", "rooms", 0),
    ),
    "the action ended": (
        actions("id: e, deadlines: [{date: 2026-03-01}]"),
        actions("id: e, status: lifted"),
        ("action deadline", "north", 0),
    ),
}


@pytest.mark.parametrize(("first", "second", "row"), LATER.values(), ids=LATER)
def test_a_record_that_came_after_a_deadline_takes_it_out_of_no_week(
    first: str, second: str, row: tuple[str, str, int]
) -> None:
    early = a_site({"one": first, "two": f"published: 2026-02-20\n{second}"})
    assert "2026-w09" not in rows(early)
    late = a_site({"one": first, "two": f"published: 2026-03-02\n{second}"})
    assert rows(late)["2026-w09"] == [row]


def test_a_deadline_that_a_later_briefing_reported_too_late_is_in_no_week() -> None:
    site = a_site(
        {
            "one": actions("id: e"),
            "two": "published: 2026-03-04\n" + actions("id: e, deadlines: [{date: 2026-03-01}]"),
        }
    )
    assert rows(site).keys() == {"2026-w03", "2026-w10"}


def test_a_week_is_listed_once_it_is_over() -> None:
    def at(moment: datetime) -> list[str]:
        return list(rows(a_site({"one": "published: 2026-01-15"}, now=moment)))

    assert at(datetime(2026, 1, 18, 23, 59, tzinfo=LONDON)) == []
    assert at(datetime(2026, 1, 19, tzinfo=LONDON)) == ["2026-w03"]


def test_a_trust_and_a_topic_have_what_is_on_them_alone() -> None:
    texts = {
        "one": "topics: [estates]\n" + told("2026-02"),
        "two": "trust: south\n"
        + told("2026-03", id="doors")
        + actions("deadlines: [{date: 2026-04}]"),
        "three": "also_about: [south]\npublished: 2026-02-05",
        "gone": "published: 2026-02-06\nstatus: withdrawn\n"
        "withdrawn: {date: 2026-02-13, reason: R.}",
    }
    content = a_content(
        texts,
        trusts={"north": "", "south": ""},
        requirements={"rooms": "topics: [estates]", "doors": "trust: south"},
    )
    topic = a_record("topic", "estates", a_front(TopicFront, "name: Estates\nsummary: A."))
    site = visible(replace(content, topics={"estates": topic}), NOW)
    first, february = [("briefing", "one", 0)], ("deadline", "rooms", 0)
    assert rows(site, "topic", "estates") == {"2026-w09": [february], "2026-w03": first}
    assert rows(site, "trust", "north") == {
        "2026-w09": [february],
        "2026-w07": [("correction", "gone", 0)],
        "2026-w06": [("briefing", "three", 0), ("withdrawn", "gone", 0)],
        "2026-w03": first,
    }
    assert rows(site, "trust", "south") == {
        "2026-w18": [("action deadline", "south", 0)],
        "2026-w14": [("deadline", "doors", 0)],
        "2026-w06": [("briefing", "three", 0)],
        "2026-w03": [("briefing", "two", 0)],
    }
    assert rows(site)["2026-w03"] == [("briefing", "one", 0), ("briefing", "two", 0)]


def test_a_mail_of_some_days_has_what_became_public_from_the_first_to_the_last() -> None:
    texts = {id: f"published: 2026-01-{day}" for id, day in (("a", 14), ("b", 15), ("c", 17))}
    site = a_site(texts)
    happenings = of_days(site, "site", "", date(2026, 1, 15), date(2026, 1, 17))
    assert [happening.id for happening in happenings] == ["c", "b"]
    happenings = of_days(site, "trust", "north", date(2026, 1, 14), date(2026, 1, 14))
    assert [happening.id for happening in happenings] == ["a"]
    assert of_scope(site, "site", "").keys() == {"2026-w03"}


def test_dates_a_thousand_years_ahead_stop_nothing() -> None:
    """Editors write the last day of a calendar for what has no end."""
    events = told("2999-12-31").replace("date: 2025-09", "date: 2025-09/2999")
    site = a_site({"one": events + actions("deadlines: [{date: 2999}]")})
    assert rows(site).keys() == {"2026-w03"}
    assert advice_on_file(site, "requirement", "rooms") == ()
