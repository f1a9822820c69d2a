"""The JSON files of the downloads that are no table: the data package and the JSON Schemas.

The data package is Frictionless (https://specs.frictionlessdata.io/).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from briefings import urls
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import json_schema
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.downloads.encoding import dumps, plain
from briefings.outputs.downloads.table import Field, Table
from briefings.outputs.downloads.tables import TABLES

#: Members of a JSON object.
Members = dict[str, Any]

_UNLICENSED = "All rights reserved"


def indented(value: Any) -> bytes:
    """Return indented JSON; members keep their order."""
    return (json.dumps(value, ensure_ascii=False, indent=1, default=plain) + "\n").encode()


def in_lines(value: Mapping[str, Any]) -> bytes:
    """Return JSON with each member, and each item of a list of objects, on one line.

    To indent everything takes three times as long.
    """
    members = (f"{dumps(name)}: {_items(member)}" for name, member in value.items())
    return ("{\n" + ",\n".join(members) + "\n}\n").encode()


def _items(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return dumps(value)
    return "[\n" + ",\n".join(map(dumps, value)) + "\n]"


@query
def trust_terms(site: Site) -> Members:
    """Return the members of JSON downloads that state publisher and licence.

    `attributions`: texts that regulators' licences require.
    """
    licence = site.config.licence
    attributions = [record.front.licence.attribution for record in site.regulators.values()]
    return {
        "publisher": site.config.publisher.name,
        "licence": {
            "name": licence.name if licence else _UNLICENSED,
            "url": licence.url if licence else None,
        },
        "attributions": list(dict.fromkeys(attributions)),
    }


@query
def terms_of_use(site: Site) -> Members:
    """Return `trust_terms` with `updated`: when the newest visible content changed, or None.

    Never the clock.
    """
    briefings = (*site.briefings, *site.withdrawn)
    newest = max((briefing.updated for briefing in briefings), default=None)
    return trust_terms(site) | {"updated": newest.isoformat() if newest else None}


def data_package(site: Site) -> bytes:
    """Return `datapackage.json`: each CSV file, with the type and meaning of every column."""
    terms = terms_of_use(site)
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "inspection-briefings",
        "title": site.config.title,
        "description": site.config.tagline or site.config.title,
        "homepage": site.urls.absolute(urls.HOME),
        "licenses": [_licence(terms)],
        "contributors": [{"title": terms["publisher"], "role": "publisher"}],
        "attributions": terms["attributions"],
        "resources": [_resource(table.in_words_of(site), terms) for table in TABLES],
    }
    if terms["updated"] is not None:
        package["created"] = terms["updated"]
    return indented(package)


def _licence(terms: Members) -> dict[str, str]:
    name, url = terms["licence"]["name"], terms["licence"]["url"]
    return {"title": name, "path": url} if url else {"title": name, "name": "other-closed"}


def _resource(table: Table, terms: Members) -> dict[str, Any]:
    """Describe one CSV file, with its licence and date, which CSV has no place for."""
    dated = {"updated": terms["updated"]} if terms["updated"] else {}
    return dated | {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": table.meaning,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "licenses": [_licence(terms)],
        "schema": {
            "fields": [_field(field, table) for field in table.fields],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": field, "reference": {"resource": name, "fields": "id"}}
                for field, name in table.references.items()
            ],
        },
    }


def _field(field: Field, table: Table) -> dict[str, Any]:
    described = field.described
    if field.type == "datetime":
        described["format"] = "any"
    if field.name in table.key:
        described["constraints"] = {"required": True}
    return described


def schema(site: Site, kind: str) -> bytes:
    """Return the JSON Schema (2020-12) of a kind of content file."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": site.urls.absolute(urls.schema_url(kind)),
    }
    return indented(head | json_schema(SCHEMAS[kind]))
