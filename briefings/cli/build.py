"""`build`, the default command; `serve`, a preview on this machine, updated after every save."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sys import maxsize
from typing import Any

import click

from briefings.build.request import BuildResult, Options, PreviousBuild, find, refreshed
from briefings.cli.options import (
    Stopped,
    keep_apart,
    options_of,
    output_of,
    print_problems,
    reading,
)
from briefings.content import files
from briefings.problems import ContentError, Problem
from briefings.publish import File, Folder, HalfReplaced, lock

_FROM_BELOW = (
    "{} comes from a lower layer of an overlay, which can't be switched as a whole: files were "
    "replaced one by one. In an image, build once; in a container, build into a volume"
)
_PATIENCE = 2.0  # seconds of silence before a progress bar appears


@click.command()
@reading
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where the site goes: output, or with --drafts output-drafts.",
)
@click.option(
    "--in-place", is_flag=True, help="Replace file by file, where a switch can't be made."
)
def build(output: Path | None, in_place: bool, **parameters: Any) -> int:
    """Build the site (the default command)."""
    started = time.monotonic()
    output = output or output_of(parameters)
    keep_apart(parameters | {"output": output})
    options = options_of(parameters, output)
    with (
        _stopping(output, in_place),
        _no_collections(),
        lock(output, Path.cwd(), look=False) as locked,
    ):
        folder, previous = find(options, locked)
        if previous is not None and previous.nothing_to_do:
            refreshed(previous, folder)
            result = BuildResult(*previous.state.sorts, changed=0, removed=0)
        else:
            watch = _Watch(started, parameters["quiet"])
            result = _built(options, folder, previous, watch, in_place=in_place)
    if options.drafts:
        why = "drafts and what is under embargo"
        click.echo(f"warning: {output}/ shows {why}; do not publish it", err=True)
    if result.one_by_one and not in_place:
        click.echo(_FROM_BELOW.format(output), err=True)
    if not parameters["quiet"]:
        click.echo(_closing_line(result, time.monotonic() - started))
        if result.draft_faults:
            faults = "1 fault" if result.draft_faults == 1 else f"{result.draft_faults} faults"
            click.echo(f"{faults} in drafts, which are not published; check lists them", err=True)
    return 0


def _built(
    options: Options,
    folder: Folder,
    previous: PreviousBuild | None,
    watch: _Watch,
    *,
    in_place: bool,
) -> BuildResult:
    """Build, after the imports for it: they take longer than a build with nothing to do."""
    from briefings.build import pipeline
    from briefings.store.workers import FORKS

    if options.jobs == 1 or not FORKS:  # this process renders, which makes reference cycles
        gc.enable()
    return pipeline.build(options, folder, previous, watch, in_place=in_place)


@contextmanager
def _stopping(output: Path, in_place: bool) -> Iterator[None]:
    """Turn KeyboardInterrupt into Stopped, whose text says what was changed by then.

    The site is exchanged in one step: the inode of the output folder shows whether that was done.
    """
    before = _inode(output)
    try:
        yield
    except KeyboardInterrupt as stop:
        if in_place or isinstance(stop, HalfReplaced):
            raise Stopped("the published site may be half replaced; build again") from stop
        if _inode(output) == before:
            raise Stopped("nothing was changed") from stop
        raise Stopped("the new site is published") from stop


def _inode(folder: Path) -> int | None:
    return folder.stat().st_ino if folder.exists() else None


@contextmanager
def _no_collections() -> Iterator[None]:
    """Disable the cyclic garbage collector during a build.

    A build makes millions of objects that live to its end, and almost no reference cycles:
    collections cost 6 s of 97 at 10,000 briefings. Most cycles come from reading and rendering,
    which worker processes do; these have the collector enabled. What is there at the end is left to
    the end of the process: one collection of it would take a third of an edit's time.
    """
    gc.set_threshold(100_000, 50, 1000)
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if before:
            gc.enable()


def _closing_line(result: BuildResult, seconds: float) -> str:
    counts = ((result.pages, "page"), (result.feeds, "feed"), (result.tables, "table"))
    parts = ", ".join(f"{count} {word if count == 1 else word + 's'}" for count, word in counts)
    return f"{parts}; {result.changed} changed, {result.removed} removed; {seconds:.1f} s"


class _Watch:
    """A progress bar for builds that take longer than `_PATIENCE`; only on a terminal."""

    def __init__(self, started: float, quiet: bool) -> None:
        self.started = started
        self.shown = sys.stderr.isatty() and not quiet

    def __call__(self, files: Iterable[File], total: int) -> Iterator[File]:
        if not self.shown:
            yield from files
            return
        from rich.console import Console
        from rich.progress import Progress

        # No refresh thread: worker processes are forked from here.
        console = Console(stderr=True)
        with Progress(console=console, transient=True, auto_refresh=False) as progress:
            task = progress.add_task("pages", total=total, visible=False)
            for index, file in enumerate(files):
                if index % 50 == 0:
                    slow = time.monotonic() - self.started > _PATIENCE
                    progress.update(task, completed=index, visible=slow, refresh=slow)
                yield file


@dataclass(frozen=True, slots=True)
class _Terminal:
    """Prints the messages of the preview; see `serve.session.Reporter`."""

    quiet: bool

    def faults(self, problems: Iterable[Problem]) -> None:
        print_problems(problems, "the preview shows the site as it was before")

    def done(self, seconds: float) -> None:
        if not self.quiet:
            click.echo(f"shown again after {seconds:.2f} s")

    def warned(self, text: str) -> None:
        click.echo(f"warning: {text}", err=True)

    def crashed(self, text: str) -> None:
        click.echo(text, err=True)


@click.command()
@reading
@click.option("--host", default="127.0.0.1", help="Where to listen; this machine alone by default.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="0 takes a free one.")
@click.option("--desk", is_flag=True, help="Add /desk/, where files are written in forms.")
def serve(host: str, port: int, desk: bool, **parameters: Any) -> int:
    """Serve the site on this machine as its host would; browsers reload after every save."""
    from briefings import serve as preview  # here, so that a build doesn't import a web server

    if desk and not preview.is_loopback(host):
        raise click.UsageError("the desk writes files, so it is for this machine alone: no --host")
    options = options_of(parameters)
    folders = (options.content, *options.templates, *options.static)
    if links := [fault for folder in folders for fault in files.faults(folder, lambda _: maxsize)]:
        raise ContentError(links)  # the file watcher would follow a link
    try:
        door = preview.listening(host, port)
    except OSError as fault:
        hint = "choose another address with --port or --host"
        raise click.ClickException(
            f"can't listen at {host}:{port}: {fault.strerror}; {hint}"
        ) from fault
    port = door.getsockname()[1]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def ready(prefix: str) -> None:
        if parameters["quiet"]:
            return
        if not preview.is_loopback(host):
            click.echo("warning: others on this network can read the preview too", err=True)
        click.echo(f"{address}{prefix}/ shows what you save; Ctrl-C stops it")

    def opens(path: str) -> None:
        click.echo(f"{address}{path} opens the desk, in one browser")

    try:
        terminal = _Terminal(parameters["quiet"])
        preview.serve(options, terminal, host, door, ready, opens if desk else None)
    except KeyboardInterrupt:
        click.echo()
    finally:
        door.close()
    return 0
