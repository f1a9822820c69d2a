"""What `make coverage` says of the branches that no test takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import branches


def coverage_of(lines: int, run: int, missing: list[list[int]], of: int) -> dict[str, Any]:
    """One file of a report as coverage.py writes it."""
    summary = {
        "num_statements": lines, "covered_lines": run,
        "num_branches": of, "covered_branches": of - len(missing),
    }  # fmt: skip
    return {"summary": summary, "missing_branches": missing}


def report(folder: Path, files: dict[str, dict[str, Any]]) -> Path:
    path = folder / "report.json"
    path.write_text(json.dumps({"files": files}), "utf-8")
    return path


def test_each_branch_that_is_missing_has_its_line_and_each_package_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "briefings/one.py": coverage_of(10, 9, [[7, -2], [3, 5]], 20),
        "briefings/outputs/pages/two.py": coverage_of(30, 30, [], 80),
        "briefings/outputs/pages/__init__.py": coverage_of(0, 0, [], 0),
    }
    assert branches.main(report(tmp_path, files)) == 0
    assert capsys.readouterr().out == (
        "briefings/one.py:3: never goes on to line 5\n"
        "briefings/one.py:7: never goes on to the end\n"
        "\n"
        "                            lines  branches\n"
        "briefings                  90.0 %    90.0 %\n"
        "briefings/outputs/pages   100.0 %   100.0 %\n"
        "all                        97.5 %    98.0 %\n"
    )


@pytest.mark.parametrize(("missing", "status"), [(5, 0), (6, 1)])
def test_less_than_95_of_a_hundred_is_too_little_however_many_lines_ran(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], missing: int, status: int
) -> None:
    files = {"briefings/one.py": coverage_of(50, 50, [[line, -1] for line in range(missing)], 100)}
    assert branches.main(report(tmp_path, files)) == status
    last = "\nLess than 95 % of the branches are taken by a test.\n"
    assert capsys.readouterr().out.endswith(last) is (status == 1)
