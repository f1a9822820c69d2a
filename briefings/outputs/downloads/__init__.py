"""The machine-readable downloads: tables and SQLite, records as JSON, schemas, the data package."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import compress, decompress

from briefings.domain.enforcement import actions_of_trust
from briefings.domain.ledger.history import histories, requirements_of_trust
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.downloads.documents import (
    data_package,
    requirement_document,
    schema,
    terms_of_use,
    trust_document,
)
from briefings.outputs.downloads.sqlite import database, texts_in
from briefings.outputs.downloads.table import (
    Table,
    briefing_ids,
    csv_block,
    csv_frame,
    json_block,
    json_frame,
    sizes_of,
)
from briefings.outputs.downloads.tables import BY_NAME, ENFORCEMENT, TABLES, row_count

__all__ = [
    "TABLES", "Table", "data_package", "prepare",
    "requirement_document", "row_count", "schema", "sqlite_file", "table_file", "table_keys",
    "texts_in", "trust_document",
]  # fmt: skip


_ENDINGS = ("csv", "json")


def table_keys(site: Site) -> Iterator[tuple[str, str]]:
    """Yield (name of a table, ending of the file)."""
    return ((name, ending) for name in BY_NAME for ending in _ENDINGS)


def table_file(site: Site, name: str, ending: str) -> Iterator[bytes]:
    """Yield one table in one format: its frame, and the block of each record.

    Empty blocks, of records without rows, are left out.
    """
    table = BY_NAME[name]
    frame = (
        csv_frame(table)
        if ending == "csv"
        else json_frame(table.in_words_of(site), terms_of_use(site))
    )
    yield frame.head
    for index, data in enumerate(map(decompress, _blocks(site, table, ending))):
        yield frame.between + data if index else data
    yield frame.tail


def sqlite_file(site: Site) -> Iterator[bytes]:
    """Yield every table in one SQLite file."""
    return database(site, lambda site, table: _blocks(site, table, "json"))


def _blocks(site: Site, table: Table, ending: str) -> Iterator[bytes]:
    """Yield the rows of each record that has any, compressed."""
    place = _ENDINGS.index(ending)
    return filter(None, (block(site, table.name, id)[place] for id in table.ids(site)))


def prepare(site: Site, trust: str) -> None:
    """Make the rows of a trust's briefings, requirements and enforcement actions."""
    briefings = [briefing.id for briefing in site.by_trust[trust]]
    requirements = [history.id for history in requirements_of_trust(site, trust)]
    for id in briefings:
        sizes_of(site, id)
    for table in TABLES:
        if table.ids is briefing_ids or table.ids is histories:
            for id in briefings if table.ids is briefing_ids else requirements:
                block(site, table.name, id)
    for action in actions_of_trust(site, trust):
        block(site, ENFORCEMENT.name, f"{trust} {action.key}")


@query
def block(site: Site, name: str, id: str) -> tuple[bytes, bytes]:
    """Return the rows of one record in a table, as CSV and as JSON, compressed; empty without rows.

    They would be most of what a build stores and has in memory.
    """
    table = BY_NAME[name]
    rows = table.rows(site, id)
    if not rows:
        return b"", b""
    return compress(csv_block(rows), 1), compress(json_block(table.names, rows), 1)
