"""Replacing a site file by file, where the folder cannot be switched as a whole.

Each file changes in one step, but the site does not. The order keeps links whole as far as it
can: what is new comes first, then what is replaced, pages after what they use; what goes, goes
last.
"""
# ruff: noqa: PTH105, PTH106, PTH108, PTH110 - plain strings, for the reason given in `disk`

from __future__ import annotations

import os
import shutil
from contextlib import suppress

from briefings.publish.access import Access
from briefings.publish.disk import FolderListing, read_file, write_file
from briefings.publish.paths import INCOMING, Names


def replace_in_place(
    output: str, staged: str, live: FolderListing, names: Names, changed: set[str], access: Access
) -> None:
    """Bring the `changed` files over from `staged`, and remove all that has no place in `names`.

    Bytes go through one file inside `output`, because the folder may be a mount point and no
    file can be renamed into it from beside it. Raises OSError; may be run again.
    """
    _remove(f"{output}/{INCOMING}")
    if not os.path.exists(output):
        access.make_folder(output)
    for path in sorted(live.files & names.folders):
        _remove(f"{output}/{path}")
    for path in sorted(names.folders):
        _have_folder(f"{output}/{path}", path in live.folders, access)
    for path in sorted(changed, key=lambda path: (path in live.files, _is_page(path), path)):
        if path in live.folders:
            shutil.rmtree(f"{output}/{path}")
        write_file(f"{output}/{INCOMING}", read_file(f"{staged}/{path}"), access=access)
        os.replace(f"{output}/{INCOMING}", f"{output}/{path}")
    for path in live.files - names.files:
        _remove(f"{output}/{path}")
    for path in sorted(live.folders - names.folders - names.files, reverse=True):
        if os.path.lexists(f"{output}/{path}"):
            os.rmdir(f"{output}/{path}")


def _have_folder(path: str, is_there: bool, access: Access) -> None:
    if not is_there:
        access.make_folder(path)
    elif not access.fits_folder(os.lstat(path)):
        access.give_folder(path)


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _remove(path: str) -> None:
    """Remove a file, unless it went with its folder, or a folder now has its name."""
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        os.unlink(path)
