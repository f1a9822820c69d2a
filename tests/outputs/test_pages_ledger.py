"""Pages say what is open, what is not known, and what was only found, and mix none of them."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from briefings.domain.site import Site
from briefings.outputs.search.entries import entries
from tests.support.factory import a_site
from tests.support.reading import Reading, downloads, feeds, html_of

FOUND = "What the regulator found, with no order reported"
TOLD = "What the regulator told the trust to do"


def events(*rows: str) -> str:
    """Front matter with events, each written `rooms told 2022` or `rooms told 2022 by 2023`."""
    lines = ["requirements:"]
    for row in rows:
        id, kind, when, *due = row.split(" ")
        deadline = f", deadline: {due[1]}" if due else ""
        lines.append(f"  - {{id: {id}, event: {kind}, date: {when}{deadline}, sources: [A]}}")
    return "\n".join(lines) + "\n"


REQUIREMENTS = {
    "rooms": "title: Stop using shared rooms",
    "doors": "title: Mend the doors",
    "alarms": "title: Test the alarms",
}


def ledger_site(*rows: str, **others: str) -> Site:
    return a_site({"one": events(*rows), **others}, requirements=REQUIREMENTS)


def shown(site: Site) -> dict[str, str]:
    """URL → text of every page."""
    return {url: Reading(html).text for url, html in html_of(site).items()}


def test_a_requirement_that_was_only_raised_is_never_headed_told_by() -> None:
    pages = shown(ledger_site("rooms raised 2025-09"))
    page = pages["/requirements/rooms/"]
    assert "North Trust · found by the Care Quality Commission (CQC)" in page
    assert "told by" not in page
    assert "Where it stands, by the CQC’s word Raised." in page
    assert "Told no order on record" in page
    assert "told by" in shown(ledger_site("rooms told 2025-09"))["/requirements/rooms/"]


def test_a_briefing_lists_what_was_only_raised_apart_from_orders() -> None:
    site = ledger_site("doors raised 2025-09", "rooms told 2025-09")
    page = shown(site)["/briefings/one/"]
    assert f"{TOLD} Stop using shared rooms First recorded" in page
    assert f"{FOUND} Mend the doors First recorded" in page
    assert page.index(TOLD, page.index("Stop using") - 200) < page.index(FOUND)
    answer = "1 requirement; no earlier order for it on record. Also 1 finding without an order."
    assert f"Had they been told before? {answer}" in page


def test_a_briefing_that_tells_of_no_order_has_no_heading_that_says_told() -> None:
    page = shown(ledger_site("doors raised 2025-09", "rooms raised 2025-09"))["/briefings/one/"]
    assert TOLD not in page
    assert page.count(FOUND) == 2  # the heading, and its entry in the contents
    assert "Had they been told before? 2 findings, no order reported." in page


def test_a_requirement_only_raised_here_is_apart_even_if_a_later_briefing_has_the_order() -> None:
    later = "published: 2026-02-01\n" + events("rooms told 2025-12")
    pages = shown(ledger_site("rooms raised 2025-09", two=later))
    assert TOLD not in pages["/briefings/one/"]
    assert f"{TOLD} Stop using shared rooms" in pages["/briefings/two/"]
    assert "told by" in pages["/requirements/rooms/"]


def test_a_trusts_page_lists_what_was_only_raised_apart_from_orders() -> None:
    page = shown(ledger_site("doors raised 2025-09", "rooms told 2025-09"))["/trusts/north/"]
    assert "2 requirements on record: 1 open, 0 not known, 1 raised with no order." in page
    orders, findings = page.index("Open first"), page.index(FOUND)
    assert orders < page.index("Stop using shared rooms", orders) < findings
    assert page.index("Mend the doors", orders) > findings
    alone = shown(ledger_site("doors raised 2025-09"))["/trusts/north/"]
    assert "No order to this trust is on record here." in alone


def test_no_trust_reads_0_open_without_what_is_not_known_beside_it() -> None:
    site = ledger_site(
        "rooms told 2020", "rooms not-known 2021", "doors raised 2020", "alarms told 2020",
        "alarms met 2021",
    )  # fmt: skip
    expected = "0 open, 1 not known, 1 raised with no order, 1 met or lifted"
    pages = shown(site)
    assert f"1 briefing, requirements: {expected}" in pages["/trusts/"]
    assert f"3 requirements on record: {expected}." in pages["/trusts/north/"]
    assert f"3 requirements on record: {expected}." in pages["/requirements/"]
    assert f"1 briefing on 1 trust. 3 requirements on record: {expected}, as last" in pages["/"]
    bare = [text for text in pages.values() if "0 open" in text.replace("0 open, 1 not", "")]
    assert bare == []


def test_the_ledger_has_open_not_known_and_raised_side_by_side() -> None:
    page = shown(ledger_site("rooms told 2020", "doors raised 2020"))["/requirements/"]
    assert (
        "Open (1) Outcome not known (0) Raised, no order reported (1) Told more than once (0)"
        in page
    )


@pytest.mark.parametrize("name", ["requirements", "trusts"])
def test_tables_have_raised_as_a_status_and_totals_of_their_own(name: str) -> None:
    site = ledger_site("rooms told 2020", "doors raised 2020", "alarms told 2020",
                       "alarms not-known 2021")  # fmt: skip
    file = next(download for download in downloads(site) if download.path.endswith(f"{name}.csv"))
    rows = list(csv.DictReader(StringIO(file.render().decode("utf-8-sig"))))
    if name == "requirements":
        assert [(row["id"], row["status"], row["open"], row["times_told"]) for row in rows] == [
            ("alarms", "unknown", "false", "1"),
            ("doors", "raised", "false", "0"),
            ("rooms", "open", "true", "1"),
        ]
    else:
        names = ("requirements", "requirements_open", "requirements_not_known",
                 "requirements_raised")  # fmt: skip
        assert [tuple(row[name] for name in names) for row in rows] == [("3", "1", "1", "1")]


def test_a_trusts_json_shows_open_and_not_known_side_by_side() -> None:
    site = ledger_site("rooms told 2020", "doors raised 2020")
    file = next(file for file in downloads(site) if file.path.endswith("north/trust.json"))
    data = json.loads(file.render())
    names = ("requirements_open", "requirements_not_known", "requirements_raised")
    assert [data[name] for name in names] == [1, 0, 1]
    assert {requirement["id"]: requirement["status"] for requirement in data["requirements"]} == {
        "rooms": "open",
        "doors": "raised",
    }


def test_feeds_and_search_call_what_was_only_raised_raised() -> None:
    site = ledger_site("doors raised 2020")
    (entry,) = [entry for entry in entries(site) if entry.url == "/requirements/doors/"]
    assert "Raised, with no order reported." in entry.text
    feed = next(feed for feed in feeds(site) if feed.path == "requirements/feed.xml")
    assert "<title>Raised: Mend the doors (North Trust)</title>" in feed.render().decode()


# The three answers

LATER = "looked: [{date: 2026-11-03, where: The papers}]\nasked: [{date: 2026-06-05}]\n"


def answered_site(*rows: str, **others: str) -> Site:
    """Events on `rooms`, for which someone looked and asked the trust."""
    files = REQUIREMENTS | {"rooms": f"title: Stop using shared rooms\n{LATER}"}
    return a_site({"one": events(*rows), **others}, requirements=files)


def test_a_requirements_page_gives_three_answers_with_their_speakers() -> None:
    page = shown(answered_site("rooms told 2025-05", "rooms said-done 2025-09"))
    text = page["/requirements/rooms/"]
    assert "Where it stands, by the CQC’s word Open. Told, May 2025" in text
    assert (
        "What the trust answered The trust says that it is done; no inspector has said so." in text
    )
    assert "The trust said in September 2025 that it is done." in page["/briefings/one/"]
    assert (
        "What anyone has seen since Nothing since May 2025; last looked on 3 November 2026; "
        "asked on 5 June 2026, no answer." in text
    )
    assert "3 November 2026 Looked for news and found none: The papers." in text
    assert "5 June 2026 We asked the trust: no answer." in text


def test_a_look_has_an_anchor_of_its_day() -> None:
    html = html_of(answered_site("rooms told 2025-05"))["/requirements/rooms/"]
    assert 'id="looked-2026-11-03"' in html
    assert 'id="asked-2026-06-05"' in html


def test_a_moved_deadline_is_shown_with_all_its_dates_and_marked_once() -> None:
    rows = ("rooms told 2025-03-01 by 2025-06-30", "rooms deadline-set 2025-06-01 by 2025-09-30")
    text = shown(ledger_site(*rows))["/requirements/rooms/"]
    expected = "30 June 2025, moved to 30 September 2025: no public record that it was met"
    assert expected in text
    assert "Deadline: 30 June 2025. " in text
    assert "Deadline: 30 September 2025: no public record that it was met" in text


def test_the_ledger_lists_requirements_by_the_trusts_answer() -> None:
    site = ledger_site("rooms told 2025-05", "doors told 2025-05", "doors accepted 2025-06")
    pages = html_of(site)
    assert 'href="/requirements/answers/accepted/"' in pages["/requirements/"]
    accepted = Reading(pages["/requirements/answers/accepted/"]).text
    assert "Mend the doors" in accepted
    assert "Stop using shared rooms" not in accepted
    assert "Nothing on record here." in Reading(pages["/requirements/answers/refused/"]).text


def test_the_home_page_lists_what_is_longest_without_a_record() -> None:
    text = shown(answered_site("rooms told 2025-05", "doors told 2019", "doors said-done 2025"))[
        "/"
    ]
    doors = text.index("Nothing since 2019")
    rooms = text.index("Nothing since May 2025; last looked on 3 November 2026")
    assert text.index("Longest without a record") < doors < rooms


def test_the_tables_have_the_answer_the_look_and_the_speaker() -> None:
    site = answered_site("rooms told 2025-05 by 2025-12", "rooms accepted 2025-09")
    files = {file.path: file.render() for file in downloads(site)}
    (row,) = csv.DictReader(StringIO(files["data/requirements.csv"].decode("utf-8-sig")))
    names = ("answer", "answer_date", "told_since_answer", "newest_record", "last_looked")
    assert [row[name] for name in names] == [
        "accepted", "2025-09", "false", "2025-05", "2026-11-03",
    ]  # fmt: skip
    assert (row["last_asked"], row["deadlines"]) == ("2026-06-05", "2025-12")
    rows = csv.DictReader(StringIO(files["data/events.csv"].decode("utf-8-sig")))
    assert [row["speaker"] for row in rows] == ["regulator", "trust"]


def test_the_record_of_a_trust_has_the_three_answers() -> None:
    site = answered_site("rooms told 2025-05", "rooms accepted 2025-09")
    files = {file.path: file.render() for file in downloads(site)}
    (requirement,) = json.loads(files["trusts/north/trust.json"])["requirements"]
    assert requirement["status"] == "open"
    assert requirement["answer"]["kind"] == "accepted"
    assert requirement["evidence"].startswith("nothing since May 2025; last looked")
    assert requirement["looked"] == [{"date": "2026-11-03", "where": "The papers"}]


def test_search_narrows_by_the_trusts_answer() -> None:
    site = ledger_site("rooms told 2025-05", "rooms said-done 2025-06")
    (entry,) = [entry for entry in entries(site) if entry.filters["Kind"] == ("Requirement",)]
    assert entry.filters["Answer"] == ("Says it is done",)
    assert "no inspector has said so" in entry.text
