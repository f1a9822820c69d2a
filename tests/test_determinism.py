"""The same content and the same moment make the same bytes, wherever and however they are built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from briefings.cli import main

ROOT = Path(__file__).parents[1]
NOW = "2026-06-01T12:00:00+01:00"


def built(folder: Path, *options: str, **environment: str) -> dict[str, bytes]:
    """A build in a folder of its own, with the site copied there."""
    shutil.copytree(ROOT / "tests/site", folder)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    run(folder, *options, **environment)
    return files_of(folder / "output")


def run(folder: Path, *options: str, **environment: str) -> None:
    """A build in this process, or with an environment of its own in a process of its own."""
    words = ["build", "--now", NOW, "--no-search", *options]
    if not environment:
        with chdir(folder):
            assert main(words) == 0
        return
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": "UTC", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def files_of(output: Path) -> dict[str, bytes]:
    files = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("first") / "site"
    return built(folder, "--no-cache", "--jobs", "1", PYTHONHASHSEED="0", LC_ALL="C.UTF-8")


def test_another_folder_zone_locale_and_hash_seed_make_the_same_bytes(
    tmp_path: Path, first: dict[str, bytes]
) -> None:
    other = built(
        tmp_path / "another folder",
        "--no-cache",
        "--jobs",
        "2",
        TZ="Pacific/Kiritimati",
        LC_ALL="tr_TR.UTF-8",
        LANG="C",
        PYTHONHASHSEED="12345",
        SOURCE_DATE_EPOCH="0",
    )
    assert other == first


def test_a_cache_changes_nothing_but_time(tmp_path: Path, first: dict[str, bytes]) -> None:
    folder = tmp_path / "site"
    assert built(folder, "--cache", "kept") == first
    assert (folder / "kept").is_dir()
    shutil.rmtree(folder / "output")
    run(folder, "--cache", "kept")
    assert files_of(folder / "output") == first


def test_building_again_over_what_is_there_makes_the_same_bytes(
    tmp_path: Path, first: dict[str, bytes]
) -> None:
    folder = tmp_path / "site"
    built(folder, "--no-cache")
    run(folder, "--no-cache")
    assert files_of(folder / "output") == first


def test_a_ruined_cache_changes_nothing(tmp_path: Path, first: dict[str, bytes]) -> None:
    folder = tmp_path / "site"
    built(folder, "--cache", "kept")
    for file in (folder / "kept").iterdir():
        if file.is_file():
            file.write_bytes(file.read_bytes()[:5_000] + b"\0" * 5_000)
    run(folder, "--cache", "kept")
    assert files_of(folder / "output") == first
