"""Input files: their places, size limits and names, and how they are listed and opened.

A link in a pull request (`content/.x -> /dev/zero`, or to `/`) must neither hang a build nor
publish a file from outside. So every input folder (content, templates, static, sources) is listed
by `walk`, and every file in one is opened by `opened`. A link, named pipe, socket or device is
reported as a fault and never opened. The folder given to a command (`--content`) may itself be a
link: whoever runs the command chose it.

No file is read beyond its limit. Every rule on a file takes at most 2 s for a file at its limit
(tests/content/test_limits.py).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from briefings.problems import ContentError, Problem

CONFIG = "site.yaml"
REGISTER = "register.csv"
#: What was recorded of the facts of public briefings.
FACTS = "facts.csv"
README = "README.md"
MEDIA = "media"
#: Folder of the content folder → (kind of file, extension).
FOLDERS = {
    "regulators": ("regulator", ".yaml"),
    "trusts": ("trust", ".md"),
    "topics": ("topic", ".md"),
    "requirements": ("requirement", ".yaml"),
    "briefings": ("briefing", ".md"),
    "pages": ("page", ".md"),
}
#: Kind of file → its folder.
FOLDER_OF = {kind: folder for folder, (kind, _) in FOLDERS.items()}

# Size limits in bytes of all files that a command reads.
KIB, MIB = 1024, 1024 * 1024

#: Front matter, and files that are YAML alone.
MAX_FRONT = 64 * KIB
#: The body, below the front matter.
MAX_BODY = 256 * KIB
#: A Markdown file: twice the sum, as every line may end in CRLF, plus the two lines `---`.
MAX_MARKDOWN = 2 * (MAX_FRONT + MAX_BODY) + 16
#: A README.md in the content folder, which is searched for names that must not be published.
MAX_README = MAX_FRONT + MAX_BODY
#: `register.csv` and `facts.csv`: at about 150 bytes for each page, room for 200,000 pages.
MAX_REGISTER = 32 * MIB
#: An image or document in `media/`, or a file in `static/`. Hosts accept no longer file.
MAX_MEDIA = 25 * MIB
#: Files in `media/` and `static/` that are read as text: `_TEXT`.
MAX_TEXT = 2 * MIB
#: The saved text of a source in `sources/`.
MAX_SOURCE = 4 * MIB
#: A record of a regulator's API.
MAX_RECORD = 8 * MIB
#: One template.
MAX_TEMPLATE = 256 * KIB
#: The list of trusts that `new trust --register` reads.
MAX_LIST = 16 * MIB
#: The largest of these limits, for any input file.
MAX_ANY = MAX_REGISTER
#: Depth of nested folders in an input folder.
MAX_FOLDERS = 20
_TEXT = (".svg", ".csv", ".txt", ".css", ".js")


def of_file(name: str) -> int:
    """Return the limit for a file in `media/` or `static/`, by its extension."""
    return MAX_TEXT if name.lower().endswith(_TEXT) else MAX_MEDIA


def too_long(limit: int) -> tuple[str, str]:
    """Return message and hint for a file over its limit."""
    size = f"{limit // MIB} MiB" if limit >= MIB else f"{limit // KIB} KiB"
    hint = "shorten it, or publish it in parts; save a picture with fewer pixels"
    return f"this file is too long; the limit is {size}", hint


#: Leftover files: a backup (Emacs, Vim, patch), an autosave (Emacs, Office), a swap file (Vim),
#: thumbnails and view settings (Windows, macOS).
_LEFTOVER = re.compile(
    r".+~|#.+#|~\$.+|.+\.(?:bak|orig|rej|sw[n-p]|tmp)|4913|(?:eh)?thumbs\.db|desktop\.ini|Icon\r",
    re.IGNORECASE,
)

#: Why an entry is refused: message and hint.
Unfit = tuple[str, str]
LINK: Unfit = ("a symbolic link is refused", "put the file itself here")
_DEEP: Unfit = (f"folders are nested more than {MAX_FOLDERS} deep", "use fewer levels")


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
    for entry in _entries(str(root), enter):
        name = entry.entry.name
        if entry.unfit or not (name.startswith(".") or is_leftover(name)):
            yield entry


def is_leftover(name: str) -> bool:
    """Return True for the name of a file left behind by an editor or a system; never published."""
    return _LEFTOVER.fullmatch(name) is not None


def leftovers(root: Path, limit: int = 100) -> Iterator[str]:
    """Yield paths of regular files that `walk` leaves out as leftovers, at most `limit`."""
    entries = _entries(str(root), lambda _: True)
    paths = (path for path, entry, unfit in entries if not unfit and is_leftover(entry.name))
    yield from islice(paths, limit)


def _entries(root: str, enter: Callable[[str], bool]) -> Iterator[Entry]:
    """Yield what `walk` does, and regular dot-files and leftovers."""
    waiting = _listed(root, "")
    while waiting:
        entry, path = waiting.pop()
        hidden = entry.name.startswith(".")
        if entry.is_symlink():
            if not entry.name.startswith(".#"):
                yield Entry(path, entry, LINK)
        elif not entry.is_dir(follow_symlinks=False):
            yield Entry(path, entry, _refusal(entry.stat(follow_symlinks=False).st_mode))
        elif not hidden and path.count("/") >= MAX_FOLDERS:
            yield Entry(path, entry, _DEEP)
        elif not hidden and enter(path):
            waiting += _listed(root, f"{path}/")
        elif not hidden:
            yield Entry(path, entry)


def _listed(root: str, prefix: str) -> list[tuple[os.DirEntry[str], str]]:
    """Return the entries of a folder with their paths, in descending order of name."""
    try:
        with os.scandir(f"{root}/{prefix}") as entries:
            ordered = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [(entry, prefix + entry.name) for entry in ordered]


def belongs(path: str) -> bool:
    """Return False for a folder that has no place in the content folder.

    `walk` then yields the folder itself, so that one fault is reported and not one for each file.
    """
    folder, _, inside = path.partition("/")
    if folder == MEDIA or (not inside and folder in FOLDERS):
        return True
    return folder == "briefings" and len(inside) == 4 and inside.isascii() and inside.isdigit()


_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def _refusal(mode: int) -> Unfit | None:
    """Return why a file of this type is refused; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return LINK
    return f"{_KINDS.get(stat.S_IFMT(mode), 'this')} is not a file", "remove it"


def unfit(path: str | Path) -> Unfit | None:
    """Return why an entry would be refused; None for a regular file. Raises FileNotFoundError."""
    return _refusal(os.lstat(path).st_mode)


def is_file(path: str | Path) -> bool:
    """Return True for a regular file; a link is not followed and not a file."""
    try:
        return unfit(path) is None
    except (FileNotFoundError, NotADirectoryError):
        return False


#: Windows has no O_NOFOLLOW, and no such links or named pipes in folders.
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def opened(path: str | Path, *, follow: bool = False) -> BinaryIO:
    """Open a regular file for reading, without blocking.

    `follow=True` allows a link, for a file that was given to a command by name. Raises ContentError
    for anything but a regular file; FileNotFoundError, OSError.
    """
    if not follow and (fault := unfit(path)) is not None:
        raise ContentError([Problem(str(path), 1, 1, *fault)])
    # If something else has replaced the file since that check, it is not followed, waited for or
    # read: no link is followed, opening does not block, and the type is checked again.
    descriptor = os.open(path, _FLAGS | (0 if follow else _NO_LINKS))
    try:
        if (fault := _refusal(os.fstat(descriptor).st_mode)) is not None:
            raise ContentError([Problem(str(path), 1, 1, *fault)])
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
        if fault is None and entry.stat(follow_symlinks=False).st_size > limit_of(path):
            fault = too_long(limit_of(path))
        if fault is not None:
            yield Problem(str(root / path), 1, 1, *fault)
