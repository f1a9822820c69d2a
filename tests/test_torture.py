"""The trials of `make torture` in their short form, and the page with their figures."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from tests.torture.__main__ import PAGE, TRIALS, main, renewed
from tests.torture.figures import SHORT, Figure

ROOT = Path(__file__).parents[1]
TEXT = PAGE.read_text("utf-8")
EMPTY = "Before.\n<!-- figures -->\n<!-- /figures -->\nAfter.\n"


@pytest.mark.long  # Trials that have tests of their own in `make test`.
@pytest.mark.parametrize("trial", TRIALS)
def test_no_promise_is_broken_in_a_short_trial(trial: str) -> None:
    figures = importlib.import_module(f"tests.torture.{trial}").run(SHORT)
    assert figures
    assert [loss for figure in figures for loss in figure.losses] == []
    assert all(figure.count > 0 for figure in figures), figures


def test_a_run_of_one_trial_renews_its_own_lines_alone() -> None:
    first, second, third = (Figure(what, 2000) for what in ("kills", "stops", "reads"))
    page = renewed(EMPTY, "faults", [first, second], 1)
    page = renewed(page, "readers", [third], 0.5)
    assert page.startswith("Before.\n<!-- figures -->\n| trial |")
    assert page.endswith("\n<!-- /figures -->\nAfter.\n")
    assert re.findall(r"^\| (\w+) \| 2,000 \| (\w+) \| 0 \|", page, re.MULTILINE) == [
        ("faults", "kills"),
        ("faults", "stops"),
        ("readers", "reads"),
    ]
    again = renewed(page, "faults", [first], 1)
    assert "stops" not in again
    assert "reads | 0 |" in again
    assert renewed(again, "faults", [first, second], 1) == page


def test_a_loss_ends_the_run_with_a_status_and_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(EMPTY, "utf-8")
    monkeypatch.setattr("tests.torture.__main__.PAGE", page)
    for losses, status in (((), 0), (("kill 7: a mixture",), 1)):
        figures = [Figure("builds killed", 300, losses)]
        monkeypatch.setattr("tests.torture.faults.run", lambda scale, figures=figures: figures)
        assert main(["--only", "faults"]) == status
        assert f"| faults | 300 | builds killed | {len(losses)} |" in page.read_text("utf-8")
        assert ("    kill 7: a mixture\n" in capsys.readouterr().out) == bool(losses)


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", TEXT)
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_the_page_has_the_figures_of_every_trial_and_no_loss() -> None:
    rows = re.findall(r"^\| (\w+) \| [\d,]+ \| [^|]+ \| (\d+) \|", TEXT, re.MULTILINE)
    assert {trial for trial, _ in rows} <= set(TRIALS)
    assert {losses for _, losses in rows} <= {"0"}


def test_the_page_has_room_for_how_other_generators_do() -> None:
    assert TEXT.count("<!-- peers -->") == TEXT.count("<!-- /peers -->") == 1
