"""Builds that are killed or stopped at random moments, and builds that run at the same time.

After each: the published site is entirely the old or the new one, byte for byte, has no broken
internal link, and the next build gives the bytes of a clean build.
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
from tests.torture.projects import DONE, LOCKED, Build, ContentVersion, Project, difference
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
    for action, build, before, new in _builds(trial, *options):
        killed = _die(build, alone=alone)
        if "--in-place" not in options:
            trial.check_site(action, before, trial.site(new))
        trial.check_next_build(
            action, *options
        )  # while workers that were left alone may still be there
        _clear(build)
        if killed:
            return


def _stopped(trial: Trial) -> None:
    for action, build, before, new in _builds(trial):
        with suppress(ProcessLookupError):
            os.killpg(build.process.pid, signal.SIGINT)
        ran = build.ended()
        # Python itself, before our first line and after our last one, has only its own way to end:
        # a traceback, or the signal, which a shell reports with the same status 130.
        is_traceback = ran.status in {1, -signal.SIGINT} and "KeyboardInterrupt" in ran.output
        is_signal = ran.status == -signal.SIGINT and not ran.output.strip()
        if ran.status not in {DONE, _STOPPED} and not (is_traceback or is_signal):
            trial.fail(action, "ended with", ran.status, ran.output)
        trial.check_site(action, before, trial.site(new))
        trial.check_next_build(action)
        if ran.status != DONE:
            return


def _builds(
    trial: Trial, *options: str
) -> Iterator[tuple[str, Build, dict[str, bytes], ContentVersion]]:
    """Yield builds that have run for a random time.

    Each with a description, the site published before, and the version it builds. One in ten is a
    first build.
    """
    while True:
        if trial.random.random() < 0.1:
            trial.project.forget()
        before, new, after = trial.project.published(), trial.other_version(), trial.moment()
        trial.project.write_content(new)
        build = trial.project.start(new, *options)
        time.sleep(after)
        yield f"{trial.version.name!r} to {new.name!r}, {after:.3f} s", build, before, new


def _die(build: Build, *, alone: bool) -> bool:
    """Kill a build and wait for its end; return whether it was alive. Its process id stays."""
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
    """Three builds of different content into one folder: each publishes, or exits as locked."""
    before = trial.project.published()
    chosen = trial.random.sample(trial.versions, 3)
    builds = []
    for number, version in enumerate(chosen):
        other = Project(trial.project.folder / f"writer-{number}")
        other.write_content(version)
        options = ("--content", str(other.content))
        builds.append(trial.project.start(version, *options))
        time.sleep(trial.random.choice((0, 0.05, 0.5)) * trial.took)
    ends = [build.ended() for build in builds]
    action = f"three at once: {', '.join(item.name for item in chosen)}"
    built = [item for item, ran in zip(chosen, ends, strict=True) if ran.status == DONE]
    if not built or any(ran.status not in {DONE, LOCKED} for ran in ends):
        trial.fail(action, "ended with", ends)
    trial.check_site(action, *(trial.site(item) for item in built))
    if not built and difference(trial.project.published(), before):
        trial.fail(action, "changed the site though none was done")
    trial.check_next_build(action)


def _side_by_side(trial: Trial) -> None:
    """Two builds into folders of their own, of different content, with one cache."""
    chosen = trial.random.sample(trial.versions, 2)
    projects = [Project(trial.project.folder / f"writer-{number}") for number in range(2)]
    builds = []
    for project, version in zip(projects, chosen, strict=True):
        project.write_content(version)
        builds.append(project.start(version, "--cache", str(trial.project.cache)))
        time.sleep(trial.random.choice((0, 0.05, 0.5)) * trial.took)
    action = f"side by side: {' and '.join(item.name for item in chosen)}"
    for project, version, build in zip(projects, chosen, builds, strict=True):
        ran = build.ended()
        differs = difference(project.published(), trial.site(version))
        if ran.status != DONE or differs:
            trial.fail(action, "-", version.name, ran.status, ran.output, differs)
    trial.check_next_build(action)
