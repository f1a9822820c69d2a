"""How faults are printed."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.content.similarity import did_you_mean
from briefings.problems import ContentError, Problem


def test_a_problem_reads_path_line_column_what_is_wrong_then_what_to_write() -> None:
    problem = Problem("content/x.md", 4, 8, "no trust has the id `x`", "did you mean `y`?")
    assert str(problem) == ("content/x.md:4:8: no trust has the id `x`\n    did you mean `y`?")


def test_a_warning_says_that_it_is_one() -> None:
    problem = Problem("content/x.md", 1, 1, "no reply is noted", severity="warning")
    assert str(problem) == "content/x.md:1:1: warning: no reply is noted"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("no [@\ncontent/a.md:1:1: all is well]", "no [@ content/a.md:1:1: all is well]"),
        ("unknown key `pol\u200bicy`", "unknown key `pol\ufffdicy`"),
        ("a\x1b[31m red", "a\ufffd[31m red"),
        ("\u202ekey", "\ufffdkey"),
        ("a\u2028b\u00a0c\td", "a b c d"),
        ("  a  word ", "a word"),
        ("“Größe”, Σ, 高い … ¼", "“Größe”, Σ, 高い … ¼"),
    ],
)
def test_the_content_of_a_file_can_neither_forge_a_line_of_the_report_nor_hide_in_one(
    written: str, expected: str
) -> None:
    problem = Problem("a.md", 1, 1, written, written)
    assert (problem.message, problem.hint) == (expected, expected)


@given(st.text(), st.text(), st.text())
def test_a_problem_with_a_hint_is_two_lines_whatever_its_text(
    path: str, message: str, hint: str
) -> None:
    first, *rest = str(Problem(path, 1, 1, message, hint)).splitlines()
    assert first.isprintable()
    assert len(rest) == bool(hint.split())
    assert all(line.isprintable() for line in rest)


def test_problems_come_once_and_in_the_order_of_files_and_lines() -> None:
    second, first, third = (
        Problem("b.md", 2, 1, "one"),
        Problem("a.md", 10, 1, "two"),
        Problem("b.md", 10, 1, "three"),
    )
    assert ContentError([second, first, third, second]).problems == (first, second, third)


def test_problems_survive_the_way_from_one_process_to_another() -> None:
    error = ContentError([Problem("a.md", 1, 1, "one", "two")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_the_word_that_was_meant_is_found() -> None:
    words = ["title", "summary", "trust", "regulator"]
    assert did_you_mean("titel", words) == "title"
    assert did_you_mean("SUMARY", words) == "summary"
    assert did_you_mean("colour", words) is None
    assert did_you_mean("x", []) is None


def test_a_suggestion_does_not_depend_on_the_order_of_the_words() -> None:
    assert did_you_mean("aa", ["aab", "aac"]) == did_you_mean("aa", ["aac", "aab"])
