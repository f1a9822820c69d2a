"""The command line as an editor or a script meets it: exit statuses, what is printed where.

0 done · 1 content or templates at fault · 2 usage, or a folder that is not ours · 70 a fault of
the generator · 74 the disk failed · 75 another build holds the lock · 130 stopped by hand.
"""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefings import __version__
from briefings.cli import main
from briefings.publish import lock
from tests.programs import stoppable
from tests.support.factory import CONFIG
from tests.support.on_disk import NOW, ROOT, Desk, Ran, briefing, in_front, write_site

CLOSING = re.compile(
    r"(?P<pages>\d+) pages?, (?P<feeds>\d+) feeds?, (?P<tables>\d+) tables?; "
    r"(?P<changed>\d+) changed, (?P<removed>\d+) removed; \d+\.\d s\n"
)
FAULT = "published: 2026-01-15\nspeling: wrong"


class Project:
    """A project folder of one's own, and `build.py` run inside this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk = Desk(folder)
        self.folder = folder
        self.capsys = capsys

    def run(self, *arguments: str) -> Ran:
        words = self.desk.command(*arguments)[2:]
        self.capsys.readouterr()
        status = main(words)
        output = self.capsys.readouterr()
        assert "Traceback" not in output.out + output.err
        return Ran(status, output.out, output.err)

    def build(self, *options: str) -> Ran:
        ran = self.run("build", *options)
        assert ran.status == 0, ran.err
        return ran

    def put(self, id: str, text: str = "", **more: str) -> None:
        path = self.folder / "content" / "briefings" / "2026" / f"{id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(briefing(id, text, **more), encoding="utf-8")

    def configure(self, more: str) -> None:
        (self.folder / "content" / "site.yaml").write_text(f"{CONFIG.strip()}\n{more}\n")

    def published(self) -> dict[str, tuple[bytes, int]]:
        """Every file with the time of its last writing."""
        output = self.desk.output
        return {
            path: (data, (output / path).stat().st_mtime_ns)
            for path, data in self.desk.published().items()
        }


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    write_site(tmp_path, {"one": ""})
    for name in ("templates", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, capsys)


# Done


def test_a_build_says_in_one_line_what_it_made(project: Project) -> None:
    ran = project.build()
    assert ran.err == ""
    match = CLOSING.fullmatch(ran.out)
    assert match, ran.out
    files = project.desk.published()
    count = {name: int(value) for name, value in match.groupdict().items()}
    assert count["pages"] == sum(path.endswith(".html") for path in files)
    assert count["feeds"] == sum(
        path.endswith(("feed.xml", "feed.json", ".opml", ".ics")) for path in files
    )
    assert count["tables"] == 10
    assert count["changed"] == len(files)
    assert count["removed"] == 0


def test_a_second_build_changes_nothing(project: Project) -> None:
    project.build()
    before = project.published()
    match = CLOSING.fullmatch(project.build().out)
    assert match
    assert (match["changed"], match["removed"]) == ("0", "0")
    assert project.published() == before


def test_a_count_of_one_is_singular(project: Project) -> None:
    assert project.run("check").out == "1 briefing; no faults\n"
    project.put("two")
    assert project.run("check").out == "2 briefings; no faults\n"


def test_outputs_of_removed_content_are_removed_and_counted(project: Project) -> None:
    project.put("two")
    project.build()
    (project.folder / "content/briefings/2026/two.md").unlink()
    match = CLOSING.fullmatch(project.build().out)
    assert match
    assert int(match["removed"]) == 1
    assert not (project.desk.output / "briefings/two").exists()


def test_build_is_the_command_when_none_is_named(project: Project) -> None:
    assert main([]) == 0
    assert CLOSING.fullmatch(project.capsys.readouterr().out)
    assert main(["--quiet", "--now", NOW]) == 0
    assert (project.desk.output / "index.html").is_file()


def test_quiet_prints_nothing_but_problems(project: Project) -> None:
    ran = project.build("--quiet")
    assert (ran.out, ran.err) == ("", "")
    ran = project.run("check", "--quiet")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    project.put("one", FAULT)
    ran = project.run("build", "--quiet")
    assert (ran.status, ran.out) == (1, "")
    assert "speling" in ran.err


def test_check_writes_nothing(project: Project) -> None:
    assert project.run("check").status == 0
    assert not project.desk.output.exists()
    assert not (project.folder / ".output-state").exists()


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_help_and_version_are_printed(project: Project, option: str) -> None:
    assert main([option]) == 0
    output = project.capsys.readouterr()
    assert output.err == ""
    assert (__version__ if option == "--version" else "build") in output.out
    assert not project.desk.output.exists()


def examples(help_text: str) -> dict[str, list[str]]:
    """Heading of a help text → the first column of each line below it."""
    parts = re.split(r"^(\w[\w ]+)(?:, after .*|:)?\n", help_text, flags=re.MULTILINE)
    return {
        heading: re.findall(r"^  (\w.*?)(?:  .*)?$", body, re.MULTILINE)
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_help_groups_the_commands_by_who_uses_them_each_with_an_example(project: Project) -> None:
    assert main(["--help"]) == 0
    shown = examples(project.capsys.readouterr().out)
    commands = {heading: [line.split()[0] for line in lines] for heading, lines in shown.items()}
    assert commands["Build and read"] == ["build", "check", "serve", "links"]
    assert commands["Write"] == [
        "new", "add", "rename", "withdraw", "ask", "reconcile", "archive", "schema",
    ]  # fmt: skip
    assert commands["Publish"] == ["preview", "register", "digest"]
    for heading in ("Build and read", "Write", "Publish"):
        for example in shown[heading]:
            assert main([*shlex.split(example), "--help"]) == 0, example


def test_make_help_groups_the_commands_in_the_same_way(project: Project) -> None:
    assert main(["--help"]) == 0
    shown = examples(project.capsys.readouterr().out)
    output = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    made = examples(output.stdout)
    assert {heading: made[heading] for heading in ("Write", "Publish")} == {
        heading: shown[heading] for heading in ("Write", "Publish")
    }
    reading = [line.split()[:2] for line in made["Build and read"]]
    assert reading == [["make", name] for name in ("site", "check", "serve", "desk")]


@pytest.mark.parametrize("command", ["build", "check"])
def test_every_option_is_explained(project: Project, command: str) -> None:
    assert main([command, "--help"]) == 0
    output = project.capsys.readouterr().out
    for option in ("--content", "--templates", "--static", "--base-url", "--now", "--drafts",
                   "--jobs", "--cache", "--no-cache", "--no-search", "--quiet"):  # fmt: skip
        assert option in output
    assert ("--output" in output) == (command == "build")


def test_build_py_is_a_program(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": ""})
    ran = Desk(tmp_path).build()
    assert ran.err == ""
    assert CLOSING.fullmatch(ran.out)


# What is read, and as of when


def test_base_url_takes_the_place_of_the_sites_own_everywhere(project: Project) -> None:
    project.build("--base-url", "https://preview.example/pr-7/")
    assert b"https://preview.example/pr-7/briefings/one/" in project.desk.published()["feed.xml"]
    for path, data in project.desk.published().items():
        if path.endswith((".html", ".xml", ".json", ".opml", ".ics", ".txt")):
            own = data.replace(b"https://example.org/cqc", b"").replace(
                b"https://example.org/ogl", b""
            )
            assert b"https://example.org/" not in own, path
            assert not re.search(rb'(?:href|src)="/(?!pr-7/)', data), path


def test_now_decides_what_is_visible(project: Project) -> None:
    project.put("two", "published: 2026-03-01\nembargo_until: 2026-03-02T00:01:00+00:00")
    page = project.desk.output / "briefings/two/index.html"
    project.build("--now", "2026-03-02T00:00:59+00:00")
    assert not page.exists()
    assert all(b"On two" not in data for data in project.desk.published().values())
    project.build("--now", "2026-03-02T00:01:00+00:00")
    assert page.exists()


def test_drafts_shows_drafts_and_what_is_under_embargo(project: Project) -> None:
    project.put("two", "status: draft")
    project.put("three", "embargo_until: 2027-03-02")
    for id in ("two", "three"):
        project.build()
        assert not (project.desk.output / f"briefings/{id}").exists()
        project.build("--drafts", "--output", "elsewhere")
        assert (project.folder / f"elsewhere/briefings/{id}/index.html").exists()


def test_drafts_never_come_into_the_folder_that_is_published_by_default(project: Project) -> None:
    project.put("two", "status: draft")
    project.build()
    before = project.published()
    ran = project.build("--drafts", "--quiet")
    assert project.published() == before
    assert (project.folder / "output-drafts/briefings/two/index.html").exists()
    assert ran.err == (
        "warning: output-drafts/ shows drafts and what is under embargo; do not publish it\n"
    )
    assert "/output-drafts/\n" in (ROOT / ".gitignore").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "inner", "outer"),
    [
        (["--cache", "own/keep", "--static", "own"], "cache (own/keep)", "static (own)"),
        (["--output", "own/site", "--static", "own"], "output (own/site)", "static (own)"),
        (["--output", "own", "--static", "own"], "output (own)", "static (own)"),
        (["--output", "content/media/site"], "output (content/media/site)", "content (content)"),
        (["--cache", "content/.cache"], "cache (content/.cache)", "content (content)"),
        (["--output", "sources/site"], "output (sources/site)", "sources (sources)"),
        (["--cache", "own/x", "--templates", "own"], "cache (own/x)", "templates (own)"),
        (["--static", "content/media"], "static (content/media)", "content (content)"),
        (["--content", "own/content", "--static", "own"], "content (own/content)", "static (own)"),
        (["--static", "own/static", "--output", "own"], "static (own/static)", "output (own)"),
        (["--output", "linked/site", "--static", "own"], "output (linked/site)", "static (own)"),
    ],
)
def test_no_folder_is_inside_another_that_is_published_or_read(
    project: Project, options: list[str], inner: str, outer: str
) -> None:
    for name in ("own/static", "own/content", "content/media"):
        (project.folder / name).mkdir(parents=True, exist_ok=True)
    (project.folder / "linked").symlink_to("own")
    status = main(["build", *options])
    text = " ".join(project.capsys.readouterr().err.split())
    assert status == 2
    first, second = (f"the {folder.replace(' (', ' folder (')}" for folder in (inner, outer))
    assert f"{first} can't be inside {second}, which is " in text
    assert not list(project.folder.glob("**/index.html"))
    if "--output" not in options:  # the other commands have none
        assert main(["check", *options]) == 2


@pytest.mark.parametrize("options", [["--no-cache"], ["--in-place"], ["--cache", "elsewhere"]])
def test_how_a_site_is_made_changes_no_byte_of_it(project: Project, options: list[str]) -> None:
    project.build()
    wanted = project.desk.published()
    shutil.rmtree(project.folder / ".cache")
    other = project.folder / "other"
    project.build("--output", str(other), *options)
    files = {path for path in other.rglob("*") if path.is_file()}
    assert {path.relative_to(other).as_posix(): path.read_bytes() for path in files} == wanted
    assert (project.folder / ".cache").exists() == (options == ["--in-place"])
    assert (project.folder / "elsewhere").exists() == ("elsewhere" in options)


def test_in_place_keeps_the_folder_itself(project: Project) -> None:
    project.build("--in-place")
    folder = project.desk.output.stat().st_ino
    project.put("two")
    match = CLOSING.fullmatch(project.build("--in-place").out)
    assert match
    assert int(match["changed"]) > 0
    assert project.desk.output.stat().st_ino == folder


def test_a_garbled_cache_costs_time_and_nothing_else(project: Project) -> None:
    project.build()
    before = project.desk.published()
    cache = project.folder / ".cache"
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files, "nothing was kept"
    for path in files:
        path.write_bytes(b"not what it was " * 100)
    ran = project.build()
    assert ran.err == ""
    assert project.desk.published() == before


# 1: content or templates at fault


def test_faults_are_printed_with_their_place_and_what_to_write(project: Project) -> None:
    project.put("one", FAULT)
    project.put("two", "trust: nort")
    ran = project.run("build")
    assert (ran.status, ran.out) == (1, "")
    lines = ran.err.splitlines()
    places = [line for line in lines if re.match(r"content/briefings/2026/\w+\.md:\d+:\d+: ", line)]
    assert len(places) == 2
    assert all(line.startswith("    ") for line in lines[1:4:2])
    assert lines[-1] == "2 faults; nothing was published"
    assert "did you mean `north`?" in ran.err


def test_a_failed_build_changes_no_byte_of_the_site_that_is_there(project: Project) -> None:
    project.put("two")
    project.build()
    before = project.published()
    project.put("one", FAULT)
    (project.folder / "content/briefings/2026/two.md").unlink()
    assert project.run("build").status == 1
    assert project.published() == before


@pytest.mark.parametrize(
    "template", ["{{ view.no_such_thing }}", "{% if %}", "{{ 1 / 0 }}", "{% include 'no.html' %}"]
)
def test_a_template_at_fault_publishes_nothing_and_is_named(
    project: Project, template: str
) -> None:
    project.build()
    before = project.published()
    own = project.folder / "own"
    shutil.copytree(ROOT / "templates", own)
    (own / "pages" / "topics.html").write_text(f"<p>\n{template}\n</p>\n")
    words = project.desk.command("build")[2:]
    words[words.index("--templates") + 1] = str(own)
    for command in ("build", "check"):
        project.capsys.readouterr()
        assert main([command, *words[1:]]) == 1
        output = project.capsys.readouterr().err
        assert "topics.html" in output
        assert "Traceback" not in output
    assert project.published() == before


def test_problems_are_plain_text_when_nobody_looks_at_a_terminal(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": FAULT})
    for environment in ({}, {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "30"}):
        ran = Desk(tmp_path, environment).run("check")
        assert ran.status == 1
        assert "\x1b" not in ran.err
        assert re.match(r"content/briefings/2026/one\.md:\d+:\d+: \S", ran.err)


def on_a_terminal(desk: Desk, *arguments: str) -> tuple[int, str]:
    """Exit status, and what a person sees."""
    ours, theirs = pty.openpty()
    command = desk.command(*arguments)
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(
        command, cwd=desk.project, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            seen += data
    os.close(ours)
    return process.returncode, seen.decode()


def test_on_a_terminal_the_same_words_are_easier_to_find(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": FAULT})
    status, seen = on_a_terminal(Desk(tmp_path), "check")
    assert status == 1
    assert "\x1b[1m" in seen
    bare = re.sub(r"\x1b\[[0-9;]*m", "", seen).replace("\r\n", "\n")
    assert bare == Desk(tmp_path).run("check").err


def test_a_quick_build_shows_no_progress_bar(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": ""})
    status, seen = on_a_terminal(Desk(tmp_path), "build")
    assert status == 0
    assert CLOSING.search(seen.replace("\r\n", "\n"))
    took = re.search(r"([0-9.]+) s\s*$", seen)
    assert took is not None
    if float(took[1]) <= 2:  # on a machine with other work none is quick
        assert "━" not in seen


# 2: usage, or a folder that is not ours


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["build", "--no-such-option"], "--no-such-option"),
        (["--no-such-option"], "--no-such-option"),
        (["publish"], "publish"),
        (["build", "extra"], "extra"),
        (["check", "--output", "x"], "--output"),
        (["build", "--now", "yesterday"], "yesterday"),
        (["build", "--now", "2026-02-30"], "2026-02-30"),
        (["build", "--now", "2026-02-03T10:00:00"], "offset"),
        (["build", "--now"], "--now"),
        (["build", "--base-url", "example.org"], "example.org"),
        (["build", "--base-url", "https://example.org/?a=b"], "address of the site"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "--jobs", "many"], "--jobs"),
        (["build", "--content", "nowhere"], "nowhere"),
        (["check", "--content", "nowhere"], "nowhere"),
        (["build", "--content", "content/site.yaml"], "site.yaml"),
        (["build", "--templates", "nowhere"], "nowhere"),
        (["build", "--static", "nowhere"], "nowhere"),
        (["build", "--cache", "content/site.yaml"], "site.yaml"),
    ],
)
def test_invalid_options_are_refused_before_content_is_read(
    project: Project, arguments: list[str], expected: str
) -> None:
    assert main(arguments) == 2
    output = project.capsys.readouterr()
    assert output.out == ""
    assert expected in output.err
    assert "Traceback" not in output.err
    assert not project.desk.output.exists()


def test_without_a_content_folder_there_is_nothing_to_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == 2
    assert "content" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_ours_is_left_alone(project: Project) -> None:
    theirs = project.folder / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("Years of work.")
    ran = project.run("build", "--output", str(theirs))
    assert ran.status == 2
    assert "theirs" in ran.err
    assert "nothing was changed" in ran.err
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]
    assert not (project.folder / ".theirs-state").exists()


@pytest.mark.parametrize("place", [".", "..", "/", "content", "~"])
def test_places_that_no_site_may_take_are_refused(project: Project, place: str) -> None:
    before = sorted(project.folder.rglob("*"))
    ran = project.run("build", "--output", str(Path(place).expanduser()))
    assert ran.status == 2
    assert ran.err
    assert sorted(project.folder.rglob("*")) == before


def test_a_file_somebody_put_into_the_site_is_not_lost(project: Project) -> None:
    project.build()
    (project.desk.output / "google1234.html").write_text("mine")
    project.put("two")
    ran = project.run("build")
    assert ran.status == 2
    assert "google1234.html" in ran.err
    assert (project.desk.output / "google1234.html").read_text() == "mine"


# 70, 74, 75, 130


def test_an_exception_is_reported_in_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": ""})
    desk = Desk(tmp_path)
    desk.build()
    before = desk.published()
    # Too little stack: an exception that no code expects.
    program = (
        "import importlib.metadata, sys, tomllib; "
        f"sys.path.insert(0, {str(ROOT)!r}); from briefings.cli import main; "
        "sys.setrecursionlimit(60); status = main(sys.argv[1:]); "
        "sys.setrecursionlimit(1000); sys.exit(status)"
    )
    words = desk.command("build", "--no-cache")[2:]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 70, done.stderr
    assert "the generator itself failed; nothing was published" in done.stderr
    assert "Traceback" not in done.stderr
    assert "RecursionError" in (tmp_path / ".cache" / "crash.txt").read_text()
    assert desk.published() == before


def unmeasured() -> dict[str, str]:
    """The environment, but for what has `coverage` write files of its own to a full disk."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def few_bytes() -> None:
    """As on a full disk: no file can grow beyond 4 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_disk_that_fails_is_named_and_the_site_stays_as_it_was(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": ""})
    desk = Desk(tmp_path)
    desk.build()
    before = desk.published()
    (tmp_path / "content/briefings/2026/two.md").write_text(
        briefing("two", body="Long.\n\n" * 4000)
    )
    done = subprocess.run(
        desk.command("build"), cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=few_bytes, env=unmeasured(),
    )  # fmt: skip
    assert done.returncode == 74, done.stderr
    assert done.stdout == ""
    assert "could not write the site" in done.stderr
    assert "the published site is as it was" in done.stderr
    assert "Traceback" not in done.stderr
    assert desk.published() == before
    desk.build()
    assert "briefings/two/index.html" in desk.published()


def test_while_another_build_writes_this_one_gives_up_at_once(project: Project) -> None:
    with lock(project.desk.output, project.folder):
        ran = project.run("build")
    assert ran.status == 75
    assert "another build is writing to" in ran.err
    assert not project.desk.output.exists()
    project.build()


def test_check_needs_no_lock(project: Project) -> None:
    with lock(project.desk.output, project.folder):
        assert project.run("check").status == 0


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("corpus")
    script = ROOT / "bench" / "corpus.py"
    subprocess.run([sys.executable, str(script), "300", str(folder / "content")], check=True,
                   capture_output=True)  # fmt: skip
    yield folder
    shutil.rmtree(folder)


def test_ctrl_c_stops_every_process_without_a_word_too_many(corpus: Path) -> None:
    desk = Desk(corpus)
    command = [word if word != "1" else "2" for word in desk.command("build", "--no-cache")]
    with subprocess.Popen(
        command, cwd=corpus, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=stoppable,
    ) as process:  # fmt: skip
        state = corpus / ".output-state" / "spool"
        waited = time.monotonic() + 60
        while not state.exists() and time.monotonic() < waited:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert err.strip() == "stopped; nothing was changed"
    assert not desk.output.exists()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("exchange", "nothing was changed"),
        ("flush", "the new site is published"),
        ("Report", "the new site is published"),
    ],
)
def test_ctrl_c_says_whether_the_new_site_is_published(
    project: Project, monkeypatch: pytest.MonkeyPatch, where: str, expected: str
) -> None:
    project.build()
    before = project.published()
    project.put("one", body="Other words [@A].\n")

    def stop(*_: object, whole_system: bool = False, **__: object) -> None:
        if not whole_system:  # a flush before the switch
            raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["briefings.publish"], where, stop)
    ran = project.run("build")
    assert (ran.status, ran.err.strip()) == (130, f"stopped; {expected}")
    assert (project.published() == before) is (expected == "nothing was changed")


# Names that must not be published

WALL = "policy: {never_publish: [Ann O'Example, Gwen & Sons]}"


@pytest.mark.parametrize("body", ["Ann O'Example did it [@A].", "ANN   o'example did it [@A]."])
def test_a_name_on_the_list_is_refused_at_its_line(project: Project, body: str) -> None:
    project.configure(WALL)
    project.put("one", body=f"First line [@A].\n\n{body}\n")
    for command in ("check", "build"):
        ran = project.run(command)
        assert ran.status == 1
        assert re.search(r"one\.md:\d+:1: this name must not be published", ran.err)
    assert not project.desk.output.exists()


def test_a_name_that_only_a_template_puts_together_does_not_get_out(project: Project) -> None:
    project.configure(WALL)
    own = project.folder / "own"
    shutil.copytree(ROOT / "templates", own)
    page = own / "pages" / "topics.html"
    page.write_text(page.read_text().replace("<h1>", "<h1>{{ 'Ann' ~ ' O' ~ \"'Example\" }} ", 1))
    words = project.desk.command("build")[2:]
    words[words.index("--templates") + 1] = str(own)
    for command in ("check", "build"):
        assert main([command, *words[1:]]) == 1
        assert "topics/index.html would publish a name" in project.capsys.readouterr().err
    assert not project.desk.output.exists()


def test_a_trust_with_prose_and_a_page_build_like_the_rest(project: Project) -> None:
    pages = project.folder / "content" / "pages"
    pages.mkdir()
    (pages / "about.md").write_text(in_front("title: About", "Who we are.\n"))
    project.build()
    data = json.loads(project.desk.published()["data/trusts.json"])
    assert data["rows"][0]["briefings"] == 1
    assert "about/index.html" in project.desk.published()
