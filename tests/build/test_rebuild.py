"""An incremental build publishes the bytes of a build from nothing."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import struct
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from briefings import publish
from briefings.build.rendering import File, Rendering
from briefings.outputs.files import Key
from tests.support.on_disk import Desk, write_site
from tests.support.rebuilding import EDITS, SOURCES, Project, Rebuilding, same, tree


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    made = Project()
    assert made.again() == 0
    yield made
    made.remove()


@pytest.fixture(scope="module")
def at_first(project: Project) -> dict[str, bytes]:
    """The site as it is before any change."""
    assert project.clean() == 0
    return tree(project.root / "clean")


@pytest.mark.parametrize("count", [1, pytest.param(2, marks=pytest.mark.long)])
def test_after_any_changes_a_rebuild_equals_a_build_from_nothing(count: int) -> None:
    few = settings(
        max_examples=count, stateful_step_count=3 * count, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Rebuilding, settings=few)


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", sorted(EDITS))
def test_after_one_change_a_rebuild_equals_a_build_from_nothing(
    project: Project, at_first: dict[str, bytes], name: str
) -> None:
    machine = Rebuilding.__new__(Rebuilding)
    machine.project = project
    before = {source: tree(project.root / source) for source in SOURCES}
    EDITS[name](project, Random(name))
    machine.compare()
    machine.undo(before)
    assert project.again() == 0
    same(tree(project.output), at_first)


def test_another_name_of_a_trust_reaches_the_ratings_that_were_inherited_from_it() -> None:
    project = Project()
    assert project.again() == 0
    trust = project.root / "content/trusts/brackwater.md"
    renamed = re.sub(
        "^name: .*$", "name: Brackwater Infirmary", trust.read_text("utf-8"), flags=re.M
    )
    trust.write_text(renamed.replace("short_name:", "# short_name:"), encoding="utf-8")
    assert project.again() == 0
    page = project.output / "briefings/aldermere-2021/index.html"
    assert "Given to Brackwater Infirmary" in page.read_text("utf-8")
    assert project.clean() == 0
    same(tree(project.output), tree(project.root / "clean"))
    project.remove()


def test_a_rating_that_is_taken_away_reaches_the_cards_of_those_that_it_replaced() -> None:
    project = Project()
    assert project.again() == 0
    lists = [project.output / folder / "index.html" for folder in ("briefings", "trusts/aldermere")]
    remark = "replaced since the report of 14 January 2026"
    before = [page.read_text("utf-8").count(remark) for page in lists]
    later = project.root / "content/briefings/2025/aldermere-2025.md"
    row = "^  - .*key_question: well-run, value: wanting.*\n"
    text = re.sub(row, "", later.read_text("utf-8"), flags=re.M)
    later.write_text(text, encoding="utf-8")
    assert project.again() == 0
    after = [page.read_text("utf-8").count(remark) for page in lists]
    assert all(now < then for now, then in zip(after, before, strict=True)), (before, after)
    assert project.clean() == 0
    same(tree(project.output), tree(project.root / "clean"))
    project.remove()


def test_an_edit_renders_what_shows_it_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a site with a theme; and after a new checkout, in which every file has a new time."""
    project = Project()
    rendered = counted(monkeypatch)
    assert project.again() == 0
    edited = project.root / "content/briefings/2025/aldermere-2025.md"
    database = project.output / "data/briefings.sqlite"
    written = database.stat().st_mtime_ns
    for number in range(2):
        edited.write_text(f"{edited.read_text('utf-8')}\nMore words, {number}.\n", "utf-8")
        assert project.again() == 0
        assert 0 < rendered[-1] < rendered[0] / 4
        assert database.stat().st_mtime_ns == written  # no row of it has changed
        EDITS["touched"](project, Random(1))
        assert project.again() == 0
    project.remove()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each build renders."""
    counts: list[int] = []
    results = Rendering.results

    def counting(self: Rendering, keys: Sequence[Key], *rest: Any) -> Iterator[File]:
        counts.append(len(keys))
        return results(self, keys, *rest)

    monkeypatch.setattr(Rendering, "results", counting)
    return counts


def test_a_page_takes_the_address_of_another_and_gives_it_back(project: Project) -> None:
    """The notice of a withdrawal that of its briefing, and one redirect that of another."""
    machine = machine_of(project)
    before = {"content": tree(project.root / "content")}
    assert project.again() == 0
    withdrawn = "status: withdrawn\nwithdrawn: {date: 2026-11-28, reason: It was wrong.}\ntitle:"
    steps = (
        ("briefings/2019/brackwater-2019.md", "title:", withdrawn),
        ("trusts/aldermere.md", "/trusts/abpt/, /old/aldermere.html", "/trusts/abpt/"),
        ("pages/about.md", "/about.html]", "/about.html, /old/aldermere.html]"),
    )
    for path, old, new in steps:
        file = project.root / "content" / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
    assert machine.compare()
    machine.undo(before)
    assert machine.compare()


#: Just before and just after the embargo of the test site lifts.
EMBARGO = ("2026-07-31T23:00:59+00:00", "2026-07-31T23:01:00+00:00")


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", ["trust", "title", "words", "layout", "site", "touched"])
def test_an_embargo_that_lifts_during_a_build_is_published_whole_by_the_next_one(
    at_first: dict[str, bytes], name: str
) -> None:
    project = Project()
    project.now = EMBARGO[0]
    assert project.again() == 0
    EDITS[name](project, Random(name))
    assert project.while_time_passes(*EMBARGO) == 0
    assert project.clean() == 0
    same(tree(project.output), tree(project.root / "clean"))
    assert project.while_time_passes(EMBARGO[1]) == 0
    project.now = EMBARGO[1]
    assert project.clean() == 0
    same(tree(project.output), tree(project.root / "clean"))
    project.remove()


def test_new_rules_of_the_time_zone_are_followed_by_the_next_build(tmp_path: Path) -> None:
    """A government moves the clocks, and an embargo ends an hour earlier."""
    project = Project()
    zones = tmp_path / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "London").write_bytes(_fixed_zone(hours=0))
    briefing = project.root / "content/briefings/2026/aldermere-embargoed.md"
    text = briefing.read_text("utf-8").replace("2026-08-01T00:01:00+01:00", "2026-08-02")
    briefing.write_text(text, encoding="utf-8")
    project.now = "2026-08-01T23:30:00+00:00"
    before = zoneinfo.TZPATH
    try:
        zoneinfo.reset_tzpath([tmp_path / "zoneinfo", *before])
        for hours in (0, 1):
            (zones / "London").write_bytes(_fixed_zone(hours))
            zoneinfo.ZoneInfo.clear_cache()
            assert project.again() == 0
            assert project.clean() == 0
            same(tree(project.output), tree(project.root / "clean"))
    finally:
        zoneinfo.reset_tzpath(before)
        zoneinfo.ZoneInfo.clear_cache()
        project.remove()


def _fixed_zone(hours: int) -> bytes:
    """A file of zone rules (RFC 8536) in which the time is always so many hours from UTC."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    body = struct.pack(">lbb", hours * 3600, 0, 0) + b"ABC\0"
    block = b"TZif2" + bytes(15) + counts + body
    return block + block + f"\nABC{-hours}\n".encode()


@pytest.mark.sample(1)
@pytest.mark.parametrize("part", ["node", "facts", "state"])
@pytest.mark.parametrize("damage", ["rows lost", "bytes changed"])
def test_a_damaged_store_never_leaves_old_words(
    project: Project, at_first: dict[str, bytes], part: str, damage: str
) -> None:
    assert project.again() == 0
    for file in project.cache.glob("site-*.sqlite"):
        with closing(sqlite3.connect(file)) as database, database:
            for change in DAMAGE[damage, part]:
                database.execute(change)
    edited = project.files("content/briefings/*/*.md")[0]
    before = edited.read_bytes()
    edited.write_bytes(before + b"\nOther words.\n")
    assert (project.clean(), project.again()) == (0, 0)
    same(tree(project.output), tree(project.root / "clean"))
    edited.write_bytes(before)
    assert project.again() == 0
    same(tree(project.output), at_first)


#: What SQL does to a part of the store.
DAMAGE = {
    ("rows lost", "node"): ["DELETE FROM node WHERE number % 2 = 0"],
    ("rows lost", "facts"): ["DELETE FROM state WHERE name = 'facts'"],
    ("rows lost", "state"): ["DELETE FROM state WHERE name = 'build'"],
    ("bytes changed", "node"): [
        "UPDATE node SET reads = zeroblob(length(reads)) WHERE number % 2 = 0"
    ],
    ("bytes changed", "facts"): [
        "UPDATE state SET value = zeroblob(length(value)) WHERE name = 'facts'"
    ],
    ("bytes changed", "state"): [
        "UPDATE state SET value = zeroblob(length(value)) WHERE name = 'build'"
    ],
}


def machine_of(project: Project) -> Rebuilding:
    machine = Rebuilding.__new__(Rebuilding)
    machine.project = project
    return machine


def test_what_a_stopped_build_added_in_place_is_removed_though_nothing_else_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C when all new files are there; then the edit that made them is taken back."""
    project = Project()
    project.options = ("--in-place",)
    assert project.again() == 0
    before = tree(project.output)
    page = project.root / "content/pages/colophon.md"
    page.write_text("---\ntitle: Colophon\n---\nWords.\n", encoding="utf-8")
    replace_file = publish._replace_file

    def stopped(path: str, *rest: Any) -> os.stat_result:
        if path in before:
            raise KeyboardInterrupt
        return replace_file(path, *rest)

    monkeypatch.setattr(publish, "_replace_file", stopped)
    assert project.again() == 130
    assert tree(project.output).keys() > before.keys()
    monkeypatch.undo()
    page.unlink()
    assert project.again() == 0
    same(tree(project.output), before)
    assert not (project.output / "colophon").exists()
    project.remove()


def test_a_read_only_cache_does_not_stop_a_build(
    project: Project, at_first: dict[str, bytes]
) -> None:
    nowhere = project.root / "a-file"
    nowhere.write_text("no folder can be made in a file")
    words = project.arguments("kept-nowhere", "--cache", str(nowhere / "cache"))
    assert [project._run(words), project._run(words)] == [0, 0]
    same(tree(project.root / "kept-nowhere"), at_first)
    assert nowhere.read_text() == "no folder can be made in a file"


@pytest.mark.parametrize("edit", ["words", "broken content"])
def test_no_file_of_the_cache_is_open_after_a_build(project: Project, edit: str) -> None:
    """An open one could not be damaged or removed without harm to this process."""
    before = {"content": tree(project.root / "content")}
    EDITS[edit](project, Random(edit))
    project.again()
    project.again()  # with nothing to do
    assert project.check("--cache", str(project.cache)) in {0, 1}
    assert not [file for file in project.files("cache/*") if file.name.endswith(("-shm", "-wal"))]
    machine_of(project).undo(before)
    assert project.again() == 0


def test_stored_states_of_builds_with_other_options_are_limited_in_number(project: Project) -> None:
    try:
        for number in range(4):  # and those before, without
            project.options = ("--base-url", f"https://example.net/{number}/")
            assert project.again() == 0
        assert len(list(project.cache.glob("site-*.sqlite"))) == 4
    finally:
        project.options = ()
    assert project.again() == 0


def test_compiled_code_beside_templates_does_not_count(
    project: Project, at_first: dict[str, bytes]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.files("output/**/*")}
    folder = project.root / "templates/__pycache__"
    folder.mkdir()
    try:
        (folder / "filters.pyc").write_bytes(b"compiled")
        assert project.again() == 0
        assert before == {path: path.stat().st_mtime_ns for path in project.files("output/**/*")}
    finally:
        shutil.rmtree(folder)
    assert project.again() == 0
    same(tree(project.output), at_first)


def test_rows_are_not_taken_from_a_table_that_only_looks_untouched(
    project: Project, at_first: dict[str, bytes]
) -> None:
    assert project.again() == 0
    table = project.output / "data/figures.csv"
    status, data = table.stat(), table.read_bytes()
    table.write_bytes(data[:-40] + data[-40:].swapcase())
    os.utime(table, ns=(status.st_atime_ns, status.st_mtime_ns))
    machine = machine_of(project)
    before = {"content": tree(project.root / "content")}
    EDITS["number"](project, Random(1))  # its own table is made again: of it, one row
    assert machine.compare()
    machine.undo(before)
    assert project.again() == 0
    same(tree(project.output), at_first)


#: Edits of layouts, each followed by a build, that end in an earlier state of the layouts.
SEQUENCES = {
    "a new layout, then all pages lost": ["layout", "output lost"],
    "a new layout, then one page lost": ["layout", "output removed"],
    "new words in a new layout, then all lost": ["layout", "words", "output lost"],
    "another piece of the layout, twice": ["around", "output lost", "around", "output edited"],
    "back to an old layout": ["layout", "undo", "output lost"],
    "a layout begins to offer a block": ["own block", "block offered"],
    "a layout begins to ask what pages set": ["page sets", "asks what pages set"],
}


#: Edits used in sequences only: file, text to find, text to insert before or after it.
STEPS = {
    "own block": ("pages/trust.html", r"\Z", "{% block extra %}Of the page{% endblock %}"),
    "block offered": ("layouts/base.html", "(?=</body>)", "{% block extra %}Mine{% endblock %}"),
    "page sets": ("pages/trust.html", r"(?<=%}\n)", "{% set here = view.front.name %}"),
    "asks what pages set": (
        "layouts/base.html", "(?=</body>)", "{% if meta.kind == 'trust' %}{{ here }}{% endif %}",
    ),
}  # fmt: skip


def stepped(project: Project, step: str) -> None:
    """Make one of the changes that only sequences make."""
    name, place, new = STEPS[step]
    file = project.root / "templates" / name
    file.write_text(re.sub(place, new, file.read_text("utf-8"), count=1), "utf-8")


@pytest.mark.sample(1)
@pytest.mark.parametrize("steps", SEQUENCES.values(), ids=SEQUENCES)
def test_an_undone_edit_brings_back_no_page_in_an_old_layout(
    project: Project, at_first: dict[str, bytes], steps: list[str]
) -> None:
    machine = machine_of(project)
    before = {source: tree(project.root / source) for source in SOURCES}
    for step in steps:
        if step == "undo":
            machine.undo(before)
        elif step in EDITS:
            EDITS[step](project, Random(step))
        else:
            stepped(project, step)
        assert machine.compare(), step
    machine.undo(before)
    assert project.again() == 0
    same(tree(project.output), at_first)


def test_recorded_facts_are_judged_alike_by_a_build_that_goes_on_and_one_from_nothing() -> None:
    """Whether the briefing, its changes or the recorded facts are what changed."""
    project = Project()
    machine = machine_of(project)
    briefing = project.root / "content/briefings/2025/aldermere-2025.md"
    facts = project.root / "content/facts.csv"
    EDITS["facts recorded"](project, Random(1))
    assert machine.compare()
    text, recorded = briefing.read_text("utf-8"), facts.read_text("utf-8")
    other = text.replace("  notice: unannounced\n", "  notice: mixed\n")
    assert other != text
    briefing.write_text(other, "utf-8")
    assert not machine.compare()
    line = "  - {date: 2026-12-01, kind: KIND, text: It was another notice.}\n"
    for kind, is_told in (("minor", False), ("correction", True)):
        change = rf"\1{line.replace('KIND', kind)}"
        changed = re.sub(r"(?<=\nchanges:\n)((?:  .*\n)*)", change, other)
        briefing.write_text(changed, "utf-8")
        assert machine.compare() == is_told
    briefing.write_text(text, "utf-8")
    assert machine.compare()
    facts.write_text(re.sub(r"(aldermere-2025,\d+,).{4}", r"\1abcd", recorded), "utf-8")
    assert not machine.compare()
    facts.unlink()
    assert machine.compare()
    project.remove()


def test_an_edit_of_a_site_without_a_theme_is_that_of_a_build_from_nothing(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": "", "two": ""})
    desk = Desk(tmp_path)
    desk.build()
    file = tmp_path / "content/briefings/2026/two.md"
    file.write_text(file.read_text("utf-8").replace("title: On two", "title: A title"), "utf-8")
    desk.build()
    assert "A title" in (tmp_path / "output/briefings/two/index.html").read_text("utf-8")
    desk.build("--no-cache", "--output", "clean")
    same(tree(tmp_path / "output"), tree(tmp_path / "clean"))
