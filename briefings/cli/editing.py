"""Options and error handling shared by the commands that edit content."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from briefings.cli.apart import keep_apart
from briefings.cli.options import FOLDER, MomentOption, kept, options_of
from briefings.cli.report import Stopped, print_problems
from briefings.content.loader import shown
from briefings.edit.transaction import ContentEditor
from briefings.problems import ContentError

Command = Callable[..., int]
_FAULTY = 1


def editing(command: Command) -> Command:
    """Decorate a command with the shared options, and pass it a ContentEditor as `desk`.

    A ContentError is printed, with exit status 1; nothing was changed then. Raises Stopped on
    Ctrl-C.
    """

    @wraps(command)
    def run(**given: Any) -> int:
        names = ("content", "now", "jobs", "cache", "no_cache")
        shared = {name: given.pop(name) for name in names}
        keep_apart({"content": shared["content"]} | kept(shared))
        desk = _desk(shared)
        try:
            return command(desk=desk, **given)
        except ContentError as fault:
            print_problems(fault.problems, "nothing was changed")
            return _FAULTY
        except KeyboardInterrupt as stop:
            raise Stopped("git status shows whether a file was changed") from stop

    options = [
        click.option("--content", type=FOLDER, default=Path("content"), help="What to edit."),
        click.option("--now", type=MomentOption(), help="Judge the site as at this moment."),
        click.option("--jobs", type=click.IntRange(1, 64), help="Processes; all cores by default."),
        click.option(
            "--cache", type=click.Path(file_okay=False, path_type=Path), default=Path(".cache"),
            help="Where to keep what was read before.",
        ),
        click.option("--no-cache", is_flag=True, help="Read everything anew."),
    ]  # fmt: skip
    decorated: Command = run
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def _desk(given: dict[str, Any]) -> ContentEditor:
    others = {"templates": Path(), "static": Path(), "theme": None, "base_url": None}
    options = options_of(given | others | {"drafts": False, "no_search": True})
    return ContentEditor(options.content, options.now, options.jobs, options.cache)


def path_of(desk: ContentEditor, path: str) -> str:
    """A path in the content folder as the editor would type it."""
    return shown(desk.root, path)
