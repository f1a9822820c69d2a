"""The made-up corpus: the same bytes every time, and content that an editor could publish."""

import os
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "bench" / "corpus.py"


def write_corpus(folder: Path, *arguments: str, hash_seed: str = "0") -> dict[str, bytes]:
    """The files that `python bench/corpus.py` writes, by their paths."""
    subprocess.run(
        [sys.executable, str(CORPUS), *arguments[:1], str(folder), *arguments[1:]],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_number_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_corpus(tmp_path / "first", "30", hash_seed="1")
    second = write_corpus(tmp_path / "second", "30", hash_seed="2")
    assert first == second


def test_another_seed_gives_another_corpus(tmp_path: Path) -> None:
    first = write_corpus(tmp_path / "first", "3")
    second = write_corpus(tmp_path / "second", "3", "--seed", "7")
    assert first["briefings/2018/briefing-00000.md"] != second["briefings/2018/briefing-00000.md"]


def test_a_corpus_has_so_many_briefings_and_a_tenth_as_many_trusts(tmp_path: Path) -> None:
    files = write_corpus(tmp_path / "content", "30")
    kinds = [path.split("/")[0] for path in files]
    assert (kinds.count("briefings"), kinds.count("trusts"), kinds.count("topics")) == (30, 3, 40)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    run = subprocess.run(
        [sys.executable, str(CORPUS), "3", str(tmp_path)], capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "is not an empty folder" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_corpus_passes_the_check_that_editors_run(tmp_path: Path) -> None:
    from briefings.cli import main

    write_corpus(tmp_path / "content", "30")
    assert main(["check", "--content", str(tmp_path / "content")]) == 0
