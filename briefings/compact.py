"""Finished values that go between processes, and into the cache, at the cost of a tuple."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def compact(kind: type[T]) -> type[T]:
    """Class decorator: pickles a frozen dataclass with slots, of two fields or more, quickly.

    What dataclasses do by themselves finds out the fields anew for each of a million values.
    """
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]  # it is one
    setters: list[Callable[[object, Any], None]] = [getattr(kind, name).__set__ for name in names]
    state_of = attrgetter(*names)

    def getstate(self: object) -> tuple[Any, ...]:
        state: tuple[Any, ...] = state_of(self)
        return state

    def setstate(self: object, state: Iterable[Any]) -> None:
        for put, value in zip(setters, state, strict=True):
            put(self, value)

    kind.__getstate__ = getstate  # type: ignore[method-assign]
    kind.__setstate__ = setstate  # type: ignore[attr-defined]
    return kind
