"""Convert pydantic's JSON Schema to what editors write, without what only concerns Python."""

from __future__ import annotations

from typing import Any

#: A JSON Schema, or a part of one.
Shape = dict[str, Any]

_LISTS = ("anyOf",)
_GROUPS = ("properties", "$defs")
_INNER = ("items", "additionalProperties")


def as_written(shape: Shape) -> Shape:
    """Return a copy of `shape` without generated titles, nulls, empty defaults and group defaults.

    Nulls are removed because an empty value is an error. An `anyOf` with one alternative left is
    merged into the schema around it. Groups whose keys are free (`sources`, `codes`) have the
    pattern of a key in `propertyNames`.
    """
    found = {key: value for key, value in shape.items() if key != "title"}
    if found.get("default", "x") in (None, [], {}) or isinstance(found.get("default"), dict):
        del found["default"]
    _name_keys(found)
    for key in _GROUPS:
        if key in found:
            found[key] = {name: as_written(inner) for name, inner in found[key].items()}
    for key in _INNER:
        if isinstance(found.get(key), dict):
            found[key] = as_written(found[key])
    for key in _LISTS:
        if key in found:
            found[key] = [as_written(one) for one in found[key] if one != {"type": "null"}]
    if len(found.get("anyOf", ())) == 1:
        (only,) = found.pop("anyOf")
        found = only | found
    return found


def _name_keys(shape: Shape) -> None:
    """Replace `patternProperties` by `propertyNames` and `additionalProperties`, in place.

    Code editors give better completion and hover texts for these. There is never more than one
    pattern.
    """
    patterns = shape.pop("patternProperties", None)
    if patterns:
        ((pattern, values),) = patterns.items()
        shape["propertyNames"] = {"pattern": pattern} | shape.get("propertyNames", {})
        shape["additionalProperties"] = values
