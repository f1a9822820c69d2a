"""Make `output/` hold exactly the files of the site, at once or not at all.

    with lock(output, project) as folder:
        report = publish(files, folder)

The state is in one hidden folder beside `output`, `.output-state` (readable by its owner only):

    lock        locked (flock) by the build that is running
    manifest    paths and SHA-256 hashes of the published files, in the format of `sha256sum`
    staging     the tree being built; between builds, the tree published before this one
    retired     the old staging folder, while its files are moved to a new one
    aside       temporary files of a running build: large outputs

`staging` has the files that were withdrawn last and may have embargoed ones: do not serve it.
Deleting `.output-state` together with `output` costs only time. After deleting it alone, the next
build refuses the folder, because nothing shows any more that it is ours. A file in `output` that
the manifest does not list is somebody else's: the build refuses rather than delete it.
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
