"""Run queries and render outputs on all cores, and collect what each of them read."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from briefings.domain.site import Site
from briefings.engine import Engine
from briefings.engine.nodes import OUTPUT, Name, Run
from briefings.publish import Spooled, stream_to_temp
from briefings.store.workers import FORKS, along, chunks_of

C = TypeVar("C")

#: The most outputs of one chunk: results of the other processes are collected between chunks.
_CHUNK = 20
#: Below this many outputs a second process costs more than it saves.
_FEW = 40
#: Kinds of outputs that may be large: a worker begins with them, so that none is left at the end.
_LARGE = frozenset(
    {"database", "table", "calendar", "opml", "sitemap", "home", "compare", "trusts", "data"}
)

#: The path and the bytes of an output, or the temporary file that has them.
File = tuple[str, bytes] | Spooled
#: Runs the queries on one file, given its kind and id.
Queries = Callable[[Site, str, str], object]
#: Name of a kind of output, then what identifies one of the kind.
Key = tuple[str, ...]


class Outputs(Protocol):
    """The outputs of a site, as `outputs.files.Files` has them."""

    @property
    def site(self) -> Site: ...

    def trust_of(self, key: Key) -> str:
        """Return the id of the trust that an output is on; empty for one on several or none."""

    def path(self, key: Key) -> str:
        """Return the path of an output below the output folder."""

    def render(self, key: Key) -> bytes | Iterable[bytes]:
        """Return the bytes of an output, or the parts of a large one."""


@dataclass(frozen=True, slots=True)
class Chunk:
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

    files: Outputs
    spool: Path | None = None
    process: int = field(default_factory=os.getpid)

    @property
    def engine(self) -> Engine:
        """The engine of the site."""
        return self.files.site.engine

    def results(self, keys: Sequence[Key], jobs: int, runs: list[Run]) -> Iterator[File]:
        """Yield every output, in any order, and add the nodes that ran to `runs`."""
        few = len(keys) < _FEW
        chunks = [[key] for key in keys] if few else self._chunks(keys)
        for chunk in self._chunks_done(_render, chunks, 1 if few else jobs, runs):
            yield from chunk.files

    def prepare(
        self, queries: Queries, ids: Sequence[tuple[str, str]], jobs: int, runs: list[Run]
    ) -> None:
        """Run queries on files, given by kind and id, and keep the values.

        So each file is loaded once for all of them, and on all cores. What reads all files by one
        query, then by the next, would load each file as often.
        """
        chunks = chunks_of(ids, 1 + min(_CHUNK, len(ids) // 64))
        few = len(ids) < _FEW
        work = partial(_prepare, queries)
        for _ in self._chunks_done(work, chunks, 1 if few else jobs, runs, keep=True):
            pass

    def _chunks_done(
        self,
        work: Callable[[Sequence[C]], list[Chunk]],
        chunks: Sequence[Sequence[C]],
        jobs: int,
        runs: list[Run],
        *,
        keep: bool = False,
    ) -> Iterator[Chunk]:
        """Yield every chunk, in any order, and add the nodes that ran to `runs`."""
        global _rendering  # inherited by forked workers, so that it need not be pickled
        _rendering = self
        runs += self.engine.take_fresh()
        if jobs < 2 or not FORKS:
            results: Iterator[Chunk] = (work(chunk)[0] for chunk in chunks)
        else:
            gc.freeze()
            gc.enable()  # rendering creates reference cycles
            results = along(work, chunks, jobs)
        for chunk in results:
            if chunk.process == self.process:
                runs += chunk.runs
            else:
                runs += self.engine.absorb(chunk.runs, chunk.names, chunk.verified, keep=keep)
            yield chunk
        _rendering = None

    def _chunks(self, keys: Sequence[Key]) -> list[Sequence[Key]]:
        """Return chunks of outputs; those on one trust, which read the same files, together."""
        large = [[key] for key in keys if key[0] in _LARGE]
        small = [key for key in keys if key[0] not in _LARGE]
        small.sort(key=self.files.trust_of)
        return [*large, *chunks_of(small, min(_CHUNK, 1 + len(small) // 16))]

    def run(self, work: Callable[[], list[File]]) -> Chunk:
        """Run queries in this process. `work`: returns the outputs that it renders."""
        if os.getpid() != self.process:
            self.engine.become_worker()
        files = work()
        runs, verified = self.engine.take_fresh(), self.engine.verified
        self.engine.verified = []
        return Chunk(files, runs, self.engine.names_of(runs), verified, os.getpid())

    def render(self, keys: Sequence[Key]) -> list[File]:
        """Render some outputs."""
        return [self._rendered(key) for key in keys]

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


def _render(keys: Sequence[Key]) -> list[Chunk]:
    rendering = _rendering
    assert rendering is not None
    return [rendering.run(lambda: rendering.render(keys))]


def _prepare(queries: Queries, ids: Sequence[tuple[str, str]]) -> list[Chunk]:
    rendering = _rendering
    assert rendering is not None

    def work() -> list[File]:
        for kind, id in ids:
            queries(rendering.files.site, kind, id)
        return []

    return [rendering.run(work)]
