"""Mode, owner and group of published files: those of the output folder, whoever builds.

A folder that is `2750 root:www-data` stays so, and the same people can read everything in it:
nobody else, as it may have drafts, and nobody fewer, or the web server answers 403. An output
folder that does not exist yet is created with mode 0755, its files with 0644.
"""
# ruff: noqa: PTH101 - plain strings, for the reason given in `disk`

from __future__ import annotations

import grp
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_FOLDER_MODE = 0o755
#: Extended attributes with a folder's access control lists, on file systems that have them: acl(5).
#: New files and folders inside inherit the second one.
_ACLS = ("system.posix_acl_access", "system.posix_acl_default")


@dataclass(frozen=True, slots=True)
class Access:
    """Mode, owner, group and access control lists for the folders and files of a site.

    `uid`, `gid`: None leaves what the system sets. `acls`: extended attributes, name and value.
    """

    folder_mode: int = _FOLDER_MODE
    uid: int | None = None
    gid: int | None = None
    acls: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Access:
        """Return the access of an output folder, or that which a missing one will be created with.

        Only root can change the owner of a file, so the owner is kept only if root builds. Raises
        OSError.
        """
        try:
            status = folder.stat()
        except FileNotFoundError:
            return cls._new(folder.parent)
        uid = status.st_uid if os.geteuid() == 0 else None
        mode = stat.S_IMODE(status.st_mode) | stat.S_IRWXU
        return cls(mode, uid, status.st_gid, tuple(_acls(str(folder))))

    @classmethod
    def _new(cls, parent: Path) -> Access:
        """Return a new folder's access; a setgid parent passes on its group, as in mkdir(2)."""
        with suppress(FileNotFoundError):
            status = parent.stat()
            if status.st_mode & stat.S_ISGID:
                return cls(_FOLDER_MODE | stat.S_ISGID, None, status.st_gid)
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
        """Return whether this is the status of a regular file with this access."""
        return status.st_mode == stat.S_IFREG | self.file_mode and self._has_owner(status)

    def fits_folder(self, status: os.stat_result) -> bool:
        """Return whether this is the status of a folder with this access."""
        return status.st_mode == stat.S_IFDIR | self.folder_mode and self._has_owner(status)

    def give(self, file: str | int) -> None:
        """Set this access on a new file (path or descriptor) despite the umask. Raises OSError."""
        self._own(file)
        os.chmod(file, self.file_mode)

    def make_folder(self, path: str) -> None:
        """Create a folder with this access, whatever the umask. Raises OSError."""
        os.mkdir(path, 0o700)  # noqa: PTH102
        self.give_folder(path)

    def give_folder(self, path: str) -> None:
        """Set this access on an existing folder. Raises OSError."""
        self._own(path)
        os.chmod(path, self.folder_mode)
        for name, value in self.acls:
            os.setxattr(path, name, value)

    def _own(self, file: str | int) -> None:
        """Set owner and group. Raises PermissionError, with a remedy, if the user may not."""
        status = os.stat(file)  # noqa: PTH116
        if self._has_owner(status):
            return
        try:
            os.chown(
                file, -1 if self.uid is None else self.uid, -1 if self.gid is None else self.gid
            )
        except PermissionError as error:
            reason = (
                f"this user can't give files to the group {_group(self.gid)} of the output folder; "
                "build as a member of it, or give the folder a group of this user's"
            )
            raise PermissionError(error.errno, reason, file) from error

    def _has_owner(self, status: os.stat_result) -> bool:
        return self.uid in {None, status.st_uid} and self.gid in {None, status.st_gid}


#: The default for a new folder.
EVERYONE = Access()


def _acls(folder: str) -> list[tuple[str, bytes]]:
    found = []
    if hasattr(os, "getxattr"):  # Linux
        for name in _ACLS:
            with suppress(OSError):  # it has none
                found.append((name, os.getxattr(folder, name)))
    return found


def _group(gid: int | None) -> str:
    try:
        return grp.getgrgid(gid or 0).gr_name
    except KeyError:
        return str(gid)
