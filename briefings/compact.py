"""Finished values that go between processes, and into the cache, at the cost of a tuple.

Texts that come back equal are held once: nine of ten in a large site are names, words of a fixed
list and keys of sources, which every briefing says again. What only few outputs show stays folded
(`Folded`).
"""

from __future__ import annotations

import copyreg
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from errno import EIO, ENOSPC
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ClassVar, NamedTuple, TypeVar
from weakref import finalize
from zlib import crc32

#: Puts a value into a slot.
Put = Callable[[object, Any], None]
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


#: So many values stay unfolded once they were asked for; those that are, the first one first.
_MOST = 4_000
_unfolded: deque[Folded] = deque()
_stay_folded = False


class Shelf:
    """A file without a name, where lies what a large site need not hold."""

    def __init__(self, folder: Path) -> None:
        """In a folder that is there. Raises OSError."""
        self._file = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  # closed as it goes
        finalize(self, self._file.close)
        self._end = 0

    def put(self, blob: bytes) -> Shelved:
        """Lay it there. Raises OSError."""
        if os.pwrite(self._file.fileno(), blob, self._end) != len(blob):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        self._end += len(blob)
        return Shelved(self, self._end - len(blob), len(blob))

    def at(self, start: int, length: int) -> bytes:
        """What lies there. Raises OSError."""
        blob = os.pread(self._file.fileno(), length, start)
        if len(blob) != length:
            raise OSError(EIO, os.strerror(EIO))
        return blob


class Shelved(NamedTuple):
    """Something on a shelf."""

    shelf: Shelf
    start: int
    length: int


class Folded:
    """A compact value of which the fields named in `FOLDED` (two or more texts or lists) can stay
    as they were pickled. They unfold when one of them is asked for, and fold again when many others
    have since: a large site holds all its briefings at once, and asks most for no more than lists
    show."""

    __slots__ = ("_folded", "_lengths")
    FOLDED: ClassVar[tuple[str, ...]]
    _folded: bytes | Shelved
    _lengths: tuple[int, ...]


@contextmanager
def staying_folded(stay: bool) -> Iterator[None]:
    """What comes back meanwhile stays folded, or does not."""
    global _stay_folded
    before, _stay_folded = _stay_folded, stay
    try:
        yield
    finally:
        _stay_folded = before


def length(one: Folded, name: str) -> int:
    """How much there is in one of the folded fields, which does not unfold for that."""
    return _lengths(one)[one.FOLDED.index(name)]


def shelve(one: Folded, shelf: Shelf) -> None:
    """Fold a value, and lay what is folded on a shelf; where the disk refuses, it is held."""
    with suppress(OSError):
        _keep(one, shelf.put(_blob(one)))
    _fold(one)


def compact(kind: type[T]) -> type[T]:
    """Class decorator: pickles a frozen dataclass with slots, of two fields or more, quickly.

    What dataclasses do by themselves finds out the fields anew for each of a million values.
    """
    folded = kind.FOLDED if issubclass(kind, Folded) else ()
    names = [one.name for one in fields(kind) if one.name not in folded]  # type: ignore[arg-type]
    state_of = attrgetter(*names)

    def getstate(self: object) -> tuple[Any, ...]:
        state: tuple[Any, ...] = state_of(self)
        return state

    kind.__getstate__ = getstate  # type: ignore[method-assign]
    kind.__setstate__ = _setstate(_setters(kind, names))  # type: ignore[attr-defined]
    if issubclass(kind, Folded):
        _make_foldable(kind)
    return numbered(kind)


def _setters(kind: type, names: Iterable[str]) -> list[Put]:
    return [getattr(kind, name).__set__ for name in names]


def _make_foldable(kind: type[Folded]) -> None:
    """Its state is that of the fields that are held, and the others pickled by themselves.

    Python asks `__getattr__` for what is in no slot: a field that is folded.
    """
    state_of, put_state = kind.__getstate__, kind.__setstate__  # type: ignore[attr-defined]
    putters = dict(zip(kind.FOLDED, _setters(kind, kind.FOLDED), strict=True))

    def getstate(self: Folded) -> tuple[Any, ...]:
        return state_of(self), _blob(self), _lengths(self)

    def setstate(self: Folded, state: tuple[Any, ...]) -> None:
        held, folded, lengths = state
        put_state(self, held)
        object.__setattr__(self, "_lengths", _seen.setdefault(lengths, lengths))
        if _stay_folded:
            _keep(self, folded)
        else:
            _put(self, putters, folded)

    def getattribute(self: Folded, name: str) -> Any:
        if name not in putters:
            raise AttributeError(f"{kind.__name__} has no {name}", name=name, obj=self)
        found = _put(self, putters, _blob(self))[name]
        forget()
        _hold(self)
        return found

    for name, method in (
        ("__getstate__", getstate),
        ("__setstate__", setstate),
        ("__getattr__", getattribute),
    ):
        setattr(kind, name, method)


def _blob(one: Folded) -> bytes:
    """The folded fields. Raises OSError where the disk does not give them back."""
    folded = getattr(one, "_folded", None)
    if folded is None:
        values = attrgetter(*one.FOLDED)(one)
        return pickle.dumps(values, protocol=pickle.HIGHEST_PROTOCOL)
    return folded if type(folded) is bytes else folded.shelf.at(folded.start, folded.length)


def _lengths(one: Folded) -> tuple[int, ...]:
    lengths: tuple[int, ...] | None = getattr(one, "_lengths", None)
    return lengths or tuple(len(getattr(one, name)) for name in one.FOLDED)


def _put(one: Folded, putters: Mapping[str, Put], folded: bytes) -> dict[str, Any]:
    values = dict(zip(putters, pickle.loads(folded), strict=True))  # noqa: S301  # made by us
    for name, value in values.items():
        putters[name](one, value)
    return values


def _hold(one: Folded) -> None:
    """This one was unfolded; another one has been for long enough."""
    _unfolded.append(one)
    if len(_unfolded) > _MOST:
        _fold(_unfolded.popleft())


def _fold(one: Folded) -> None:
    """Let go of the folded fields, which it has elsewhere."""
    if getattr(one, "_folded", None) is None:
        _keep(one, _blob(one))
    for name in one.FOLDED:
        with suppress(AttributeError):  # two threads unfolded it
            object.__delattr__(one, name)


def _keep(one: Folded, folded: bytes | Shelved) -> None:
    object.__setattr__(one, "_folded", folded)


def numbered(named: N) -> N:
    """A class or function that pickles know by a number: to look names up is a fifth of the time
    that ten thousand records take. The number follows from the name, whatever is imported first;
    two names of one number would be refused here, at once."""
    module, name = named.__module__, named.__qualname__
    number = crc32(f"{module}.{name}".encode()) & 0x7FFFFFFF
    copyreg.add_extension(module, name, number)
    return named


def _setstate(setters: list[Put]) -> Callable[[object, Any], None]:
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
