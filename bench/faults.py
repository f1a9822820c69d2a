"""Plant the same faults in six generators; write the table in `docs/reliability.md`.

    python bench/faults.py [--generator NAME] [--kills N]

Each fault is planted in a copy of a site that was built without fault before. The generator then
runs as by hand, without options that make it stricter or quieter. Its exit status, its messages and
the files that are public afterwards are examined. Every cell of the table comes from such a run.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import generators
import measure
import observing
import planting
from generators import Generator
from observing import Outcome

PAGE = generators.ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- peers -->", "<!-- /peers -->"
SITES = generators.WORK / "faults"
MANY = 60  # briefings of the site whose build is killed
_QUIET = {"-q", "--quiet"}

GENERATORS = (
    generators.OURS, generators.HUGO, generators.PELICAN, generators.MKDOCS, generators.NIKOLA,
    generators.ELEVENTY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A site that was built without fault; `tried` is the copy in which faults are planted."""

    generator: Generator
    sound: Path

    @property
    def tried(self) -> Path:
        return self.sound.with_name(f"{self.sound.name}-tried")

    def fresh(self) -> Path:
        """Make a new copy of the site as it was after the build, mtimes included, and return it."""
        shutil.rmtree(self.tried, ignore_errors=True)
        shutil.copytree(self.sound, self.tried, symlinks=True)
        return self.tried

    def before(self) -> dict[str, bytes]:
        return observing.public(self.sound / self.generator.public)

    def after(self) -> dict[str, bytes]:
        return observing.public(self.tried / self.generator.public)

    def build(self) -> Outcome:
        """Build the copy with the planted fault."""
        run = measure.run(command(self.generator), self.tried)
        return Outcome(run.status, run.output, self.before(), self.after())


def command(generator: Generator) -> list[str]:
    """Return the command as one types it, without options that suppress messages."""
    return [word for word in generator.command() if word not in _QUIET]


def sound_site(generator: Generator, size: int) -> Site:
    """Build a site without fault. Raises RuntimeError if that fails."""
    folder = generators.lay(generator, size, SITES)
    run = measure.run(command(generator), folder)
    if run.status != 0:
        raise RuntimeError(f"{generator.name} ended with status {run.status}:\n{run.output}")
    return Site(generator, folder)


Plant = Callable[[Generator, Path], object]


def judged(plant: Plant, words: Callable[[Outcome], str]) -> Callable[[Site], str]:
    def cell(site: Site) -> str:
        if plant(site.generator, site.fresh()) is False:
            return "has none"
        return words(site.build())

    return cell


def located(plant: Callable[[Generator, Path], tuple[str, int]]) -> Callable[[Site], str]:
    def cell(site: Site) -> str:
        where = plant(site.generator, site.fresh())
        return observing.after_a_fault(site.build(), where)

    return cell


FAULTS: Mapping[str, Callable[[Site], str]] = {
    "broken front matter in one file": located(planting.broken_front_matter),
    "a template that fails for one page": located(planting.broken_template),
    "a page dated tomorrow": judged(planting.dated_tomorrow, observing.visible),
    "a draft": judged(planting.draft, observing.visible),
    "a file removed since the last build": judged(planting.removed, observing.withdrawn),
    "a link to an address of the site that is not there": judged(
        planting.broken_link, observing.linked
    ),
    "the same in its own form for links between pages": judged(
        planting.broken_own_link, observing.linked
    ),
    "`<script>` in a body": judged(planting.script, observing.scripted),
    "two files with one address": judged(planting.one_address_twice, observing.twice),
}
KILLED = "SIGKILL at moments spread over a build"
KILLED_WRITING = "SIGKILL when the first published page changes"

Moment = Callable[[subprocess.Popen[bytes]], None]


def killed(site: Site, kills: int) -> Iterator[tuple[str, str]]:
    """Yield the state of the site after killed builds.

    One row: killed at moments spread evenly over the duration of a build. Another: killed as soon
    as the published site changed.
    """
    planting.every_page(site.generator, site.fresh())
    seconds = measure.run(command(site.generator), site.tried).wall
    complete = site.after()
    spread = [_changed_site(seconds * index / (kills + 1)) for index in range(1, kills + 1)]
    yield KILLED, _left([_killed_once(site, complete, moment) for moment in spread])
    changes = [_changes(site)] * kills
    yield KILLED_WRITING, _left([_killed_once(site, complete, moment) for moment in changes])


def _left(states: Sequence[str]) -> str:
    bad = collections.Counter(state for state in states if state not in {"old", "new"})
    if not bad:
        return f"wholly old or wholly new, {len(states)} times of {len(states)}"
    states_text = ", ".join(f"{count} {state}" for state, count in sorted(bad.items()))
    return f"not whole {sum(bad.values())} times of {len(states)} ({states_text})"


def _changed_site(seconds: float) -> Moment:
    return lambda process: time.sleep(seconds)


def _changes(site: Site) -> Moment:
    """Return a function that waits until a page is changed or missing, or the build has ended."""

    def wait(process: subprocess.Popen[bytes]) -> None:
        before = _pages(site)
        while process.poll() is None and _pages(site) == before:
            time.sleep(0.001)

    return wait


def _pages(site: Site) -> measure.Files | None:
    """Return the state of the page files; None if one is removed during the scan."""
    with contextlib.suppress(FileNotFoundError):
        files = measure.files(site.tried / site.generator.public)
        return {path: state for path, state in files.items() if path.endswith("/index.html")}
    return None


def _killed_once(site: Site, complete: Mapping[str, bytes], wait: Moment) -> str:
    planting.every_page(site.generator, site.fresh())
    process = subprocess.Popen(
        command(site.generator), cwd=site.tried, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    wait(process)
    with contextlib.suppress(ProcessLookupError):  # it was done already
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return observing.left(site.before(), complete, site.after())


def cells(generator: Generator, kills: int) -> Iterator[tuple[str, str]]:
    """Yield each fault with its outcome, as table cells."""
    site = sound_site(generator, planting.SIZE)
    for fault, cell in FAULTS.items():
        yield fault, cell(site)
    if kills:
        yield from killed(sound_site(generator, MANY), kills)


def table(
    cells_by_generator: Mapping[str, Mapping[str, str]], versions: Mapping[str, str]
) -> Iterator[str]:
    """Yield the lines of the table. `cells_by_generator`: generator → fault → cell."""
    heads = (f"{name} {versions[name]}".strip() for name in cells_by_generator)
    yield f"| {datetime.now(UTC):%-d %B %Y} | " + " | ".join(heads) + " |"
    yield "|---|" + "---|" * len(cells_by_generator)
    for fault in (*FAULTS, KILLED, KILLED_WRITING):
        row = [cells.get(fault, "not tried") for cells in cells_by_generator.values()]
        yield f"| {fault} | " + " | ".join(row) + " |"


def renewed(page: str, lines: Sequence[str]) -> str:
    """Return the page with the text between the marks replaced. Raises ValueError without marks."""
    if not (BEGIN in page and END in page):
        raise ValueError(f"{PAGE.name} has no {BEGIN} … {END}")
    inside = "\n".join((BEGIN, "", *lines, "", END))
    return re.sub(f"{BEGIN}.*?{END}", lambda _: inside, page, flags=re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="faults.py", description=(__doc__ or "").split("\n")[0])
    names = [generator.name for generator in GENERATORS]
    parser.add_argument("--generator", action="append", choices=names, help="all of them")
    parser.add_argument(
        "--kills", type=int, default=20, metavar="N", help="builds killed in each way (20)"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="where the table goes")
    options = parser.parse_args(arguments)
    cells_by_generator: dict[str, dict[str, str]] = {}
    versions = {}
    for generator in GENERATORS:
        if options.generator and generator.name not in options.generator:
            continue
        generators.install(generator)
        versions[generator.name] = "" if generator.ours else generators.version(generator)
        cells_by_generator[generator.name] = {}
        for fault, cell in cells(generator, options.kills):
            cells_by_generator[generator.name][fault] = cell
            print(f"{generator.name:<10}{fault}: {cell}", flush=True)
        page = options.page.read_text("utf-8")
        options.page.write_text(renewed(page, list(table(cells_by_generator, versions))), "utf-8")
    shutil.rmtree(SITES, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
