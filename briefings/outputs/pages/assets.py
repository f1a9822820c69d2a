"""Static files under names that change with their content, so that they can be cached for ever.

A stylesheet is published without its comments and without the space that only its editor needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from briefings.content.files import read_file, walk
from briefings.content.images import HINT, BrokenImage, bare, svg
from briefings.content.limits import of_file
from briefings.problems import ContentError, Problem
from briefings.urls import STATIC, file_for


@dataclass(frozen=True, slots=True)
class Assets:
    """`urls` leads from a name (`style.css`) to its path (`/static/style.1a2b3c4d.css`);
    `files` from the file below `output/` to where it is now."""

    urls: Mapping[str, str]
    files: Mapping[str, Path]


def read_assets(folder: Path) -> Assets:
    """Every file of the static folder, subfolders included, but dot-files and README.md.

    Links and special files, which `checks` refuses, are left out too.
    """
    urls: dict[str, str] = {}
    files: dict[str, Path] = {}
    for inside, _, unfit in walk(folder):
        if unfit is None and inside.rpartition("/")[2] != "README.md":
            url = STATIC + hashed_name(inside, published(folder / inside))
            urls[inside] = url
            files[file_for(url)] = folder / inside
    return Assets(urls, files)


def published(path: Path) -> bytes:
    """The bytes of a static or media file as it goes out; a picture without its metadata.

    Raises ContentError for a picture that can't be had without.
    """
    try:
        data = read_file(path, of_file(path.name))
        return svg.bare(data) if path.suffix.lower() == ".svg" else bare(data)
    except BrokenImage as broken:
        raise ContentError([Problem(str(path), 1, 1, str(broken), HINT)]) from broken


def hashed_name(name: str, raw: bytes) -> str:
    """`style.css` → `style.<first 8 hex digits of the SHA-256>.css`."""
    stem, dot, ending = name.rpartition(".")
    digest = sha256(raw).hexdigest()[:8]
    return f"{stem}.{digest}.{ending}" if dot and stem else f"{name}.{digest}"
