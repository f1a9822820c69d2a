"""`python -m tests.audit`: the whole site through the HTML checker, six pages through Lighthouse.

The sites are built for the address at which they are served here. The host sends the site's own
headers and compresses, as a real one does. Exit status 1: a checker reported something.
"""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from briefings.cli import main as command_line
from tests.audit import lighthouse, vnu
from tests.audit.tools import ROOT, Tools, Unready, ready
from tests.browser.hosting import hosted
from tests.support.reading import SECTORS


def main() -> int:
    try:
        tools = ready()
        with tempfile.TemporaryDirectory() as folder:
            return max(_valid(tools, Path(folder)), _good(tools, Path(folder)))
    except (Unready, RuntimeError) as error:
        say(str(error))
        return 1


def _valid(tools: Tools, folder: Path) -> int:
    """The content that is published, tests/site, which has every feature, and other sectors."""
    contents = {"published": "content", "made up": "tests/site/content"}
    contents |= {f"made up: {Path(content).name}": content for content in SECTORS}
    sites = [_build(ROOT / content, folder / name) for name, content in contents.items()]
    with ThreadPoolExecutor() as pool:
        verdicts = list(pool.map(lambda site: vnu.check(tools, site), sites))
    for name, verdict in zip(contents, verdicts, strict=True):
        errors, warnings = verdict.errors, verdict.warnings
        counts = f"{len(errors)} errors, {len(warnings)} warnings"
        say(f"vnu, the site that is {name}: {verdict.files} files, {counts}")
        for finding in errors:
            say(f"  error: {finding}")
        for finding in warnings:
            say(f"  warning: {finding}")
    return int(any(verdict.errors for verdict in verdicts))


def _good(tools: Tools, folder: Path) -> int:
    """Each page in turn: two at a time would slow each other down."""
    say("Lighthouse   " + "  ".join(lighthouse.FLOORS))
    failed = False
    with _at_home(folder / "at home") as address:
        for name, path in lighthouse.PAGES.items():
            scores = lighthouse.judge(tools, address + path)
            failed = failed or not scores.are_enough
            points = (f"{scores.points[key]:>{len(key)}}" for key in lighthouse.FLOORS)
            say(f"  {name:<10} {'  '.join(points)}")
            for loss in scores.losses if not scores.are_enough else ():
                say(f"    {loss}")
    return int(failed)


@contextmanager
def _at_home(folder: Path) -> Iterator[str]:
    """Build the published content for a local address, and return that address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    site = _build(ROOT / "content", folder, "--base-url", f"http://127.0.0.1:{port}/")
    with hosted(site, port=port) as address:
        yield address


def _build(content: Path, output: Path, *more: str) -> Path:
    ours = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    places = ["--content", str(content), "--output", str(output)]
    if command_line(["build", *places, *ours, "--no-cache", "--quiet", *more]):
        raise RuntimeError(f"{content.relative_to(ROOT)} can't be built")
    return output


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
