"""`add`: write the example of a block into a briefing, for the editor to replace."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from briefings.checks.texts import EXAMPLE
from briefings.content.frontmatter.reading import read_yaml
from briefings.content.frontmatter.tree import Loc
from briefings.content.listing import list_files, raw_of, shown
from briefings.content.loader import parsed
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import keys_at
from briefings.edit.places import NotInPlace, in_place_fault
from briefings.edit.rename import unknown_id
from briefings.edit.rewrite import rewritten
from briefings.edit.transaction import Changes, ContentEditor
from briefings.edit.values import Rows, with_key
from briefings.problems import ContentError, Problem

#: The blocks of a briefing that have an example, in the order of the schema.
BLOCKS = (
    "sources", "ratings", "service_counts", "breaches", "enforcement", "requirements", "concerns",
    "strengths", "figures", "statements", "reply", "timeline", "discrepancies", "not_known",
    "changes", "people",
)  # fmt: skip


@cache
def examples() -> Mapping[str, Any]:
    """Return block → its example in docs/editors.md, of which examples.yaml is made by its test."""
    file = Path(__file__).with_name("examples.yaml")
    return read_yaml(file.read_bytes(), file.name)[0].tree.data


def added(desk: ContentEditor, block: str, id: str) -> tuple[Changes, int]:
    """Return the change that adds the example of a block to a briefing, and the example's line.

    A list, or `sources`, gets one more item. Raises ContentError if the briefing has the block and
    it is no list, and for a file that can't be edited.
    """
    files = list_files(desk.root).files
    path = next((file.path for file in files if (file.kind, file.id) == ("briefing", id)), None)
    if path is None:
        raise ContentError([unknown_id(desk.read(), "briefing", id)])
    raw = raw_of(desk.root, path)
    place = shown(desk.root, path)
    source, problems = parsed(desk.root, path, raw)
    if not source.readable:
        raise ContentError(problems)
    tree = source.tree.data
    loc, values = _with_example(tree, block)
    if loc is None:
        message = f"this briefing has `{block}` already"
        at = source.tree.place((block,), at_key=True)
        raise ContentError([Problem(place, *at, message, "write what is new in it")])
    try:
        new = rewritten(raw, source, values)
        line = parsed(desk.root, path, new)[0].tree.place(loc, at_key=True)[0]
        return {path: _with_remark(new, line)}, line
    except NotInPlace as fault:
        raise ContentError([in_place_fault(place, fault)]) from None


def _with_remark(raw: bytes, line: int) -> bytes:
    """Return a file with the remark that what follows is an example, above a line of it."""
    lines = raw.split(b"\n")
    text = lines[line - 1]
    indent, ending = text[: len(text) - len(text.lstrip(b" "))], text[len(text.rstrip(b"\r")) :]
    return b"\n".join([*lines[: line - 1], indent + EXAMPLE.encode() + ending, *lines[line - 1 :]])


def _with_example(tree: dict[str, Any], block: str) -> tuple[Loc | None, dict[str, Any]]:
    """Return the path of the example, None if it can't be added, and the tree that has it."""
    example, own = examples()[block], tree.get(block)
    if own is None:
        order = keys_at(SCHEMAS["briefing"], ())
        return (block,), with_key(tree, block, _citing(example, tree), order)
    if block == "sources" and isinstance(own, dict):
        key = next(key for key in _keys() if key not in own)
        return (block, key), tree | {block: own | {key: list(example.values())[-1]}}
    if not isinstance(own, list) or not isinstance(example, list):
        return None, tree
    items = Rows([*enumerate(own), (None, _citing(example[0], tree))])
    return (block, len(own)), tree | {block: items}


def _citing(example: Any, tree: dict[str, Any]) -> Any:
    """Return the example with the first source of the briefing in place of its own, `A`."""
    sources = tree.get("sources")
    first = next(iter(sources), "A") if isinstance(sources, dict) and "A" not in sources else "A"
    if isinstance(example, dict):
        return {
            key: [first] if key == "sources" else _citing(value, tree)
            for key, value in example.items()
        }
    return [_citing(item, tree) for item in example] if isinstance(example, list) else example


def _keys() -> list[str]:
    return [*ascii_uppercase, *(f"{letter}2" for letter in ascii_uppercase)]
