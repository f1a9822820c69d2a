"""Pages are right where a history is told out of order, twice, in part, or by several records."""

from __future__ import annotations

from textwrap import dedent

import pytest

from briefings.domain.site import Site
from briefings.outputs.feeds.items import enforcement as enforcement_items
from briefings.outputs.feeds.items import mergers, of_requirement
from briefings.outputs.feeds.items import ratings as rating_items
from briefings.outputs.pages.five_answers import five_answers, in_text
from tests.outputs.test_five_answers import BAD, DONE, TOLD, VISIT, orders
from tests.outputs.test_unforeseen import NOTICE, OLDER, texts
from tests.support.factory import a_site

NO_RECORD = "no public record that it was met"


@pytest.mark.parametrize(
    ("told", "shown", "first"),
    [
        ("unknown", "First told date not known", ""),
        ("2022", "First told in 2022", ", first in 2022"),
        ("2022-09", "First told September 2022", ", first in September 2022"),
    ],
)
def test_what_was_told_again_was_told_before(told: str, shown: str, first: str) -> None:
    visit = VISIT.format("2022-09-12", "2022-12")
    site = a_site({"one": visit + orders("rooms repeated 2022-09-10", f"rooms told {told}")})
    assert shown in texts(site)["/requirements/rooms/"]
    assert five_answers(site, "one")[TOLD].text == f"Yes, on the requirement{first}."


def test_an_order_that_is_certainly_later_is_not_the_first() -> None:
    events = orders("rooms raised 2021", "rooms repeated 2022-09-10", "rooms told 2023")
    assert "First raised in 2021" in texts(a_site({"one": events}))["/requirements/rooms/"]
    assert (
        "told again on 10 September 2022, told in 2023 and"
        in (texts(a_site({"one": events, "two": orders("rooms met 2025")}))["/briefings/two/"])
    )


def due(event: str, date: str, deadline: str) -> str:
    """Return `requirements` of one event with a deadline."""
    return (
        f"requirements: [{{id: rooms, event: {event}, date: {date}, deadline: {deadline},"
        " sources: [A]}]\n"
    )


AGAIN = VISIT.format("2023", "2023-06")


@pytest.mark.parametrize("again", ["deadline-set", "repeated"])
def test_a_deadline_that_is_told_again_is_one_deadline(again: str) -> None:
    told = {
        "one": OLDER + due("told", "2021-06", "2025-12-31"),
        "two": AGAIN + due(again, "2023-05", "2025-12-31"),
    }
    site = a_site(told)
    pages = texts(site)
    for url in ("/briefings/one/", "/briefings/two/"):
        assert f"Deadline: 31 December 2025: {NO_RECORD}." in pages[url]
    assert pages["/trusts/north/"].count(f"31 December 2025: {NO_RECORD}") == 1
    assert sum("Deadline passed" in item.title for item in of_requirement(site, "rooms")) == 1
    moved = a_site({**told, "three": due("deadline-set", "2025-09", "2027-02-28")})
    pages = texts(moved)
    assert "31 December 2025, moved to 28 February 2027." in pages["/requirements/rooms/"]
    for url in ("/briefings/one/", "/briefings/two/"):
        assert "Deadline: 31 December 2025, since moved to 28 February 2027." in pages[url]
    assert [url for url, page in pages.items() if NO_RECORD in page] == ["/data/"]


def test_a_requirement_that_was_met_and_reopened_was_seen_by_an_inspector() -> None:
    events = orders("rooms told 2021", "rooms said-done 2022", "rooms met 2023")
    site = a_site({"one": OLDER + events, "two": orders("rooms reopened 2025")})
    pages = texts(site)
    said = "The trust said in 2022 that it is done, before it was reopened."
    assert said in pages["/requirements/rooms/"]
    assert "Says it is done, before it was reopened" in pages["/trusts/north/"]
    assert five_answers(site, "two")[DONE].text == ("1 requirement: no answer since reopened.")
    assert not any("no inspector has said so" in page for page in pages.values())
    unclear = {"one": OLDER + events, "two": orders("rooms not-known 2025")}
    assert (
        "The trust said in 2022 that it is done."
        in (texts(a_site(unclear))["/requirements/rooms/"])
    )


def graded(*rows: tuple[str, str], scope: str = "service") -> str:
    """Return the overall ratings of services or locations: (name, grade)."""
    items = (
        f"{{scope: {scope}, name: {name}, value: {grade}, sources: [A]}}" for name, grade in rows
    )
    return f"ratings: [{', '.join(items)}]\n"


def test_a_briefing_on_several_services_shows_the_grade_of_each() -> None:
    two = graded(("Wards", "good"), ("Clinics", "inadequate"))
    page = texts(a_site({"one": two}))["/briefings/"]
    assert "Good Overall, Wards" in page
    assert "Inadequate Overall, Clinics" in page
    many = [("Quay", "good"), ("Mill", "inadequate"), ("Pier", "inadequate"), ("Lock", "good")]
    site = a_site({"one": graded(*many, scope="location")})
    assert "2 Good, 2 Inadequate sites, overall" in texts(site)["/briefings/"]
    assert in_text(five_answers(site, "one")[BAD]) == "Sites, overall: 2 good, 2 inadequate."


def test_an_end_after_the_newest_inspection_ends_an_action() -> None:
    older = VISIT.format("2024", "2024-06") + NOTICE % ", status: lifted, ended: 2025-12"
    site = a_site({"one": older, "two": NOTICE % ", status: active"})
    pages = texts(site)
    for url in ("/briefings/one/", "/briefings/two/", "/trusts/north/", "/enforcement/"):
        assert "Lifted, December 2025" in pages[url]
        assert "In force" not in pages[url]
    assert "Lifted, December 2025 in On one" in pages["/briefings/two/"]


def test_an_action_that_is_in_force_again_is_news() -> None:
    lifted = VISIT.format("2023", "2023-06") + NOTICE % ", status: lifted"
    active = NOTICE % ", status: active"
    site = a_site({"one": OLDER + active, "two": lifted, "three": active})
    states = [item.summary.rpartition("2021. ")[2] for item in enforcement_items(site, "north")]
    assert states == ["In force.", "Lifted.", "In force."]


def test_the_five_answers_say_what_became_of_an_action() -> None:
    site = a_site({"one": OLDER + NOTICE % "", "two": NOTICE % ", status: lifted"})
    assert "Warning notice, 2021, lifted." in five_answers(site, "one")[BAD].text
    active = a_site({"one": OLDER + NOTICE % ", status: active"})
    assert "Warning notice, 2021." in five_answers(active, "one")[BAD].text
    undated = NOTICE.replace("served: 2021", "served: unknown")
    ended = a_site({"one": OLDER + undated % ", ended: 2023"})
    assert "After the report: warning notice, ended 2023." in five_answers(ended, "one")[BAD].text


TIERS = """
scales:
  - id: tiers
    label: Risk tiers
    from: 2020
    to: 2030
    values:
      - {id: t1, label: Tier 1, rank: 1}
      - {id: t2, label: Tier 2, rank: 2}
      - {id: t3, label: Tier 3, rank: 3}
"""


def test_a_better_grade_with_a_lower_number_has_not_gone_up() -> None:
    rated = "ratings: [{scope: trust, value: %s%s, sources: [A]}]\n"
    first, better = (
        rated % ("t3", ""),
        rated % ("t1", ", change: up, previous: {value: t3, date: 2021}"),
    )
    worse = VISIT.format("2025-11", "2026-02") + rated % ("t2", ", change: down")
    site = a_site({"one": OLDER + first, "two": better, "three": worse}, regulators={"cqc": TIERS})
    rows = [five_answers(site, id)[BAD].grades[0].rated for id in ("two", "three")]
    assert rows == ["Overall, whole trust; better than Tier 3", "Overall, whole trust; worse"]
    (item,) = rating_items(site, "two")
    assert "better, previously Tier 3" in item.title
    pages = texts(site)
    assert "Tier 1 Better previously Tier 3, in 2021" in pages["/briefings/two/"]
    assert "Tier 2 Worse" in pages["/trusts/north/"]
    stars = TIERS.replace("Tier 1", "5 stars").replace("Tier 3", "1 star")
    page = texts(a_site({"two": better}, regulators={"cqc": stars}))["/briefings/two/"]
    assert "up from 1 star" in page


def test_a_scale_known_by_years_was_in_force_from_one_to_another() -> None:
    page = texts(a_site({}, regulators={"cqc": TIERS}))["/regulators/cqc/"]
    assert "In force from 2020 until 2030" in page


def test_counts_of_nothing_and_of_one_read_as_such() -> None:
    counts = "service_counts: {total: 5, note: No grades yet., sources: [A]}"
    site = a_site(
        {"one": counts},
        trusts={
            "north": "locations: {value: 1, sources: [S]}\n"
            "sources: {S: {publisher: P, type: data, url: unknown, published: 2026}}"
        },
    )
    assert five_answers(site, "one")[BAD].text == "5 services."
    assert "Size 1 location" in texts(site)["/trusts/north/"]


def test_the_ratings_over_time_of_trusts_without_one_are_not_named_by_nothing() -> None:
    overall = "ratings: [{scope: trust, value: %s, sources: [A]}]\n"
    replaced = """
    ratings:
      - {scope: trust, key_question: safe, value: good, replaces: all, sources: [A]}
      - {scope: trust, key_question: caring, value: good, sources: [A]}
    """
    site = a_site(
        {
            "one": OLDER + overall % "good",
            "two": VISIT.format("2023", "2023-06") + overall % "inadequate",
            "three": replaced,
        }
    )
    page = texts(site)["/compare/"]
    assert "The ratings that stood for a whole trust, over time." in page
    assert "over time: ." not in page


CHAIN = {
    "oldest": "name: Oldest",
    "middle": "name: Middle\npredecessors: [{id: oldest, date: 2023, reason: merger}]",
    "north": "predecessors: [{id: middle, date: 2025, reason: merger}]",
}
RECORD = "trust: oldest\nratings: [{scope: trust, value: good, sources: [A]}]\n"


@pytest.mark.parametrize("also", ["", "also_about: [north]\n"])
def test_the_record_before_a_trust_is_on_its_page_however_it_came_there(also: str) -> None:
    def page(trusts: dict[str, str]) -> str:
        text = RECORD + also + orders("rooms told 2025")
        site: Site = a_site({"one": text}, trusts=trusts, requirements={"rooms": "trust: oldest"})
        return texts(site)["/trusts/north/"]

    direct = {**CHAIN, "north": CHAIN["north"].replace("middle", "oldest")}
    del direct["middle"]
    for trusts in (CHAIN, direct):
        inherited = page(trusts).split("The record of the trusts that became part of this one.")[1]
        assert "Stop using shared rooms" in inherited
        assert "as a whole" in inherited


def test_a_closure_still_to_come_is_not_told_as_past_after_a_merger() -> None:
    trusts = {
        "north": "status: closed\nclosed: 2027-03-31",
        "new": "name: New\npredecessors: [{id: north, date: 2026-10-01, reason: merger}]",
    }
    page = texts(a_site({}, trusts=trusts))["/trusts/north/"]
    assert "Closed, now part of New. This page is its record." in page
    assert "2027" not in dedent(page).split("Rating")[0]


def test_the_grades_of_two_regulators_are_told_apart() -> None:
    rated = "ratings: [{scope: trust, value: %s, sources: [A]}]\n"
    other = rated % "inadequate" + "regulator: caa\n"
    again = VISIT.format("2025-11", "2026-02") + other
    regulators = {"cqc": "", "caa": "name: Civil Aviation Authority\nshort_name: CAA"}
    site = a_site({"one": rated % "good", "two": other, "three": again}, regulators=regulators)
    page = texts(site)["/trusts/north/"]
    assert "Overall, whole trust (CAA) Inadequate" in page
    assert "Overall, whole trust (CQC) Good" in page
    assert "North Trust as a whole (CAA)" in page
    assert "North Trust as a whole (CQC)" in page
    assert "CAA: Grades Overall" in page
    (item,) = rating_items(site, "one")
    assert item.title == "North Trust, Overall: Good (CQC, report of 14 January 2026)"
    alone = a_site({"one": rated % "good"})
    assert "(CQC)" not in texts(alone)["/trusts/north/"].split("Ratings as last published")[1][:60]


def test_a_trust_that_gave_up_only_a_part_is_not_closed() -> None:
    trusts = {
        "north": "",
        "new": "name: New\npredecessors: [{id: north, date: %s, reason: demerger}]",
    }
    before, after = (
        a_site({}, trusts={**trusts, "new": trusts["new"] % date})
        for date in ("2027-02-01", "2026-10-01")
    )
    pages = texts(after)
    assert "closed" not in pages["/trusts/"]
    assert "1 October 2026: New took over a part of it (demerger)." in pages["/trusts/north/"]
    assert "Closed" not in pages["/trusts/north/"]
    assert "1 October 2026: took over a part of North Trust (demerger)." in pages["/trusts/new/"]
    (item,) = mergers(after, "north")
    assert item.title == "New took over a part of North Trust"
    assert item.summary == "New took over a part of North Trust on 1 October 2026 (demerger)."
    planned = texts(before)
    assert (
        "1 February 2027: New is to take over a part of it (demerger)."
        in (planned["/trusts/north/"])
    )
    assert "1 February 2027: to take over a part of North Trust" in planned["/trusts/new/"]
    assert "To be followed" not in planned["/trusts/north/"]


@pytest.mark.parametrize(
    "reason", ["merger of two separate trusts", "merger with the Spinal Trust", "change of owner"]
)
def test_a_trust_that_was_taken_over_as_a_whole_is_closed(reason: str) -> None:
    new = f"name: New\npredecessors: [{{id: north, date: 2026-10-01, reason: {reason}}}]"
    assert "North Trust closed" in texts(a_site({}, trusts={"north": "", "new": new}))["/trusts/"]
