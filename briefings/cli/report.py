"""Print problems."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from briefings.problems import Problem


def print_problems(problems: Iterable[Problem], outcome: str = "nothing was published") -> None:
    """Print problems to stderr, and with `outcome` the number of errors if there are any.

    Plain text; bold and green if stderr is a terminal.
    """
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    count = 0
    for problem in problems:
        count += problem.severity == "error"
        if sys.stderr.isatty():
            first, _, hint = str(problem).partition("\n")
            console.print(first, style="bold")
            if hint:
                console.print(hint, style="green")
        else:
            click.echo(str(problem), err=True)
    if count:
        things = "one fault" if count == 1 else f"{count} faults"
        click.echo(f"\n{things}; {outcome}", err=True)


class Stopped(Exception):
    """The command was stopped with Ctrl-C; the text says what was changed by then."""
