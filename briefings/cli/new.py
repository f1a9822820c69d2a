"""`new`: write the first version of a content file; missing values are asked for on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from briefings.cli.editing import Command, editing, path_of
from briefings.content.loader import Content
from briefings.edit.new import (
    FORMS,
    Draft,
    Question,
    answer_fault,
    choices,
    default,
    first_version,
    id_faults,
    id_of,
    meaning,
)
from briefings.edit.ods import trust_with
from briefings.edit.transaction import ContentEditor, put

#: Maximum number of allowed answers that a question lists.
_LISTED = 20


@click.group()
def new() -> None:
    """Write the first version of a file; an existing file is never overwritten."""


def _asking(kind: str) -> Callable[[Command], Command]:
    """Decorate a command with an option for each question of a kind of file."""

    def decorate(command: Command) -> Command:
        for question in reversed(FORMS[kind]):
            name = question.option.replace("-", "_")
            option = click.option(f"--{question.option}", name, help=meaning(kind, question))
            command = option(command)
        return command

    return decorate


@new.command()
@click.argument("id")
@_asking("briefing")
@editing
def briefing(desk: ContentEditor, id: str, **given: Any) -> int:
    """A briefing, as a draft, in the folder of the year in which it is to be published."""
    return _write(desk, "briefing", id, given)


@new.command()
@click.argument("id", required=False)
@_asking("trust")
@click.option(
    "--register", type=(click.Path(exists=True, dir_okay=False, path_type=Path), str),
    metavar="FILE CODE", help="Take name, region, board and status from the NHS list of trusts.",
)  # fmt: skip
@editing
def trust(
    desk: ContentEditor, id: str | None, register: tuple[Path, str] | None, **given: Any
) -> int:
    """A trust; with --register, the id may be left out and is made from its name."""
    if id is None and register is None:
        raise click.UsageError("name the id of the trust, or take it from a list with --register")
    found = trust_with(*register) if register is not None else None
    return _write(desk, "trust", id or (id_of(found) if found else ""), given, found)


@new.command()
@click.argument("id")
@_asking("requirement")
@editing
def requirement(desk: ContentEditor, id: str, **given: Any) -> int:
    """A requirement; its history comes from the briefings that name it."""
    return _write(desk, "requirement", id, given)


@new.command()
@click.argument("id")
@_asking("topic")
@editing
def topic(desk: ContentEditor, id: str, **given: Any) -> int:
    """A topic."""
    return _write(desk, "topic", id, given)


def _write(
    desk: ContentEditor, kind: str, id: str, given: dict[str, Any], found: Any = None
) -> int:
    content = desk.read()
    draft = Draft(kind, id, desk.now(content).date(), trust=found)
    id_faults(content, draft)
    draft = _answered(content, draft, given)
    changes = first_version(desk, draft)
    put(desk.root, changes)
    click.echo(f"{path_of(desk, draft.path)} is written.")
    if kind == "briefing":
        click.echo("It is a draft: write the text, then remove the line `status: draft`.")
    return 0


def _answered(content: Content, draft: Draft, given: dict[str, Any]) -> Draft:
    """The draft with every question answered: by an option, on the terminal, or by its default.

    Raises UsageError with all the options that are missing.
    """
    missing = []
    for question in FORMS[draft.kind]:
        text = given[question.option.replace("-", "_")]
        if text is None:
            taken = default(content, draft, question)
            if sys.stdin.isatty() and question.asked:
                text = _ask(content, draft, question, taken)
            elif taken is not None:
                text = taken
            else:
                missing.append(_needed(content, draft, question))
                continue
        draft = replace(draft, answers=draft.answers | {question.option: text.strip()})
    if missing:
        raise click.UsageError("not a terminal to ask on; add\n" + "\n".join(missing))
    return draft


def _needed(content: Content, draft: Draft, question: Question) -> str:
    return f"  --{question.option}  {_about(content, draft, question)}"


def _about(content: Content, draft: Draft, question: Question) -> str:
    said = meaning(draft.kind, question).rstrip(".")
    options = choices(content, draft, question)
    if options and len(options) <= _LISTED:
        said += f" ({', '.join(options)})"
    return said


def _ask(content: Content, draft: Draft, question: Question, taken: str | None) -> str:
    def judged(text: str) -> str:
        if not text.strip():
            raise click.UsageError("this is needed; Ctrl+C leaves without writing anything")
        fault = answer_fault(content, draft, question, text.strip())
        if fault:
            raise click.UsageError("; ".join(filter(None, fault)))
        return text

    options = choices(content, draft, question)
    if taken is None and len(options) == 1:
        taken = options[0]
    label = f"{question.option.replace('-', ' ')}: {_about(content, draft, question)}\n "
    # The empty default passes an empty line to `judged`: without it, click asks again silently.
    answer: str = click.prompt(
        label,
        default=taken or "",
        show_default=taken is not None,
        value_proc=judged,
        prompt_suffix="> ",
    )
    return answer
