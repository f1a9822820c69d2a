"""A fact that changes after it was public needs a line in `changes`; `facts.csv` remembers both."""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.content.loader import load
from briefings.content.publication_register import (
    FACTS_COLUMNS,
    FactsLine,
    facts_file,
    read_facts,
)
from briefings.content.schema.briefing import BriefingFront
from briefings.domain.publication import FACTS, facts_hash
from briefings.domain.site import visible
from tests.support.editing import Desk, desk_with
from tests.support.factory import NOW
from tests.support.on_disk import ROOT, briefing

RATINGS = """
ratings:
  - {scope: trust, value: requires-improvement, sources: [A]}
  - {scope: service, name: Maternity, value: good, sources: [A]}
"""
CHANGE = "changes:\n  - {{date: {}, kind: {}, text: The grade was wrong.}}\n"
SAID = "a fact changed after this briefing was public, and `changes` does not say so"
FIRST = "briefings/2026/first.md"
HEAD = ",".join(FACTS_COLUMNS)
HASH = "0123456789abcdef" * 2


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Three briefings, one of them not public yet; registered."""
    briefings = {
        "first": RATINGS + "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]",
        "second": "",
        "third": "published: 2026-12-24\n"
        "ratings: [{scope: service, name: Forensic wards, value: good, sources: [A]}]",
    }
    desk = desk_with(tmp_path, monkeypatch, capsys, briefings)
    desk.does("register")
    return desk


def advice(desk: Desk, now: str = "2026-12-02") -> str:
    """What `check --advice` says of facts."""
    ran = desk.run("check", "--advice", "--quiet", now=now)
    assert ran.status == 0, ran.err
    return "".join(line for line in ran.err.splitlines(keepends=True) if SAID in line)


def worse(desk: Desk, path: str = FIRST) -> None:
    """A rating changed."""
    old = "requires-improvement" if "scope: trust" in desk.read(path) else "good"
    desk.swap(path, f"value: {old}", "value: inadequate")


def require(desk: Desk) -> None:
    """The policy that makes it a fault."""
    desk.swap("site.yaml", "publisher:", "policy: {corrections: required}\npublisher:")


# -- the advice and its place ----------------------------------------------------------------------


def test_a_rating_that_changed_after_it_was_public_is_advised_at_the_briefings_line(
    desk: Desk,
) -> None:
    assert advice(desk) == ""
    worse(desk)
    assert advice(desk) == f"content/{FIRST}:2:1: warning: {SAID}\n"
    output = desk.run("check", "--advice").err
    assert "add to `changes`, with today's date: - {date: …, kind: correction, text:" in output
    assert desk.run("check", "--strict", "--quiet").status == 1


def test_it_is_said_at_the_list_of_changes_where_there_is_one(desk: Desk) -> None:
    desk.swap(FIRST, "title:", CHANGE.format("2026-11-01", "minor") + "title:")
    worse(desk)
    assert advice(desk) == f"content/{FIRST}:2:1: warning: {SAID}\n"


def test_a_line_in_changes_added_later_silences_it(desk: Desk) -> None:
    worse(desk)
    desk.swap(FIRST, "title:", CHANGE.format("2026-12-02", "correction") + "title:")
    assert advice(desk) == ""
    assert desk.does("register", now="2026-12-02").endswith("facts.csv: 1 recorded\n")
    assert advice(desk) == ""
    desk.swap(FIRST, "value: inadequate", "value: good")
    assert advice(desk) == f"content/{FIRST}:2:1: warning: {SAID}\n"


@pytest.mark.parametrize("change", [("2026-12-02", "minor"), ("2026-12-03", "correction")])
def test_a_minor_change_or_one_of_tomorrow_does_not(desk: Desk, change: tuple[str, str]) -> None:
    worse(desk)
    desk.swap(FIRST, "title:", CHANGE.format(*change) + "title:")
    assert SAID in advice(desk)


def test_a_change_that_is_taken_away_does_not_make_room_for_another(desk: Desk) -> None:
    change = CHANGE.format("2026-12-02", "update")
    desk.swap(FIRST, "title:", change + "title:")
    desk.does("register", now="2026-12-02")
    desk.swap(FIRST, change, "")
    desk.does("register", now="2026-12-02")
    worse(desk)
    assert SAID in advice(desk)
    desk.swap(FIRST, "title:", change + "title:")
    assert SAID in advice(desk)


def test_a_fact_put_back_as_it_was_is_no_change(desk: Desk) -> None:
    worse(desk)
    desk.swap(FIRST, "value: inadequate", "value: requires-improvement")
    assert advice(desk) == ""


@pytest.mark.parametrize("file", ["facts.csv", "register.csv"])
def test_without_recorded_facts_nothing_is_said(desk: Desk, file: str) -> None:
    desk.remove("facts.csv")
    if file != "facts.csv":
        desk.remove(file)
    worse(desk)
    require(desk)
    assert desk.faults() == ""
    assert advice(desk) == ""


def test_a_fact_of_a_briefing_that_is_not_public_yet_may_change_unsaid(desk: Desk) -> None:
    assert "third" not in desk.read("facts.csv")
    worse(desk, "briefings/2026/third.md")
    assert advice(desk) == ""
    desk.does("register")
    assert "third" not in desk.read("facts.csv")
    desk.does("register", now="2026-12-24")
    assert "third,0," in desk.read("facts.csv")


def test_facts_of_a_withdrawn_briefing_are_shown_nowhere_and_may_change(desk: Desk) -> None:
    line = desk.read("facts.csv").splitlines()[1]
    desk.does("withdraw", "first", "--reason", "It was wrong.")
    worse(desk)
    assert advice(desk) == ""
    desk.does("register", now="2026-12-02")
    assert desk.read("facts.csv").splitlines()[1] == line


def test_each_draft_and_each_briefing_that_cannot_be_read_is_left_out(desk: Desk) -> None:
    worse(desk)
    desk.swap(FIRST, "value: good", "value: god god")
    assert SAID not in desk.faults()


def test_with_the_policy_it_is_a_fault_and_nothing_is_published(desk: Desk) -> None:
    require(desk)
    assert desk.faults() == ""
    worse(desk)
    output = desk.faults()
    assert output.startswith(f"content/{FIRST}:2:1: {SAID}\n    add to `changes`, with")
    assert desk.run("build").status == 1
    assert SAID in desk.refuses("register")
    desk.swap(FIRST, "title:", CHANGE.format("2026-12-01", "correction") + "title:")
    assert desk.faults() == ""
    assert SAID not in desk.run("check", "--advice").err


def test_with_the_policy_no_scheduled_publication_fails_at_its_moment(desk: Desk) -> None:
    desk.does("register", now="2026-12-24")
    worse(desk, "briefings/2026/third.md")
    assert desk.faults() == ""
    require(desk)
    assert SAID in desk.faults()


# -- what is recorded ------------------------------------------------------------------------------


def test_each_public_briefing_has_one_line_sorted_by_id(desk: Desk) -> None:
    rows = [line.split(",") for line in desk.read("facts.csv").splitlines()]
    assert rows[0] == list(FACTS_COLUMNS)
    assert [(id, count) for id, count, _ in rows[1:]] == [("first", "0"), ("second", "0")]
    assert all(re.fullmatch("[0-9a-f]{32}", digits) for _, _, digits in rows[1:])
    desk.write("briefings/2026/earlier.md", briefing("earlier"))
    assert "facts.csv: 1 recorded" in desk.does("register")
    assert desk.read("facts.csv").splitlines()[1].startswith("earlier,0,")
    before = desk.files()
    assert "facts.csv: 0 recorded" in desk.does("register")
    assert desk.files() == before


def test_a_changed_fact_is_never_recorded_without_its_change(desk: Desk) -> None:
    before = desk.read("facts.csv")
    worse(desk)
    desk.write("briefings/2026/fourth.md", briefing("fourth"))
    ran = desk.run("register")
    assert ran.status == 0
    assert ran.out.endswith("content/facts.csv: 1 recorded, 1 kept as before\n")
    assert ran.err.startswith(f"content/{FIRST}:2:1: warning: {SAID}\n")
    lines = [line for line in desk.read("facts.csv").splitlines() if "fourth" not in line]
    assert lines == before.splitlines()


def test_line_ends_of_the_file_are_kept(desk: Desk) -> None:
    desk.write("facts.csv", desk.read("facts.csv").replace("\n", "\r\n"))
    assert advice(desk) == ""
    desk.write("briefings/2026/fourth.md", briefing("fourth"))
    desk.does("register")
    text = desk.read("facts.csv")
    assert text.count("\r\n") == text.count("\n") == 4


def test_a_renamed_briefing_keeps_its_line(desk: Desk) -> None:
    line = desk.read("facts.csv").splitlines()[1]
    desk.does("rename", "briefing", "first", "zebra")
    assert desk.read("facts.csv").splitlines()[2] == line.replace("first", "zebra")
    assert advice(desk) == ""
    assert "facts.csv: 0 recorded" in desk.does("register")
    worse(desk, "briefings/2026/zebra.md")
    assert SAID in advice(desk)


def test_a_briefing_renamed_by_hand_keeps_its_line_too(desk: Desk) -> None:
    line = desk.read("facts.csv").splitlines()[1]
    desk.move(FIRST, "briefings/2026/zebra.md")
    desk.swap("briefings/2026/zebra.md", "title:", "aliases: [/briefings/first/]\ntitle:")
    worse(desk, "briefings/2026/zebra.md")
    ran = desk.run("register")
    assert SAID in ran.err
    assert desk.read("facts.csv").splitlines()[2] == line.replace("first", "zebra")


@pytest.mark.parametrize(
    ("kind", "old"), [("trust", "north"), ("regulator", "cqc"), ("requirement", "rooms")]
)
def test_another_id_of_what_a_briefing_is_about_changes_none_of_its_facts(
    desk: Desk, kind: str, old: str
) -> None:
    desk.remove("register.csv")
    before = desk.read("facts.csv")
    desk.does("rename", kind, old, "another")
    assert advice(desk) == ""
    assert "facts.csv: 0 recorded" in desk.does("register")
    assert desk.read("facts.csv") == before


def test_the_line_of_a_briefing_that_was_given_up_goes(desk: Desk) -> None:
    desk.remove("briefings/2026/second.md")
    desk.swap("trusts/north.md", "kind:", "aliases: [/briefings/second/]\nkind:")
    desk.does("register")
    assert "second" not in desk.read("facts.csv")


# -- what a fact is --------------------------------------------------------------------------------

FULL = """
title: {title}
summary: What inspectors found.
trust: north
regulator: cqc
inspection: {{type: comprehensive, inspected: 2025-09, report_published: 2025-11-03, sources: [A]}}
published: 2026-01-15
ratings:
  - {{scope: service, name: Maternity, value: good, sources: [A]}}
  - {{scope: trust, value: requires-improvement, key_question: overall, sources: [A]}}
requirements:
  - {{id: rooms, event: told, date: 2025-09, sources: [A]}}
figures:
  - {{name: Deficit, value: 7.5, unit: GBP, period: 2024-25, sources: [A]}}
sources:
  A: {{publisher: CQC, type: regulator-report, url: "https://example.org/r", published: 2025-11-03}}
"""


def hash_of(desk: Desk, text: str, *swaps: tuple[str, str]) -> str:
    for old, new in swaps:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    desk.write(FIRST, f"---\n{text.strip()}\n---\nWords [@A].\n")
    content = load(Path("content"))
    assert not content.problems
    return facts_hash(visible(content, NOW), "first")


def full(title: str = "On first") -> str:
    return FULL.format(title=title)


def test_a_hash_stays_the_same_however_the_yaml_is_written(desk: Desk) -> None:
    text = full()
    before = hash_of(desk, text)
    assert before == "0d37f06b3c8d16d9f7e42737cf6a868e"  # recorded hashes must never change
    head, *blocks = re.split(r"^(?=\w)", text.strip() + "\n", flags=re.MULTILINE)
    ways: list[tuple[tuple[str, str], ...]] = [
        (("title: On first", "title: Another title"), ("What insp", "What the insp")),
        (("date: 2025-09", 'date: "2025-09"'), ("inspected: 2025-09", "inspected: '2025-09'")),
        (("inspected: 2025-09,", "inspected: [{date: 2025-09, about: A visit}],"),),
        (("key_question: overall, ", ""),),
        (("value: 7.5", 'value: "7.50"'), ("2024-25", "2024/25")),
        (("scope: service, name: Maternity", "name: Maternity, scope: service"),),
        (("value: good, sources", "value: good, carried_over: false, note: Seen, sources"),),
        (("{id: rooms, event: told, date: 2025-09, sources: [A]}", "id: rooms\n    event: told\n"
          "    date: 2025-09\n    note: In words\n    sources: [A]"),),
    ]  # fmt: skip
    assert {hash_of(desk, text, *way) for way in ways} == {before}
    assert hash_of(desk, head + "".join(reversed(blocks))) == before
    first, other = re.findall(r"  - \{scope.*\n", text)
    assert hash_of(desk, text, (first + other, other + first)) == before


def test_every_other_fact_is_another_hash(desk: Desk) -> None:
    text = full()
    more = (
        "breaches: [{text: Beds, regulation: 12, sources: [A]}]",
        "enforcement: [{kind: fine, text: X, served: 2025, sources: [A]}]",
        "reply: {status: no-reply}",
        "timeline: [{date: 2025, text: X, sources: [A]}]",
    )
    ways = [
        ("value: good", "value: inadequate"),
        ("name: Maternity", "name: Forensic wards"),
        ("key_question: overall", "key_question: safe"),
        ("event: told", "event: raised"),
        ("date: 2025-09,", "date: 2025-09-01,"),
        ("date: 2025-09,", "date: 2025-09/2025-09,"),
        ("date: 2025-09,", "date: 2025-09, deadline: 2026-01,"),
        ("inspected: 2025-09", "inspected: 2025"),
        ("report_published: 2025-11-03", "report_published: unknown"),
        ("value: 7.5", "value: 75"),
        ("value: 7.5", "value: 7.5, qualifier: about"),
        ("unit: GBP", "unit: per cent"),
        ("period: 2024-25", "period: 2024"),
        *(("sources:\n", f"{block}\nsources:\n") for block in more),
    ]
    hashes = [hash_of(desk, text), *(hash_of(desk, text, way) for way in ways)]
    assert len(set(hashes)) == len(hashes)


def test_a_december_is_not_the_financial_year_that_is_written_alike(desk: Desk) -> None:
    first = hash_of(desk, full(), ("2024-25", "2011-12"))
    assert first != hash_of(desk, full(), ("2024-25", "2011/12"))


def test_every_fact_is_a_field_and_nothing_in_our_own_words_is_one() -> None:
    words = {"title", "summary", "text", "note", "about", "gist", "sources", "topics", "changes"}
    for kind, names in FACTS.items():
        fields = {field.name for field in dataclasses.fields(kind)}
        assert set(names) <= fields, kind
        assert not words & set(names), kind


def test_the_facts_of_every_block_in_a_fact_are_named() -> None:
    """A block without an entry would stop the command."""

    def blocks(kind: object) -> set[type]:
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            return {kind} if "schema" in kind.__module__ else set()
        return {block for inner in typing.get_args(kind) for block in blocks(inner)}

    seen: set[type] = set()
    rest: list[type] = [BriefingFront]
    while rest:
        kind = rest.pop()
        seen.add(kind)
        types = typing.get_type_hints(kind)
        inner = {block for name in FACTS[kind] for block in blocks(types[name])}
        rest += inner - seen
    assert seen == set(FACTS)


def test_the_guide_names_every_fact() -> None:
    guide = (ROOT / "docs/editors.md").read_text("utf-8")
    section = guide[guide.index("\n### A fact that changes") :]
    section = section[: section.index("\n### ", 5)]
    named = set(re.findall(r"`([a-z_.]+)`", section))
    every = {name for names in FACTS.values() for name in names}
    assert every - named == {"counts"}  # the ids of ratings


# -- the file itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "place", "expected"),
    [
        (["id,facts", f"first,0,{HASH}"], "1:1", "the first line names other columns"),
        ([HEAD, "<<<<<<< HEAD", f"first,0,{HASH}"], "2:1", "a merge of git left two versions here"),
        ([HEAD, f"First,0,{HASH}"], "2:1", "`First` is not an id"),
        ([HEAD, f"first,one,{HASH}"], "2:7", "`one` is not a number of changes"),
        ([HEAD, f"first,0,{HASH[1:]}"], "2:9", "is not a hash of 32 hexadecimal digits"),
        ([HEAD, f"first,0,{HASH}", f"first,1,{HASH}"], "3:1", "recorded twice, first on line 2"),
        ([HEAD, f'first,0,"{HASH}'], "2:1", "this line can't be read as CSV"),
        ([HEAD, f"first,0,{HASH}\x1b"], "2:41", "a control character"),
    ],
)
def test_a_line_that_can_not_be_is_told_at_its_place(
    rows: list[str], place: str, expected: str
) -> None:
    _, problems = read_facts("\n".join(rows).encode(), "content/facts.csv")
    assert len(problems) == 1
    assert str(problems[0]).startswith(f"content/facts.csv:{place}: ")
    assert expected in problems[0].message
    assert problems[0].hint


def test_a_faulty_file_is_a_fault_and_no_command_writes_over_it(desk: Desk) -> None:
    desk.write("facts.csv", desk.read("facts.csv") + "<<<<<<< HEAD\n")
    assert desk.faults().startswith(
        "content/facts.csv:4:1: a merge of git left two versions here\n    keep the lines of both,"
        " and delete the lines <<<<<<<, ======= and >>>>>>>\n"
    )
    assert "content/facts.csv:4:1" in desk.refuses("register")
    assert "content/facts.csv:4:1" in desk.refuses("rename", "briefing", "first", "zebra")


@given(st.binary(max_size=200))
def test_whatever_the_file_holds_reading_it_ends_in_problems_not_in_an_error(raw: bytes) -> None:
    read_facts(raw, "facts.csv")
    read_facts(HEAD.encode() + b"\n" + raw, "facts.csv")


def test_what_is_written_reads_back() -> None:
    lines = (FactsLine("a-1", 0, HASH), FactsLine("b-1", 12, HASH))
    assert read_facts(facts_file(None, lines), "facts.csv") == (lines, [])
    assert read_facts(facts_file(b"a\r\n", lines), "facts.csv") == (lines, [])
