"""Check that the running Python has the libraries that `pyproject.toml` requires.

Imports only the standard library: it runs to explain why an import of another library failed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9.]+)")


def missing() -> list[str]:
    """Return a message for each required library that is absent or too old.

    `click is missing`, `nh3 0.2 is too old`.
    """
    return [text for name, floor in _required() if (text := _fault(name, floor))]


def advice(faults: list[str]) -> str:
    """Return the error message for the faults that `missing` returned, in three lines."""
    shown = ", ".join(faults[:3]) + (" …" if len(faults) > 3 else "")
    return (
        f"the Python that runs this ({sys.executable}) lacks what the program needs: {shown}\n"
        "nothing was changed. Run `make site`, which installs it into .venv,\n"
        "or use that Python: .venv/bin/python build.py"
    )


def _required() -> Iterator[tuple[str, str]]:
    """Yield name and lowest version of each dependency; nothing if `pyproject.toml` is absent."""
    try:
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    except (OSError, KeyError):
        return
    for requirement in project.get("dependencies", ()):
        if match := _REQUIREMENT.match(requirement):
            yield match[1], match[2]


def _fault(name: str, floor: str) -> str | None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        return f"{name} is missing"
    return f"{name} {installed} is too old" if _parts(installed) < _parts(floor) else None


def _parts(text: str) -> tuple[int, ...]:
    """Return the release segment of a version as numbers, without trailing zeros.

    `3.1.6.post1` is (3, 1, 6).
    """
    release = re.match(r"[0-9]+(?:\.[0-9]+)*", text)
    numbers = [int(part) for part in release[0].split(".")] if release else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
