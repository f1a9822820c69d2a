"""Changes to content: tried out on a copy, then made as a whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from briefings.edit import ContentEditor, put
from briefings.problems import ContentError
from tests.support.factory import NOW
from tests.support.on_disk import write_site


@pytest.fixture
def desk(tmp_path: Path) -> ContentEditor:
    return ContentEditor(write_site(tmp_path, {"first": ""}), lambda _: NOW)


def files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_faults_are_reported_with_paths_of_the_real_folder_which_does_not_change(
    desk: ContentEditor,
) -> None:
    before = files(desk.root)
    changes = {"trusts/north.md": b"---\nname: North\nkind: acut\n---\n", "topics/a.md": None}
    (problem,) = desk.faults_with(changes)
    assert problem.path == str(desk.root / "trusts/north.md")
    assert (problem.line, problem.column) == (3, 7)
    assert files(desk.root) == before


def test_changes_that_leave_a_fault_are_refused(desk: ContentEditor) -> None:
    with pytest.raises(ContentError) as caught:
        desk.try_out({"trusts/north.md": None})
    assert "no trust has the id `north`" in str(caught.value)
    desk.try_out({"trusts/south.md": b"---\nname: South\nkind: acute\n---\n"})


def test_a_file_keeps_its_mode(desk: ContentEditor) -> None:
    file = desk.root / "trusts/north.md"
    file.chmod(0o640)
    put(desk.root, {"trusts/north.md": b"x"})
    assert file.read_bytes() == b"x"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_can_not_be_removed_undoes_the_others(desk: ContentEditor) -> None:
    before = files(desk.root)
    with pytest.raises(FileNotFoundError):
        put(desk.root, {"trusts/north.md": b"x", "trusts/new.md": b"y", "trusts/gone.md": None})
    assert files(desk.root) == before


def test_a_disk_that_fills_up_leaves_no_temporary_file(
    desk: ContentEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(desk.root)

    def full(file: Path, raw: bytes) -> int:
        file.open("wb").close()
        raise OSError(errno.ENOSPC, "No space left on device", str(file))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        put(desk.root, {"trusts/north.md": b"x"})
    assert files(desk.root) == before
