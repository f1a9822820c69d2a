"""The manifest: the hash of each published file by path, stored outside the published tree.

One line for each file, `<sha256>  <path>`, sorted by path: `sha256sum -c ../.output-state/manifest`
checks a site without us. It has no time, size or machine name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from briefings.publish.disk import flush_folder, read_file, write_file

Entries = frozenset[tuple[str, str]]
"""Pairs of path and hash. A path has two while a switch is under way: before and after."""

_HEAD = "# briefings manifest 1"
_HASH = 64
_WHOLE = re.compile(rf"{_HEAD}\n(?:[0-9a-f]{{{_HASH}}}  .+\n)*")


def read(path: Path) -> Entries | None:
    """Return the entries of the manifest; None if it is missing or is not in our format."""
    try:
        text = read_file(str(path)).decode()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if _WHOLE.fullmatch(text) is None:
        return None
    return frozenset((line[66:], line[:64]) for line in text.split("\n")[1:-1])


def seal(path: Path) -> bytes:
    """Return a hash of the manifest file. Raises OSError."""
    return blake2b(read_file(str(path)), digest_size=16).digest()


def write(path: Path, entries: Entries) -> None:
    """Replace the manifest in one step, after flushing it to disk. Raises OSError."""
    lines = [_HEAD, *(_line(*entry) for entry in sorted(entries)), ""]
    _write(path, "\n".join(lines).encode())


def amend(path: Path, hashes: Mapping[str, str], *, old: bool) -> None:
    """Change the hashes of a few listed files in the manifest, in one step.

    New lines replace those of a file, or with `old` are added to them. Raises ValueError for a file
    that is not listed, OSError.
    """
    data = read_file(str(path))
    for name, digest in hashes.items():
        start, end = _span(data, name)
        listed = data[start:end].decode().split("\n")[:-1] if old else []
        new = sorted({*listed, _line(name, digest)})
        data = data[:start] + "".join(f"{one}\n" for one in new).encode() + data[end:]
    _write(path, data)


def _line(name: str, digest: str) -> str:
    return f"{digest}  {name}"


def _span(data: bytes, name: str) -> tuple[int, int]:
    """Return start and end of the lines of a file, which are adjacent. Raises ValueError."""
    ending = f"  {name}\n".encode()
    at = data.index(ending)
    while data[at - _HASH - 1 : at - _HASH] != b"\n":  # matched the end of a longer path
        at = data.index(ending, at + 1)
    start = at - _HASH
    while data.startswith(ending, at + len(ending) + _HASH):
        at += len(ending) + _HASH
    return start, at + len(ending)


def _write(path: Path, data: bytes) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_file(str(new), data)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(path)
    flush_folder(str(path.parent))
