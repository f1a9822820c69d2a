"""Rules across files: judged now and at every later moment at which the site changes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from briefings import checks
from briefings.checks.names import folded, names_pattern
from briefings.dates import Moment
from briefings.load import load
from briefings.problems import Problem
from briefings.site import moments_ahead, visible

SITE = Path(__file__).parent / "site" / "content"
BASE = Path(__file__).parent / "invalid" / "base"
BRIEFING = "briefings/2025/northmoor-2025.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small valid content folder."""
    return Path(shutil.copytree(BASE, tmp_path / "content"))


def told(root: Path, now: str = "2026-01-15", *, drafts: bool = False) -> list[Problem]:
    content = load(root)
    moment = Moment.parse(now).at(content.config.time_zone)
    return [*content.problems, *checks.problems(content, moment, drafts=drafts)]


def swap(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def another(root: Path, id: str, *pairs: tuple[str, str]) -> None:
    """A second briefing like the first, under another title."""
    (root / f"briefings/2025/{id}.md").write_bytes((root / BRIEFING).read_bytes())
    for old, new in (("Northmoor inspected in June 2025", f"Briefing {id}"), *pairs):
        swap(root, f"briefings/2025/{id}.md", old, new)


@pytest.mark.parametrize(
    "now", ["2021-10-01", "2022-06-01", "2023-07-01", "2026-01-15", "2026-06-01", "2030-01-01"]
)
def test_the_made_up_site_has_no_fault_at_any_moment(now: str) -> None:
    assert told(SITE, now) == []
    assert told(SITE, now, drafts=True) == []


def test_what_becomes_public_later_is_judged_today(root: Path) -> None:
    another(root, "later", ("published: 2025-10-02", "published: 2026-10-02"))
    swap(root, "briefings/2025/later.md", "Briefing later", "Northmoor inspected in June 2025")
    assert [problem.message for problem in told(root)] == [
        "this title is the title of briefings/2025/later.md already"
    ] or [problem.path.endswith("later.md") for problem in told(root)] == [True]


def test_a_fault_of_several_moments_is_reported_once(root: Path) -> None:
    swap(root, BRIEFING, "[@A].", "[@A]. [Gone](../../trusts/northmoor.md#gone)")
    for n in range(3):
        another(root, f"later-{n}", ("published: 2025-10-02", f"published: 2027-0{n + 1}-02"))
        swap(root, f"briefings/2025/later-{n}.md", " [Gone](../../trusts/northmoor.md#gone)", "")
    assert len(told(root)) == 1


def test_two_that_come_out_together_may_link_to_each_other(root: Path) -> None:
    later = ("published: 2025-10-02", "published: 2026-10-02")
    another(root, "one", later, ("[@A].", "[@A]. [Two](two.md)"))
    another(root, "two", later, ("[@A].", "[@A]. [One](one.md)"))
    assert told(root) == []


def test_one_that_comes_out_earlier_may_not_link_to_a_later_one(root: Path) -> None:
    another(root, "one", ("published: 2025-10-02", "published: 2026-10-02"))
    another(root, "two", ("published: 2025-10-02", "published: 2026-10-01"))
    swap(root, "briefings/2025/two.md", "[@A].", "[@A]. [One](one.md)")
    assert [problem.message for problem in told(root)] == ["one.md is not public when this page is"]
    assert told(root, "2026-10-02") == []


def test_a_link_to_what_will_be_withdrawn_is_judged_today(root: Path) -> None:
    swap(
        root, BRIEFING, "sources:",
        "status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: R.}\nsources:",
    )  # fmt: skip
    another(root, "two", ("status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: R.}\n", ""))
    swap(root, "briefings/2025/two.md", "[@A].", "[@A]. [One](northmoor-2025.md#sources)")
    assert [problem.message for problem in told(root)] == ["the page has no anchor #sources"]


def test_a_draft_is_judged_by_itself_and_not_as_part_of_the_site(root: Path) -> None:
    another(root, "draft", ("published: 2025-10-02", "published: 2025-10-02\nstatus: draft"))
    swap(root, "briefings/2025/draft.md", "Briefing draft", "Northmoor inspected in June 2025")
    assert told(root) == []
    assert len(told(root, drafts=True)) == 1


def test_a_regulator_that_lists_no_regulations_and_no_methods_takes_any(root: Path) -> None:
    text = (root / "regulators/csb.yaml").read_text(encoding="utf-8")
    for block in ("methods", "regulations"):
        start = text.index(f"{block}:\n")
        end = text.index("\n", text.index("}", start)) + 1
        while text[end:].startswith("  - "):
            end = text.index("\n", end) + 1
        text = text[:start] + text[end:]
    (root / "regulators/csb.yaml").write_text(text, encoding="utf-8")
    swap(
        root, BRIEFING, "sources:",
        'breaches:\n  - {text: T., regulation: "99", sources: [A]}\nsources:',
    )  # fmt: skip
    swap(root, BRIEFING, "type: full", "type: full\n  method: letters")
    assert told(root) == []


def test_the_moments_ahead_are_those_of_publication_and_of_withdrawal() -> None:
    content = load(SITE)
    now = Moment.parse("2022-06-02").at(content.config.time_zone)
    ahead = [moment.isoformat() for moment in moments_ahead(content, now)]
    assert "2022-12-01T12:00:00+00:00" in ahead
    assert "2026-08-01T00:01:00+01:00" in ahead
    assert "2026-10-25T01:30:00+00:00" in ahead
    assert ahead == sorted(ahead, key=lambda text: Moment.parse(text).at(content.config.time_zone))


def test_visible_is_applied_at_the_very_second() -> None:
    content = load(SITE)
    for now, there in (("2026-08-01T00:00:59+01:00", False), ("2026-07-31T23:01:00Z", True)):
        site = visible(content, Moment.parse(now).at(content.config.time_zone))
        assert ("aldermere-embargoed" in site.briefing) is there


@pytest.mark.parametrize(
    "text",
    [
        "by Jo Bloggs.", "JO BLOGGS", "Jo\nBloggs", "Jo\u00a0Bloggs", "*Jo* **Bloggs**",
        "\uff2a\uff4f Bloggs", "(Jo Bloggs)", "Jo  Bloggs’s", "jo-bloggs-2025",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert names_pattern(("Jo Bloggs",)).search(folded(text))


@pytest.mark.parametrize("text", ["Jo Bloggson", "Banjo Bloggs", "Jo and Bloggs", "JoBloggs"])
def test_another_name_is_not_taken_for_it(text: str) -> None:
    assert not names_pattern(("Jo Bloggs",)).search(folded(text))


def mutated(text: str, rnd: random.Random) -> str:
    """A text with one mistake as editors make them."""
    lines = text.split("\n")
    place = rnd.randrange(len(lines))
    line = lines[place]
    words = line.split(" ")
    words[rnd.randrange(len(words))] = rnd.choice(
        ["", "x", "[]", "{}", "[a]", "{a: b}", "unknown", "2020-13", "'", "Good", "- ", "all", "12"]
    )
    at = rnd.randrange(len(line) + 1)
    lines[place : place + 1] = rnd.choice(
        [
            [],
            [line, line],
            [line.replace(":", "", 1)],
            [" ".join(words)],
            [f"  {line}"],
            [line.strip()],
            [line[:at]],
            [line[:at] + rnd.choice("ab:[]{}-#'\"&*!|>%@`\t ") + line[at + 1 :]],
        ]
    )
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_no_mistake_in_any_file_ends_in_anything_but_a_message(tmp_path: Path, seed: int) -> None:
    rnd = random.Random(seed)
    root = Path(shutil.copytree(SITE, tmp_path / "content"))
    files = [path for path in sorted(root.rglob("*")) if path.suffix in {".md", ".yaml"}]
    for _ in range(40):
        chosen = rnd.sample(files, rnd.choice([1, 1, 2]))
        before = {path: path.read_bytes() for path in chosen}
        for path in chosen:
            text = before[path].decode("utf-8").replace("\r\n", "\n")
            path.write_text(mutated(text, rnd), encoding="utf-8")
        for problem in told(root, "2026-06-01", drafts=rnd.random() < 0.3):
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.message
        for path, raw in before.items():
            path.write_bytes(raw)
