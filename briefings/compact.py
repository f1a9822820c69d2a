"""Finished values that go between processes, and into the cache, at the cost of a tuple.

Texts that come back equal are held once: nine of ten in a large site are names, words of a fixed
list and keys of sources, which every briefing says again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

#: Texts of so many characters are said once or twice: to look for them costs more than it saves.
_SHORT = 50
#: Texts, and lists of a single one, that came back since `forget`. Nothing of another kind: there,
#: what is equal need not be the same (1 and True, 2.0 and 2.00).
_seen: dict[Any, Any] = {}


def compact(kind: type[T]) -> type[T]:
    """Class decorator: pickles a frozen dataclass with slots, of two fields or more, quickly.

    What dataclasses do by themselves finds out the fields anew for each of a million values.
    """
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]  # it is one
    setters: list[Callable[[object, Any], None]] = [getattr(kind, name).__set__ for name in names]
    state_of = attrgetter(*names)
    held = _seen.setdefault

    def getstate(self: object) -> tuple[Any, ...]:
        state: tuple[Any, ...] = state_of(self)
        return state

    def setstate(self: object, state: Iterable[Any]) -> None:
        for put, value in zip(setters, state, strict=True):
            if type(value) is str:
                if len(value) < _SHORT:
                    value = held(value, value)
            elif type(value) is tuple and len(value) == 1 and type(value[0]) is str:
                value = held(value, value)
            put(self, value)

    kind.__getstate__ = getstate  # type: ignore[method-assign]
    kind.__setstate__ = setstate  # type: ignore[attr-defined]
    return kind


def forget() -> None:
    """Everything came back: what was seen on the way need not be held any longer."""
    _seen.clear()
