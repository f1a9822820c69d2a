"""Downloads: every table loads, describes itself, and agrees with the pages."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefings import urls
from briefings.domain.enforcement import actions
from briefings.domain.ledger.history import histories
from briefings.domain.registers import corrections
from briefings.domain.site import Site
from briefings.outputs.downloads.table import (
    Cell,
    Column,
    Frame,
    Table,
    csv_block,
    csv_frame,
    json_block,
    json_frame,
)
from briefings.outputs.downloads.tables import TABLES, row_count
from tests.support.factory import a_site
from tests.support.reading import built, downloads, feeds, read, site_of

SITES = ("content", "tests/site/content")
NAMES = (
    "briefings", "trusts", "ratings", "requirements", "events", "enforcement", "figures",
    "sources", "corrections", "changes",
)  # fmt: skip


GUID = re.compile(r'<guid isPermaLink="false">(.*?)</guid>')


@cache
def files(content: str) -> dict[str, bytes]:
    return {download.path: download.render() for download in downloads(site_of(content))}


def rows_of(site: Site, name: str) -> list[dict[str, str]]:
    file = next(download for download in downloads(site) if download.path == f"data/{name}.csv")
    return list(csv.DictReader(io.StringIO(file.render().decode(), newline="")))


def cells_of(site: Site, table: Table) -> list[dict[str, Cell]]:
    rows = (row for id in table.ids(site) for row in table.rows(site, id))
    return [dict(zip(table.names, row, strict=True)) for row in rows]


def table_of(columns: tuple[Column, ...], *rows: object) -> Table:
    """A table of one record with these rows."""
    return Table("t", "T", "One", ("a",), lambda _: ["one"], lambda _, __: rows, columns)


def joined(frame: Frame, blocks: Iterable[bytes]) -> bytes:
    return frame.head + frame.between.join(filter(None, blocks)) + frame.tail


def as_csv(columns: tuple[Column, ...], *rows: object) -> bytes:
    site, table = a_site({}), table_of(columns, *rows)
    return joined(csv_frame(table), [csv_block(table.rows(site, "one"))])


def as_json(columns: tuple[Column, ...], *rows: object) -> Any:
    site, table = a_site({}), table_of(columns, *rows)
    block = json_block(table.names, table.rows(site, "one"))
    return json.loads(joined(json_frame(table, {}), [block]))


def row_of(site: Site, name: str) -> dict[str, str]:
    (row,) = rows_of(site, name)
    return row


def json_of(site: Site, path: str) -> Any:
    return json.loads(
        next(download for download in downloads(site) if download.path == path).render()
    )


# Every table


@pytest.mark.parametrize("content", SITES)
def test_every_table_is_there_as_csv_and_as_json(content: str) -> None:
    wanted = {f"data/{name}.{ending}" for name in NAMES for ending in ("csv", "json")}
    wanted |= {f"trusts/{id}/trust.json" for id in site_of(content).trusts}
    wanted |= {f"requirements/{id}/requirement.json" for id in histories(site_of(content))}
    wanted |= {
        f"data/schema/{kind}.json"
        for kind in ("briefing", "trust", "topic", "regulator", "requirement", "page", "site")
    }
    assert set(files(content)) == wanted | {"data/datapackage.json", "data/briefings.sqlite"}


@pytest.mark.parametrize("content", SITES)
def test_frictionless_finds_nothing_wrong_with_the_data_package(
    content: str, tmp_path: Path
) -> None:
    for path, data in files(content).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    report = frictionless.validate(str(tmp_path / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "fieldName", "message"])
    assert report.stats["tasks"] == len(NAMES)
    package = frictionless.Package(str(tmp_path / "data" / "datapackage.json"))
    assert [resource.name for resource in package.resources] == list(NAMES)
    for resource in package.resources:
        assert resource.licenses
        assert all(field.description for field in resource.schema.fields)


@pytest.mark.parametrize("content", SITES)
@pytest.mark.parametrize("name", NAMES)
def test_a_table_loads_in_pandas_with_the_types_it_claims(content: str, name: str) -> None:
    data = json.loads(files(content)[f"data/{name}.json"])
    kinds = {field["name"]: field["type"] for field in data["fields"]}
    as_types = {
        "string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean",
    }  # fmt: skip
    frame = pd.read_csv(
        io.BytesIO(files(content)[f"data/{name}.csv"]),
        dtype={key: as_types[kind] for key, kind in kinds.items() if kind in as_types},
        keep_default_na=False,
        na_values=[""],
    )
    assert list(frame.columns) == list(kinds)
    assert len(frame) == len(data["rows"])
    for key, kind in kinds.items():
        if kind in {"date", "datetime"}:
            given = frame[key].dropna()
            assert pd.to_datetime(given, utc=kind == "datetime").notna().all(), key
            shape = r"\d{4}-\d\d-\d\d" + (
                r"T\d\d:\d\d:\d\d[+-]\d\d:\d\d" if "t" in kind[4:] else ""
            )
            assert given.map(lambda cell, shape=shape: re.fullmatch(shape, cell)).notna().all()


@pytest.mark.parametrize("content", SITES)
@pytest.mark.parametrize("name", NAMES)
def test_csv_and_json_say_the_same_and_keys_tell_rows_apart(content: str, name: str) -> None:
    site = site_of(content)
    subject = next(table for table in TABLES if table.name == name)
    data = json.loads(files(content)[f"data/{name}.json"])
    rows = list(csv.DictReader(io.StringIO(files(content)[f"data/{name}.csv"].decode())))
    assert len(rows) == len(data["rows"]) == row_count(site, subject.name)
    keys = [tuple(row[key] for key in subject.key) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(all(key) for key in keys)
    for row, cells in zip(rows, data["rows"], strict=True):
        assert set(row) == set(cells) == set(subject.names)
        assert [name for name, cell in row.items() if cell == ""] == [
            name for name, cell in cells.items() if cell is None
        ]


@pytest.mark.parametrize("content", SITES)
def test_every_partial_date_has_its_earliest_and_latest_day_beside_it(content: str) -> None:
    for table in TABLES:
        names = list(table.names)
        for row in cells_of(site_of(content), table):
            for name in names:
                if f"{name}_earliest" not in names or name == "deadlines":
                    continue
                place = names.index(name)
                assert names[place + 1 : place + 3] == [f"{name}_earliest", f"{name}_latest"]
                first, last = row[f"{name}_earliest"], row[f"{name}_latest"]
                assert first is None or last is None or str(first) <= str(last)
                assert "9999" not in f"{first}{last}"
                assert not f"{first}{last}".startswith("0001")


@pytest.mark.parametrize("content", SITES)
def test_licence_and_date_are_on_every_table(content: str) -> None:
    site = site_of(content)
    newest = max(briefing.updated for briefing in site.briefing.values()).isoformat()
    for path, data in files(content).items():
        document = json.loads(data) if path.endswith(".json") else None
        if document is None or path.startswith("data/schema/"):
            continue
        if path == "data/datapackage.json":
            assert document["created"] == newest
            assert all(resource["updated"] == newest for resource in document["resources"])
            assert all(
                resource["licenses"] == document["licenses"] for resource in document["resources"]
            )
        else:
            moments = [
                briefing.updated for briefing in site.by_trust.get(document.get("id", ""), ())
            ]
            if path.startswith("requirements/"):
                moments = [
                    site.briefing[briefing["id"]].updated for briefing in document["briefings"]
                ]
            own = max(moments).isoformat() if moments else None
            assert document["updated"] == (newest if path.startswith("data/") else own)
            assert document["licence"]["name"]
            assert document["attributions"]


@pytest.mark.parametrize("content", SITES)
def test_every_address_in_a_table_is_a_place_on_the_site(content: str) -> None:
    site, pages = site_of(content), read(content)
    gone = {briefing.url for briefing in site.withdrawn}
    for table in TABLES:
        for row in cells_of(site, table):
            address = str(row["url"]).removeprefix(site.urls.origin + site.urls.prefix)
            path, _, anchor = address.partition("#")
            assert path in pages, address
            assert not anchor or anchor in pages[path].ids or path in gone, address


# Counts


@pytest.mark.parametrize("content", SITES)
def test_tables_have_one_row_for_each_thing_of_a_visible_briefing(content: str) -> None:
    site = site_of(content)
    counts = {table.name: row_count(site, table.name) for table in TABLES}
    shown = site.briefings
    assert counts == {
        "briefings": len(shown),
        "trusts": len(site.trusts),
        "ratings": sum(len(briefing.front.ratings) for briefing in shown),
        "requirements": len(histories(site)),
        "events": sum(len(briefing.front.requirements) for briefing in shown),
        "enforcement": len(actions(site)),
        "figures": sum(len(briefing.front.figures) for briefing in shown),
        "sources": sum(len(briefing.front.sources) for briefing in shown),
        "corrections": len(corrections(site)),
        "changes": sum(
            len(briefing.changes) + briefing.is_withdrawn for briefing in site.briefing.values()
        ),
    }


@pytest.mark.parametrize("content", SITES)
def test_counts_on_pages_equal_rows_in_tables(content: str) -> None:
    site, pages = site_of(content), read(content)
    rows_by_name = {table.name: cells_of(site, table) for table in TABLES}
    for briefing in site.briefings:
        ids = pages[briefing.url].ids
        own = {
            "ratings": "rating", "events": "requirement", "figures": "figure", "sources": "source",
        }  # fmt: skip
        for name, word in own.items():
            rows = [row for row in rows_by_name[name] if row["briefing"] == briefing.id]
            # What moved to another list left its anchor behind.
            still_used = set(ids) - {vacated.anchor for vacated in briefing.front.vacated}
            anchors = [id for id in still_used if re.fullmatch(rf"{word}-[A-Za-z0-9]+", id)]
            assert len(rows) == len(anchors), (briefing.id, name)
    for history in histories(site).values():
        rows = [r for r in rows_by_name["events"] if r["requirement"] == history.id]
        still_used = set(pages[history.url].ids) - {
            vacated.anchor for vacated in history.front.vacated
        }
        assert len(rows) == sum(id.startswith("event-") for id in still_used)


@pytest.mark.parametrize("content", SITES)
def test_the_data_page_says_how_many_rows_each_table_has(content: str) -> None:
    text = read(content)[urls.DATA].text
    for table in TABLES:
        count = row_count(site_of(content), table.name)
        rows = "1 row" if count == 1 else f"{count:,} rows"
        assert re.search(rf"{re.escape(table.meaning)}: {rows}\. {table.name}\.csv", text), (
            table.name
        )


@pytest.mark.parametrize("content", SITES)
def test_registers_list_what_the_tables_hold(content: str) -> None:
    site, pages = site_of(content), read(content)

    def linked(base: str, addresses: Iterator[str]) -> None:
        own = [url for url in pages if re.fullmatch(rf"{base}(page/\d+/)?", url)]
        hrefs = {href for url in own for href in pages[url].hrefs}
        assert {site.urls.link(address) for address in addresses} <= hrefs

    linked(urls.ENFORCEMENT, (action.url for action in actions(site)))
    linked(urls.CORRECTIONS, (correction.url for correction in corrections(site)))
    linked(urls.TRUSTS, (urls.url_of("trust", id) for id in site.trusts))
    linked(urls.BRIEFINGS, (briefing.url for briefing in site.briefings))


# Cells


def test_a_carried_over_rating_has_its_row_and_a_previous_one_has_none() -> None:
    site = a_site(
        {
            "one": """
ratings:
  - {scope: trust, value: good, carried_over: true, sources: [A]}
  - {scope: service, name: Maternity, value: good, change: up, sources: [A],
     previous: {value: inadequate, date: 2021-03}}
"""
        }
    )
    first, second = rows_of(site, "ratings")
    assert (first["carried_over"], first["value"], first["key_question"]) == (
        "true", "good", "overall",
    )  # fmt: skip
    assert (second["previous_value"], second["previous_date"]) == ("inadequate", "2021-03")
    assert second["previous_date_earliest"] == "2021-03-01"
    assert second["previous_date_latest"] == "2021-03-31"
    assert second["url"] == "https://example.org/briefings/one/#rating-2"


@pytest.mark.parametrize(
    ("written", "earliest", "latest"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-11-25", "2022-11-25", "2022-11-25"),
        ("2024-05/2025-08", "2024-05-01", "2025-08-31"),
        ("/2021", "", "2021-12-31"),
        ("2021/", "2021-01-01", ""),
        ("unknown", "", ""),
    ],
)
def test_a_partial_date_stays_as_written_with_its_ends_beside_it(
    written: str, earliest: str, latest: str
) -> None:
    site = a_site({"one": f"published: 2020-01-01\nnext_check: {written}"})
    row = row_of(site, "briefings")
    ends = (row["next_check_earliest"], row["next_check_latest"])
    assert (row["next_check"], *ends) == (written, earliest, latest)


@pytest.mark.parametrize(
    ("visits", "written"),
    [
        ("2025-09", "2025-09"),
        ("[{date: 2025-09}, {date: 2025-03-04, about: Wards}]", "2025-03-04/2025-09"),
        ("[{date: 2025-03/2025-05}, {date: 2025-04}]", "2025-03/2025-05"),
        ("[{date: 2025-03}, {date: unknown}]", "unknown"),
        ("[{date: 2024}, {date: 2024}]", "2024"),
    ],
)
def test_several_visits_come_out_as_the_stretch_from_first_to_last(
    visits: str, written: str
) -> None:
    inspection = f"inspection: {{type: focused, inspected: {visits}, report_published: 2026-01-14}}"
    (briefing,) = a_site({"one": inspection}).briefings
    assert briefing.inspected.written == written


@pytest.mark.parametrize(
    ("more", "cells"), [("count: 2", ("2", "false")), ("count: 2, at_least: true", ("2", "true"))]
)
def test_a_count_that_is_only_the_least_says_so_in_a_last_column(
    more: str, cells: tuple[str, str]
) -> None:
    action = "enforcement: [{kind: warning-notice, text: T., served: 2025-10, sources: [A], %s}]"
    row = row_of(a_site({"one": action % more}), "enforcement")
    assert (row["count"], row["count_at_least"]) == cells
    assert list(row)[-1] == "count_at_least"


def test_the_deadlines_of_an_action_are_in_one_cell_with_their_bounds() -> None:
    action = "enforcement: [{kind: warning-notice, text: A notice., served: 2025-10, sources: [A]"
    due = "deadlines: [{date: 2026-03}, {date: 2026-01-05, about: Staff}]"
    row = row_of(a_site({"one": f"{action}, {due}}}]"}), "enforcement")
    assert row["deadlines"] == "2026-01-05 (Staff); 2026-03"
    assert (row["deadlines_earliest"], row["deadlines_latest"]) == ("2026-01-05", "2026-03-31")
    open_ended = due.replace("2026-03", "2026/")
    row = row_of(a_site({"one": f"{action}, {open_ended}}}]"}), "enforcement")
    assert (row["deadlines_earliest"], row["deadlines_latest"]) == ("2026-01-01", "")


FORMULAS = ["=1+1", "+44 20", "-1", "@SUM(A1)", "＝1", " =1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_is_taken_for_a_formula(typed: str) -> None:
    columns = (Column("a", "A", lambda _, row: row),)
    assert as_csv(columns, typed) == f"a\n'{typed}\n".encode()
    assert as_json(columns, typed)["rows"] == [{"a": typed}]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("x; =1+1", "x; '=1+1"),
        ("x;;@SUM(A1);-1", "x;;'@SUM(A1);'-1"),
        ("x;\uff1d1", "x;'\uff1d1"),
        ("x\t+44 20", "x\t'+44 20"),
        ("one; two - three", "one; two - three"),
    ],
)
def test_no_part_of_a_cell_is_taken_for_a_formula_where_semicolons_part_cells(
    typed: str, written: str
) -> None:
    columns = (Column("a", "A", lambda _, row: row),)
    assert as_csv(columns, typed) == f"a\n{written}\n".encode()
    assert as_json(columns, typed)["rows"] == [{"a": typed}]


def test_no_cell_of_the_real_content_is_taken_for_a_formula() -> None:
    for content in SITES:
        for path, data in files(content).items():
            if path.endswith(".csv"):
                kinds = json.loads(files(content)[path.replace(".csv", ".json")])["fields"]
                words = {kind["name"] for kind in kinds if kind["type"] == "string"}
                for row in csv.DictReader(io.StringIO(data.decode())):
                    assert not any(row[name].lstrip().startswith(tuple("=+-@")) for name in words)


def test_a_negative_number_stays_a_number() -> None:
    figure = "figures: [{name: Deficit, value: -7.5, unit: GBP million, sources: [A]}]"
    assert row_of(a_site({"one": figure}), "figures")["value"] == "-7.5"


def named_cell(name: str, _: Site, row: dict[str, str]) -> str:
    return row[name]


@example([";="])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=5))
@settings(deadline=None)
def test_any_words_survive_the_way_through_csv(typed: list[str]) -> None:
    columns = tuple(Column(f"c{n}", "A", partial(named_cell, f"c{n}")) for n in range(len(typed)))
    row = {f"c{n}": cell or "-" for n, cell in enumerate(typed)}
    (back,) = csv.DictReader(io.StringIO(as_csv(columns, row).decode(), newline=""))
    for name, cell in row.items():
        assert back[name].replace("'", "") == cell.replace("'", "")  # those before a formula


def test_tables_hold_nothing_of_what_was_withdrawn_but_that_it_was() -> None:
    gone = """
status: withdrawn
withdrawn: {date: 2026-03-01, reason: It was wrong.}
ratings: [{scope: trust, value: good, sources: [A]}]
requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]
"""
    site = a_site({"one": gone})
    counts = {table.name: row_count(site, table.name) for table in TABLES}
    assert {name: count for name, count in counts.items() if count} == {
        "trusts": 1, "corrections": 1, "changes": 1,
    }  # fmt: skip
    row = row_of(site, "corrections")
    assert (row["number"], row["kind"], row["text"]) == ("0", "withdrawal", "It was wrong.")
    assert json_of(site, "trusts/north/trust.json")["briefings"] == []


def test_corrections_count_all_changes_and_leave_the_minor_ones_out() -> None:
    changes = """
changes:
  - {date: 2026-02-01, kind: minor, text: A comma.}
  - {date: 2026-02-02, kind: clarification, text: Which ward.}
"""
    site = a_site({"one": changes})
    row = row_of(site, "corrections")
    assert (row["number"], row["kind"]) == ("2", "clarification")
    assert row["moment"] == "2026-02-02T00:00:00+00:00"
    rows = [(row["number"], row["kind"], row["announced"]) for row in rows_of(site, "changes")]
    assert rows == [("1", "minor", "false"), ("2", "clarification", "true")]


@pytest.mark.parametrize("content", SITES)
def test_a_change_has_the_id_of_its_feed_item(content: str) -> None:
    site = site_of(content)
    rows = json.loads(files(content)["data/changes.json"])["rows"]
    announced = {row["id"] for row in rows if row["announced"]}
    assert announced
    assert announced <= {
        guid for feed in feeds(site) for guid in GUID.findall(feed.render().decode())
    }


# One trust, schemas


@pytest.mark.parametrize("content", SITES)
def test_a_trusts_json_holds_its_whole_record(content: str) -> None:
    site = site_of(content)
    for id in site.trusts:
        data = json.loads(files(content)[f"trusts/{id}/trust.json"])
        assert data["trust"]["name"] == site.trusts[id].front.name
        assert [briefing["id"] for briefing in data["briefings"]] == [
            briefing.id for briefing in site.by_trust[id]
        ]
        requirements = [
            history.id for history in histories(site).values() if history.front.trust == id
        ]
        assert sorted(requirement["id"] for requirement in data["requirements"]) == sorted(
            requirements
        )
        taken = [action.key for action in actions(site) if action.trust == id]
        assert [action["id"] for action in data["enforcement"]] == taken


@pytest.mark.parametrize("content", SITES)
def test_a_requirements_json_has_its_events_and_the_sources_they_cite(content: str) -> None:
    site, pages = site_of(content), read(content)
    for id, history in histories(site).items():
        path = f"/requirements/{id}/requirement.json"
        data = json.loads(files(content)[path[1:]])
        assert site.urls.link(path) in pages[history.url].hrefs
        assert (data["id"], data["trust"]) == (id, history.front.trust)
        cited = {
            (briefing["id"], key) for briefing in data["briefings"] for key in briefing["sources"]
        }
        assert cited == {
            (event["briefing"], key) for event in data["events"] for key in event["sources"]
        }
        (same,) = (
            requirement
            for requirement in json.loads(files(content)[f"trusts/{data['trust']}/trust.json"])[
                "requirements"
            ]
            if requirement["id"] == id
        )
        assert same.items() <= data.items()


# SQLite


def opened(data: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    return database


@pytest.mark.parametrize("content", SITES)
def test_the_sqlite_file_has_the_rows_of_all_tables_and_its_keys_hold(content: str) -> None:
    with closing(opened(files(content)["data/briefings.sqlite"])) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for name in NAMES:
            rows = json.loads(files(content)[f"data/{name}.json"])["rows"]
            stored = database.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()
            assert stored == [tuple(row.values()) for row in rows]
        assert database.execute("PRAGMA foreign_key_list(ratings)").fetchall()
        meanings = database.execute('SELECT meaning FROM columns WHERE "table" = ?', ("ratings",))
        assert len(meanings.fetchall()) == len(
            json.loads(files(content)["data/ratings.json"])["fields"]
        )
        about = dict(database.execute("SELECT * FROM about"))
        assert about["licence"]
        assert about["updated"]


@pytest.mark.parametrize("content", SITES)
def test_the_sqlite_file_finds_words_in_briefings_and_requirements(content: str) -> None:
    with closing(opened(files(content)["data/briefings.sqlite"])) as database:
        for name in ("briefings", "requirements"):
            title, row = database.execute(f"SELECT title, rowid FROM {name} LIMIT 1").fetchone()
            words = " ".join(f'"{word}"' for word in re.findall(r"\w+", title))
            hits = database.execute(
                f"SELECT rowid FROM {name}_fts WHERE {name}_fts MATCH ?", (words,)
            )
            assert (row,) in hits.fetchall()


def test_the_example_on_the_data_page_has_an_answer() -> None:
    (query,) = re.findall(r"(?s)<pre><code>(SELECT .*?)</code>", built("content")[urls.DATA])
    with closing(opened(files("content")["data/briefings.sqlite"])) as database:
        assert database.execute(unescape(query)).fetchall()


def test_a_figure_of_nought_is_not_lost() -> None:
    figures = "figures: [{name: Never events, value: 0, unit: events, sources: [A]}]"
    site = a_site({"one": figures})
    (figure,) = json_of(site, "trusts/north/trust.json")["briefings"][0]["figures"]
    assert figure["value"] == 0
    assert row_of(site, "figures")["value"] == "0"


def test_a_change_to_come_is_in_no_download() -> None:
    changes = "changes: [{date: 2027-02-01, kind: update, text: Wombat.}]"
    site = a_site({"one": changes})
    assert all(b"Wombat" not in download.render() for download in downloads(site))


@pytest.mark.parametrize("content", SITES)
def test_the_schemas_are_json_schema_and_have_their_url(content: str) -> None:
    site = site_of(content)
    schemas = {path: data for path, data in files(content).items() if "/schema/" in path}
    assert len(schemas) == 7
    for path, data in schemas.items():
        schema = json.loads(data)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == site.urls.absolute(f"/{path}")
        jsonschema.Draft202012Validator.check_schema(schema)


def test_downloads_of_a_site_without_a_briefing_are_valid() -> None:
    site = a_site({})
    for file in downloads(site):
        if file.path.endswith(".csv"):
            assert file.render().decode().splitlines()[0]
    assert json_of(site, "data/briefings.json")["rows"] == []
    assert json_of(site, "data/briefings.json")["updated"] is None
    assert "created" not in json_of(site, "data/datapackage.json")


def test_a_table_knows_its_columns_types() -> None:
    moment = datetime.fromisoformat("2026-01-15T00:00:00+00:00")
    columns = (
        Column("open", "Whether", lambda _, row: row[0], "boolean"),
        Column("when", "When", lambda _, row: row[1], "datetime"),
    )
    row = (False, moment)
    assert as_csv(columns, row).decode() == f"open,when\nfalse,{moment.isoformat()}\n"


@pytest.mark.parametrize("content", SITES)
def test_a_file_is_the_blocks_of_its_records_joined(content: str) -> None:
    site = site_of(content)
    for table in TABLES:
        ids = list(table.ids(site))
        assert len(set(ids)) == len(ids)
        assert row_count(site, table.name) == sum(len(table.rows(site, id)) for id in ids)
        blocks = [csv_block(table.rows(site, id)) for id in ids]
        assert joined(csv_frame(table), blocks) == files(content)[f"data/{table.name}.csv"]
