"""`withdraw`: a briefing comes down, its address and the reason stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.editing import Desk, desk_with

TOLD = "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]"


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Two briefings; one of them has an event of a requirement."""
    return desk_with(tmp_path, monkeypatch, capsys, {"first": TOLD, "second": ""})


def test_the_notice_is_added_and_all_else_stays_byte_for_byte(desk: Desk) -> None:
    path = "briefings/2026/second.md"
    desk.swap(path, "trust: north", "# as it was\ntrust:   'north'  ")
    before = desk.read(path)
    desk.does("withdraw", "second", "--reason", "It rested on a report: taken back.")
    notice = (
        "status: withdrawn\nwithdrawn:\n  date: 2026-12-01\n"
        "  reason: 'It rested on a report: taken back.'\n---\n"
    )
    front, body = before.rsplit("---\n", 1)
    assert desk.read(path) == f"{front}{notice}{body}"
    assert desk.faults() == ""


def test_an_existing_status_is_changed_in_place(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "title:", '# since June\nstatus: "published"  \ntitle:')
    desk.does("withdraw", "second", "--reason", "No.", "--date", "2026-11-03T10:00:00+00:00")
    text = desk.read("briefings/2026/second.md")
    assert text.startswith('---\n# since June\nstatus: "withdrawn"  \ntitle:')
    assert "  date: 2026-11-03T10:00:00+00:00\n  reason: No.\n" in text
    assert desk.faults() == ""


def test_the_withdrawal_lists_its_consequences(desk: Desk) -> None:
    output = desk.does("withdraw", "first", "--reason", "It was wrong.")
    assert "content/briefings/2026/first.md is withdrawn from 2026-12-01 on." in output
    assert "its facts are in no list, count, ledger or table" in output
    assert "/briefings/first/ stays, with the date and the reason." in output
    assert (
        "/requirements/rooms/ goes as well: no other briefing tells of that requirement" in output
    )


def test_the_published_page_becomes_a_notice(desk: Desk) -> None:
    desk.does("build", "--quiet")
    desk.does("withdraw", "second", "--reason", "It rested on a mistake of ours.")
    desk.does("build", "--quiet")
    page = Path("output/briefings/second/index.html").read_text("utf-8")
    assert "It rested on a mistake of ours." in page
    assert "On second" in Path("output/corrections/index.html").read_text("utf-8")


def test_a_reason_on_several_lines_becomes_one_line_and_quotes_are_kept(desk: Desk) -> None:
    desk.does("withdraw", "second", "--reason", 'It\'s "wrong":\n  all of it # really')
    text = desk.read("briefings/2026/second.md")
    assert "  reason: 'It''s \"wrong\": all of it # really'\n" in text
    assert desk.faults() == ""


def test_windows_line_ends_stay(desk: Desk) -> None:
    path = "briefings/2026/second.md"
    desk.write(path, desk.read(path).replace("\n", "\r\n"))
    desk.does("withdraw", "second", "--reason", "No.")
    assert desk.read(path).count("\r\n") == desk.read(path).count("\n")


def test_a_briefing_that_was_never_public_cannot_be_withdrawn(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "trust: north", "embargo_until: 2027-01-14\ntrust: north")
    output = desk.refuses("withdraw", "second", "--reason", "It was wrong.")
    assert "this briefing is not public before 14 January 2027, so there is nothing to" in output
    assert "to take it back unseen, remove the file" in output


def test_a_briefing_on_the_day_it_was_published_can_be_withdrawn(desk: Desk) -> None:
    at_nine = "2026-12-01T09:00:00+00:00"
    desk.swap("briefings/2026/second.md", "trust: north", f"embargo_until: {at_nine}\ntrust: north")
    desk.refuses("withdraw", "second", "--reason", "No.", now="2026-12-01T08:59:59+00:00")
    desk.does("withdraw", "second", "--reason", "No.", now="2026-12-01T09:00:00+00:00")
    assert desk.faults() == ""


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_without_a_reason_nothing_is_withdrawn(desk: Desk, reason: str) -> None:
    assert "say why" in desk.refuses("withdraw", "second", "--reason", reason)
    assert "--reason" in desk.refuses("withdraw", "second")


def test_a_briefing_that_does_not_exist_or_is_not_public_can_not_be_withdrawn(desk: Desk) -> None:
    output = desk.refuses("withdraw", "secnd", "--reason", "No.")
    assert "no briefing has the id `secnd`\n    did you mean `second`?" in output
    desk.does("withdraw", "second", "--reason", "No.")
    output = desk.refuses("withdraw", "second", "--reason", "No.")
    assert "briefings/2026/second.md:10:1: this briefing is withdrawn already" in output
    desk.swap("briefings/2026/first.md", "title:", "status: draft\ntitle:")
    output = desk.refuses("withdraw", "first", "--reason", "No.")
    assert "first.md:2:9: this is a draft: there is nothing to withdraw" in output


def test_a_withdrawal_that_other_briefings_depend_on_is_refused_with_their_places(
    desk: Desk,
) -> None:
    again = TOLD.replace("told", "repeated").replace("2025-09", "2025-12")
    desk.swap("briefings/2026/second.md", "sources:", f"{again}\nsources:")
    output = desk.refuses("withdraw", "first", "--reason", "No.")
    assert output.startswith("content/briefings/2026/second.md:")
    assert output.endswith("nothing was changed\n")


def test_a_bad_date_is_refused(desk: Desk) -> None:
    output = desk.refuses("withdraw", "second", "--reason", "No.", "--date", "3 November 2026")
    assert "write 2026-11-03" in output


def test_a_briefing_that_can_not_be_read_has_to_be_mended_first(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "title:", "title: [")
    output = desk.refuses("withdraw", "second", "--reason", "No.")
    assert "content/briefings:1:1: `second` can't be read\n    run check first" in output


CHANGED = "changes:\n- {date: 2026-11-02, kind: correction, text: The Quokka ward was closed.}"


def test_a_title_that_was_the_mistake_is_named_nowhere_any_more(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "title: On second", f"title: On Wombats\n{CHANGED}")
    desk.does("build", "--quiet")
    texts = everything()
    assert "On Wombats" in texts
    assert "The Quokka ward" in texts
    desk.does("withdraw", "second", "--reason", "Its title was wrong.", "--hide-title")
    assert "  hide: [title]\n" in desk.read("briefings/2026/second.md")
    desk.does("build", "--quiet")
    texts = everything()
    assert "Wombats" not in texts
    assert "The Quokka ward" in texts
    for path in ("corrections/index.html", "corrections/feed.xml", "trusts/north/feed.xml"):
        assert "Briefing second" in Path("output", path).read_text("utf-8"), path
    assert "Its title was wrong." in Path("output/briefings/second/index.html").read_text("utf-8")


def test_changes_of_a_withdrawn_briefing_can_be_hidden_too(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "title: On second", f"title: On Wombats\n{CHANGED}")
    desk.does("build", "--quiet")
    desk.does(
        "withdraw", "second", "--reason", "All of it was wrong.", "--hide-title", "--hide-changes"
    )
    desk.does("build", "--quiet")
    assert "Wombats" not in everything()
    assert "Quokka" not in everything()
    same = everything()
    desk.does("build", "--quiet", "--no-cache", "--output", "anew")
    assert everything("anew") == same


def test_a_title_is_hidden_from_the_day_of_the_withdrawal_on(desk: Desk) -> None:
    desk.does("withdraw", "second", "--reason", "No.", "--hide-title", "--date", "2026-12-24")
    desk.does("build", "--quiet")
    assert "On second" in everything()
    desk.does("build", "--quiet", now="2026-12-24")
    assert "On second" not in everything()


def test_two_hidden_titles_are_no_title_used_twice(desk: Desk) -> None:
    for id in ("second", "first"):
        desk.does("withdraw", id, "--reason", "No.", "--hide-title")
    assert desk.faults() == ""


def everything(output: str = "output") -> str:
    """All that is public, with the names of the files."""
    files = sorted(path for path in Path(output).rglob("*") if path.is_file())
    texts = (path.read_bytes().decode("utf-8", "replace") for path in files)
    names = (path.relative_to(output).as_posix() for path in files)
    return "\n".join(f"{name}\n{text}" for name, text in zip(names, texts, strict=True))
