"""`rename`: change the id of a file and every reference to it."""

from __future__ import annotations

import click

from briefings.cli.editing import editing, path_of
from briefings.edit.rename import KINDS, renamed
from briefings.edit.transaction import ContentEditor, put


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("old")
@click.argument("new")
@editing
def rename(desk: ContentEditor, kind: str, old: str, new: str) -> int:
    """Change the id of a file; references, its old address and the register are updated."""
    done = renamed(desk, kind, old, new)
    put(desk.root, done.changes)
    click.echo(f"{path_of(desk, done.path)} is now {path_of(desk, done.new_path)}")
    for path in done.named_in:
        click.echo(f"named in {path_of(desk, path)}")
    if done.alias is not None:
        click.echo(f"{done.alias} leads to the new page, and feed readers know it again")
    return 0
