"""Fast pickling of dataclasses, for the cache and for passing records between processes."""

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

    The `__getstate__` of dataclasses looks up the fields again for each of a million values.
    """
    # mypy can't be told that a class is a dataclass, nor that it takes the methods of pickle.
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    values_of = attrgetter(*names)

    def getstate(self: object) -> Any:
        return values_of(self)

    kind.__getstate__ = getstate  # type: ignore[method-assign]
    kind.__setstate__ = _setstate([getattr(kind, name).__set__ for name in names])  # type: ignore[attr-defined]
    return numbered(kind)


def numbered(named: N) -> N:
    """Decorator: name a class or function by a number in pickles.

    Looking up names takes a fifth of the time of unpickling. The number is a checksum of the name;
    `copyreg` refuses two names with the same number.
    """
    module, name = named.__module__, named.__qualname__
    copyreg.add_extension(module, name, crc32(f"{module}.{name}".encode()) & 0x7FFFFFFF)
    return named


def _setstate(setters: list[Callable[[object, Any], None]]) -> Callable[[object, Any], None]:
    def setstate(self: object, state: tuple[Any, ...]) -> None:
        for setter, value in zip(setters, state, strict=True):
            setter(self, value)

    return setstate


#: Numbers of one file's facts: the number of the file plus the index of the field.
FIELDS = 128
#: Nodes are numbered from here, facts below.
FIRST_NODE = 1 << 31


def place_of(number: int) -> int:
    """Return the number under which the readers of a fact or node are stored: a file's together."""
    return number if number >= FIRST_NODE else number - number % FIELDS
