"""Commands that ask other sites: `archive` for copies of sources, `links` if pages are there."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from briefings import remote as outward_links
from briefings.cli.editing import editing, path_of
from briefings.cli.report import print_problems
from briefings.domain.words import plural
from briefings.edit.archive import sources_without_copy, with_copy
from briefings.edit.transaction import ContentEditor, put
from briefings.problems import Problem
from briefings.remote import KEY, SERVICE, NoCopy, State, Unavailable, Wayback

_FAULTY, _LATER = 1, 75
_pause = click.option(
    "--pause", type=click.FloatRange(min=0), default=5, show_default=True,
    help="Seconds between two requests to one site.",
)  # fmt: skip


@contextmanager
def _progress(label: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar on stderr, if that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        yield bar, bar.add_task(label, total=total)


@click.command()
@click.argument("ids", nargs=-1)
@click.option("--service", default=SERVICE, show_default=True, help="Where the archive is.")
@_pause
@editing
def archive(desk: ContentEditor, ids: tuple[str, ...], service: str, pause: float) -> int:
    """Have the Wayback Machine copy each source that has no copy, and enter where that is.

    Of the briefings and trusts named, or of all that are public. Each copy is entered as soon as it
    is made, so the command can be stopped and run again.
    """
    key = os.environ.get(KEY)
    if not key:
        raise click.UsageError(
            f"set {KEY} to ACCESS-KEY:SECRET-KEY; https://archive.org/account/s3.php gives both"
        )
    places, wayback, failed = sources_without_copy(desk, ids), Wayback(key, service, pause), 0
    with _progress("sources", len(places)) as (bar, task):
        for done, (url, sources) in enumerate(places.items()):
            try:
                copy = wayback.copy_of(url)
            except NoCopy as fault:
                failed += 1
                click.echo(f"no copy of {url}: {fault}", err=True)
            except Unavailable as fault:
                left = plural(len(places) - done, "source")
                click.echo(f"{fault}\n{left} left; run this again later", err=True)
                return _LATER
            else:
                changes = with_copy(desk, sources, copy.url, copy.day)
                put(desk.root, changes)
                for path in changes:
                    click.echo(f"{path_of(desk, path)}: {copy.url}")
            bar.advance(task)
    click.echo(f"{plural(len(places) - failed, 'source')} archived, {failed} refused")
    return _FAULTY if failed else 0


@click.command()
@_pause
@editing
def links(desk: ContentEditor, pause: float) -> int:
    """Ask every web address in the content whether its page is still there; writes nothing."""
    places = outward_links.outward(desk.root)
    with _progress("addresses", len(places)) as (bar, task):
        verdicts = outward_links.verdicts(places, pause, lambda: bar.advance(task))
    problems: list[Problem] = []
    for verdict in verdicts:
        problems += verdict.problems(places[verdict.url])
    print_problems(sorted(problems), "nothing was changed")
    counts = Counter(verdict.state for verdict in verdicts)
    moved = counts[State.MOVED] + counts[State.REDIRECTED]
    click.echo(
        f"{plural(len(verdicts), 'address', 'addresses')}: {counts[State.FINE]} there, {moved} "
        f"moved, {counts[State.REFUSED]} not shown to programs, {counts[State.GONE]} gone"
    )
    return _FAULTY if counts[State.GONE] else 0
