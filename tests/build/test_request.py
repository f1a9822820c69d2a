"""The options of a build, and whether there is anything to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from briefings.build.request import (
    EXAMPLES,
    TEMPLATES,
    BuildResult,
    Options,
    PreviousBuild,
    from_last_build,
    last_build,
    refreshed,
    shipped,
)
from briefings.build.store import BuildState, Damaged, Store
from briefings.publish import Report, Unchanged

ROOT = Path(__file__).parents[2]
DAY = datetime(2026, 11, 1, tzinfo=UTC)
MARK = (1, 2, 3, 4)
STATE = BuildState(
    inputs={"content/a": (MARK, b"a", True)}, environment=b"l", marks={"a.html": ("00", 1, 2, 3)},
    sorts=(1, 0, 0), start=None, end=None, zone="Europe/London", now=DAY, snapshot=b"s", nodes=0,
)  # fmt: skip


@pytest.fixture
def options(tmp_path: Path) -> Options:
    folders = [tmp_path / name for name in ("content", "templates", "static")]
    for folder in folders:
        folder.mkdir()
    content, templates, static = folders
    return Options(content, (templates,), (static,), now=lambda _: DAY)


def test_each_set_of_folders_and_options_has_a_store_of_its_own(options: Options) -> None:
    other = Path("other")
    others = [
        replace(options, content=other),
        replace(options, templates=(other, *options.templates)),
        replace(options, static=(other, *options.static)),
        replace(options, output=other),
        replace(options, base_url="https://example.net/"),
        replace(options, drafts=True),
        replace(options, search=False),
    ]
    assert len({choice.key for choice in (options, *others)}) == 8
    same = [replace(options, jobs=4), replace(options, cache=other), replace(options)]
    assert {options.key for options in same} == {options.key}


def test_the_trees_of_a_site_are_named_with_ours_last_among_those_of_a_theme(
    options: Options, tmp_path: Path
) -> None:
    names = ["content", "templates", "static", "sources", "code"]
    assert [tree.name for tree in options.trees] == names
    assert options.trees[3].root == tmp_path / "sources"
    themed = options.with_theme(tmp_path / "theme")
    roots = {tree.name: tree.root for tree in themed.trees}
    assert roots["templates"] == tmp_path / "templates"
    assert roots["templates1"] == tmp_path / "theme/templates"
    assert roots["static1"] == tmp_path / "theme/static"
    assert themed.own == (options.content, options.templates[0], options.static[0])
    assert themed.themed


def test_a_theme_is_laid_over_once(options: Options, tmp_path: Path) -> None:
    (tmp_path / "theme/static").mkdir(parents=True)
    themed = options.in_theme("theme")
    assert len(themed.templates) == 2
    assert themed.in_theme("theme") is themed
    for name in (None, "nowhere"):
        plain = options.in_theme(name)
        assert plain.templates == options.templates
        assert plain.themed
    assert options.theme_fault("theme") is None
    assert options.theme_fault("nowhere") is not None
    assert themed.theme_fault("nowhere") is None


def test_a_project_is_named_as_it_is_seen_from_the_current_folder(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert options.project == tmp_path
    monkeypatch.chdir(tmp_path)
    assert options.project == Path()
    monkeypatch.chdir(tmp_path.parent)
    assert options.project == Path(tmp_path.name)


def test_a_preview_reads_the_clock_again_unless_a_moment_was_chosen(options: Options) -> None:
    assert options.at_this_moment() is options
    before = datetime.now(UTC)
    now = replace(options, follows_clock=True).at_this_moment().now(ZoneInfo("Europe/London"))
    assert before <= now <= datetime.now(UTC)


def test_templates_and_examples_come_with_the_program() -> None:
    assert shipped(TEMPLATES) == ROOT / "templates"
    assert shipped(EXAMPLES) == ROOT / "tests/sites"


def test_pages_feeds_and_tables_are_counted_by_their_names() -> None:
    paths = [
        "index.html", "a/index.html", "feed.xml", "trusts/a/feed.json", "feeds.opml", "a.ics",
        "data/a.csv", "media/b.csv", "data/c.json", "sitemap.xml", "static/d.css",
    ]  # fmt: skip
    report = Report(3, 2, 1, 6, (), one_by_one=True)
    result = BuildResult.of(iter(paths), report)
    assert result == BuildResult(2, 4, 1, 3, 2, one_by_one=True)
    assert result.sorts == (2, 4, 1)


@pytest.fixture
def previous(tmp_path: Path) -> PreviousBuild:
    store = Store(tmp_path / "cache", b"key")
    store.save(STATE, {}, [], None)
    return PreviousBuild(
        store=store, state=STATE, inputs=STATE.inputs, same_environment=True, changed=frozenset(),
        lost=frozenset(), in_time=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "same_code"),
    [
        ({"changed": frozenset({"content/a"})}, True),
        ({"lost": frozenset({"a.html"})}, True),
        ({"in_time": False}, True),
        ({"same_environment": False}, False),
        ({"changed": frozenset({"code/a.py"})}, False),
    ],
    ids=str,
)
def test_there_is_something_to_do_if_anything_differs(
    previous: PreviousBuild, change: dict[str, object], same_code: bool
) -> None:
    assert previous.nothing_to_do
    changed = replace(previous, **change)  # type: ignore[arg-type]
    assert not changed.nothing_to_do
    assert changed.same_code is same_code


def test_an_output_is_kept_if_it_is_as_it_was_published(previous: PreviousBuild) -> None:
    assert previous.unchanged("a.html") == Unchanged("a.html", "00", 1, 2, 3)
    assert previous.unchanged("b.html") is None
    assert replace(previous, lost=frozenset({"a.html"})).unchanged("a.html") is None


def test_new_marks_are_stored_once_many_are_new(previous: PreviousBuild) -> None:
    store, many = previous.store, {f"content/{n}": (MARK, b"a", True) for n in range(99)}
    state = replace(STATE, inputs=many)
    for moved, stored in ((1, False), (2, True)):
        inputs = {
            name: ((*MARK[:3], 9), b"a", True) if n < moved else value
            for n, (name, value) in enumerate(many.items())
        }
        with_one_new = replace(previous, state=state, inputs=inputs)
        refreshed(with_one_new, _Folder())  # type: ignore[arg-type]
        read_back = Store(store.path.parent, b"key").state()
        assert read_back is not None
        assert (read_back.inputs == inputs) is stored
    refreshed(replace(previous, state=state, inputs=many), _Folder(2))  # type: ignore[arg-type]
    read_back = Store(store.path.parent, b"key").state()
    assert read_back is not None
    assert read_back.inputs == many


class _Folder:
    """An output folder of which so many files have new marks."""

    def __init__(self, count: int = 0) -> None:
        self.marks = dict.fromkeys(map(str, range(count)))


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (None, None, True),
        (DAY, None, True),
        (datetime(2026, 11, 1, 0, 1, tzinfo=UTC), None, False),
        (None, DAY, False),
        (None, datetime(2026, 11, 1, 0, 1, tzinfo=UTC), True),
        (DAY, datetime(2026, 11, 2, tzinfo=UTC), True),
    ],
)
def test_a_site_is_the_same_until_its_next_moment(
    options: Options, tmp_path: Path, start: datetime | None, end: datetime | None, holds: bool
) -> None:
    cached = replace(options, cache=tmp_path / "cache")
    assert last_build(cached) is None
    assert last_build(options) is None
    state = replace(STATE, start=start, end=end)
    Store(tmp_path / "cache", cached.key).save(state, {}, [], None)
    previous = last_build(cached)
    assert previous is not None
    assert previous.in_time is holds
    assert not previous.same_environment
    assert "content/a" in previous.changed
    assert previous.lost == frozenset()


def test_a_damaged_state_is_left_aside(options: Options, tmp_path: Path) -> None:
    cached = replace(options, cache=tmp_path / "cache")
    Store(tmp_path / "cache", cached.key).save(STATE, {}, [], None)
    tried: list[bool] = []

    def work(options: Options, previous: PreviousBuild | None) -> str:
        tried.append(previous is not None)
        if previous is not None:
            raise Damaged
        return "done"

    assert from_last_build(work, cached) == "done"
    assert tried == [True, False]
