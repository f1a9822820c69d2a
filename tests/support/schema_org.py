"""JSON-LD judged by schema.org's own vocabulary, of which `schema_org.json` is an excerpt.

The excerpt has the types and properties that pages use. After a page uses another one, or for a
newer release, take `schemaorg-current-https.jsonld` from schema.org's releases and run

    python -m tests.support.schema_org schemaorg-current-https.jsonld VERSION NAME...

with the names of the types and properties to add.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EXCERPT = Path(__file__).with_name("schema_org.json")
_VOCABULARY = json.loads(EXCERPT.read_text("utf-8"))
_TYPES: dict[str, list[str]] = _VOCABULARY["types"]
_PROPERTIES: dict[str, dict[str, list[str]]] = _VOCABULARY["properties"]
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})")


def faults(block: dict[str, Any]) -> list[str]:
    """Return what schema.org does not allow in a JSON-LD block: `Report.headline: …`."""
    if block.get("@context") != "https://schema.org":
        return ["@context is not https://schema.org"]
    known = {node["@id"] for node in nodes(block) if "@id" in node and "@type" in node}
    return [fault for node in block["@graph"] for fault in _of_node(node, known)]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every node of a block."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from nodes(inner)


def _of_node(node: dict[str, Any], known: set[str]) -> Iterator[str]:
    if set(node) == {"@id"}:
        if node["@id"] not in known:
            yield f"{node['@id']} is the @id of no node here"
        return
    kind = node.get("@type", "")
    if kind not in _TYPES:
        yield f"`{kind}` is no type of the excerpt"
        return
    for name, value in node.items():
        if name in {"@type", "@id"}:
            continue
        for item in value if isinstance(value, list) else [value]:
            if not (name == "item" and set(item) == {"@id"}):  # breadcrumbs refer to other pages
                faults = _of_value(kind, name, item, known)
                yield from (f"{kind}.{name}: {fault}" for fault in faults)


def _of_value(kind: str, name: str, value: Any, known: set[str]) -> Iterator[str]:
    # `query-input` describes the property `query` of an action (schema.org/docs/actions.html).
    about = _PROPERTIES.get(name.removesuffix("-input"))
    if about is None:
        yield "no property of the excerpt"
    elif not _ancestors(kind) & set(about["of"]):
        yield f"a property of {', '.join(about['of'])}"
    elif isinstance(value, dict):
        if "@type" in value and not _ancestors(value["@type"]) & set(about["takes"]):
            yield f"a {value['@type']}, not {', '.join(about['takes'])}"
        yield from _of_node(value, known)
    elif not any(_is(value, allowed) for allowed in about["takes"]):
        yield f"{value!r} is no {' or '.join(about['takes'])}"


def _ancestors(kind: str) -> set[str]:
    return {kind}.union(*map(_ancestors, _TYPES.get(kind, ())))


def _is(value: Any, kind: str) -> bool:
    """Whether a JSON value that is no object is of a data type of schema.org."""
    if not isinstance(value, str):
        kinds = {bool: {"Boolean"}, int: {"Integer", "Number"}, float: {"Number"}}
        return kind in kinds.get(type(value), ())
    if kind == "URL":
        address = urlsplit(value)
        return address.scheme in {"http", "https"} and bool(address.netloc)
    if kind == "Date":
        return _DATE.fullmatch(value) is not None and date.fromisoformat(value) is not None
    if kind == "DateTime":
        return _MOMENT.fullmatch(value) is not None and datetime.fromisoformat(value) is not None
    return kind == "Text" and value.strip() == value != ""


# -- the excerpt -----------------------------------------------------------------------------------


def _names(node: dict[str, Any], key: str) -> list[str]:
    values = node.get(key, [])
    values = values if isinstance(values, list) else [values]
    return sorted(value["@id"].removeprefix("schema:") for value in values)


def excerpt(released: dict[str, Any], version: str, used: set[str]) -> dict[str, Any]:
    """Return the excerpt with these types and properties, and what they are defined by."""
    by_name = {node["@id"].removeprefix("schema:"): node for node in released["@graph"]}
    if unknown := used - by_name.keys():
        raise SystemExit(f"schema.org {version} has no {', '.join(sorted(unknown))}")
    properties = {
        name: {
            "of": _names(by_name[name], "schema:domainIncludes"),
            "takes": _names(by_name[name], "schema:rangeIncludes"),
        }
        for name in sorted(used)
        if by_name[name]["@type"] == "rdf:Property"
    }
    types: dict[str, list[str]] = {}
    pending = sorted(used - properties.keys())
    while pending:
        name = pending.pop()
        types[name] = _names(by_name[name], "rdfs:subClassOf")
        pending += [parent for parent in types[name] if parent not in types]
    return {
        "source": f"schema.org, release {version}, schemaorg-current-https.jsonld",
        "licence": "Creative Commons Attribution-ShareAlike 3.0 (https://schema.org/docs/terms.html)",
        "types": dict(sorted(types.items())),
        "properties": properties,
    }


def main(file: str, version: str, *names: str) -> None:
    """Rewrite the excerpt: the names that it has now, and these."""
    released = json.loads(Path(file).read_text("utf-8"))
    made = excerpt(released, version, {*_TYPES, *_PROPERTIES, *names})
    EXCERPT.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
