"""Small edits of content files: one value changes, all else stays byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefings.content.frontmatter.reading import SourceFile, read_markdown, read_yaml
from briefings.content.frontmatter.signs import sign_faults
from briefings.content.frontmatter.tree import Loc
from briefings.edit.yaml_edit import (
    Edit,
    NotInPlace,
    at_the_end,
    edited,
    first_item,
    scalar,
    written,
)


def source_of(text: str) -> tuple[bytes, SourceFile]:
    raw = text.encode()
    source, problems = (read_markdown if "---" in text else read_yaml)(raw, "a")
    assert not problems
    return raw, source


@pytest.mark.parametrize(
    ("text", "loc", "expected"),
    [
        ("a: old\n", ("a",), "a: new\n"),
        ("# old\na:   old   \n", ("a",), "# old\na:   new   \n"),
        ("a: 'old'  \n", ("a",), "a: 'new'  \n"),
        ('a: "old"\n', ("a",), 'a: "new"\n'),
        ("a: [old, older]\n", ("a", 0), "a: [new, older]\n"),
        ("a: {b: old}\n", ("a", "b"), "a: {b: new}\n"),
        ("a:\n  - x\n  - old\n", ("a", 1), "a:\n  - x\n  - new\n"),
        ("é: old", ("é",), "é: new"),
        ("a: old\r\nb: x\r\n", ("a",), "a: new\r\nb: x\r\n"),
    ],
)
def test_one_value_is_replaced_inside_its_quotes(text: str, loc: Loc, expected: str) -> None:
    raw, source = source_of(text)
    assert edited(raw, [scalar(raw, source, loc, "new")]).decode() == expected


def test_a_key_can_be_replaced_too() -> None:
    raw, source = source_of("a: {old: old}\n")
    edit = scalar(raw, source, ("a", "old"), "new", at_key=True)
    assert edited(raw, [edit]) == b"a: {new: old}\n"


@pytest.mark.parametrize(
    "text", ["a: >-\n  old\n", 'a: "\\u006fld"\n', "a: 'it''s'\n", "a: o\n  ld\n"]
)
def test_a_value_that_is_not_written_plainly_is_left_alone(text: str) -> None:
    raw, source = source_of(text)
    with pytest.raises(NotInPlace):
        scalar(raw, source, ("a",), "new")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\na: x\n---\nText.\n", "---\na: x\nb: y\nc: z\n---\nText.\n"),
        ("---\r\na: x\r\n---\r\nText.", "---\r\na: x\r\nb: y\r\nc: z\r\n---\r\nText."),
        ("---\n  a: x\n  # last\n---\n", "---\n  a: x\n  # last\n  b: y\n  c: z\n---\n"),
        ("a: x\n", "a: x\nb: y\nc: z\n"),
        ("a: x", "a: x\nb: y\nc: z\n"),
        ("\ufeffa: x\n# end\n", "\ufeffa: x\n# end\nb: y\nc: z\n"),
    ],
)
def test_lines_are_added_at_the_end_of_the_front_matter(text: str, expected: str) -> None:
    raw, source = source_of(text)
    assert edited(raw, [at_the_end(raw, source, "b: y\nc: z")]).decode() == expected


def test_nothing_is_added_to_front_matter_in_one_group() -> None:
    raw, source = source_of("---\n{a: x}\n---\n")
    with pytest.raises(NotInPlace):
        at_the_end(raw, source, "b: y")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [x]\n", "a: [new, x]\n"),
        ("a:\n- x\n", "a:\n- new\n- x\n"),
        ("a:\n  # first\n  - x\n  # y\n", "a:\n  # first\n  - new\n  - x\n  # y\n"),
    ],
)
def test_an_item_is_added_in_the_form_the_list_has(text: str, expected: str) -> None:
    raw, source = source_of(text)
    assert edited(raw, [first_item(raw, source, ("a",), "new")]).decode() == expected


def test_an_edit_of_what_is_not_there_changes_nothing() -> None:
    with pytest.raises(NotInPlace):
        edited(b"a: x\n", [Edit(1, 4, "y", "z")])


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1))
@example('It\'s # "one": [a], {b} – 50 % @A')
def test_any_text_on_one_line_is_read_back_unchanged(text: str) -> None:
    text = " ".join(text.split())
    if text and not any(sign_faults(text)):
        _, source = source_of(f"a: {written(text)}\n")
        assert source.tree.data["a"] == text
