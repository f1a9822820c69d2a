"""How faults are told to an editor."""

import pickle

from briefings.problems import ContentError, Problem, did_you_mean


def test_a_problem_reads_path_line_column_what_is_wrong_then_what_to_write() -> None:
    problem = Problem("content/x.md", 4, 8, "no trust has the id `x`", "did you mean `y`?")
    assert str(problem) == ("content/x.md:4:8: no trust has the id `x`\n    did you mean `y`?")


def test_a_warning_says_that_it_is_one() -> None:
    problem = Problem("content/x.md", 1, 1, "no reply is noted", severity="warning")
    assert str(problem) == "content/x.md:1:1: warning: no reply is noted"


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
