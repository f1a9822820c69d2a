"""JSON Schemas of the kinds of files, and look-ups at one path in them."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

from briefings.content.schema.json_schema import as_written

T = TypeVar("T")
Loc = tuple[str | int, ...]

_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
_SCHEMAS: dict[type, dict[str, Any]] = {}


def adapter(schema: type[T]) -> TypeAdapter[T]:
    """Return the pydantic `TypeAdapter` of a schema; cached."""
    if schema not in _ADAPTERS:
        _ADAPTERS[schema] = TypeAdapter(schema)
    return _ADAPTERS[schema]


def json_schema(schema: type) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind of file as editors write it; cached.

    Every field has its description. Every valid file conforms to the schema. Some faulty files
    conform too, as some faults are only found by parsing a value or by the rules on a file.
    """
    if schema not in _SCHEMAS:
        _SCHEMAS[schema] = as_written(adapter(schema).json_schema())
    return _SCHEMAS[schema]


def keys_at(schema: type, loc: Loc) -> list[str]:
    """Return the keys that the schema defines at a path."""
    return list(shape_at(schema, loc).get("properties", {}))


def shape_at(schema: type, loc: Loc) -> dict[str, Any]:
    """Return the JSON Schema at a path, with `$ref` resolved; {} if the path is unknown.

    A number in the path is any item of a list.
    """
    whole = json_schema(schema)
    node = whole
    for step in loc:
        node = _resolved(node, whole)
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or {}
        if not isinstance(node, dict):
            return {}
    return _resolved(node, whole)


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    # Keys beside `$ref` and `anyOf` take precedence. Of several alternatives null is ignored, and
    # a group or a list is preferred to a scalar.
    for _ in range(6):
        if "$ref" in node:
            own = {key: value for key, value in node.items() if key != "$ref"}
            node = whole["$defs"][node["$ref"].rsplit("/", 1)[1]] | own
        elif "anyOf" in node:
            own = {key: value for key, value in node.items() if key != "anyOf"}
            several = [option for option in node["anyOf"] if option.get("type") != "null"]
            node = max(several, key=lambda option: "$ref" in option or "items" in option) | own
        else:
            break
    return node
