"""Format problems for other programs: annotations on a pull request, and JSON.

The message and hint are those of `Problem`, so that an editor finds the same wording everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from briefings.problems import Problem

_TITLES = {"error": "Fault", "warning": "Advice"}


def github(problem: Problem) -> str:
    """A workflow command of GitHub Actions, which shows an annotation at the line.

    Escaped like GitHub's own toolkit (`@actions/core`): `%` and line endings in the message; `:`
    and `,` as well in the properties.
    """
    said = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": _TITLES[problem.severity],
    }
    listed = ",".join(f"{name}={_in_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {listed}::{_in_message(said)}"


def _in_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _in_property(text: str) -> str:
    return _in_message(text).replace(":", "%3A").replace(",", "%2C")


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON array with an object for each problem, one on each line; `[]` if there are none."""
    objects = [
        {
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "severity": one.severity,
            "message": one.message,
            "hint": one.hint,
        }
        for one in problems
    ]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
    return f"[\n{lines}\n]" if objects else "[]"
