"""The Frictionless data package (https://specs.frictionlessdata.io/) and the JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from briefings import urls
from briefings.content.schema import SCHEMAS, json_schema
from briefings.domain.site import Site
from briefings.outputs.downloads.table import Column, Document, Licensed, Table

_UNLICENSED = "All rights reserved"


def licensed(site: Site) -> Licensed:
    """Return publisher, licence and date for all download files.

    The date is that of the newest visible content, never the clock.
    """
    licence = site.config.licence
    return Licensed(
        publisher=site.config.publisher.name,
        licence=licence.name if licence else _UNLICENSED,
        licence_url=licence.url if licence else None,
        attributions=tuple(
            dict.fromkeys(one.front.licence.attribution for one in site.regulators.values())
        ),
        updated=max((one.updated for one in site.briefing.values()), default=None),
    )


def data_package(site: Site, tables: tuple[Table, ...], terms: Licensed) -> Document:
    """Return `datapackage.json`: each CSV file, with the type and meaning of every column."""
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "inspection-briefings",
        "title": site.config.title,
        "description": site.config.tagline or site.config.title,
        "homepage": site.urls.absolute(urls.HOME),
        "licenses": [_licence(terms)],
        "contributors": [{"title": terms.publisher, "role": "publisher"}],
        "attributions": list(terms.attributions),
        "resources": [_resource(one, terms) for one in tables],
    }
    if terms.updated is not None:
        package["created"] = terms.updated.isoformat()
    return Document(urls.DATA + "datapackage.json", lambda: package, package)


def _licence(terms: Licensed) -> dict[str, str]:
    named = {"title": terms.licence}
    return named | ({"path": terms.licence_url} if terms.licence_url else {"name": "other-closed"})


def _resource(table: Table, terms: Licensed) -> dict[str, Any]:
    """Describe one CSV file, with its licence and date, which CSV has no place for."""
    dated = {"updated": terms.updated.isoformat()} if terms.updated else {}
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
            "fields": [_field(one, table) for one in table.columns],
            "primaryKey": list(table.key),
        },
    }


def _field(column: Column, table: Table) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.kind,
        "description": column.meaning,
    }
    if column.kind == "datetime":
        field["format"] = "any"
    if column.name in table.key:
        field["constraints"] = {"required": True}
    return field


def schemas(site: Site) -> Iterator[Document]:
    """Yield the JSON Schema (2020-12) of every kind of content file."""
    for kind, schema in SCHEMAS.items():
        url = f"{urls.DATA}schema/{kind}.json"
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": site.urls.absolute(url),
        }
        yield Document(url, partial(_schema, head, schema), head)


def _schema(head: dict[str, Any], schema: type) -> dict[str, Any]:
    return head | json_schema(schema)
