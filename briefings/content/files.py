"""Input folders, listed and read without following a link or opening a special file.

A link in a pull request (`content/.x -> /dev/zero`, or to `/`) must neither hang a build nor lead
it to a file that is nobody's to publish. So every input folder (content, templates, static,
sources) is listed by `walk`, and every file in one is opened by `opened`: a link, a named pipe, a
socket or a device is a fault that names it, and is never opened. The folder that a command is given
(`--content`) may itself be a link: whoever runs the command chose it.
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

#: What editors and systems leave beside a file: a backup (Emacs, Vim, patch), an autosave (Emacs,
#: Office), a swap file (Vim), thumbnails and view settings (Windows, macOS).
_LEFTOVER = re.compile(
    r".+~|#.+#|~\$.+|.+\.(?:bak|orig|rej|sw[n-p]|tmp)|4913|(?:eh)?thumbs\.db|desktop\.ini|Icon\r",
    re.IGNORECASE,
)
#: Absent on Windows, which has neither such links nor named pipes in folders.
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
#: Folders of the content folder; files of any other are not looked at.
CONTENT_FOLDERS = ("regulators", "trusts", "topics", "requirements", "briefings", "pages", "media")

#: What is wrong with an entry, and what to do.
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
    """A file; or a folder that is not entered; or, with `unfit`, what is refused.

    `path` is relative to the folder that is walked, with `/` between its parts.
    """

    path: str
    entry: os.DirEntry[str]
    unfit: Unfit | None = None


def walk(root: str | Path, enter: Callable[[str], bool] = lambda _: True) -> Iterator[Entry]:
    """Every file below `root`, by name in each folder; nothing where there is no such folder.

    Regular dot-files and dot-folders are left out, and so are the locks of Emacs (`.#name`, links
    that lead nowhere) and other leftovers of editors (see `is_leftover`). A folder for which
    `enter` is False is yielded itself. Raises OSError.
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
    """True for a file that an editor or a system left beside another; none is ever published."""
    return _LEFTOVER.fullmatch(name) is not None


def leftovers(root: Path, limit: int = 100) -> Iterator[str]:
    """Paths of regular files that `walk` leaves out because of their names, dot-files aside."""
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
    """The entries of a folder with their paths, the last by name first."""
    try:
        entries = os.scandir(f"{root}/{prefix}")
    except (FileNotFoundError, NotADirectoryError):
        return []
    with entries:
        found = sorted(entries, key=lambda entry: entry.name, reverse=True)
    return [(entry, prefix + entry.name) for entry in found]


def belongs(path: str) -> bool:
    """False for a folder that has no place in the content folder: it is itself the mistake."""
    folder, _, inside = path.partition("/")
    if folder == "media" or (not inside and folder in CONTENT_FOLDERS):
        return True
    return folder == "briefings" and len(inside) == 4 and inside.isascii() and inside.isdigit()


def special(mode: int) -> Unfit:
    """Why a file that is neither regular nor a folder is refused."""
    kind = _KINDS.get(stat.S_IFMT(mode), "this")
    return f"{kind} is not a file", "remove it"


def unfit(path: str | Path) -> Unfit | None:
    """Why this one entry would be refused; None for a regular file. Raises FileNotFoundError."""
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode):
        return None
    return LINK if stat.S_ISLNK(mode) else special(mode)


def is_file(path: str | Path) -> bool:
    """True for a regular file; links are not followed."""
    try:
        return unfit(path) is None
    except (FileNotFoundError, NotADirectoryError):
        return False


def opened(path: str | Path, *, follow: bool = False) -> BinaryIO:
    """A regular file, open for reading. `follow` is for a file that a command was given by name.

    Raises ContentError for anything else, which is not waited for; FileNotFoundError, OSError.
    """
    checkpoint()
    if not follow and (fault := unfit(path)) is not None:
        raise ContentError([Problem(str(path), 1, 1, *fault)])
    # What took its place since then is not followed, waited for or read either.
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
    """The bytes of a regular file. Raises ContentError for one that is none or is too long."""
    with opened(path, follow=follow) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ContentError([Problem(str(path), 1, 1, *too_long(limit))])
    return data


def faults(root: Path, limit_of: Callable[[str], int]) -> Iterator[Problem]:
    """What in an input folder is refused, and which of its files are too long."""
    for path, entry, fault in walk(root):
        if fault is None:
            limit = limit_of(path)
            if entry.stat(follow_symlinks=False).st_size > limit:
                fault = too_long(limit)
        if fault is not None:
            yield Problem(str(root / path), 1, 1, *fault)
