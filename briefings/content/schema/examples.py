"""What to write where a list or a group of keys belongs, with an example made of what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from briefings.content.schema.schema import Loc, shape_at

#: Whether a text can be the value at a place.
Fits = Callable[[Loc, str], bool]

#: What editors write for nothing.
_NOTHING = frozenset({"none", "n/a", "na", "nil", "-", "--", "null", "~", "tbc", "tba", "empty"})


def to_write(schema: type, loc: Loc, typed: object, fits: Fits, *, is_list: bool = False) -> str:
    """What to write where a list or a group belongs: the keys that it has, and an example."""
    if isinstance(typed, str) and typed.strip().lower() in _NOTHING:
        return "if there is nothing to say, remove the line"
    if not is_list:
        example = _example(schema, loc, typed, fits)
        return f"write {example}" if example else _free_keys(shape_at(schema, loc))
    item = _example(schema, (*loc, 0), typed, fits)
    if not item:
        return "put it in brackets, [one] or [one, two], or each item after a `-`"
    return f"put each item on a line of its own, after a dash: - {item}"


def _free_keys(shape: dict[str, Any]) -> str:
    """What to write where the keys are one's own, such as those of sources and of codes."""
    if "$ref" not in shape.get("additionalProperties", {}):
        return f"write {{key: value}}; {str(shape.get('description', 'group of keys')).lower()}"
    return "write a key such as `A:` on a line of its own, and the rest indented below it"


def _example(schema: type, loc: Loc, typed: object, fits: Fits) -> str:
    """A group as it may be written, with what was typed in the place of the first key that takes
    it; nothing where the keys are free. Other keys that may stand there are named."""
    shape = shape_at(schema, loc)
    keys, needed = list(shape.get("properties", {})), list(shape.get("required", ()))
    if not keys:
        return ""
    text = typed if isinstance(typed, str) and len(typed) <= 60 and "\n" not in typed else ""
    takes = _takes(schema, loc, [*needed, *keys], text, fits) if text else None
    values = {key: "[A]" if key == "sources" else "…" for key in needed}
    if takes is not None:
        values |= {takes[0]: takes[1]}
    written = ", ".join(f"{key}: {value}" for key, value in values.items())
    others = [key for key in keys if key not in values]
    more = f"; it may have {', '.join(others)} too" if others else ""
    return f"{{{written}}}{more}"


def _takes(
    schema: type, loc: Loc, keys: list[str], text: str, fits: Fits
) -> tuple[str, str] | None:
    """The first key of a group that the text can be the value of, as it is or as an id."""
    plain = re.fullmatch(r"[\w./-][\w ./-]*", text)
    as_typed = text if plain else "'" + text.replace("'", "''") + "'"
    as_id = re.sub(r"[\W_]+", "-", text.lower()).strip("-")
    for key in sorted(keys, key=lambda key: _unlikely(shape_at(schema, (*loc, key)), key, text)):
        shape = shape_at(schema, (*loc, key))
        for value, written in ((text, as_typed), (as_id, as_id)):
            scalar = "items" not in shape and "properties" not in shape
            if scalar and fits((*loc, key), value):
                return key, written
    return None


def _unlikely(shape: dict[str, Any], key: str, text: str) -> bool:
    """True for a key that is not meant: dates are, where a date was typed, and keys for sentences
    where one was."""
    if re.match(r"[0-9]{4}\b", text):
        return "[0-9]{4}" not in str(shape)
    return len(text.split()) > 3 and key not in {"text", "gist", "about", "reason", "note"}
