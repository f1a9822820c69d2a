"""One rule says which deadlines have passed; the pages show the same counts of them."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO

import pytest

from briefings.content.dates.values import PartialDate
from briefings.domain.enforcement import actions
from briefings.domain.site import Site
from briefings.outputs.pages.ledger import Overdue
from tests.support.factory import LONDON, a_site, clock_at
from tests.support.reading import Reading, downloads, html_of

NO_RECORD = "no public record that it was met"
TEXT = """
requirements:
  - {id: rooms, event: told, date: 2025-09, deadline: 2025-10, sources: [A]}
  - {id: rooms, event: deadline-set, date: 2025-09, deadline: 2027-01, sources: [A]}
  - {id: doors, event: told, date: 2025-09, deadline: 2025-11, sources: [A]}
  - {id: alarms, event: told, date: 2025-09, deadline: 2025-11, sources: [A]}
  - {id: alarms, event: met, date: 2025-12, sources: [A]}
enforcement:
  - {kind: warning-notice, text: First., served: 2025-09, deadlines: [{date: 2025-10-01},
    {date: 2025-11-01}], sources: [A]}
  - {kind: warning-notice, text: Second., served: 2025-09, deadlines: [{date: 2025-11}],
    status: active, sources: [A]}
  - {kind: warning-notice, text: Third., served: 2025-09, deadlines: [{date: 2025-12-31}],
    status: unknown, sources: [A]}
  - {kind: warning-notice, text: Lifted., served: 2025-09, deadlines: [{date: 2025-10}],
    status: lifted, sources: [A]}
  - {kind: warning-notice, text: Ahead., served: 2025-09, deadlines: [{date: 2027-01}],
    sources: [A]}
"""
REQUIREMENTS = {
    "rooms": "title: Stop using shared rooms",
    "doors": "title: Mend the doors",
    "alarms": "title: Test the alarms",
}
COUNTS = "2 requirements and 3 enforcement actions past their deadline"
SAID = f"{COUNTS}, with no public record that they were met."


def made(now: datetime | None = None) -> Site:
    trusts = {"north": "", "south": "name: South Trust"}
    texts = {"one": TEXT}
    if now is None:
        return a_site(texts, requirements=REQUIREMENTS, trusts=trusts)
    return a_site(texts, requirements=REQUIREMENTS, trusts=trusts, now=now)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {url: Reading(html).text for url, html in html_of(made()).items()}


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("due", "now", "passed"),
    [
        ("2025-10-31", "2025-10-31T23:59", False),
        ("2025-10-31", "2025-11-01T00:00", True),
        ("2025-10", "2025-10-31T12:00", False),
        ("2025-10", "2025-11-01T00:00", True),
        ("unknown", "2099-01-01", False),
        ("2025-10/", "2099-01-01", False),
        ("/2025-10", "2025-11-01", True),
    ],
)
def test_a_deadline_has_passed_from_the_day_after_its_last_day(
    due: str, now: str, passed: bool
) -> None:
    assert clock_at(at(now)).passed(PartialDate.parse(due)) is passed


@pytest.mark.parametrize("url", ["/requirements/", "/enforcement/", "/trusts/", "/trusts/north/"])
def test_ledger_trusts_and_enforcement_show_the_same_two_counts(
    pages: dict[str, str], url: str
) -> None:
    assert SAID in pages[url]


def test_a_trust_with_nothing_overdue_has_counts_of_its_own(pages: dict[str, str]) -> None:
    assert pages["/trusts/"].count(COUNTS) == 2  # of all, and in the line of North Trust
    assert "past their deadline" not in pages["/trusts/south/"]


def test_without_overdue_deadlines_no_count_is_shown() -> None:
    none = "0 requirements and 0 enforcement actions past their deadline."
    page = Reading(html_of(a_site({"one": ""}))["/enforcement/"]).text
    assert f"{none} The ledger lists the requirements." in page


def test_the_ledger_never_reads_deadline_passed_0_beside_actions_that_are() -> None:
    action = TEXT[TEXT.index("enforcement:") :]
    page = Reading(html_of(a_site({"one": action}))["/requirements/"]).text
    assert "Deadline passed (0 requirements, 3 enforcement actions)" in page
    part = page[page.rindex("Deadline passed") :]
    text = "0 requirements and 3 enforcement actions past their deadline"
    assert part.startswith(f"Deadline passed {text}, with no public record that they were met. The")


def test_the_counts_are_those_of_the_tables_and_of_the_lists() -> None:
    site = made()
    shown = {}
    for name in ("requirements", "enforcement"):
        file = next(
            download for download in downloads(site) if download.path.endswith(f"{name}.csv")
        )
        rows = csv.DictReader(StringIO(file.render().decode("utf-8-sig")))
        shown[name] = [row["deadline_passed"] for row in rows].count("true")
    assert shown == {"requirements": 2, "enforcement": 3}
    ledger = html_of(site)["/requirements/"]
    assert "Deadline passed (2 requirements, 3 enforcement actions)" in Reading(ledger).text


def test_every_page_that_shows_a_deadline_past_says_that_no_record_shows_it_was_met(
    pages: dict[str, str],
) -> None:
    briefing = pages["/briefings/one/"]
    assert f"Deadline: October 2025: {NO_RECORD}." in briefing
    assert "Deadline: January 2027." in briefing
    history = pages["/requirements/rooms/"]
    assert f"Deadline: October 2025: {NO_RECORD}." in history
    assert "Deadline: January 2027." in history
    assert f"October 2025: {NO_RECORD}. Set in" in history
    assert NO_RECORD not in pages["/requirements/alarms/"].replace("shows it was met", "")
    assert not any("failed" in text for text in pages.values())


def test_the_counts_are_as_of_the_day_of_the_build() -> None:
    early = Reading(html_of(made(at("2026-01-20")))["/enforcement/"]).text
    late = Reading(html_of(made(at("2027-03-01")))["/enforcement/"]).text
    assert "2 requirements and 3 enforcement actions past their deadline" in early
    assert "2 requirements and 4 enforcement actions past their deadline" in late


@pytest.mark.parametrize(
    ("more", "ended"),
    [
        (", status: met", True),
        (", status: lifted", True),
        (", status: expired", True),
        (", status: active", False),
        (", status: unknown", False),
        (", status: unknown, outcome: A fine.", False),
        (", ended: 2025-11", True),
        (", outcome: A fine.", True),
        ("", False),
    ],
)
def test_an_action_has_ended_where_its_status_or_without_one_its_end_or_outcome_says_so(
    more: str, ended: bool
) -> None:
    text = (
        "enforcement: [{kind: warning-notice, text: A., served: 2025-09, "
        f"deadlines: [{{date: 2025-10}}], sources: [A]{more}}}]"
    )
    (action,) = actions(a_site({"one": text}))
    assert action.is_ended is ended
    assert len(action.passed(clock_at(at("2026-12-01")))) == (not ended)


def test_counts_of_one_are_in_the_singular() -> None:
    assert Overdue(1, 1).words == "1 requirement and 1 enforcement action past their deadline"
    assert Overdue(0, 2).words == "0 requirements and 2 enforcement actions past their deadline"
