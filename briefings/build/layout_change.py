"""Outputs again from what was kept of them, where nothing changed but layouts or the output folder.

No content is read, judged or planned: it is what it was, and so are the blocks of every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefings.build.rendering import from_piece, large_bytes
from briefings.build.request import PreviousBuild
from briefings.build.store import Store
from briefings.outputs.pages import NotKept, Renderer
from briefings.publish import File, Spooled, Unchanged, stream_to_temp
from briefings.store.workers import FORKS, in_chunks

#: An output that was brought back.
Back = tuple[str, bytes] | Spooled


class NotApplicable(Exception):
    """This way does not lead there: build as if it had not been tried."""


@dataclass(frozen=True)
class LayoutRenderer:
    """What workers need to bring outputs back."""

    standing: Store
    renderer: Renderer
    same_layouts: bool
    #: Where large files are written as they are unpacked, and not held.
    aside: Path

    def some(self, paths: Sequence[str]) -> list[Back | None]:
        """These outputs; None for one that was not kept so that it can be brought back."""
        # One piece after the other: there are large ones.
        found = {path: self._one(path, piece) for path, piece in self.standing.pieces(paths)}
        return [found.get(path) for path in paths]

    def _one(self, path: str, piece: tuple[str, bytes]) -> Back | None:
        parts = large_bytes(piece)
        if parts is not None:
            return stream_to_temp(self.aside, path, parts)
        try:
            data = from_piece(path, piece, self.renderer, same_layouts=self.same_layouts)
        except NotKept:
            return None
        return None if data is None else (path, data)


_relay: LayoutRenderer | None = None


def render_in_new_layouts(
    found: PreviousBuild, renderer: Renderer, laid: frozenset[str], jobs: int, aside: Path
) -> Iterator[File]:
    """Every output of the last build in its order, those of `laid` in the layouts of now.

    Large ones are written into `aside`.

    Raises Missed where one can't be had so, and ContentError for a fault of a layout.
    """
    global _relay  # what forked workers find without it being sent to them
    _relay = LayoutRenderer(found.standing, renderer, renderer.outer == found.said.outer, aside)
    kept = {path: _kept(found, path, laid) for path in found.said.marks}
    again = in_chunks(_some, [path for path in kept if kept[path] is None], jobs if FORKS else 1)
    for one in kept.values():
        back = next(again) if one is None else one
        if back is None:
            raise NotApplicable
        yield back


def _kept(found: PreviousBuild, path: str, laid: frozenset[str]) -> Unchanged | None:
    return None if path in laid else found.kept(path)


def _some(paths: Sequence[str]) -> list[Back | None]:
    assert _relay is not None
    return _relay.some(paths)
