"""After an edit, exactly what it changed is known to have changed, and no more is read again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from briefings.build.changes import InputState, Snapshot, differing, moments_between, window
from briefings.build.inputs import changed, scan_inputs
from briefings.build.pipeline import opened, read_state
from briefings.build.rendering import File, Key, Rendering
from briefings.build.request import Options
from briefings.engine import Engine
from briefings.problems import ContentError
from briefings.store.cache import Cache
from briefings.store.compact import FIELDS
from tests.support.factory import CONFIG, LONDON, NOW, TRUST
from tests.support.on_disk import ROOT, Desk, briefing, in_front, write_site

ONE = "briefings/2026/one.md"
ROW = 'briefing,one,/briefings/one/,"tag:example.net,2020:briefing/{}",2026-01-15T00:00:00+00:00,\n'
HEAD = "kind,id,url,guid,first_published,leads_to\n"
FACTS = "id,changes,facts\n"


@dataclass
class Project:
    """A site on disk, read again and again."""

    root: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def options(self, now: datetime = NOW) -> Options:
        folders = [self.root / name for name in ("content", "templates", "static")]
        content, templates, static = folders
        cache = self.root / "cache"
        return Options(content, (templates,), (static,), now=lambda _: now, cache=cache)

    def read(
        self, before: InputState | None = None, now: datetime = NOW, cache: Cache | None = None
    ) -> InputState:
        options = self.options(now)
        inputs = scan_inputs(options.trees, {} if before is None else before.inputs)
        names = set() if before is None else changed(before.inputs, inputs)
        return read_state(options, cache or options.reading, inputs, before, names)

    def facts(self, before: InputState, now: datetime = NOW) -> dict[str, int]:
        """Kind and id of what differs now → how many facts of it."""
        after, engine = self.read(before, now), Engine()
        names = changed(before.inputs, after.inputs)
        numbers = differing(before, after, names, engine)
        named = {number: " ".join(name) for name, number in engine.facts.items()}
        facts: dict[str, int] = {}
        for number in numbers:
            name = named[number - number % FIELDS]
            facts[name] = facts.get(name, 0) + 1
        return facts


@pytest.fixture
def project(tmp_path: Path) -> Project:
    files = {"media/a.csv": "a\n", "pages/terms.md": in_front("title: Terms", "Words.\n")}
    write_site(tmp_path, {"one": "", "two": ""}, files=files)
    made = Project(tmp_path)
    made.write("templates/page.html", "A page")
    made.write("static/style.css", "p {}")
    made.write("sources/a.txt", "A source")
    return made


def text(path: str) -> set[str]:
    """What depends on the bytes of a content file."""
    return {f"text {path}", f"media file {path.removeprefix('media/')}"}


#: What is written where, and what is then known to differ.
EDITS: Mapping[str, tuple[str, str, set[str]]] = {
    "nothing": (f"content/{ONE}", briefing("one"), set()),
    "words": (f"content/{ONE}", briefing("one", body="Other words [@A].\n"), {"briefing one"}),
    "a title": (f"content/{ONE}", briefing("one", "title: Another"), {"briefing one"}),
    "a new briefing": (
        "content/briefings/2026/new.md", briefing("new"),
        {"briefing new", "files briefing", "names briefing ids", "names texts"},
    ),
    "a trust among the briefings": (
        f"content/{ONE}", in_front(TRUST), {"briefing one", "files briefing"},
    ),
    "a page": (
        "content/pages/new.md", in_front("title: New", "Words.\n"),
        {"page new", "files page", "names page ids", "names texts"},
    ),
    "a media file": ("content/media/a.csv", "b\n", set()),
    "a new media file": ("content/media/b.csv", "b\n", {"names media", "names texts"}),
    "the title of the site": (
        "content/site.yaml", CONFIG.lstrip().replace("Briefings", "Other"), {"site site"},
    ),
    "the register": (
        "content/register.csv", HEAD + ROW.format("one"),
        {"register lines", "register authority", "register briefing/one", "names texts"},
    ),
    "recorded facts": (
        "content/facts.csv", f"{FACTS}one,0,{'0' * 32}\n", {"register facts/one", "names texts"},
    ),
    "a template": ("templates/page.html", "Another", {"template page.html"}),
    "a new template": (
        "templates/parts/new.html", "New", {"template parts/new.html", "names templates"},
    ),
    "a static file": ("static/style.css", "a {}", {"static style.css"}),
    "a new static file": ("static/new.css", "a {}", {"static new.css"}),
    "a saved source": ("sources/a.txt", "Another", {"source a.txt", "names sources"}),
    "a new saved source": ("sources/b.txt", "New", {"source b.txt", "names sources"}),
}  # fmt: skip


@pytest.mark.parametrize(("path", "new", "expected"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_what_it_is_about_and_nothing_else(
    project: Project, path: str, new: str, expected: set[str]
) -> None:
    before = project.read()
    old = (project.root / path).read_text("utf-8") if (project.root / path).exists() else None
    project.write(path, new)
    in_content = text(path.removeprefix("content/")) if path.startswith("content/") else set()
    if new != old:
        expected = expected | in_content
    assert project.facts(before).keys() == expected
    if old is None:
        # Taken away again, it is the same that differs.
        with_it = project.read()
        (project.root / path).unlink()
        assert project.facts(with_it).keys() == expected


def test_of_a_file_that_changed_only_the_fields_that_did_differ(project: Project) -> None:
    before = project.read()
    project.write(f"content/{ONE}", briefing("one", "title: Another"))
    assert project.facts(before)["briefing one"] == 1
    project.write(f"content/{ONE}", briefing("one", "title: Another\nsummary: More."))
    assert project.facts(before)["briefing one"] == 2
    (project.root / "content" / ONE).unlink()
    assert project.facts(before)["briefing one"] == FIELDS


def test_a_guid_in_the_register_changes_for_its_own_briefing_alone(project: Project) -> None:
    other = ROW.replace("one", "two").format("two")
    project.write("content/register.csv", HEAD + ROW.format("one") + other)
    before = project.read()
    project.write("content/register.csv", HEAD + ROW.format("old") + other)
    register = {name for name in project.facts(before) if name.startswith("register ")}
    assert register == {"register lines", "register briefing/one"}


def test_recorded_facts_change_for_their_own_briefing_alone(project: Project) -> None:
    rows = [f"one,0,{'0' * 32}\n", f"two,0,{'0' * 32}\n"]
    project.write("content/facts.csv", FACTS + "".join(rows))
    before = project.read()
    project.write("content/facts.csv", FACTS + rows[0] + f"two,1,{'0' * 32}\n")
    register = {name for name in project.facts(before) if name.startswith("register ")}
    assert register == {"register facts/two"}


DAYS = [datetime(2026, month, 1, tzinfo=LONDON) for month in (1, 2, 3)]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (DAYS[0], DAYS[0], []),
        (DAYS[0], DAYS[1], [1]),
        (DAYS[0], DAYS[2], [1, 2]),
        (DAYS[2], DAYS[0], [1, 2]),
        (DAYS[1], DAYS[2], [2]),
    ],
)
def test_moments_that_passed_in_between_differ_in_either_direction(
    before: datetime, now: datetime, expected: list[int]
) -> None:
    engine = Engine()
    engine.fact("briefing", DAYS[1].isoformat())
    numbers = [engine.fact("moment", day.isoformat()) for day in DAYS]
    assert moments_between(engine, before, now) == {numbers[n] for n in expected}


def test_the_site_is_the_same_from_the_last_moment_to_the_next_one() -> None:
    engine = Engine()
    assert window(engine, NOW) == (None, None)
    engine.fact("briefing", "one")
    for day in DAYS:
        engine.fact("moment", day.isoformat())
    assert window(engine, DAYS[1]) == (DAYS[1], DAYS[2])
    assert window(engine, datetime(2025, 1, 1, tzinfo=LONDON)) == (None, DAYS[0])
    assert window(engine, NOW) == (DAYS[2], None)


def test_a_moment_that_passed_since_is_among_what_differs(project: Project) -> None:
    before = project.read(now=DAYS[0])
    engine = Engine()
    number = engine.fact("moment", DAYS[1].isoformat())
    after = project.read(before, DAYS[2])
    assert differing(before, after, (), engine) == {number}


def test_files_asked_for_are_rendered_unless_they_would_publish_a_forbidden_name(
    project: Project,
) -> None:
    options = replace(project.options(), templates=(ROOT / "templates",), static=())
    with opened(options, None) as world:
        files = dict(world.rendered([("robots",), ("no-jekyll",)]))
        assert files.keys() == {"robots.txt", ".nojekyll"}
        assert b"https://example.org/sitemap.xml" in files["robots.txt"]
    project.write("content/site.yaml", f"{CONFIG.lstrip()}policy: {{never_publish: [Sitemap]}}\n")
    with opened(options, None) as world, pytest.raises(ContentError, match=r"robots\.txt"):
        list(world.rendered([("robots",)]))


# What is read again


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the content files that are read."""
    paths: list[str] = []
    module = "briefings.build.changes"
    original: Callable[..., list[object]] = __import__(module, fromlist=["_"]).read_chunk

    def noting(root: Path, prefix: str, cache: Cache, files: Sequence[object]) -> list[object]:
        paths.extend(getattr(file, "path") for file in files)  # noqa: B009
        return original(root, prefix, cache, files)

    monkeypatch.setattr(f"{module}.read_chunk", noting)
    return paths


def test_only_files_that_changed_are_read_again(project: Project, reads: list[str]) -> None:
    before = project.read()
    assert len(reads) == 6
    reads.clear()
    project.write(f"content/{ONE}", briefing("one", "title: Another"))
    after = project.read(before)
    assert reads == [ONE]
    assert after.snapshot.listing is before.snapshot.listing
    record = after.snapshot.record("briefing", "one")
    assert record is not None
    assert record.front.title == "Another"
    reads.clear()
    project.write("content/briefings/2026/new.md", briefing("new"))
    latest = project.read(after)
    assert reads == ["briefings/2026/new.md"]
    assert list(latest.snapshot.ids("briefing")) == ["new", "one", "two"]
    (project.root / "content" / ONE).unlink()
    assert list(project.read(latest).snapshot.ids("briefing")) == ["new", "two"]


def test_another_path_of_the_site_reads_everything_again(
    project: Project, reads: list[str]
) -> None:
    before = project.read()
    reads.clear()
    project.write("content/site.yaml", CONFIG.replace("example.org/", "example.org/site/").lstrip())
    assert project.read(before).snapshot.prefix == "/site"
    assert len(reads) == 6


def test_a_fault_of_a_file_stays_until_the_file_is_mended(project: Project) -> None:
    def problems(snapshot: Snapshot) -> list[str]:
        return [Path(problem.path).stem for problem in snapshot.all_problems()]

    project.write(f"content/{ONE}", briefing("one", "titel: Misspelt"))
    first = project.read()
    assert set(problems(first.snapshot)) == {"one"}
    project.write("content/briefings/2026/two.md", briefing("two", "title: Another"))
    second = project.read(first)
    assert problems(second.snapshot) == problems(first.snapshot)
    project.write("content/nothing.txt", "Foreign")
    third = project.read(second)
    assert problems(third.snapshot) == ["nothing", *problems(first.snapshot)]
    project.write("content/site.yaml", CONFIG.lstrip() + "titel: Misspelt\n")
    fourth = project.read(third)
    assert problems(fourth.snapshot) == ["nothing", "site", *problems(first.snapshot)]
    project.write(f"content/{ONE}", briefing("one"))
    (project.root / "content/nothing.txt").unlink()
    assert problems(project.read(fourth).snapshot) == ["site"]


def test_a_file_that_can_not_be_read_is_a_name_and_no_record(project: Project) -> None:
    project.write(f"content/{ONE}", in_front(TRUST))
    snapshot = project.read().snapshot
    assert list(snapshot.ids("briefing")) == ["two"]
    assert snapshot.ids_of("briefing") == ["one", "two"]
    assert snapshot.record("briefing", "one") is None
    assert snapshot.record("briefing", "nobody") is None


def test_the_last_version_of_a_file_is_held_when_the_cache_loses_it(project: Project) -> None:
    before = project.read()
    file = before.snapshot.by_kind["briefing"]["one"]
    held = before.snapshot.hold(file)
    assert held is not None
    before.snapshot.cache.close()
    shutil.rmtree(project.root / "cache")
    assert before.snapshot.cached(file) is held
    other = before.snapshot.by_kind["briefing"]["two"]
    assert before.snapshot.cached(other) is None
    assert before.snapshot.hold(other) is None
    assert before.snapshot.record("briefing", "two") is not None


def test_what_every_output_depends_on_is_told_apart_from_what_one_does(project: Project) -> None:
    before = project.read().snapshot
    edits = {
        "title: Other": (True, True),
        "time_zone: Europe/Paris": (False, False),
        "theme: theme": (True, False),
        "policy: {never_publish: [Nobody]}": (True, False),
    }
    for line, (same_untracked, same_settings) in edits.items():
        config = CONFIG.replace("title: Briefings", line) if line.startswith("title") else (
            f"{CONFIG}{line}\n"
        )  # fmt: skip
        project.write("content/site.yaml", config.lstrip())
        after = project.read().snapshot
        assert (after.untracked == before.untracked) is same_untracked, line
        assert (after.settings == before.settings) is same_settings, line


def test_a_build_renders_what_an_edit_changed_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    results = Rendering.results

    def counting(self: Rendering, keys: Sequence[Key], *rest: Any) -> Iterator[File]:
        counts.append(len(keys))
        return results(self, keys, *rest)

    monkeypatch.setattr(Rendering, "results", counting)
    write_site(tmp_path, {"one": "", "two": ""})
    desk = Desk(tmp_path)
    desk.build()
    file = tmp_path / "content" / ONE
    file.write_text(file.read_text("utf-8") + "More words.\n", "utf-8")
    assert "; 4 changed, 0 removed" in desk.build().out  # its page, and three feeds
    assert 0 < counts[1] < counts[0] / 4
    desk.build()
    assert counts[2:] in ([], [0])
    (tmp_path / "output/briefings/two/index.html").unlink()
    assert "; 1 changed, 0 removed" in desk.build().out
    assert counts[-1] == 1
    file.unlink()
    desk.build()
    assert not (tmp_path / "output/briefings/one/index.html").exists()
