"""A build that knows how the last one left its folders publishes what one that looks would."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from briefings.publish import (
    File,
    Folder,
    NotOurs,
    TreeState,
    Unchanged,
    begin_look,
    lock,
    publish,
)
from tests.publish.test_publish import child, verify
from tests.support.rebuilding import age

Site = dict[str, bytes]
SITE: Site = {f"{folder}/{name}": b"1" for folder in ("a", "a/b", "c") for name in "xyz"}


@dataclass
class Builds:
    """Builds of one folder; each gets the tree state that the last one stored."""

    output: Path
    site: Site = field(default_factory=dict)
    kept: dict[str, Unchanged] = field(default_factory=dict)
    trees: TreeState | None = None

    @property
    def staging(self) -> Path:
        return self.output.with_name(f".{self.output.name}-state") / "staging"

    def look(self, held: Folder) -> Folder:
        marks = {path: file[1:] for path, file in self.kept.items()}
        folder = begin_look(held, marks, self.trees)()
        self.kept |= {path: Unchanged(path, *mark) for path, mark in folder.marks.items()}
        return folder

    def build(self, site: Site, fails: bool = False) -> None:
        with lock(self.output, look=False) as held:
            folder = self.look(held)
            report = publish(self._files(site, fails, folder.lost), folder)
        known = {file.path: file for file in report.files}
        self.kept = {path: known.get(path) or self.kept[path] for path in site}
        self.site, self.trees = site, report.trees

    def put(self, some: Site) -> None:
        self.build(self.site | some)

    def _files(self, site: Site, fails: bool = False, lost: Collection[str] = ()) -> Iterator[File]:
        for path, data in site.items():
            known = self.kept.get(path) if path not in lost else None
            same = known is not None and known.sha256 == sha256(data).hexdigest()
            yield known if known is not None and same else (path, data)
        if fails:
            raise RuntimeError("a template is at fault")

    def is_right(self) -> bool:
        files = {p: p.read_bytes() for p in self.output.rglob("*") if p.is_file()}
        site = {path.relative_to(self.output).as_posix(): data for path, data in files.items()}
        folders = {p.relative_to(self.output) for p in self.output.rglob("*") if p.is_dir()}
        wanted = {folder for path in site for folder in Path(path).parents if folder.name}
        return site == self.site and folders == wanted and verify(self.output)


@pytest.fixture(params=["1", "1234"], ids=["one build", "several builds"])
def builds(tmp_path: Path, request: pytest.FixtureRequest) -> Builds:
    """Builds after which nothing has to be listed for the next one."""
    made = Builds(tmp_path / "output")
    for word in request.param:
        made.build(SITE | {"a/x": word.encode()})
    made.build(made.site)
    assert made.trees is not None
    assert all(time for time, _ in made.trees.live.values())
    return made


def test_an_edit_of_a_folder_that_was_left_alone_is_published_whole(builds: Builds) -> None:
    for word in (b"5", b"6", b"7"):
        builds.build(builds.site | {"a/x": word, "a/b/z": word})
        assert builds.is_right()


def unpacked(folder: Path) -> None:
    """Give every file in a folder another inode and another time, as a restored copy has."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    shutil.rmtree(folder)
    copy.rename(folder)


def test_files_of_a_restored_copy_are_kept_unless_their_bytes_differ(builds: Builds) -> None:
    for path in (builds.output, builds.staging):
        unpacked(path)
    (builds.output / "c/x").write_bytes(b"2")
    with lock(builds.output, look=False) as held:
        folder = builds.look(held)
        assert folder.lost == {"c/x"}
        report = publish(builds._files(builds.site, lost=folder.lost), folder)
    assert (report.written, report.unchanged) == (1, len(SITE) - 1)
    assert builds.is_right()


@pytest.mark.parametrize("is_there", [False, True], ids=["no folder", "an empty folder"])
def test_the_tree_that_the_first_edit_starts_from_is_there_before_it(
    tmp_path: Path, is_there: bool
) -> None:
    builds = Builds(tmp_path / "output")
    if is_there:
        builds.output.mkdir()
    builds.build(SITE)
    assert builds.trees is not None
    assert not builds.trees.stale
    # Nothing of it has to be listed, though it was made just now.
    assert all(time for time, _ in builds.trees.staging.values())
    for path in SITE:
        assert (builds.staging / path).samefile(builds.output / path)
    builds.put({"a/x": b"edited"})
    assert builds.is_right()


def test_a_file_replaced_by_hand_just_after_it_was_published_is_in_no_tree_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds = Builds(tmp_path / "output")

    def exchanged(folder: Folder) -> bool:
        folder.staging.rename(folder.output)
        (builds.output / "c/y").rename(tmp_path / "ours")
        (builds.output / "c/y").write_bytes(b"other words")
        return True

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["briefings.publish"], "_exchange", exchanged)
        builds.build(SITE)
    assert not builds.staging.exists()
    (tmp_path / "ours").replace(builds.output / "c/y")
    builds.build(builds.site | {"a/x": b"edited"})
    assert builds.is_right()


def test_without_hard_links_files_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuses)
    builds = Builds(tmp_path / "output")
    builds.build(SITE)
    before = {path: (builds.output / path).stat().st_mtime_ns for path in SITE if path != "a/x"}
    for word in (b"edited", b"once more"):
        builds.build(builds.site | {"a/x": word})
        assert builds.is_right()
    assert {path: (builds.output / path).stat().st_mtime_ns for path in before} == before


def test_a_few_files_are_put_in_the_place_of_old_ones_and_all_others_stay(builds: Builds) -> None:
    for n, paths in enumerate((["a/x"], ["a/x", "c/z"], ["a/b/y"], [], ["c/z"])):
        before = {path: (builds.output / path).stat() for path in SITE}
        builds.put(dict.fromkeys(paths, b"edited %d" % n))
        assert builds.is_right()
        for path in SITE.keys() - paths:
            assert (builds.output / path).stat().st_mtime_ns == before[path].st_mtime_ns
    builds.build({path: data for path, data in builds.site.items() if path != "a/x"})
    builds.put({"a/b/z": b"after one went"})
    assert builds.is_right()


def test_the_manifest_after_a_few_files_is_that_of_a_build_from_nothing(
    builds: Builds, tmp_path: Path
) -> None:
    long = "c/" + "0" * 64 + "  x"
    builds.build(SITE | {long: b"1", "x": b"1", "c/y  x": b"1", "0": b"1"})
    builds.put({"x": b"2", "c/x": b"2"})
    builds.put({long: b"3", "0": b"3", "x": b"3"})
    fresh = Builds(tmp_path / "fresh")
    fresh.build(builds.site)
    manifests = [build.staging.with_name("manifest").read_bytes() for build in (builds, fresh)]
    assert manifests[0] == manifests[1]


def test_files_come_and_go(builds: Builds) -> None:
    rest = {path: data for path, data in builds.site.items() if not path.startswith("a/b/")}
    for site in (rest, builds.site, rest | {"c/new/page": b"n"}, rest, {"one": b"1"}, SITE):
        builds.build(site)
        assert builds.is_right()


def _add(folder: Path) -> None:
    (folder / "a/b/foreign").write_bytes(b"not ours")


def _add_a_folder(folder: Path) -> None:
    (folder / "a/foreign").mkdir()
    (folder / "a/foreign/page").write_bytes(b"not ours")


def _remove(folder: Path) -> None:
    (folder / "a/b/y").unlink()


def _remove_a_folder(folder: Path) -> None:
    shutil.rmtree(folder / "a/b")


def _replace(folder: Path) -> None:
    (folder / "c/y").unlink()
    (folder / "c/y").write_bytes(b"other words")


def _exchange(folder: Path) -> None:
    """Another folder under the same name, with files of the same names."""
    (folder / "c").rename(folder / "old")
    shutil.copytree(folder / "old", folder / "c")
    (folder / "c/z").write_bytes(b"other words")
    shutil.rmtree(folder / "old")


def _at_the_root(folder: Path) -> None:
    (folder / "page").write_bytes(b"not ours")


CHANGES = [_add, _add_a_folder, _remove, _remove_a_folder, _replace, _exchange, _at_the_root]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_staging_tree_is_never_published(
    builds: Builds, change: Callable[[Path], None]
) -> None:
    for word in (b"edited", b"once more"):
        change(builds.staging)
        edit = {"c/x": word}
        builds.put(edit)
        assert builds.is_right()


@pytest.mark.parametrize("change", [_add, _add_a_folder, _at_the_root])
def test_a_file_that_somebody_put_there_is_noticed_and_kept(
    builds: Builds, change: Callable[[Path], None]
) -> None:
    change(builds.output)
    before = {path for path in builds.output.rglob("*") if path.is_file()}
    with pytest.raises(NotOurs, match="files that we did not make"):
        builds.build(builds.site | {"c/x": b"edited"})
    assert {path for path in builds.output.rglob("*") if path.is_file()} == before


def test_a_file_put_there_while_pages_are_rendered_is_noticed_and_kept(builds: Builds) -> None:
    with lock(builds.output, look=False) as held:
        folder = builds.look(held)

        def rendering() -> Iterator[File]:
            yield from builds._files(builds.site | {"c/x": b"edited"})
            _add(builds.output)

        with pytest.raises(NotOurs, match="while the site was built"):
            publish(rendering(), folder)
    assert (builds.output / "a/b/foreign").read_bytes() == b"not ours"


def test_a_file_replaced_by_hand_while_pages_are_rendered_is_never_published(
    builds: Builds,
) -> None:
    def rendering() -> Iterator[File]:
        yield from builds._files(builds.site | {"a/x": b"edited"})
        _replace(builds.output)

    with lock(builds.output, look=False) as held:
        report = publish(rendering(), builds.look(held))
    builds.kept |= {file.path: file for file in report.files}
    builds.site, builds.trees = builds.site | {"a/x": b"edited"}, report.trees
    assert builds.is_right()
    for word in (b"later", b"later still"):
        builds.put({"a/x": word})
        assert builds.is_right()


def test_a_build_that_fails_leaves_nothing_that_the_next_one_publishes(builds: Builds) -> None:
    before = builds.site
    with pytest.raises(RuntimeError, match="a template"):
        builds.build(before | {"c/x": b"never", "new/page": b"never"}, fails=True)
    assert builds.is_right()
    builds.build(before | {"a/y": b"edited"})
    assert builds.is_right()


KILL_AT_EVERY_STEP = """
import signal
from tests.publish.test_tree_state import Builds, SITE
builds, steps, finished = Builds(output), 0, False
while not finished:
    builds.build(SITE | {'a/x': b'0'})
    builds.build(SITE | {'a/x': b'1', 'only/1': b'1'})
    steps += 1
    worker = os.fork()
    if worker == 0:
        left = steps
        def step(event, arguments):
            global left
            if event.startswith(('os.', 'open', 'fcntl.', 'shutil.', 'ctypes.')):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(step)
        builds.build(SITE | {'a/x': b'2', 'a/b/new': b'2'})
        os._exit(0)
    finished = os.WIFEXITED(os.waitpid(worker, 0)[1])
    builds.build(SITE | {'a/x': str(1 + steps % 3).encode(), 'c/z': b'later'})
    assert builds.is_right(), steps
print(steps)
"""


def test_a_build_killed_at_any_step_does_not_mislead_the_next_one(tmp_path: Path) -> None:
    """Which knows only how the one before that left the folder."""
    result = child(KILL_AT_EVERY_STEP, tmp_path / "output")
    assert result.stderr == ""
    assert int(result.stdout) > 30


def test_builds_that_do_not_know_of_each_other_publish_into_one_folder(builds: Builds) -> None:
    """As one with drafts and one without do, each with a cache of its own."""
    other = Builds(builds.output)
    for word in (b"5", b"6", b"7"):
        other.build(SITE | {"a/x": word, "drafts/page": word})
        assert other.is_right()
        age(other.output, other.staging)
        builds.build(SITE | {"c/y": word})
        assert builds.is_right()


def test_any_sequence_of_builds_publishes_what_it_was_given(tmp_path: Path) -> None:
    paths = ["a", "a/b", "a/b/c", "b", "b/index.html", "c/d", "c", "e", "f/g/h", "f/g/i"]
    for seed in range(25):
        random, builds = Random(seed), Builds(tmp_path / str(seed))
        for _ in range(8):
            site: Site = {}
            for path in random.sample(paths, random.randrange(1, len(paths))):
                if not any(
                    f"{path}/".startswith(f"{p}/") or p.startswith(f"{path}/") for p in site
                ):
                    site[path] = random.choice([b"1", b"2"])
            if seed % 2:
                shutil.rmtree(builds.staging, ignore_errors=True)
            if random.random() < 0.3:
                with pytest.raises(RuntimeError):
                    builds.build(site, fails=True)
            elif random.random() < 0.2 and builds.staging.exists():
                (builds.staging / "foreign").write_bytes(b"not ours")
            if random.random() < 0.7 and builds.output.exists():
                age(builds.output, builds.staging)
            builds.build(site)
            assert builds.is_right(), seed


def test_a_file_put_there_just_after_a_build_is_noticed(builds: Builds) -> None:
    builds.build(builds.site | {"a/b/x": b"edited"})
    (builds.output / "a/b/foreign").write_bytes(b"not ours")
    with pytest.raises(NotOurs, match="files that we did not make"):
        builds.build(builds.site | {"c/x": b"edited"})
    (builds.output / "a/b/foreign").unlink()
    builds.build(builds.site | {"c/x": b"edited"})
    assert builds.is_right()


def test_a_file_put_there_within_the_tick_of_the_clock_is_noticed(builds: Builds) -> None:
    """The mtime of a folder that somebody else changed just now proves nothing."""
    folder = builds.output / "a/b"
    (folder / "foreign").touch()
    (folder / "foreign").unlink()
    builds.trees = None
    builds.build(builds.site)
    before = folder.stat().st_mtime_ns
    (folder / "foreign").write_bytes(b"not ours")
    os.utime(folder, ns=(before, before))
    with pytest.raises(NotOurs, match="files that we did not make"):
        builds.build(builds.site | {"c/x": b"edited"})
