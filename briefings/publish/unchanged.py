"""A published file that the next build does not change."""

from __future__ import annotations

import os
from dataclasses import dataclass

from briefings.publish.access import Access


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A published file that does not change: its hash, and its size, mtime and inode.

    If these three are the same, its bytes are those that an earlier build wrote, so a build need
    not read a file that it does not change.
    """

    path: str
    sha256: str
    size: int
    mtime_ns: int
    inode: int

    def is_there(self, status: os.stat_result, access: Access) -> bool:
        """Return whether this is the status of this same file, with the access it should have."""
        same = (status.st_size, status.st_mtime_ns, status.st_ino)
        return same == (self.size, self.mtime_ns, self.inode) and access.fits(status)
