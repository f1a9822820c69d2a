"""Options shared by several commands, and the values made from them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

import click

from briefings.build.request import BuildRequest
from briefings.build.site_folders import layers_fault
from briefings.cli.apart import keep_apart
from briefings.content.dates import DateError, Moment

if TYPE_CHECKING:  # slow to import, and only used in annotations
    from briefings.build.pipeline import Options
    from briefings.content.loader import Content

F = TypeVar("F", bound=Callable[..., Any])


class MomentOption(click.ParamType[Moment]):
    """Type of an option with a moment: `2026-01-15` or `2026-01-15T00:01:00+00:00`."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return Moment.parse(value)
        except DateError as fault:
            self.fail(f"{fault.message}; {fault.hint}", param, ctx)


class AddressOption(click.ParamType[str]):
    """Type of an option with the address of the site (`base_url`)."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from briefings.content.schema import base_url_fault

        fault = base_url_fault(value)
        if fault:
            self.fail(fault, param, ctx)
        return value


FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _beside(name: str) -> Callable[[], Path]:
    """Default of a folder option: in the current directory, else the folder of the project.

    So the site can be built from any directory.
    """

    def chosen() -> Path:
        here, ours = Path(name), Path(__file__).parents[2] / name
        return here if here.is_dir() or not ours.is_dir() else ours

    return chosen


def _theme(context: click.Context, option: click.Parameter, theme: Path | None) -> Path | None:
    if theme is not None and (fault := layers_fault(theme)) is not None:
        raise click.BadParameter("; ".join(fault))
    return theme


def reading(command: F) -> F:
    """Decorate a command with the options of every command that reads content."""
    options = [
        click.option("--content", type=FOLDER, default=Path("content"), help="What to publish."),
        click.option(
            "--templates", type=FOLDER, default=_beside("templates"), help="The templates folder."
        ),
        click.option("--static", type=FOLDER, default=_beside("static"), help="Style and scripts."),
        click.option(
            "--theme", type=FOLDER, callback=_theme, help="Its templates and static files go first."
        ),
        click.option("--base-url", type=AddressOption(), help="Instead of site.yaml's base_url."),
        click.option("--now", type=MomentOption(), help="Judge the site as at this moment."),
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

    @wraps(command)
    def run(*args: Any, **given: Any) -> Any:
        names = ("content", "templates", "static", "theme")
        keep_apart({name: given[name] for name in names} | kept(given))
        return command(*args, **given)

    decorated = cast(F, run)
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def kept(given: dict[str, Any]) -> dict[str, Path | None]:
    """The cache folder by its option's name; None with --no-cache."""
    return {"cache": None if given["no_cache"] else given["cache"]}


def options_of(given: dict[str, Any], asked: BuildRequest | None = None) -> Options:
    """The pipeline's options from the command line's.

    `asked`: the request made from the same options, if there is one, so that both have the same
    moment.
    """
    from briefings.build.pipeline import Options

    asked = asked or asked_of(given)
    now = asked.now

    def moment(content: Content) -> datetime:
        zone = content.config.time_zone
        return now(zone).astimezone(zone)

    return Options(
        content=asked.content,
        templates=asked.templates,
        static=asked.static,
        themed=asked.themed,
        private=asked.private,
        now=moment,
        base_url=asked.base_url,
        drafts=asked.drafts,
        jobs=given["jobs"] or _cores(),
        cache=asked.reading,
        search=asked.search,
        follows_clock=given["now"] is None,
    )


def asked_of(given: dict[str, Any], output: Path | None = None) -> BuildRequest:
    """The build request: the options that the bytes of a build in `output` depend on."""
    cache = kept(given)["cache"]
    asked = BuildRequest(
        content=given["content"],
        templates=(given["templates"],),
        static=(given["static"],),
        private=tuple(folder for folder in (cache, output) if folder is not None),
        output=output or Path(),
        base_url=given["base_url"],
        drafts=given["drafts"],
        search=not given["no_search"],
        cache=cache,
        now=_moment(given["now"]),
    )
    return asked if given["theme"] is None else asked.over(given["theme"])


def _moment(chosen: Moment | None) -> Callable[[ZoneInfo], datetime]:
    """A function from a time zone to the moment as at which the site is checked.

    The clock is read here, once for a command: an embargo can end between two readings, and the
    second would give another site.
    """
    if chosen is not None:
        return chosen.at
    started = datetime.now(UTC)
    return lambda _: started


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
