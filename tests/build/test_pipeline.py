"""What a whole build passes on: to the search index, and to the publication."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from briefings.build import pipeline
from briefings.cli import main
from briefings.outputs.search import begin_index
from tests.support.on_disk import NOW, ROOT, Desk, write_site


def test_the_search_index_is_kept_while_nothing_in_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And made again after an edit of what is searched."""
    content = write_site(tmp_path, {"one": ""})
    made: list[bool] = []

    def counted(*arguments: Any) -> Any:
        made.append(True)
        return begin_index(*arguments)

    monkeypatch.setattr(pipeline, "begin_index", counted)
    folders = [f"--{name}={ROOT / name}" for name in ("templates", "static")]
    words = ["build", *folders, "--now", NOW, "--cache=kept", "--jobs=1", "--quiet"]
    briefing = content / "briefings/2026/one.md"
    for file, edit, count in (
        (content / "site.yaml", "feed: {items: 2}\n", 1),
        (briefing, "\nAnother paragraph [@A].\n", 2),
    ):
        with chdir(tmp_path):
            assert main(words) == 0
            file.write_text(f"{file.read_text('utf-8').rstrip()}\n{edit}", encoding="utf-8")
            assert main(words) == 0
        assert len(made) == count
        assert list((tmp_path / "output/pagefind").iterdir())


def test_in_place_the_first_build_keeps_the_folder_itself(tmp_path: Path) -> None:
    """A folder that is mounted or bound into a container can't be exchanged for another."""
    write_site(tmp_path, {"one": ""})
    desk = Desk(tmp_path)
    for name, is_kept in (("mounted", True), ("exchanged", False)):
        folder = tmp_path / name
        folder.mkdir()
        inode = folder.stat().st_ino
        desk.build("--output", name, *(["--in-place"] if is_kept else []))
        assert (folder / "index.html").is_file()
        assert (folder.stat().st_ino == inode) is is_kept


def test_a_page_that_one_edit_left_as_it_was_is_reached_by_the_next(tmp_path: Path) -> None:
    """The first edit reaches the briefing alone; what the lists read of it is still on record."""
    content = write_site(tmp_path, {"one": ""})
    desk = Desk(tmp_path)
    briefing = content / "briefings/2026/one.md"
    for before, after in (("What the", "Last of what the"), ("title: On one", "title: On wards")):
        desk.build("--cache", "kept")
        briefing.write_text(briefing.read_text("utf-8").replace(before, after), encoding="utf-8")
    desk.build("--cache", "kept")
    for page in ("index.html", "trusts/north/index.html", "briefings/one/index.html"):
        assert "On wards" in (desk.output / page).read_text("utf-8")
