"""A query reads the site through the engine alone: not the disk, the clock or the environment.

What it read otherwise would not be recorded, and a later build would publish its old value.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: A build from nothing that prints what queries and outputs read around the engine. `sys.argv`:
#: code to be run inside a query, then the arguments of the build.
BUILD = """
import os, sys
from datetime import datetime
import briefings.cli
from briefings.engine.engine import Engine

planted, *arguments = sys.argv[1:]
reads = []  # of each running query

def report(what):
    if reads:
        reads[-1].add(what)

class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        report("the clock")
        return datetime.now(tz)

class Environment(type(os.environ)):
    def __getitem__(self, name):
        if not name.startswith(("PILLOW", "PYDANTIC")):  # they set themselves up when first used
            report("the environment")
        return super().__getitem__(name)

#: Not read by a query: the code of Python, and its time zones.
CODE = (sys.prefix, sys.base_prefix, "/usr/share/zoneinfo")

def opened(event, values):
    if event in {"open", "os.listdir", "os.scandir", "subprocess.Popen", "socket.connect"}:
        path = str(values[0])
        if not path.isdigit() and not path.startswith(CODE):  # a number is an open file
            report(path)

def is_recorded(path, facts):
    kinds = {kind for kind, _ in facts}
    return "names" in kinds if path.endswith("/") else any(path.endswith(id) for _, id in facts)

traced = Engine.traced
def noted(self, key, function):
    reads.append(set())
    try:
        if planted and key[0].startswith("domain."):
            exec(planted)
        value, numbers = traced(self, key, function)
        facts = {name for name, number in self.facts.items() if number in set(numbers)}
        for what in reads[-1]:
            # A page, or a copy of a file, is stored with the digests of the files it is made of.
            is_input = key[0] == "output" and not what.startswith("the ")
            if not is_input and not is_recorded(what, facts):
                print(key[0], "reads", what)
        return value, numbers
    finally:
        reads.pop()

Engine.traced = noted
os.environ.__class__ = Environment
for name, module in list(sys.modules.items()):
    if name.startswith("briefings.") and getattr(module, "datetime", None) is datetime:
        module.datetime = Clock
sys.addaudithook(opened)
sys.exit(briefings.cli.main(["build", *arguments]))
"""


def reads_around(tmp_path: Path, planted: str = "") -> set[str]:
    """What the queries of a build of the site with every feature read around the engine."""
    folders = [f"--{name}={ROOT / name}" for name in ("templates", "static")]
    content = f"--content={ROOT / 'tests/site/content'}"
    words = [content, *folders, "--now", "2026-12-01", "--no-search", "--jobs", "1", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", BUILD, planted, *words], cwd=tmp_path, capture_output=True,
        text=True, check=False, env={"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines())


def test_no_query_reads_the_disk_the_clock_or_the_environment(tmp_path: Path) -> None:
    assert reads_around(tmp_path) == set()


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        ("open('/etc/hostname').close()", "/etc/hostname"),
        ("Clock.now()", "the clock"),
        ("os.environ['PYTHONPATH']", "the environment"),
    ],
)
def test_a_read_around_the_engine_would_be_noticed(
    planted: str, expected: str, tmp_path: Path
) -> None:
    assert {line.partition(" reads ")[2] for line in reads_around(tmp_path, planted)} == {expected}
