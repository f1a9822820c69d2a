"""Make `output/` hold exactly the files of the site, at once or not at all.

    with lock(output, project) as folder:
        report = publish(files, folder)

A build that knows how the last one left the folder need not list it:

    with lock(output, project, look=False) as folder:
        folder = begin_look(folder, marks, trees)()  # `marks`: path → FileMark
        report = publish(files, folder)              # some of `files` may be `Unchanged`
        # store report.files and report.trees

The state is in one hidden folder beside `output`, `.output-state` (readable by its owner only):

    lock        locked (flock) by the build that is running
    manifest    paths and SHA-256 hashes of the published files, in the format of `sha256sum`
    staging     the tree being made; between builds, the tree published before this one
    retired     the old staging folder, while its files are moved to a new one
    spool       temporary files of a running build: new files of the next site

`staging` has the files that were withdrawn last and may have embargoed ones: do not serve it.
Deleting `.output-state` together with `output` costs only time. After deleting it alone, the next
build refuses the folder, because nothing shows any more that it is ours. A file in `output` that
the manifest does not list is somebody else's: the build refuses rather than delete it.
"""

from briefings.publish.files import (
    DiskFault,
    File,
    FileMark,
    NotOurs,
    Spooled,
    Unchanged,
    in_blocks,
    stream_to_temp,
)
from briefings.publish.folder import YOUNG, Folder, Locked, TreeState, begin_look, lock
from briefings.publish.publish import HalfReplaced, Report, publish

__all__ = [
    "YOUNG",
    "DiskFault",
    "File",
    "FileMark",
    "Folder",
    "HalfReplaced",
    "Locked",
    "NotOurs",
    "Report",
    "Spooled",
    "TreeState",
    "Unchanged",
    "begin_look",
    "in_blocks",
    "lock",
    "publish",
    "stream_to_temp",
]
