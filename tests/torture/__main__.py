"""`python -m tests.torture`: every trial in its long form; figures go to `docs/reliability.md`.

Ends with status 1 where a promise was not kept, and tells each time.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from briefings import __version__
from tests.torture.figures import Figure

#: The modules of this package that are trials, in the order in which they are told.
TRIALS = ("faults", "disks", "caches", "rebuilds", "readers", "leaks", "inputs", "hostile")
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- figures -->", "<!-- /figures -->"
_LIBRARIES = ("Markdown", "nh3", "pydantic", "PyYAML", "Jinja2", "lxml", "pagefind")
_HEAD = "| trial | how many | of what | losses | when |\n|---|---:|---|---:|---|"
_TOLD = 20  # losses of one figure that are printed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials that are asked for; 1 where one of them told a loss."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument(
        "--only", choices=TRIALS, action="append", help="one trial; may be repeated"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the long form")
    asked = parser.parse_args(arguments)
    lost = 0
    for name in asked.only or TRIALS:
        figures = importlib.import_module(f"tests.torture.{name}").run(asked.scale)
        lost += sum(_told(name, figure) for figure in figures)
        page = PAGE.read_text("utf-8")
        PAGE.write_text(renewed(page, name, figures, asked.scale), "utf-8", newline="\n")
    return 1 if lost else 0


def _told(name: str, figure: Figure) -> int:
    sys.stdout.write(f"{name}: {figure.count:,} {figure.what}, {len(figure.losses)} losses\n")
    for loss in figure.losses[:_TOLD]:
        sys.stdout.write(f"    {loss}\n")
    sys.stdout.flush()
    return len(figure.losses)


def renewed(page: str, name: str, figures: Sequence[Figure], scale: float) -> str:
    """The page with the lines of one trial written anew, and those of all others as they were."""
    before, _, rest = page.partition(_BEGIN)
    table, _, after = rest.partition(_END)
    lines = {each: _lines_of(table, each) for each in TRIALS}
    lines[name] = [_line(name, figure, scale) for figure in figures]
    body = "\n".join(line for each in TRIALS for line in lines[each])
    return f"{before}{_BEGIN}\n{_HEAD}\n{body}\n\n{_with_what()}\n{_END}{after}"


def _lines_of(table: str, name: str) -> list[str]:
    return re.findall(rf"^\| {name} \|.*$", table, re.MULTILINE)


def _line(name: str, figure: Figure, scale: float) -> str:
    day = datetime.now(UTC).date().isoformat()
    part = "" if scale == 1 else f", a part of {scale:g}"
    return f"| {name} | {figure.count:,} | {figure.what} | {len(figure.losses)} | {day}{part} |"


def _with_what() -> str:
    """The versions of the last run."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    system = f"Python {platform.python_version()}, {platform.system()}"
    return f"The last run was with briefings {__version__}, {system}, {libraries}."


if __name__ == "__main__":
    sys.exit(main())
