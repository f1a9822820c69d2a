"""Outputs again from what was kept of them, where nothing changed but layouts or the output folder.

No content is read, judged or planned: it is what it was, and so are the blocks of every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefings.output import File, Kept
from briefings.pages import NotKept, Renderer
from briefings.rebuild.asked import Found
from briefings.rebuild.making import from_piece
from briefings.rebuild.standing import Standing
from briefings.workers import FORKS, in_chunks


class Missed(Exception):
    """This way does not lead there: build as if it had not been tried."""


@dataclass(frozen=True)
class Relay:
    """What workers need to bring outputs back."""

    standing: Standing
    renderer: Renderer
    same_layouts: bool

    def some(self, paths: Sequence[str]) -> list[tuple[str, bytes | None]]:
        """These outputs; None for one that was not kept so that it can be brought back."""
        found = dict(self.standing.pieces(paths))
        return [(path, self._one(path, found.get(path))) for path in paths]

    def _one(self, path: str, piece: tuple[str, bytes] | None) -> bytes | None:
        if piece is None:
            return None
        try:
            return from_piece(path, piece, self.renderer, same_layouts=self.same_layouts)
        except NotKept:
            return None


_relay: Relay | None = None


def relayed(found: Found, renderer: Renderer, laid: frozenset[str], jobs: int) -> Iterator[File]:
    """Every output of the last build in its order, those of `laid` in the layouts of now.

    Raises Missed where one can't be had so, and ContentError for a fault of a layout.
    """
    global _relay  # what forked workers find without it being sent to them
    _relay = Relay(found.standing, renderer, renderer.outer == found.said.outer)
    kept = {path: _kept(found, path, laid) for path in found.said.marks}
    again = in_chunks(_some, [path for path in kept if kept[path] is None], jobs if FORKS else 1)
    for path, one in kept.items():
        if one is not None:
            yield one
            continue
        _, data = next(again)
        if data is None:
            raise Missed
        yield path, data


def _kept(found: Found, path: str, laid: frozenset[str]) -> Kept | None:
    return None if path in laid else found.kept(path)


def _some(paths: Sequence[str]) -> list[tuple[str, bytes | None]]:
    assert _relay is not None
    return _relay.some(paths)
