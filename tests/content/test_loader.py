"""Loading the content folder: which files are records, and which are ignored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefings.content.loader import load, problems_at
from briefings.content.records import Content
from briefings.content.schema.validation import Fault
from briefings.problems import Problem
from briefings.store.cache import Cache

SITE = Path(__file__).parents[1] / "site" / "content"
BASE = Path(__file__).parents[1] / "invalid" / "base"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small valid content folder."""
    return Path(shutil.copytree(BASE, tmp_path / "content"))


def seen(content: Content) -> list[tuple[str, str, str]]:
    return sorted((record.kind, record.id, record.path) for record in content.records())


def test_the_made_up_site_is_read_without_a_fault() -> None:
    content = load(SITE)
    assert content.problems == ()
    assert content.media == {"wards/plan-1.svg", "unused.svg", "quokkafuture.svg"}
    assert len(content.requirements) == 51


def test_an_id_is_the_file_name_and_nothing_else(root: Path) -> None:
    assert ("briefing", "northmoor-2025", "briefings/2025/northmoor-2025.md") in seen(load(root))


def test_dot_files_and_read_me_files_are_left_alone_anywhere(root: Path) -> None:
    before = seen(load(root))
    for folder in (".", "briefings", "briefings/2025", "trusts", "regulators", "media"):
        (root / folder / "README.md").write_text("For editors.\n", encoding="utf-8")
        (root / folder / ".DS_Store").write_bytes(b"\x00\xff")
        (root / folder / ".hidden").mkdir()
        (root / folder / ".hidden" / "x.md").write_bytes(b"\x00")
        (root / folder / ".#locked.md").symlink_to("nowhere")  # as Emacs does
    content = load(root)
    assert content.problems == ()
    assert seen(content) == before
    assert content.media == {"plan.txt"}


def test_media_may_be_in_folders(root: Path) -> None:
    (root / "media" / "2025" / "wards").mkdir(parents=True)
    (root / "media" / "2025" / "wards" / "a plan.png").write_bytes(b"x")
    content = load(root)
    assert content.problems == ()
    assert "2025/wards/a plan.png" in content.media


def test_the_register_is_no_page(root: Path) -> None:
    (root / "register.csv").write_text(
        "kind,id,url,guid,first_published,leads_to\n", encoding="utf-8"
    )
    assert load(root).problems == ()


def test_an_empty_folder_of_ours_is_no_fault(root: Path) -> None:
    (root / "briefings" / "2030").mkdir()
    shutil.rmtree(root / "topics")
    (root / "topics").mkdir()
    assert load(root).problems == ()


def test_a_foreign_folder_is_one_fault_however_many_files_it_has(root: Path) -> None:
    (root / "notes").mkdir()
    for n in range(5):
        (root / "notes" / f"{n}.md").write_text("x", encoding="utf-8")
    assert [(p.path, p.line) for p in load(root).problems] == [(str(root / "notes"), 1)]


def test_the_base_url_of_the_command_line_replaces_that_of_the_file() -> None:
    content = load(SITE, base_url="https://preview.example/x/")
    assert content.config.base_url == "https://preview.example/x/"
    assert 'href="/x/trusts/castlebridge/"' in content.briefings["aldermere-2025"].body.html


def test_more_processes_read_the_same(tmp_path: Path) -> None:
    root = Path(shutil.copytree(SITE, tmp_path / "content"))
    for n in range(300):
        name = "" if n % 2 else f" Topic {n}"
        text = f"---\nname:{name}\nsummary: S.\n---\n"
        (root / "topics" / f"topic-{n}.md").write_text(text, encoding="utf-8")
    alone, together = load(root, jobs=1), load(root, jobs=2)
    assert alone.problems == together.problems
    assert len(alone.problems) == 150
    assert seen(alone) == seen(together)


def test_the_cache_returns_the_same_records_as_reading(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache" / "read.sqlite")
    fresh = load(SITE)
    assert list(load(SITE, cache=cache).records()) == list(fresh.records())
    assert list(load(SITE, cache=cache).records()) == list(fresh.records())


def test_a_fault_is_never_kept_in_the_cache(root: Path, tmp_path: Path) -> None:
    (root / "pages" / "bad.md").write_text("---\ntitel: x\n---\n", encoding="utf-8")
    cache = Cache(tmp_path / "cache" / "read.sqlite")
    first = load(root, cache=cache).problems
    assert first
    assert load(root, cache=cache).problems == first


def test_the_same_text_in_another_file_is_read_for_that_file(root: Path, tmp_path: Path) -> None:
    """Relative links depend on the folder, so the cache must not mix up two files."""
    cache = Cache(tmp_path / "cache" / "read.sqlite")
    text = "---\ntitle: Two\n---\n[About](about.md)\n"
    (root / "pages" / "two.md").write_text(text, encoding="utf-8")
    assert load(root, cache=cache).problems == ()
    (root / "pages" / "two.md").unlink()
    (root / "topics" / "two.md").write_text(text, encoding="utf-8")
    messages = [problem.message for problem in load(root, cache=cache).problems]
    assert any("leads to content/topics/about.md" in line for line in messages) or messages


def test_a_fault_found_later_is_placed_at_its_line(root: Path) -> None:
    def placed_at(fault: Fault) -> Problem:
        return problems_at(root, [("briefings/2025/northmoor-2025.md", fault)])[0]

    placed = placed_at(Fault(("sources", "A", "url"), "wrong", "write another"))
    assert (placed.line, placed.column) == (15, 10)
    placed = placed_at(Fault(("sources", "A"), "wrong", at_key=True))
    assert (placed.line, placed.column) == (12, 3)


def test_a_record_with_a_fault_keeps_what_could_be_read(root: Path) -> None:
    path = root / "briefings" / "2025" / "northmoor-2025.md"
    text = path.read_text(encoding="utf-8").replace("trust: northmoor", "trust: Northmoor")
    path.write_text(text, encoding="utf-8")
    content = load(root)
    record = content.briefings["northmoor-2025"]
    assert record.broken
    assert record.gaps is not None
    assert record.gaps.within("trust")
    assert not record.gaps.within("regulator")
    assert record.front.regulator == "csb"


def test_a_file_that_can_not_be_read_still_has_its_id(root: Path) -> None:
    (root / "trusts" / "northmoor.md").write_text("---\nname: '\n---\n", encoding="utf-8")
    content = load(root)
    assert "northmoor" in content.ids["trust"]
    assert content.record("trust", "northmoor") is None
