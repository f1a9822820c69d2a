"""Front matter is read as text, with line and column of every key and value."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from briefings.content.files import MAX_BODY, MAX_FRONT
from briefings.content.frontmatter.reading import SourceFile, read_markdown, read_yaml
from briefings.content.frontmatter.signs import sign_faults
from briefings.problems import Problem


def markdown(text: str | bytes) -> SourceFile:
    raw = text.encode() if isinstance(text, str) else text
    source, problems = read_markdown(raw, "file.md")
    assert problems == []
    return source


def problems_in(text: str | bytes) -> list[Problem]:
    return read_markdown(text.encode() if isinstance(text, str) else text, "file.md")[1]


def test_front_matter_is_between_two_lines_of_three_hyphens() -> None:
    source = markdown("---\ntitle: About\n---\nText.\n\n---\n\nMore.\n")
    assert source.tree.data == {"title": "About"}
    assert source.body == "Text.\n\n---\n\nMore.\n"
    assert source.body_line == 4


def test_spaces_after_the_hyphens_do_no_harm() -> None:
    assert markdown("---  \ntitle: About\n--- \t\nText.").body == "Text."


def test_a_byte_order_mark_and_windows_line_ends_read_as_usual() -> None:
    raw = b"\xef\xbb\xbf---\r\ntitle: About\r\nsummary: |\r\n  One\r\n  two\r\n---\r\nText.\r\n"
    source = markdown(raw)
    assert source.tree.data == {"title": "About", "summary": "One\ntwo\n"}
    assert source.body == "Text.\n"
    assert source.tree.values[("summary",)] == (3, 10)


def test_a_file_may_end_after_its_front_matter() -> None:
    assert markdown("---\ntitle: About\n---").body == ""


def test_hyphens_within_a_line_or_indented_do_not_close_the_front_matter() -> None:
    source = markdown("---\ntitle: a --- b\nnote: |\n  ---\n----: x\n---\nText.")
    assert source.tree.data == {"title": "a --- b", "note": "---\n", "----": "x"}


def test_comments_are_for_editors_and_are_no_text() -> None:
    source = markdown("---\n# for us\ntitle: About\n  \nnote: a#b\n# the end\n---\n")
    assert source.tree.data == {"title": "About", "note": "a#b"}


def test_every_scalar_is_the_text_that_was_typed() -> None:
    text = (
        "---\na: [no, 007, 12:30, 2022-11, 1_000, ~, null, 0o17, .5, 2022-11-25T10:00:00Z]\n---\n"
    )
    assert markdown(text).tree.data["a"] == [
        "no", "007", "12:30", "2022-11", "1_000", "~", "null", "0o17", ".5",
        "2022-11-25T10:00:00Z",
    ]  # fmt: skip


def test_every_key_and_value_has_its_line_and_column() -> None:
    tree = markdown("---\n# note\na:\n  b: [x, {c: y}]\n---\n").tree
    assert tree.keys[("a",)] == (3, 1)
    assert tree.values[("a",)] == (4, 3)
    assert tree.values[("a", "b", 0)] == (4, 7)
    assert tree.keys[("a", "b", 1, "c")] == (4, 11)
    assert tree.place(("a", "b", 1, "d"), at_key=True) == (4, 10)
    assert tree.place(("z",)) == (3, 1)


def test_nothing_but_hyphens_is_front_matter_without_keys() -> None:
    assert markdown("---\n---\n").tree.data == {}


def test_a_file_of_exactly_the_longest_size_is_read() -> None:
    body = "word\n" * (MAX_BODY // 5) + "x" * (MAX_BODY % 5)
    line = f"note: {'x' * (MAX_FRONT - 7)}\n"
    for text in (f"---\n{line}---\n{body}", f"---\r\n{line}---\r\n{body}".replace("\n", "\r\n")):
        source = markdown(text.replace("\r\r", "\r"))
        assert source.body == body
    assert "is 65 KiB long" in problems_in(f"---\n{line[:-1]}y\n---\n")[0].message
    assert "is 257 KiB long" in problems_in(f"---\n{line}---\n{body}y")[0].message


def test_a_yaml_file_has_no_hyphens_around_it() -> None:
    source, problems = read_yaml(b"\xef\xbb\xbf---\r\na: 1\r\n", "file.yaml")
    assert (source.tree.data, problems) == ({"a": "1"}, [])


def test_the_second_of_two_keys_names_the_first_and_is_reported_once() -> None:
    problems = problems_in("---\na: 1\nb: 2\na: {c: , d: [}\n---\n".replace("[}", "x}"))
    assert [str(problem).split("\n")[0] for problem in problems] == [
        "file.md:4:1: `a` is given twice, first on line 2"
    ]


def test_an_emptiness_that_a_broken_line_causes_is_not_reported_as_well() -> None:
    problems = problems_in("---\ntitle: About\ninspection:\n type: x\n  place: y\n---\n")
    assert len(problems) == 1
    problems = problems_in("---\ntitle: {one, two: [}\n---\n")
    assert len(problems) == 1


@given(st.text(max_size=200))
def test_any_file_is_read_or_refused_with_a_place(text: str) -> None:
    for raw in (text.encode("utf-8", "replace"), f"---\n{text}\n---\n".encode("utf-8", "replace")):
        for reader in (read_markdown, read_yaml):
            source, problems = reader(raw, "file")
            assert source.readable or problems
            for problem in problems:
                assert problem.line >= 1
                assert problem.column >= 1
                assert problem.message
                assert problem.hint


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for reader in (read_markdown, read_yaml):
        source, problems = reader(raw, "file")
        assert source.readable or problems


_words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), _words, min_size=1))
def test_a_quoted_text_comes_out_as_it_went_in(texts: dict[str, str]) -> None:
    texts = {key: text for key, text in texts.items() if text.strip()}
    assume(not any(map(list, map(sign_faults, texts.values()))))
    front = "".join(
        f"{key}: '{text.replace(chr(39), chr(39) * 2)}'\n" for key, text in texts.items()
    )
    assert markdown(f"---\n{front}---\n").tree.data == texts


def test_a_yaml_file_that_is_too_long_is_refused_with_its_length() -> None:
    longest = f"note: {'x' * (MAX_FRONT - 7)}\n"
    assert read_yaml(longest.encode(), "file.yaml")[1] == []
    for text, length in ((f"{longest}#", 65), (longest * 3, 192)):
        source, [problem] = read_yaml(text.encode(), "file.yaml")
        assert str(problem).startswith(f"file.yaml:1:1: the file is {length} KiB long")
        assert source.tree.data == {}


# -- all faults in one run -------------------------------------------------------------------------

#: Lines that no parser of YAML reads, or that would lose words, each within a list of groups.
MISTAKES = (
    "  - text: one: two\n    sources: [A]",
    "  - text: 'One's own'\n    sources: [A]",
    '  - {text: "One "of" two", sources: [A]}',
    "  - text: @one\n    sources: [A]",
    "  - text: “One: two”\n    sources: [A]",
    "  - text: [one\n    sources: [A]",
    "  - text: one # two\n    sources: [A]",
    "  - text: *one\n    sources: [A]",
    "  - text:\u00a0one\n    sources: [A]",
)
RIGHT = "  - text: |\n      One: 'two' # three\n    sources: [A]"


@given(st.lists(st.sampled_from((RIGHT, *MISTAKES)), min_size=1, max_size=12), st.data())
def test_every_fault_of_a_file_is_reported_at_its_own_line_and_no_other(
    items: list[str], data: st.DataObject
) -> None:
    lines, wrong = ["---", "title: About"], []
    for number, item in enumerate(items):
        if number == 0 or data.draw(st.booleans()):
            lines.append(f"block{number}:")
        if item != RIGHT:
            wrong.append(len(lines) + 1)
        lines += item.split("\n")
    assert sorted(problem.line for problem in problems_in("\n".join([*lines, "---", ""]))) == wrong


def test_keys_that_can_be_read_are_in_the_tree_and_the_others_are_not() -> None:
    source, problems = read_markdown(b"---\na: 1\nb: 'x'y'\nc: {d: 2}\n---\nText.\n", "file.md")
    assert not source.readable
    assert source.tree.data == {"a": "1", "c": {"d": "2"}}
    assert source.tree.values[("c", "d")] == (4, 8)
    assert source.body == "Text.\n"
    assert [(problem.line, problem.column) for problem in problems] == [(3, 6)]


def test_a_quote_or_a_bracket_over_several_lines_is_one_value_beside_a_fault() -> None:
    text = "---\na: 'x'y'\nb: [one,\n\ntwo,\nc: d\n]\nd: 'one\n  two'\n---\n"
    source, problems = read_markdown(text.encode(), "file.md")
    assert [problem.line for problem in problems] == [2]
    assert source.tree.data == {"b": ["one", "two", {"c": "d"}], "d": "one two"}


def test_a_line_out_of_place_is_reported_once_however_much_follows_it() -> None:
    text = "---\na:\n  - b: c\nd: e\n    f: g\n  - b: c\n  - b: c: d\nh: i\n---\n"
    source, problems = read_markdown(text.encode(), "file.md")
    assert [problem.line for problem in problems] == [5, 7]
    assert source.tree.data == {"h": "i"}


def test_a_first_line_that_is_indented_hides_no_key() -> None:
    source, (problem,) = read_markdown(b"---\n  a: b\nc: d\ne:\n  f: g\n---\n", "file.md")
    assert (problem.line, problem.column) == (2, 3)
    assert source.tree.data == {"a": "b", "c": "d", "e": {"f": "g"}}


def test_odd_spaces_within_a_text_stay_as_typed() -> None:
    text = (
        "---\na: 'One:\u00a0two\n  Three:\u00a0four'\nb: |\n  Five:\u00a0six\nc: 8\u00a0beds\n---\n"
    )
    assert markdown(text).tree.data == {
        "a": "One:\u00a0two Three:\u00a0four",
        "b": "Five:\u00a0six\n",
        "c": "8\u00a0beds",
    }


def test_names_with_signs_that_look_like_a_wrong_conversion_are_taken() -> None:
    for text in ("São Paulo", "Ângela Ãsmund", "NAÏVE Â", "12 £ – “yes” …", "Ø", "naïve café"):
        assert markdown(f"---\ntitle: {text}\n---\n{text}").body == text


UNITS = (
    "k: a: b\n", "k: 'a'b'\n", "k: 'a\n", "k: [a\n", "k: a # b\n", "\tk: a\n", "k:\u00a0a\n", "k\n",
    "k:\n  a: b\nc: d\n  e: f\n", "* k: a\n", "k:" + " #" * 30 + "\n", "k: â€™\n",
    "k: “a: b\n", "k: *a\n",
    "- " * 30 + "\n", "k: a\u2028", "k: a\ufffdb\x07\n", "k:\n  - a: b: c\n  - [a, b]c\n",
)  # fmt: skip
LONG = {repr(unit): unit * (65_000 // len(unit.encode())) for unit in UNITS} | {
    "items": "ks:\n" + "  - a: b: c\n" * 5_000,
    "nested": "".join(" " * n + "k:\n" for n in range(340)) + "x: y: z\n",
    "signs of a comment": "k: " + " #" * 32_000,
    "quotes": "k: " + "'a', " * 13_000 + "'b'c",
    "spaces": "k: a" + " " * 65_000 + "b: c",
    "spaces after a colon": "k: a: " + " " * 65_000 + "b",
    "odd spaces": "k:" + "\u00a0" * 32_000,
    "brackets": "k: {" + "a, " * 21_000,
    "dashes": "- " * 32_000 + "a: b: c",
    "private signs": "k: " + "".join(chr(0xE000 + n) for n in range(6_000)),
}


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", LONG)
def test_thousands_of_faults_in_one_file_are_reported_in_time(name: str) -> None:
    started = time.process_time()
    assert problems_in(f"---\n{LONG[name]}\n---\n")
    assert time.process_time() - started < 2


def test_a_value_that_begins_with_a_sign_of_yaml_is_answered_with_the_value_in_quotes() -> None:
    for sign in "-?@%`*&":
        (problem,) = problems_in(f"---\ntitle: {sign} Northmoor\n---\n")
        assert problem.hint == f"put the text in quotes: '{sign} Northmoor'", sign
