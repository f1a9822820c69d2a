"""`register`: add what is public to the register of publication."""

from __future__ import annotations

import click

from briefings.cli.editing import editing, path_of
from briefings.content.loader import REGISTER
from briefings.edit.registration import registered
from briefings.edit.transaction import ContentEditor, put


@click.command()
@editing
def register(desk: ContentEditor) -> int:
    """Enter everything that is public now into content/register.csv; lines are only added."""
    lines, changes = registered(desk)
    put(desk.root, changes)
    entered = sum(not line.leads_to for line in lines)
    given_up = len(lines) - entered
    said = f"{path_of(desk, REGISTER)}: {entered} entered"
    click.echo(said + (f", {given_up} given up" if given_up else ""))
    return 0
