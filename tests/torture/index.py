"""The search index of a site in a normal form, which is the same for two clean builds.

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
    """Return the unpacked bytes of a file of the index, or a text that it is damaged."""
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as fault:
        return f"no whole file of an index: {fault}".encode()


def settled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with normalised names: those that vary are named by their contents."""
    files_by_name = {path: data for path, data in files.items() if not _varies(path)}
    filters = [path for path in files if path.endswith(".pf_filter")]
    metas = [path for path in files if path.endswith(".pf_meta")]
    for path in filters:
        letters = bytes(sorted(unpacked(files[path])))
        files_by_name[f"{_INDEX}filter/{zlib.crc32(letters):08x}"] = letters
    for path in metas:
        files_by_name[f"{_INDEX}meta"] = _without_names(
            unpacked(files[path]), filters, files_by_name
        )
    entry = f"{_INDEX}pagefind-entry.json"
    if entry in files:
        files_by_name[entry] = _without_names(files[entry], metas, files_by_name)
    return files_by_name


def _varies(path: str) -> bool:
    return path.startswith(_INDEX) and path.endswith((".pf_filter", ".pf_meta", "-entry.json"))


def _without_names(data: bytes, names: list[str], files_by_name: dict[str, bytes]) -> bytes:
    """Return a file's bytes without the names of others; note a file that it does not name."""
    for path in names:
        name = path.rsplit("/", 1)[-1].removeprefix("pagefind.").rsplit(".", 1)[0].encode()
        if name not in data:
            files_by_name[f"{path}, which no file names"] = b""
        data = data.replace(name, b"")
    return bytes(sorted(data))
