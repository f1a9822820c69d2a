"""Completion and help for content files in editor programs, generated from the schema.

JSON Schemas (draft 7) for programs that support them, and snippets for Visual Studio Code. The
snippets also work in the front matter of Markdown files, which its YAML extension does not support.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from briefings.content.files import FOLDERS
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import Loc, json_schema, shape_at

#: The draft that every editor program supports. The schemas of the downloads declare 2020-12 and
#: differ in nothing else.
_DIALECT = "http://json-schema.org/draft-07/schema#"


def schemas() -> Mapping[str, str]:
    """Return file name → JSON Schema, one for each kind of file."""
    return {
        f"{kind}.json": _json({"$schema": _DIALECT, "title": f"A {kind}"} | json_schema(schema))
        for kind, schema in SCHEMAS.items()
    }


def snippets() -> str:
    """Return the snippets file for VS Code: one snippet for each key in Markdown front matter.

    The description of a snippet is that of the key, and its body offers the values of an
    enumeration as a list to choose from.
    """
    snippets: dict[str, dict[str, Any]] = {}
    for kind, ending in FOLDERS.values():
        if ending != ".md":
            continue
        for loc, shape in _keys(kind, ()):
            place = ", in ".join(reversed([kind, *(str(step) for step in loc[:-1] if step != 0)]))
            name = f"{loc[-1]} ({place})"
            snippets[name] = {
                "scope": "markdown",
                "prefix": str(loc[-1]),
                "description": f"{shape.get('description', '')} ({place})",
                "body": _body(kind, loc, shape),
            }
    return _json(snippets)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _keys(kind: str, loc: Loc) -> Iterator[tuple[Loc, dict[str, Any]]]:
    """Yield every key below `loc` with its schema; index 0 represents all items of a list."""
    for name in shape_at(SCHEMAS[kind], loc).get("properties", {}):
        inner = (*loc, name)
        shape = shape_at(SCHEMAS[kind], inner)
        yield inner, shape
        yield from _keys(kind, (*inner, 0) if "items" in shape else inner)


def _body(kind: str, loc: Loc, shape: dict[str, Any]) -> list[str]:
    """Return the lines of a snippet: the key, then its value.

    For a group or a list of groups, the value has the required keys of the group.
    """
    name = loc[-1]
    if "enum" in shape:
        words = [str(word) for word in shape["enum"] if not isinstance(word, bool)]
        return [f"{name}: ${{1|{','.join(words)}|}}"]
    if "items" in shape:
        item = shape_at(SCHEMAS[kind], (*loc, 0))
        if "properties" not in item:
            return [f"{name}: [$1]"]
        lines = _required(item)
        return [f"{name}:", f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])]
    if "properties" in shape:
        return [f"{name}:", *(f"  {line}" for line in _required(shape))]
    return [f"{name}: $1"]


def _required(shape: dict[str, Any]) -> list[str]:
    names = shape.get("required") or list(shape["properties"])[:1]
    return [f"{name}: ${number}" for number, name in enumerate(names, start=1)]
