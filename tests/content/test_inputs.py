"""Bad input: whatever a file holds, it is read or refused, in time, at its place.

The short form of `tests/torture/inputs.py`, with hypothesis to look further: what it finds it cuts
down to the smallest input by itself. And each mistake that was found this way, by name.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefings.content.loader import load
from briefings.content.markdown.context import Body
from briefings.content.markdown.render import render
from briefings.content.publication_register import COLUMNS, read_register
from briefings.content.records import SCHEMAS
from briefings.content.schema.entities import PageFront
from briefings.content.schema.rules import faults_in
from briefings.content.schema.site import SiteFront
from briefings.content.schema.validation import read, value_fault
from briefings.problems import Problem
from tests.torture import inputs_folders as folders
from tests.torture import inputs_made as made
from tests.torture import inputs_work as work
from tests.torture.inputs import MOST, judged
from tests.torture.inputs_kinds import KINDS, Kind, read_front
from tests.torture.inputs_smallest import smallest

PIECES = (*made.MARKDOWN, *made.YAML, *made.DATES, *made.ADDRESSES, *made.CSV, *made.STRANGE)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)
BY_NAME = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)


@BY_NAME
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_any_text_is_read_or_refused(kind: Kind, text: str) -> None:
    assert judged(kind.judge, text) == ""


@BY_NAME
def test_damaged_valid_files_are_read_or_refused(kind: Kind) -> None:
    for number in range(400):
        assert judged(kind.judge, kind.input(number)) == "", number


@BY_NAME
def test_an_input_is_made_again_from_its_number(kind: Kind) -> None:
    assert [kind.input(n) for n in range(20)] == [kind.input(n) for n in range(20)]


def test_folders_with_spoiled_files_are_read_or_refused(tmp_path: Path) -> None:
    for number in range(80):
        wrong = folders.loaded(folders.spoiled(Random(f"load {number}")), tmp_path / "content")
        assert wrong == "", number


@pytest.mark.sample(5)
@pytest.mark.parametrize("number", range(30))
def test_spoiled_folders_are_built_or_refused_and_nothing_else_is_touched(number: int) -> None:
    assert folders.built(folders.spoiled(Random(f"build {number}"))) == ""


def test_a_write_outside_the_output_would_be_noticed(tmp_path: Path) -> None:
    watch = folders.eye()
    watch.strays.clear()
    watch.allowed = (str(tmp_path / "output"),)
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    (tmp_path / "b").rename(tmp_path / "c")
    watch.allowed = None
    assert [stray.split()[0] for stray in watch.strays] == ["open", "os.rename", "os.rename"]


# -- what takes long -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", work.WIDE, ids=lambda text: f"{text[:9]}, {len(text)}")
def test_input_with_quadratic_cost_ends_in_time(text: str) -> None:
    assert judged(work.rendered, text) == ""


@pytest.mark.sample(2)
@pytest.mark.parametrize("unit", work.NUMBERED)
def test_a_body_with_thousands_of_constructs_ends_in_time(unit: str) -> None:
    assert judged(work.rendered, work.numbered(unit)) == ""


@pytest.mark.sample(4)
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in work.fronts()])
def test_front_matter_of_one_kind_of_line_ends_in_time(text: str) -> None:
    assert judged(read_front("briefing"), text) == ""


def test_constructs_repeated_up_to_the_limits_end_in_time() -> None:
    """A few here, of the thousand mixtures of the long form."""
    fixed = len(work.WIDE) + len(work.NUMBERED)
    for name, text in islice(work.documents(Random(1)), fixed, fixed + 24):
        assert judged(work.rendered, text) == "", name


def test_a_document_that_takes_too_long_would_be_reported() -> None:
    def slow(_: str) -> str:
        end = time.process_time() + 0.6
        while time.process_time() < end:
            pass
        return ""

    assert judged(slow, "", most=0.1).startswith("took ")
    assert MOST == 2


def test_an_uncaught_exception_would_be_reported_with_the_smallest_input() -> None:
    def fails(text: str) -> bool:
        return "b" in text and "d" in text

    assert smallest("abcdefgh" * 50, fails) in {"bd", "db"}
    assert judged(lambda text: str(1 // len(text)), "").startswith("ZeroDivisionError in test_")


# -- mistakes that were found, and are mended ------------------------------------------------------


def rendered(text: str) -> tuple[Body, list[Problem]]:
    return render(
        text, path="a.md", content_path="briefings/2026/a.md", first_line=1,
        sources={"A": "A Paper"}, base_path="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n\n" * 10_001, 1, "a text of more than 20,000 lines"),
        ("\n\n" + ("[a](b) " * 150 + "\n\n") * 68, 1, "a text with more than 20,000"),
        ("text\n\n" + "a|" * 500 + "\n" + "-|" * 500 + "\n" + "|\n" * 40, 3, "tables with"),
        ("> " + "a|" * 500 + "\n> " + "-|" * 500 + "\n" + "> |\n" * 40, 1, "tables with"),
        (("- " * 20 + "a\n\n") * 3_000, 1, "a text of more than 40,000 paragraphs and items"),
        (f"*[{'a ' * 1_001}]: b", 1, "more than 2,000 letters of abbreviations"),
    ],
)  # fmt: skip
def test_a_text_above_a_limit_is_refused(text: str, line: int, message: str) -> None:
    _, (problem,) = rendered(text)
    assert problem.message.startswith(message)
    assert problem.line == line
    assert problem.hint


def test_a_large_table_of_data_is_within_the_limits() -> None:
    body, problems = rendered("| a | b | c |\n|---|--:|---|\n" + "| 1 | 2 | 3 |\n" * 900)
    assert problems == []
    assert body.html.count("<td") == 2_700


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a**b*c", "<p><em>a**b</em>c</p>"),
        ("one *two**three*four", "<p>one <em>two**three</em>four</p>"),
        ("*a**b*[c](trust:x)", '<p><em>a**b</em><a href="/trusts/x/">c</a></p>'),
        ("*a**b* c", "<p><em>a**b</em> c</p>"),
        ("***c*** *d **e** f*",
         "<p><em><strong>c</strong></em> <em>d <strong>e</strong> f</em></p>"),
    ],
)  # fmt: skip
def test_signs_of_emphasis_that_do_not_pair_take_no_word_with_them(text: str, html: str) -> None:
    assert rendered(text)[0].html == html


SIGNS = st.sampled_from(["*", "**", "***", "_", "__", "a", "b", " ", "`c`", "\\.", "[d](trust:x)"])


@settings(max_examples=400, deadline=None)
@given(st.lists(SIGNS, max_size=14).map("".join))
def test_no_word_is_lost_among_signs_of_emphasis(text: str) -> None:
    body, problems = rendered(f"x{text}")
    wanted = text.replace("(trust:x)", "")
    assert problems == []
    assert [sign for sign in body.text if sign in "abcd."] == [s for s in wanted if s in "abcd."]


@pytest.mark.parametrize("escape", ["%00", "%1b[31m", "%0a", "%E2%80%AE", "%7f"])
def test_percent_encoded_control_characters_never_reach_the_terminal(escape: str) -> None:
    _, (problem,) = rendered(f"[words](../a{escape}.md)")
    assert problem.message.isprintable()


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x00", "\u202e", "\x9b", "\r"])
def test_a_control_character_in_the_register_is_reported_and_not_printed(sign: str) -> None:
    raw = f"{','.join(COLUMNS)}\nbriefing,a{sign}b,,,,\n".encode()
    _, (problem,) = read_register(raw, "register.csv")
    assert (problem.line, problem.column) == (2, 11)
    assert problem.message.isprintable()


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posix/Europe/London", "right/UTC", "../UTC", "EST5EDT"]
)
def test_a_time_zone_that_differs_from_machine_to_machine_is_refused(name: str) -> None:
    assert value_fault(SiteFront, ("time_zone",), name) is not None


@pytest.mark.parametrize("name", ["UTC", "Europe/London", "America/Argentina/Ushuaia", "Etc/GMT+1"])
def test_a_zone_of_the_tz_database_is_taken(name: str) -> None:
    assert value_fault(SiteFront, ("time_zone",), name) is None


@pytest.mark.parametrize(
    "alias",
    [
        "/a%5Cb/",
        f"/{'a' * 256}/",
        f"/{'%C3%A9' * 128}/",
        "/" + "abcdefg/" * 130,
        "/.htaccess",
        "/",
        "/a/.git/x",
        "/%2Ehtaccess",
        "/a%2F",
    ],
)
def test_an_alias_that_can_not_be_a_file_everywhere_is_refused(alias: str) -> None:
    tree = {"title": "T", "aliases": [alias]}
    _, faults, _ = read(PageFront, tree, set(), faults_in)
    assert [fault.loc for fault in faults] == [("aliases", 0)]


def test_hundreds_of_items_of_another_block_are_reported_in_time(tmp_path: Path) -> None:
    folders.write_content(
        {path: text.encode() for path, text in folders.base().items()}, tmp_path / "c"
    )
    file = next((tmp_path / "c" / "briefings").glob("*/*.md"))
    lost = "  - {scop: trust, valu: good, source: [A]}\n" * 1_400
    file.write_text(file.read_text().replace("---\n", f"---\nratings:\n{lost}", 1))
    started = time.process_time()
    problems = load(tmp_path / "c").problems
    assert time.process_time() - started < MOST
    assert sum("has keys of another block" in problem.message for problem in problems) == 1_400


def test_every_kind_of_file_is_among_the_inputs() -> None:
    text = " ".join(kind.what for kind in KINDS)
    judges: set[Callable[[str], str]] = {kind.judge for kind in KINDS}
    assert len(judges) >= 10
    assert all(kind in text for kind in ("briefing", "trust", "regulator", "requirement", "site"))
    assert {"topic", "page"} < SCHEMAS.keys()  # Markdown files of these go through whole folders
