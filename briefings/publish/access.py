"""Mode, owner and group of what is published: those of the output folder, whoever builds.

A folder that is `2750 root:www-data` stays so, and all in it can be read by the same people: nobody
more, as it may hold drafts, and nobody less, or the web server answers 403. A folder that is not
there yet is made 0755, with files 0644.
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
#: Access control lists of a folder, where the file system has them: acl(5). The second one passes
#: itself on to what is made inside.
_ACLS = ("system.posix_acl_access", "system.posix_acl_default")


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what with the folders and files of a site; None leaves what the system gives."""

    folder_mode: int = _FOLDER_MODE
    uid: int | None = None
    gid: int | None = None
    acls: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Access:
        """That of an output folder; of one that is not there, what it will be made with.

        Only root can give files away, so the owner is kept only by a build of root's. Raises
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
        """A parent with the setgid bit hands its group on, as mkdir(2) does."""
        with suppress(FileNotFoundError):
            status = parent.stat()
            if status.st_mode & stat.S_ISGID:
                return cls(_FOLDER_MODE | stat.S_ISGID, None, status.st_gid)
        return cls()

    @property
    def file_mode(self) -> int:
        """A file can be read by all who may enter the folder, and written by the group that may
        write there (which has to: Linux lets nobody else link to a file, `fs.protected_hardlinks`).
        """
        readable = (self.folder_mode & 0o011) << 2
        return 0o600 | readable | (self.folder_mode & stat.S_IWGRP)

    def fits(self, status: os.stat_result) -> bool:
        """Whether this is the status of a regular file as they are published."""
        return status.st_mode == stat.S_IFREG | self.file_mode and self._has_owner(status)

    def fits_folder(self, status: os.stat_result) -> bool:
        """The same for a folder."""
        return status.st_mode == stat.S_IFDIR | self.folder_mode and self._has_owner(status)

    def give(self, file: str | int) -> None:
        """Give it to a new file (its path or descriptor), whatever the umask. Raises OSError."""
        self._own(file)
        os.chmod(file, self.file_mode)

    def make_folder(self, path: str) -> None:
        """Make a folder that has it, whatever the umask. Raises OSError."""
        os.mkdir(path, 0o700)  # noqa: PTH102
        self.give_folder(path)

    def give_folder(self, path: str) -> None:
        """Give it to a folder that is there. Raises OSError."""
        self._own(path)
        os.chmod(path, self.folder_mode)
        for name, value in self.acls:
            os.setxattr(path, name, value)

    def _own(self, file: str | int) -> None:
        """Raises PermissionError that says how to mend it, where this user can't give the group."""
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


#: What a folder is made with where nothing says otherwise.
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
