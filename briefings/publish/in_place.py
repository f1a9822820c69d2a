"""Replace a site file by file, where the folder cannot be exchanged as a whole.

Each file is replaced in one step, but the site is not. The order keeps links valid as far as
possible: first new files, then replaced ones, pages after the files that they use; files are
deleted last.
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
    """Copy the `changed` files from `staged`, and delete everything that is not in `names`.

    Bytes are written to a temporary file inside `output`, because the folder may be a mount point,
    and no file can be renamed into it from outside. Raises OSError; can be run again.
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
    """Remove a file, unless it went with its folder, or its path is a folder by now."""
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        os.unlink(path)
