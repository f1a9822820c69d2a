"""The files of the content folder: what may be where, and the kind and id that a path gives.

Nothing here reads a file but for its bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from briefings import urls
from briefings.content import files
from briefings.content.files import FOLDERS
from briefings.content.schema.types import id_fault, id_hint
from briefings.content.similarity import suggestion
from briefings.problems import Problem, printable


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that gives a record: its kind and id, and its path relative to the content folder."""

    kind: str
    id: str
    path: str


#: What other programs call the folder of images and files.
_MEDIA_ELSEWHERE = frozenset({"images", "img", "assets", "static", "files", "uploads", "public"})


def shown(root: Path, path: str) -> str:
    """Return a content path as problems print it: as the editor would type it, on one line."""
    return printable(str(root / path))


def about(root: Path, path: str, message: str, hint: str) -> Problem:
    """Return a problem with a file as a whole: at line 1, column 1."""
    return Problem(shown(root, path), 1, 1, message, hint)


def file_at(root: Path, path: str) -> ContentFile | Problem:
    """Return the kind and id of a file by its path, or the problem if no record may be there.

    `root` only serves to show the path.
    """
    parts = path.split("/")
    kind, ending = FOLDERS.get(parts[0], ("", ""))
    depth = 3 if kind == "briefing" else 2
    if not kind or len(parts) != depth or not path.endswith(ending):
        return foreign(root, path)
    id = parts[-1].removesuffix(ending)
    fault = name_fault(kind, id)
    return about(root, path, *fault) if fault else ContentFile(kind, id, path)


def foreign(root: Path, path: str) -> Problem:
    """Return the problem of a file or folder in a place where it does not belong."""
    folder, _, inside = path.partition("/")
    if not inside or folder not in FOLDERS:
        single = (files.CONFIG, files.REGISTER, files.FACTS)
        listed = ", ".join([*single, *(f"{name}/" for name in FOLDERS), f"{files.MEDIA}/"])
        names = [*FOLDERS, files.MEDIA, *single]
        meant = files.MEDIA if folder.lower() in _MEDIA_ELSEWHERE else path
        hint = suggestion(meant, names, f"what may stand here: {listed}")
        return about(root, path, "this does not belong in the content folder", hint)
    kind, ending = FOLDERS[folder]
    where = f"{folder}/2026/" if kind == "briefing" else f"{folder}/"
    hint = f"a {kind} is a file {where}<id>{ending}"
    return about(root, path, "this does not belong in this folder", hint)


def name_fault(kind: str, id: str) -> tuple[str, str] | None:
    """Return message and hint if a file of this kind must not have this id, else None."""
    fault = id_fault(id)
    if fault is not None:
        return f"file name: {fault}", id_hint(id)
    if kind == "page" and id in urls.RESERVED_PAGE_IDS:
        return f"file name: `{id}` is a part of the site already", "name the file otherwise"
    if refused := urls.name_fault(id):
        return f"file name: {refused}", f"name the file {urls.better_name(id)}"
    return None


def raw_of(root: Path, path: str) -> bytes:
    """Return the bytes of a file in the content folder, at most one more than its limit.

    The extra byte is enough for a parser to report that the file is too long.
    """
    with files.opened(root / path) as file:
        return file.read(_limit(path) + 1)


def text_paths(root: Path) -> Iterator[str]:
    """Yield the paths of the text files in the content folder, for rules on raw text."""
    for path in _readable(root, []):
        if path.endswith((".md", ".yaml")) or path.lower().endswith((".csv", ".svg", ".txt")):
            yield path


def text_of(data: bytes) -> str:
    """Decode a text file as a browser does: UTF-8, or UTF-16 with a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


class Listing(NamedTuple):
    """The files of the content folder, and the problems with the names and places of others.

    `files`: those that give a record. `media`: paths below `content/media/`.
    """

    files: list[ContentFile]
    media: list[str]
    problems: list[Problem]


def list_files(root: Path) -> Listing:
    """List the content folder; of two files with one id the first counts."""
    problems: list[Problem] = []
    listing = listing_of(root, _readable(root, problems))
    return listing._replace(problems=problems + listing.problems)


def listing_of(root: Path, paths: Iterable[str]) -> Listing:
    """Return the files at these paths, as `list_files` does."""
    listing = Listing([], [], [])
    first: dict[tuple[str, str], str] = {}
    for path in paths:
        folder, _, inside = path.partition("/")
        if path in {files.CONFIG, files.REGISTER, files.FACTS} or _is_readme(path):
            continue
        if folder == files.MEDIA and inside:
            listing.media.append(inside)
            continue
        file = file_at(root, path)
        if isinstance(file, Problem):
            listing.problems.append(file)
        elif first.setdefault((file.kind, file.id), path) == path:
            listing.files.append(file)
        else:
            message = taken(file.id, first[file.kind, file.id])
            hint = "an id is used once and never again: rename one of the two files"
            listing.problems.append(about(root, path, message, hint))
    return listing


def taken(id: str, by: str) -> str:
    """Return the message for an id that another file already has."""
    return f"the id `{id}` is taken by {by}"


def _readable(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Yield the paths of all readable files below `root`, in order; others are problems."""
    for path, entry, unfit in files.walk(root, files.belongs):
        if unfit is not None:
            problems.append(about(root, path, *unfit))
        elif not path.isprintable():
            hint = "use letters and digits with single hyphens between"
            problems.append(about(root, path, "this name can't be part of an address", hint))
        elif entry.is_dir(follow_symlinks=False):
            problems.append(foreign(root, path))
        elif _limit(path) != files.MAX_MARKDOWN and entry.stat().st_size > _limit(path):
            problems.append(about(root, path, *files.too_long(_limit(path))))
        else:
            yield path


def _limit(path: str) -> int:
    """Return the size limit of a file in bytes; that of a record is checked by its parser."""
    if path.startswith(f"{files.MEDIA}/"):
        return files.of_file(path)
    if path in {files.REGISTER, files.FACTS}:
        return files.MAX_REGISTER
    return files.MAX_README if _is_readme(path) else files.MAX_MARKDOWN


def _is_readme(path: str) -> bool:
    return path.rpartition("/")[2] == files.README
