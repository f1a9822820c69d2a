"""`reconcile`: compare a trust's ratings with the regulator's own records."""

from __future__ import annotations

import os
from pathlib import Path

import click

from briefings.cli import DIFFERENT, DONE
from briefings.cli.editing import editing, path_of
from briefings.cli.options import known
from briefings.content.files import MAX_RECORD, read_file
from briefings.content.records import Content
from briefings.domain.site import Site
from briefings.edit.transaction import ContentEditor
from briefings.problems import ContentError
from briefings.reconcile.compare import compared
from briefings.reconcile.fetch import KEY, fetched
from briefings.reconcile.records import Subject, read_records


@click.command()
@click.argument("trust")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--regulator", default="cqc", metavar="ID", help="Whose records they are; cqc by default."
)
@click.option("--json", "json", is_flag=True, help="Print JSON.")
@editing
def reconcile(
    desk: ContentEditor, trust: str, files: tuple[Path, ...], regulator: str, json: bool
) -> int:
    """Hold a trust's ratings against the regulator's records; write nothing.

    FILES are records of locations and providers as the CQC's API gives them. Without one they are
    fetched, with the key in the environment variable CQC_API_KEY.
    """
    content = desk.read()
    if faults := desk.faults(content):
        raise ContentError(faults)
    site = desk.site(content)
    subject = _subject(desk, content, site, trust, regulator)
    raw = [(str(file), read_file(file, MAX_RECORD, follow=True)) for file in files]
    result = compared(site, subject, read_records(raw or _fetched(subject), subject))
    click.echo(result.json if json else result.text)
    return DIFFERENT if result.differs else DONE


def _subject(
    desk: ContentEditor, content: Content, site: Site, trust: str, regulator: str
) -> Subject:
    """Return what to compare. Raises UsageError if there is no such trust, or it has no code."""
    front = known("trust", trust, site.trusts).front
    regulator_front = known("regulator", regulator, site.regulators).front
    path = path_of(desk, content.trusts[trust].path)
    if not front.codes:
        raise click.UsageError(
            f"{path} has no code; add `codes: {{ods: …}}`, by which records name it"
        )
    return Subject(trust, front, path, regulator, regulator_front)


def _fetched(subject: Subject) -> list[tuple[str, bytes]]:
    key = os.environ.get(KEY, "").strip()
    if not key:
        message = f"name the files of the records, or set {KEY} to a key of the regulator's API"
        raise click.UsageError(message)
    codes = subject.front.codes
    return list(fetched(codes.get(subject.regulator_id) or next(iter(codes.values())), key))
