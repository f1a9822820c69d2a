"""JSON Schema as editors meet it: pydantic's, without what is only about Python."""

from __future__ import annotations

from typing import Any

#: A JSON Schema, or a part of one.
Shape = dict[str, Any]

_LISTS = ("anyOf",)
_GROUPS = ("properties", "$defs")
_INNER = ("items", "additionalProperties")


def as_written(shape: Shape) -> Shape:
    """The same without made-up titles, nulls (an empty value is an error) and empty defaults.

    Groups whose keys are free (`sources`, `codes`) say in `propertyNames` what a key looks like.
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
    """`patternProperties` as the two things it says, which editors complete and hover better."""
    patterns = shape.pop("patternProperties", None)
    if patterns:
        ((pattern, values),) = patterns.items()
        shape["propertyNames"] = {"pattern": pattern} | shape.get("propertyNames", {})
        shape["additionalProperties"] = values
