"""The staging tree, the next site beside the published one; and the exchange of the two.

Of the earlier staging tree only those files are used that are the published ones (same device and
inode); everything else in it is removed. So an unfinished tree can be used like an empty one, and
what became of its files does not matter. A small change leaves most of it as it is.
"""
# ruff: noqa: PTH104, PTH106, PTH108, PTH115, PTH116, PTH208 - plain strings, as in `files`

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from briefings.publish.files import LIBC, DiskFault, NotOurs, Spooled, Unchanged, printable
from briefings.publish.folder import Folder, Mark, Marks, TreeState, aged, changed_folders


class Staging:
    """A new folder with the reusable files of the last staging tree.

    `files`: those in it, each a hard link to the published file of that path. `written`: the status
    of files that are not: new ones, and those that had to be copied.
    """

    def __init__(self, folder: Folder) -> None:
        self.root, self.output = str(folder.staging), str(folder.output)
        self.access = folder.access
        self.files: set[str] = set()
        self.written: dict[str, os.stat_result] = {}
        self._published = folder.tree.files
        #: Marks of its folders; None if a name in it was added or removed since.
        self._marks: dict[str, Mark | None] = {}
        _make_root(folder)
        if folder.trees is None or not self._recall(folder.trees):
            self._check("")

    def _recall(self, trees: TreeState) -> bool:
        """Take over what the last build stored of this tree; False if that is not possible."""
        marks = {folder: mark for folder, mark in trees.staging.items() if folder}
        changed = changed_folders(self.root, marks, self.access)
        if changed is None or not trees.staging:
            return False
        changed.add("")  # a new folder
        self._marks.update(marks)
        fresh = self._published - trees.stale
        self.files.update(path for path in fresh if path.rpartition("/")[0] not in changed)
        for folder in changed:
            self._check(folder)
        for path in trees.stale - self.files - self._marks.keys():
            with suppress(FileNotFoundError, NotADirectoryError):
                self._remove(path)
        return True

    def _check(self, folder: str) -> None:
        """List a folder, and those in it that are not known; remove what is not published."""
        self._marks[folder] = None
        self.access.give(f"{self.root}/{folder}")
        with os.scandir(f"{self.root}/{folder}") as entries:
            for entry in list(entries):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if path not in self._marks:
                        self._check(path)
                elif path in self._published and self._is_published(path):
                    self.files.add(path)
                else:
                    self._remove(path)

    def _is_published(self, path: str) -> bool:
        with suppress(FileNotFoundError):
            published = os.lstat(f"{self.output}/{path}")
            return os.path.samestat(os.lstat(f"{self.root}/{path}"), published)
        return False

    def make(
        self, new: Mapping[str, Spooled], unchanged: Mapping[str, Unchanged], folders: Set[str]
    ) -> None:
        """Make it the tree of these files and folders. Raises NotOurs, OSError."""
        for path in self.files - unchanged.keys():
            self._remove(path)
        for folder in sorted(self._marks.keys() - folders, reverse=True):
            os.rmdir(f"{self.root}/{folder}")
            del self._marks[folder]
            self._touch(folder)
        for folder in sorted(folders - self._marks.keys()):
            self.access.make_folder(f"{self.root}/{folder}")
            self._marks[folder] = None
            self._touch(folder)
        for path, file in new.items():
            self.access.give(file.place)
            os.rename(file.place, f"{self.root}/{path}")
            self.written[path] = os.lstat(f"{self.root}/{path}")
            self._touch(path)
        for path in unchanged.keys() - self.files:
            self._link(unchanged[path])

    def _link(self, file: Unchanged) -> None:
        """Add a published file. Raises NotOurs if it was changed since, OSError.

        A link, or a copy where files can't be linked, keeps the mtime of the file, and with it a
        web server's Last-Modified.
        """
        live, target = f"{self.output}/{file.path}", f"{self.root}/{file.path}"
        if not file.fits(os.lstat(live), self.access):
            raise changed_meanwhile(self.output)
        try:
            os.link(live, target, follow_symlinks=False)
        except OSError:
            shutil.copy2(live, target, follow_symlinks=False)
            self.access.give(target)
        status = os.lstat(target)
        if status.st_ino != file.inode:  # a copy; an overlay makes one before it links
            self.written[file.path] = status
        self._touch(file.path)

    def _remove(self, path: str) -> None:
        os.unlink(f"{self.root}/{path}")
        self._touch(path)

    def _touch(self, path: str) -> None:
        """Record that a name was added to the folder of `path`, or removed from it."""
        self._marks[path.rpartition("/")[0]] = None

    def marks(self) -> Marks:
        """Return mtime and inode of every folder of the finished tree. Raises OSError.

        The next build lists only the folders in which these differ.
        """
        return {path: mark or aged(f"{self.root}/{path}") for path, mark in self._marks.items()}


def _make_root(folder: Folder) -> None:
    """Move the contents of the last staging tree to a new folder.

    The old folder was the published one before, and a slow reader may still have it open. Such a
    reader finds its files missing, and tries again, but never finds files of two sites together.
    """
    staging, retired = folder.staging, folder.state / "retired"
    remove_tree(str(retired))
    if staging.exists():
        try:
            staging.rename(retired)
        except OSError as error:  # a folder of a lower layer of an overlay
            if error.errno != errno.EXDEV:
                raise
            remove_tree(str(staging))
    folder.access.make_folder(str(staging))
    if retired.exists():
        for name in os.listdir(retired):
            os.rename(retired / name, staging / name)
        retired.rmdir()


def remove_tree(path: str) -> None:
    """Remove a folder with its contents, if it exists. Raises OSError."""
    with suppress(FileNotFoundError):
        shutil.rmtree(path)


def changed_meanwhile(output: str) -> NotOurs:
    """Return the NotOurs for a folder that somebody else changed during the build."""
    return NotOurs(f"somebody changed {printable(output)} while the site was built; build again")


# -- the exchange of two folders ------------------------------------------------------------------

_FROM_HERE = -100  # AT_FDCWD, <fcntl.h>
_EXCHANGE = 2  # RENAME_EXCHANGE, renameat2(2); RENAME_SWAP, renamex_np(2) of macOS
#: Number of renameat2(2), for a C library without it (glibc before 2.28, musl): <asm/unistd.h>
_SYSTEM_CALL = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347}
#: Errors of a system, file system or mount that does not support it; EPERM comes from a seccomp
#: filter that does not know the call.
_CANNOT = {"EXDEV", "EBUSY", "EINVAL", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EPERM"}
_libc = LIBC


def exchange(first: str, second: str) -> bool:
    """Exchange two folders in one step: renameat2(2) or renamex_np(2); return whether it was done.

    These are in Linux 3.15, macOS 10.12 and later versions. It is not done for a folder in a lower
    layer of an overlay (of an image, from an earlier step of its build), although it is one file
    system: the system renames such a folder only if `redirect_dir` is on. Raises DiskFault, with a
    remedy, if this system, file system or mount point cannot exchange folders; OSError for others.
    """
    number = _error_of_exchange(os.fsencode(first), os.fsencode(second))
    if number == errno.EXDEV and os.stat(first).st_dev == os.stat(second).st_dev:
        return False
    if errno.errorcode.get(number) in _CANNOT:
        raise _cannot_exchange(second, os.strerror(number))
    if number:
        raise OSError(number, os.strerror(number), second)
    return True


def _error_of_exchange(first: bytes, second: bytes) -> int:
    """Return 0, or the number of the error."""
    if hasattr(_libc, "renameat2"):
        failed = _libc.renameat2(_FROM_HERE, first, _FROM_HERE, second, _EXCHANGE)
    elif hasattr(_libc, "renamex_np"):
        failed = _libc.renamex_np(first, second, _EXCHANGE)
    elif sys.platform == "linux" and os.uname().machine in _SYSTEM_CALL:
        call = _SYSTEM_CALL[os.uname().machine]
        failed = _libc.syscall(call, _FROM_HERE, first, _FROM_HERE, second, _EXCHANGE)
    else:
        return errno.ENOSYS
    return ctypes.get_errno() if failed else 0


def _cannot_exchange(path: str, reason: str) -> DiskFault:
    return DiskFault(
        f"{printable(path)} cannot be switched as a whole here ({reason}); "
        "the published site is as it was. Use --in-place to replace it file by file"
    )


def require_exchangeable(output: Path, state: Path) -> None:
    """Raise DiskFault if an exchange would fail, or leave readers with the old folder.

    A mount refers to the folder itself, not to its name. So a web server whose container mounts
    `output` goes on serving the folder that was exchanged with the new one, which the next build
    empties. `state` is the state folder; it contains the tree that was published before. Containers
    are found through their processes: on the same Linux system, by root or the same user.
    """
    mounts = _mounts("self")
    if output.is_mount() or any(mount.point == str(output) for mount in mounts):
        raise _cannot_exchange(str(output), "it is a mount point")
    if not mounts:
        return
    around = [mount for mount in reversed(mounts) if output.is_relative_to(mount.point)]
    own = max(around, key=lambda mount: len(mount.point))
    own_folders = [Path(own.root) / folder.relative_to(own.point) for folder in (output, state)]
    for mount in (*mounts, *_mounts_of_others()):
        same_system = mount.device == own.device and mount.point != str(output)
        if same_system and any(Path(mount.root).is_relative_to(folder) for folder in own_folders):
            reason = (
                f"it is mounted at {printable(mount.point)}, where the old folder would stay; "
                "mount the folder around it instead"
            )
            raise _cannot_exchange(str(output), reason)


class _Mount(NamedTuple):
    """A mount: `root` is a folder of the file system `device`, mounted at `point`."""

    device: str
    root: str
    point: str


def _mounts_of_others() -> Iterator[_Mount]:
    """Yield the mounts of every other mount namespace that can be read."""
    seen = {os.readlink("/proc/self/ns/mnt")}
    for process in os.listdir("/proc"):
        with suppress(OSError):  # no process, one that ended, or another user's
            namespace = os.readlink(f"/proc/{process}/ns/mnt")
            if namespace not in seen:
                seen.add(namespace)
                yield from _mounts(process)


def _mounts(process: str) -> list[_Mount]:
    """Return a process's mounts, proc(5); none if they cannot be read, or on other systems."""
    with suppress(OSError):
        text = Path(f"/proc/{process}/mountinfo").read_text("utf-8", "surrogateescape")
        return [_Mount(*map(_unescaped, line.split()[2:5])) for line in text.splitlines()]
    return []


def _unescaped(word: str) -> str:
    """Decode the octal escapes of spaces and the like."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), word)
