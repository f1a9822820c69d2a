"""The manifest: what we published, path by path, kept outside the published tree.

One line for each file, `<sha256>  <path>`, sorted by path: `sha256sum -c ../.output-state/manifest`
checks a site without us. No time, size or machine is in it.
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
    lines = [_HEAD, *(_line(*entry) for entry in sorted(entries)), ""]
    _write(path, "\n".join(lines).encode())


def amend(path: Path, hashes: Mapping[str, str], *, old: bool) -> None:
    """The same where a few files have other hashes: instead of those listed, or beside the `old`.

    Each must be listed. Raises OSError.
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
    """Where the lines of a file are, which stand together. Raises ValueError."""
    ending = f"  {name}\n".encode()
    at = data.index(ending)
    while data[at - _HASH - 1 : at - _HASH] != b"\n":  # the end of a longer name
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
