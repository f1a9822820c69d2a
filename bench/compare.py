"""Time our generator and others on the same workload, in turn, in one run.

    python bench/compare.py --size 1000 --size 10000 --growth

Installs the other generators into environments of their own below `.cache/bench/`, writes the same
made-up briefings for each, and times every case of every generator in rounds: case by case, one
generator after the other, so that other load on the machine affects all alike. Writes `RESULTS.md`,
and the single builds to `results.json`. Exit status 1: a build failed, or an edit is not published.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import generators
import measure
import report
import results
import saves
from cases import CASES, OURS_ONLY, WITH_SEARCH, Shown
from generators import Generator
from goals import BODY, GROWN, NOTHING, UNCHANGED
from planting import page_of
from results import Part, Sample


class Failed(Exception):
    """A build failed, or the page of an edited briefing does not show the edit."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    parts = results.read(options.results)
    plan = [(size, options.case or list(CASES)) for size in options.size or [1000, 10_000]]
    if options.growth:
        plan.append((GROWN, [NOTHING, UNCHANGED, BODY]))
    try:
        for size, cases in plan:
            chosen = _chosen(options.generator, size, alone=options.growth and size == GROWN)
            for part in _parts(chosen, size, cases, options):
                parts[size] = part
                results.write(options.results, parts)
                page = report.page(parts.values())
                (options.results / report.PAGE).write_text(page, "utf-8")
    except Failed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    print(f"{options.results / report.PAGE} is written.")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="compare.py", description=(__doc__ or "").split("\n")[0])
    add = parser.add_argument
    add("--size", type=int, action="append", metavar="N", help="briefings; 1000 and 10000")
    add("--case", action="append", choices=CASES, help="all of them")
    add("--generator", action="append", choices=generators.BY_NAME, help="all; see README.md")
    add("--repeats", type=int, default=3, metavar="N", help="rounds with ours, Hugo and Zola (3)")
    add("--slow-repeats", type=int, default=1, metavar="N", help="rounds with the others (1)")
    add("--saves", type=int, default=11, metavar="N", help="saves in a preview (11)")
    add("--growth", action="store_true", help=f"ours at {GROWN:,} as well")
    add("--sites", type=Path, default=generators.SITES, help="where the sites are laid")
    add("--results", type=Path, default=Path(__file__).parent, help="where the results are kept")
    return parser.parse_args(arguments)


def _chosen(names: Sequence[str] | None, size: int, alone: bool) -> list[Generator]:
    if alone:
        return [generators.OURS]
    if names:
        return [generators.BY_NAME[name] for name in names]
    return [generator for generator in generators.BY_NAME.values() if size <= generator.most]


def _parts(
    chosen: Sequence[Generator], size: int, cases: Sequence[str], options: argparse.Namespace
) -> Iterator[Part]:
    """Run every build of one size; yield the results so far after each, so that none is lost."""
    for generator in chosen:
        generators.install(generator)
        _warm_up(generator, options.sites)
    sites = {part.name: generators.lay(part, size, options.sites) for part in chosen}
    part = Part(size, f"{datetime.now(UTC):%-d %B %Y}", results.machine(), _versions(chosen),
                _against(chosen), ())  # fmt: skip
    for sample in _samples(chosen, sites, size, cases, options):
        _tell(sample)
        part = replace(part, samples=(*part.samples, sample))
        yield part
    yield replace(part, saves=_saves(sites, size, options.saves))
    for site in sites.values():
        shutil.rmtree(site)
        shutil.rmtree(site.with_name(f"{site.name}.old"), ignore_errors=True)


def _against(chosen: Sequence[Generator]) -> dict[str, str]:
    """Return the generator to which each one is compared: the first of its group."""
    return {
        generator.name: group[0].name
        for group in generators.GROUPS
        for generator in group
        if generator in chosen
    }


def _saves(sites: dict[str, Path], size: int, times: int) -> list[float]:
    """Return seconds from save to reload in our preview; none at the largest size (`GROWN`)."""
    site = sites.get(generators.OURS.name)
    if site is None or not times or size >= GROWN:
        return []
    seconds = saves.saves(site, size, times)
    print(f"{size:>7,}  save to reload      ours {median(seconds):>24.2f} s", flush=True)
    return [round(value, 4) for value in seconds]


def _warm_up(generator: Generator, sites: Path) -> None:
    """Run a small uncounted build, because Python compiles modules on first import."""
    site = generators.lay(generator, 10, sites)
    _build(generator, site)
    shutil.rmtree(site)


def _samples(
    chosen: Sequence[Generator], sites: dict[str, Path], size: int, cases: Sequence[str],
    options: argparse.Namespace,
) -> Iterator[Sample]:  # fmt: skip
    marks = itertools.count(1)
    for turn in range(max(options.repeats, options.slow_repeats)):
        for case in cases:
            for generator in chosen:
                rounds = options.repeats if generator.quick else options.slow_repeats
                if turn < rounds and _is_for(generator, case):
                    site = sites[generator.name]
                    yield _sample(generator, site, size, case, turn, next(marks))


def _is_for(generator: Generator, case: str) -> bool:
    if generator.search:
        return case in WITH_SEARCH
    return generator.ours or case not in OURS_ONLY


def _sample(generator: Generator, site: Path, size: int, case: str, turn: int, mark: int) -> Sample:
    shown = CASES[case](generator, site, size, mark)
    before = measure.files(site / generator.public)
    run = _build(generator, site)
    if shown:
        _look(generator, site, shown)
    after = measure.files(site / generator.public)
    return Sample(
        generator.name, size, case, turn, round(run.wall, 4), round(run.cpu, 3), run.peak,
        run.largest, measure.written(before, after), len(after),
        sum(bytes for _, bytes, _ in after.values()),
    )  # fmt: skip


def _build(generator: Generator, site: Path) -> measure.Run:
    run = measure.run(generator.command(), site)
    if run.status != 0:
        raise Failed(f"{generator.name} ended with status {run.status}:\n{run.output}")
    return run


def _look(generator: Generator, site: Path, shown: Shown) -> None:
    """Raise Failed if the page of a briefing does not have the words of an edit."""
    number, words = shown
    page = page_of(generator, site, number)
    if words not in page.read_text("utf-8"):
        raise Failed(f"{generator.name} ended without a fault, but {page} has no {words!r}")


def _versions(chosen: Sequence[Generator]) -> dict[str, str]:
    """Return the versions of the generators; one entry for each set-up, also if it is run twice."""
    by_setup = {
        generator.setup: (generator.name, generators.version(generator))
        for generator in reversed(chosen)
    }
    return dict(reversed(by_setup.values())) | generators.versions()


def _tell(sample: Sample) -> None:
    start = f"{sample.size:>7,}  {sample.case:<20}{sample.generator:<20}"
    print(f"{start}{sample.wall:>9.2f} s  {sample.written:>7,} written", flush=True)


if __name__ == "__main__":
    sys.exit(main())
