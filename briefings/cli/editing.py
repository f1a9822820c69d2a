"""Commands that edit content, except `new`; and `schema`, which writes the JSON Schemas."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from briefings.cli.options import (
    EDITING,
    if_given,
    keep_apart,
    moment_option,
    options_of,
    with_options,
)
from briefings.cli.report import Stopped, print_problems
from briefings.content.completion import schemas, snippets
from briefings.content.dates.parsing import show_day
from briefings.content.dates.values import Moment
from briefings.content.files import FACTS, REGISTER
from briefings.content.listing import shown
from briefings.content.schema.blocks import one_line
from briefings.edit.add import BLOCKS, added
from briefings.edit.ask import Letter, open_requirements, recorded
from briefings.edit.register import registered
from briefings.edit.rename import KINDS, renamed
from briefings.edit.transaction import ContentEditor, put
from briefings.edit.withdraw import withdrawn
from briefings.problems import ContentError
from briefings.urls import url_of

Command = Callable[..., int | None]
_FAULTY = 1
#: Options of the pipeline that an editing command does not have, with their values.
_UNUSED = {
    "templates": Path(), "static": Path(), "theme": None, "base_url": None, "drafts": False,
    "no_search": True,
}  # fmt: skip


def editing(command: Command) -> Command:
    """Decorate a command with the shared options, and pass it a ContentEditor as `desk`.

    A ContentError is printed, with exit status 1; nothing was changed then. Raises Stopped on
    Ctrl-C.
    """

    @wraps(command)
    def run(**parameters: Any) -> int | None:
        names = ("content", "now", "jobs", "cache", "no_cache")
        shared = {name: parameters.pop(name) for name in names}
        keep_apart(shared)
        options = options_of(shared | _UNUSED)
        desk = ContentEditor(options.content, options.now, options.jobs, options.reading)
        try:
            return command(desk=desk, **parameters)
        except ContentError as fault:
            print_problems(fault.problems, "nothing was changed")
            return _FAULTY
        except KeyboardInterrupt as stop:
            raise Stopped("git status shows whether a file was changed") from stop

    return with_options(run, EDITING)


def path_of(desk: ContentEditor, path: str) -> str:
    """A path in the content folder as the editor would type it."""
    return shown(desk.root, path)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("old")
@click.argument("new")
@editing
def rename(desk: ContentEditor, kind: str, old: str, new: str) -> None:
    """Change the id of a file; references, its old address and the register are updated."""
    done = renamed(desk, kind, old, new)
    put(desk.root, done.changes)
    click.echo(f"{path_of(desk, done.path)} is now {path_of(desk, done.new_path)}")
    for path in done.named_in:
        click.echo(f"named in {path_of(desk, path)}")
    if done.alias is not None:
        click.echo(f"{done.alias} leads to the new page, and feed readers know it again")


def _reason(text: str) -> str:
    if not text.strip():
        raise click.BadParameter("say why, for the public")
    return one_line(text)


@click.command()
@click.argument("id")
@click.option("--reason", required=True, callback=if_given(_reason), help="Why, for the public.")
@moment_option("--date", "The moment of the withdrawal; today if left out.")
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
) -> None:
    """Withdraw a briefing and leave a notice in its place."""
    hide = ["title"] * hide_title + ["changes"] * hide_changes
    done = withdrawn(desk, id, reason, date, hide)
    put(desk.root, done.changes)
    click.echo(
        f"{path_of(desk, done.path)} is withdrawn from {done.date.written} on.\n"
        "With the first build from then on its facts are in no list, count, ledger or table.\n"
        f"{url_of('briefing', id)} stays, with the date and the reason. The withdrawal is told in\n"
        "the corrections log and in the feeds."
    )
    for requirement in done.untold:
        address = url_of("requirement", requirement)
        click.echo(f"{address} goes as well: no other briefing tells of that requirement")


@click.command()
@click.argument("block", type=click.Choice(BLOCKS))
@click.argument("id")
@editing
def add(desk: ContentEditor, block: str, id: str) -> None:
    """Write an example of a block into a briefing, for you to replace by what is true."""
    changes, line = added(desk, block, id)
    put(desk.root, changes)
    (path,) = changes
    click.echo(f"{path_of(desk, path)}:{line}: an example of `{block}` is written.")


@click.command()
@click.argument("trust")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown"]), default="text",
    help="Plain text, or Markdown.",
)  # fmt: skip
@click.option("--record", is_flag=True, help="Enter today in `asked` of each requirement.")
@editing
def ask(desk: ContentEditor, trust: str, form: str, record: bool) -> None:
    """Write the letter that asks a trust what became of its open requirements."""
    site, rows = open_requirements(desk, trust)
    if not rows:
        click.echo(f"there is nothing to ask: no public requirement of {trust} is open", err=True)
        return
    changes = recorded(desk, site, rows) if record else {}
    click.echo(str(Letter(site, trust, rows, markdown=form == "markdown")), nl=False)
    put(desk.root, changes)
    for path in changes:
        click.echo(f"{path_of(desk, path)}: asked on {show_day(site.now.date())}", err=True)


@click.command()
@editing
def register(desk: ContentEditor) -> None:
    """Enter what is public now into content/register.csv, and its facts into content/facts.csv.

    Lines of register.csv are only added. A line of facts.csv is replaced only if the briefing has
    more announced changes than before.
    """
    done = registered(desk)
    put(desk.root, done.changes)
    given_up = sum(bool(line.leads_to) for line in done.lines)
    said = f"{path_of(desk, REGISTER)}: {len(done.lines) - given_up} entered"
    click.echo(said + (f", {given_up} given up" if given_up else ""))
    kept = len(done.unannounced)
    said = f"{path_of(desk, FACTS)}: {len(done.facts)} recorded"
    click.echo(said + (f", {kept} kept as before" if kept else ""))
    print_problems(done.unannounced)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def schema(folder: Path | None) -> None:
    """Write the JSON Schema of each kind of file into FOLDER.

    Without FOLDER: what Visual Studio Code uses in this project, into .vscode/.
    """
    ours = Path(".vscode")
    into = folder or ours / "schema"
    files = {into / name: text for name, text in schemas().items()}
    if folder is None:
        files[ours / "front-matter.code-snippets"] = snippets()
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(file))
