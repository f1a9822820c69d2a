"""Options that several commands share, and what they come to."""

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
from briefings.cli.apart import keep_apart
from briefings.content.dates import DateError, Moment

if TYPE_CHECKING:  # what is only named here takes long to import
    from briefings.build.pipeline import Options
    from briefings.content.loader import Content

F = TypeVar("F", bound=Callable[..., Any])


class MomentOption(click.ParamType[Moment]):
    """`2026-01-15` or `2026-01-15T00:01:00+00:00`."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return Moment.parse(value)
        except DateError as fault:
            self.fail(f"{fault.message}; {fault.hint}", param, ctx)


class AddressOption(click.ParamType[str]):
    """The address of the site."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from briefings.content.schema import base_url_fault

        fault = base_url_fault(value)
        if fault:
            self.fail(fault, param, ctx)
        return value


FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _beside(name: str) -> Callable[[], Path]:
    """The folder here, or else the project's own: the site can be built from any folder."""

    def chosen() -> Path:
        here, ours = Path(name), Path(__file__).parents[2] / name
        return here if here.is_dir() or not ours.is_dir() else ours

    return chosen


def reading(command: F) -> F:
    """The options of every command that reads content."""
    options = [
        click.option("--content", type=FOLDER, default=Path("content"), help="What to publish."),
        click.option(
            "--templates", type=FOLDER, default=_beside("templates"), help="The templates folder."
        ),
        click.option("--static", type=FOLDER, default=_beside("static"), help="Style and scripts."),
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
        keep_apart({name: given[name] for name in ("content", "templates", "static")} | kept(given))
        return command(*args, **given)

    decorated = cast(F, run)
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def kept(given: dict[str, Any]) -> dict[str, Path | None]:
    """The folder of the cache, if there is to be one."""
    return {"cache": None if given["no_cache"] else given["cache"]}


def options_of(given: dict[str, Any], asked: BuildRequest | None = None) -> Options:
    """The options of a command that reads content.

    `asked`: the same options, if they were made before: both have the same moment.
    """
    from briefings.build.pipeline import Options

    asked = asked or asked_of(given, Path())
    now = asked.now

    def moment(content: Content) -> datetime:
        zone = content.config.time_zone
        return now(zone).astimezone(zone)

    return Options(
        content=asked.content,
        templates=asked.templates,
        static=asked.static,
        now=moment,
        base_url=asked.base_url,
        drafts=asked.drafts,
        jobs=given["jobs"] or _cores(),
        cache=asked.reading,
        search=asked.search,
        follows_clock=given["now"] is None,
    )


def asked_of(given: dict[str, Any], output: Path) -> BuildRequest:
    """The options as far as the bytes of a build in `output` depend on them."""
    return BuildRequest(
        content=given["content"],
        templates=given["templates"],
        static=given["static"],
        output=output,
        base_url=given["base_url"],
        drafts=given["drafts"],
        search=not given["no_search"],
        cache=None if given["no_cache"] else given["cache"],
        now=_moment(given["now"]),
    )


def _moment(chosen: Moment | None) -> Callable[[ZoneInfo], datetime]:
    """The moment to judge by, for each time zone. The clock is read here, once for a command.

    A second reading may find another site: an embargo can lift between the two.
    """
    if chosen is not None:
        return chosen.at
    started = datetime.now(UTC)
    return lambda _: started


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
