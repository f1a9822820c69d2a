"""Checks of a trust's ratings against the regulator's own list, and the pages that show them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.support.editing import Desk, desk_with

CHECKED = """\
---
name: Southfield Care Trust
kind: acute
ratings_checked:
  - {date: 2026-03-09, against: its second list, note: Two wards were not on it.}
  - {date: 2025-03-09, against: its first list}
  - {date: 2027-01-01, against: its third list}
---
Southfield has one hospital.
"""
RATED = """\
trust: south
ratings:
  - {scope: trust, value: good, sources: [A]}
"""
NOT_CHECKED = "have not been checked against the regulator’s own list"


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    ratings = RATED.replace("trust: south\n", "")
    return desk_with(
        tmp_path, monkeypatch, capsys, {"one": ratings, "two": RATED},
        files={"trusts/south.md": CHECKED},
    )  # fmt: skip


def page(path: str) -> str:
    return Path("output", path, "index.html").read_text("utf-8")


def row(trust: str) -> dict[str, str]:
    with Path("output/data/trusts.csv").open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["id"] == trust)


def test_the_newest_check_up_to_now_is_named(desk: Desk) -> None:
    desk.does("build", "--quiet", now="2026-12-31T23:59:59+00:00")
    expected = (
        "were last checked against its second list on 9 March 2026. Two wards were not on it."
    )
    assert expected in page("trusts/south")
    assert NOT_CHECKED in page("trusts/north")
    assert "checked 9 March 2026" in page("compare")
    assert "not checked" in page("compare")
    assert row("south")["ratings_checked"] == "2026-03-09"
    assert row("south")["ratings_checked_against"] == "its second list"
    assert row("north")["ratings_checked"] == ""
    record = json.loads(Path("output/trusts/south/trust.json").read_text("utf-8"))
    assert [check["date"] for check in record["trust"]["ratings_checked"]] == [
        "2026-03-09", "2025-03-09",
    ]  # fmt: skip


def test_a_rebuild_shows_a_check_from_the_beginning_of_its_day(desk: Desk) -> None:
    for now, expected in (("2026-12-31T23:59:59+00:00", "second"), ("2027-01-01", "third")):
        desk.does("build", "--quiet", now=now)
        assert f"against its {expected} list on" in page("trusts/south")


def test_a_comparison_without_any_check_says_so_once(desk: Desk) -> None:
    for year in ("2025-03-09", "2026-03-09"):
        desk.swap("trusts/south.md", year, "2028-03-09")
    desk.does("build", "--quiet", now="2026-12-01")
    assert page("compare").count(NOT_CHECKED) == 1
    assert "not checked" not in page("compare")


def test_after_a_year_the_check_is_advised_again(desk: Desk) -> None:
    desk.swap("trusts/south.md", "  - {date: 2027-01-01, against: its third list}\n", "")
    assert "more than a year ago" not in desk.run("check", "--advice", now="2027-03-09").err
    advised = desk.run("check", "--advice", now="2027-03-12").err
    assert "the ratings were last checked on 9 March 2026, more than a year ago" in advised
    assert advised.count("more than a year ago") == 1


def test_a_check_to_come_is_among_what_comes_by_itself(desk: Desk) -> None:
    assert "its ratings were checked" in desk.does("preview", now="2026-12-01")
