"""The words that a value of a form can be chosen from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from briefings.checks.references import target_of
from briefings.content.records import SCHEMAS, Content
from briefings.content.schema.json_schema import Loc, shape_at

Choice = tuple[str, str]
#: Lists of a regulator that only suggest: other words may be written too.
OPEN = frozenset({"services"})


def choices(content: Content, kind: str, loc: Loc, tree: dict[str, Any]) -> list[Choice]:
    """Return the values to choose from at a path, each with its label; [] where any text may stand.

    At the path of a free key of a group, such as a rating's id in `service_counts`, they are keys.
    They are the words of the schema, ids of other files, keys of the sources of this file, or
    the words of the regulator that `tree` names.
    """
    shape = shape_at(SCHEMAS[kind], loc)
    if "enum" in shape:
        words = dict.fromkeys(str(word) for word in shape["enum"] if not isinstance(word, bool))
        return [(word, word.replace("-", " ")) for word in words]
    if loc[-2:-1] == ("sources",) and isinstance(loc[-1], int):
        return [(key, f"{key}: {_publisher(entry)}") for key, entry in _group(tree, "sources")]
    if target := target_of(kind, loc):
        return _files(content, target)
    listed = shape.get("x-listed") or shape_at(SCHEMAS[kind], loc[:-1]).get("x-listed")
    return list(dict(_listed(content, str(listed), tree)).items()) if listed else []


def _group(tree: dict[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    group = tree.get(key)
    yield from group.items() if isinstance(group, dict) else ()


def _publisher(source: Any) -> str:
    return str(source.get("publisher", "")) if isinstance(source, dict) else ""


def _files(content: Content, kind: str) -> list[Choice]:
    """Return the ids of a kind of file with their names, sorted by name."""
    fronts = {id: getattr(content.record(kind, id), "front", None) for id in content.ids[kind]}
    names = {
        id: str(getattr(front, "name", None) or getattr(front, "title", None) or id)
        for id, front in fronts.items()
    }
    return sorted(names.items(), key=lambda choice: choice[::-1])


def _listed(content: Content, name: str, tree: dict[str, Any]) -> Iterator[Choice]:
    """Yield the words of a list of the regulator, or of the site (`organisations`).

    Of all regulators, while the file names none.
    """
    if name == "organisations":
        yield from ((kind.id, kind.label) for kind in content.config.organisations.kinds)
        return
    own = content.regulators.get(str(tree.get("regulator")))
    for record in content.regulators.values() if own is None else [own]:
        front = record.front
        if name == "grades":
            grades = [grade for scale in front.scales for grade in scale.values]
            yield from ((item.id, item.label) for item in (*grades, *front.outside_scale))
            continue
        for item in getattr(front, name):
            id = getattr(item, "id", None) or getattr(item, "number", None)
            label = getattr(item, "label", None) or f"{id} {item.title}"
            yield str(id or label), str(label)
