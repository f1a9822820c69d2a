"""Everything for machines to take away: tables, trusts as JSON, schemas, the data package."""

from __future__ import annotations

from briefings.domain.site import Site
from briefings.outputs.downloads.package import data_package, licensed, schemas
from briefings.outputs.downloads.table import Column, CsvFile, Document, JsonFile, Table
from briefings.outputs.downloads.tables import tables
from briefings.outputs.downloads.trusts import trust_documents

__all__ = ["Column", "CsvFile", "JsonFile", "Table", "downloads", "tables"]


def downloads(site: Site) -> list[CsvFile | JsonFile | Document]:
    """Every file of the downloads, ready to render."""
    every = tables(site)
    terms = licensed(site)
    return [
        *(CsvFile(one) for one in every),
        *(JsonFile(one, terms) for one in every),
        *trust_documents(site, terms),
        *schemas(site),
        data_package(site, every, terms),
    ]
