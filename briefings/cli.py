"""The command line: arguments, printing, exit status."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from briefings import __version__, pipeline
from briefings.cache import NO_CACHE, Cache
from briefings.dates import DateError, Moment
from briefings.load import Content
from briefings.model import base_url_fault
from briefings.output import DiskFault, Locked, NotOurs, lock
from briefings.problems import ContentError, Problem

DONE, FAULTY, USAGE, INTERNAL, DISK, LOCKED = 0, 1, 2, 70, 74, 75
_CACHE_FILE = "read.sqlite"
_PATIENCE = 2.0  # seconds of silence before a progress bar appears

F = TypeVar("F", bound=Callable[..., Any])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `build` when none is named. Returns the exit status, never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in _ABOUT):
        arguments.insert(0, "build")
    try:
        result = commands.main(arguments, prog_name="build.py", standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        return USAGE
    except ContentError as fault:
        _print_problems(fault.problems)
        return FAULTY
    except (KeyboardInterrupt, click.Abort):
        return _say(130, "stopped; nothing was changed")
    except (NotOurs, DiskFault, Locked, OSError) as fault:
        return _folder_fault(fault)
    except Exception:
        return _crashed()
    return result if isinstance(result, int) else DONE


def _folder_fault(fault: Exception) -> int:
    if isinstance(fault, NotOurs):
        return _say(USAGE, f"{fault}\nnothing was changed; name another folder with --output")
    if isinstance(fault, Locked):
        return _say(LOCKED, str(fault))
    if isinstance(fault, OSError) and not isinstance(fault, DiskFault):
        return _say(DISK, f"{fault.filename or 'the disk'}: {fault.strerror or fault}")
    return _say(DISK, str(fault))


_ABOUT = {"--help", "-h", "--version"}


def _say(status: int, text: str) -> int:
    click.echo(text, err=True)
    return status


def _crashed() -> int:
    """A fault of ours: the traceback goes into a file, an editor gets a sentence."""
    report = Path(".cache") / "crash.txt"
    text = traceback.format_exc()
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
        where = f"what happened is written in {report}; please send it with a report"
    except OSError:
        where = text.strip().splitlines()[-1]
    return _say(INTERNAL, f"the generator itself failed; nothing was published.\n{where}")


def _print_problems(problems: Iterable[Problem]) -> None:
    """Problems one after the other on stderr: plain text, unless a terminal reads it."""
    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    count = 0
    for problem in problems:
        count += problem.severity == "error"
        if sys.stderr.isatty():
            first, _, hint = str(problem).partition("\n")
            console.print(first, style="bold")
            if hint:
                console.print(hint, style="green")
        else:
            click.echo(str(problem), err=True)
    if count:
        things = "one fault" if count == 1 else f"{count} faults"
        click.echo(f"\n{things}; nothing was published", err=True)


class _MomentOption(click.ParamType[Moment]):
    """`2026-01-15` or `2026-01-15T00:01:00+00:00`."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return Moment.parse(value)
        except DateError as fault:
            self.fail(f"{fault.message}; {fault.hint}", param, ctx)


class _AddressOption(click.ParamType[str]):
    """The address of the site."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        fault = base_url_fault(value)
        if fault:
            self.fail(fault, param, ctx)
        return value


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _reading(command: F) -> F:
    """The options of every command that reads content."""
    options = [
        click.option("--content", type=_FOLDER, default=Path("content"), help="What to publish."),
        click.option(
            "--templates", type=_FOLDER, default=Path("templates"), help="The templates folder."
        ),
        click.option("--static", type=_FOLDER, default=Path("static"), help="Style and scripts."),
        click.option("--base-url", type=_AddressOption(), help="Instead of site.yaml's base_url."),
        click.option("--now", type=_MomentOption(), help="Judge the site as at this moment."),
        click.option("--drafts", is_flag=True, help="Include drafts and what is under embargo."),
        click.option("--jobs", type=click.IntRange(1, 64), help="Processes; all cores by default."),
        click.option(
            "--cache", type=click.Path(file_okay=False, path_type=Path), default=Path(".cache"),
            help="Where to keep what was read before.",
        ),
        click.option("--no-cache", is_flag=True, help="Read everything anew."),
        click.option("--no-search", is_flag=True, help="Make no search index."),
        click.option("--quiet", is_flag=True, help="Print nothing but problems."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def _options(given: dict[str, Any]) -> pipeline.Options:
    now: Moment | None = given["now"]

    def moment(content: Content) -> datetime:
        zone = content.config.time_zone
        return now.at(zone) if now is not None else datetime.now(UTC).astimezone(zone)

    return pipeline.Options(
        content=given["content"],
        templates=given["templates"],
        static=given["static"],
        now=moment,
        base_url=given["base_url"],
        drafts=given["drafts"],
        jobs=given["jobs"] or _cores(),
        cache=NO_CACHE if given["no_cache"] else Cache(given["cache"] / _CACHE_FILE),
        search=not given["no_search"],
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
def commands() -> None:
    """Publish inspection briefings: Markdown in, a site with feeds out."""


@commands.command()
@_reading
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("output"), help="Where the site goes."
)
@click.option(
    "--in-place", is_flag=True, help="Replace file by file, where a switch can't be made."
)
def build(output: Path, in_place: bool, **given: Any) -> int:
    """Build the site (the default command)."""
    started = time.monotonic()
    options = _options(given)
    with lock(output, Path.cwd()) as folder:
        seen = _Watch(started, given["quiet"])
        made = pipeline.build(options, folder, in_place=in_place, seen=seen)
    if not given["quiet"]:
        click.echo(_closing_line(made, time.monotonic() - started))
    return DONE


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


@commands.command()
@_reading
def check(**given: Any) -> int:
    """Check the content and the templates; write nothing."""
    options = _options(given)
    site = pipeline.check(options)
    rendered = pipeline.rendered_files(pipeline.plan(site, options), options.jobs)
    for _ in pipeline.walled(site, rendered):
        pass
    if not given["quiet"]:
        count = len(site.briefings)
        click.echo(f"{count} briefing{'' if count == 1 else 's'}; no faults")
    return DONE


if __name__ == "__main__":
    raise SystemExit(main())
