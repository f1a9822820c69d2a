"""JSON Schemas of the kinds of files, as editors write these, and lookups in them.

The keys at a path, the kind that a file looks like, and examples of a list or a group; completion
and help for editor programs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from briefings.content.files import FOLDERS
from briefings.content.schema.blocks import Shape

#: A path in the values of a file.
Loc = tuple[str | int, ...]

#: Returns whether a text is a valid value at a path.
Fits = Callable[[Loc, str], bool]
#: Words that editors write for an absent value, in lower case.
_NOTHING = frozenset({"none", "n/a", "na", "nil", "-", "--", "null", "~", "tbc", "tba", "empty"})
#: Returns the pydantic `TypeAdapter` of a schema.
adapter: Callable[[type], TypeAdapter[Any]] = cache(TypeAdapter)


@cache
def json_schema(schema: type) -> Shape:
    """Return the JSON Schema (2020-12) of a kind of file as editors write it.

    Every field has its description. Every valid file conforms to the schema. Some faulty files
    conform too, as some faults are only found by parsing a value or by the rules on a file.
    """
    shape: Shape = _as_written(adapter(schema).json_schema())
    return shape


def _as_written(node: Any, *, by_name: bool = False) -> Any:
    """Return pydantic's JSON Schema without what only concerns Python.

    That is: generated titles, nulls (an empty value is an error), and empty defaults or those of
    groups. An `anyOf` with one alternative left is merged into the schema around it. `by_name`: the
    keys of `node` are names of properties or definitions.
    """
    if isinstance(node, list):
        return [_as_written(item) for item in node if item != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    shape = {
        key: _as_written(value, by_name=key in {"properties", "$defs", "patternProperties"})
        for key, value in node.items()
        if by_name or key != "title"
    }
    if by_name:
        return shape
    if shape.get("default", "x") in (None, []) or isinstance(shape.get("default"), dict):
        del shape["default"]
    _name_keys(shape)
    if len(shape.get("anyOf", ())) == 1:
        (only,) = shape.pop("anyOf")
        shape = only | shape
    return shape


def _name_keys(shape: Shape) -> None:
    """Describe a group whose keys are free, such as `sources`, by the pattern of a key, in place.

    pydantic has `patternProperties` with one pattern. Code editors give better completion and hover
    texts for `propertyNames` and `additionalProperties`.
    """
    if patterns := shape.pop("patternProperties", None):
        ((pattern, values),) = patterns.items()
        shape["propertyNames"] = {"pattern": pattern} | shape.get("propertyNames", {})
        shape["additionalProperties"] = values


def shape_at(schema: type, loc: Loc) -> Shape:
    """Return the JSON Schema at a path, with `$ref` resolved; {} if the path is unknown.

    A number in the path is any item of a list.
    """
    root = json_schema(schema)
    node: Any = _resolved(root, root)
    for step in loc:
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties")
        if not isinstance(node, dict):
            return {}
        node = _resolved(node, root)
    shape: Shape = node
    return shape


def _resolved(node: Shape, root: Shape) -> Shape:
    """Return a schema without `$ref` and `anyOf`; keys beside these take precedence.

    Of several alternatives a group or a list is preferred to a scalar, which is then at `short`.
    """
    while "$ref" in node or "anyOf" in node:
        node = dict(node)
        if "$ref" in node:
            inner = root["$defs"][node.pop("$ref").rsplit("/", 1)[1]]
        else:
            options = node.pop("anyOf")
            inner = max(options, key=lambda option: "$ref" in option or "items" in option)
            if short := [option for option in options if option is not inner]:
                node["short"] = short[0]
        node = inner | node
    return node


def keys_at(schema: type, loc: Loc) -> list[str]:
    """Return the keys that the schema defines at a path."""
    return list(shape_at(schema, loc).get("properties", {}))


def required_keys(schema: type, loc: Loc = ()) -> list[str]:
    """Return the required keys at a path."""
    return list(shape_at(schema, loc).get("required", ()))


def looks_like(kind: str, tree: Mapping[str, Any], schemas: Mapping[str, type]) -> str | None:
    """Return the kind of file that `tree` certainly is if that is not `kind`, else None.

    It is the kind with the fewest wrong keys (see `_wrong_keys`), if the tree has a key that is
    unknown to `kind`, and `kind` has two or more wrong keys and at least three times as many. It is
    never `site`.
    """
    wrong = {name: _wrong_keys(schemas[name], tree) for name in schemas if name != "site"}
    best, second = sorted(wrong, key=lambda name: wrong[name])[:2]
    certain = wrong[best] < wrong[second] and wrong[kind] >= max(2, 3 * wrong[best])
    names = {field.name for field in fields(schemas[kind])}
    return best if best != kind and certain and not names.issuperset(tree) else None


def _wrong_keys(schema: type, tree: Mapping[str, Any]) -> int:
    """Return the number of unknown top-level keys plus the number of missing required ones."""
    by_name = {field.name: field for field in fields(schema)}
    missing = (field for name, field in by_name.items() if name not in tree)
    required = (field.default is MISSING and field.default_factory is MISSING for field in missing)
    return sum(key not in by_name for key in tree) + sum(required)


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
        description = str(shape.get("description", "group of keys"))
        return f"write {{key: value}}; {description[0].lower()}{description[1:]}"
    return "write a key such as `A:` on a line of its own, and the rest indented below it"


def _example(schema: type, loc: Loc, typed: object, fits: Fits) -> str:
    """Return an example of the group at `loc` and its other keys; "" if its keys are free.

    The example has every required key. The typed text is the value of the first key that accepts
    it, unless the text has more than 60 characters or several lines.
    """
    keys, needed = keys_at(schema, loc), required_keys(schema, loc)
    if not keys:
        return ""
    text = typed if isinstance(typed, str) and len(typed) <= 60 and "\n" not in typed else ""
    values = {key: "[A]" if key == "sources" else "…" for key in needed}
    values |= _typed_in(schema, loc, [*needed, *keys], text, fits) if text else {}
    written = ", ".join(f"{key}: {value}" for key, value in values.items())
    others = [key for key in keys if key not in values]
    further = f"; it may have {', '.join(others)} too" if others else ""
    return f"{{{written}}}{further}"


def _typed_in(schema: type, loc: Loc, keys: list[str], text: str, fits: Fits) -> dict[str, str]:
    """Return the first of `keys` that accepts `text`, with the value to write; {} if none does.

    Each key is tried with the text as typed, which is put in quotes if YAML needs them, and with
    the id made from it. Keys whose value is a list or a group are skipped; `_unlikely` keys are
    tried last.
    """
    plain = re.fullmatch(r"[\w./-][\w ./-]*", text)
    as_typed = text if plain else "'" + text.replace("'", "''") + "'"
    as_id = re.sub(r"[\W_]+", "-", text.lower()).strip("-")
    shapes = {key: shape_at(schema, (*loc, key)) for key in keys}
    for key in sorted(shapes, key=lambda key: _unlikely(shapes[key], key, text)):
        if not shapes[key].keys() & {"items", "properties"}:
            for value, written in ((text, as_typed), (as_id, as_id)):
                if fits((*loc, key), value):
                    return {key: written}
    return {}


def _unlikely(shape: dict[str, Any], key: str, text: str) -> bool:
    """Return whether `key` is probably not the one that the editor meant.

    A text that begins with a year belongs in a field for dates, and any other text of more than
    three words in a field for sentences.
    """
    if re.match(r"[0-9]{4}\b", text):
        return "[0-9]{4}" not in str(shape)
    return len(text.split()) > 3 and key not in {"text", "gist", "about", "reason", "note"}


# -- files for editor programs ---------------------------------------------------------------------

#: The draft that every editor program supports. The schemas of the downloads declare 2020-12 and
#: differ in nothing else.
_DIALECT = "http://json-schema.org/draft-07/schema#"


def schema_files(schemas: Mapping[str, type]) -> Mapping[str, str]:
    """Return file name → JSON Schema (draft 7), one for each kind of file."""
    return {
        f"{kind}.json": _json({"$schema": _DIALECT, "title": f"A {kind}"} | json_schema(schema))
        for kind, schema in schemas.items()
    }


def snippets(schemas: Mapping[str, type]) -> str:
    """Return the snippets file for VS Code: one snippet for each key in Markdown front matter.

    The JSON Schemas do not reach there, as the program's YAML extension reads YAML files only. The
    description of a snippet is that of the key, and its body offers the values of an enumeration as
    a list to choose from.
    """
    snippets: dict[str, dict[str, Any]] = {}
    for kind, ending in FOLDERS.values():
        if ending != ".md":
            continue
        for loc, shape in _keys(schemas[kind], ()):
            place = ", in ".join(reversed([kind, *(str(step) for step in loc[:-1] if step != 0)]))
            name = f"{loc[-1]} ({place})"
            snippets[name] = {
                "scope": "markdown",
                "prefix": str(loc[-1]),
                "description": f"{shape.get('description', '')} ({place})",
                "body": _body(schemas[kind], loc, shape),
            }
    return _json(snippets)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _keys(schema: type, loc: Loc) -> Iterator[tuple[Loc, Shape]]:
    """Yield every key below `loc` with its schema; index 0 represents all items of a list."""
    for name in shape_at(schema, loc).get("properties", {}):
        inner = (*loc, name)
        shape = shape_at(schema, inner)
        yield inner, shape
        yield from _keys(schema, (*inner, 0) if "items" in shape else inner)


def _body(schema: type, loc: Loc, shape: Shape) -> list[str]:
    """Return the lines of a snippet: the key, then its value.

    For a group or a list of groups, the value has the required keys of the group.
    """
    name = loc[-1]
    if "enum" in shape:
        words = [str(word) for word in shape["enum"] if not isinstance(word, bool)]
        return [f"{name}: ${{1|{','.join(words)}|}}"]
    if "items" in shape:
        item = shape_at(schema, (*loc, 0))
        if "properties" not in item:
            return [f"{name}: [$1]"]
        lines = _required(item)
        return [f"{name}:", f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])]
    if "properties" in shape:
        return [f"{name}:", *(f"  {line}" for line in _required(shape))]
    return [f"{name}: $1"]


def _required(shape: Shape) -> list[str]:
    names = shape.get("required") or list(shape["properties"])[:1]
    return [f"{name}: ${number}" for number, name in enumerate(names, start=1)]
