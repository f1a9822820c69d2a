"""Finished values that go between processes, and into the cache, at the cost of a tuple."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar
from zlib import crc32

T = TypeVar("T")
N = TypeVar("N", bound=Callable[..., Any])


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

    kind.__getstate__ = getstate  # type: ignore[method-assign]
    kind.__setstate__ = _setstate(setters)  # type: ignore[attr-defined]
    return numbered(kind)


def numbered(named: N) -> N:
    """A class or function that pickles know by a number: to look names up is a fifth of the time
    that ten thousand records take. The number follows from the name, whatever is imported first;
    two names of one number would be refused here, at once."""
    module, name = named.__module__, named.__qualname__
    number = crc32(f"{module}.{name}".encode()) & 0x7FFFFFFF
    copyreg.add_extension(module, name, number)
    return named


def _setstate(setters: list[Callable[[object, Any], None]]) -> Callable[[object, Any], None]:
    """Gives an object its fields, written out as dataclasses write their `__init__`: half a
    million of them are read for one build of ten thousand briefings."""
    places = range(len(setters))
    puts = [f"    put{n}(self, value{n})" for n in places]
    taken = ", ".join(f"value{n}" for n in places)
    made: dict[str, Any] = {f"put{n}": setter for n, setter in enumerate(setters)}
    exec("\n".join(["def setstate(self, state):", f"    {taken} = state", *puts]), made)  # noqa: S102
    setstate: Callable[[object, Any], None] = made["setstate"]
    return setstate
