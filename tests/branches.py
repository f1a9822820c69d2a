"""How many of the branches of `briefings/` the tests take: `make coverage`, after its run of them.

A branch is one way out of a line that has several: an `if` that was never false is half tested,
though all its lines ran. Reads the report that `coverage json` writes.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

#: Per cent of the branches that have to be taken.
ENOUGH = 95.0


@dataclass(frozen=True, slots=True)
class Taken:
    """Numbers of lines and branches, and how many of them the tests ran or took."""

    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_taken: int = 0

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.lines + other.lines,
            self.lines_run + other.lines_run,
            self.branches + other.branches,
            self.branches_taken + other.branches_taken,
        )

    @property
    def of_lines(self) -> float:
        """Per cent of the lines that were run; 100 without lines."""
        return 100 * self.lines_run / self.lines if self.lines else 100.0

    @property
    def of_branches(self) -> float:
        """Per cent of the branches that were taken; 100 without branches."""
        return 100 * self.branches_taken / self.branches if self.branches else 100.0


def taken(file: dict[str, Any]) -> Taken:
    """The figures of one file of the report."""
    summary = file["summary"]
    return Taken(
        summary["num_statements"], summary["covered_lines"],
        summary["num_branches"], summary["covered_branches"],
    )  # fmt: skip


def missing(path: str, file: dict[str, Any]) -> list[str]:
    """A line for every branch that no test takes, at the line it leaves from."""
    ways = sorted((start, end) for start, end in file["missing_branches"])
    return [
        f"{path}:{start}: never goes on to {f'line {end}' if end > 0 else 'the end'}"
        for start, end in ways
    ]


def by_package(files: dict[str, dict[str, Any]]) -> dict[str, Taken]:
    """Figures of each package; those of `briefings` are of the modules beside the packages."""
    packages: defaultdict[str, Taken] = defaultdict(Taken)
    for path, file in files.items():
        packages[PurePath(path).parent.as_posix()] += taken(file)
    return dict(sorted(packages.items()))


def table(packages: dict[str, Taken]) -> list[str]:
    """The figures as they are printed, the whole last."""
    rows = [*packages.items(), ("all", sum(packages.values(), Taken()))]
    return [f"{'':24} {'lines':>8} {'branches':>9}"] + [
        f"{name:24} {row.of_lines:6.1f} % {row.of_branches:7.1f} %" for name, row in rows
    ]


def main(report: Path) -> int:
    """Print the branches not taken, then the figures; return 1 below `ENOUGH` per cent."""
    files = json.loads(report.read_text("utf-8"))["files"]
    packages = by_package(files)
    total = sum(packages.values(), Taken())
    lines = [line for path, file in files.items() for line in missing(path, file)]
    for line in [*lines, "", *table(packages)]:
        sys.stdout.write(f"{line}\n")
    if total.of_branches >= ENOUGH:
        return 0
    sys.stdout.write(f"\nLess than {ENOUGH:g} % of the branches are taken by a test.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
