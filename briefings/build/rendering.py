"""Making outputs on all cores: each is looked at first, and made only if it shows anything new."""

from __future__ import annotations

import gc
import os
import pickle
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b, sha256
from io import FileIO
from pathlib import Path
from typing import Protocol, TypeGuard

from briefings.build.store import OutputState, piece_of
from briefings.outputs.downloads import TableFile
from briefings.outputs.feeds import Deadlines
from briefings.outputs.fingerprint import Prints
from briefings.outputs.pages import Parts, RenderedPage, Renderer, SiteContext
from briefings.publish import Spooled, in_blocks, stream_to_temp
from briefings.store.laid import Known, Laid
from briefings.store.workers import FORKS, WORTH_A_POOL, along, chunks_of
from briefings.urls import CALENDAR


class Output(Protocol):
    """One file of the site, planned: rendering it is a pure function of the value."""

    @property
    def path(self) -> str:
        """The file, relative to the output folder."""

    @property
    def shown(self) -> object:
        """All that it shows, or EVERYTHING."""

    def render(self) -> bytes:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class Result:
    """An output that was looked at; without `file` where it is as it was before."""

    made: OutputState
    file: tuple[str, bytes] | Spooled | None = None
    piece: bytes | None = None
    #: How it is laid out, if it is made of groups.
    laid: Laid | None = None


@dataclass
class Rendering:
    """A plan, and what is known of the last one. Workers are forked with it in memory."""

    planned: Sequence[Output]
    look: OutputInspector | None = None
    #: Outputs that are in place, and the keys by which they would be known again.
    before: Mapping[str, bytes] = field(default_factory=dict)
    #: Outputs that are in place, and are known to show what they showed.
    spared: Mapping[str, OutputState] = field(default_factory=dict)
    #: Of files made of groups: those groups that are what they were.
    rows: Rows | None = None
    #: Where large files are written as they are made, and not held.
    aside: Path | None = None

    def results(self, jobs: int) -> Iterator[Result]:
        """Every output, looked at and made where need be, in any order.

        What takes long by itself is begun first, so that no worker is left with it at the end.
        """
        global _making  # what forked workers find without it being sent to them
        _making = self
        gc.freeze()
        gc.enable()  # rendering leaves cycles
        every = [*enumerate(self.planned)]
        yield from (Result(self.spared[one.path]) for _, one in every if one.path in self.spared)
        every = [(index, one) for index, one in every if one.path not in self.spared]
        together = _together(every)
        large = [[index] for index, one in every if _is_large(one)]
        small = [index for index, one in every if not (_is_large(one) or index in together)]
        if jobs < 2 or not FORKS or len(every) < WORTH_A_POOL:
            yield from _make([index for index, _ in every])
        else:
            chunks = [together, *large, *chunks_of(small, _FEW_PAGES)]
            yield from along(_make, [*filter(None, chunks)], jobs)
        _making = None

    def one(self, output: Output) -> Result:
        """Look at one output, and make it unless it is as it was."""
        made = _unlooked(output) if self.look is None else self.look.at(output)
        if self.before.get(made.path) == made.key:
            return Result(made)
        if self.aside is not None and _is_large(output):
            return self._large(output, made, self.aside)
        if self.look is None:
            return Result(made, (made.path, output.render()))
        return result(output, made)

    def _large(self, output: Output, made: OutputState, aside: Path) -> Result:
        packing = _Packing() if self.look is not None else None
        if not _is_of_groups(output):
            file, laid = stream_to_temp(aside, made.path, (output.render(),), packing), None
        else:
            grouped = output.grouped()
            with _known(self.rows, made.path) as known:
                file = stream_to_temp(aside, made.path, grouped.parts(known), packing)
            laid = grouped.laid
        return Result(made, file, None if packing is None else packing.piece(), laid)


@dataclass(frozen=True, slots=True)
class Rows:
    """Where to find groups that were made before: published files, how these are laid out, and
    the SHA-256 of their bytes. Those of `changed` content files may not be what they were: files
    that were edited, and all others about the same trusts (a rating's row names a later
    inspection of the same service)."""

    folder: str
    laid: Mapping[str, Laid]
    sha256: Mapping[str, str]
    changed: frozenset[str]

    def of(self, path: str) -> Mapping[str, tuple[int, int]]:
        """Name → start and length of its group in the published file at `path`."""
        laid = self.laid.get(path)
        if laid is None:
            return {}
        hasher = sha256()
        for block in in_blocks(f"{self.folder}/{path}"):
            hasher.update(block)
        if hasher.hexdigest() != self.sha256[path]:  # what is copied must be what was made
            return {}
        return {
            name: (start, length)
            for name, start, length in laid.places()
            if name not in self.changed
        }


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups that are known, in an open file."""

    file: FileIO
    places: Mapping[str, tuple[int, int]]

    def get(self, name: str, /) -> bytes | None:
        """The bytes of one."""
        start, length = self.places.get(name, (0, 0))
        data = os.pread(self.file.fileno(), length, start)
        return data if length and len(data) == length else None


@contextmanager
def _known(rows: Rows | None, path: str) -> Iterator[Known]:
    """The groups of a file that are what they were."""
    places = rows.of(path) if rows is not None else {}
    if rows is None or not places:
        yield {}
        return
    with FileIO(f"{rows.folder}/{path}") as file:
        yield _Groups(file, places)


def _unlooked(output: Output) -> OutputState:
    return OutputState(output.path, b"", False, b"", (), ())


def result(output: Output, made: OutputState) -> Result:
    """An output made, and what is kept of it."""
    if isinstance(output, RenderedPage):
        data, parts = output.renderer.made(output.page)
        return Result(made, (made.path, data), _piece_of_page(data, parts, made, output.renderer))
    data = output.render()
    return Result(made, (made.path, data), _piece(_BYTES, data))


@dataclass(frozen=True)
class OutputInspector:
    """Looks at outputs: what stands for what they show. `frame` is what `site` answers on pages."""

    prints: Prints
    frame: SiteContext

    @cached_property
    def _frame(self) -> bytes:
        return self.prints.of(self.frame).key

    def at(self, output: Output) -> OutputState:
        """One output as it is now."""
        shown = output.shown
        found = self.prints.of(shown)
        key, laid = found.key, False
        if isinstance(output, RenderedPage):
            renderer, page = output.renderer, output.page
            key = _hash(key, self._frame, renderer.inner, page.template.encode())
            laid = renderer.has_layout(page)
        words = tuple(id for id, _ in found.words)
        beyond = _beyond(output, shown) if found.clear else None
        return OutputState(
            output.path, key, laid, found.facts, words, tuple(sorted(found.met)), beyond
        )


def _beyond(output: Output, shown: object) -> tuple[str, ...] | None:
    """What an output shows beyond the records that it meets: pages say it by their kind."""
    if isinstance(output, RenderedPage):
        found: frozenset[str] | None = getattr(type(shown), "BEYOND", None)
    else:
        found = getattr(output, "beyond", None)
    return None if found is None else tuple(sorted(found))


def _together(every: Sequence[tuple[int, Output]]) -> Sequence[int]:
    """Outputs that share what takes long, where one worker can do them all: no other needs it
    then. Where they are many it is worked out at once, before workers part ways."""
    shares = {index: share for index, one in every if (share := getattr(one, "shares", None))}
    if len(shares) <= _FEW:
        return tuple(shares)
    for share in shares.values():
        share()
    return ()


def _is_of_groups(output: Output) -> TypeGuard[TableFile | Deadlines]:
    """Whether it can take groups over from the file that is published."""
    if isinstance(output, TableFile):
        return output.table.of_one_file
    return isinstance(output, Deadlines)


def _is_large(output: Output) -> bool:
    """Whether it may be of any size; pages have a few rows, and what is kept of them has parts."""
    return output.path.startswith(_LARGE) and not isinstance(output, RenderedPage)


#: Outputs that are made in one go, between two looks at what the other processes have done.
_FEW_PAGES = 20
#: As many outputs as one worker may be left with.
_FEW = 40
#: What holds a row or an entry for everything on the site.
_LARGE = ("data/", CALENDAR.lstrip("/"))

_making: Rendering | None = None


def _make(indexes: Sequence[int]) -> list[Result]:
    assert _making is not None
    return [_making.one(_making.planned[index]) for index in indexes]


def _hash(*parts: bytes) -> bytes:
    return blake2b(b"\0".join(parts), digest_size=16).digest()


#: Kinds of pieces: a file's bytes; a page's bytes, layout and all; the parts of a page.
_BYTES, _PAGE, _PARTS = "bytes", "page", "parts"
#: So many packed bytes are brought back in parts.
_MUCH = 1 << 16


def _piece_of_page(
    data: bytes, parts: Parts | None, made: OutputState, renderer: Renderer
) -> bytes:
    if parts is not None and parts.can_be_kept:
        of_page = (parts.template, parts.layout, dict(parts.blocks), dict(parts.asked))
        return _piece(_PARTS, piece_of((renderer.outer, *of_page, parts.around)))
    return _piece(_PAGE if made.laid else _BYTES, data)


def _piece(kind: str, data: bytes) -> bytes:
    return piece_of((kind, zlib.compress(data, 1)))


class _Packing:
    """The piece of a file that comes in blocks."""

    def __init__(self) -> None:
        self._packer, self._packed = zlib.compressobj(1), bytearray()

    def __call__(self, block: bytes) -> None:
        self._packed += self._packer.compress(block)

    def piece(self) -> bytes:
        """Once all was seen."""
        self._packed += self._packer.flush()
        return piece_of((_BYTES, bytes(self._packed)))


def large_bytes(piece: tuple[str, bytes]) -> Iterator[bytes] | None:
    """The bytes of a large file in parts, from what was kept of it; None of one that is small, or
    stands in a layout."""
    kind, packed = piece
    if kind != _BYTES or len(packed) < _MUCH:
        return None
    return _unpacked(memoryview(packed))


def _unpacked(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for start in range(0, len(packed), _MUCH):
        yield unpacker.decompress(packed[start : start + _MUCH])
    yield unpacker.flush()


def from_piece(
    path: str, piece: tuple[str, bytes], renderer: Renderer, *, same_layouts: bool
) -> bytes | None:
    """An output again from what was kept of it; None where that does not do.

    Raises ContentError for a fault of a layout.
    """
    kind, packed = piece
    data = zlib.decompress(packed)
    if kind == _PARTS:
        outer, *kept = pickle.loads(data)  # noqa: S301  # its digest matched
        parts = Parts(*kept)
        # A page brought back in a new layout leaves its piece as it was.
        return parts.page if outer == renderer.outer else renderer.again(path, parts)
    return data if kind == _BYTES or same_layouts else None
