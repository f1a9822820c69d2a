"""The JSON Schema of each kind of file, and what it says of one place in a file."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

from briefings.content.schema.json_schema import as_written

T = TypeVar("T")
Loc = tuple[str | int, ...]

_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
_SCHEMAS: dict[type, dict[str, Any]] = {}


def adapter(schema: type[T]) -> TypeAdapter[T]:
    """The reader of one schema, made once."""
    if schema not in _ADAPTERS:
        _ADAPTERS[schema] = TypeAdapter(schema)
    return _ADAPTERS[schema]


def json_schema(schema: type) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one kind of file as editors write it, with all meanings.

    It calls no valid file wrong, and lets pass what only the rules can judge.
    """
    if schema not in _SCHEMAS:
        _SCHEMAS[schema] = as_written(adapter(schema).json_schema())
    return _SCHEMAS[schema]


def keys_at(schema: type, loc: Loc) -> list[str]:
    """The keys that the schema knows at a path of the tree."""
    return list(shape_at(schema, loc).get("properties", {}))


def shape_at(schema: type, loc: Loc) -> dict[str, Any]:
    """The JSON Schema of one path, `$ref`s followed; nothing where the path is unknown."""
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
