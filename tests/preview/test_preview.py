"""`preview` lists the differences between the outputs before and after a merge."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import feedparser
import pytest
from lxml import html

from briefings.build.request import Options
from briefings.cli import main
from briefings.content.dates.parsing import show_moment
from briefings.content.dates.values import Moment
from briefings.outputs.files import Data, Files, Key
from briefings.preview import report
from briefings.preview.compare import NoBase, compared
from briefings.preview.public_state import Preview
from briefings.preview.report import MARK, escaped
from briefings.problems import ContentError
from tests.support.on_disk import ROOT, briefing, in_front, write_site

NOW = "2026-12-01T12:00:00+00:00"


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=An Editor", "-c", "user.email=editor@example.org"]
    done = subprocess.run(
        ["git", *identity, "-c", "commit.gpgsign=false", *words],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Desk:
    """A repository with a content folder in it."""

    folder: Path

    def put(self, path: str, text: str) -> None:
        file = self.folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def write(self, id: str, front: str = "", body: str = "Words [@A].\n") -> None:
        self.put(f"briefings/2026/{id}.md", briefing(id, front, body))

    def commit(self) -> str:
        if not (self.folder / ".git").exists():
            git(self.folder, "init", "--quiet", "--initial-branch=main")
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "-m", "A change")
        return git(self.folder, "rev-parse", "HEAD")

    def options(self, now: str = NOW) -> Options:
        return Options(
            content=self.folder / "content",
            templates=(ROOT / "templates",),
            static=(ROOT / "static",),
            now=Moment.parse(now).at,
        )

    def preview(self, base: str = "HEAD", now: str = NOW) -> Preview:
        return compared(self.options(now), None, base)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A site of one briefing, committed."""
    monkeypatch.chdir(tmp_path)
    write_site(tmp_path, {"one": ""})
    desk = Desk(tmp_path)
    desk.commit()
    return desk


# -- exactly what a diff of the two outputs says ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Two:
    """A preview, and the outputs of both commits as builds made them: path → bytes."""

    found: Preview
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]


def built(desk: Desk, output: Path, now: str) -> dict[str, bytes]:
    words = ["--content", str(desk.folder / "content"), "--output", str(output), "--now", now]
    words += ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    assert main(["build", *words, "--no-cache", "--no-search", "--quiet"]) == 0
    files = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


def both(desk: Desk, base: str, now: str = NOW) -> Two:
    after = built(desk, desk.folder.parent / "after", now)
    output = desk.preview(base, now)
    moved = desk.folder.parent / "kept"
    (desk.folder / "content").rename(moved)
    git(desk.folder, "checkout", "--quiet", base, "--", "content")
    before = built(desk, desk.folder.parent / "before", now)
    return Two(output, before, after)


def edit_real_content(desk: Desk) -> None:
    """What editors do: a page moves, one comes and one goes, a correction, an embargo, a date."""
    content = desk.folder / "content"
    old = content / "pages" / "corrections-policy.md"
    desk.put(
        "pages/putting-right.md",
        old.read_text("utf-8").replace("---\n", "---\naliases: [/corrections-policy/]\n", 1),
    )
    old.unlink()
    config = content / "site.yaml"
    config.write_text(config.read_text("utf-8").replace("corrections-policy", "putting-right"))
    for file in (content / "briefings").rglob("*.md"):
        text = file.read_text("utf-8")
        text = text.replace("page:corrections-policy", "page:putting-right")
        text = text.replace("pages/corrections-policy.md", "pages/putting-right.md")
        file.write_text(text, "utf-8")
    for file in (content / "pages").glob("*.md"):
        text = file.read_text("utf-8").replace("corrections-policy.md", "putting-right.md")
        file.write_text(text.replace("page:corrections-policy", "page:putting-right"), "utf-8")
    desk.put(
        "pages/moved-house.md", in_front("title: We moved\naliases: [/old-house.html]", "Hi.\n")
    )
    corrected = content / "briefings" / "2026" / "west-midlands-ambulance-2016.md"
    before, after = corrected.read_text("utf-8").split("\nsources:\n")
    assert "\nchanges:\n" in before  # its list of changes ends where the sources begin
    change = "  - {date: 2026-11-30, kind: correction, text: A word was wrong.}"
    corrected.write_text(f"{before}\n{change}\nsources:\n{after}", "utf-8")
    gone = content / "briefings" / "2026" / "west-midlands-ambulance-2019.md"
    front, body = gone.read_text("utf-8").removeprefix("---\n").split("---\n", 1)
    notice = "status: withdrawn\nwithdrawn: {date: 2026-11-30, reason: It was of another trust.}\n"
    gone.write_text(f"---\n{front}{notice}---\n{body}", "utf-8")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """The content of this repository, a little edited, beside the same without one briefing."""
    desk = Desk(tmp_path_factory.mktemp("real") / "desk")
    shutil.copytree(ROOT / "content", desk.folder / "content")
    (desk.folder / "content" / "register.csv").unlink(missing_ok=True)
    later = desk.folder / "content" / "briefings" / "2026" / "hmp-manchester-2024.md"
    text = later.read_text("utf-8")
    later.unlink()
    base = desk.commit()
    later.write_text(text, "utf-8")
    edit_real_content(desk)
    return both(desk, base)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """The test site with every feature, one embargo and one publication later."""
    desk = Desk(tmp_path_factory.mktemp("small") / "desk")
    shutil.copytree(ROOT / "tests/site", desk.folder, dirs_exist_ok=True)
    base = desk.commit()
    draft = desk.folder / "content" / "briefings" / "2026" / "aldermere-quokkadraft.md"
    draft.write_text(draft.read_text("utf-8").replace("status: draft\n", ""), "utf-8")
    visit = desk.folder / "content" / "briefings" / "2025" / "castlebridge-visit.md"
    visit.write_text(
        visit.read_text("utf-8").replace("\npublished: ", "\nstatus: draft\npublished: ")
    )
    return both(desk, base, "2026-12-31")


@pytest.fixture(params=[pytest.param("real", marks=pytest.mark.long), "small"])
def two(request: pytest.FixtureRequest) -> Two:
    both: Two = request.getfixturevalue(request.param)
    return both


def page_file(url: str) -> str:
    path = url.lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def is_redirect(data: bytes) -> bool:
    return b'http-equiv="refresh"' in data


def test_the_pages_listed_are_those_in_which_the_outputs_differ(two: Two) -> None:
    assert two.found.pages.changed
    assert_pages_told(two)


def assert_pages_told(two: Two) -> None:
    pages, redirects = two.found.pages, two.found.redirects
    moved = {page_file(old) for old, _ in two.found.moved}
    html = [path for path in {*two.before, *two.after} if path.endswith(".html")]
    added, changed, removed = set(), set(), set()
    for path in html:
        before, after = two.before.get(path), two.after.get(path)
        if before is None:
            added.add(path)
        elif after is None:
            removed.add(path)
        elif before != after:
            changed.add(path)
    assert {page_file(url) for url in (*pages.added, *redirects.added)} == added
    assert {page_file(url) for url in (*pages.removed, *redirects.removed)} == removed
    assert {page_file(url) for url in (*pages.changed, *redirects.changed)} | moved == changed


def test_redirects_are_listed_apart_from_pages(two: Two) -> None:
    for url in (*two.found.redirects.added, *(old for old, _ in two.found.moved)):
        assert is_redirect(two.after[page_file(url)])
    for url in (*two.found.pages.added, *two.found.pages.changed):
        assert not is_redirect(two.after[page_file(url)])
    for old, new in two.found.moved:
        assert not is_redirect(two.before[page_file(old)])
        assert page_file(new) in two.after


def test_the_other_files_listed_are_those_in_which_the_outputs_differ(two: Two) -> None:
    before = {path: data for path, data in two.before.items() if not path.endswith(".html")}
    after = {path: data for path, data in two.after.items() if not path.endswith(".html")}
    files = two.found.files
    assert set(files.added) == after.keys() - before.keys()
    assert set(files.removed) == before.keys() - after.keys()
    assert set(files.changed) == {
        path for path in after.keys() & before if after[path] != before[path]
    }


@pytest.mark.parametrize(("before", "after"), [("", "theme: my\n"), ("theme: my\n", "")])
def test_another_theme_is_no_difference_of_the_content(desk: Desk, before: str, after: str) -> None:
    plain = (desk.folder / "content/site.yaml").read_text("utf-8")
    desk.put("site.yaml", plain + before)
    base = desk.commit()
    desk.put("site.yaml", plain + after)
    if after:
        (desk.folder / "my/templates").mkdir(parents=True)
    assert desk.preview(base).is_silent


def guids(data: bytes) -> set[str]:
    return {entry.id for entry in feedparser.parse(data).entries}


def test_the_listed_feed_items_are_those_that_a_reader_has_not_seen(two: Two) -> None:
    listed: dict[str, set[str]] = {}
    for news in two.found.news:
        for feed in news.feeds:
            listed.setdefault(feed.lstrip("/"), set()).add(news.guid)
    seen = {
        path: guids(data) - guids(two.before[path])
        for path, data in two.after.items()
        if path.endswith("feed.xml") and path in two.before
    }
    assert listed == {path: new for path, new in seen.items() if new}
    assert listed["feed.xml"]


def rows(files: Mapping[str, bytes], name: str) -> dict[tuple[str, ...], dict[str, str]]:
    described = json.loads(files["data/datapackage.json"])["resources"]
    key = next(
        resource["schema"]["primaryKey"] for resource in described if resource["name"] == name
    )
    read = csv.DictReader(files[f"data/{name}.csv"].decode().splitlines())
    return {tuple(row[column] for column in key): row for row in read}


def test_the_rows_listed_are_those_in_which_the_tables_differ(two: Two) -> None:
    listed = {table.name: (table.gained, table.lost, table.changed) for table in two.found.tables}
    for path in two.after:
        match = re.fullmatch(r"data/(\w+)\.csv", path)
        if match:
            before, after = rows(two.before, match[1]), rows(two.after, match[1])
            changed = sum(after[key] != before[key] for key in after.keys() & before.keys())
            counts = (len(after.keys() - before), len(before.keys() - after), changed)
            assert listed.get(match[1], (0, 0, 0)) == counts, path


@pytest.mark.long
def test_edits_of_the_real_content_are_listed(real: Two) -> None:
    preview = real.found
    assert "/briefings/hmp-manchester-2024/" in preview.pages.added
    assert preview.moved == (("/corrections-policy/", "/putting-right/"),)
    assert "/old-house.html" in preview.redirects.added
    titles = [news_item.title for news_item in preview.news if "/feed.xml" in news_item.feeds]
    assert any(title.startswith("Correction: ") for title in titles)
    assert any(title.startswith("Withdrawn: ") for title in titles)
    assert {table.name for table in preview.tables} >= {"briefings", "corrections", "sources"}


@pytest.mark.long
def test_between_two_commits_of_this_repository_it_says_what_differs(tmp_path: Path) -> None:
    commits = git_or_skip("log", "--format=%H", "--max-count=2", "--", "content").split()
    if len(commits) < 2:
        pytest.skip("the history of the content is not here")
    git(tmp_path, "clone", "--quiet", "--no-local", str(ROOT), "desk")
    git(tmp_path / "desk", "checkout", "--quiet", commits[0])
    desk = Desk(tmp_path / "desk")
    try:
        two = both(desk, commits[1])
    except ContentError:
        pytest.skip("the older content is not what is asked for today")
    assert_pages_told(two)


def git_or_skip(*words: str) -> str:
    try:
        return git(ROOT, *words)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git working folder")


# -- what it means ---------------------------------------------------------------------------------


def test_a_change_of_nothing_public_is_reported_as_such(desk: Desk) -> None:
    desk.write("draft", "status: draft")
    desk.put("README.md", "For editors.\n")
    output = desk.preview()
    assert output.is_silent
    assert report.text(output).endswith(": nothing that is public changes.")
    assert report.markdown(output).startswith(MARK)


def test_a_new_briefing_is_listed_with_the_feeds_in_which_it_is_new(desk: Desk) -> None:
    desk.write("two", "trust: north")
    output = desk.preview()
    assert output.pages.added == ("/briefings/two/",)
    [news] = output.news
    assert news.title == "On two"
    assert set(news.feeds) == {"/feed.xml", "/trusts/north/feed.xml", "/regulators/cqc/feed.xml"}
    assert {table.name: table.gained for table in output.tables}["briefings"] == 1


def test_a_feed_that_is_new_itself_has_no_readers_yet(desk: Desk) -> None:
    desk.put("topics/care.md", in_front("name: Care\nsummary: All of it."))
    desk.write("one", "topics: [care]")
    output = desk.preview()
    assert output.news == ()
    assert "topics/care/feed.xml" in output.files.added


def test_a_mended_word_wakes_no_reader(desk: Desk) -> None:
    desk.write("one", "summary: Another summary.")
    output = desk.preview()
    assert output.news == ()
    assert "/briefings/one/" in output.pages.changed


def test_a_removed_page_is_listed(desk: Desk) -> None:
    desk.put("pages/terms.md", in_front("title: Terms", "Words.\n"))
    base = desk.commit()
    (desk.folder / "content/pages/terms.md").unlink()
    assert desk.preview(base).pages.removed == ("/terms/",)


def test_changed_ratings_are_listed_with_the_rating_before(desk: Desk) -> None:
    rating = "{scope: trust, key_question: safe, value: good, sources: [A]}"
    desk.write("one", f"ratings: [{rating}]")
    base = desk.commit()
    later = "inspection: {type: focused, inspected: 2025-11, report_published: 2026-01-13}"
    desk.write("two", f"{later}\nratings: [{rating.replace('good', 'inadequate')}]")
    [shift] = desk.preview(base).ratings
    assert shift.what == "North Trust: Safe (CQC)"
    assert (shift.before, shift.after) == ("Good, 14 January 2026", "Inadequate, 13 January 2026")


def rated(desk: Desk, value: str, front: str = "") -> None:
    """The briefing with a grade."""
    desk.write("one", f"ratings: [{{scope: trust, value: {value}, sources: [A]}}]\n{front}")


def test_a_fact_that_changes_without_a_line_in_changes_is_told(desk: Desk) -> None:
    rated(desk, "good")
    words = ["--content", str(desk.folder / "content"), "--now", NOW, "--no-cache"]
    assert main(["register", *words]) == 0
    base = desk.commit()
    rated(desk, "inadequate")
    preview = desk.preview(base)
    assert preview.unannounced == (("On one", "/briefings/one/"),)
    expected = "Facts of public briefings changed, and no line in their `changes` says so (1)\n"
    assert f"{expected}  On one  /briefings/one/\n" in report.text(preview)
    assert "- On one `/briefings/one/`" in report.markdown(preview)
    rated(desk, "inadequate", "changes: [{date: 2026-11-30, kind: correction, text: It was.}]")
    assert desk.preview(base).unannounced == ()


def test_who_merges_other_recorded_facts_with_it_is_told_all_the_same(desk: Desk) -> None:
    rated(desk, "good")
    words = ["register", "--content", str(desk.folder / "content"), "--now", NOW, "--no-cache"]
    assert main(words) == 0
    base = desk.commit()
    rated(desk, "inadequate")
    (desk.folder / "content/facts.csv").unlink()
    assert main(words) == 0
    assert len(desk.preview(base).unannounced) == 1
    other = desk.commit()
    desk.write("two")
    assert desk.preview(other).unannounced == ()


def test_ledger_events_and_the_resulting_status_are_listed(desk: Desk) -> None:
    event = "{id: rooms, event: told, date: 2025-09, sources: [A]}"
    desk.write("one", f"requirements: [{event}]")
    first = desk.preview()
    assert first.events.added == (
        "Stop using shared rooms (North Trust): told in September 2025 [one]",
    )
    assert [(requirement.before, requirement.after) for requirement in first.requirements] == [
        (None, "Open, told once")
    ]
    assert "/requirements/rooms/" in first.pages.added
    base = desk.commit()
    met = "{id: rooms, event: met, date: 2026-01-10, deadline: 2026-02, sources: [A]}"
    desk.write("one", f"requirements: [{event.replace('2025-09', '2025-10')}, {met}]")
    second = desk.preview(base)
    assert len(second.events.added) == 2
    assert second.events.removed == first.events.added
    assert [(requirement.before, requirement.after) for requirement in second.requirements] == [
        ("Open, told once", "Met, told once")
    ]


def test_people_named_for_the_first_time_are_listed(desk: Desk) -> None:
    who = "{who: Jo Bloggs, role: Chair, speaks_for: trust, gist: Sorry., sources: [A]}"
    desk.write("one", "people: [{name: Kim Known, role: Chief executive}]")
    base = desk.commit()
    desk.write(
        "two",
        f"people: [{{name: kim known, role: Chair}}]\nstatements: [{who}]\n"
        "reply: {status: replied, who: Sam Said, gist: Thanks., sources: [A]}",
    )
    assert dict(desk.preview(base).names) == {
        "Jo Bloggs": "Chair [two]",
        "Sam Said": "who replied [two]",
    }


def test_scheduled_publications_are_listed_with_their_moments(desk: Desk) -> None:
    desk.write("two", "embargo_until: 2027-01-14T00:01:00+00:00")
    desk.write("three", "published: 2027-07-01")
    output = desk.preview()
    assert output.is_silent
    assert [(file.title, file.what, show_moment(file.moment)) for file in output.planned] == [
        ("On two", "lifts", "14 January 2027 00:01 GMT"),
        ("On three", "appears", "1 July 2027 00:00 BST"),
    ]
    then = desk.preview(now="2027-01-14T00:01:00+00:00")
    assert then.pages.added == ("/briefings/2027/", "/briefings/two/")
    base = desk.commit()
    assert desk.preview(base).planned == ()
    desk.write("two", "embargo_until: 2027-01-15")
    desk.write("three", "status: draft")
    moved = desk.preview(base)
    assert [show_moment(lift.before) for lift in moved.planned if lift.before] == [
        "14 January 2027 00:01 GMT"
    ]
    assert [lift.title for lift in moved.dropped] == ["On three"]


def test_an_embargo_lifted_early_is_no_plan_dropped(desk: Desk) -> None:
    desk.write("two", "embargo_until: 2027-01-14")
    base = desk.commit()
    desk.write("two")
    output = desk.preview(base)
    assert output.dropped == ()
    assert output.pages.added == ("/briefings/two/",)


# -- the commit beside it --------------------------------------------------------------------------


def test_branches_tags_and_commits_can_be_named(desk: Desk) -> None:
    git(desk.folder, "tag", "then")
    desk.write("two")
    desk.commit()
    for ref in ("HEAD~1", "then", "main~1", git(desk.folder, "rev-parse", "--short", "then")):
        assert desk.preview(ref).pages.added == ("/briefings/two/",)


def test_the_content_folder_may_be_deeper_in_the_repository(tmp_path: Path) -> None:
    write_site(tmp_path / "site", {"one": ""})
    Desk(tmp_path).commit()
    deep = Desk(tmp_path / "site")
    deep.write("two")
    assert deep.preview().pages.added == ("/briefings/two/",)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("nowhere", "git knows no commit `nowhere`"),
        ("--help", "git knows no commit `--help`"),
        ("HEAD:content", "git knows no commit"),
    ],
)
def test_a_commit_that_is_not_there_is_a_wrong_use(
    desk: Desk, ref: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--base", ref) == 2
    assert expected in capsys.readouterr().err


def test_a_commit_without_content_is_a_wrong_use(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "README.md").write_text("Empty.\n")
    desk.commit()
    write_site(tmp_path, {"one": ""})
    with pytest.raises(NoBase, match="there is no folder content/"):
        desk.preview()


def test_without_a_repository_or_git_it_is_a_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_site(tmp_path, {"one": ""})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(NoBase, match="not a git repository"):
        Desk(tmp_path).preview()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoBase, match="git is not installed"):
        Desk(tmp_path).preview()


def test_faults_of_the_other_commit_are_reported_as_such(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.write("two", "speling: wrong")
    desk.commit()
    desk.write("two")
    assert run("--base", "HEAD") == 1
    output = capsys.readouterr().err
    assert output.startswith("HEAD:content/briefings/2026/two.md:")
    assert "speling" in output


def test_faults_of_the_working_tree_are_reported_as_by_check(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.write("two", "speling: wrong")
    for words in ((), ("--base", "HEAD")):
        assert run(*words) == 1
        assert capsys.readouterr().err.startswith("content/briefings/2026/two.md:")


def test_nothing_is_written_and_the_index_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    desk.write("two")
    git(desk.folder, "add", "content/briefings/2026/two.md")
    desk.write("three")
    before = git(desk.folder, "status", "--porcelain")
    # As in a hook, where git names its own index and folder.
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_DIR", ".git")
    assert len(desk.preview().pages.added) == 2
    monkeypatch.delenv("GIT_INDEX_FILE")
    monkeypatch.delenv("GIT_DIR")
    assert git(desk.folder, "status", "--porcelain") == before
    assert list(temporary.iterdir()) == []
    assert not (desk.folder / "output").exists()


# -- as it is printed ------------------------------------------------------------------------------


def run(*words: str) -> int:
    folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    return main(["preview", *folders, "--now", NOW, "--no-cache", "--jobs", "1", *words])


@pytest.fixture
def printed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def printed(*words: str) -> str:
        assert run(*words) == 0
        return capsys.readouterr().out

    return printed


def test_alone_it_says_what_comes_next(desk: Desk, printed: Callable[..., str]) -> None:
    assert printed() == (
        "Seen from 1 December 2026 12:00 GMT, nothing is held back until a later moment.\n"
    )
    desk.put(
        "pages/about.md",
        in_front(
            "title: About\nchanges: [{date: 2027-03-01, kind: update, text: New.}]", "Words.\n"
        ),
    )
    desk.write("two", "embargo_until: 2027-01-14T00:01:00+00:00")
    desk.write(
        "three",
        "published: 2027-02-01\nstatus: withdrawn\nwithdrawn: {date: 2027-02-02, reason: No.}",
    )
    assert printed().split("\n") == [
        "Seen from 1 December 2026 12:00 GMT, these come by themselves:",
        "  On two: lifts 14 January 2027 00:01 GMT  /briefings/two/",
        "  On three: appears 1 February 2027 00:00 GMT  /briefings/three/",
        "  On three: is withdrawn 2 February 2027 00:00 GMT  /briefings/three/",
        "  About: update 1 appears 1 March 2027 00:00 GMT  /about/",
        "",
    ]


def test_in_plain_text(desk: Desk, printed: Callable[..., str]) -> None:
    desk.write("two", "people: [{name: Kim Known, role: Chair}]")
    output = printed("--base", "HEAD")
    changed = len(desk.preview().pages.changed)
    assert output.startswith(
        "Compared with HEAD, as at 1 December 2026 12:00 GMT: "
        f"pages 1 added, {changed} changed, 0 moved and 0 removed; "
        "1 feed item that readers will see as new.\n\n"
        "Pages added (1)\n"
        "  On two  /briefings/two/\n\n"
        "Feed items that readers will see as new (1)\n"
        "  On two – in /feed.xml, /trusts/north/feed.xml and /regulators/cqc/feed.xml\n\n"
        "People named for the first time (1)\n"
        "  Kim Known, Chair [two]\n\n"
    )
    assert "\nTables (3)\n  briefings: 1 row gained\n  trusts: 1 row changed\n" in output


def test_as_a_comment_on_a_pull_request(desk: Desk, printed: Callable[..., str]) -> None:
    desk.write("two", 'title: "A *bold* <b>title</b> for @someone & #1"')
    output = printed("--base", "HEAD", "--format", "markdown")
    assert output.startswith(f"{MARK}\n### What merging makes public\n\nCompared with HEAD")
    assert (
        "**Pages added** (1)\n\n- A \\*bold\\* \\<b\\>title\\</b\\> for @\u200bsomeone \\& \\#1 "
        in output
    )
    assert "<details><summary>Pages changed (" in output
    assert "`/briefings/two/`" in output


def test_a_comment_is_never_too_long_for_a_forge(desk: Desk, printed: Callable[..., str]) -> None:
    for number in range(80):
        desk.write(f"more-{number}", f"title: {'long ' * 18} {number}")
    output = printed("--base", "HEAD", "--format", "markdown")
    assert len(output) < 65_536
    assert "\n- … and 20 more\n" in output


def test_after_a_build_the_preview_is_the_same_and_less_is_rendered(
    desk: Desk, printed: Callable[..., str], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    desk.put("pages/terms.md", in_front("title: Terms", "Words.\n"))
    desk.put("pages/gone.md", in_front("title: Gone", "Words.\n"))
    desk.put("pages/same.md", in_front("title: Same", "Words.\n"))
    base = desk.commit()
    options = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    options += ["--now", NOW, "--jobs", "1", "--no-search", "--quiet"]
    assert main(["build", *options]) == 0
    for name in ("terms", "gone"):
        (desk.folder / f"content/pages/{name}.md").unlink()
    desk.put("pages/us.md", in_front("title: Terms\naliases: [/terms/]", "Words.\n"))
    desk.write("two", "trust: north")
    desk.write("one", "summary: Another summary.")
    output = printed("--base", base)
    assert "Pages moved (1)\n  /terms/ leads to  /us/\n" in output
    rendered: list[Key] = []
    render = Files.render

    def counted(files: Files, key: Key) -> Data:
        rendered.append(key)
        return render(files, key)

    monkeypatch.setattr(Files, "render", counted)
    for _ in ("as at the base", "as in the working tree"):
        rendered.clear()
        assert main(["preview", *options, "--base", base]) == 0
        assert capsys.readouterr().out == output
        assert ("briefing", "one") in rendered
        assert ("plain", "same") not in rendered
        assert main(["build", *options]) == 0


def test_summer_and_winter_are_told_apart() -> None:
    london = ZoneInfo("Europe/London")
    assert show_moment(datetime(2026, 1, 14, 0, 1, tzinfo=london)) == "14 January 2026 00:01 GMT"
    assert show_moment(datetime(2026, 7, 4, 9, 30, tzinfo=london)) == "4 July 2026 09:30 BST"


def test_words_of_editors_are_text_in_a_comment() -> None:
    assert escaped("[a](b) `c` | d\\") == "\\[a\\](b) \\`c\\` \\| d\\\\"


def test_a_new_or_removed_rating_is_listed(desk: Desk, printed: Callable[..., str]) -> None:
    rating = "ratings: [{scope: trust, key_question: safe, value: good, sources: [A]}]"
    bare = desk.commit()
    desk.write("one", rating)
    assert "North Trust: Safe (CQC): new – Good, 14 January 2026\n" in printed("--base", bare)
    rated = desk.commit()
    desk.write("one")
    output = printed("--base", rated)
    assert "North Trust: Safe (CQC): no longer there (was Good, 14 January 2026)\n" in output


# -- the pages themselves --------------------------------------------------------------------------


def links(page: Path) -> list[str]:
    tree: Any = html.document_fromstring(page.read_bytes())
    return [str(address) for address in tree.xpath("//@href | //@src")]


def test_the_pages_that_differ_are_written_with_what_they_show_and_an_index(
    desk: Desk, printed: Callable[..., str]
) -> None:
    config = desk.folder / "content/site.yaml"
    config.write_text(config.read_text().replace("example.org/", "site.example/a/path/", 1))
    desk.put("pages/terms.md", in_front("title: Terms", "Words.\n"))
    shutil.copytree(ROOT / "tests/site/content/media", desk.folder / "content/media")
    desk.commit()
    (desk.folder / "content/pages/terms.md").unlink()
    picture = next((desk.folder / "content/media").rglob("*.svg"))
    shown = picture.relative_to(desk.folder / "content").as_posix()
    desk.write("two", "title: Two & <more>", f"Words [@A].\n\n![What it shows](../../{shown})\n")
    desk.write("later", "title: A secret\nembargo_until: 2027-01-14")
    into = desk.folder / "pages"
    printed("--base", "HEAD", "--pages", str(into))

    changes = desk.preview().pages
    files = {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()}
    pages = {f"site{url}index.html" for url in (*changes.added, *changes.changed)}
    assert {path for path in files if path.endswith(".html")} == {"index.html", *pages}
    assert "site/briefings/two/index.html" in pages
    assert f"site/{shown}" in files
    assert all(b"A secret" not in (into / path).read_bytes() for path in files)
    for path in pages | {"index.html"}:
        for address in links(into / path):
            if address.startswith("https://site.example"):
                assert address.startswith("https://site.example/a/path/")
            elif not address.startswith(("https://", "#")):
                assert ((into / path).parent / unquote(address.partition("#")[0])).is_file()
    index = (into / "index.html").read_text("utf-8")
    assert f"<h2>New ({len(changes.added)})</h2>" in index
    link = '<a href="site/briefings/two/index.html">Two &amp; &lt;more&gt;</a>'
    assert f"<li>{link} <code>/briefings/two/</code></li>" in index
    assert "<h2>Gone (1)</h2>\n<ul>\n<li>Terms <code>/terms/</code></li>\n</ul>" in index
    assert "../../static/style." in (into / "site/briefings/two/index.html").read_text("utf-8")


def test_pages_are_never_mixed_with_other_files(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    into = desk.folder / "pages"
    assert run("--pages", str(into)) == 2
    assert "add --base main" in capsys.readouterr().err
    assert run("--base", "HEAD", "--pages", "content/pages") == 2
    assert "can't be inside the content folder" in capsys.readouterr().err
    into.mkdir()
    (into / "mine.txt").write_text("Mine.\n")
    assert run("--base", "HEAD", "--pages", str(into)) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in into.iterdir()] == ["mine.txt"]
