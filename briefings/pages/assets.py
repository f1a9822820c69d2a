"""Static files under names that change with their content, so that they can be cached for ever.

A stylesheet is published without its comments and without the space that only its editor needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from briefings.pictures import HINT, Broken, bare
from briefings.problems import ContentError, Problem
from briefings.urls import STATIC, file_for


@dataclass(frozen=True, slots=True)
class Assets:
    """`urls` leads from a name (`style.css`) to its path (`/static/style.1a2b3c4d.css`);
    `files` from the file below `output/` to where it is now."""

    urls: Mapping[str, str]
    files: Mapping[str, Path]


def read_assets(folder: Path) -> Assets:
    """Every file of the static folder, subfolders included; dot-files, links and README.md
    are left out."""
    urls: dict[str, str] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        # A link may lead out of the folder, to what is nobody's to publish.
        linked = any((folder / part).is_symlink() for part in (inside, *inside.parents[:-1]))
        if hidden or linked or path.name == "README.md" or not path.is_file():
            continue
        url = STATIC + hashed_name(inside.as_posix(), published(path))
        urls[inside.as_posix()] = url
        files[file_for(url)] = path
    return Assets(urls, files)


def published(path: Path) -> bytes:
    """The bytes of a static or media file as it goes out; a picture without its metadata.

    Raises ContentError for a picture that can't be had without.
    """
    try:
        return bare(path.read_bytes())
    except Broken as broken:
        raise ContentError([Problem(str(path), 1, 1, str(broken), HINT)]) from broken


def hashed_name(name: str, raw: bytes) -> str:
    """`style.css` → `style.<first 8 hex digits of the SHA-256>.css`."""
    stem, dot, ending = name.rpartition(".")
    digest = sha256(raw).hexdigest()[:8]
    return f"{stem}.{digest}.{ending}" if dot and stem else f"{name}.{digest}"
