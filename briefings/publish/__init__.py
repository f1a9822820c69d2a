"""Make `output/` hold exactly the files of the site, at once or not at all.

    with lock(output, project) as folder:
        report = publish(files, folder)

Beside `output` stands one hidden folder, `.output-state` (readable by its owner only):

    lock        held (flock) by the build that is running
    manifest    the paths and SHA-256 hashes of what we published, as `sha256sum` writes them
    staging     the tree being built; between builds the tree published before this one
    aside       large files on their way into it, while a build runs

What was withdrawn last is still in `staging`, and what is embargoed may be: do not serve it.
Deleting `.output-state` together with `output` loses only time. Deleting it alone makes the next
build refuse the folder, because nothing tells any more that it is ours. A file in `output` that
the manifest does not list is somebody else's: the build refuses rather than lose it.
"""

from briefings.publish.access import Access
from briefings.publish.disk import DiskFault, in_blocks
from briefings.publish.folder import Folder, Locked, NotOurs, guard, lock, looked_at
from briefings.publish.publish import (
    File,
    HalfReplaced,
    Report,
    lay_out_next,
    publish,
    republish,
    verify,
)
from briefings.publish.spooled import Spooled, stream_to_temp
from briefings.publish.tree_state import YOUNG, Marks, TreeState, in_doubt
from briefings.publish.unchanged import Unchanged

__all__ = [
    "YOUNG",
    "Access",
    "DiskFault",
    "File",
    "Folder",
    "HalfReplaced",
    "Locked",
    "Marks",
    "NotOurs",
    "Report",
    "Spooled",
    "TreeState",
    "Unchanged",
    "guard",
    "in_blocks",
    "in_doubt",
    "lay_out_next",
    "lock",
    "looked_at",
    "publish",
    "republish",
    "stream_to_temp",
    "verify",
]
