"""Commands that edit content, except `new`; and `schema`, which writes the JSON Schemas."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from briefings.cli.options import (
    EDITING,
    Status,
    Stopped,
    if_given,
    keep_apart,
    moment_option,
    options_of,
    print_problems,
    with_options,
)
from briefings.content.dates.parsing import show_day
from briefings.content.dates.values import Moment
from briefings.content.records import SCHEMAS
from briefings.content.schema.blocks import one_line
from briefings.content.schema.json_schema import schema_files, snippets
from briefings.edit import ContentEditor, Edit, commands, put
from briefings.edit.ask import Letter, open_requirements, recorded
from briefings.edit.rename import KINDS, renamed
from briefings.edit.values import BLOCKS
from briefings.problems import ContentError

Command = Callable[..., int | Edit | None]
#: Options of the pipeline that an editing command does not have, with their values.
_UNUSED = {
    "templates": Path(), "static": Path(), "theme": None, "base_url": None, "drafts": False,
    "no_search": True,
}  # fmt: skip


def editing(command: Command) -> Callable[..., int | None]:
    """Decorate a command with the shared options, and pass it a ContentEditor as `editor`.

    If it returns an Edit, that is carried out, and its lines and warnings are printed. A
    ContentError is printed, with exit status 1; nothing was changed then. Raises Stopped on Ctrl-C.
    """

    @wraps(command)
    def run(**parameters: Any) -> int | None:
        names = ("content", "now", "jobs", "cache", "no_cache")
        shared = {name: parameters.pop(name) for name in names}
        keep_apart(shared)
        options = options_of(shared | _UNUSED)
        editor = ContentEditor(options.content, options.now, options.jobs, options.reading)
        try:
            result = command(editor=editor, **parameters)
            if not isinstance(result, Edit):
                return result
            put(editor.root, result.changes)
        except ContentError as fault:
            print_problems(fault.problems, "nothing was changed")
            return Status.FAULTY
        except KeyboardInterrupt as stop:
            raise Stopped("git status shows whether a file was changed") from stop
        click.echo("\n".join(result.lines))
        print_problems(result.warnings)
        return None

    return with_options(run, EDITING)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("old")
@click.argument("new")
@editing
def rename(editor: ContentEditor, kind: str, old: str, new: str) -> Edit:
    """Change the id of a file; references, its old address and the register are updated."""
    return renamed(editor, kind, old, new)


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
    editor: ContentEditor,
    id: str,
    reason: str,
    date: Moment | None,
    hide_title: bool,
    hide_changes: bool,
) -> Edit:
    """Withdraw a briefing and leave a notice in its place."""
    hide = ["title"] * hide_title + ["changes"] * hide_changes
    return commands.withdrawn(editor, id, reason, date, hide)


@click.command()
@click.argument("block", type=click.Choice(BLOCKS))
@click.argument("id")
@editing
def add(editor: ContentEditor, block: str, id: str) -> Edit:
    """Write an example of a block into a briefing, for you to replace by what is true."""
    return commands.added(editor, block, id)


@click.command()
@click.argument("trust")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown"]), default="text",
    help="Plain text, or Markdown.",
)  # fmt: skip
@click.option("--record", is_flag=True, help="Enter today in `asked` of each requirement.")
@editing
def ask(editor: ContentEditor, trust: str, form: str, record: bool) -> None:
    """Write the letter that asks a trust what became of its open requirements."""
    site, rows = open_requirements(editor, trust)
    if not rows:
        click.echo(f"there is nothing to ask: no public requirement of {trust} is open", err=True)
        return
    changes = recorded(editor, site, rows) if record else {}
    click.echo(str(Letter(site, trust, rows, markdown=form == "markdown")), nl=False)
    put(editor.root, changes)
    for path in changes:
        click.echo(f"{editor.shown(path)}: asked on {show_day(site.now.date())}", err=True)


@click.command()
@editing
def register(editor: ContentEditor) -> Edit:
    """Enter what is public now into content/register.csv, and its facts into content/facts.csv.

    Lines of register.csv are only added. A line of facts.csv is replaced only if the briefing has
    more announced changes than before.
    """
    return commands.registered(editor)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def schema(folder: Path | None) -> None:
    """Write the JSON Schema of each kind of file into FOLDER.

    Without FOLDER: what Visual Studio Code uses in this project, into .vscode/.
    """
    editor_folder = Path(".vscode")
    into = folder or editor_folder / "schema"
    files = {into / name: text for name, text in schema_files(SCHEMAS).items()}
    if folder is None:
        files[editor_folder / "front-matter.code-snippets"] = snippets(SCHEMAS)
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(file))
