"""The smallest edit of front matter that gives it other values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefings.content.frontmatter.reading import SourceFile, parsed
from briefings.content.frontmatter.signs import sign_faults
from briefings.edit.rewrite import NotInPlace, rewritten
from briefings.edit.values import Group, Rows, with_key, written

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("content", "tests/site/content")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".md", ".yaml"} and path.name != "README.md"
)


def read(raw: bytes, name: str = "a.yaml") -> SourceFile:
    source, problems = parsed(Path(), name, raw)
    assert source.readable, problems
    return source


def edit(text: str, wanted: dict[str, Any]) -> str:
    raw = text.encode()
    return rewritten(raw, read(raw), wanted).decode()


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("a: x\n", {"a": "y: z"}, "a: 'y: z'\n"),
        ('a: "x"  \n', {"a": "it's"}, 'a: "it\'s"  \n'),
        ("a: 'x'\n", {"a": "it's"}, "a: 'it''s'\n"),
        ("a: {b: x, c: 'y'}\n", {"a": {"b": "1, 2", "c": "y"}}, "a: {b: '1, 2', c: 'y'}\n"),
        ("a: [x, 'y']\n", {"a": ["x", "y", "z"]}, "a: [x, 'y', z]\n"),
        ("a: [x, 'y']\n", {"a": ["y"]}, "a: ['y']\n"),
        ("a: >-\n  one\n  two\nb: x\n", {"a": "new", "b": "x"}, "a: new\nb: x\n"),
        ("a: one\n  two\nb: x\n", {"a": "new", "b": "x"}, "a: new\nb: x\n"),
        ("a:\nb: x\n", {"a": "new", "b": "x"}, "a: new\nb: x\n"),
        ("a: x\r\nb: y\r\n", {"a": "x", "b": {"c": "z"}}, "a: x\r\nb:\r\n  c: z\r\n"),
        ("a: x", {"a": "x", "b": "z"}, "a: x\nb: z\n"),
        ("# one\na: x\n# b:\n", {"a": "x", "b": "z"}, "# one\na: x\nb: z\n# b:\n"),
        ("a: x\n# of b\nb: y\n", {"a": "x"}, "a: x\n# of b\n"),
        ("a:\n  - b: x\n    c: y\n", {"a": [{"c": "y"}]}, "a:\n  - c: y\n"),
        ("a:\n- x\n# of z\n- z\n", {"a": ["z"]}, "a:\n# of z\n- z\n"),
        ("a: x\n", {"a": [{"b": "x"}, {"b": "z"}]}, "a:\n  - b: x\n  - b: z\n"),
        ("a:\n  - b: x\n", {"a": "x"}, "a: x\n"),
        ("é: old", {"é": "new"}, "é: new"),
        ('a: "\\u006fld"\n', {"a": "new"}, 'a: "new"\n'),
        ("{a: x}\n", {"a": "x", "b": ["z"]}, "{a: x, b: [z]}\n"),
        ("\ufeffa: x\n# end\n", {"a": "x", "b": "z"}, "\ufeffa: x\nb: z\n# end\n"),
    ],
)  # fmt: skip
def test_only_what_differs_is_changed(text: str, wanted: dict[str, Any], expected: str) -> None:
    assert edit(text, wanted) == expected


def test_an_item_that_is_removed_takes_no_comment_of_another() -> None:
    text = "a:\n  # one\n  - b: x\n  # two\n  - b: y\n    c: z\n"
    wanted = {"a": Rows([(1, {"b": "new", "c": "z"}), (None, {"b": "last"})])}
    assert edit(text, wanted) == "a:\n  # one\n  # two\n  - b: new\n    c: z\n  - b: last\n"


def test_a_key_with_another_name_keeps_its_comments_and_quotes() -> None:
    text = "a:\n  # of b\n  'b':\n    # inside\n    c: 'x'\n  d: {b: y}\n"
    wanted = {"a": Group({"n": {"c": "x"}, "d": Group({"m": "y"}, {"m": "b"})}, {"n": "b"})}
    expected = "a:\n  # of b\n  'n':\n    # inside\n    c: 'x'\n  d: {m: y}\n"
    assert edit(text, wanted) == expected
    swapped = {"a": Group({"d": {"c": "x"}, "b": {"b": "y"}}, {"d": "b", "b": "d"})}
    assert edit(text, swapped) == text.replace("  d:", "  b:").replace("'b':", "'d':")


def test_a_first_item_goes_above_the_comment_of_the_next() -> None:
    wanted = {"a": Rows([(None, "new"), (0, "x")])}
    assert edit("a:\n  # of x\n  - x\n", wanted) == "a:\n  - new\n  # of x\n  - x\n"
    assert edit("a:\r\n- x\r\n", wanted) == "a:\r\n- new\r\n- x\r\n"


def test_items_in_another_order_take_their_comments_along() -> None:
    text = "a:\r\n# of x\r\n- k: x\r\n  # in x\r\n\r\n- k: y\r\n  l: [1, 2]\r\n# of z\r\n- k: z"
    x, y, z = {"k": "x"}, {"k": "y", "l": Rows([(1, "2"), (0, "1")])}, {"k": "new"}
    wanted = {"a": Rows([(2, z), (1, y), (None, {"k": "last"}), (0, x)])}
    assert edit(text, wanted) == (
        "a:\r\n# of z\r\n- k: new\r\n- k: y\r\n  l: [2, 1]\r\n- k: last\r\n"
        "# of x\r\n- k: x\r\n  # in x\r\n\r\n"
    )


def test_lists_within_lists_get_their_order_too() -> None:
    text = "a:\n  - b:\n      - x\n      - y\n  - c: z\n"
    wanted = {"a": Rows([(1, {"c": "z"}), (0, {"b": Rows([(1, "y"), (0, "x")])})])}
    assert edit(text, wanted) == "a:\n  - c: z\n  - b:\n      - y\n      - x\n"


def test_a_comment_that_would_be_lost_is_refused_at_its_line() -> None:
    raw = b"---\na: [x,\n  # why\n  y]\n---\n"
    with pytest.raises(NotInPlace) as refused:
        rewritten(raw, read(raw, "a.md"), {"a": ["x"]})
    assert refused.value.args == (2, 4)


def test_a_new_key_goes_where_its_order_says() -> None:
    assert list(with_key({"a": "x", "d": "y"}, "c", "z", ["a", "b", "c", "d"])) == ["a", "c", "d"]


def test_the_body_is_replaced_with_the_line_ends_of_the_file() -> None:
    raw = b"\xef\xbb\xbf---\r\na: x\r\n---\r\nOld.\r\n"
    source = read(raw, "a.md")
    assert rewritten(raw, source, {"a": "x"}, "Old.\n") == raw
    assert rewritten(raw, source, {"a": "z"}, "New.\n").endswith(b"a: z\r\n---\r\nNew.\r\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_with_its_own_values_is_the_same_byte_for_byte(path: Path) -> None:
    raw = path.read_bytes()
    source = read(raw, path.name)
    assert rewritten(raw, source, dict(source.tree.data), source.body) == raw


texts = st.sampled_from(
    [
        "x",
        "a: b",
        "it's",
        "#no",
        "a, b",
        "[z]",
        "2025-01-02",
        "é – x",
        "yes",
        '"so"',
        "- x",
        "x # y",
    ]
)
values = st.recursive(
    texts,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from("klmn"), inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
def test_any_change_of_real_content_reads_back_and_keeps_every_comment(data: st.DataObject) -> None:
    """Values are set, and keys and items removed and added, at any place of a file."""
    path = data.draw(st.sampled_from(FILES))
    raw = path.read_bytes()
    source = read(raw, path.name)
    wanted = changed(source.tree.data, data)
    new = rewritten(raw, source, wanted)
    assert read(new, path.name).tree.data == wanted
    removed = set(raw.decode().split("\n")) - set(new.decode().split("\n"))
    assert not [line for line in removed if line.startswith("#")]


def changed(value: Any, data: st.DataObject) -> Any:
    """The value with one change somewhere in it."""
    if isinstance(value, str) or not value:
        return data.draw(texts)
    kind = data.draw(st.sampled_from(["set", "set", "add", "remove"]))
    if isinstance(value, dict):
        key = data.draw(st.sampled_from(sorted(value)))
        if kind == "remove" and len(value) > 1:
            return {name: inner for name, inner in value.items() if name != key}
        new = changed(value[key], data) if kind == "set" else value[key]
        added = {"added": data.draw(values)} if kind == "add" else {}
        return value | {key: new} | added
    rows = list(enumerate(value))
    at = data.draw(st.integers(0, len(rows) - 1))
    if kind == "remove" and len(rows) > 1:
        return Rows(rows[:at] + rows[at + 1 :])
    if kind == "add":
        return Rows([*rows[:at], (None, data.draw(values)), *rows[at:]])
    return Rows([*rows[:at], (at, changed(value[at], data)), *rows[at + 1 :]])


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1))
@example('It\'s # "one": [a], {b} – 50 % @A')
def test_any_text_on_one_line_is_read_back_unchanged(text: str) -> None:
    text = " ".join(text.split())
    if text and not any(sign_faults(text)):
        assert read(f"a: {written(text)}\n".encode()).tree.data["a"] == text
