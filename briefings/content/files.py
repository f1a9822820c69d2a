"""List and read input folders without following links or opening special files.

A link in a pull request (`content/.x -> /dev/zero`, or to `/`) must neither hang a build nor
publish a file from outside. So every input folder (content, templates, static, sources) is listed
by `walk`, and every file in one is opened by `opened`. A link, named pipe, socket or device is
reported as a fault and never opened. The folder given to a command (`--content`) may itself be a
link: whoever runs the command chose it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from briefings.cancellation import checkpoint
from briefings.content.limits import MAX_FOLDERS, too_long
from briefings.problems import ContentError, Problem

#: Leftover files: a backup (Emacs, Vim, patch), an autosave (Emacs, Office), a swap file (Vim),
#: thumbnails and view settings (Windows, macOS).
_LEFTOVER = re.compile(
    r".+~|#.+#|~\$.+|.+\.(?:bak|orig|rej|sw[n-p]|tmp)|4913|(?:eh)?thumbs\.db|desktop\.ini|Icon\r",
    re.IGNORECASE,
)
#: Windows has no O_NOFOLLOW, and no such links or named pipes in folders.
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
#: Folders of the content folder; any other is a fault and is not entered.
CONTENT_FOLDERS = ("regulators", "trusts", "topics", "requirements", "briefings", "pages", "media")

#: Why an entry is refused: message and hint.
Unfit = tuple[str, str]
LINK: Unfit = ("a symbolic link is refused", "put the file itself here")
_DEEP: Unfit = (f"folders are nested more than {MAX_FOLDERS} deep", "use fewer levels")
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Entry(NamedTuple):
    """A file; a folder that was not entered; or, if `unfit` is set, an entry that is refused.

    `path` is relative to the folder passed to `walk`, with `/` between its parts.
    """

    path: str
    entry: os.DirEntry[str]
    unfit: Unfit | None = None


def walk(root: str | Path, enter: Callable[[str], bool] = lambda _: True) -> Iterator[Entry]:
    """Yield every file below `root`, sorted by name in each folder.

    Yields nothing if `root` does not exist or is not a folder. Left out are dot-folders, regular
    dot-files, regular leftovers of editors (see `is_leftover`), and the lock files of Emacs
    (`.#name`, dangling links). A folder for which `enter` returns False is yielded instead of
    entered. Raises OSError.
    """
    waiting = _listed(str(root), "")
    while waiting:
        entry, path = waiting.pop()
        hidden = entry.name.startswith(".") or is_leftover(entry.name)
        if entry.is_symlink():
            if not entry.name.startswith(".#"):
                yield Entry(path, entry, LINK)
        elif entry.is_dir(follow_symlinks=False):
            if entry.name.startswith("."):
                continue
            if path.count("/") >= MAX_FOLDERS:
                yield Entry(path, entry, _DEEP)
            elif enter(path):
                waiting += _listed(str(root), f"{path}/")
            else:
                yield Entry(path, entry)
        elif not entry.is_file(follow_symlinks=False):
            yield Entry(path, entry, special(entry.stat(follow_symlinks=False).st_mode))
        elif not hidden:
            yield Entry(path, entry)


def is_leftover(name: str) -> bool:
    """Return True for the name of a file left behind by an editor or a system; never published."""
    return _LEFTOVER.fullmatch(name) is not None


def leftovers(root: Path, limit: int = 100) -> Iterator[str]:
    """Yield paths of regular files that `walk` leaves out as leftovers, at most `limit`.

    Dot-files that are not leftovers are not included.
    """
    waiting = [""]
    while waiting and limit:
        for entry, path in reversed(_listed(str(root), waiting.pop())):
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                if path.count("/") < MAX_FOLDERS:
                    waiting.append(f"{path}/")
            elif is_leftover(entry.name) and entry.is_file(follow_symlinks=False) and limit:
                limit -= 1
                yield path


def _listed(root: str, prefix: str) -> list[tuple[os.DirEntry[str], str]]:
    """Return the entries of a folder with their paths, in descending order of name."""
    try:
        entries = os.scandir(f"{root}/{prefix}")
    except (FileNotFoundError, NotADirectoryError):
        return []
    with entries:
        found = sorted(entries, key=lambda entry: entry.name, reverse=True)
    return [(entry, prefix + entry.name) for entry in found]


def belongs(path: str) -> bool:
    """Return False for a folder that has no place in the content folder.

    `walk` then yields the folder itself, so that one fault is reported and not one for each file.
    """
    folder, _, inside = path.partition("/")
    if folder == "media" or (not inside and folder in CONTENT_FOLDERS):
        return True
    return folder == "briefings" and len(inside) == 4 and inside.isascii() and inside.isdigit()


def special(mode: int) -> Unfit:
    """Return why a file that is neither regular nor a folder is refused."""
    kind = _KINDS.get(stat.S_IFMT(mode), "this")
    return f"{kind} is not a file", "remove it"


def unfit(path: str | Path) -> Unfit | None:
    """Return why this entry would be refused; None for a regular file.

    Raises FileNotFoundError.
    """
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode):
        return None
    return LINK if stat.S_ISLNK(mode) else special(mode)


def is_file(path: str | Path) -> bool:
    """Return True for a regular file; a link is not followed and not a file."""
    try:
        return unfit(path) is None
    except (FileNotFoundError, NotADirectoryError):
        return False


def opened(path: str | Path, *, follow: bool = False) -> BinaryIO:
    """Open a regular file for reading, without blocking.

    `follow=True` allows a link, for a file that was given to a command by name. Raises ContentError
    for anything but a regular file; FileNotFoundError, OSError.
    """
    checkpoint()
    if not follow and (fault := unfit(path)) is not None:
        raise ContentError([Problem(str(path), 1, 1, *fault)])
    # If something else has replaced the file since that check, it is not followed, waited for or
    # read: no link is followed, opening does not block, and the type is checked again.
    descriptor = os.open(path, _FLAGS | (0 if follow else _NO_LINKS))
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise ContentError([Problem(str(path), 1, 1, *special(mode))])
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_file(path: str | Path, limit: int, *, follow: bool = False) -> bytes:
    """Return the bytes of a regular file.

    Raises ContentError if it is not a regular file or is longer than `limit`; FileNotFoundError,
    OSError.
    """
    with opened(path, follow=follow) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ContentError([Problem(str(path), 1, 1, *too_long(limit))])
    return data


def faults(root: Path, limit_of: Callable[[str], int]) -> Iterator[Problem]:
    """Yield a problem for each entry of an input folder that is refused or too long."""
    for path, entry, fault in walk(root):
        if fault is None:
            limit = limit_of(path)
            if entry.stat(follow_symlinks=False).st_size > limit:
                fault = too_long(limit)
        if fault is not None:
            yield Problem(str(root / path), 1, 1, *fault)
