"""Exchange two folders in one step, where that is possible and readers would see it."""
# ruff: noqa: PTH115, PTH116, PTH208 - plain strings, as in `files`

from __future__ import annotations

import ctypes
import errno
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from briefings.publish.files import DiskFault, printable

_FROM_HERE = -100  # AT_FDCWD, <fcntl.h>
_EXCHANGE = 2  # RENAME_EXCHANGE, renameat2(2); RENAME_SWAP, renamex_np(2) of macOS
#: Number of renameat2(2), for a C library without it (glibc before 2.28, musl): <asm/unistd.h>
_SYSTEM_CALL = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347}
#: Errors of a system, file system or mount that does not support it; EPERM comes from a seccomp
#: filter that does not know the call.
_CANNOT = {"EXDEV", "EBUSY", "EINVAL", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EPERM"}
_libc = ctypes.CDLL(None, use_errno=True)


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
        elif not hasattr(_libc, "syncfs"):
            os.sync()
        elif _libc.syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
    finally:
        os.close(descriptor)


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
    ours = [Path(own.root) / folder.relative_to(own.point) for folder in (output, state)]
    for mount in (*mounts, *_mounts_of_others()):
        same_system = mount.device == own.device and mount.point != str(output)
        if same_system and any(Path(mount.root).is_relative_to(folder) for folder in ours):
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
