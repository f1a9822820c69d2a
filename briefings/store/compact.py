"""Finished values that go between processes, and into the cache, at the cost of a tuple.

Texts that come back equal are held once: nine of ten in a large site are names, words of a fixed
list and keys of sources, which every briefing says again. What only few outputs show stays folded
(`Folded`).
"""

from __future__ import annotations

import copy
import copyreg
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar
from zlib import crc32

from briefings.store.folded import Folded, asked, blob, come_back, lengths

T = TypeVar("T")
N = TypeVar("N", bound=Callable[..., Any])

#: Texts of so many characters are said once or twice: to look for them costs more than it saves.
_SHORT = 50
#: Texts, lists of a single one, and lengths, that came back since `forget`. Nothing of another
#: kind: there, what is equal need not be the same (1 and True, 2.0 and 2.00).
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
    folded = kind.FOLDED if issubclass(kind, Folded) else ()
    # mypy can't be told that a class is a dataclass, nor that it takes the methods of pickle.
    names = [one.name for one in fields(kind) if one.name not in folded]  # type: ignore[arg-type]
    state_of = attrgetter(*names)

    def getstate(self: object) -> tuple[Any, ...]:
        state: tuple[Any, ...] = state_of(self)
        return state

    kind.__getstate__ = getstate  # type: ignore[method-assign]
    setters = [getattr(kind, name).__set__ for name in names]
    kind.__setstate__ = _setstate(setters)  # type: ignore[attr-defined]
    if issubclass(kind, Folded):
        _make_foldable(kind)
    return numbered(kind)


def _make_foldable(kind: type[Folded]) -> None:
    """Its state is that of the fields that are held, and the others pickled by themselves.

    Python asks `__getattr__` for what is in no slot: a field that is folded.
    """
    # `compact` has just given it both.
    state_of, put_state = kind.__getstate__, kind.__setstate__  # type: ignore[attr-defined]

    def getstate(self: Folded) -> tuple[Any, ...]:
        return state_of(self), blob(self), lengths(self)

    def setstate(self: Folded, state: tuple[Any, ...]) -> None:
        held, folded, told = state
        put_state(self, held)
        come_back(self, folded, _seen.setdefault(told, told))

    def missing(self: Folded, name: str) -> Any:
        if name not in kind.FOLDED:
            raise AttributeError(f"{kind.__name__} has no {name}", name=name, obj=self)
        values = asked(self)
        forget()
        return values[name]

    for name, method in (("getstate", getstate), ("setstate", setstate), ("getattr", missing)):
        setattr(kind, f"__{name}__", method)


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


V = TypeVar("V")


def altered(value: V, **fields: object) -> V:
    """A copy of a value with other fields, which are not validated again."""
    made = copy.copy(value)
    for name, one in fields.items():
        object.__setattr__(made, name, one)
    return made


def forget() -> None:
    """Everything came back: what was seen on the way need not be held any longer."""
    _seen.clear()
