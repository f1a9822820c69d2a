"""The machine-readable downloads: tables, trusts as JSON, JSON Schemas, the data package."""

from __future__ import annotations

from collections.abc import Iterator

from briefings import urls
from briefings.content.schema import SCHEMAS
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.downloads.documents import data_package, schema, terms_of_use
from briefings.outputs.downloads.encoding import csv_block, csv_frame, json_block, json_frame
from briefings.outputs.downloads.table import Table
from briefings.outputs.downloads.tables import TABLES
from briefings.outputs.downloads.trusts import trust_document

__all__ = ["TABLES", "Table", "keys", "path", "render", "row_count"]

_BY_NAME = {table.name: table for table in TABLES}
_ENDINGS = ("csv", "json")


def keys(site: Site) -> Iterator[tuple[str, ...]]:
    """Yield the key of every download file: its kind, and what tells it from others of the kind."""
    yield from (("table", name, ending) for name in _BY_NAME for ending in _ENDINGS)
    yield from (("trust", id) for id in site.trusts)
    yield from (("schema", kind) for kind in SCHEMAS)
    yield ("package",)


def path(site: Site, kind: str, *names: str) -> str:
    """Return the path of a download file below `output/`."""
    if kind == "table":
        return urls.file_for(urls.table_url(*names))
    if kind == "trust":
        return urls.file_for(urls.trust_json(*names))
    name = f"schema/{names[0]}.json" if kind == "schema" else "datapackage.json"
    return urls.file_for(urls.DATA + name)


def render(site: Site, kind: str, *names: str) -> bytes | Iterator[bytes]:
    """Return the bytes of a download file; the parts of a table."""
    if kind == "table":
        return _table_file(site, *names)
    if kind == "trust":
        return trust_document(site, *names)
    if kind == "schema":
        return schema(site, *names)
    return data_package(site, TABLES, terms_of_use(site))


def _table_file(site: Site, name: str, ending: str) -> Iterator[bytes]:
    """Yield one table in one format: its frame, and the block of each record.

    Empty blocks, of records without rows, are left out.
    """
    table = _BY_NAME[name]
    frame = csv_frame(table) if ending == "csv" else json_frame(table, terms_of_use(site))
    yield frame.head
    blocks = filter(None, (block(site, name, ending, id) for id in table.ids(site)))
    for index, data in enumerate(blocks):
        yield frame.between + data if index else data
    yield frame.tail


@query
def row_count(site: Site, name: str) -> int:
    """Return the number of rows of a table; no row is made to count them."""
    table = _BY_NAME[name]
    return sum(table.size(site, id) for id in table.ids(site))


@query
def block(site: Site, name: str, ending: str, id: str) -> bytes:
    """Return the rows of one record in a table, encoded."""
    table = _BY_NAME[name]
    rows = table.rows(site, id)
    return csv_block(rows) if ending == "csv" else json_block(table.names, rows)
