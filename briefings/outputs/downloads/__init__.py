"""The machine-readable downloads: tables, trusts as JSON, JSON Schemas, the data package."""

from __future__ import annotations

from briefings.domain.site import Site
from briefings.outputs.downloads.package import data_package, licensed, schemas
from briefings.outputs.downloads.table import Column, CsvFile, Document, JsonFile, Table
from briefings.outputs.downloads.tables import tables
from briefings.outputs.downloads.trusts import trust_documents

__all__ = ["Column", "CsvFile", "JsonFile", "Table", "downloads", "tables"]


def downloads(site: Site) -> list[CsvFile | JsonFile | Document]:
    """Return every download file as a value that can be rendered."""
    every = tables(site)
    terms = licensed(site)
    return [
        *(CsvFile(one) for one in every),
        *(JsonFile(one, terms) for one in every),
        *trust_documents(site, terms),
        *schemas(site),
        data_package(site, every, terms),
    ]
