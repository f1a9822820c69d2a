"""The Nu Html Checker (https://validator.github.io/validator/) over every file of a built site."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.audit.tools import Tools

#: Ignored message: files have no origin, so the checker reports 'self' on every page.
#: tests/browser/test_csp.py tests the policy in a browser.
_NOT_OF_FILES = ".*violates Content Security Policy.*"


@dataclass(frozen=True, slots=True)
class Finding:
    """One message, the number of pages that have it, and its first place."""

    message: str
    pages: int
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} ({self.pages} page{'s' * (self.pages != 1)})"


@dataclass(frozen=True, slots=True)
class Verdict:
    files: int
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def check(tools: Tools, site: Path) -> Verdict:
    """Return the checker's messages on all HTML and SVG files of a site.

    Raises RuntimeError where the checker itself could not do its work.
    """
    files = [file for ending in ("html", "svg") for file in site.rglob(f"*.{ending}")]
    options = ["--format", "json", "--exit-zero-always", "--also-check-svg", "--skip-non-html"]
    done = subprocess.run(
        [*tools.vnu, *options, "--filterpattern", _NOT_OF_FILES, str(site)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        messages = json.loads(done.stderr)["messages"]
    except ValueError as error:
        raise RuntimeError(f"vnu did not finish: {done.stderr[-500:]}") from error
    errors = [message for message in messages if message["type"] != "info"]
    warnings = [message for message in messages if message.get("subType") == "warning"]
    return Verdict(len(files), _findings(errors, site), _findings(warnings, site))


def _findings(messages: list[dict[str, Any]], site: Path) -> tuple[Finding, ...]:
    places: dict[str, list[str]] = defaultdict(list)
    for raw_message in messages:
        path = Path(unquote(urlsplit(raw_message.get("url", "")).path))
        name = path.relative_to(site) if path.is_relative_to(site) else path
        places[raw_message["message"]].append(f"{name}:{raw_message.get('lastLine', 1)}")
    return tuple(
        Finding(message, len({place.rpartition(":")[0] for place in found_at}), found_at[0])
        for message, found_at in places.items()
    )
