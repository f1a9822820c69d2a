"""`serve`: serve a preview of the site on this machine, updated after every save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from sys import maxsize
from typing import Any

import click

from briefings.build.request import Options
from briefings.cli.options import options_of, reading
from briefings.cli.report import print_problems
from briefings.content import files
from briefings.problems import ContentError, Problem


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
    _refuse_links(options)
    try:
        door = preview.listening(host, port)
    except OSError as fault:
        hint = "is another preview running? Choose another port with --port"
        raise click.ClickException(
            f"can't listen at {host}:{port}: {fault.strerror}; {hint}"
        ) from fault
    address = _address(host, door.getsockname()[1])

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


def _refuse_links(options: Options) -> None:
    """Raise ContentError for links and special files: the file watcher would follow a link."""
    folders = (options.content, *options.templates, *options.static)
    if links := [fault for folder in folders for fault in files.faults(folder, lambda _: maxsize)]:
        raise ContentError(links)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
