"""Detect the kind of a file from the keys of its front matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from briefings.content.schema.schema import shape_at


def looks_like(kind: str, tree: Mapping[str, Any], schemas: Mapping[str, type]) -> str | None:
    """Return the kind of file that `tree` certainly is if that is not `kind`, else None.

    Finds a file in the wrong folder. The answer is the one kind with the fewest wrong keys (see
    `_wrong_keys`), if the tree has a key that is unknown to `kind`, and `kind` has two or more
    wrong keys and at least three times as many as the answer. `site` is never the answer, and
    must not be `kind`.
    """
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
    """Return the required top-level keys of a schema."""
    return list(shape_at(schema, ()).get("required", ()))


def _wrong_keys(schema: type, tree: Mapping[str, Any]) -> int:
    """Return the number of unknown top-level keys plus the number of missing required ones."""
    known = shape_at(schema, ()).get("properties", {})
    unknown = sum(key not in known for key in tree)
    return unknown + sum(key not in tree for key in required_keys(schema))
