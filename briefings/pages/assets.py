"""Static files under names that change with their content, so that they can be cached for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from briefings.urls import STATIC, file_for


@dataclass(frozen=True, slots=True)
class Assets:
    """`urls` leads from a name (`style.css`) to its path (`/static/style.1a2b3c4d.css`);
    `files` from the file below `output/` to where it is now."""

    urls: Mapping[str, str]
    files: Mapping[str, Path]


def read_assets(folder: Path) -> Assets:
    """Every file of the static folder, subfolders included, dot-files and README.md left out."""
    urls: dict[str, str] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or path.name == "README.md" or not path.is_file():
            continue
        url = STATIC + hashed_name(inside.as_posix(), path.read_bytes())
        urls[inside.as_posix()] = url
        files[file_for(url)] = path
    return Assets(urls, files)


def hashed_name(name: str, raw: bytes) -> str:
    """`style.css` → `style.<first 8 hex digits of the SHA-256>.css`."""
    stem, dot, ending = name.rpartition(".")
    digest = sha256(raw).hexdigest()[:8]
    return f"{stem}.{digest}.{ending}" if dot and stem else f"{name}.{digest}"
