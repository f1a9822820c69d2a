"""The machine-readable downloads: tables, trusts as JSON, JSON Schemas, the data package."""

from __future__ import annotations

from collections.abc import Iterator

from briefings.domain.site import Site
from briefings.outputs.downloads.documents import Document, data_package, schemas, terms_of_use
from briefings.outputs.downloads.encoding import TableFile, table_files
from briefings.outputs.downloads.table import Table
from briefings.outputs.downloads.tables import TABLES
from briefings.outputs.downloads.trusts import trust_documents

__all__ = ["TABLES", "Table", "TableFile", "downloads"]


def downloads(site: Site) -> Iterator[TableFile | Document]:
    """Yield every download file as a value that can be rendered."""
    terms = terms_of_use(site)
    for table in TABLES:
        yield from table_files(site, table, terms)
    yield from trust_documents(site, terms)
    yield from schemas(site)
    yield data_package(site, TABLES, terms)
