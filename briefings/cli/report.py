"""Print problems: for people, as annotations on a pull request, and as JSON.

The message and hint are those of `Problem`, so that an editor finds the same wording everywhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

import click

from briefings.problems import Problem

_TITLES = {"error": "Fault", "warning": "Advice"}


class Stopped(Exception):
    """The command was stopped with Ctrl-C; the text says what was changed by then."""


def print_problems(problems: Iterable[Problem], outcome: str = "nothing was published") -> None:
    """Print problems to stderr, and with `outcome` the number of errors if there are any.

    Bold and green on a terminal, which click finds out; without colour there if NO_COLOR is set.
    """
    styled = False if os.environ.get("TERM") == "dumb" else None
    hinted = None if os.environ.get("NO_COLOR") else "green"
    count = 0
    for problem in problems:
        count += problem.severity == "error"
        first, _, hint = str(problem).partition("\n")
        click.secho(first, err=True, bold=True, color=styled)
        if hint:
            click.secho(hint, err=True, fg=hinted, color=styled)
    if count:
        faults = "one fault" if count == 1 else f"{count} faults"
        click.echo(f"\n{faults}; {outcome}", err=True)


def github(problem: Problem) -> str:
    """A workflow command of GitHub Actions, which shows an annotation at the line.

    Escaped like GitHub's own toolkit (`@actions/core`): `%` and line endings in the message; `:`
    and `,` as well in the properties.
    """
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": _TITLES[problem.severity],
    }
    listed = ",".join(f"{name}={_in_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {listed}::{_in_message(text)}"


def _in_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _in_property(text: str) -> str:
    return _in_message(text).replace(":", "%3A").replace(",", "%2C")


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON array with an object for each problem, one on each line; `[]` if there are none."""
    keys = ("path", "line", "column", "severity", "message", "hint")
    lines = [
        json.dumps({key: getattr(problem, key) for key in keys}, ensure_ascii=False)
        for problem in problems
    ]
    return "[\n{}\n]".format(",\n".join(lines)) if lines else "[]"
