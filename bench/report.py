"""Generate the page of results, from the measurements only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from goals import goals_met
from results import Part, Sample, middle

PAGE = "RESULTS.md"


def page(parts: Iterable[Part]) -> str:
    """Return the page: goals, and a section for each size. A case without builds is shown as –."""
    ordered = sorted(parts, key=lambda part: part.size)
    lines = [*_HEAD]
    lines += goals_met({part.size: part for part in ordered})
    for part in ordered:
        lines += _section(part)
    return "\n".join(lines).rstrip("\n") + "\n"


_HEAD = """\
# How fast it is, beside others

Written by `make bench`, whole; nothing here is typed in. The single builds are in
[results.json](results.json). What is compared, and how, is in [README.md](README.md).
""".splitlines()


def _section(part: Part) -> Iterator[str]:
    yield f"\n## {part.size:,} briefings\n"
    on = part.machine
    busy = f"load {on['load']} before the first build"
    yield f"{part.at}; {on['cores']} cores, {on['memory']}, {on['system']}; {busy}."
    yield ", ".join(f"{name} {version}" for name, version in part.versions.items()) + "."
    for names in part.groups():
        yield from _walls(part, names)
        yield from _details(part, names)
    if part.saves:
        least, most = min(part.saves), max(part.saves)
        text = f"{median(part.saves):.2f} s in the median of {len(part.saves)}"
        yield f"\nOurs, from a save to the page that shows it in a preview: {text}"
        yield f"({least:.2f} to {most:.2f} s)."


def _walls(part: Part, names: Sequence[str]) -> Iterator[str]:
    cases = part.cases(names)
    if len(names) > 1:
        yield f"\nSeconds, and in brackets how many times those of {names[0]} in the same round:\n"
    else:
        yield "\nSeconds:\n"
    yield "| | " + " | ".join(cases) + " |"
    yield "|---|" + "---:|" * len(cases)
    for name in names:
        cells = (_wall(part, name, case, name == names[0]) for case in cases)
        yield f"| {name} | " + " | ".join(cells) + " |"


def _wall(part: Part, name: str, case: str, base: bool) -> str:
    wall, ratio = part.wall(name, case), part.ratio(name, case)
    if wall is None:
        return "–"
    return f"{wall:.2f}" if base or ratio is None else f"{wall:.2f} (× {ratio:.2f})"


def _details(part: Part, names: Sequence[str]) -> Iterator[str]:
    columns = ("builds", "CPU s", "peak MiB", "largest MiB", "written", "files", "MiB")
    yield "\n| case | generator | " + " | ".join(columns) + " |"
    yield "|---|---|" + "---:|" * len(columns)
    for case in part.cases(names):
        for name in names:
            samples = part.of(name, case)
            if samples:
                yield f"| {case} | {name} | {len(samples)} | " + " | ".join(_cells(samples)) + " |"


def _cells(samples: Sequence[Sample]) -> Iterator[str]:
    yield f"{median(sample.cpu for sample in samples):.2f}"
    peak = middle(sample.peak for sample in samples if sample.peak is not None)
    yield _mib(peak)
    yield _mib(median(sample.largest for sample in samples))
    yield f"{median(sample.written for sample in samples):,.0f}"
    yield f"{median(sample.files for sample in samples):,.0f}"
    yield _mib(median(sample.weight for sample in samples))


def _mib(size: float | None) -> str:
    return "–" if size is None else f"{size / 2**20:,.0f}"
