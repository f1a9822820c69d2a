"""Commands that ask other sites: `archive` for copies, `links` for pages, `reconcile` for
records.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from briefings import remote
from briefings.cli.editing import editing
from briefings.cli.options import FILE, Status, known, print_problems
from briefings.content.files import MAX_RECORD, read_file
from briefings.content.records import Content
from briefings.domain.site import Site
from briefings.domain.words import plural
from briefings.edit import ContentEditor, put
from briefings.edit.commands import sources_without_copy, with_copy
from briefings.problems import Problem
from briefings.reconcile import compared
from briefings.reconcile.records import Subject, read_records
from briefings.remote import State

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
@click.option("--service", default=remote.SERVICE, show_default=True, help="Where the archive is.")
@_pause
@editing
def archive(editor: ContentEditor, ids: tuple[str, ...], service: str, pause: float) -> int:
    """Have the Wayback Machine copy each source that has no copy, and enter where that is.

    Of the briefings and trusts named, or of all that are public. Each copy is entered as soon as it
    is made, so the command can be stopped and run again.
    """
    key = os.environ.get(remote.ARCHIVE_KEY)
    if not key:
        message = f"set {remote.ARCHIVE_KEY} to ACCESS-KEY:SECRET-KEY"
        raise click.UsageError(f"{message}; https://archive.org/account/s3.php gives both")
    places, failed = sources_without_copy(editor, ids), 0
    wayback = remote.Wayback(key, service, pause)
    with _progress("sources", len(places)) as (bar, task):
        for done, (url, sources) in enumerate(places.items()):
            try:
                copy = wayback.copy_of(url)
            except remote.NoCopy as fault:
                failed += 1
                click.echo(f"no copy of {url}: {fault}", err=True)
            except remote.Unavailable as fault:
                left = plural(len(places) - done, "source")
                click.echo(f"{fault}\n{left} left; run this again later", err=True)
                return Status.LATER
            else:
                changes = with_copy(editor, sources, copy.url, copy.day)
                put(editor.root, changes)
                for path in changes:
                    click.echo(f"{editor.shown(path)}: {copy.url}")
            bar.advance(task)
    click.echo(f"{plural(len(places) - failed, 'source')} archived, {failed} refused")
    return Status.FAULTY if failed else Status.DONE


@click.command()
@_pause
@editing
def links(editor: ContentEditor, pause: float) -> int:
    """Ask every web address in the content whether its page is still there; writes nothing."""
    places = remote.outward(editor.root)
    with _progress("addresses", len(places)) as (bar, task):
        verdicts = remote.verdicts(places, pause, lambda: bar.advance(task))
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
    return Status.FAULTY if counts[State.GONE] else Status.DONE


@click.command()
@click.argument("trust")
@click.argument("files", nargs=-1, type=FILE)
@click.option(
    "--regulator", default="cqc", metavar="ID", help="Whose records they are; cqc by default."
)
@click.option("--json", "json", is_flag=True, help="Print JSON.")
@editing
def reconcile(
    editor: ContentEditor, trust: str, files: tuple[Path, ...], regulator: str, json: bool
) -> int:
    """Hold a trust's ratings against the regulator's records; write nothing.

    FILES are records of locations and providers as the CQC's API gives them. Without one they are
    fetched, with the key in the environment variable CQC_API_KEY.
    """
    content = editor.read()
    site = editor.faultless(content)
    subject = _subject(editor, content, site, trust, regulator)
    raw = [(str(file), read_file(file, MAX_RECORD, follow=True)) for file in files]
    result = compared(site, subject, read_records(raw or _fetched(subject), subject))
    click.echo(result.json if json else result.text)
    return Status.DIFFERENT if result.differs else Status.DONE


def _subject(
    editor: ContentEditor, content: Content, site: Site, trust: str, regulator: str
) -> Subject:
    """Return what to compare. Raises UsageError if there is no such trust, or it has no code."""
    front = known("trust", trust, site.trusts).front
    regulator_front = known("regulator", regulator, site.regulators).front
    path = editor.shown(content.trusts[trust].path)
    if not front.codes:
        raise click.UsageError(
            f"{path} has no code; add `codes: {{ods: …}}`, by which records name it"
        )
    return Subject(trust, front, path, regulator, regulator_front)


def _fetched(subject: Subject) -> list[tuple[str, bytes]]:
    key = os.environ.get(remote.CQC_KEY, "").strip()
    if not key:
        message = f"name the files of the records, or set {remote.CQC_KEY} to a key of the"
        raise click.UsageError(f"{message} regulator's API")
    codes = subject.front.codes
    code = codes.get(subject.regulator_id) or next(iter(codes.values()))
    return list(remote.records_of_provider(code, key))
