"""Find mounts of a folder in all readable mount namespaces: proc(5), mountinfo.

A bind mount refers to the folder itself, not to its name. So a web server whose container mounts
`output` goes on serving the folder that was exchanged with the new one, which the next build
empties. Containers are found through their processes: on the same Linux system, by root or the same
user.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """A mount: `root` is a folder of the file system `device`, mounted at `point`."""

    device: str
    root: str
    point: str


def is_mounted(folder: Path) -> bool:
    """Return whether a folder is a mount point, also of a bind mount of the same file system."""
    return folder.is_mount() or any(one.point == str(folder) for one in _mounts(_PROC / "self"))


def mounted_at(folder: Path, state: Path) -> str | None:
    """Return where the folder, one inside it, or one in `state` is mounted; None if nowhere.

    `state` is the state folder; it contains the tree that was published before.
    """
    here = _mounts(_PROC / "self")
    around = _around(here, folder)
    if around is None:
        return None
    homes = tuple(_inside(around, one) for one in (folder, state))
    for mount in _every(here):
        same = mount.device == around.device and mount.point != str(folder)
        if same and any(f"{mount.root}/".startswith(f"{home}/") for home in homes):
            return mount.point
    return None


def _around(mounts: list[Mount], folder: Path) -> Mount | None:
    """Return the mount that contains a folder: that with the longest path, of several the last."""
    found = [one for one in mounts if f"{folder}/".startswith(f"{one.point.rstrip('/')}/")]
    return max(reversed(found), key=lambda one: len(one.point), default=None)


def _inside(mount: Mount, folder: Path) -> str:
    """Return the path of a folder in the mounted file system."""
    path = str(folder)[len(mount.point.rstrip("/")) :]
    return mount.root.rstrip("/") + path


def _every(here: list[Mount]) -> Iterator[Mount]:
    """Yield the mounts of this process, and of every mount namespace that can be read."""
    yield from here
    seen = {_namespace(_PROC / "self")}
    with suppress(OSError):
        for process in os.listdir(_PROC):  # noqa: PTH208 - names are enough
            if not process.isdigit():
                continue
            namespace = _namespace(_PROC / process)
            if namespace is not None and namespace not in seen:
                seen.add(namespace)
                yield from _mounts(_PROC / process)


def _namespace(process: Path) -> str | None:
    with suppress(OSError):
        return os.readlink(f"{process}/ns/mnt")  # noqa: PTH115
    return None


def _mounts(process: Path) -> list[Mount]:
    """Return a process's mounts; none if they cannot be read, as on systems without /proc."""
    with suppress(OSError):
        lines = (process / "mountinfo").read_text("utf-8", "surrogateescape").splitlines()
        return [Mount(one[2], _plain(one[3]), _plain(one[4])) for one in map(str.split, lines)]
    return []


def _plain(path: str) -> str:
    """Decode the octal escapes of spaces and the like."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), path)
