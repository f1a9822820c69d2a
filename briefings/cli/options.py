"""What commands share: options and the values made from them, exit statuses, printed problems."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from functools import wraps
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from briefings.build.request import Options, layers_fault, shipped
from briefings.problems import Problem

if TYPE_CHECKING:
    from briefings.content.dates.values import Moment

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Input folder → the use of its files, for messages.
_INPUTS = {
    "content": "is read as content",
    "templates": "is read as templates",
    "static": "is published",
    "theme": "is laid over templates and static files",
    "sources": "is read to check quotations",
}
_WRITTEN = ("cache", "output", "pages", "mail")


class Status(IntEnum):
    """The exit status of a command."""

    DONE = 0
    FAULTY = 1
    USAGE = 2
    DIFFERENT = 3
    EMPTY = 3  # `digest` has nothing to send
    INTERNAL = 70
    DISK = 74
    LOCKED = 75
    LATER = 75  # the archive takes no more requests for now
    STOPPED = 130


def if_given(convert: Callable[[Any], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return the callback of an option that converts its value if it is given.

    `convert` raises BadParameter for a value that it refuses.
    """
    return lambda _context, _option, value: None if value is None else convert(value)


def _moment(text: str) -> Moment:
    from briefings.content.dates.parsing import DateError
    from briefings.content.dates.values import Moment

    try:
        return Moment.parse(text)
    except DateError as fault:
        raise click.BadParameter(f"{fault.message}; {fault.hint}") from None


def _base_url(text: str) -> str:
    from briefings.content.schema.blocks import base_url_fault

    if fault := base_url_fault(text):
        raise click.BadParameter(fault)
    return text


def _theme(folder: Path) -> Path:
    if fault := layers_fault(folder):
        raise click.BadParameter("; ".join(fault))
    return folder


def moment_option(name: str, about: str) -> Callable[[F], F]:
    """An option with a moment: `2026-01-15` or `2026-01-15T00:01:00+00:00`."""
    return click.option(name, metavar="MOMENT", callback=if_given(_moment), help=about)


def _beside(name: str) -> Callable[[], Path]:
    """Default of a folder option: in the current directory, else the one that comes with us.

    So the site can be built from any directory, and without a copy of the repository.
    """

    def chosen() -> Path:
        local, shipped_folder = Path(name), shipped(name)
        return local if local.is_dir() or not shipped_folder.is_dir() else shipped_folder

    return chosen


_CONTENT = click.option("--content", type=FOLDER, default=Path("content"), help="What to read.")
_NOW = moment_option("--now", "Judge the site as at this moment.")
_PROCESSES = (
    click.option("--jobs", type=click.IntRange(1, 64), help="Processes; all cores by default."),
    click.option(
        "--cache", type=click.Path(file_okay=False, path_type=Path), default=Path(".cache"),
        help="Where to keep what was read before.",
    ),
    click.option("--no-cache", is_flag=True, help="Read everything anew."),
)  # fmt: skip
_READING = (
    _CONTENT,
    click.option(
        "--templates", type=FOLDER, default=_beside("templates"), help="The templates folder."
    ),
    click.option("--static", type=FOLDER, default=_beside("static"), help="Style and scripts."),
    click.option("--theme", type=FOLDER, callback=if_given(_theme), help="Laid over these two."),
    click.option(
        "--base-url", metavar="URL", callback=if_given(_base_url),
        help="Instead of site.yaml's base_url.",
    ),
    _NOW,
    *_PROCESSES,
    click.option("--quiet", is_flag=True, help="Print nothing but problems."),
)  # fmt: skip
_MORE = (
    click.option("--drafts", is_flag=True, help="Include drafts and what is under embargo."),
    click.option("--no-search", is_flag=True, help="Make no search index."),
)
EDITING = (_CONTENT, _NOW, *_PROCESSES)


def with_options(command: F, options: tuple[Callable[[F], F], ...]) -> F:
    """Return the command with these options, which `--help` lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def reading(command: F) -> F:
    """Decorate a command with the options of every command that reads content."""
    return with_options(reading_public(command), _MORE)


def reading_public(command: F) -> F:
    """Decorate a command that reads content, and never what is not public."""

    @wraps(command)
    def run(**options: Any) -> Any:
        options = {"drafts": False, "no_search": False} | options
        keep_apart(options)
        return command(**options)

    return with_options(run, _READING)  # type: ignore[return-value]  # has the command's signature


def keep_apart(options: Mapping[str, Any]) -> None:
    """Raise UsageError if a folder of a command is, or is inside, one that it must not be in.

    Files in `static/` are published, and files in every input folder are read: a cache there would
    publish embargoed text, and an output folder there would publish the last site again inside the
    new one. `options`: those of the command, of which folders are looked at. The folder `sources`
    beside `content`, which has no option, is one of them; `mail` is the `--output` of `digest`.
    """
    paths = {name: options[name] for name in (*_INPUTS, *_WRITTEN) if options.get(name)}
    if options["no_cache"]:
        del paths["cache"]
    folders = {name: folder.resolve() for name, folder in paths.items()}
    folders["sources"] = folders["content"].parent / "sources"
    effects = {**_INPUTS, "output": "is published", "pages": "is handed on"}
    for outer, inner in product(filter(folders.get, effects), folders):
        if inner != outer and folders[inner].is_relative_to(folders[outer]):
            first, second = (
                f"the {folder} folder ({paths.get(folder, folder)})" for folder in (inner, outer)
            )
            option = {"mail": "output"}.get(inner, inner if inner in paths else outer)
            message = f"{first} can't be inside {second}, which {effects[outer]}"
            raise click.UsageError(f"{message}; name another one with --{option}")


def known(kind: str, id: str, records: Mapping[str, Any]) -> Any:
    """Return the record with an id. Raises UsageError, which names similar ones, if none has it."""
    from briefings.content.similarity import Options as Similar

    if id not in records:
        raise click.UsageError(
            f"no {kind} has the id `{id}`; {Similar.of(records).hint(id, f'{kind}s')}"
        )
    return records[id]


def output_of(options: Mapping[str, Any]) -> Path:
    """Return the output folder of a build that names none."""
    return Path("output-drafts" if options["drafts"] else "output")


def options_of(options: dict[str, Any], output: Path | None = None) -> Options:
    """Return the options of a run from the command line's."""
    cache = None if options["no_cache"] else options["cache"]
    run = Options(
        content=options["content"],
        templates=(options["templates"],),
        static=(options["static"],),
        private=tuple(folder for folder in (cache, output) if folder is not None),
        now=_clock(options["now"]),
        output=output or Path(),
        base_url=options["base_url"],
        drafts=options["drafts"],
        search=not options["no_search"],
        cache=cache,
        jobs=options["jobs"] or _cores(),
        follows_clock=options["now"] is None,
    )
    return run if options["theme"] is None else run.with_theme(options["theme"])


def _cores() -> int:
    """Return how many cores this process may use (tests use one)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _clock(chosen: Moment | None) -> Callable[[ZoneInfo], datetime]:
    """A function from a time zone to the moment as at which the site is checked.

    The clock is read here, once for a command: an embargo can end between two readings, and the
    second would give another site.
    """
    if chosen is not None:
        return chosen.at
    started = datetime.now(UTC)
    return lambda _: started


class Stopped(Exception):
    """The command was stopped with Ctrl-C; the text says what was changed by then."""


def print_problems(problems: Iterable[Problem], outcome: str = "nothing was published") -> None:
    """Print problems to stderr, and with `outcome` the number of errors if there are any.

    Bold and green on a terminal, which click finds out; without colour there if NO_COLOR is set.
    """
    styled = False if os.environ.get("TERM") == "dumb" else None
    hinted = None if os.environ.get("NO_COLOR") else "green"
    count = 0
    for problem in problems:
        count += problem.severity == "error"
        first, _, hint = str(problem).partition("\n")
        click.secho(first, err=True, bold=True, color=styled)
        if hint:
            click.secho(hint, err=True, fg=hinted, color=styled)
    if count:
        faults = "one fault" if count == 1 else f"{count} faults"
        click.echo(f"\n{faults}; {outcome}", err=True)
