"""Measurements: single builds, stored in `results.json`, and values computed from them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

KEPT = "results.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """One build, in seconds, bytes and numbers of files; `size` is the number of briefings."""

    generator: str
    size: int
    case: str
    round: int
    wall: float
    cpu: float
    peak: int | None
    largest: int
    written: int
    files: int
    weight: int


@dataclass(frozen=True, slots=True)
class Part:
    """The builds of one size in one run. `against`: generator → the one it is compared to."""

    size: int
    at: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    against: Mapping[str, str]
    samples: Sequence[Sample]
    saves: Sequence[float] = ()  # seconds from a save to the page that shows it

    def of(self, generator: str, case: str) -> list[Sample]:
        return [
            sample
            for sample in self.samples
            if (sample.generator, sample.case) == (generator, case)
        ]

    def wall(self, generator: str, case: str) -> float | None:
        return middle(sample.wall for sample in self.of(generator, case))

    def ratio(
        self, generator: str, case: str, other: str | None = None, others_case: str = ""
    ) -> float | None:
        """Return the median of the ratios of wall times to the other's build of the same round."""
        base = self.of(other or self.against.get(generator, ""), others_case or case)
        walls = {sample.round: sample.wall for sample in base}
        return middle(
            sample.wall / walls[sample.round]
            for sample in self.of(generator, case)
            if sample.round in walls
        )

    def peak(self, generator: str, case: str) -> float | None:
        return middle(sample.peak for sample in self.of(generator, case) if sample.peak is not None)

    def cases(self, generators: Iterable[str]) -> list[str]:
        """Return the cases built, in the order of their first build."""
        those = set(generators)
        return list(
            dict.fromkeys(sample.case for sample in self.samples if sample.generator in those)
        )

    def groups(self) -> list[list[str]]:
        """Return groups of generators compared to the same one, that one first."""
        generators = list(dict.fromkeys(sample.generator for sample in self.samples))
        bases = dict.fromkeys(self.against.get(name, name) for name in generators)
        return [
            sorted(
                (name for name in generators if self.against.get(name, name) == base),
                key=lambda name: name != base,
            )
            for base in bases
        ]


def machine() -> dict[str, str]:
    """Describe the hardware and system, without anything that identifies the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    release = ".".join(platform.release().split("-")[0].split(".")[:2])
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {release}, {platform.machine()}",
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def read(folder: Path) -> dict[int, Part]:
    """Return earlier measurements, by size."""
    file = folder / KEPT
    parts = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return {part["size"]: _part(part) for part in parts}


def _part(values: dict[str, object]) -> Part:
    samples = values["samples"]
    assert isinstance(samples, list)
    return Part(**{**values, "samples": tuple(Sample(*row) for row in samples)})  # type: ignore[arg-type]  # ours, read back


def write(folder: Path, parts: Mapping[int, Part]) -> None:
    """Write the measurements to `results.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_kept(part) for _, part in sorted(parts.items())]
    (folder / KEPT).write_text("[\n" + ",\n".join(rows) + "\n]\n", "utf-8")


def _kept(part: Part) -> str:
    """Return a part as JSON with one build per line, for readable diffs."""
    head = {name: value for name, value in asdict(part).items() if name != "samples"}
    rows = ",\n".join(f"  {json.dumps(list(asdict(sample).values()))}" for sample in part.samples)
    return f'{json.dumps(head)[:-1]}, "samples": [\n{rows}\n]}}'


def middle(values: Iterable[float]) -> float | None:
    """Return the median; None if there are no values."""
    present = list(values)
    return median(present) if present else None
