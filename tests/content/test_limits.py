"""Every file within its size limit is read within 2 s, and no longer file is read."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from briefings import checks
from briefings.checks.quotations import nearest
from briefings.checks.texts import text_problems
from briefings.cli import main
from briefings.content import files as limits
from briefings.content.loader import load
from briefings.content.records import Content
from briefings.content.similarity import did_you_mean
from briefings.domain.site import visible
from briefings.edit.ods import read_trusts
from briefings.problems import ContentError
from tests.torture.inputs_folders import base, write_content
from tests.torture.inputs_work import fronts

#: Seconds of this process's own work. The promise is 2; the slowest takes 0.6 on an idle machine,
#: and what was quadratic took 30 to 220. Measuring coverage takes most of the time.
MOST = 30.0 if "COVERAGE_RUN" in os.environ else 6.0


@contextmanager
def quickly() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < MOST


def judged(folder: Path) -> tuple[Content, list[str]]:
    content = load(folder)
    site = visible(content, datetime(2026, 12, 1, tzinfo=UTC))
    return content, [str(fault) for fault in checks.faults(site)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_content({path: text.encode() for path, text in base().items()}, tmp_path / "content")
    (tmp_path / "content/media").mkdir()
    return tmp_path / "content"


def put(folder: Path, front: str) -> None:
    """Make this the front matter of a briefing."""
    file = next(folder.glob("briefings/*/*.md"))
    body = file.read_text("utf-8").split("---\n", 2)[2]
    file.write_text(f"---\n{front}---\n{body}", encoding="utf-8")


def full(head: str, key: str, item: str, end: str) -> str:
    """Front matter at its limit: items numbered in one list."""
    parts = [f"{head}{key}"]
    room = limits.MAX_FRONT - len(parts[0]) - len(end)
    for number in range(100_000):
        parts.append(item.replace("{}", str(number)))
        room -= len(parts[-1])
        if room < 0:
            return "".join([*parts[:-1], end])
    raise AssertionError


LISTS = {
    "topics in one line": ("topics: [", "t{}, ", "z]\n"),
    "topics of concerns": ("concerns: [", "{text: a, topic: t{}, sources: [A]}, ", "]\n"),
    "sources of a concern": ("concerns: [{text: a, sources: [", "t{}, ", "A]}]\n"),
    "trusts": ("also_about: [", "northmoor-{}, ", "northmoor]\n"),
    "keys given twice": ("", "k{}: 1\nk0: 1\n", ""),
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", LISTS)
def test_thousands_of_faults_in_one_file_are_found_and_placed_in_a_moment(
    folder: Path, name: str
) -> None:
    file = next(folder.glob("briefings/*/*.md"))
    head = file.read_text("utf-8").split("---\n", 2)[1]
    for number in range(300):  # near misses are what a suggestion is looked for among
        copy = (folder / "topics/staffing.md").read_text("utf-8")
        text = copy.replace("name: ", f"name: Near {number} ")
        (folder / f"topics/t-{number}.md").write_text(text, encoding="utf-8")
    first = LISTS[name][0].partition(":")[0]
    lines = [line for line in head.splitlines(True) if not first or not line.startswith(first)]
    put(folder, full("".join(lines), *LISTS[name]))
    with quickly():
        _, problems = judged(folder)
    assert len(problems) > 1_000
    assert (
        len({problem.partition(": ")[0] for problem in problems}) > 1_000
    )  # each has a place of its own


@pytest.mark.sample(4)
@pytest.mark.parametrize("front", [pytest.param(text, id=name) for name, text in fronts()])
def test_front_matter_at_its_limit_is_judged_in_a_moment(folder: Path, front: str) -> None:
    put(folder, front)
    with quickly():
        judged(folder)


def test_a_suggestion_among_many_options_takes_no_time() -> None:
    options = frozenset(f"requirement-of-kind-{number}" for number in range(5_000))
    with quickly():
        for number in range(1_000):
            assert did_you_mean(f"requirement-kind-x{number}", options)


@pytest.mark.long
def test_a_file_of_nothing_but_forbidden_names_is_reported_in_a_moment(folder: Path) -> None:
    site = folder / "site.yaml"
    policy = "never_publish: [Ann Lee, "
    text = site.read_text("utf-8").replace("never_publish: [", policy)
    site.write_text(text, "utf-8")
    (folder / "README.md").write_text("Ann Lee\n" * (limits.MAX_README // 8), "utf-8")
    (folder / "media/names.csv").write_text("Ann Lee\n" * (limits.MAX_TEXT // 8), "utf-8")
    shown = visible(load(folder), datetime(2026, 12, 1, tzinfo=UTC))
    with quickly():
        problems = text_problems(shown)
    assert len(problems) == limits.MAX_README // 8 + limits.MAX_TEXT // 8
    assert (problems[-1].line, problems[-1].column) == (limits.MAX_TEXT // 8, 1)


def test_a_table_of_nothing_but_telephone_numbers_is_reported_in_a_moment(folder: Path) -> None:
    row = "01632 960 001, jo.bloggs@mail.example\n"
    (folder / "media/numbers.csv").write_text(row * (limits.MAX_TEXT // len(row)), "utf-8")
    with quickly():
        _, problems = judged(folder)
    assert len(problems) > 40_000


def test_a_quotation_that_is_in_no_text_is_searched_in_time() -> None:
    words = [f"{chr(97 + n % 26)}{n}ing" for n in range(3_000)]
    chosen = random.Random(1)
    text = " ".join(chosen.choices(words, k=limits.MAX_SOURCE // 7))
    quote = " ".join(chosen.choices(words, k=2_200))
    with quickly():
        for _ in range(5):
            nearest(quote, text)


def test_the_nearest_passage_is_found_wherever_it_is_in_a_long_text() -> None:
    chosen = random.Random(2)
    common = ["the", "of", "trust", "ward", "staff", "care", "was", "and", "had", "not"]
    said = "Inspectors found ligature points in three bedrooms on the forensic ward that night"
    for before in (0, 10_000, 60_000):
        around = [" ".join(chosen.choices(common, k=count)) for count in (before, 60_000 - before)]
        text = f"{around[0]} {said} {around[1]}"
        passage, likeness = nearest(said.replace("three", "four"), text)
        assert "ligature points in three bedrooms" in passage
        assert likeness > 90


LONG = {
    "content/README.md": limits.MAX_README,
    "content/register.csv": limits.MAX_REGISTER,
    "content/facts.csv": limits.MAX_REGISTER,
    "content/media/plan.csv": limits.MAX_TEXT,
    "content/media/plan.pdf": limits.MAX_MEDIA,
    "content/pages/about.md": limits.MAX_MARKDOWN,
    "content/site.yaml": limits.MAX_FRONT,
    "templates/partials/foot.html": limits.MAX_TEMPLATE,
    "static/style.css": limits.MAX_TEXT,
    "sources/saved.txt": limits.MAX_SOURCE,
}


def test_every_kind_of_file_has_a_limit_and_is_refused_by_name_above_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path = folder.parent
    root = Path(__file__).parents[2]
    for name in ("templates", "static"):
        shutil.copytree(root / name, tmp_path / name)
    (tmp_path / "sources").mkdir()
    for path, limit in LONG.items():
        with (tmp_path / path).open("ab") as file:
            file.truncate(limit + 64 * 1024 * 1024)  # sparse: it takes no room on the disk
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["build", "--no-search"]):
        assert main([*command, "--jobs", "1", "--no-cache"]) == 1
        output = capsys.readouterr().err
        for path in LONG:
            assert f"{path}:1:1: " in output, output
            assert "the limit is" in output.partition(f"{path}:1:1: ")[2].partition("\n")[0]


def test_a_list_of_trusts_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "list.csv").open("wb") as file:
        file.truncate(limits.MAX_LIST + 1)
    with pytest.raises(ContentError, match="the limit is 16 MiB"):
        read_trusts(tmp_path / "list.csv")
