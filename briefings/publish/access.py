"""Mode, owner and group of published files: those of the output folder, whoever builds.

A folder that is `2750 root:www-data` stays so, and the same people can read everything in it:
nobody else, as it may have drafts, and nobody fewer, or the web server answers 403. An output
folder that does not exist yet is created with mode 0755, its files with 0644.
"""
# ruff: noqa: PTH101, PTH102 - plain strings: `Path` objects cost more than the disk

from __future__ import annotations

import grp
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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
            return cls(mode, uid, status.st_gid, tuple(_acls(str(folder))))
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


def _acls(folder: str) -> list[tuple[str, bytes]]:
    acls = []
    if hasattr(os, "getxattr"):  # Linux
        for name in _ACLS:
            with suppress(OSError):  # it has none
                acls.append((name, os.getxattr(folder, name)))
    return acls
