"""`new`: writes a file that the check accepts, from options or from answers on a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import json_schema
from tests.support.editing import Desk, desk_with
from tests.support.on_disk import NOW, ROOT

LIST = str(Path(__file__).parents[1] / "ods" / "trusts.csv")
BRIEFING = (
    "--trust", "north", "--regulator", "cqc", "--title", "North inspected: June 2026",
    "--summary", "Inspectors found too few staff.", "--type", "focused", "--inspected", "2026-06",
    "--report-published", "2026-09-01", "--source-url", "https://example.org/report",
)  # fmt: skip
REQUIREMENT = (
    "--trust", "north", "--regulator", "cqc", "--title", "Staff", "--text", "Have enough staff.",
)  # fmt: skip


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """One trust, one regulator, one briefing."""
    return desk_with(tmp_path, monkeypatch, capsys, {"first": ""})


# -- what is written -------------------------------------------------------------------------------


def only_unwritten(desk: Desk) -> bool:
    """Whether the check finds nothing but the placeholder of one draft."""
    head, hint, _ = desk.faults().split("\n", 2)
    others = desk.faults().count("warning:") != 1 or "fault" in desk.faults()
    return (
        not others
        and head == "in drafts, which are not published:"
        and hint.endswith("the placeholder of a new briefing still stands here")
    )


def test_a_new_briefing_is_a_draft_that_the_check_accepts(desk: Desk) -> None:
    output = desk.does("new", "briefing", "north-2026", *BRIEFING)
    assert "content/briefings/2026/north-2026.md is written." in output
    assert "It is a draft" in output
    text = desk.read("briefings/2026/north-2026.md")
    assert "title: 'North inspected: June 2026'\n" in text
    assert "status: draft\n" in text
    assert "published: 2026-12-01\n" in text
    assert "    publisher: Care Quality Commission\n    type: regulator-report\n" in text
    assert "    # When the editor read it.\n    # accessed:\n" in text
    assert only_unwritten(desk)


def test_without_its_draft_line_the_new_briefing_comes_out(desk: Desk) -> None:
    desk.does("new", "briefing", "north-2026", *BRIEFING)
    path = "briefings/2026/north-2026.md"
    desk.swap(path, "status: draft\n", "")
    desk.swap(path, "Write here what inspectors found, in your own words.", "Found.")
    assert desk.faults() == ""
    assert "2 briefings; no faults" in desk.does("check")


def test_the_placeholder_of_a_new_briefing_is_never_published(desk: Desk) -> None:
    desk.does("new", "briefing", "north-2026", *BRIEFING)
    desk.swap("briefings/2026/north-2026.md", "status: draft\n", "")
    output = desk.refuses("build")
    assert "north-2026.md" in output
    assert ":1: the placeholder of a new briefing still stands here\n" in output
    assert "write what inspectors found in its place" in output
    body = desk.read("briefings/2026/north-2026.md")
    desk.write("briefings/2026/north-2026.md", body + body[body.index("Write here") :])
    assert desk.refuses("build").count("the placeholder of a new briefing still stands here") == 2


def test_the_folder_is_that_of_the_year_of_publication(desk: Desk) -> None:
    desk.does("new", "briefing", "north-2026", *BRIEFING, "--published", "2027-01-04")
    assert "published: 2027-01-04\n" in desk.read("briefings/2027/north-2026.md")
    assert only_unwritten(desk)


@pytest.mark.parametrize(
    ("kind", "id", "options", "path"),
    [
        ("trust", "south", ("--name", "South Trust", "--kind", "acute"), "trusts/south.md"),
        ("topic", "food", ("--name", "Food", "--summary", "What is eaten."), "topics/food.md"),
        ("requirement", "staff", REQUIREMENT, "requirements/staff.yaml"),
    ],
)
def test_every_kind_of_file_is_accepted_and_explains_what_else_it_may_hold(
    desk: Desk, kind: str, id: str, options: tuple[str, ...], path: str
) -> None:
    assert f"content/{path} is written." in desk.does("new", kind, id, *options)
    assert desk.faults() == ""
    text = desk.read(path)
    for name in json_schema(SCHEMAS[kind])["properties"]:
        if name not in {"aliases", "status"}:
            assert re.search(rf"^(# )?{name}:", text, re.MULTILINE), name


def test_each_key_offered_in_a_comment_is_one_that_the_check_knows(desk: Desk) -> None:
    desk.does("new", "briefing", "north-2026", *BRIEFING)
    text = desk.read("briefings/2026/north-2026.md")
    assert "# Not visible before this moment.\n# embargo_until:\n" in text
    assert (
        "  # Whether the trust knew that inspectors would come. One of: announced, short-notice,\n"
        "  # unannounced, mixed, unknown.\n"
        "  # notice:\n"
    ) in text
    used = text.replace("  # notice:\n", "  notice: mixed\n", 1)
    desk.write("briefings/2026/north-2026.md", used)
    assert only_unwritten(desk)
    hint = "  # Anything else about the inspection.\n"
    used = text.replace(f"{hint}  # note:\n", f"{hint}  note: More.\n", 1)
    assert used != text
    desk.write("briefings/2026/north-2026.md", used)
    assert only_unwritten(desk)


def test_any_text_is_written_so_that_it_reads_back_as_typed(desk: Desk) -> None:
    titles = ("yes", "2026", "It's # one", "a: b", "- x", "'quoted'", '"double"', "50 % off", "@A")
    for number, title in enumerate(titles):
        desk.does("new", "topic", f"odd-{number}", "--name", title, "--summary", title)
    desk.does("build", "--quiet", "--drafts")
    for number, title in enumerate(titles):
        page = unescape(Path(f"output-drafts/topics/odd-{number}/index.html").read_text("utf-8"))
        assert f"<h1>{title}</h1>" in page


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("North 2026", "content/briefings/2026/North 2026.md:1:1: file name: `North 2026` is not"),
        ("2026", "file name: `2026` has only digits\n    add a word, such as northmoor-2025"),
        ("first", "the id `first` is taken by briefings/2026/first.md"),
    ],
)
def test_a_bad_or_used_id_is_refused_in_the_words_of_the_check(
    desk: Desk, id: str, expected: str
) -> None:
    assert expected in desk.refuses("new", "briefing", id, *BRIEFING)


def test_an_id_used_before_is_refused(desk: Desk) -> None:
    desk.does("rename", "briefing", "first", "one")
    output = desk.refuses("new", "briefing", "first", *BRIEFING)
    assert "the id `first` was used before, and its address leads to /briefings/one/" in output


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--trust", "nroth", "no trust has the id `nroth`\n    did you mean `north`?"),
        (
            "--type",
            "focussed",
            "CQC has no inspection type `focussed`\n    did you mean `focused`?",
        ),
        ("--inspected", "June 2026", '"June 2026" has the month in words\n    write 2026-06'),
        ("--source-url", "example.org", "`example.org` is not a web address"),
        ("--source-type", "blog", "`blog` is not one of the words allowed here"),
        ("--title", "x" * 111, "this has 111 characters; up to 110 are allowed"),
    ],
)
def test_a_wrong_value_is_refused_in_the_words_of_the_check_and_nothing_is_written(
    desk: Desk, option: str, value: str, expected: str
) -> None:
    assert expected in desk.refuses("new", "briefing", "north-2026", *BRIEFING, option, value)


def test_without_a_terminal_every_missing_option_is_named_with_its_meaning(desk: Desk) -> None:
    output = desk.refuses("new", "briefing", "north-2026", "--regulator", "cqc")
    assert "--trust  The trust's id (north)" in output
    assert "--type  One of the regulator's inspection types (focused)" in output
    assert "--title  Up to 110 characters" in output
    assert "--source-published" in output
    assert "\n  --published" not in output


def test_faults_elsewhere_do_not_stand_in_the_way(desk: Desk) -> None:
    desk.swap("trusts/north.md", "kind: mental-health", "kind: mentl-health")
    desk.does("new", "topic", "food", "--name", "Food", "--summary", "What is eaten.")
    assert "food" not in desk.faults()


# -- from the list of trusts -----------------------------------------------------------------------


def test_a_trust_from_the_list_has_its_name_codes_and_status(desk: Desk) -> None:
    output = desk.does("new", "trust", "--register", LIST, "ZZ1", "--kind", "combined")
    assert "content/trusts/northmoor-and-st-annes.md is written." in output
    text = desk.read("trusts/northmoor-and-st-annes.md")
    assert "name: Northmoor and St. Anne's NHS Foundation Trust\n" in text
    assert "codes: {ods: ZZ1}\n" in text
    note = "# A code, as the list of trusts has no names: write the name instead.\n"
    assert f"{note}region: Y99\n{note}icb: QZZ\n" in text
    assert "gives 2001-04-01 as the day its code was opened" in text
    assert "\nopened:" not in text
    assert desk.faults() == ""


def test_a_closed_trust_is_closed_and_one_without_a_region_has_none(desk: Desk) -> None:
    desk.does("new", "trust", "southfen", "--register", LIST, "ZZ2", "--kind", "community")
    assert "status: closed\nclosed: 2020-03-31\n" in desk.read("trusts/southfen.md")
    desk.does("new", "trust", "--register", LIST, "ZZ3", "--kind", "ambulance")
    text = desk.read("trusts/amblecombe-ambulance-service.md")
    assert "\nregion:" not in text
    desk.does("new", "trust", "--register", LIST, "ZZ4", "--kind", "acute")
    text = desk.read("trusts/longwater-on-sea-hospitals.md")
    assert "name: Longwater-on-Sea Hospitals NHS Trust\n" in text
    assert "status: closed" not in text
    assert "closes on 2099-12-31" in text
    assert desk.faults() == ""


def test_a_code_that_is_not_in_the_list_is_refused(desk: Desk) -> None:
    output = desk.refuses("new", "trust", "--register", LIST, "XYZ", "--kind", "acute")
    assert "no trust has the code `XYZ`" in output
    assert "name the id of the trust" in desk.refuses("new", "trust", "--kind", "acute")


#: Another list of the same form, which names the region and the board of ZZ1.
AREAS = (
    '"Y99","NORTHERN FENS","Y99","","","","","","","","20220701",""\n'
    '"QZZ","NHS MOOR AND COAST INTEGRATED CARE BOARD","Y99","","","","","","","","20220701",""\n'
)


def test_several_trusts_come_from_the_list_in_one_call(desk: Desk) -> None:
    output = desk.does("new", "trusts", "--register", LIST, "--kind", "acute", "ZZ1", "zz4", "ZZ3")
    assert [line.split("/")[-1] for line in output.splitlines()] == [
        "northmoor-and-st-annes.md is written.",
        "longwater-on-sea-hospitals.md is written.",
        "amblecombe-ambulance-service.md is written.",
    ]
    assert "codes: {ods: ZZ4}\n" in desk.read("trusts/longwater-on-sea-hospitals.md")
    assert desk.faults() == ""


def test_regions_and_boards_have_names_where_a_list_names_them(desk: Desk, tmp_path: Path) -> None:
    areas = tmp_path / "eauth.csv"
    areas.write_text(AREAS, encoding="utf-8")
    lists = ("--register", LIST, "--register", str(areas))
    desk.does("new", "trusts", *lists, "--kind", "acute", "ZZ1")
    text = desk.read("trusts/northmoor-and-st-annes.md")
    assert "region: Northern Fens\nicb: NHS Moor and Coast Integrated Care Board\n" in text
    assert "A code, as" not in text
    note = "# A code, as the list of trusts has no names: write the name instead.\n"
    named = Path(LIST).read_text("utf-8").replace('"Y99","QZZ"', '"Northern Fens","QZZ"')
    areas.write_text(named, encoding="utf-8")
    desk.does("new", "trust", "southfen", "--register", str(areas), "ZZ2", "--kind", "acute")
    assert f"region: Northern Fens\n{note}icb: QZZ\n" in desk.read("trusts/southfen.md")
    assert desk.faults() == ""


def test_of_several_trusts_all_faults_come_at_once_and_none_is_written(
    desk: Desk, tmp_path: Path
) -> None:
    desk.does("new", "trust", "--register", LIST, "ZZ2", "--kind", "acute")
    desk.move("trusts/southfen-community.md", "trusts/fens.md")
    desk.does("new", "trust", "longwater-on-sea-hospitals", "--name", "Pier", "--kind", "acute")
    listed = tmp_path / "trusts.csv"
    again = Path(LIST).read_text("utf-8")
    listed.write_text(again + again.splitlines()[0].replace("ZZ1", "ZZ5", 1), encoding="utf-8")
    bulk = ("new", "trusts", "--register", str(listed), "--kind", "acute")
    output = desk.refuses(*bulk, "ZZ1", "ZZ2", "ZZ4", "ZZ5", "XYZ", "zz1")
    for expected in (
        "no trust has the code `XYZ`",
        "the code `zz1` is given twice",
        "the trust ZZ2 has a file: trusts/fens.md",
        "the id `longwater-on-sea-hospitals` is taken",
        "ZZ1 and ZZ5 would have one id, `northmoor-and-st-annes`",
        "write it with `new trust ID --register FILE ZZ5`",
        "5 faults",
    ):
        assert expected in output
    assert "`acutte` is not one of the words" in desk.refuses(*bulk[:-1], "acutte", "ZZ1", "ZZ3")
    assert "--kind  What kind of trust" in desk.refuses(*bulk[:-2], "ZZ1", "ZZ3")


# -- on a terminal ---------------------------------------------------------------------------------


def test_each_key_that_is_offered_is_alone_on_its_line(desk: Desk) -> None:
    """One # before each key, not two."""
    desk.does("new", "briefing", "north-2026", *BRIEFING)
    desk.does("new", "trust", "south", "--name", "South Trust", "--kind", "acute")
    for path in ("briefings/2026/north-2026.md", "trusts/south.md"):
        lines = desk.read(path).split("\n")
        assert not [line for line in lines if re.search(r"\S.* # ", line)]
        assert max(map(len, lines)) <= 100


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_on_a_terminal_it_asks_until_each_answer_is_valid(desk: Desk) -> None:
    answers = [
        "nroth", "north", "", "", "North inspected", "Found.", "",  # the only regulator and type
        "June 2026", "2026-06", "unknown", "unknown", "2026-11-30",
    ]  # fmt: skip
    ours, theirs = os.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    command = [sys.executable, str(ROOT / "build.py"), "new", "briefing", "north-2026"]
    done = subprocess.run(
        [*command, "--now", NOW, "--no-cache"], stdin=theirs, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert "no trust has the id `nroth`; did you mean `north`?" in done.stdout + done.stderr
    assert "this is needed; Ctrl+C leaves without writing anything" in done.stdout + done.stderr
    assert "The web address of what this briefing rests on" in done.stdout
    assert '"June 2026" has the month in words; write 2026-06' in done.stdout + done.stderr
    text = desk.read("briefings/2026/north-2026.md")
    assert "inspected: 2026-06\n" in text
    assert "    accessed: 2026-11-30\n" in text
    assert "# accessed:" not in text
    assert only_unwritten(desk)


def test_a_trust_whose_code_has_no_opening_day_gets_no_line_about_it(
    desk: Desk, tmp_path: Path
) -> None:
    cells = ["ZZ9", "NEWFEN NHS TRUST", *[""] * 11]
    listed = tmp_path / "trusts.csv"
    listed.write_text(",".join(f'"{cell}"' for cell in cells) + "\n", encoding="utf-8")
    desk.does("new", "trust", "--register", str(listed), "ZZ9", "--kind", "acute")
    text = desk.read("trusts/newfen.md")
    assert "name: Newfen NHS Trust\n" in text
    assert "the day its code was opened" not in text
    assert desk.faults() == ""
