"""A cache of search indexes. A missing or damaged one costs time and nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

#: Number of cached indexes: a preview with drafts and a build may alternate.
_KEPT = 3
_DIGEST = "digest"


def kept(folder: Path) -> dict[str, bytes] | None:
    """Return the index cached in a folder; None if there is none, or its digest differs.

    Its time becomes that of this use: of too many indexes, those not used for longest are deleted.
    """
    try:
        files = tree(folder)
        os.utime(folder)
    except OSError:
        return None
    return files if files.pop(_DIGEST, b"") == _digest(files) else None


def keep(files: Mapping[str, bytes], folder: Path) -> None:
    """Cache an index, whole or not at all; delete those beyond the limit, the least used first.

    Disk errors are ignored: the index is then made again.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as new:
            for path, data in {**files, _DIGEST: _digest(files)}.items():
                file = Path(new, "index", path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            shutil.rmtree(folder, ignore_errors=True)
            Path(new, "index").rename(folder)
        others = (index for index in folder.parent.iterdir() if index != folder)
        for old in sorted(others, key=lambda index: index.stat().st_mtime, reverse=True)[
            _KEPT - 1 :
        ]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return


def tree(folder: Path) -> dict[str, bytes]:
    """Return relative POSIX path → bytes, of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digest(files: Mapping[str, bytes]) -> bytes:
    hasher = sha256()
    for path in sorted(files):
        hasher.update(f"{path}\0{len(files[path])}\0".encode() + files[path])
    return hasher.hexdigest().encode()
