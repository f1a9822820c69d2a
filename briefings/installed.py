"""Make the environment, and check that the running Python has the libraries it requires.

Imports only the standard library: it runs before the libraries are installed, and explains why an
import of one failed. What only a failure needs is imported in the function, so that a build with
nothing to do need not wait for it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PROJECT = _ROOT / "pyproject.toml"
_LOCK = _ROOT / "requirements.lock"
#: What to type to run the program: in the repository, or where it is installed as a package.
PROGRAM = "build.py" if (_ROOT / "build.py").is_file() else "briefings"
_INCOMPLETE = """\
{python} cannot make virtual environments: its module `ensurepip` is missing
on Debian and Ubuntu: sudo apt install python3-venv
elsewhere: install the full Python, or use another one
"""
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9.]+)")


def set_up() -> int:
    """Make `.venv` of what `requirements.lock` names; return an exit status.

    feedgen comes as source, and pip would fetch the tools that build it unchecked. So setuptools
    goes in first, by its own lines of the lock, and everything is built with that.
    """
    import subprocess
    import venv

    if find_spec("ensurepip") is None:
        sys.stderr.write(_INCOMPLETE.format(python=sys.executable))
        return 2
    folder, number = _ROOT / ".venv", sys.version.split()[0]
    sys.stderr.write(f"Setting up .venv with Python {number}; once, takes a minute ...\n")
    python, tools = folder / "bin/python", folder / "build-tools.lock"
    venv.create(folder, clear=True, with_pip=True, symlinks=True)
    entries = re.split(r"\n(?=\S)", _LOCK.read_text(encoding="utf-8"))
    tools.write_text("\n".join(entry for entry in entries if entry.startswith("setuptools==")))
    for options in (
        ["--require-hashes", "-r", str(tools)],
        ["--require-hashes", "--no-build-isolation", "-r", str(_LOCK)],
        ["--no-deps", "--no-build-isolation", "--editable", str(_ROOT)],
    ):
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq", *options]
        if status := subprocess.run(pip, check=False).returncode:
            return status
    subprocess.run([str(python), "-m", "compileall", "-q", str(_ROOT / "briefings")], check=False)
    (folder / "ready").touch()
    return 0


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
    import tomllib

    try:
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    except (OSError, KeyError):
        return
    for requirement in project.get("dependencies", ()):
        if match := _REQUIREMENT.match(requirement):
            yield match[1], match[2]


def _fault(name: str, floor: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

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
