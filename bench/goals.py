"""Performance goals, and whether the measurements meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from results import Part

OURS, HUGO = "ours", "Hugo"
NOTHING, UNCHANGED, BODY = "from nothing", "nothing changed", "one body edited"
RATING, TRUST, LAYOUT = "one rating added", "one trust renamed", "one layout changed"
SMALL, FROM, GROWN = 1_000, 10_000, 100_000
_SEARCHED = ("ours, with search", "Hugo and Pagefind")
_GIB = 2**30

Measured = Callable[[Mapping[int, Part]], float | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """An upper limit, or a lower one if `least` is set. `unit` is printed after the number."""

    what: str
    limit: float
    measured: Measured
    unit: str
    least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit

    def shown(self, value: float) -> str:
        return f"{value:.2f} {self.unit}"


def _ratio(
    size: int, case: str, others_case: str = "", ours: str = OURS, other: str = HUGO
) -> Measured:
    return lambda parts: (
        parts[size].ratio(ours, case, other, others_case) if size in parts else None
    )


def _memory(parts: Mapping[int, Part]) -> float | None:
    """Return our highest peak of any case, divided by Hugo's peak from nothing."""
    part = parts.get(FROM)
    if part is None:
        return None
    peaks = [peak for case in part.cases([OURS]) if (peak := part.peak(OURS, case)) is not None]
    base = part.peak(HUGO, NOTHING)
    return max(peaks) / base if peaks and base else None


def _save(parts: Mapping[int, Part]) -> float | None:
    """Return the median time from save to reload, in milliseconds."""
    seconds = parts[FROM].saves if FROM in parts else ()
    return 1000 * median(seconds) if seconds else None


def _growth(parts: Mapping[int, Part]) -> float | None:
    """Return the growth in time for ten times as many briefings, divided by ten."""
    if not {FROM, GROWN} <= set(parts):
        return None
    small, large = parts[FROM].wall(OURS, NOTHING), parts[GROWN].wall(OURS, NOTHING)
    return None if small is None or large is None else large / small / (GROWN / FROM)


def _wall(case: str) -> Measured:
    return lambda parts: parts[GROWN].wall(OURS, case) if GROWN in parts else None


def _grown_memory(parts: Mapping[int, Part]) -> float | None:
    part = parts.get(GROWN)
    peaks = [part.peak(OURS, case) for case in part.cases([OURS])] if part else []
    known_peaks = [peak for peak in peaks if peak is not None]
    return max(known_peaks) / _GIB if known_peaks else None


_TIMES, _SECONDS = "× Hugo", "s"
_SMALL, _MIDDLE, _LARGE = f"{SMALL:,} briefings", f"{FROM:,} briefings", f"{GROWN:,} briefings"
GOALS = (
    Goal(f"{_SMALL}, nothing changed", 0.12, _ratio(SMALL, UNCHANGED), _TIMES),
    Goal(f"{_SMALL}, one body edited", 0.5, _ratio(SMALL, BODY), _TIMES),
    Goal(f"{_SMALL}, one rating added", 0.8, _ratio(SMALL, RATING), _TIMES),
    Goal(f"{_SMALL}, one trust renamed", 0.9, _ratio(SMALL, TRUST), _TIMES),
    Goal(f"{_SMALL}, one layout changed", 1.5, _ratio(SMALL, LAYOUT), _TIMES),
    Goal(f"{_SMALL}, from nothing", 9.0, _ratio(SMALL, NOTHING), _TIMES),
    Goal(f"{_MIDDLE}, nothing changed", 0.04, _ratio(FROM, UNCHANGED), _TIMES),
    Goal(f"{_MIDDLE}, one body edited", 0.10, _ratio(FROM, BODY), _TIMES),
    Goal(f"{_MIDDLE}, one rating added", 0.20, _ratio(FROM, RATING), _TIMES),
    Goal(f"{_MIDDLE}, one trust renamed", 0.25, _ratio(FROM, TRUST), _TIMES),
    Goal(f"{_MIDDLE}, one layout changed", 1.5, _ratio(FROM, LAYOUT), _TIMES),
    Goal(f"{_MIDDLE}, cache restored", 0.5, _ratio(FROM, "cache restored", NOTHING), _TIMES),
    Goal(f"{_MIDDLE}, from nothing", 5.0, _ratio(FROM, NOTHING), _TIMES),
    Goal(f"{_MIDDLE}, from nothing, with search", 3.0, _ratio(FROM, NOTHING, "", *_SEARCHED),
         "× Hugo and Pagefind"),
    Goal(f"{_MIDDLE}, peak memory", 0.4, _memory, _TIMES),
    Goal(f"{_MIDDLE}, save to reload in the preview", 150, _save, "ms"),
    Goal(f"{_LARGE}, from nothing", 1.1, _growth, f"× ten times {_MIDDLE}"),
    Goal(f"{_LARGE}, nothing changed", 2.5, _wall(UNCHANGED), _SECONDS),
    Goal(f"{_LARGE}, one body edited", 5.0, _wall(BODY), _SECONDS),
    Goal(f"{_LARGE}, peak memory", 3.0, _grown_memory, "GiB"),
)  # fmt: skip


def goals_met(parts: Mapping[int, Part]) -> Iterator[str]:
    """Yield the lines of the table of goals."""
    yield "\n## Goals\n"
    yield "| case | goal | measured | |"
    yield "|---|---|---|---|"
    for goal in GOALS:
        limit = f"{'≥' if goal.least else '≤'} {goal.limit:g} {goal.unit}"
        value = goal.measured(parts)
        measured = "not measured" if value is None else goal.shown(value)
        verdict = "" if value is None else "met" if goal.met(value) else "**not met**"
        yield f"| {goal.what} | {limit} | {measured} | {verdict} |"
