"""A published file that the next build leaves as it is."""

from __future__ import annotations

import os
from dataclasses import dataclass

from briefings.publish.access import Access


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A published file that stays as it is: its hash, and by what it is known again.

    Size, time of change and inode stand for bytes that were written by an earlier build, so that
    a build need not read what it does not change.
    """

    path: str
    sha256: str
    size: int
    mtime_ns: int
    inode: int

    def is_there(self, status: os.stat_result, access: Access) -> bool:
        """Whether that is the status of this very file, with the access that it should have."""
        same = (status.st_size, status.st_mtime_ns, status.st_ino)
        return same == (self.size, self.mtime_ns, self.inode) and access.fits(status)
