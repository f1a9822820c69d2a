"""`preview`: list what merging would make public, or what becomes public by itself."""

from __future__ import annotations

from typing import Any

import click

from briefings import preview
from briefings.build import pipeline
from briefings.cli.options import options_of, reading


@click.command("preview")
@reading
@click.option("--base", metavar="REF", help="Compare with the content at this commit or branch.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    help="Plain, or for a comment on a pull request.",
)
def preview_command(base: str | None, form: str, **given: Any) -> int:
    """List what merging would make public; without --base, what becomes public by itself."""
    options = options_of(given)
    if base is None:
        content, site = pipeline.check(options)
        click.echo(preview.scheduled(preview.lifts(content, site.now), site.now))
        return 0
    try:
        found = preview.compared(options, base)
    except preview.NoBase as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(preview.markdown(found) if form == "markdown" else preview.text(found))
    return 0
