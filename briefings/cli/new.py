"""`new`: write the first version of a content file; missing values are asked for on a terminal.

`new site` begins a site.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import click

from briefings.build.request import EXAMPLES, shipped
from briefings.cli.editing import editing
from briefings.cli.options import FILE
from briefings.content.records import Content
from briefings.edit import ContentEditor, put, refuse
from briefings.edit.new import (
    FORMS,
    Draft,
    Question,
    about,
    answer_fault,
    choices,
    default,
    first_versions,
    id_faults,
    id_of,
    meaning,
)
from briefings.edit.ods import trusts_with
from briefings.imports import imported

#: What git should not keep of a site: built files, caches, and texts that are not ours to publish.
_IGNORED = "/output/\n/output-drafts/\n/digest/\n/.output-*/\n/.cache/\n/sources/\n"


@click.group()
def new() -> None:
    """Write the first version of a file; an existing file is never overwritten."""


def _command(kind: str, about: str, *params: click.Parameter) -> None:
    """Add the command for a kind of file, with an option for each of its questions."""

    def run(editor: ContentEditor, id: str | None, **parameters: Any) -> None:
        _write(editor, kind, id, parameters)

    command = click.command(kind, help=about)(editing(run))
    questions = [
        click.Option([f"--{question.option}"], help=meaning(kind, question))
        for question in FORMS[kind]
    ]
    command.params[:0] = [click.Argument(["id"], required=kind != "trust"), *questions, *params]
    new.add_command(command)


_command(
    "briefing",
    "A briefing, as a draft, in the folder of the year of its publication.",
    click.Option(
        ["--from", "file"],
        type=FILE,
        metavar="FILE",
        help="Take what a record of the CQC's API, or a saved web page, holds.",
    ),
)
_command(
    "trust",
    "A trust; with --register, the id may be left out and is made from its name.",
    click.Option(
        ["--register"], type=(FILE, str),
        metavar="FILE CODE",
        help="Take name, region, board and status from the NHS list of trusts.",
    ),
)  # fmt: skip


@new.command
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option(
    "--register",
    "lists",
    multiple=True,
    required=True,
    metavar="FILE",
    type=FILE,
    help="The NHS list of trusts; again for a list that names the regions and boards.",
)
@click.option("--kind", help="The kind of them all; asked for each of them if left out.")
@editing
def trusts(
    editor: ContentEditor, codes: tuple[str, ...], lists: tuple[Path, ...], kind: str | None
) -> None:
    """Trusts from the NHS list of trusts, by their codes; all are written, or none."""
    content = editor.read()
    today = editor.now(content.config.time_zone).date()
    listed, problems = trusts_with(lists, codes)
    drafts = [Draft("trust", id_of(trust), today, trust=trust) for trust in listed]
    refuse([*problems, *id_faults(content, drafts)])
    for n, draft in enumerate(drafts):
        assert draft.trust is not None
        if kind is None and sys.stdin.isatty():
            click.echo(f"{draft.trust.name} ({draft.trust.code})")
        drafts[n] = _answered(content, draft, {"name": draft.trust.name, "kind": kind})
    put(editor.root, first_versions(editor, *drafts))
    for draft in drafts:
        click.echo(f"{editor.shown(draft.path)} is written.")


_command("requirement", "A requirement; its history comes from the briefings that name it.")
_command("topic", "A topic.")


@new.command
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--example", type=click.Choice(["schools", "prisons", "care"]), default="schools",
    show_default=True, help="The sector of the example.",
)  # fmt: skip
def site(folder: Path, example: str) -> None:
    """A folder with the content of a small made-up site, to build at once and then to replace."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there already, and not empty; name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".new-site-") as temporary:
        new_site = Path(temporary, "site")
        copytree(shipped(EXAMPLES) / example, new_site / "content")
        (new_site / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        new_site.rename(folder)
    click.echo(f"{folder} is written. Begin with its content/site.yaml, and build it there.")


def _write(editor: ContentEditor, kind: str, id: str | None, parameters: dict[str, Any]) -> None:
    register = parameters.get("register")
    if id is None and register is None:
        raise click.UsageError("name the id of the trust, or take it from a list with --register")
    trust = None
    if register is not None:
        listed, problems = trusts_with([register[0]], [register[1]])
        refuse(problems)
        trust = listed[0]
    content = editor.read()
    draft = Draft(
        kind,
        id or (id_of(trust) if trust else ""),
        editor.now(content.config.time_zone).date(),
        trust=trust,
    )
    refuse(id_faults(content, [draft]))
    file = parameters.get("file")
    if file is None:
        draft = _answered(content, draft, parameters)
    else:
        draft = _imported(content, draft, file, parameters)
    put(editor.root, first_versions(editor, draft))
    click.echo(f"{editor.shown(draft.path)} is written.")
    if file is not None:
        click.echo("It is a draft: `check` lists what is still to write or to decide.")
    elif kind == "briefing":
        click.echo("It is a draft: write the text, then remove the line `status: draft`.")


def _imported(content: Content, draft: Draft, file: Path, parameters: dict[str, Any]) -> Draft:
    """The draft of what a file holds; nothing is asked. Raises ContentError for a faulty file."""
    options = (question.option for question in FORMS[draft.kind])
    texts = {option: parameters[option.replace("-", "_")] for option in options}
    given = {option: text.strip() for option, text in texts.items() if text is not None}
    return imported(content, draft, file, given)


def _answered(content: Content, draft: Draft, parameters: dict[str, Any]) -> Draft:
    """The draft with every question answered: by an option, on the terminal, or by its default.

    Raises UsageError with all the options that are missing.
    """
    missing = []
    for question in FORMS[draft.kind]:
        text = parameters[question.option.replace("-", "_")]
        if text is None:
            suggested = default(content, draft, question)
            if sys.stdin.isatty() and question.asked:
                text = _ask(content, draft, question, suggested)
            elif question.optional:
                continue
            elif suggested is not None:
                text = suggested
            else:
                missing.append(f"  --{question.option}  {about(content, draft, question)}")
                continue
        draft = replace(draft, answers=draft.answers | {question.option: text.strip()})
    if missing:
        raise click.UsageError("not a terminal to ask on; add\n" + "\n".join(missing))
    return draft


def _ask(content: Content, draft: Draft, question: Question, suggested: str | None) -> str:
    def judged(text: str) -> str:
        if not text.strip():
            raise click.UsageError("this is needed; Ctrl+C leaves without writing anything")
        fault = answer_fault(content, draft, question, text.strip())
        if fault:
            raise click.UsageError("; ".join(filter(None, fault)))
        return text

    options = choices(content, draft, question)
    if suggested is None and len(options) == 1:
        suggested = options[0]
    label = f"{question.option.replace('-', ' ')}: {about(content, draft, question)}\n "
    # The empty default passes an empty line to `judged`: without it, click asks again silently.
    answer: str = click.prompt(
        label, default=suggested or "", show_default=suggested is not None, value_proc=judged,
        prompt_suffix="> ",
    )  # fmt: skip
    return answer
