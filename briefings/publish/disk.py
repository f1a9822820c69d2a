"""The disk: reading a tree, writing a file, switching two folders; and what to say when it fails.

Paths are plain strings here: at 10,000 files, building `Path` objects costs more than the disk.
"""
# ruff: noqa: PTH123

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from briefings.publish.access import EVERYONE, Access

BLOCK = 1 << 20
_FROM_HERE = -100  # AT_FDCWD, <fcntl.h>
_EXCHANGE = 2  # RENAME_EXCHANGE, renameat2(2); RENAME_SWAP, renamex_np(2) of macOS
#: renameat2(2) where the C library has no function for it (glibc before 2.28, musl): <asm/unistd.h>
_SYSTEM_CALL = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347}
_CANNOT_EXCHANGE = {
    errno.EXDEV,
    errno.EBUSY,
    errno.EINVAL,
    errno.ENOSYS,
    errno.EOPNOTSUPP,
    errno.ENOTSUP,
    errno.EPERM,  # a seccomp filter that does not know the call
}
_libc = ctypes.CDLL(None, use_errno=True)


class DiskFault(Exception):
    """The disk failed us; the text names the file and the system's reason. Exit status 74."""


class FromBelow(Exception):
    """A folder of a lower layer of an overlay (an image's, of an earlier step of its build), which
    the file system renames only where `redirect_dir` is on: EXDEV, though it is one file system."""


@contextmanager
def faults(after: str = "the published site is as it was") -> Iterator[None]:
    """Turn any OSError inside into a DiskFault; `after` says how things stand now."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        where = error.filename2 or error.filename
        place = f"{printable(os.fsdecode(where))}: " if where is not None else ""
        raise DiskFault(f"could not write the site: {place}{reason}; {after}") from error


def printable(path: str) -> str:
    """A path for a message: file names may hold anything, a terminal should not get it."""
    return path if path.isprintable() else ascii(path)


@dataclass(frozen=True, slots=True)
class FolderListing:
    """What a folder holds, as relative POSIX paths. Anything that is no folder is a file."""

    files: set[str]
    folders: set[str]


def scan(root: str, before: Callable[[str], object] | None = None) -> FolderListing:
    """Everything under `root`, following no symlink; an empty tree if there is no such folder.

    `before` is called with each folder that is there ("" for the root), before it is listed.
    """
    tree = FolderListing(set(), set())
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            if before is not None:
                before(prefix.rstrip("/"))
            entries = os.scandir(f"{root}/{prefix}")
        except FileNotFoundError:
            continue
        with entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    tree.folders.add(path)
                    waiting.append(f"{path}/")
                else:
                    tree.files.add(path)
    return tree


def same_file(path: str, data: bytes, access: Access) -> os.stat_result | None:
    """The status of `path` if it is a regular file with this access and these bytes, else None.

    We read the bytes instead of trusting a size and a time: somebody may have edited the
    published file by hand, and reading 10,000 files takes a tenth of a second.
    """
    status = os.lstat(path)
    if status.st_size != len(data) or not access.fits(status):
        return None
    return status if read_file(path) == data else None


def same_files(path: str, other: str, access: Access) -> os.stat_result | None:
    """The same for the bytes of another file, neither of which is held whole."""
    status = os.lstat(path)
    if status.st_size != os.lstat(other).st_size or not access.fits(status):
        return None
    pairs = zip(in_blocks(path), in_blocks(other), strict=True)
    return status if all(one == each for one, each in pairs) else None


def in_blocks(path: str) -> Iterator[bytes]:
    """The bytes of a plain file, no more than a mebibyte at once."""
    with open(path, "rb") as file:  # buffered: no block is short but the last one
        while block := file.read(BLOCK):
            yield block


def read_file(path: str) -> bytes:
    """All bytes of a plain file."""
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def write_file(
    path: str, data: bytes, mtime_ns: int | None = None, access: Access = EVERYONE
) -> None:
    """Make a new file of these bytes."""
    file = NewFile(path, access)
    try:
        file.write(data)
        if mtime_ns is not None:
            os.utime(file.descriptor, ns=(mtime_ns, mtime_ns))
    except OSError as error:
        error.filename = path
        raise
    finally:
        file.close()


class NewFile:
    """A new file with the given access whatever the umask; FileExistsError if there is one.

    A new one, always: what stands under an old name may be a hard link to a published file.
    """

    def __init__(self, path: str, access: Access = EVERYONE) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        self.path = path
        self.descriptor = os.open(path, flags, 0o600)
        try:
            access.give(self.descriptor)
        except OSError:
            self.close()
            raise

    def write(self, data: bytes) -> None:
        """Write all of these bytes behind what was written."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
        except OSError as error:
            error.filename = self.path  # os.write does not know it
            raise

    def close(self) -> None:
        """Once it is whole, or nothing will come of it."""
        os.close(self.descriptor)


def flush_folder(path: str) -> None:
    """Bring the names in one folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_system(path: str) -> None:
    """Bring everything written to the file system of `path` to the disk: syncfs(2), else sync(2).

    One call for a whole tree. An fsync for each file is minutes at 10,000 files; none at all can
    leave a switched tree with empty files after a power cut.
    """
    syncfs = getattr(_libc, "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), path)
    finally:
        os.close(descriptor)


def exchange(one: str, other: str) -> None:
    """Let two folders change places in one step: renameat2(2) of Linux 3.15, renamex_np(2) of
    macOS 10.12, and later.

    Raises FromBelow for a folder of a lower layer of an overlay; DiskFault with the way out where
    this system, file system or mount point cannot.
    """
    number = _exchanged(os.fsencode(one), os.fsencode(other))
    if number == 0:
        return
    if number == errno.EXDEV and os.stat(one).st_dev == os.stat(other).st_dev:  # noqa: PTH116
        raise FromBelow
    if number in _CANNOT_EXCHANGE:
        raise no_exchange(other, os.strerror(number))
    raise OSError(number, os.strerror(number), other)


def _exchanged(one: bytes, other: bytes) -> int:
    """0, or the number of the error."""
    if hasattr(_libc, "renameat2"):
        failed = _libc.renameat2(_FROM_HERE, one, _FROM_HERE, other, _EXCHANGE)
    elif hasattr(_libc, "renamex_np"):
        failed = _libc.renamex_np(one, other, _EXCHANGE)
    elif sys.platform == "linux" and os.uname().machine in _SYSTEM_CALL:
        call = _SYSTEM_CALL[os.uname().machine]
        failed = _libc.syscall(call, _FROM_HERE, one, _FROM_HERE, other, _EXCHANGE)
    else:
        return errno.ENOSYS
    return ctypes.get_errno() if failed else 0


def no_exchange(path: str, reason: str) -> DiskFault:
    """The fault of a folder that cannot be switched as a whole."""
    return DiskFault(
        f"{printable(path)} cannot be switched as a whole here ({reason}); "
        "the published site is as it was. Use --in-place to replace it file by file"
    )
