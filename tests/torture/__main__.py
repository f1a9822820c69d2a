"""`python -m tests.torture`: every trial in its long form; figures go to `docs/reliability.md`.

Prints every loss (a promise that was broken); the exit status is 1 if there is one.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from briefings import __version__
from tests.torture.figures import Figure

#: The modules of this package that are trials, in the order of the table.
TRIALS = ("faults", "disks", "caches", "rebuilds", "readers", "leaks", "inputs", "hostile", "desk")
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- figures -->", "<!-- /figures -->"
_LIBRARIES = ("Markdown", "nh3", "pydantic", "PyYAML", "Jinja2", "lxml", "pagefind")
_HEAD = "| trial | how many | of what | losses | date, commit |\n|---|---:|---|---:|---|"
_TOLD = 20  # losses of one figure that are printed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen trials; return 1 if there was a loss."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument(
        "--only", choices=TRIALS, action="append", help="one trial; may be repeated"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the long form")
    options = parser.parse_args(arguments)
    losses = 0
    for name in options.only or TRIALS:
        figures = importlib.import_module(f"tests.torture.{name}").run(options.scale)
        losses += sum(_printed(name, figure) for figure in figures)
        page = PAGE.read_text("utf-8")
        PAGE.write_text(renewed(page, name, figures, options.scale), "utf-8", newline="\n")
    return 1 if losses else 0


def _printed(name: str, figure: Figure) -> int:
    sys.stdout.write(f"{name}: {figure.count:,} {figure.what}, {len(figure.losses)} losses\n")
    for loss in figure.losses[:_TOLD]:
        sys.stdout.write(f"    {loss}\n")
    sys.stdout.flush()
    return len(figure.losses)


def renewed(page: str, name: str, figures: Sequence[Figure], scale: float) -> str:
    """Return the page with the table rows of one trial replaced; all others stay."""
    before, _, table_and_after = page.partition(_BEGIN)
    table, _, after = table_and_after.partition(_END)
    lines = {trial: _lines_of(table, trial) for trial in TRIALS}
    lines[name] = [_line(name, figure, scale) for figure in figures]
    body = "\n".join(line for trial in TRIALS for line in lines[trial])
    return f"{before}{_BEGIN}\n{_HEAD}\n{body}\n\n{_with_what()}\n{_END}{after}"


def _lines_of(table: str, name: str) -> list[str]:
    return re.findall(rf"^\| {name} \|.*$", table, re.MULTILINE)


def _line(name: str, figure: Figure, scale: float) -> str:
    day = datetime.now(UTC).date().isoformat()
    when = day if scale == 1 else f"{day}, a part of {scale:g}"
    losses = len(figure.losses)
    return f"| {name} | {figure.count:,} | {figure.what} | {losses} | {when}, {_commit()} |"


def _commit() -> str:
    """Return the short id of the commit that is checked out; `unknown` outside a repository."""
    words = ["git", "-C", str(PAGE.parent), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _with_what() -> str:
    """Name the versions of the last run."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    system = f"Python {platform.python_version()}, {platform.system()}"
    return f"The last run was with briefings {__version__}, {system}, {libraries}."


if __name__ == "__main__":
    sys.exit(main())
