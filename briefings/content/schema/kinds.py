"""Which kind of file some front matter is of, judged by its keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from briefings.content.schema.schema import shape_at


def looks_like(kind: str, tree: Mapping[str, Any], schemas: Mapping[str, type]) -> str | None:
    """The kind whose keys the tree has, where that is certainly another one than `kind`: a file
    that was put into the wrong folder."""
    wrong = {one: _wrong_keys(schema, tree) for one, schema in schemas.items() if one != "site"}
    least = min(wrong.values())
    best = [one for one, count in wrong.items() if count == least]
    known = shape_at(schemas[kind], ()).get("properties", {})
    if (
        all(key in known for key in tree)
        or len(best) > 1
        or wrong[kind] < 2
        or 3 * least > wrong[kind]
    ):
        return None
    return best[0] if best[0] != kind else None


def required_keys(schema: type) -> list[str]:
    """The keys at the top that a kind of file needs."""
    return list(shape_at(schema, ()).get("required", ()))


def _wrong_keys(schema: type, tree: Mapping[str, Any]) -> int:
    """How many keys at the top are unknown to a kind of file, and how many it lacks."""
    known = shape_at(schema, ()).get("properties", {})
    unknown = sum(key not in known for key in tree)
    return unknown + sum(key not in tree for key in required_keys(schema))
