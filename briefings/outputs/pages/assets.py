"""Static files, published under names that contain a hash so that they can be cached for ever.

Icons have the fixed names at the root of the site that browsers ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from briefings.content.files import of_file, read_file, walk
from briefings.content.images import is_picture, svg
from briefings.problems import ContentError, Problem
from briefings.urls import ICONS, STATIC, file_for


@dataclass(frozen=True, slots=True)
class Assets:
    """The files of `static/`, and of a theme's.

    `urls`: name (`style.css`) → published path (`/static/style.1a2b3c4d.css`). `files`: path below
    `output/` → source file.
    """

    urls: Mapping[str, str]
    files: Mapping[str, Path]


def read_assets(folders: Sequence[Path]) -> Assets:
    """Return every file of these folders and their subfolders, except dot-files and README.md.

    The first folder that has a file wins. Symbolic links and special files, which `checks` reports,
    are skipped.
    """
    urls: dict[str, str] = {}
    files: dict[str, Path] = {}
    for folder in folders:
        for inside, _, unfit in walk(folder):
            if unfit is None and inside not in urls and inside.rpartition("/")[2] != "README.md":
                name = hashed_name(inside, read_file(folder / inside, of_file(inside)))
                url = f"/{inside}" if f"/{inside}" in ICONS else STATIC + name
                urls[inside] = url
                files[file_for(url)] = folder / inside
    return Assets(urls, files)


def published(path: Path) -> bytes:
    """Return the bytes of a static or media file as published: a picture without its metadata.

    Raises ContentError for a picture that can't be published.
    """
    data = read_file(path, of_file(path.name))
    if path.suffix.lower() == ".svg":
        return svg.bare(data)
    if not is_picture(data):
        return data
    from briefings.content.images import raster  # here: Pillow takes a while to import

    try:
        return raster.bare(data)
    except raster.UnfitPicture as unfit:
        raise ContentError([Problem(str(path), 1, 1, *unfit.fault)]) from unfit


def hashed_name(name: str, raw: bytes) -> str:
    """Return `style.<first 8 hex digits of the SHA-256>.css` for `style.css`."""
    stem, dot, ending = name.rpartition(".")
    digest = sha256(raw).hexdigest()[:8]
    return f"{stem}.{digest}.{ending}" if dot and stem else f"{name}.{digest}"
