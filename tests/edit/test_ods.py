"""The NHS list of trusts: what is taken from it, and names in proper case."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from briefings.edit.ods import RegisteredTrust, proper_name, read_trusts, trusts_with
from briefings.problems import ContentError

LIST = Path(__file__).parents[1] / "ods" / "trusts.csv"


@pytest.mark.parametrize(
    ("capitals", "proper"),
    [
        ("TEES, ESK AND WEAR VALLEYS NHS TRUST", "Tees, Esk and Wear Valleys NHS Trust"),
        ("MANCHESTER NHS FOUNDATION TRUST", "Manchester NHS Foundation Trust"),
        ("UNIVERSITY HOSPITALS OF DERBY AND BURTON", "University Hospitals of Derby and Burton"),
        ("KING'S COLLEGE HOSPITAL", "King's College Hospital"),
        ("QUEEN ELIZABETH HOSPITAL, KING'S LYNN,", "Queen Elizabeth Hospital, King's Lynn,"),
        ("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "Guy's and St Thomas' NHS Foundation Trust"),
        ("ST. PANCRAS HOSPITAL", "St. Pancras Hospital"),
        ("STOKE-ON-TRENT", "Stoke-on-Trent"),
        ("THE NEWCASTLE UPON TYNE HOSPITALS", "The Newcastle upon Tyne Hospitals"),
        ("ROYAL BROMPTON & HAREFIELD", "Royal Brompton & Harefield"),
        ("NHS DIRECT NHS TRUST", "NHS Direct NHS Trust"),
        ("THE ONLINE NHS TRUST", "The Online NHS Trust"),
        ("O'BRIEN (NORTH) HOSPITAL", "O'Brien (North) Hospital"),
        ("ON THE HILL", "On the Hill"),
        ("Northmoor Care Trust", "Northmoor Care Trust"),
    ],
)  # fmt: skip
def test_names_come_out_as_they_are_written_in_a_sentence(capitals: str, proper: str) -> None:
    assert proper_name(capitals) == proper


def trust_with(code: str) -> RegisteredTrust:
    (trust,), problems = trusts_with([LIST], [code])
    assert problems == []
    return trust


def test_a_line_gives_code_name_region_board_and_dates() -> None:
    trust = trust_with("zz1")
    assert (trust.code, trust.name) == ("ZZ1", "Northmoor and St. Anne's NHS Foundation Trust")
    assert (trust.region, trust.board) == ("Y99", "QZZ")
    assert trust.places == ("Northmoor", "ZZ1")
    assert trust.opened == date(2001, 4, 1)
    assert trust.closed is None
    assert trust_with("ZZ2").closed == date(2020, 3, 31)
    assert trust_with("ZZ3").region == ""


def test_an_unknown_code_is_answered_with_the_one_meant() -> None:
    trusts, (problem,) = trusts_with([LIST], ["ZZZ2"])
    assert trusts == []
    assert "no trust has the code `ZZZ2`" in str(problem)
    assert "did you mean `ZZ2`" in str(problem)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"code,name\n", "trusts.csv:1:1: this is no trust"),
        (b'"ZZ1","NORTHMOOR","","","","","","","","","4 May","",""\n', "1:1: this is no trust"),
        (b'"ZZ1","M\xe9"\n', "this is not UTF-8 text"),
        (b'"ZZ1"," ","","","","","","","","","","",""\n', "1:1: this is no trust"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, raw: bytes, expected: str) -> None:
    file = tmp_path / "trusts.csv"
    file.write_bytes(raw)
    with pytest.raises(ContentError) as caught:
        read_trusts(file)
    assert expected in str(caught.value)


def test_an_empty_list_has_no_trusts(tmp_path: Path) -> None:
    (tmp_path / "trusts.csv").write_bytes(b"\n")
    assert read_trusts(tmp_path / "trusts.csv") == {}
