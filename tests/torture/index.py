"""The search index of a site in a form that two clean builds share.

Pagefind writes the values of a filter in whatever order (`docs/search.md`), and names the file, and
what names that file, by a hash of the bytes. Here such files are known by what they hold; each name
must still lead to a file that is there.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

from briefings.urls import PAGEFIND

_INDEX = PAGEFIND.lstrip("/")


def unpacked(data: bytes) -> bytes:
    """What a file of the index holds; says so where it is torn."""
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as fault:
        return f"no whole file of an index: {fault}".encode()


def settled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files; those whose names and order vary in one form, told by what they hold."""
    found = {path: data for path, data in files.items() if not _varies(path)}
    filters = [path for path in files if path.endswith(".pf_filter")]
    metas = [path for path in files if path.endswith(".pf_meta")]
    for path in filters:
        letters = bytes(sorted(unpacked(files[path])))
        found[f"{_INDEX}filter/{zlib.crc32(letters):08x}"] = letters
    for path in metas:
        found[f"{_INDEX}meta"] = _without_names(unpacked(files[path]), filters, found)
    entry = f"{_INDEX}pagefind-entry.json"
    if entry in files:
        found[entry] = _without_names(files[entry], metas, found)
    return found


def _varies(path: str) -> bool:
    return path.startswith(_INDEX) and path.endswith((".pf_filter", ".pf_meta", "-entry.json"))


def _without_names(data: bytes, named: list[str], found: dict[str, bytes]) -> bytes:
    """A file's bytes in order, without the names of others; one that it lacks is told."""
    for path in named:
        name = path.rsplit("/", 1)[-1].removeprefix("pagefind.").rsplit(".", 1)[0].encode()
        if name not in data:
            found[f"{path}, which no file names"] = b""
        data = data.replace(name, b"")
    return bytes(sorted(data))
