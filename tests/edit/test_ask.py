"""`ask`: the letter to a trust about its open requirements, and the record that it was asked.

The letters stand whole in `letters/`. To renew them: build.py ask aldermere --content
tests/site/content --now 2026-02-15, and the same with --format markdown.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.editing import Desk, desk_with
from tests.support.factory import CONFIG, REQUIREMENT
from tests.support.on_disk import ROOT

LETTERS = Path(__file__).parent / "letters"
SITE = ("--content", str(ROOT / "tests" / "site" / "content"))
TOLD = "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]"
BOTH = TOLD.replace("]}]", "]}, {id: doors, event: told, date: 2025-09, sources: [A]}]")
ROOMS, DOORS = "requirements/rooms.yaml", "requirements/doors.yaml"
PUBLISHER = "  name: Publisher\n  email: desk@example.org\n"


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A site with an address to answer to, on a trust that has been told two requirements."""
    doors = REQUIREMENT.replace("Stop using shared rooms", "Mend the doors")
    files = {
        DOORS: f"{doors}asked:\n  # the first letter\n  - {{date: 2026-06-05}}\n",
        "site.yaml": CONFIG.replace("  name: Publisher\n", PUBLISHER),
    }
    return desk_with(tmp_path, monkeypatch, capsys, {"one": BOTH}, files)


@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md")])
def test_the_letter_lists_what_is_open_with_sources_and_the_address(
    desk: Desk, form: str, ending: str
) -> None:
    letter = desk.does("ask", "aldermere", "--format", form, *SITE, now="2026-02-15")
    assert letter == (LETTERS / f"aldermere.{ending}").read_text("utf-8")


def test_a_letter_on_one_requirement_speaks_of_one(desk: Desk) -> None:
    desk.swap("briefings/2026/one.md", BOTH, TOLD)
    letter = desk.does("ask", "north")
    assert "What became of 1 requirement\n" in letter
    assert "in public, this is neither met nor lifted. Please tell us what\n" in letter


def test_nothing_in_the_letter_is_public_only_later(desk: Desk) -> None:
    desk.swap("briefings/2026/one.md", "title:", "embargo_until: 2027-01-14\ntitle:")
    ran = desk.run("ask", "north", "--record")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "there is nothing to ask: no public requirement of north is open\n"
    assert "Mend the doors" in desk.does("ask", "north", now="2027-01-14")


def test_a_moved_deadline_and_an_answer_are_in_the_letter(desk: Desk) -> None:
    more = [
        "{id: rooms, event: deadline-set, date: 2025-10, deadline: 2026-03, sources: [A]}",
        "{id: rooms, event: deadline-set, date: 2025-12, deadline: 2026-06, sources: [A]}",
        "{id: rooms, event: refused, date: 2025-12, note: Kim Chair says so., sources: [A]}",
    ]
    desk.swap("briefings/2026/one.md", "requirements: [", f"requirements: [{', '.join(more)}, ")
    letter = desk.does("ask", "north")
    due = "Deadline: March 2026, moved to June 2026 (no public record that it was met)"
    assert f"\n{due}\n" in letter
    assert "\nYour answer: The trust refused this in December 2025.\n" in letter
    assert "Kim Chair" not in letter


def test_the_record_is_one_line_in_each_file_and_comments_stay(desk: Desk) -> None:
    rooms, doors = desk.read(ROOMS), desk.read(DOORS)
    ran = desk.run("ask", "north", "--record")
    assert ran.out.startswith("What became of 2 requirements\n")
    assert ran.err == "".join(
        f"content/{path}: asked on 1 December 2026\n" for path in (ROOMS, DOORS)
    )
    assert desk.read(ROOMS) == f"{rooms}asked:\n  - date: 2026-12-01\n"
    assert desk.read(DOORS) == doors.replace("asked:\n", "asked:\n  - date: 2026-12-01\n")
    assert desk.faults() == ""
    assert "asked on 1 December 2026, no answer" in desk.does("ask", "north")


def test_a_second_record_on_one_day_is_refused_and_nothing_is_changed(desk: Desk) -> None:
    desk.swap(DOORS, "2026-06-05", "2026-12-01")
    output = desk.refuses("ask", "north", "--record")
    assert f"content/{DOORS}:7:12: the trust was asked about this on 1 December 2026" in output
    assert "leave out --record" in output


def test_what_can_not_be_edited_in_place_is_refused(desk: Desk) -> None:
    text = "trust: north\nregulator: cqc\ntitle: Rooms\ntext: No shared rooms.\n"
    desk.write(ROOMS, f"{text}asked: [\n  # the first letter\n  {{date: 2026-06-05}}]\n")
    output = desk.refuses("ask", "north", "--record")
    assert f"content/{ROOMS}:5:8: this can't be edited in place" in output


def test_an_unknown_trust_a_fault_and_a_missing_address_are_refused(desk: Desk) -> None:
    output = desk.refuses("ask", "nort")
    assert "no trust has the id `nort`\n    did you mean `north`?" in output
    desk.swap("site.yaml", PUBLISHER, "  name: Publisher\n")
    output = desk.refuses("ask", "north")
    assert "content/site.yaml:3:1: there is no address to which a trust can answer" in output
    assert "write `email:` and an address under `publisher:`" in output
    desk.swap(ROOMS, "trust: north", "trust: south")
    assert f"content/{ROOMS}:" in desk.refuses("ask", "north")


def test_the_page_of_a_requirement_has_a_link_to_answer_with_its_id(desk: Desk) -> None:
    page = Path("output/requirements/rooms/index.html")
    link = '<a href="mailto:desk@example.org?subject=Answer%20on%3A%20rooms">answer this</a>'
    desk.does("build", "--quiet")
    assert f"For North Trust: {link}, with the reference <b>rooms</b>." in page.read_text("utf-8")
    desk.swap("site.yaml", "email: desk@", "report_errors: https://")
    desk.does("build", "--quiet")
    assert '<a href="https://example.org">answer this</a>' in page.read_text("utf-8")
    desk.swap("site.yaml", "  report_errors: https://example.org\n", "")
    desk.does("build", "--quiet")
    assert "answer this" not in page.read_text("utf-8")
