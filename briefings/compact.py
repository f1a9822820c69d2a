"""Finished values that go between processes, and into the cache, at the cost of a tuple.

Texts that come back equal are held once: nine of ten in a large site are names, words of a fixed
list and keys of sources, which every briefing says again.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar
from zlib import crc32

T = TypeVar("T")
N = TypeVar("N", bound=Callable[..., Any])

#: Texts of so many characters are said once or twice: to look for them costs more than it saves.
_SHORT = 50
#: Texts, and lists of a single one, that came back since `forget`. Nothing of another kind: there,
#: what is equal need not be the same (1 and True, 2.0 and 2.00).
_seen: dict[Any, Any] = {}
#: How a field is put in.
_PUT = (
    "    if type({0}) is str:",
    f"        if len({{0}}) < {_SHORT}:",
    "            {0} = held({0}, {0})",
    "    elif type({0}) is tuple and len({0}) == 1 and type({0}[0]) is str:",
    "        {0} = held({0}, {0})",
    "    {1}(self, {0})",
)


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
    taken = ", ".join(f"value{n}" for n in places)
    lines = ["def setstate(self, state):", f"    {taken} = state"]
    for n in places:
        lines += [line.format(f"value{n}", f"put{n}") for line in _PUT]
    made: dict[str, Any] = {f"put{n}": setter for n, setter in enumerate(setters)}
    made["held"] = _seen.setdefault
    exec("\n".join(lines), made)  # noqa: S102  # our own lines, above
    setstate: Callable[[object, Any], None] = made["setstate"]
    return setstate


def forget() -> None:
    """Everything came back: what was seen on the way need not be held any longer."""
    _seen.clear()
