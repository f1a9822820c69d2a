"""Disks that are full, that may only be read, or that break off in the middle of a file.

Where the system lets us (`unshare`), on a small disk of its own: a tmpfs in a namespace that
nothing outside of it sees. A limit on the size of files does the rest, everywhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.torture.figures import Figure
from tests.torture.projects import DISK, DONE, ROOT, ContentVersion
from tests.torture.trial import Rounds, Trial, begun, trials_of

_SEED = 20260902


def run(scale: float) -> list[Figure]:
    """Full and read-only disks, where one can be made; files cut off at a random size."""
    figures = _apart_from_all(scale) if _may_mount() else []
    if scale >= 0.1 or not figures:
        with TemporaryDirectory(prefix="torture-") as folder:
            rounds: Rounds = {"builds with a limit on file size": (60, _cut_off)}
            figures += trials_of(rounds, begun(Path(folder, "site"), _SEED, scale), scale)
    return figures


def _cut_off(trial: Trial) -> None:
    limit = trial.random.choice((4_000, 40_000, 400_000))
    size = trial.random.randrange(3_000, limit)
    trial.project.write_content(new := trial.other_version())
    _built(trial, new, f"files of at most {size} bytes", "prlimit", f"--fsize={size}")
    trial.check_next_build(f"after files of at most {size} bytes")


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def _apart_from_all(scale: float) -> list[Figure]:
    """`inside`, in a namespace where it may mount what it likes."""
    code = f"from tests.torture.disks import inside; inside({scale})"
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        return [Figure("builds on a full disk", 0, (f"the trial itself ended: {done.stderr}",))]
    return [
        Figure(row["what"], row["count"], tuple(row["losses"])) for row in json.loads(done.stdout)
    ]


def inside(scale: float) -> None:
    """Run in a namespace of its own; prints the figures as JSON."""
    with TemporaryDirectory(prefix="torture-") as folder:
        disk = Path(folder, "disk")
        disk.mkdir()
        _mount(disk, "-t", "tmpfs", "-o", "size=64m", "none")
        rounds: Rounds = {
            "builds on a full disk": (60, _full),
            "builds on a read-only disk": (10, _read_only),
            "builds with a read-only cache": (10, _kept_from_cache),
        }
        figures = trials_of(rounds, begun(disk / "site", _SEED, scale), scale)
        _unmount(disk)
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]))


def _full(trial: Trial) -> None:
    """All but a random room, up to what two sites take, is filled."""
    disk = trial.project.folder.parent
    trial.project.write_content(new := trial.other_version())
    ballast = disk / "ballast"
    room = trial.random.randrange(0, 4_000_000)
    status = os.statvfs(disk)
    ballast.write_bytes(bytes(max(status.f_bavail * status.f_frsize - room, 0)))
    _built(trial, new, f"{room} bytes left")
    ballast.unlink()
    trial.check_next_build(f"after {room} bytes left")


def _read_only(trial: Trial) -> None:
    disk = trial.project.folder.parent
    trial.project.write_content(new := trial.other_version())
    _mount(disk, "-o", "remount,ro", "none")
    _built(trial, new, "a read-only disk")
    _mount(disk, "-o", "remount,rw", "none")
    trial.check_next_build("after a read-only disk")


def _kept_from_cache(trial: Trial) -> None:
    cache = trial.project.cache
    cache.mkdir(exist_ok=True)
    _mount(cache, "--bind", str(cache))
    _mount(cache, "-o", "remount,bind,ro")
    trial.check_next_build("a read-only cache")
    _unmount(cache)
    trial.check_next_build("after a read-only cache")


def _built(trial: Trial, new: ContentVersion, action: str, *under: str) -> None:
    """A build that is done or says why it is not; the site is then the new one, or the old."""
    before = trial.project.published()
    ran = trial.project.start(new, under=under).ended()
    action = f"{action}, {trial.version.name!r} to {new.name!r}"
    if ran.status not in {DONE, DISK} or not ran.kindly:
        trial.fail(action, "ended with", ran.status, ran.output)
    trial.check_site(action, trial.site(new) if ran.status == DONE else before)


def _mount(mount_point: Path, *words: str) -> None:
    subprocess.run(["mount", *words, str(mount_point)], check=True)


def _unmount(mount_point: Path) -> None:
    subprocess.run(["umount", str(mount_point)], check=True)
