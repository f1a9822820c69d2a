"""The values wanted of a file, with the place that each has in it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

#: A text, or a dict or list of values.
Value = Any


class Rows(list[Value]):
    """The wanted items of a list; `origins` has the index that each has in the file, or None."""

    def __init__(self, items: Iterable[tuple[int | None, Value]]) -> None:
        pairs = list(items)
        super().__init__(value for _, value in pairs)
        self.origins = [origin for origin, _ in pairs]


class Group(dict[str, Value]):
    """The wanted values of a group; `origins` has the key that each has in the file.

    It is "" for a new one, and may be left out where the key is the same.
    """

    def __init__(self, values: Mapping[str, Value], origins: Mapping[str, str]) -> None:
        super().__init__(values)
        self.origins = dict(origins)


def old_key(group: dict[str, Value], key: str) -> str:
    """Return the key that a wanted value has in the file."""
    return group.origins.get(key, key) if isinstance(group, Group) else key


def old_places(old: list[Value], new: list[Value]) -> list[int | None]:
    """Return the index that each wanted item has in the file, or None."""
    return new.origins if isinstance(new, Rows) else list(_positions(old, new))


def _positions(old: list[Value], new: list[Value]) -> Iterator[int | None]:
    """Yield the index in the file of each new item: of an equal item, else of the one in its place.

    Items before the first difference and after the last are equal; those between are paired.
    """
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
                min(len(old), len(new)))  # fmt: skip
    room = min(len(old), len(new)) - head
    tail = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    for index in range(len(new)):
        if index < head:
            yield index
        elif index >= len(new) - tail:
            yield index - len(new) + len(old)
        else:
            yield index if index < len(old) - tail else None


def with_key(
    group: dict[str, Value], key: str, value: Value, order: Sequence[str]
) -> dict[str, Value]:
    """Return a group with one more key, below all those that are before it in `order`."""
    before = order[: order.index(key)] if key in order else list(group)
    names = list(group)
    cut = max((n for n, name in enumerate(names, 1) if name in before), default=len(names))
    return {name: group.get(name, value) for name in (*names[:cut], key, *names[cut:])}
