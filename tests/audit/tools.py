"""The programs that audit: found, or installed from npm into `.cache/audit/`.

The versions are written here, whole. npm takes what these packages need in turn as it stood on
`AS_AT`, so that a run today and one next year use the same programs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests import programs

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache" / "audit"
VERSIONS = {"vnu-jar": "26.9.27", "lighthouse": "12.8.2"}
AS_AT = "2026-11-20"

_NEEDED = {"node": "Node.js 18 or newer", "npm": "npm", "java": "Java 11 or newer"}


class Unready(Exception):
    """A program that the audit needs is missing."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of programs."""

    java: str
    node: str
    browser: str

    @property
    def vnu(self) -> list[str]:
        """The command of the Nu Html Checker. It reads deep pages with a large stack."""
        jar = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
        return [self.java, "-Xss4m", "-jar", str(jar)]

    @property
    def lighthouse(self) -> list[str]:
        return [self.node, str(FOLDER / "node_modules/lighthouse/cli/index.js")]


def lacking() -> list[str]:
    """Return the missing programs that must be installed by hand."""
    return [words for program, words in _NEEDED.items() if shutil.which(program) is None]


def ready() -> Tools:
    """Everything the audit needs, installed where that can be done. Raises Unready."""
    if missing := lacking():
        raise Unready(f"the audit needs {', '.join(missing)}")
    browser = programs.system_browser() or programs.playwrights_browser()
    if browser is None:
        raise Unready("the audit needs a browser; `make test` looks for one and says what it found")
    if any(_installed(package) != version for package, version in VERSIONS.items()):
        _install()
    return Tools(shutil.which("java") or "", shutil.which("node") or "", browser)


def _installed(package: str) -> str | None:
    description = FOLDER / "node_modules" / package / "package.json"
    if not description.is_file():
        return None
    data = json.loads(description.read_text("utf-8"))["version"]
    return str(data)


def _install() -> None:
    """No package's own scripts are run. No lock file: it would name one registry for everybody."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    programs.tell("Installing the auditors into .cache/audit/; once, takes a minute ...")
    packages = [f"{package}@{version}" for package, version in VERSIONS.items()]
    options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    command = ["npm", "install", "--silent", "--prefix", str(FOLDER), *options]
    done = subprocess.run(
        [*command, f"--before={AS_AT}", *packages], stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise Unready(f"npm could not install {' and '.join(packages)}")
