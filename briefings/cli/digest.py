"""`digest`: what became public in some days, as mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from briefings.build import pipeline
from briefings.build.never_publish import filter_names
from briefings.build.request import Options, PreviousBuild, from_last_build
from briefings.cli.options import (
    Status,
    if_given,
    keep_apart,
    known,
    options_of,
    output_of,
    reading_public,
)
from briefings.content.dates.messages import DateError
from briefings.content.dates.parsing import show_day
from briefings.content.dates.values import PartialDate
from briefings.domain.site import Site
from briefings.outputs.mail import MAX_HTML, mail
from briefings.outputs.pages.digest import SITE
from briefings.publish import Folder

_ENDINGS = (".html", ".txt")


def _day(text: str) -> date:
    try:
        written = PartialDate.parse(text)
    except DateError as fault:
        raise click.BadParameter(f"{fault.message}; {fault.hint}") from None
    if not written.exact or written.earliest is None:
        raise click.BadParameter(f"`{text}` is not a day; write it as 2026-11-23")
    return written.earliest


class _Wanted(NamedTuple):
    """What the editor asked for. `until`: the last day. `scope`: see `weeks.of_scope`."""

    since: date
    until: date
    scope: tuple[str, str]

    def files(self, output: Path) -> list[Path]:
        """Return where the HTML and the text go, for a folder or one of the two files.

        In a folder as `2026-11-23-to-2026-11-29.html`, for a trust `…-trust-rha.html`.
        """
        on = () if self.scope == SITE else self.scope
        name = "-".join((f"{self.since}-to-{self.until}", *on))
        stem = output.with_suffix("") if output.suffix in _ENDINGS else output / name
        return [stem.with_name(f"{stem.name}{ending}") for ending in _ENDINGS]

    def days(self, site: Site) -> PartialDate:
        """Return the days. Raises UsageError unless all of them are over."""
        if self.until >= site.now.astimezone(site.zone).date():
            over = f"{show_day(self.until)} is not over, and more may come out on it"
            raise click.UsageError(f"{over}; with --until, name a day that is")
        days = f"{self.since}/{self.until}" if self.since < self.until else f"{self.since}"
        return PartialDate.parse(days)

    def name(self, site: Site) -> str:
        """Return the name of the site, trust or topic. Raises UsageError if there is none."""
        kind, id = self.scope
        if self.scope == SITE:
            return site.config.title
        return str(known(kind, id, site.trusts if kind == "trust" else site.topics).front.name)


@click.command()
@click.option(
    "--since", metavar="DATE", required=True, callback=if_given(_day), help="The first day."
)
@click.option(
    "--until", metavar="DATE", callback=if_given(_day),
    help="The last day, which must be over; seven days are written without it.",
)  # fmt: skip
@click.option("--trust", metavar="ID", help="Only what is on this trust.")
@click.option("--topic", metavar="ID", help="Only what is on this topic.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("digest"), show_default=True,
    help="A folder, or a file that ends in .html or .txt: the other one goes beside it.",
)  # fmt: skip
@reading_public
def digest(
    since: date, until: date | None, trust: str | None, topic: str | None, output: Path,
    **parameters: Any,
) -> int:  # fmt: skip
    """Write what became public in a week, or on the given days, as mail: HTML and plain text."""
    if trust is not None and topic is not None:
        raise click.UsageError("name a trust or a topic, not both")
    if until is not None and until < since:
        raise click.UsageError(f"{show_day(until)} is before {show_day(since)}")
    _keep_apart(output, parameters)
    scopes = {"trust": trust, "topic": topic}
    scope = next(((kind, id) for kind, id in scopes.items() if id is not None), SITE)
    wanted = _Wanted(since, until or since + timedelta(days=6), scope)
    options = options_of(parameters, output_of(parameters))
    return from_last_build(partial(_write, wanted, output, parameters["quiet"]), options)


def _keep_apart(output: Path, parameters: Mapping[str, Any]) -> None:
    """Raise UsageError if the files would be published, or read by a build."""
    keep_apart({**parameters, "output": output_of(parameters), "mail": output})
    folder = output.resolve()
    for outer in (folder, *folder.parents):
        if outer.name and Folder(outer).state.is_dir():
            message = f"the mail folder ({output}) can't be inside {outer}, which a build publishes"
            raise click.UsageError(f"{message}; name another one with --output")


def _write(
    wanted: _Wanted, output: Path, quiet: bool, options: Options, previous: PreviousBuild | None
) -> int:
    """Write both files and say so; return the exit status."""
    with pipeline.checked(options, previous) as world:
        site = world.site
        days, name = wanted.days(site), wanted.name(site)
        made = mail(world.files.renderer, site, wanted.scope, name, days)
        if made is None:
            click.echo(f"nothing to send: {name} has no news of {days.show()}", err=True)
            return Status.EMPTY
        paths = wanted.files(output)
        written = zip(map(str, paths), (made.html, made.text), strict=True)
        files = list(filter_names(site.config, written))
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    for path, data in files:
        Path(path).write_bytes(data)
    if made.is_short:
        size = f"{MAX_HTML // 1000} kB"
        click.echo(f"shortened: mail programs show no more than {size}", err=True)
    if not quiet:
        click.echo("\n".join([*map(str, paths), f"Subject: {made.subject}"]))
    return Status.DONE
