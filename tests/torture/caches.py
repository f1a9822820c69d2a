"""A cache that is cut, garbled, swapped, out of date, somebody else's, or gone while a build runs.

`cache/` is a folder with whatever files in it: each trial damages one, several or all of them in
every way there is. Only time may be lost by it: the build ends well, and the site is a clean one.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.torture.figures import Figure
from tests.torture.projects import DONE, ROOT, VERSIONS, Project, difference
from tests.torture.trial import Rounds, Trial, begun, trials_of

_SEED = 20260903


def run(scale: float) -> list[Figure]:
    """Damage to each file, losses under way, builds of other versions with the same cache."""
    rounds: Rounds = {
        "caches with each file damaged in every way before a build": (100, _damaged),
        "caches deleted, partly or completely, while a build ran": (60, _lost_under_way),
        "builds after one of another version with the same cache": (20, _another_version),
        "builds after a build with other options and the same cache": (40, _other_options),
        "sites edited by hand, repaired by the next build": (40, _by_hand),
        "builds of files that changed but kept their size and mtime": (30, _same_time),
    }
    with TemporaryDirectory(prefix="torture-") as folder:
        return trials_of(rounds, begun(Path(folder, "site"), _SEED, scale), scale)


# -- damage ----------------------------------------------------------------------------------------


def _cut(file: Path, random: Random) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: random.choice((0, 1, len(data) // 2, max(len(data) - 1, 0)))])


def _flip(file: Path, random: Random) -> None:
    data = bytearray(file.read_bytes())
    for _ in range(random.choice((1, 20, 2000))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    file.write_bytes(data)


def _noise(file: Path, random: Random) -> None:
    file.write_bytes(random.randbytes(file.stat().st_size))


def _zeros(file: Path, random: Random) -> None:
    """Fill a file with zeros: a power cut leaves it so if its length was written, not its bytes."""
    data = file.read_bytes()
    start = random.choice((0, len(data) // 2))
    file.write_bytes(data[:start] + bytes(len(data) - start))


def _longer(file: Path, random: Random) -> None:
    with file.open("ab") as end:
        end.write(random.randbytes(5000))


def _gone(file: Path, random: Random) -> None:
    file.unlink()


def _a_folder(file: Path, random: Random) -> None:
    file.unlink()
    file.mkdir()


def _somebody_elses(file: Path, random: Random) -> None:
    file.write_bytes(random.choice((b"once upon a time\n" * 99, b"{}", b"SQLite format 3\0" * 40)))


def _another_of_them(file: Path, random: Random) -> None:
    """Whole, and in the wrong place: the bytes of another file of the cache."""
    others = [path for path in file.parents[0].rglob("*") if path.is_file()]
    file.write_bytes(random.choice(others).read_bytes())


_WAYS: tuple[Callable[[Path, Random], None], ...] = (
    _cut, _flip, _noise, _zeros, _longer, _gone, _a_folder, _somebody_elses, _another_of_them,
)  # fmt: skip


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _damaged(trial: Trial) -> None:
    """Check the next two builds: with the damaged cache, and with what the first left."""
    files = _files(trial.project.cache)
    way = trial.random.choice(_WAYS)
    chosen = trial.random.choice((trial.random.choices(files), files, _older(trial, files)))
    for file in chosen:
        if file.is_file():
            way(file, trial.random)
    names = ", ".join(file.name for file in chosen[:5])
    action = f"{way.__name__.strip('_')}: {names} ({len(chosen)} files, of {trial.version.name!r})"
    trial.check_next_build(action)
    trial.check_next_build(f"{action}, then once more")


def _older(trial: Trial, files: list[Path]) -> list[Path]:
    """Replace half of the files by those of some builds ago, like a partly restored backup."""
    backup = trial.project.folder / "backup"
    old_files = _files(backup)
    for file in trial.random.sample(old_files, len(old_files) // 2):
        target = trial.project.cache / file.relative_to(backup)
        if not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
    shutil.rmtree(backup, ignore_errors=True)
    shutil.copytree(trial.project.cache, backup)
    return trial.random.sample(files, min(2, len(files))) if trial.random.random() < 0.3 else []


# -- while a build runs ----------------------------------------------------------------------------


def _lost_under_way(trial: Trial) -> None:
    """Files of the cache, or all of it, are deleted at a random moment of a build."""
    before, new, after = trial.project.published(), trial.other_version(), trial.moment()
    trial.project.write_content(new)
    build = trial.project.start(new)
    time.sleep(after)
    deletes_all = trial.random.random() < 0.5
    if deletes_all:
        shutil.rmtree(trial.project.cache, ignore_errors=True)
    else:
        for file in trial.random.choices(_files(trial.project.cache) or [Path("-")], k=3):
            file.unlink(missing_ok=True)
    ran = build.ended()
    action = (
        f"{'all' if deletes_all else 'some'} of the cache deleted after {after:.3f} s, {new.name!r}"
    )
    if ran.status != DONE:
        trial.fail(action, "ended with", ran.status, ran.output)
    trial.check_site(action, trial.site(new) if ran.status == DONE else before)
    trial.check_next_build(action)


# -- other builds with the same cache --------------------------------------------------------------


def _another_version(trial: Trial) -> None:
    """The program, a template or the style changes; then all of it is as before."""
    code = _copy_of_the_program(trial)
    other = Project(trial.project.folder / "elsewhere", code)
    ran = other.build(trial.version, "--cache", str(trial.project.cache))
    if ran.status != DONE:
        trial.fail(
            "another version, with the cache of this one, ended with", ran.status, ran.output
        )
    alone = Project(trial.project.folder / "alone", code)
    alone.build(trial.version, "--no-cache")
    if differs := difference(other.published(), alone.published()):
        trial.fail("another version was misled by the cache of this one:", differs)
    if not difference(alone.published(), trial.site(trial.version)):
        trial.fail("the other version made the same site: the trial shows nothing")
    trial.check_next_build("after another version")


_OTHER_WORDS = """
SOURCE_TYPES = {key: f"{said} of another version" for key, said in SOURCE_TYPES.items()}
"""


def _copy_of_the_program(trial: Trial) -> Path:
    """A copy that differs in one place: a word of the code, a template, the style."""
    code = trial.project.folder / "code"
    shutil.rmtree(code, ignore_errors=True)
    for name in ("briefings", "templates", "static"):
        shutil.copytree(ROOT / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", code)
    place, end = trial.random.choice(
        (
            ("briefings/domain/words.py", _OTHER_WORDS),
            ("templates/layouts/base.html", "<!-- later -->"),
            ("static/style.css", "\nmain { color: teal; }\n"),
        )
    )
    file = code / place
    file.write_text(file.read_text("utf-8") + end, "utf-8")
    return code


def _other_options(trial: Trial) -> None:
    """Another address, drafts, another number of processes, no search: then as before."""
    options = trial.random.choice(
        (
            ("--base-url", "https://other.example/below/"),
            ("--drafts",),
            ("--jobs", "1"),
            ("--no-search",),
            ("--in-place",),
        )
    )
    version = trial.random.choice(trial.versions)
    ran = trial.project.build(version, *options)
    action = f"{' '.join(options)} of {version.name!r} after {trial.version.name!r}"
    differs = difference(trial.project.published(), trial.site(version, *options))
    if ran.status != DONE or differs:
        trial.fail(action, "ended with", ran.status, ran.output, differs)
    trial.check_next_build(f"after {action}")


def _by_hand(trial: Trial) -> None:
    """A published file is gone, other, or other with the same length and the same times."""
    path = trial.random.choice(sorted(trial.project.published()))
    file = trial.project.output / path
    status, way = file.stat(), trial.random.choice(("gone", "other", "other, of the same time"))
    data = file.read_bytes()
    file.unlink()
    if way != "gone":
        file.write_bytes(data[:-1] + b"?" if data else b"?")
    if way.endswith("time"):
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    trial.project.write_content(trial.version)
    ran = trial.project.start(trial.version).ended()
    differs = difference(trial.project.published(), trial.site())
    if ran.status != DONE or differs:
        trial.fail(f"{path} was {way}: status", ran.status, ran.output, differs)


def _same_time(trial: Trial) -> None:
    trial.version = trial.random.choice((VERSIONS[0], VERSIONS[2]))
    for version in (trial.version, VERSIONS[2], VERSIONS[0]):
        trial.project.write_content(version, same_time=True)
        ran = trial.project.start(version).ended()
        differs = difference(trial.project.published(), trial.site(version))
        if ran.status != DONE or differs:
            trial.fail("files of one time:", version.name, ran.status, ran.output, differs)
