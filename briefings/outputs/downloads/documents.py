"""The JSON files of the downloads that are no table: the data package and the JSON Schemas.

The data package is Frictionless (https://specs.frictionlessdata.io/).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from briefings import urls
from briefings.content.schema import SCHEMAS, json_schema
from briefings.domain.site import Site
from briefings.outputs.downloads.encoding import Members, dumps, plain
from briefings.outputs.downloads.table import Field, Table

_UNLICENSED = "All rights reserved"


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON file of the downloads that is not a table.

    `value`: makes the JSON value, in the worker that renders the file. `shown`: what `value` is
    made of, for change detection. `in_lines`: write each member, and each item of a list of
    objects, on one line; otherwise everything is indented, which takes three times as long.
    """

    url: str
    value: Callable[[], Any]
    shown: object
    in_lines: bool = False

    @property
    def path(self) -> str:
        """Path of the file, relative to the output folder."""
        return urls.file_for(self.url)

    def render(self) -> bytes:
        """Return the JSON; members keep their order."""
        value = self.value()
        if self.in_lines:
            text = _in_lines(value)
        else:
            text = json.dumps(value, ensure_ascii=False, indent=1, default=plain)
        return (text + "\n").encode()


def _in_lines(value: Mapping[str, Any]) -> str:
    members = (f"{dumps(name)}: {_items(member)}" for name, member in value.items())
    return "{\n" + ",\n".join(members) + "\n}"


def _items(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return dumps(value)
    return "[\n" + ",\n".join(map(dumps, value)) + "\n]"


def terms_of_use(site: Site) -> Members:
    """Return the members of JSON downloads that state publisher, licence and date.

    `attributions`: texts that regulators' licences require. `updated`: when the newest visible
    content changed, never the clock; None without any.
    """
    licence = site.config.licence
    newest = max((briefing.updated for briefing in site.briefing.values()), default=None)
    attributions = [record.front.licence.attribution for record in site.regulators.values()]
    return {
        "publisher": site.config.publisher.name,
        "licence": {
            "name": licence.name if licence else _UNLICENSED,
            "url": licence.url if licence else None,
        },
        "attributions": list(dict.fromkeys(attributions)),
        "updated": newest.isoformat() if newest else None,
    }


def data_package(site: Site, tables: Iterable[Table], terms: Members) -> Document:
    """Return `datapackage.json`: each CSV file, with the type and meaning of every column."""
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "inspection-briefings",
        "title": site.config.title,
        "description": site.config.tagline or site.config.title,
        "homepage": site.urls.absolute(urls.HOME),
        "licenses": [_licence(terms)],
        "contributors": [{"title": terms["publisher"], "role": "publisher"}],
        "attributions": terms["attributions"],
        "resources": [_resource(table, terms) for table in tables],
    }
    if terms["updated"] is not None:
        package["created"] = terms["updated"]
    return Document(urls.DATA + "datapackage.json", lambda: package, package)


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
        },
    }


def _field(field: Field, table: Table) -> dict[str, Any]:
    described = field.described
    if field.type == "datetime":
        described["format"] = "any"
    if field.name in table.key:
        described["constraints"] = {"required": True}
    return described


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
