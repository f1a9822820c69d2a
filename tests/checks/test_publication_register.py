"""The register of publication: what was once public stays, and each breach says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.content.loader import load
from briefings.content.publication_register import COLUMNS, Line, added_to, read_register
from briefings.domain.publication import missing_lines
from briefings.domain.site import Site, visible
from tests.support.editing import Desk, desk_with
from tests.support.factory import NOW

TOLD = "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]"
ROW = (
    'briefing,first,/briefings/first/,"tag:example.org,2026:briefing/first",'
    "2026-01-15T00:00:00+00:00,"
)
HEAD = ",".join(COLUMNS)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Two briefings, entered into the register."""
    briefings = {"first": TOLD, "second": "published: 2026-02-01"}
    desk = desk_with(tmp_path, monkeypatch, capsys, briefings)
    desk.does("register")
    return desk


def site_here() -> Site:
    return visible(load(Path("content")), NOW)


# -- what is entered -------------------------------------------------------------------------------


def test_everything_public_is_entered_with_its_address_guid_and_moment(desk: Desk) -> None:
    text = desk.read("register.csv")
    assert text.startswith(HEAD + "\n")
    assert f"{ROW}\n" in text
    entered = {line.split(",")[0] + "/" + line.split(",")[1] for line in text.splitlines()[1:]}
    assert entered == {
        "briefing/first", "briefing/second", "regulator/cqc", "requirement/rooms", "trust/north",
    }  # fmt: skip


def test_a_requirement_is_public_since_the_first_briefing_that_tells_of_it(desk: Desk) -> None:
    row = next(line for line in desk.read("register.csv").splitlines() if "rooms" in line)
    assert row.endswith(",2026-01-15T00:00:00+00:00,")


def test_records_that_are_not_public_yet_are_not_entered_in_the_register(desk: Desk) -> None:
    desk.swap("briefings/2026/first.md", TOLD, TOLD)
    text = desk.read("briefings/2026/second.md")
    later = text.replace("2026-02-01", "2026-12-24").replace("On second", "On third")
    desk.write("briefings/2026/third.md", later)
    before = desk.read("register.csv")
    assert "0 entered" in desk.does("register")
    assert desk.read("register.csv") == before
    assert "1 entered" in desk.does("register", now="2026-12-25")


def test_lines_are_only_ever_added_and_a_second_run_adds_none(desk: Desk) -> None:
    before = desk.files()["register.csv"]
    assert "0 entered" in desk.does("register")
    assert desk.files()["register.csv"] == before
    desk.write("topics/staffing.md", "---\nname: Staffing\nsummary: Staff.\n---\n")
    assert "1 entered" in desk.does("register")
    after = desk.files()["register.csv"]
    assert after.startswith(before)
    assert after.count(b"\n") == before.count(b"\n") + 1


def test_the_same_content_and_moment_give_the_same_register(desk: Desk) -> None:
    first = desk.read("register.csv")
    desk.remove("register.csv")
    desk.does("register")
    assert desk.read("register.csv") == first


def test_a_site_with_a_fault_is_not_entered(desk: Desk) -> None:
    desk.remove("register.csv")
    desk.swap("trusts/north.md", "kind: mental-health", "kind: mentl-health")
    assert "nothing was changed" in desk.refuses("register")


def test_without_a_register_nothing_can_be_broken(desk: Desk) -> None:
    desk.remove("register.csv")
    desk.remove("briefings/2026/second.md")
    assert desk.faults() == ""


def test_line_ends_of_the_file_are_kept(desk: Desk) -> None:
    desk.write("register.csv", desk.read("register.csv").replace("\n", "\r\n"))
    desk.write("topics/staffing.md", "---\nname: Staffing\nsummary: Staff.\n---\n")
    desk.does("register")
    text = desk.read("register.csv")
    assert text.count("\r\n") == text.count("\n")
    assert desk.faults() == ""


# -- what vanished ---------------------------------------------------------------------------------


def test_a_briefing_that_vanished_fails_until_its_address_leads_somewhere(desk: Desk) -> None:
    desk.remove("briefings/2026/second.md")
    problems = desk.faults()
    number = 1 + [line.split(",")[1] for line in desk.read("register.csv").split("\n")[:-1]].index(
        "second"
    )
    assert problems.startswith(
        f"content/register.csv:{number}:1: the briefing `second`, public since 1 February 2026,"
        " is gone\n"
    )
    assert "add /briefings/second/ to the `aliases`" in problems
    assert 'build.py withdraw second --reason "why, for the public"' in problems
    desk.swap("trusts/north.md", "kind:", "aliases: [/briefings/second/]\nkind:")
    assert desk.faults() == ""
    assert "1 given up" in desk.does("register")
    assert desk.faults() == ""


def test_a_briefing_that_vanished_can_come_back_as_the_notice_of_its_withdrawal(desk: Desk) -> None:
    file = desk.read("briefings/2026/second.md")
    desk.remove("briefings/2026/second.md")
    assert "`second`" in desk.faults()
    desk.write("briefings/2026/second.md", file)
    desk.does("withdraw", "second", "--reason", "why, for the public")
    assert desk.faults() == ""


def test_a_public_briefing_can_not_be_a_draft_again(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "title:", "status: draft\ntitle:")
    problems = desk.faults()
    assert ":2:9: this briefing is public since 1 February 2026 and can't be a draft" in problems
    assert 'build.py withdraw second --reason "' in problems
    desk.does("withdraw", "second", "--reason", "why, for the public")
    assert desk.faults() == ""


def test_a_public_briefing_can_not_be_hidden_by_a_later_date(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "published: 2026-02-01", "published: 2027-02-01")
    assert "would be hidden until 1 February 2027" in desk.faults()
    desk.swap("briefings/2026/second.md", "published: 2027-02-01", "published: 2026-02-01")
    desk.swap("briefings/2026/second.md", "title:", "embargo_until: 2027-03-01\ntitle:")
    problems = desk.faults()
    assert ":2:16: this briefing is public since" in problems
    assert "would be hidden until 1 March 2027" in problems


def test_a_requirement_whose_only_event_is_removed_is_missed(desk: Desk) -> None:
    desk.swap("briefings/2026/first.md", TOLD + "\n", "")
    assert desk.faults().startswith(
        "content/requirements/rooms.yaml:1:1: this page, public since 15 January 2026, is gone"
    )
    desk.remove("requirements/rooms.yaml")
    desk.swap("trusts/north.md", "kind:", "aliases: [/requirements/rooms/]\nkind:")
    assert desk.faults() == ""


def test_a_requirement_told_only_in_a_withdrawn_briefing_goes_with_it(desk: Desk) -> None:
    desk.does("withdraw", "first", "--reason", "It was wrong.")
    assert desk.faults() == ""


def test_the_register_is_judged_as_at_the_moment_asked_for(desk: Desk) -> None:
    assert desk.faults(now="2026-01-20") == ""
    assert desk.faults(now="2025-01-01") == ""


# -- ids used again and guids ----------------------------------------------------------------------


def test_a_file_renamed_by_hand_fails_until_it_is_renamed_as_it_should_be(desk: Desk) -> None:
    desk.move("briefings/2026/second.md", "briefings/2026/third.md")
    problems = desk.faults()
    assert "the briefing `second`, public since 1 February 2026, is gone" in problems
    assert "build.py rename briefing second NEW-ID" in problems
    desk.move("briefings/2026/third.md", "briefings/2026/second.md")
    desk.does("rename", "briefing", "second", "third")
    assert desk.faults() == ""


def test_an_alias_by_hand_is_not_enough_as_the_guid_would_change(desk: Desk) -> None:
    before = site_here().tag("briefing/second")
    desk.move("briefings/2026/second.md", "briefings/2026/third.md")
    desk.swap("briefings/2026/third.md", "title:", "aliases: [/briefings/second/]\ntitle:")
    problems = desk.faults()
    assert problems.startswith(
        "content/briefings/2026/third.md:2:11: this was `second` before, and feed readers would"
        " see it as new\n    run build.py register"
    )
    desk.does("register")
    assert desk.faults() == ""
    assert site_here().tag("briefing/third") == before


def test_an_id_that_was_given_up_is_never_used_again(desk: Desk) -> None:
    desk.does("rename", "briefing", "second", "third")
    text = desk.read("briefings/2026/first.md").replace("On first", "Another").replace(TOLD, "")
    desk.write("briefings/2026/second.md", text)
    problems = desk.faults()
    assert problems == (
        "content/briefings/2026/second.md:1:1: the id `second` was used before, and its address"
        " leads to /briefings/third/\n    an id is used once and never again: git mv"
        " content/briefings/2026/second.md content/briefings/2026/ANOTHER-ID.md\n"
        "\none fault; nothing was published\n"
    )
    desk.move("briefings/2026/second.md", "briefings/2026/fourth.md")
    assert desk.faults() == ""


def test_an_id_of_a_removed_page_is_never_used_again(desk: Desk) -> None:
    file = desk.read("briefings/2026/second.md")
    desk.remove("briefings/2026/second.md")
    desk.swap("trusts/north.md", "kind:", "aliases: [/briefings/second/]\nkind:")
    desk.does("register")
    desk.write("briefings/2026/second.md", file)
    assert "the id `second` was used before, and its address leads to /trusts/north/" in (
        desk.faults()
    )


def test_the_alias_of_an_id_that_was_given_up_has_to_stay(desk: Desk) -> None:
    desk.does("rename", "briefing", "second", "third")
    desk.swap("briefings/2026/third.md", "aliases: [/briefings/second/]\n", "")
    problems = desk.faults()
    assert "/briefings/second/ was public, and leads nowhere now" in problems
    assert "add it to the `aliases` of /briefings/third/" in problems


def test_another_tag_would_change_every_guid(desk: Desk) -> None:
    desk.swap("site.yaml", "publisher:", "feed: {tag: 'example.org,2027'}\npublisher:")
    problems = desk.faults()
    assert problems.startswith(
        "content/site.yaml:3:13: the ids of all feed items would change: they begin with"
        " `example.org,2026`\n"
    )
    assert 'write `tag: "example.org,2026"`' in problems
    desk.swap("site.yaml", "'example.org,2027'", '"example.org,2026"')
    assert desk.faults() == ""


def test_another_domain_changes_no_guid(desk: Desk) -> None:
    before = {name: site_here().tag(name) for name in ("briefing/first", "enforcement/x")}
    desk.swap("site.yaml", "https://example.org/", "https://elsewhere.example/")
    assert desk.faults() == ""
    assert {name: site_here().tag(name) for name in before} == before


# -- the file itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "place", "expected"),
    [
        (["kind,id", ROW], "1:1", "the first line names other columns"),
        ([HEAD, "<<<<<<< HEAD", ROW], "2:1", "a merge of git left two versions here"),
        ([HEAD, ROW.replace("briefing,", "breifing,", 1)], "2:1", "`breifing` is no kind of file"),
        ([HEAD, ROW.replace(",first,", ",First,")], "2:10", "`First` is not an id"),
        ([HEAD, ROW.replace("/briefings/", "/briefing/")], "2:16", "the address of this briefing"),
        ([HEAD, ROW.replace("tag:", "tags:")], "2:34", "is not the guid of a briefing"),
        ([HEAD, ROW.replace("+00:00", "")], "2:", "is not a moment with its offset"),
        ([HEAD, ROW, ROW], "3:10", "`first` is entered twice, first on line 2"),
        ([HEAD, ROW + "/x/"], "2:10", "is given up here, and no line above enters it"),
        ([HEAD, ROW, ROW + "x/"], "3:", "`x/` is not a path of this site"),
        ([HEAD, ROW, ROW + "/x/", ROW + "/y/"], "4:10", "was given up above already"),
        ([HEAD, ROW, ROW + "/x/", ROW], "4:10", "`first` is entered twice"),
        (
            [HEAD, ROW, ROW.replace("first", "other").replace("2026:", "2025:")],
            "3:",
            "this guid begins otherwise than that of line 2",
        ),
        (
            [HEAD, ROW, ROW.replace(",first,/briefings/first", ",other,/briefings/other")],
            "3:",
            "line 2 has this guid, and was not given up above",
        ),
        (
            [HEAD, ROW.replace(",first,/briefings/first", ",other,/briefings/other")],
            "2:",
            "this is the guid of `first`, which no line above enters",
        ),
    ],
)
def test_an_impossible_line_is_reported_at_its_place(
    rows: list[str], place: str, expected: str
) -> None:
    _, problems = read_register("\n".join(rows).encode(), "content/register.csv")
    assert problems
    assert str(problems[0]).startswith(f"content/register.csv:{place}")
    assert expected in problems[0].message
    assert problems[0].hint


def test_a_faulty_register_is_a_fault_of_the_content(desk: Desk) -> None:
    desk.write("register.csv", desk.read("register.csv").replace("briefing,", "breifing,", 1))
    assert "did you mean `briefing`?" in desk.faults()


@given(st.binary(max_size=200))
def test_reading_any_file_gives_problems_and_never_an_exception(raw: bytes) -> None:
    read_register(raw, "register.csv")
    read_register(HEAD.encode() + b"\n" + raw, "register.csv")


def test_written_yaml_is_read_back_as_the_same_value(desk: Desk) -> None:
    content = load(Path("content"))
    lines = content.register.lines
    again, problems = read_register(added_to(None, lines), "register.csv")
    assert not problems
    assert again.lines == lines
    assert missing_lines(visible(content, NOW)) == ()
    assert isinstance(lines[0], Line)
