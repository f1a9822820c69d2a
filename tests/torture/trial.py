"""The state of a trial: a project, the version built last, and the losses so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.torture.figures import Figure, times
from tests.torture.links import broken
from tests.torture.projects import DONE, VERSIONS, ContentVersion, Files, Project, clean, difference


@dataclass(slots=True)
class Trial:
    """A project under trial.

    `version`: the content built last. `took`: seconds of the last build. `losses`: broken promises.
    """

    project: Project
    random: Random
    losses: list[str] = field(default_factory=list)
    versions: Sequence[ContentVersion] = VERSIONS
    version: ContentVersion = VERSIONS[0]
    took: float = 1.0

    def other_version(self) -> ContentVersion:
        """Choose a version of the content other than the one built last."""
        return self.random.choice(
            [version for version in self.versions if version is not self.version]
        )

    def site(self, version: ContentVersion | None = None, *options: str) -> Files:
        """Return the files of a clean build of a version, by default of the one built last."""
        return clean((version or self.version).name, *options)

    def moment(self) -> float:
        """Choose a time in seconds after the start; half of them in the second half of a build."""
        start = self.random.choice((0.0, 0.5))
        return self.random.uniform(start, 1.05) * self.took

    def fail(self, *words: object) -> None:
        """Record a broken promise."""
        self.losses.append(" ".join(map(str, words)))

    def check_site(self, action: str, *sites: Files) -> None:
        """Check that the published site equals one of these, and has no broken link."""
        published = self.project.published()
        differences = [difference(published, site) for site in sites]
        if all(differences):
            self.fail(
                action, "left a site that is none of those it may be:", " / ".join(differences)
            )
        if published and (missing := broken(published)):
            self.fail(action, "left a site that names what is not there:", missing[:3])

    def check_next_build(self, action: str, *options: str) -> None:
        """Check that the next build, of the same version or another, equals a clean one."""
        self.version = self.random.choice((self.version, self.other_version()))
        started = time.monotonic()
        ran = self.project.build(self.version, *options)
        self.took = time.monotonic() - started
        if ran.status != DONE:
            self.fail(action, f"- the next build ended with {ran.status}:", ran.output)
        differs = difference(self.project.published(), self.site())
        if differs:
            self.fail(
                action, f"- the next build of {self.version.name!r} is no clean one:", differs
            )


#: Description of a round → how often it runs at scale 1, and the function.
Rounds = Mapping[str, tuple[int, Callable[[Trial], None]]]


def trials_of(rounds: Rounds, trial: Trial, scale: float) -> list[Figure]:
    """Run each kind of round on one project, as often as the scale says.

    A kind with less than half a round at this scale is skipped.
    """
    figures = []
    for what, (full, round_) in rounds.items():
        if full * scale < 0.5:
            continue
        trial.losses = []
        for _ in range(times(full, scale)):
            round_(trial)
        figures.append(Figure(what, times(full, scale), tuple(trial.losses)))
    return figures


def begun(folder: Path, seed: int, scale: float) -> Trial:
    """Return a project that was built once. A small scale uses three versions, to save time."""
    versions = VERSIONS if scale >= 0.1 else VERSIONS[:3]
    trial = Trial(Project(folder), Random(seed), versions=versions)
    trial.check_next_build("the first build")
    assert not trial.losses, trial.losses
    return trial
