"""The manifest: what we published, path by path, kept outside the published tree.

One line for each file, `<sha256>  <path>`, sorted by path: `sha256sum -c ../.output-state/manifest`
checks a site without us. No time, size or machine is in it.
"""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from pathlib import Path

from briefings.output.disk import flush_folder, read_file, write_file

Entries = frozenset[tuple[str, str]]
"""Pairs of path and hash. A path has two while a switch is under way: before and after."""

_HEAD = "# briefings manifest 1"
_WHOLE = re.compile(rf"{_HEAD}\n(?:[0-9a-f]{{64}}  .+\n)*")


def read(path: Path) -> Entries | None:
    """What the manifest lists; None where there is none, or it is not one of ours."""
    try:
        text = read_file(str(path)).decode()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if _WHOLE.fullmatch(text) is None:
        return None
    return frozenset((line[66:], line[:64]) for line in text.split("\n")[1:-1])


def seal(path: Path) -> bytes:
    """Stands for the manifest as it is. Raises OSError."""
    return blake2b(read_file(str(path)), digest_size=16).digest()


def write(path: Path, entries: Entries) -> None:
    """Replace the manifest in one step, on the disk before the step. Raises OSError."""
    lines = [_HEAD, *(f"{digest}  {name}" for name, digest in sorted(entries)), ""]
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_file(str(new), "\n".join(lines).encode())
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(path)
    flush_folder(str(path.parent))
