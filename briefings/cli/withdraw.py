"""`withdraw`: replace a briefing by a notice."""

from __future__ import annotations

from typing import Any

import click

from briefings.cli.editing import editing, path_of
from briefings.cli.options import MomentOption
from briefings.content.dates import Moment
from briefings.content.schema import one_line
from briefings.edit.transaction import ContentEditor, put
from briefings.edit.withdraw import withdrawn
from briefings.urls import url_of


def _said(context: click.Context, option: click.Parameter, text: str) -> Any:
    if not text.strip():
        raise click.BadParameter("say why, for the public")
    return one_line(text)


@click.command()
@click.argument("id")
@click.option("--reason", required=True, callback=_said, help="Why, for the public.")
@click.option(
    "--date", type=MomentOption(), help="The moment of the withdrawal; today if left out."
)
@click.option("--hide-title", is_flag=True, help="The title was the mistake: name it nowhere.")
@click.option("--hide-changes", is_flag=True, help="Name its earlier changes nowhere either.")
@editing
def withdraw(
    desk: ContentEditor,
    id: str,
    reason: str,
    date: Moment | None,
    hide_title: bool,
    hide_changes: bool,
) -> int:
    """Withdraw a briefing and leave a notice in its place."""
    hide = ["title"] * hide_title + ["changes"] * hide_changes
    done = withdrawn(desk, id, reason, date, hide)
    put(desk.root, done.changes)
    click.echo(f"{path_of(desk, done.path)} is withdrawn from {done.date.written} on.")
    click.echo(
        "With the first build from then on its facts are in no list, count, ledger or table.\n"
        f"{url_of('briefing', id)} stays, with the date and the reason. The withdrawal is told in\n"
        "the corrections log and in the feeds."
    )
    for requirement in done.untold:
        address = url_of("requirement", requirement)
        click.echo(f"{address} goes as well: no other briefing tells of that requirement")
    return 0
