"""`add`: the example of a block in a briefing, which the check reports until it is replaced."""

from __future__ import annotations

import os
import re
from pathlib import Path
from string import ascii_uppercase

import pytest

from briefings.checks.texts import EXAMPLE
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import keys_at
from briefings.edit import values
from briefings.edit.values import BLOCKS, examples
from tests.support.editing import Desk, desk_with
from tests.test_docs import FILES, FIRST, PARTS, keys_of

PATH = "briefings/2025/northmoor-2025.md"
FAULT = "the example below this remark is not true yet"


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """The site of the guide."""
    files = {path.removeprefix("content/"): text for path, text in FILES.items()}
    return desk_with(tmp_path, monkeypatch, capsys, {}, files)


def block_of(part: str, block: str) -> str:
    """The lines of one block in a part of the guide."""
    match = re.search(rf"^{block}:.*\n(?:[ -].*\n)*", part, re.MULTILINE)
    assert match is not None
    return match[0]


def test_the_examples_are_those_of_the_guide() -> None:
    """After a change of docs/editors.md: `WRITE_EXPECTED=1 pytest tests/edit/test_add.py`."""
    head = "# Made of docs/editors.md by tests/edit/test_add.py.\n"
    first = {key: block_of(part, key) for part in reversed(PARTS) for key in keys_of(part)}
    text = head + "".join(first[block] for block in BLOCKS)
    file = Path(values.__file__).with_name("examples.yaml")
    if os.environ.get("WRITE_EXPECTED"):
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text
    assert examples().keys() == set(BLOCKS)


def test_every_list_and_group_of_a_briefing_has_an_example() -> None:
    other = {"withdrawn", "inspection", "also_about", "topics", "aliases", "vacated"}
    shapes = SCHEMAS["briefing"]
    blocks = {key for key in keys_at(shapes, ()) if key not in other}
    assert set(BLOCKS) <= blocks


def test_each_example_is_reported_until_its_remark_is_gone(desk: Desk) -> None:
    before = desk.read(PATH)
    for block in BLOCKS:
        assert f"an example of `{block}` is written" in desk.does("add", block, "northmoor-2025")
    added = desk.read(PATH)
    assert desk.faults().count(FAULT) == added.count(EXAMPLE) == len(BLOCKS)
    desk.write(PATH, re.sub(rf" *{re.escape(EXAMPLE)}\n", "", added))
    assert desk.faults() == ""
    assert [line for line in before.splitlines() if line not in added.splitlines()] == []


def test_an_example_stands_at_its_place_and_a_second_one_below_the_first(desk: Desk) -> None:
    desk.does("add", "reply", "northmoor-2025")
    desk.does("add", "figures", "northmoor-2025")
    desk.does("add", "figures", "northmoor-2025")
    text = desk.read(PATH)
    assert text.index("\nsources:") < text.index("\nfigures:") < text.index("\nreply:")
    assert text.count("- name: Shifts without a nurse") == 2
    assert text.count(f"\n  {EXAMPLE}\n  - name:") == 1


def test_an_example_cites_a_source_that_the_briefing_has(desk: Desk) -> None:
    desk.write(PATH, desk.read(PATH).replace("  A:\n", "  Csb:\n").replace("@A]", "@Csb]"))
    desk.does("add", "ratings", "northmoor-2025")
    assert "sources: [Csb]" in desk.read(PATH)
    assert "sources: [A]" not in desk.read(PATH)


def test_a_further_source_gets_a_free_key(desk: Desk) -> None:
    desk.does("add", "sources", "northmoor-2025")
    assert re.findall(r"^  (\w+):$", desk.read(PATH), re.MULTILINE) == ["A", "B"]
    source = "  {}: {{publisher: P, type: data, url: unknown, published: 2025}}\n"
    many = (source.format(f"{letter}{n}") for n in ("", 2) for letter in ascii_uppercase)
    desk.write(PATH, FILES[FIRST].partition("sources:\n")[0] + f"sources:\n{''.join(many)}---\n")
    desk.does("add", "sources", "northmoor-2025")
    assert "\n  A3:\n" in desk.read(PATH)


@pytest.mark.parametrize(
    ("block", "id", "expected"),
    [
        ("reply", "northmoor-2024", "no briefing has the id `northmoor-2024`"),
        ("rating", "northmoor-2025", "'rating' is not one of"),
        ("reply", "northmoor-2025", "this briefing has `reply` already"),
        ("people", "broken", "this text has an opening quote and no closing one"),
    ],
)
def test_what_can_not_be_added_is_refused(desk: Desk, block: str, id: str, expected: str) -> None:
    desk.does("add", "reply", "northmoor-2025")
    desk.write("briefings/2025/broken.md", FILES[FIRST].replace("title: ", "title: '"))
    assert expected in desk.refuses("add", block, id)
