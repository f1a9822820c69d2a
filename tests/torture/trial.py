"""One project under trial: what may stand in it, and what was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.torture.figures import Figure, times
from tests.torture.links import broken
from tests.torture.projects import DONE, STANDINGS, Files, Project, Standing, apart, clean


@dataclass(slots=True)
class Trial:
    """A project under trial: what stands in it, how long a build takes, and what was lost."""

    project: Project
    random: Random
    losses: list[str] = field(default_factory=list)
    standings: Sequence[Standing] = STANDINGS
    standing: Standing = STANDINGS[0]
    took: float = 1.0

    def another(self) -> Standing:
        """A standing of the content other than the one that was built last."""
        return self.random.choice([one for one in self.standings if one is not self.standing])

    def site(self, standing: Standing | None = None, *options: str) -> Files:
        """What a clean build gives, of the standing that was built last or of another."""
        return clean((standing or self.standing).name, *options)

    def moment(self) -> float:
        """Seconds into a build: anywhere, and as often in its second half, where it publishes."""
        start = self.random.choice((0.0, 0.5))
        return self.random.uniform(start, 1.05) * self.took

    def lost(self, *words: object) -> None:
        """Note a promise that was not kept."""
        self.losses.append(" ".join(map(str, words)))

    def whole(self, told: str, *sites: Files) -> None:
        """What is published is one of these sites, and whole in itself."""
        found = self.project.published()
        ways = [apart(found, site) for site in sites]
        if all(ways):
            self.lost(told, "left a site that is none of those it may be:", " / ".join(ways))
        if found and (missing := broken(found)):
            self.lost(told, "left a site that names what is not there:", missing[:3])

    def mended(self, told: str, *options: str) -> None:
        """The next build, of the same content or another, gives what a clean one gives."""
        self.standing = self.random.choice((self.standing, self.another()))
        started = time.monotonic()
        ran = self.project.build(self.standing, *options)
        self.took = time.monotonic() - started
        if ran.status != DONE:
            self.lost(told, f"- the next build ended with {ran.status}:", ran.said)
        differs = apart(self.project.published(), self.site())
        if differs:
            self.lost(told, f"- the next build of {self.standing.name!r} is no clean one:", differs)


#: What is done in one round of a trial, and how often in the long form.
Rounds = Mapping[str, tuple[int, Callable[[Trial], None]]]


def trials_of(rounds: Rounds, trial: Trial, scale: float) -> list[Figure]:
    """Each kind of round, as often as the scale says, over one project.

    A kind of which a small scale has less than half a round is left to the long form.
    """
    figures = []
    for what, (full, one) in rounds.items():
        if full * scale < 0.5:
            continue
        trial.losses = []
        for _ in range(times(full, scale)):
            one(trial)
        figures.append(Figure(what, times(full, scale), tuple(trial.losses)))
    return figures


def begun(folder: Path, seed: int, scale: float) -> Trial:
    """A project that was built once; a small scale has few standings, as each is built clean."""
    standings = STANDINGS if scale >= 0.1 else STANDINGS[:3]
    trial = Trial(Project(folder), Random(seed), standings=standings)
    trial.mended("the first build")
    assert not trial.losses, trial.losses
    return trial
