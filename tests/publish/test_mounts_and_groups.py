"""Output folders as servers, containers and other systems have them: groups, overlays, mounts.

Each is set up for real, in a mount namespace of its own (unshare(1)), as root or as root of a user
namespace. What needs macOS is tried with a stand-in for the one system call.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shlex
import shutil
import stat
import struct
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from briefings.publish import DiskFault, staging
from tests.publish.test_publish import BOTH_WAYS, SITE, generation, held, put
from tests.support.on_disk import ROOT, Desk, briefing, write_site

IS_ROOT = os.geteuid() == 0
#: A mount namespace of one's own; what is mounted there goes with its last process.
UNSHARE = ["unshare", *([] if IS_ROOT else ["--map-root-user"]), "--mount", "--propagation=private"]
#: A group that is not this process's: www-data of Debian, by its number.
GROUP = 33


def can_mount() -> bool:
    command = [*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


mounts = pytest.mark.skipif(not can_mount(), reason="this system lets nobody mount anything")
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root can give files to another group")


def in_namespace(script: str, folder: Path, code: str = "") -> str:
    """What a shell script prints in a mount namespace of its own; `$PYTHON` runs the code."""
    start = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]\nfrom tests.publish.test_publish import *\n"
    )
    (folder / "code.py").write_text(start + textwrap.dedent(code))
    python = f"{shlex.quote(sys.executable)} {shlex.quote(str(folder / 'code.py'))}"
    done = subprocess.run(
        [*UNSHARE, "sh", "-euc", script], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHON": python}, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def status_of(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Mode, owner and group of a folder and of all in it."""
    statuses = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        mode = stat.filemode(status.st_mode)
        statuses[path.relative_to(folder).as_posix()] = mode, status.st_uid, status.st_gid
    return statuses


def staging_of(output: Path) -> Path:
    return output.with_name(f".{output.name}-state") / "staging"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


# -- modes and groups ------------------------------------------------------------------------------


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@as_root
@BOTH_WAYS
@pytest.mark.parametrize("mode", [0o2750, 0o750])
def test_mode_group_and_owner_of_the_folder_are_those_of_all_in_it(
    output: Path, in_place: bool, mode: int
) -> None:
    """A web server reads by its group; others must not, as the site may hold drafts."""
    output.mkdir()
    os.chown(output, 1234, GROUP)
    output.chmod(mode)
    with umask(0o027):
        for number in range(4):
            put(generation(number), output, in_place)
            assert held(output) == generation(number)
            folder = stat.filemode(stat.S_IFDIR | mode), 1234, GROUP
            assert set(status_of(output).values()) == {folder, ("-rw-r-----", 1234, GROUP)}
    if not in_place:
        assert set(status_of(staging_of(output)).values()) == {folder, ("-rw-r-----", 1234, GROUP)}


@pytest.mark.parametrize(
    ("folder", "file"),
    [(0o755, 0o644), (0o750, 0o640), (0o700, 0o600), (0o711, 0o644), (0o775, 0o664),
     (0o710, 0o640), (0o777, 0o664), (0o500, 0o600)],
)  # fmt: skip
def test_a_file_is_readable_by_those_who_may_enter_the_folder(
    output: Path, folder: int, file: int
) -> None:
    output.mkdir()
    output.chmod(folder)
    for number in range(3):
        put(generation(number), output)
    modes = {mode for mode, *_ in status_of(output).values()}
    assert modes == {stat.filemode(stat.S_IFDIR | folder | 0o700), stat.filemode(0o100000 | file)}


@as_root
def test_a_new_folder_has_the_group_that_its_parent_hands_on(tmp_path: Path) -> None:
    place = tmp_path / "www"
    place.mkdir()
    os.chown(place, 0, GROUP)
    place.chmod(0o2755)
    for number in range(3):
        put(generation(number), place / "output")
    assert {gid for _, _, gid in status_of(place / "output").values()} == {GROUP}


@BOTH_WAYS
def test_access_removed_from_others_is_never_given_back(output: Path, in_place: bool) -> None:
    """As after `chmod -R o-rwx output` between two builds, or of the folder alone."""
    for change in ("chmod -R o-rwx", "chmod 0710", "chmod -R 0755"):
        for number in range(3):
            put(generation(number), output, in_place)
        subprocess.run([*change.split(), str(output)], check=True)
        mode = output.stat().st_mode
        for number in range(3, 6):
            put(generation(number), output, in_place)
            modes = {status for status, *_ in status_of(output).values()}
            assert len(modes) == 2, modes
            assert output.stat().st_mode == mode


@as_root
def test_a_rebuild_of_one_page_keeps_the_modes_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    write_site(tmp_path, {"one": "", "two": ""})
    desk.build()
    subprocess.run(["chgrp", "-R", str(GROUP), str(desk.output)], check=True)
    subprocess.run(["chmod", "-R", "o-rwx", str(desk.output)], check=True)
    for word in ("First", "Second", "Third"):
        file = tmp_path / "content/briefings/2026/one.md"
        file.write_text(briefing("one", body=f"{word} words [@A].\n"))
        desk.build()
        assert f"{word} words" in (desk.output / "briefings/one/index.html").read_text()
        for tree in (desk.output, staging_of(desk.output)):
            kinds = {(mode, gid) for mode, _, gid in status_of(tree).values()}
            assert kinds == {("drwxr-x---", GROUP), ("-rw-r-----", GROUP)}, tree


@as_root
def test_a_group_that_the_user_can_not_give_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    place = Path(tmp_path / "shared")
    place.mkdir()
    for folder in (*tmp_path.parents, tmp_path):
        if folder.stat().st_mode & 0o005 != 0o005 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o005)
    os.chown(place, 65534, 65534)
    output = place / "output"
    output.mkdir()
    os.chown(output, 65534, GROUP)
    output.chmod(0o2750)
    code = f"""
import os, sys; sys.path[:0] = [{str(ROOT)!r}]
from tests.publish.test_publish import *
from briefings.publish import DiskFault
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    put(SITE, Path({str(output)!r}))
except DiskFault as fault:
    print(fault)
"""
    # Another user can't write where coverage is measured.
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/", env=own
    )
    assert done.stderr == ""
    assert "can't give files to the group" in done.stdout
    assert "build as a member of it" in done.stdout
    assert list(output.iterdir()) == []


def test_the_access_control_list_of_the_folder_is_kept(output: Path) -> None:
    """acl(5): the list of entries (tag, permissions, id) that `setfacl -m u:33:rx` writes."""
    entries = [(1, 7, -1), (2, 5, GROUP), (4, 0, -1), (16, 5, -1), (32, 0, -1)]
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    output.mkdir()
    for name in ("system.posix_acl_access", "system.posix_acl_default"):
        try:
            os.setxattr(output, name, value)
        except OSError as fault:
            assert fault.errno == errno.EOPNOTSUPP
            pytest.skip("this file system has no access lists")
    for number in range(3):
        put(generation(number), output)
        for folder in (output, output / "trusts/t1"):
            assert os.getxattr(folder, "system.posix_acl_access") == value
        entry = struct.pack("<HHi", 2, 5, GROUP)
        assert entry in os.getxattr(output / "a.html", "system.posix_acl_access")


# -- overlays --------------------------------------------------------------------------------------

OVERLAY = """
mount -t tmpfs none {folder}/disk && mkdir disk/upper disk/work
mount -t overlay none -o lowerdir={folder}/lower,upperdir=disk/upper,workdir=disk/work{more} merged
"""


def overlay(folder: Path, more: str = "") -> str:
    for name in ("disk", "merged", "lower"):
        (folder / name).mkdir(exist_ok=True)
    return OVERLAY.format(folder=folder, more=more)


@mounts
@pytest.mark.parametrize("more", ["", ",redirect_dir=on"], ids=["plain", "redirect_dir"])
def test_builds_go_on_in_a_later_layer_of_an_image(tmp_path: Path, more: str) -> None:
    """As by two `RUN make site` in one Dockerfile: a lower layer's folders can't be renamed."""
    script = overlay(tmp_path, more)
    for number in range(2):
        put(generation(number), tmp_path / "lower" / "output")
    code = """
    output = Path("merged/output").absolute()
    for number in (2, 3, 4, 2):
        report = put(generation(number), output)
        assert held(output) == generation(number) and verify(output), number
        print(report.one_by_one)
    """
    words = in_namespace(f"{script} $PYTHON", tmp_path, code).split()
    assert words == ["True" if not more else "False"] * 4


@mounts
def test_a_build_in_a_later_layer_says_that_it_replaced_files_one_by_one(tmp_path: Path) -> None:
    script = overlay(tmp_path)
    project = tmp_path / "lower" / "project"
    write_site(project, {"one": ""})
    Desk(project).build()
    (project / "content/briefings/2026/one.md").write_text(briefing("one", body="New [@A].\n"))
    run = shlex.join(Desk(project).command("build"))
    output = in_namespace(
        f"{script} cd merged/project; {run}; cat output/briefings/one/*", tmp_path
    )
    assert "replaced one by one" in output
    assert "New" in output
    Desk(project).build()
    assert "one by one" not in Desk(project).build().err


# -- mounts ----------------------------------------------------------------------------------------


@mounts
def test_a_folder_that_is_bound_to_itself_needs_in_place(tmp_path: Path, output: Path) -> None:
    """A bind mount of the same file system has the device of the folder around it."""
    output.mkdir()
    code = f"""
    from briefings.publish import DiskFault
    output = Path({str(output)!r})
    with pytest.raises(DiskFault, match="is a mount point.*Use --in-place"):
        put(SITE, output)
    put(SITE, output, in_place=True)
    assert held(output) == SITE
    """
    in_namespace("mount --bind output output; $PYTHON", tmp_path, code)


@mounts
@pytest.mark.parametrize("what", ["output", "output/trusts", ".output-state/staging"])
def test_a_folder_that_is_mounted_elsewhere_is_not_exchanged(
    tmp_path: Path, output: Path, what: str
) -> None:
    """The mount holds the old folder: its readers would never see the new site."""
    for number in range(2):
        put(generation(number), output)
    (tmp_path / "web root").mkdir()
    code = f"""
    from briefings.publish import DiskFault
    output = Path({str(output)!r})
    with pytest.raises(DiskFault, match=r"mounted at .*/web root, where the old folder would stay"):
        put(generation(2), output)
    assert held(output) == generation(1)
    put(generation(2), output, in_place=True)
    assert held(output) == generation(2)
    """
    in_namespace(f"mount --bind {what} 'web root'; $PYTHON", tmp_path, code)


@as_root
@mounts
def test_a_folder_that_is_mounted_in_a_container_is_not_exchanged(
    tmp_path: Path, output: Path
) -> None:
    """As by `docker run -v ./output:/usr/share/nginx/html`: another mount namespace."""
    put(generation(0), output)
    (tmp_path / "html").mkdir()
    script = "mount --bind output html && echo ready && cat && cat html/a.html"
    container = subprocess.Popen(
        [*UNSHARE, "sh", "-c", script], cwd=tmp_path, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert container.stdin is not None
    assert container.stdout is not None
    try:
        assert container.stdout.readline() == "ready\n"
        with pytest.raises(DiskFault, match="html, where the old folder would stay"):
            put(generation(1), output)
        assert held(output) == generation(0)
        put(generation(1), output, in_place=True)
        container.stdin.close()
        assert container.stdout.read() == "1"
    finally:
        container.stdin.close()
        container.stdout.close()
        container.wait(20)
    put(generation(2), output)
    assert held(output) == generation(2)


@mounts
def test_a_container_that_mounts_the_folder_around_it_follows_each_build(tmp_path: Path) -> None:
    """What docs/publishing.md says to mount."""
    for name in ("site", "www"):
        (tmp_path / name).mkdir()
    code = """
    for number in range(4):
        put(generation(number), Path("site/output").absolute())
        assert Path("www/output/a.html").read_text() == str(number)
    """
    in_namespace("mount --bind site www; $PYTHON", tmp_path, code)


# -- systems without renameat2 ---------------------------------------------------------------------


class Library:
    """A C library that has one call alone, which is given with the arguments that it is given."""

    def __init__(self, name: str, call: Callable[..., int]) -> None:
        self.asked: list[tuple[object, ...]] = []
        self._call = call
        setattr(self, name, self._asked)

    def _asked(self, *arguments: object) -> int:
        self.asked.append(arguments)
        return self._call(*arguments)


def test_macos_exchanges_the_folders_by_its_own_call(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = staging._libc
    library = Library("renamex_np", lambda a, b, flags: real.renameat2(-100, a, -100, b, flags))
    monkeypatch.setattr(staging, "_libc", library)
    for number in range(3):
        put(generation(number), output)
        assert held(output) == generation(number)
    assert library.asked == [(os.fsencode(staging_of(output)), os.fsencode(output), 2)] * 2


def test_without_an_exchange_on_macos_the_message_names_in_place(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> int:
        ctypes.set_errno(errno.ENOTSUP)
        return -1

    put(SITE, output)
    monkeypatch.setattr(staging, "_libc", Library("renamex_np", refuses))
    with pytest.raises(DiskFault, match=r"Use --in-place to replace it file by file"):
        put(generation(1), output)
    assert held(output) == SITE
    put(generation(1), output, in_place=True)
    assert held(output) == generation(1)


def test_a_c_library_without_the_function_leaves_the_system_call(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """musl and old glibc have none."""
    library = Library("syscall", staging._libc.syscall)
    monkeypatch.setattr(staging, "_libc", library)
    for number in range(3):
        put(generation(number), output)
        assert held(output) == generation(number)
    assert len(library.asked) == 2


def test_without_an_exchange_the_message_names_in_place(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(SITE, output)
    monkeypatch.setattr(staging, "_libc", Library("other", lambda: 0))
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(DiskFault, match=r"Use --in-place to replace it file by file"):
        put(generation(1), output)
    assert held(output) == SITE
