"""`python -m tests.mutants`: the share of mutants that the tests kill, by package.

Exit status 1: in some package it is below `FLOOR`. Surviving mutants are listed in
`.cache/mutants/PACKAGE/survivors.txt`, each with what it changes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.mutants.copies import PACKAGES, copy_for
from tests.mutants.tool import FOLDER, ready

FLOOR = 90.0
#: Time limit: a mutant that never ends counts as killed.
_KILLED = ("killed", "timeout", "segfault")
_LIVES = ("survived", "no tests")


def main() -> int:
    options = _options().parse_args()
    tool = ready()
    say("| package | mutants | killed | share | took |")
    say("|---|---:|---:|---:|---:|")
    shares = [_judged(tool, name, options) for name in options.only or PACKAGES]
    return int(min(shares) < FLOOR)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--only", action="append", choices=PACKAGES, help="one package; repeatable")
    parser.add_argument(
        "--ending", default="", help="only those whose number ends like this: 4, [27], [27]4"
    )
    parser.add_argument("--workers", default="1", help="how many to try at once")
    return parser


def _judged(tool: Path, name: str, options: argparse.Namespace) -> float:
    """Return the share in per cent of one package's mutants that its tests killed, and its line."""
    folder, start = FOLDER / name, time.monotonic()
    copy_for(PACKAGES[name], folder)
    which = [f"*{options.ending}"] if options.ending else []
    command = [str(tool), "run", "--max-children", options.workers, *which]
    with (folder / "run.log").open("wb") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise SystemExit(f"mutmut ended with {done.returncode}; {log.name} says why")
    status = dict(_results(tool, folder))
    alive = [mutant for mutant, word in status.items() if word in _LIVES]
    _write(tool, folder, alive)
    counts = Counter(status.values())
    killed = sum(counts[word] for word in _KILLED)
    share = 100 * killed / (killed + len(alive))
    minutes = (time.monotonic() - start) / 60
    say(
        f"| `{name}` | {killed + len(alive):,} of {len(status):,} | {killed:,} "
        f"| {share:.1f} % | {minutes:.0f} min |"
    )
    return share


def _results(tool: Path, folder: Path) -> list[tuple[str, str]]:
    """Return mutant → mutmut's word for its result."""
    listed = _words_for(tool, folder, "results", "--all", "true")
    return [(mutant, word) for mutant, _, word in (line.strip().partition(": ") for line in listed)]


def _write(tool: Path, folder: Path, alive: list[str]) -> None:
    shown = ["\n".join(_words_for(tool, folder, "show", mutant)) for mutant in alive]
    (folder / "survivors.txt").write_text("\n\n".join(shown), "utf-8")


def _words_for(tool: Path, folder: Path, *words: str) -> list[str]:
    command = [str(tool), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
