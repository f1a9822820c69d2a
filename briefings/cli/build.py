"""`build`, the default command."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from briefings import pipeline
from briefings.cli.options import options_of, reading
from briefings.output import lock

_PATIENCE = 2.0  # seconds of silence before a progress bar appears


@click.command()
@reading
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("output"), help="Where the site goes."
)
@click.option(
    "--in-place", is_flag=True, help="Replace file by file, where a switch can't be made."
)
def build(output: Path, in_place: bool, **given: Any) -> int:
    """Build the site (the default command)."""
    started = time.monotonic()
    # A build makes millions of values that live to its end and next to no cycles: looking through
    # all of them every few thousand costs 6 s of 97 at 10,000 briefings, and finds nothing.
    gc.set_threshold(100_000, 50, 1000)
    options = options_of(given)
    with lock(output, Path.cwd()) as folder:
        seen = _Watch(started, given["quiet"])
        made = pipeline.build(options, folder, in_place=in_place, seen=seen)
    if not given["quiet"]:
        click.echo(_closing_line(made, time.monotonic() - started))
    return 0


def _closing_line(made: pipeline.Made, seconds: float) -> str:
    parts = ", ".join(
        f"{count} {word if count == 1 else word + 's'}"
        for count, word in ((made.pages, "page"), (made.feeds, "feed"), (made.tables, "table"))
    )
    report = made.report
    return f"{parts}; {report.written} changed, {report.removed} removed; {seconds:.1f} s"


class _Watch:
    """A progress bar on a terminal, for builds that take longer than one waits in silence."""

    def __init__(self, started: float, quiet: bool) -> None:
        self.started = started
        self.shown = sys.stderr.isatty() and not quiet

    def __call__(
        self, files: Iterable[tuple[str, bytes]], total: int
    ) -> Iterator[tuple[str, bytes]]:
        if not self.shown:
            yield from files
            return
        # No refresh thread: worker processes are forked from here.
        console = Console(stderr=True)
        with Progress(console=console, transient=True, auto_refresh=False) as progress:
            task = progress.add_task("pages", total=total, visible=False)
            for index, file in enumerate(files):
                if index % 50 == 0:
                    slow = time.monotonic() - self.started > _PATIENCE
                    progress.update(task, completed=index, visible=slow, refresh=slow)
                yield file
