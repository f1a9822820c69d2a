"""The files of a site: how they are passed to `publish`, which paths they may have, disk errors.

Paths are plain strings in this package: at 10,000 files, creating `Path` objects costs more than
the disk.
"""
# ruff: noqa: PTH101, PTH102, PTH123

from __future__ import annotations

import ctypes
import grp
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest, sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

# Mode, owner and group of published files: those of the output folder, whoever builds.
#
# A folder that is `2750 root:www-data` stays so, and the same people can read everything in it:
# nobody else, as it may have drafts, and nobody fewer, or the web server answers 403. An output
# folder that does not exist yet is created with mode 0755, its files with 0644.

#: Extended attributes with a folder's access control lists, on file systems that have them: acl(5).
#: New files and folders inside inherit the second one.
_ACLS = ("system.posix_acl_access", "system.posix_acl_default")


@dataclass(frozen=True, slots=True)
class Access:
    """Mode, owner, group and access control lists for the folders and files of a site.

    `uid`, `gid`: -1 leaves what the system sets. `acls`: extended attributes, name and value.
    """

    folder_mode: int = 0o755
    uid: int = -1
    gid: int = -1
    acls: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Access:
        """Return the access of an output folder, or that which a missing one will be created with.

        Only root can change the owner of a file, so the owner is kept only if root builds. A setgid
        parent passes its group on to a new folder, as in mkdir(2). Raises OSError.
        """
        with suppress(FileNotFoundError):
            status = folder.stat()
            mode = stat.S_IMODE(status.st_mode) | stat.S_IRWXU
            uid = status.st_uid if os.geteuid() == 0 else -1
            acls = []
            for name in _ACLS if hasattr(os, "getxattr") else ():  # Linux
                with suppress(OSError):  # it has none
                    acls.append((name, os.getxattr(folder, name)))
            return cls(mode, uid, status.st_gid, tuple(acls))
        with suppress(FileNotFoundError):
            status = folder.parent.stat()
            if status.st_mode & stat.S_ISGID:
                return cls(0o755 | stat.S_ISGID, gid=status.st_gid)
        return cls()

    @property
    def file_mode(self) -> int:
        """The mode of files: everyone who may enter the folder may read them.

        The group may write them if it may write to the folder. It has to: Linux lets a user link to
        a file of somebody else only with write access (`fs.protected_hardlinks`).
        """
        readable = (self.folder_mode & 0o011) << 2
        return 0o600 | readable | (self.folder_mode & stat.S_IWGRP)

    def fits(self, status: os.stat_result) -> bool:
        """Return whether this is the status of a regular file or a folder with this access."""
        if stat.S_ISDIR(status.st_mode):
            is_same = status.st_mode == stat.S_IFDIR | self.folder_mode
        else:
            is_same = status.st_mode == stat.S_IFREG | self.file_mode
        return is_same and self._has_owner(status)

    def _has_owner(self, status: os.stat_result) -> bool:
        return self.uid in {-1, status.st_uid} and self.gid in {-1, status.st_gid}

    def make_folder(self, path: str) -> None:
        """Create a folder with this access. Raises OSError."""
        os.mkdir(path, 0o700)
        self.give(path)

    def give(self, path: str) -> None:
        """Set this access on a file or folder, whatever the umask was.

        Raises OSError; with a remedy, if the user may not give it to the group.
        """
        status = os.lstat(path)
        if self.fits(status) and not self.acls:
            return
        if not self._has_owner(status):
            try:
                os.chown(path, self.uid, self.gid)
            except PermissionError as error:
                group: str | int = self.gid
                with suppress(KeyError):
                    group = grp.getgrgid(self.gid).gr_name
                reason = (
                    f"this user can't give files to the group {group} of the output folder; "
                    "build as a member of it, or give the folder a group of this user's"
                )
                raise PermissionError(error.errno, reason, path) from error
        if not stat.S_ISDIR(status.st_mode):
            os.chmod(path, self.file_mode)
            return
        os.chmod(path, self.folder_mode)
        for name, value in self.acls:
            os.setxattr(path, name, value)


LIBC = ctypes.CDLL(None, use_errno=True)  # the library of C
BLOCK = 1 << 20
LONGEST_NAME = 255  # bytes of one part of a path, on every file system we know
INCOMING = ".briefings-incoming"  # the temporary file of `--in-place`, inside the output folder

#: SHA-256 of a published file, its size in bytes, its mtime in nanoseconds, its inode.
FileMark = tuple[str, int, int, int]


class Unchanged(NamedTuple):
    """A published file that stays as it is: its path and the parts of its `FileMark`.

    If size, mtime and inode are the same, so are its bytes. So a build need not read a file that it
    does not change.
    """

    path: str
    sha256: str
    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: str, digest: str, status: os.stat_result) -> Unchanged:
        return cls(path, digest, status.st_size, status.st_mtime_ns, status.st_ino)

    def fits(self, status: os.stat_result, access: Access) -> bool:
        """Return whether this is the status of this same file, with the access it should have."""
        is_same = (status.st_size, status.st_mtime_ns, status.st_ino) == self[2:]
        return is_same and access.fits(status)


class Spooled(NamedTuple):
    """A file of the next site whose bytes are in the temporary file `place`; `size` in bytes."""

    path: str
    sha256: str
    size: int
    place: str


#: A file of the next site: its path and bytes; where its bytes are; or that it does not change.
File = tuple[str, bytes] | Spooled | Unchanged


class DiskFault(Exception):
    """A disk operation failed; the text has the file and the system's reason. Exit status 74."""


class NotOurs(Exception):
    """The output folder has files that we did not make, or must not be used. Exit status 2."""


@contextmanager
def faults(
    after: str = "the published site is as it was", path: str | None = None
) -> Iterator[None]:
    """Turn any OSError in the block into a DiskFault.

    `after` says in what state the site is; `path` is used for an error without one.
    """
    try:
        yield
    except OSError as error:
        where = error.filename2 or error.filename or path
        place = f"{printable(os.fsdecode(where))}: " if where is not None else ""
        reason = error.strerror or str(error)
        raise DiskFault(f"could not write the site: {place}{reason}; {after}") from error


def printable(path: str | Path) -> str:
    """Return a path for a message, escaped if needed: file names may contain control characters."""
    return str(path) if str(path).isprintable() else ascii(str(path))


_numbers = count()


def stream_to_temp(
    folder: Path,
    path: str,
    parts: Iterable[bytes],
    on_part: Callable[[bytes], object] | None = None,
) -> Spooled:
    """Write a file of the next site to a temporary file in `folder`, part by part.

    So the process that makes a large file has only one part of it in memory, and sends none to
    another process. `on_part` is called with each part. Raises DiskFault for an error of the disk.
    """
    place = f"{folder}/{os.getpid()}-{next(_numbers)}"
    hasher, size = sha256(), 0
    with faults(path=path), open(place, "xb", opener=partial(os.open, mode=0o600)) as file:
        for part in parts:
            hasher.update(part)
            size += len(part)
            if on_part is not None:
                on_part(part)
            file.write(part)
    return Spooled(path, hasher.hexdigest(), size, place)


def in_blocks(path: str) -> Iterator[bytes]:
    """Yield the bytes of a file, at most 1 MiB at a time."""
    with open(path, "rb") as file:  # buffered: only the last block is short
        while block := file.read(BLOCK):
            yield block


def flush(path: str, *, whole_system: bool = False) -> None:
    """Flush the bytes of a file, or the names in a folder, to disk: fsync(2).

    `whole_system`: all that was written on its file system, by syncfs(2), else sync(2). That is one
    call for a whole tree. An fsync for each file takes minutes at 10,000 files; without any, a
    power cut can leave a published tree of empty files.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if not whole_system:
            os.fsync(descriptor)
        elif not hasattr(LIBC, "syncfs"):
            os.sync()
        elif LIBC.syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
    finally:
        os.close(descriptor)


def hash_of(path: str) -> str:
    """Return the SHA-256 of a file's bytes."""
    with open(path, "rb", buffering=0) as file:
        return file_digest(file, "sha256").hexdigest()


def folders_of(paths: Sequence[str]) -> set[str]:
    """Return the folders of a site with these files; "" is its root.

    Raises ValueError for a path that leaves the site or is not printable, a file where a folder is
    needed, and two paths that differ only in case or Unicode form: one file on macOS and Windows,
    two on Linux.
    """
    folders = {""}
    for path in paths:
        _require_valid(path)
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    for path in folders.intersection(paths):
        raise ValueError(f"{path!r} is an output, and also the folder of another")
    spelling: dict[str, str] = {}
    for path in (*paths, *sorted(folders)):
        folded = normalize("NFC", normalize("NFC", path).casefold())
        first = spelling.setdefault(folded, path)
        if first != path:
            raise ValueError(f"{first!r} and {path!r} differ only in case or Unicode form")
    return folders


def _require_valid(path: str) -> None:
    """Raise ValueError unless `path` is relative, normalised, printable and not too long."""
    parts = path.split("/")
    if "" in parts:
        raise ValueError(f"an output's path is relative, without an empty part: {path!r}")
    if "." in parts or ".." in parts:
        raise ValueError(f"an output's path has no '.' or '..' in it: {path!r}")
    if "\\" in path or not path.isprintable():
        raise ValueError(f"an output's path has no backslash or control character: {path!r}")
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise ValueError(f"a name in an output's path is over {LONGEST_NAME} bytes: {path!r}")
    if path == INCOMING:
        raise ValueError(f"the path {path!r} is kept for --in-place")
