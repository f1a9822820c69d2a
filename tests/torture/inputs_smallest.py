"""The smallest input that still does what a larger one did."""

from __future__ import annotations

import time
from collections.abc import Callable


def smallest(text: str, fails: Callable[[str], bool], patience: float = 20.0) -> str:
    """`text` with everything taken out that can go, piece by piece, while `fails` still holds.

    The pieces are halved until they are single characters (delta debugging, Zeller 1999). Gives
    the best so far after `patience` seconds.
    """
    end = time.monotonic() + patience
    size = max(1, len(text) // 2)
    while time.monotonic() < end:
        shorter = _without_a_piece(text, size, fails, end)
        if shorter is not None:
            text = shorter
        elif size == 1:
            break
        else:
            size //= 2
        size = max(1, min(size, len(text) // 2))
    return text


def _without_a_piece(text: str, size: int, fails: Callable[[str], bool], end: float) -> str | None:
    shorter, start, is_shorter = text, 0, False
    while start < len(shorter) and time.monotonic() < end:
        tried = shorter[:start] + shorter[start + size :]
        if fails(tried):
            shorter, is_shorter = tried, True
        else:
            start += size
    return shorter if is_shorter else None
