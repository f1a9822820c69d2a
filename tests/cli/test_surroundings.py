"""Commands work, or say what is missing, in any environment: descriptors, locale, limits."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from briefings.store.workers import over_chunks

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A site with every feature, and an é in an address."""
    shutil.copytree(ROOT / "tests/site", tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def large(project: Path) -> Path:
    """More files than one process reads."""
    for number in range(300):
        text = f"---\nname: Topic {number}\nsummary: S.\n---\n"
        (project / f"content/topics/topic-{number}.md").write_text(text, encoding="utf-8")
    return project


def run(project: Path, shell: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A build in a shell that does something before; `$BUILD` is the command."""
    words = (sys.executable, str(ROOT / "build.py"), "--no-search", "--quiet", "--no-cache")
    return subprocess.run(
        ["sh", "-c", shell, "sh", *words], cwd=project, env=os.environ | environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.sample(1)
@pytest.mark.parametrize("files", [16, 24])
def test_few_file_descriptors_end_in_a_site_or_a_fault_and_no_process_is_left(
    large: Path, files: int
) -> None:
    done = run(large, f'ulimit -n {files}; "$@" --jobs 8')
    assert done.returncode == 0, done.stderr
    assert (large / "output/index.html").exists()


def test_workers_that_the_system_does_not_give_are_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The third process is refused: the two that were started end, and the work is done here."""
    fork, count = os.fork, 0

    def forks() -> int:
        nonlocal count
        count += 1
        if count > 2:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    monkeypatch.setattr(os, "fork", forks)
    before = multiprocessing.active_children()
    assert list(over_chunks(doubled, [[1, 2], [3]], 8)) == [2, 4, 6]
    assert multiprocessing.active_children() == before


def doubled(numbers: Sequence[int]) -> list[int]:
    return [2 * number for number in numbers]


@pytest.mark.sample(1)
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_stops_nothing(large: Path, closed: str) -> None:
    assert run(large, f'"$@" {closed}').returncode == 0
    (large / "content/site.yaml").write_text("titel: x\n", encoding="utf-8")
    assert run(large, f'"$@" {closed}').returncode == 1


@pytest.mark.sample(1)
@pytest.mark.parametrize("utf8", ["0", "1"])
def test_an_address_with_an_accent_is_built_in_the_locale_c(project: Path, utf8: str) -> None:
    done = run(project, '"$@"', LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8=utf8)
    assert done.returncode == 0, done.stderr
    assert (project / "output/café/index.html").exists()


def test_optimised_python_writes_the_same_bytes(project: Path) -> None:
    assert run(project, '"$@"').returncode == 0
    assert run(project, '"$@" --output optimised', PYTHONOPTIMIZE="2").returncode == 0
    wanted = tree(project / "output")
    assert tree(project / "optimised") == wanted


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
