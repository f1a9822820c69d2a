"""The values wanted of a file, with the place that each has in it now; how values are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from briefings.content.frontmatter.reading import Node, read_yaml

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


#: The blocks of a briefing that have an example, in the order of the schema.
BLOCKS = (
    "sources", "ratings", "service_counts", "breaches", "enforcement", "requirements", "concerns",
    "strengths", "figures", "statements", "reply", "timeline", "discrepancies", "not_known",
    "changes", "people",
)  # fmt: skip


@cache
def examples() -> Mapping[str, Any]:
    """Return block → its example in docs/editors.md, of which examples.yaml is made by its test."""
    file = Path(__file__).with_name("examples.yaml")
    return read_yaml(file.read_bytes(), file.name)[0].tree.data


# -- as YAML --------------------------------------------------------------------------------------

#: The longest list of words that is written in brackets on one line.
_WIDTH = 72
_PLAIN = re.compile(
    r"[A-Za-z0-9(£/][A-Za-z0-9_ ,.()’'/£%&;+-]*|https?://[^\s:]+(?::[^\s:]+)*"
    r"|[0-9-]{10}T[Z0-9:.+-]+"
)
#: Words that other YAML parsers read as a boolean or null.
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def scalar(new: str, style: str, flow: bool) -> str:
    """Return a text as YAML: in the quotes that were there, or where it needs them."""
    if style == '"' and not re.search(r'["\\]', new):
        return f'"{new}"'
    if style in {"'", '"'} or (flow and re.search(r"[,\[\]{}]", new)):
        return "'" + new.replace("'", "''") + "'"
    return written(new)


def in_flow(text: str, node: Node | None, new: Value) -> str:
    """Return a value within brackets; what is as before is copied from the text."""
    if node is not None and node.data == new:
        return text[node.start : node.end]
    if isinstance(new, dict):
        entries = node.entries if node is not None else {}
        pairs = []
        for key, value in new.items():
            name, old = entries.get(old_key(new, key), (None, None))
            label = in_flow(text, name, key)
            pairs.append(f"{label}: {in_flow(text, old, value)}")
        return "{" + ", ".join(pairs) + "}"
    if isinstance(new, list):
        items = node.items if node is not None else []
        origins = old_places(node.data, new) if node is not None and items else [None] * len(new)
        olds = [None if origin is None else items[origin] for origin in origins]
        parts = (in_flow(text, old, item) for old, item in zip(olds, new, strict=True))
        return "[" + ", ".join(parts) + "]"
    return scalar(new, node.style if node is not None else "", flow=True)


def written(text: str) -> str:
    """Return a text as YAML: a plain scalar where that reads the same, else in single quotes."""
    plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and "  " not in text
    if plain and text.lower() not in _NO_TEXT:
        return text
    return "'" + text.replace("'", "''") + "'"


def mapping_lines(group: dict[str, Value]) -> list[str]:
    """Return a group of keys as lines of YAML in block style; True is written as `true`."""
    lines: list[str] = []
    for key, value in group.items():
        name = f"{written(key)}:"
        if isinstance(value, dict):
            lines += [name, *(f"  {line}" for line in mapping_lines(value))]
        elif isinstance(value, list) and not _fits_on_a_line(value):
            lines += [name, *(f"  {line}" for item in value for line in item_lines(item))]
        elif isinstance(value, list):
            lines.append(f"{name} {in_flow('', None, value)}")
        else:
            lines.append(f"{name} {'true' if value is True else written(value)}")
    return lines


def item_lines(value: Value) -> list[str]:
    """Return an item of a list as lines of YAML in block style."""
    if isinstance(value, dict):
        first, *more = mapping_lines(value)
        return [f"- {first}", *(f"  {line}" for line in more)]
    return [f"- {in_flow('', None, value) if isinstance(value, list) else written(value)}"]


def _fits_on_a_line(items: list[Value]) -> bool:
    plain = all(isinstance(item, str) for item in items)
    return plain and len(", ".join(items)) <= _WIDTH and not any("," in item for item in items)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds for a draft of a briefing.

    `answers`: option → text, of what is certain enough to be written. `remarks`: option → what is
    uncertain about it, or what the editor has to know to write it. `ratings`: values of the key
    `ratings`. `doubtful`: questions, each with the ratings that are written as comments below it.
    """

    answers: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    ratings: Sequence[Mapping[str, Any]] = ()
    doubtful: Sequence[tuple[str, Sequence[Mapping[str, Any]]]] = ()
