"""Disk operations: list a tree, write a file, exchange two folders; and the messages of errors.

Paths are plain strings here: at 10,000 files, creating `Path` objects costs more than the disk.
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
#: Number of renameat2(2), for a C library without it (glibc before 2.28, musl): <asm/unistd.h>
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
    """A disk operation failed; the text has the file and the system's reason. Exit status 74."""


class FromBelow(Exception):
    """A folder is in a lower layer of an overlay (of an image, from an earlier step of its build).

    The file system renames such a folder only if `redirect_dir` is on; otherwise it raises EXDEV,
    although it is one file system.
    """


@contextmanager
def faults(after: str = "the published site is as it was") -> Iterator[None]:
    """Turn any OSError in the block into a DiskFault; `after` says in what state the site is."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        where = error.filename2 or error.filename
        place = f"{printable(os.fsdecode(where))}: " if where is not None else ""
        raise DiskFault(f"could not write the site: {place}{reason}; {after}") from error


def printable(path: str) -> str:
    """Return a path for a message, escaped if needed: file names may contain control characters."""
    return path if path.isprintable() else ascii(path)


@dataclass(frozen=True, slots=True)
class FolderListing:
    """What a folder contains, as relative POSIX paths. What is not a folder counts as a file."""

    files: set[str]
    folders: set[str]


def scan(root: str, before: Callable[[str], object] | None = None) -> FolderListing:
    """List everything under `root`, without following symlinks; an empty listing if it is missing.

    `before` is called with each folder (an empty path for the root) before it is listed, and may
    raise FileNotFoundError for a missing one.
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
    """Return the status of `path` if it is a regular file with this access and data; else None.

    The bytes are read, because size and mtime do not show everything: somebody may have edited the
    published file by hand. Reading 10,000 files takes a tenth of a second.
    """
    status = os.lstat(path)
    if status.st_size != len(data) or not access.fits(status):
        return None
    return status if read_file(path) == data else None


def same_files(path: str, other: str, access: Access) -> os.stat_result | None:
    """Return the status of `path` if it has this access and the bytes of `other`; else None.

    Both files are read block by block, as in `same_file`, but are never in memory as a whole.
    """
    status = os.lstat(path)
    if status.st_size != os.lstat(other).st_size or not access.fits(status):
        return None
    pairs = zip(in_blocks(path), in_blocks(other), strict=True)
    return status if all(one == each for one, each in pairs) else None


def in_blocks(path: str) -> Iterator[bytes]:
    """Yield the bytes of a file, at most 1 MiB at a time."""
    with open(path, "rb") as file:  # buffered: only the last block is short
        while block := file.read(BLOCK):
            yield block


def read_file(path: str) -> bytes:
    """Return all bytes of a file."""
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def write_file(
    path: str, data: bytes, mtime_ns: int | None = None, access: Access = EVERYONE
) -> None:
    """Create a file with these bytes. Raises OSError, FileExistsError if the path exists."""
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
    """A new file with the given access, whatever the umask; FileExistsError if the path exists.

    It never opens an existing file, which may be a hard link to a published one.
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
        """Append all of these bytes."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
        except OSError as error:
            error.filename = self.path  # os.write does not set it
            raise

    def close(self) -> None:
        """Close the file, whether it is complete or given up."""
        os.close(self.descriptor)


def flush_folder(path: str) -> None:
    """Flush the names in one folder to disk (fsync)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_system(path: str) -> None:
    """Flush all written data on the file system of `path` to disk: syncfs(2), else sync(2).

    One call for a whole tree. An fsync for each file takes minutes at 10,000 files; without any, a
    power cut can leave a published tree of empty files.
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
    """Exchange two folders in one step: renameat2(2) or renamex_np(2).

    These are in Linux 3.15, macOS 10.12 and later versions. Raises FromBelow for a folder in a
    lower layer of an overlay; DiskFault, with a remedy, if this system, file system or mount point
    cannot exchange folders; OSError for other errors.
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
    """Return 0, or the number of the error."""
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
    """Return the DiskFault for a folder that cannot be exchanged as a whole."""
    return DiskFault(
        f"{printable(path)} cannot be switched as a whole here ({reason}); "
        "the published site is as it was. Use --in-place to replace it file by file"
    )
