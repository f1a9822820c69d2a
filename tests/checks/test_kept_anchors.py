"""`vacated`: a public anchor still leads somewhere after its item was removed or moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefings import anchors
from briefings.content.schema.types import Vacated
from briefings.domain import sections
from briefings.domain.site import Site
from tests.support.editing import Desk, desk_with
from tests.support.factory import a_site
from tests.support.reading import Reading, html_of

BEFORE = """
concerns:
  - {text: Too few nurses., sources: [A]}
strengths:
  - {text: Staff were kind., sources: [A]}
  - {text: Wards were clean., sources: [A]}
  - {text: Plans were good., sources: [A]}
"""
AFTER = """
concerns:
  - {text: Too few nurses., sources: [A]}
  - {text: Wards were not always clean., sources: [A]}
strengths:
  - {text: Staff were kind., sources: [A]}
  - {text: Plans were good., sources: [A]}
vacated:
  - {anchor: strength-2, now: concern-2}
  - {anchor: strength-4}
  - {anchor: figure-1}
"""


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return desk_with(tmp_path, monkeypatch, capsys, {"second": "title: On second\n"})


def page(site: Site, url: str = "/briefings/first/") -> Reading:
    return Reading(html_of(site)[url])


def test_a_number_that_no_item_ever_had_moves_no_item() -> None:
    listed = [Vacated(anchor=anchor) for anchor in ("strength-0", "strength-02", "strength-")]
    assert [anchors.number("strength", index, listed) for index in (0, 1, 2)] == [1, 2, 3]


def test_a_vacated_number_is_given_to_no_other_item() -> None:
    vacated = [Vacated(anchor="strength-2"), Vacated(anchor="strength-4")]
    assert [anchors.number("strength", n, vacated) for n in range(4)] == [1, 3, 5, 6]
    assert [anchors.number("concern", n, vacated) for n in range(2)] == [1, 2]


def test_a_moved_item_leaves_its_anchor_and_its_neighbours_keep_theirs() -> None:
    before = page(a_site({"first": BEFORE}))
    after = page(a_site({"first": AFTER}))
    assert set(before.ids) <= set(after.ids)
    assert after.at("strength-3") == before.at("strength-3")
    assert "#strength-3" in after.hrefs
    assert not after.faults


def test_a_vacated_anchor_is_in_the_item_or_section_that_it_leads_to() -> None:
    html = html_of(a_site({"first": AFTER}))["/briefings/first/"]
    ids = Reading(html).ids
    assert ids.index("concern-2") + 1 == ids.index("strength-2")
    assert ids.index("strengths") + 1 == ids.index("strength-4")
    # Without figures there is no section of them.
    assert ids.index("briefing") + 1 == ids.index("figure-1")


def test_links_to_vacated_anchors_are_right() -> None:
    site = a_site({"first": AFTER})
    there = set(sections.anchors_of(site, "briefing", "first"))
    assert {"strength-2", "strength-4", "figure-1"} <= there
    assert set(page(site).ids) - {"find-box"} == there


@pytest.mark.parametrize(("line", "fault"), [
    ("{anchor: source-A}", "the page still has `source-A`\n    remove this entry"),
    ("{anchor: strength-2, now: concern-1}", "the page has no item or section `concern-1`"),
    ("{anchor: strength-2, now: strength-2}", "the page has no item or section `strength-2`"),
    ("{anchor: change-1}", "`change-1` can't be vacated\n    put the change back"),
    ("{anchor: strength-2}\n  - {anchor: strength-2}",
     "the anchor `strength-2` is vacated twice\n    remove one"),
    ("{anchor: '#strength-2'}", "`#strength-2` can't be an anchor"),
])  # fmt: skip
def test_a_vacated_anchor_that_leads_nowhere_is_a_fault(desk: Desk, line: str, fault: str) -> None:
    more = f"strengths:\n  - {{text: Staff were kind., sources: [A]}}\nvacated:\n  - {line}\n"
    desk.swap("briefings/2026/second.md", "title:", f"{more}title:")
    assert fault in desk.faults()


def test_a_page_with_a_right_vacated_anchor_has_no_fault(desk: Desk) -> None:
    more = "strengths:\n  - {text: Staff were kind., sources: [A]}\nvacated:\n"
    more += "  - {anchor: strength-2, now: strength-1}\n  - {anchor: source-B, now: source-A}\n"
    desk.swap("briefings/2026/second.md", "title:", f"{more}title:")
    assert desk.faults() == ""


def test_an_older_report_that_is_added_later_takes_no_event_anchor() -> None:
    text = "requirements: [{id: rooms, event: EVENT, date: DATE, sources: [A]}]\npublished: DAY\n"

    def event(kind: str, date: str, day: str) -> str:
        return text.replace("EVENT", kind).replace("DATE", date).replace("DAY", day)

    first = {
        "one": event("told", "2024-03", "2026-01-15"),
        "two": event("repeated", "2025-03", "2026-01-15"),
    }
    before = page(a_site(first), "/requirements/rooms/")
    added = {**first, "zero": event("raised", "2021-05", "2026-02-15")}
    after = page(a_site(added), "/requirements/rooms/")
    for anchor in ("event-1", "event-2"):
        assert before.at(anchor) == after.at(anchor)
    assert "2021" in after.at("event-3")
    assert after.ids.index("event-3") < after.ids.index("event-1")
