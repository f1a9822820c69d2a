"""What `output/` promises: exactly the wanted files, all of them at once, and nothing of others."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import briefings
from briefings.publish import (
    File,
    Folder,
    Locked,
    NotOurs,
    Report,
    lock,
    publish,
    stream_to_temp,
)

REPOSITORY = Path(briefings.__file__).parents[1]
Site = dict[str, bytes]
SITE: Site = {
    "index.html": b"home",
    "briefings/highbury/index.html": b"briefing",
    "feed.xml": b"<rss/>",
    ".nojekyll": b"",
}
BOTH_WAYS = pytest.mark.parametrize("in_place", [False, True], ids=["switched", "in place"])


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


def put(site: Site, output: Path, in_place: bool = False) -> Report:
    with lock(output) as folder:
        return publish(site.items(), folder, in_place)


def held(output: Path) -> Site:
    """Every file under a folder, by its path."""
    files = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


def verify(output: Path) -> bool:
    """Whether the manifest lists exactly the files of a folder, each with its hash."""
    manifest = output.with_name(f".{output.name}-state") / "manifest"
    lines = {f"{sha256(data).hexdigest()}  {path}" for path, data in held(output).items()}
    return set(manifest.read_text("utf-8").splitlines()[1:]) == lines


def times(output: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(output.rglob("*"))}


def folders(output: Path) -> set[str]:
    return {p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_dir()}


def generation(number: int, trusts: int = 6) -> Site:
    """Return a site whose files name their generation, with other folders in each generation."""
    data = str(number).encode()
    site = {f"trusts/t{i}/index.html": data for i in range(trusts)}
    site |= {"always.html": b"always", "a.html": data, f"only/{number}.html": data}
    return site | ({"shape": data} if number % 2 else {"shape/index.html": data})


# What a build leaves


@BOTH_WAYS
def test_a_first_build_holds_exactly_the_files(output: Path, in_place: bool) -> None:
    report = put(SITE, output, in_place)
    assert held(output) == SITE
    assert report == Report(4, 0, 0, 4, tuple(sorted(SITE)))
    assert verify(output)


def test_an_empty_folder_made_beforehand_is_taken(output: Path) -> None:
    output.mkdir()
    put(SITE, output)
    assert held(output) == SITE


def test_a_folder_deep_in_others_that_are_not_there_yet_is_made(tmp_path: Path) -> None:
    put(SITE, tmp_path / "public" / "html")
    assert held(tmp_path / "public" / "html") == SITE


@BOTH_WAYS
def test_building_the_same_again_touches_nothing(output: Path, in_place: bool) -> None:
    put(SITE, output, in_place)
    before = times(output), output.stat().st_ino
    assert put(SITE, output, in_place) == Report(0, 0, 4, 4, ())
    assert (times(output), output.stat().st_ino) == before


@BOTH_WAYS
def test_an_edit_writes_only_the_file_that_changed(output: Path, in_place: bool) -> None:
    put(SITE, output, in_place)
    before = times(output)
    edited = SITE | {"feed.xml": b"<rss>1</rss>"}
    assert put(edited, output, in_place) == Report(1, 0, 3, 4, ("feed.xml",))
    assert held(output) == edited
    after = times(output)
    unchanged = [str(output / path) for path in SITE if path != "feed.xml"]
    assert [after[path] for path in unchanged] == [before[path] for path in unchanged]


@BOTH_WAYS
def test_a_page_that_is_gone_is_removed_with_its_empty_folders(
    output: Path, in_place: bool
) -> None:
    put(SITE, output, in_place)
    rest = {path: data for path, data in SITE.items() if "/" not in path}
    assert put(rest, output, in_place) == Report(0, 1, 3, 3, ())
    assert held(output) == rest
    assert folders(output) == set()


@BOTH_WAYS
def test_a_file_may_become_a_folder_and_a_folder_a_file(output: Path, in_place: bool) -> None:
    first: Site = {"a": b"1", "b/c/d": b"2", "b/c/e": b"2", "z": b"z"}
    other: Site = {"a/x/y": b"3", "a/w": b"3", "b": b"4", "z": b"z"}
    for site in (first, other, first, other | {"b": b"5"}, first):
        put(site, output, in_place)
        assert held(output) == site
        assert verify(output)


@BOTH_WAYS
def test_a_file_edited_by_hand_is_put_right(output: Path, in_place: bool) -> None:
    put(SITE, output, in_place)
    (output / "index.html").write_bytes(b"HOME")
    (output / "feed.xml").unlink()
    (output / ".nojekyll").chmod(0o600)
    shutil.rmtree(output / "briefings")
    (output / "briefings").mkdir()
    assert put(SITE, output, in_place).written == 4
    assert held(output) == SITE
    assert (output / ".nojekyll").stat().st_mode & 0o777 == 0o644


def test_a_file_edited_by_hand_is_put_right_though_staging_shares_it(output: Path) -> None:
    put(SITE, output)
    put(SITE | {"feed.xml": b"new"}, output)
    with (output / "index.html").open("r+b") as file:
        file.write(b"HOME")
    put(SITE, output)
    assert held(output) == SITE


def test_a_page_that_returns_to_old_words_gets_a_new_time(output: Path) -> None:
    # Else a web server would answer "not modified" to a browser that has the words in between.
    put(SITE, output)
    os.utime(output / "feed.xml", (1, 1))
    put(SITE | {"feed.xml": b"new"}, output)
    put(SITE, output)
    assert (output / "feed.xml").stat().st_mtime > 1


@BOTH_WAYS
def test_everyone_may_read_the_site_whatever_the_umask(output: Path, in_place: bool) -> None:
    before = os.umask(0o077)
    try:
        put(SITE, output, in_place)
        put(SITE | {"x/y/z": b""}, output, in_place)
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in output.rglob("*") if path.is_file()}
    assert modes == {0o644}
    assert {(output / f).stat().st_mode & 0o777 for f in (*folders(output), "")} == {0o755}


def test_nobody_else_may_read_what_waits_to_be_published(output: Path) -> None:
    put(SITE, output)
    assert (output.parent / ".output-state").stat().st_mode & 0o077 == 0


def test_long_and_unicode_names_are_fine(output: Path) -> None:
    site = {"n" * 255: b"1", "Pàgina/☂.html": b"2", "/".join(["deep"] * 60): b"3"}
    put(site, output)
    assert held(output) == site


def test_the_order_of_the_files_does_not_show(tmp_path: Path) -> None:
    put(SITE, tmp_path / "one")
    put(dict(reversed(SITE.items())), tmp_path / "two")
    assert held(tmp_path / "one") == held(tmp_path / "two")
    manifests = [(tmp_path / f".{name}-state" / "manifest") for name in ("one", "two")]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()


def test_sha256sum_can_check_the_site(output: Path) -> None:
    put(SITE, output)
    command = ["sha256sum", "--check", "--strict", "--quiet", "../.output-state/manifest"]
    assert subprocess.run(command, cwd=output, check=False).returncode == 0


def test_the_site_that_was_there_does_not_matter(tmp_path: Path) -> None:
    paths = st.sampled_from(["a", "a/b", "a/b/c", "b", "b/index.html", "c/d", "c"])
    sites = st.dictionaries(paths, st.sampled_from([b"1", b"2"])).filter(_has_a_shape)
    output = tmp_path / "output"

    @settings(max_examples=60, deadline=None)
    @given(sites, st.booleans())
    def check(site: Site, in_place: bool) -> None:
        put(site, output, in_place)
        assert held(output) == site
        assert verify(output)

    check()


def _has_a_shape(site: Site) -> bool:
    return not any(other.startswith(f"{path}/") for path in site for other in site)


# Large files, which come beside the others


def beside(site: Site, folder: Folder) -> Iterator[File]:
    """Yield the same files, every second one as a temporary file (`stream_to_temp`)."""
    for number, (path, data) in enumerate(site.items()):
        if number % 2:
            yield path, data
        else:
            yield stream_to_temp(folder.spool, path, (data[:1], data[1:]))


def put_beside(site: Site, output: Path, in_place: bool = False) -> Report:
    with lock(output) as folder:
        return publish(beside(site, folder), folder, in_place)


def spool(output: Path) -> Path:
    return output.parent / ".output-state" / "spool"


@BOTH_WAYS
def test_a_file_written_beside_is_published_like_any_other(output: Path, in_place: bool) -> None:
    large = SITE | {"data/large.json": b"row\n" * 1_000_000}
    for site in (generation(0), large, large | {"data/large.json": b"row\n"}, generation(1)):
        put_beside(site, output, in_place)
        assert held(output) == site
        assert verify(output)
        before = times(output)
        assert put_beside(site, output, in_place) == Report(0, 0, len(site), len(site), ())
        assert put(site, output, in_place).written == 0
        assert times(output) == before
        assert not spool(output).exists()


@BOTH_WAYS
def test_everyone_may_read_what_was_written_beside_whatever_the_umask(
    output: Path, in_place: bool
) -> None:
    before = os.umask(0o077)
    try:
        put_beside(SITE, output, in_place)
    finally:
        os.umask(before)
    assert {p.stat().st_mode & 0o777 for p in output.rglob("*") if p.is_file()} == {0o644}


def test_temporary_files_of_a_killed_build_are_removed_by_the_next(output: Path) -> None:
    code = """
import signal
def site(folder):
    yield 'index.html', b'new'
    yield stream_to_temp(folder.spool, 'data/large.json', killed())
def killed():
    yield b'row' * 1_000_000
    os.kill(os.getpid(), signal.SIGKILL)
with lock(output) as folder:
    publish(site(folder), folder)
"""
    put(SITE, output)
    assert child(code, output).returncode == -9
    assert held(output) == SITE
    assert list(spool(output).iterdir())
    assert put(SITE, output).written == 0
    assert not spool(output).exists()


# A build that fails


@BOTH_WAYS
def test_a_build_that_fails_half_way_changes_nothing(output: Path, in_place: bool) -> None:
    put(SITE, output, in_place)
    before = held(output), times(output), output.stat().st_ino

    def rendering() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new home"
        yield "new/index.html", b"new"
        raise RuntimeError("a template is at fault")

    with lock(output) as folder, pytest.raises(RuntimeError, match="a template"):
        publish(rendering(), folder, in_place)
    assert (held(output), times(output), output.stat().st_ino) == before
    put(SITE | {"index.html": b"newer"}, output, in_place)
    assert held(output) == SITE | {"index.html": b"newer"}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["/etc/passwd"], "is relative"),
        (["a//b"], "empty part"),
        (["a/"], "empty part"),
        ([""], "empty part"),
        (["../a"], "no '.' or '..'"),
        (["a/../../b"], "no '.' or '..'"),
        (["./a"], "no '.' or '..'"),
        (["a\\b"], "backslash"),
        (["a\0b"], "control character"),
        (["a\nb"], "control character"),
        (["a\u202eb"], "control character"),
        (["a\ud800b"], "control character"),
        (["é" * 128], "over 255 bytes"),
        ([".briefings-incoming"], "kept for --in-place"),
        (["a", "a"], "two outputs have the path 'a'"),
        (["About/x", "about/y"], "'About' and 'about' differ only in case"),
        (["a/É", "a/e\u0301"], "differ only in case or Unicode form"),
        (["straße", "STRASSE"], "differ only in case"),
        (["a", "a/b"], "'a' is an output, and also the folder"),
        (["a/b/c", "a/b"], "'a/b' is an output, and also the folder"),
    ],
)
def test_a_path_that_a_site_cannot_have_is_refused(
    output: Path, paths: list[str], message: str
) -> None:
    put(SITE, output)
    with lock(output) as folder, pytest.raises(ValueError, match=message):
        publish(((path, b"x") for path in paths), folder)
    assert held(output) == SITE
    assert {path.name for path in output.parent.iterdir()} == {"output", ".output-state"}


# Folders that are not ours


def test_some_places_are_never_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: Path
) -> None:
    home, work = tmp_path / "people" / "me", tmp_path / "work"
    project = tmp_path / "code" / "site"
    git, file, link = tmp_path / "git", tmp_path / "file", tmp_path / "link"
    for folder in (home, work, project, git / ".git"):
        folder.mkdir(parents=True)
    file.touch()
    link.symlink_to(work)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    never = [Path("/"), home, home.parent, Path(), Path(".."), work, tmp_path]
    never += [project, project.parent, project / "x" / "..", git, file, link]
    for place in never:
        with pytest.raises(NotOurs), lock(place, project):
            pytest.fail(f"{place} was taken")
    assert not list(tmp_path.rglob("*-state"))
    for place in (output, project / "output"):
        with lock(place, project):
            pass


def test_a_folder_of_somebody_else_is_refused_and_kept(output: Path) -> None:
    output.mkdir()
    (output / "thesis.txt").write_text("years of work")
    with pytest.raises(NotOurs, match="nothing shows that we made it"), lock(output):
        pytest.fail("taken")
    assert held(output) == {"thesis.txt": b"years of work"}
    assert [path.name for path in output.parent.iterdir()] == ["output"]


def test_a_file_that_somebody_put_into_our_folder_is_named_and_kept(output: Path) -> None:
    put(SITE, output)
    for name in ("1", "2", "3", "4\x1b"):
        (output / f"mine{name}.txt").write_text("mine")
    expected = "files that we did not make: mine1.txt, mine2.txt, mine3.txt …"
    with pytest.raises(NotOurs, match=expected):
        put(SITE, output)
    assert (output / "mine1.txt").read_text() == "mine"


def test_a_file_put_there_while_the_build_runs_is_kept(output: Path) -> None:
    with lock(output) as folder:
        put_there = output / "mine.txt"
        output.mkdir()
        put_there.write_text("mine")
        with pytest.raises(NotOurs):
            publish(SITE.items(), folder)
    assert held(output) == {"mine.txt": b"mine"}


@BOTH_WAYS
def test_a_file_put_into_our_folder_while_pages_are_rendered_is_kept(
    output: Path, in_place: bool
) -> None:
    put(SITE, output)

    def rendering() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new home"
        (output / "mine.txt").write_text("mine")

    with lock(output) as folder, pytest.raises(NotOurs, match="while the site was built"):
        publish(rendering(), folder, in_place)
    assert held(output) == SITE | {"mine.txt": b"mine"}


def test_a_foreign_folder_that_took_the_place_of_ours_is_refused(output: Path) -> None:
    put(SITE, output)
    shutil.rmtree(output)
    output.mkdir()
    (output / "index.html").write_text("another site, with a page of the same name")
    with pytest.raises(NotOurs, match="none is as we made it"):
        put(SITE, output)


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\xff\xfe", None], ids=repr)
def test_a_lost_or_damaged_manifest_makes_the_folder_nobodys(
    output: Path, damage: bytes | None
) -> None:
    put(SITE, output)
    manifest = output.parent / ".output-state" / "manifest"
    for cut in (len(manifest.read_bytes()) - 5, 40) if damage is None else (0,):
        manifest.write_bytes(damage if damage is not None else manifest.read_bytes()[:cut])
        with pytest.raises(NotOurs):
            put(SITE, output)
        assert held(output) == SITE


def test_a_site_that_was_deleted_by_hand_is_built_again(output: Path) -> None:
    put(SITE, output)
    shutil.rmtree(output)
    assert put(SITE, output).written == 4
    assert held(output) == SITE


# Two builds at once


def test_a_second_build_is_told_to_wait(output: Path) -> None:
    with lock(output):
        with pytest.raises(Locked, match="another build"), lock(output):
            pytest.fail("two builds at once")
        with lock(output.with_name("other")):
            pass
    with lock(output):
        pass


def child(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run some lines in a process of their own, with `generation` and `held` at hand."""
    start = f"import os, sys; sys.path.insert(0, {str(REPOSITORY)!r})\n"
    start += "from pathlib import Path\nfrom briefings.publish import *\n"
    start += "from tests.publish.test_publish import generation, held, put, verify\n"
    start += "output = Path(sys.argv[1])\n"
    command = [sys.executable, "-c", start + code, *map(str, arguments)]
    # Some may write little: not `coverage`, which has files of its own.
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment = own if "RLIMIT_FSIZE" in code else None
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_killed_build_leaves_no_lock_even_if_its_workers_live_on(output: Path) -> None:
    code = """
import signal, time
holder = os.fork()
if holder == 0:
    with lock(output):
        if os.fork() == 0:
            os.close(1), os.close(2)
            Path(sys.argv[2]).touch()
            time.sleep(5)
            os._exit(0)
        time.sleep(60)
while not Path(sys.argv[2]).exists():
    time.sleep(0.01)
try:
    with lock(output):
        sys.exit('the lock did not hold')
except Locked:
    pass
os.kill(holder, signal.SIGKILL)
os.waitpid(holder, 0)
with lock(output):
    pass
"""
    result = child(code, output, output.parent / "ready")
    assert (result.returncode, result.stderr) == (0, "")


# A disk that fails


def test_a_full_disk_is_reported_and_changes_nothing(output: Path) -> None:
    put(SITE, output)
    before = held(output), times(output)
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    put({'index.html': b'x', 'big.html': b'x' * 9000}, output)
except DiskFault as fault:
    print(fault)
"""
    result = child(code, output)
    expected = "big.html: File too large; the published site is as it was"
    assert (expected in result.stdout, result.stderr) == (True, "")
    assert (held(output), times(output)) == before
    assert not (output.parent / ".output-state" / "staging").exists()


def test_a_full_disk_in_a_worker_is_reported_and_changes_nothing(output: Path) -> None:
    put(SITE, output)
    before = held(output), times(output)
    code = """
import resource
from briefings.store.workers import along
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
def made(sizes):
    return [stream_to_temp(folder.spool, f'data/{size}.json', [b'x' * size]) for size in sizes]
def site():
    yield 'index.html', b'x'
    yield from along(made, [[1], [9000], [2]], 3)
try:
    with lock(output) as folder:
        publish(site(), folder)
except DiskFault as fault:
    print(fault)
"""
    result = child(code, output)
    expected = "9000.json: File too large; the published site is as it was"
    assert (expected in result.stdout, result.stderr) == (True, "")
    assert (held(output), times(output)) == before
    assert {path.name for path in spool(output).parent.iterdir()} == {"lock", "manifest"}


def test_a_read_only_folder_is_reported_with_its_reason() -> None:
    place = Path(tempfile.mkdtemp())
    place.chmod(0o555)
    code = """
if os.getuid() == 0:
    os.setuid(65534)
try:
    put({'index.html': b'x'}, output)
except DiskFault as fault:
    print(fault)
"""
    try:
        result = child(code, place / "output")
    finally:
        place.rmdir()
    assert "could not write the site: " in result.stdout
    assert "Permission denied" in result.stdout


def test_a_page_that_cannot_be_read_while_rendering_is_no_fault_of_the_disk(output: Path) -> None:
    def rendering() -> Iterator[tuple[str, bytes]]:
        yield "a", (output.parent / "missing").read_bytes()

    with lock(output) as folder, pytest.raises(FileNotFoundError):
        publish(rendering(), folder)


def test_a_mount_point_needs_in_place(output: Path) -> None:
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs none '{output}' && exec "
    output.mkdir()
    if shutil.which("unshare") is None or subprocess.run([*inside, mount + "true"]).returncode:
        pytest.skip("this system lets us mount nothing")
    code = f"""
import sys; sys.path[:0] = [{str(REPOSITORY)!r}]
from pathlib import Path
from briefings.publish import DiskFault
from tests.publish.test_publish import *
output = Path({str(output)!r})
with pytest.raises(DiskFault, match='Use --in-place'):
    put(SITE, output)
for number in (1, 2, 3):
    put(generation(number), output, in_place=True)
    assert held(output) == generation(number)
"""
    result = subprocess.run(
        [*inside, mount + '"$0" -c "$1"', sys.executable, code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


# A build that is killed, and people who read

KILL_AT_EVERY_STEP = """
import signal
in_place = sys.argv[2] == 'True'
steps = 0
def site(number):
    return generation(number, trusts=1)
finished = False
while not finished:
    put(site(0), output, in_place)
    put(site(1), output, in_place)
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
        put(site(2), output, in_place)
        os._exit(0)
    finished = os.WIFEXITED(os.waitpid(worker, 0)[1])
    if not in_place:
        assert held(output) in (site(1), site(2)), steps
    wanted = site(1 + steps % 3)  # the old site again, the same, or yet another
    put(wanted, output, in_place)
    assert held(output) == wanted and verify(output), steps
print(steps)
"""


@BOTH_WAYS
def test_a_build_killed_before_any_step_is_mended_by_the_next(output: Path, in_place: bool) -> None:
    result = child(KILL_AT_EVERY_STEP, output, in_place)
    assert result.stderr == ""
    assert int(result.stdout) > 50


KILL_AT_RANDOM = """
import random, signal, time
put(generation(0), output)
for number in range(1, 41):
    worker = os.fork()
    if worker == 0:
        while True:
            put(generation(number), output)
            put(generation(number + 1), output)
    time.sleep(random.random() * 0.03)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert held(output) in [generation(number + step) for step in (-1, 0, 1)], number
    put(generation(number), output)
    assert held(output) == generation(number) and verify(output), number
"""


def test_a_build_killed_at_any_moment_leaves_the_old_site_or_the_new_one(output: Path) -> None:
    result = child(KILL_AT_RANDOM, output)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_reader_never_sees_two_sites_mixed(output: Path) -> None:
    put(generation(0), output)
    seen: list[tuple[str, str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            pair = _two_pages(output)
            if pair is not None:
                seen.append(pair)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 51):
            put(generation(number), output)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert len({first for first, _ in seen}) > 1, "the readers saw no publication"
    assert [pair for pair in seen if pair[0] != pair[1]] == []


def _two_pages(output: Path) -> tuple[str, str] | None:
    """Two pages of the site that one opening of the folder gives; None if it is no longer it."""
    folder = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
    try:
        first = _page("a.html", folder)
        time.sleep(random.choice((0, 0.01, 0.04)))  # some are overtaken by two publications
        return first, _page("trusts/t5/index.html", folder)
    except FileNotFoundError:
        assert os.fstat(folder).st_ino != output.stat().st_ino, "a page of the site was missing"
        return None
    finally:
        os.close(folder)


def _page(path: str, folder: int) -> str:
    descriptor = os.open(path, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(descriptor, 100).decode()
    finally:
        os.close(descriptor)
