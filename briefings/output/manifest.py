"""The manifest: what we published, path by path, kept outside the published tree.

One line for each file, `<sha256>  <path>`, sorted by path: `sha256sum -c ../.output-state/manifest`
checks a site without us. No time, size or machine is in it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from briefings.output.disk import flush_folder, read_file, write_file

Entries = frozenset[tuple[str, str]]
"""Pairs of path and hash. A path has two while a switch is under way: before and after."""

_HEAD = "# briefings manifest 1"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def read(path: Path) -> Entries | None:
    """What the manifest lists; None where there is none, or it is not one of ours."""
    try:
        lines = read_file(str(path)).decode().split("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    found = [_LINE.fullmatch(line) for line in lines[1:-1]]
    if lines[0] != _HEAD or lines[-1] != "" or None in found:
        return None
    return frozenset((match[2], match[1]) for match in found if match)


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
