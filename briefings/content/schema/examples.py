"""Hints for a value that should be a list or a group of keys.

A hint gives an example, which contains the text that the editor typed if it fits somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from briefings.content.schema.json_schema import Loc, shape_at

#: Returns whether a text is a valid value at a path.
Fits = Callable[[Loc, str], bool]

#: Words that editors write for an absent value, in lower case.
_NOTHING = frozenset({"none", "n/a", "na", "nil", "-", "--", "null", "~", "tbc", "tba", "empty"})


def to_write(schema: type, loc: Loc, typed: object, fits: Fits, *, is_list: bool = False) -> str:
    """Return the hint for a value that should be a list or a group of keys.

    `loc` is the path of the value, `typed` the value in the file, and `is_list` is true if the
    schema has a list there. The hint is an example, followed by the other keys that are allowed;
    for a word such as `none` it is to remove the line.
    """
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
    """Return the hint for a group whose keys the editor chooses, such as `sources` or `codes`.

    `shape` is the JSON Schema of the group.
    """
    if "$ref" not in shape.get("additionalProperties", {}):
        return f"write {{key: value}}; {str(shape.get('description', 'group of keys')).lower()}"
    return "write a key such as `A:` on a line of its own, and the rest indented below it"


def _example(schema: type, loc: Loc, typed: object, fits: Fits) -> str:
    """Return an example of the group at `loc` and its other keys; "" if its keys are free.

    The example has every required key. The typed text is the value of the first key that accepts
    it, unless the text has more than 60 characters or several lines.
    """
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
    """Return the first of `keys` that accepts `text`, and the value to write, or None.

    Each key is tried with the text as typed, which is put in quotes if YAML needs them, and with
    the id made from it. Keys whose value is a list or a group are skipped; `_unlikely` keys are
    tried last.
    """
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
    """Return whether `key` is probably not the one that the editor meant.

    A text that begins with a year belongs in a field for dates, and any other text of more than
    three words in a field for sentences.
    """
    if re.match(r"[0-9]{4}\b", text):
        return "[0-9]{4}" not in str(shape)
    return len(text.split()) > 3 and key not in {"text", "gist", "about", "reason", "note"}
