"""Builds that are killed or stopped at random moments, and builds that run at the same time.

After each: the published site is wholly the one before or wholly the new one, byte for byte, every
address that it names within itself is there, and the next build gives what a clean build gives.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.torture.figures import Figure
from tests.torture.projects import DONE, LOCKED, Build, Project, Standing, apart
from tests.torture.trial import Rounds, Trial, begun, trials_of

_SEED = 20260901
_STOPPED = 130


def run(scale: float) -> list[Figure]:
    """Kills of a build with its workers and alone, stops with Ctrl-C, two and three at once."""
    rounds: Rounds = {
        "builds killed with all their workers at a random moment": (200, _killed),
        "builds killed while their workers were left running": (100, _killed_alone),
        "builds with `--in-place` killed, and repaired by the next": (30, _killed_in_place),
        "builds stopped with Ctrl-C at a random moment": (30, _stopped),
        "times that three builds wrote to one output folder at once": (20, _at_once),
        "times that two builds used one cache at once": (20, _side_by_side),
    }
    with TemporaryDirectory(prefix="torture-") as folder:
        return trials_of(rounds, begun(Path(folder, "site"), _SEED, scale), scale)


def _killed(trial: Trial) -> None:
    _kill(trial, alone=False)


def _killed_alone(trial: Trial) -> None:
    _kill(trial, alone=True)


def _killed_in_place(trial: Trial) -> None:
    _kill(trial, "--in-place", alone=False)


def _kill(trial: Trial, *options: str, alone: bool) -> None:
    """One kill, tried until it comes before the end of the build."""
    for told, build, before, new in _builds(trial, *options):
        killed = _die(build, alone=alone)
        if "--in-place" not in options:
            trial.whole(told, before, trial.site(new))
        trial.mended(told, *options)  # while workers that were left alone may still be there
        _clear(build)
        if killed:
            return


def _stopped(trial: Trial) -> None:
    for told, build, before, new in _builds(trial):
        with suppress(ProcessLookupError):
            os.killpg(build.process.pid, signal.SIGINT)
        ran = build.ended()
        # Python itself, before our own first line is reached, has only its own way to end.
        early = ran.status in {1, -signal.SIGINT} and "KeyboardInterrupt" in ran.said
        if ran.status not in {DONE, _STOPPED} and not early:
            trial.lost(told, "ended with", ran.status, ran.said)
        trial.whole(told, before, trial.site(new))
        trial.mended(told)
        if ran.status != DONE:
            return


def _builds(trial: Trial, *options: str) -> Iterator[tuple[str, Build, dict[str, bytes], Standing]]:
    """Builds that have run for a random time: what to tell of each, what was there before, and
    what it builds. Now and then it is the first build of all."""
    while True:
        if trial.random.random() < 0.1:
            trial.project.forget()
        before, new, after = trial.project.published(), trial.another(), trial.moment()
        trial.project.lay(new)
        build = trial.project.start(new, *options)
        time.sleep(after)
        yield f"{trial.standing.name!r} to {new.name!r}, {after:.3f} s", build, before, new


def _die(build: Build, *, alone: bool) -> bool:
    """Kill it, and wait until it is dead; whether it was still alive. It keeps its number."""
    pid = build.process.pid
    kill = os.kill if alone else os.killpg
    kill(pid, signal.SIGKILL)
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return ended is not None and ended.si_code == os.CLD_KILLED


def _clear(build: Build) -> None:
    """End whatever is left of its process group."""
    with suppress(ProcessLookupError):
        os.killpg(build.process.pid, signal.SIGKILL)
    build.ended()


def _at_once(trial: Trial) -> None:
    """Three builds of different content: one publishes, the others wait their turn or are told."""
    before = trial.project.published()
    wanted = trial.random.sample(trial.standings, 3)
    builds = []
    for number, standing in enumerate(wanted):
        other = Project(trial.project.folder / f"writer-{number}")
        other.lay(standing)
        options = ("--content", str(other.content))
        builds.append(trial.project.start(standing, *options))
        time.sleep(trial.random.choice((0, 0.05, 0.5)) * trial.took)
    ends = [build.ended() for build in builds]
    told = f"three at once: {', '.join(one.name for one in wanted)}"
    built = [one for one, ran in zip(wanted, ends, strict=True) if ran.status == DONE]
    if not built or any(ran.status not in {DONE, LOCKED} for ran in ends):
        trial.lost(told, "ended with", ends)
    trial.whole(told, *(trial.site(one) for one in built))
    if not built and apart(trial.project.published(), before):
        trial.lost(told, "changed the site though none was done")
    trial.mended(told)


def _side_by_side(trial: Trial) -> None:
    """Two builds into folders of their own, of different content, with one cache."""
    wanted = trial.random.sample(trial.standings, 2)
    projects = [Project(trial.project.folder / f"writer-{number}") for number in range(2)]
    builds = []
    for project, standing in zip(projects, wanted, strict=True):
        project.lay(standing)
        builds.append(project.start(standing, "--cache", str(trial.project.cache)))
        time.sleep(trial.random.choice((0, 0.05, 0.5)) * trial.took)
    told = f"side by side: {' and '.join(one.name for one in wanted)}"
    for project, standing, build in zip(projects, wanted, builds, strict=True):
        ran = build.ended()
        differs = apart(project.published(), trial.site(standing))
        if ran.status != DONE or differs:
            trial.lost(told, "-", standing.name, ran.status, ran.said, differs)
    trial.mended(told)
