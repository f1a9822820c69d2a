"""Render outputs on all cores, and collect what each of them read."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from briefings.engine import Engine
from briefings.engine.engine import OUTPUT, Name, Run
from briefings.outputs.files import Files, Key
from briefings.publish import Spooled, stream_to_temp
from briefings.store.workers import FORKS, along, chunks_of

#: The most outputs of one chunk: results of the other processes are collected between chunks.
_CHUNK = 20
#: Below this many outputs a second process costs more than it saves.
_FEW = 40
#: Kinds of outputs that may be large: a worker begins with them, so that none is left at the end.
_LARGE = frozenset({"table", "calendar", "opml", "sitemap", "home", "compare", "trusts", "data"})

#: The path and the bytes of an output, or the temporary file that has them.
File = tuple[str, bytes] | Spooled


@dataclass(frozen=True, slots=True)
class Rendered:
    """Some outputs, and the nodes that ran for them (see `Engine.absorb`)."""

    files: list[File]
    runs: list[Run]
    names: Mapping[int, Name]
    verified: list[int]
    process: int


@dataclass(frozen=True)
class Rendering:
    """Renders outputs of `files`. Workers are forked with it in memory.

    `spool`: the folder to which large outputs are written; None to hold them.
    """

    files: Files
    spool: Path | None = None
    process: int = field(default_factory=os.getpid)

    @property
    def engine(self) -> Engine:
        """The engine of the site."""
        return self.files.site.engine

    def results(self, keys: Sequence[Key], jobs: int, runs: list[Run]) -> Iterator[File]:
        """Yield every output, in any order, and add the nodes that ran to `runs`."""
        global _rendering  # inherited by forked workers, so that it need not be pickled
        _rendering = self
        runs += self.engine.take_fresh()
        if jobs < 2 or not FORKS or len(keys) < _FEW:
            parts: Iterator[Rendered] = (_render([key])[0] for key in keys)
        else:
            gc.freeze()
            gc.enable()  # rendering creates reference cycles
            parts = along(_render, self._chunks(keys), jobs)
        for part in parts:
            own = part.process == self.process
            runs += part.runs if own else self.engine.absorb(part.runs, part.names, part.verified)
            yield from part.files
        _rendering = None

    def _chunks(self, keys: Sequence[Key]) -> list[Sequence[Key]]:
        large = [[key] for key in keys if key[0] in _LARGE]
        small = [key for key in keys if key[0] not in _LARGE]
        return [*large, *chunks_of(small, min(_CHUNK, 1 + len(small) // 16))]

    def render(self, keys: Sequence[Key]) -> Rendered:
        """Render some outputs in this process."""
        if os.getpid() != self.process:
            self.engine.become_worker()
        files = [self._rendered(key) for key in keys]
        runs, verified = self.engine.take_fresh(), self.engine.verified
        self.engine.verified = []
        return Rendered(files, runs, self.engine.names_of(runs), verified, os.getpid())

    def _rendered(self, key: Key) -> File:
        return self.engine.output((OUTPUT, *key), lambda: self._file(key))

    def _file(self, key: Key) -> File:
        path, data = self.files.path(key), self.files.render(key)
        if isinstance(data, bytes):
            return path, data
        if self.spool is None:
            return path, b"".join(data)
        return stream_to_temp(self.spool, path, data)


_rendering: Rendering | None = None


def _render(keys: Sequence[Key]) -> list[Rendered]:
    assert _rendering is not None
    return [_rendering.render(keys)]
