"""Compiled templates, kept in one file between builds: compiling takes longer than most edits."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from briefings.store.cache import digest

_DIGEST = 16


class CompiledTemplates(BytecodeCache):
    """A Jinja bytecode cache in a file, whose digest is compared before anything of it is used.

    Entries are keyed by a hash of the template's text, so they cannot be stale; the versions of
    Python and Jinja are part of the bytecode. `path`: None to keep nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries: dict[tuple[str, bytes], Any] = {}
        self._has_news = False
        with suppress(OSError):
            raw = path.read_bytes() if path is not None else b""
            if raw[:_DIGEST] == digest(raw[_DIGEST:]):
                self._entries = pickle.loads(raw[_DIGEST:])  # noqa: S301  # its digest matches

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the code of a template if it was compiled before; called by Jinja."""
        data = self._entries.get((bucket.key, bucket.checksum.encode()))
        if data is not None:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep newly compiled code; called by Jinja."""
        self._add((bucket.key, bucket.checksum.encode()), bucket.bytecode_to_string())

    def remembered(self, name: str, source: str, compute: Callable[[], Any]) -> Any:
        """Return the value stored for a template's text, or compute and store it."""
        key = (name, blake2b(source.encode(), digest_size=_DIGEST).digest())
        if key not in self._entries:
            self._add(key, compute())
        return self._entries[key]

    def _add(self, key: tuple[str, bytes], value: Any) -> None:
        self._entries[key] = value
        self._has_news = True

    def save(self) -> None:
        """Write the file if anything is new; where the disk refuses, nothing is kept."""
        if self._path is None or not self._has_news:
            return
        data = pickle.dumps(self._entries)
        with suppress(OSError):
            temporary = self._path.with_name(f"{self._path.name}.new")
            temporary.write_bytes(digest(data) + data)
            temporary.replace(self._path)
        self._has_news = False
