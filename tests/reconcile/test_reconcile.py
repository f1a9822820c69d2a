"""`reconcile`: ratings compared with the regulator's records, and records that are refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from briefings import remote
from tests.support.editing import Desk
from tests.support.on_disk import Ran

HERE = Path(__file__).parent
NOW = "2026-01-01"
NORTHBANK = (
    "provider", "general-practice", "regulations-met", "no-published-rating",
    "no-published-rating-inspected", "no-ratings", "deregistered",
)  # fmt: skip
TRUST = "trusts/northbank.md"
BRIEFING = "briefings/2024/northbank-2024.md"
KEY = "a key"


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    for folder in ("content", "records"):
        shutil.copytree(HERE / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(remote.CQC_KEY, raising=False)
    return Desk(capsys)


def reconciled(desk: Desk, trust: str, *names: str, options: tuple[str, ...] = ()) -> Ran:
    files = (f"records/{name}.json" for name in names)
    return desk.run("reconcile", trust, *files, *options, now=NOW)


def lists(desk: Desk, trust: str, *names: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(reconciled(desk, trust, *names, options=("--json",)).out)
    return result


def changed(name: str, old: str, new: str) -> None:
    """One place of a record changed."""
    file = Path("records", f"{name}.json")
    text = file.read_text("utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_whole_report(desk: Desk) -> None:
    """`WRITE_EXPECTED=1` rewrites the expected report after an intended change."""
    before = desk.files()
    ran = reconciled(desk, "northbank", *NORTHBANK)
    expected = HERE / "expected.txt"
    if os.environ.get("WRITE_EXPECTED"):
        expected.write_text(ran.out, "utf-8")
    assert ran.out == expected.read_text("utf-8")
    assert (ran.status, ran.err) == (3, "")
    assert desk.files() == before


def test_json_says_the_same(desk: Desk) -> None:
    result = lists(desk, "northbank", *NORTHBANK)
    text = reconciled(desk, "northbank", *NORTHBANK).out.splitlines()
    for key in ("missing", "extra", "differs", "unrated", "inherited", "superseded"):
        assert f"{len(result[key])} {key}" in text[-1]
        for rating in result[key]:
            assert any(
                all(
                    part in line for part in (rating["of"], rating["question"], rating["regulator"])
                )
                for line in text
            )
    assert result["records"][-1]["deregistered"] == "2017-01-18"
    assert result["differs"][0] == {
        "of": "Northbank as a whole",
        "question": "Caring",
        "regulator": "Outstanding (9 February 2024)",
        "site_has": "Good (February 2024)",
        "url": "/briefings/northbank-2024/#rating-3",
        "notes": ["the regulator has it as an earlier rating, of 1 October 2019"],
    }


def test_a_location_that_is_the_organisation_and_agrees(desk: Desk) -> None:
    ran = reconciled(desk, "lantern-house", "care-home")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith("6 alike, 0 missing, 0 extra, 0 differs")


def test_only_what_is_public_is_compared(desk: Desk) -> None:
    desk.swap(
        "briefings/2024/lantern-house-2024.md", "published: 2024-09-01", "published: 2027-01-01"
    )
    ran = reconciled(desk, "lantern-house", "care-home")
    assert ran.out.splitlines()[-1].startswith("0 alike, 6 missing")


@pytest.mark.parametrize(
    ("dated", "differs"),
    [("2024-02", False), ("2024-02-09", False), ("2024-02-10", True), ("2024-01", True)],
)
def test_dates_differ_only_if_they_certainly_do(desk: Desk, dated: str, differs: bool) -> None:
    desk.swap(BRIEFING, "report_published: 2024-02,", f"report_published: {dated},")
    names = {
        (rating["of"], rating["question"])
        for rating in lists(desk, "northbank", "provider")["differs"]
    }
    assert (("Northbank as a whole", "Safe") in names) == differs


def test_a_suspension_here_differs_from_a_grade(desk: Desk) -> None:
    desk.swap(
        BRIEFING,
        "key_question: safe, value: requires-improvement",
        "key_question: safe, value: suspended",
    )
    differing = lists(desk, "northbank", "provider")["differs"]
    assert ("Safe", "Rating suspended (February 2024)") in {
        (rating["question"], rating["site_has"]) for rating in differing
    }


def test_what_has_no_record_is_not_called_extra(desk: Desk) -> None:
    result = lists(desk, "northbank", "no-ratings")
    assert result["extra"] == []
    assert len(result["not_compared"]) == 14


def test_several_groups_of_services_are_services_of_the_place(desk: Desk) -> None:
    path = Path("records/general-practice.json")
    record = json.loads(path.read_text("utf-8"))
    ratings = record["assessment"][0]["ratings"]["asgRatings"]
    ratings.append({**ratings[0], "name": "Crisis services", "status": "Superseded"})
    path.write_text(json.dumps(record), "utf-8")
    named = [rating["of"] for rating in lists(desk, "northbank", "general-practice")["missing"]]
    assert "General Practice, Oldwater Practice" in named


# -- what is refused -------------------------------------------------------------------------------

#: Name of a mistake → (text of a record, its replacement, text at the fault, message).
FAULTS = {
    "not JSON": (
        '"rating": "Outstanding"', '"rating": Outstanding',
        "Outstanding", "this is not JSON (Expecting value)",
    ),
    "another form": (
        '"providerId": "ZX3",', "", "{", "this is not the record of a location or provider",
    ),
    "another organisation": (
        '"ZX3"', '"ZX9"', '"ZX9"',
        "this is a record of ZX9, and Northbank Alliance NHS Foundation Trust has the code ZX3",
    ),
    "an unknown value": (
        '"Outstanding"', '"Splendid"',
        '"Splendid"', "the regulator's file has no value `Splendid`",
    ),
    "an unknown question": (
        '"Caring"', '"Cheap"', '"Cheap"', "the regulator's file has no key question `Cheap`",
    ),
    "a question without a name": (
        '"name": "Caring", ', "", '{"rating": "Outstanding"', "this has no `name`",
    ),
    "a service without a name": (
        '"name": "mhcrisis", ', "", '{"rating": "Good", "reportDate": "2022-06-17", "key',
        "this has no `name`",
    ),
    "no day": ("2021-03-05", "5 March", '"5 March"', "`5 March` is not a day"),
    "a number for a text": ('"Outstanding"', "1", "1}", "this should be a text"),
    "a text for a list": (
        '["maternity", "gynaecology"]', '"maternity"', '"maternity"}', "this should be a list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_at_its_place(desk: Desk, case: str) -> None:
    old, new, at, message = FAULTS[case]
    changed("provider", old, new)
    before, separator, _ = Path("records/provider.json").read_text("utf-8").partition(at)
    assert separator
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    ran = reconciled(desk, "northbank", "provider")
    assert (ran.status, ran.out) == (1, "")
    first, hint, *_ = ran.err.splitlines()
    assert first == f"records/provider.json:{line}:{column}: {message}"
    assert hint.startswith("    ")


def test_one_run_has_the_faults_of_all_files(desk: Desk) -> None:
    changed("no-ratings", '"ZX3"', '"ZX9"')
    changed("provider", '"Outstanding"', '"Splendid"')
    Path("records/broken.json").write_bytes(b"\xff{}")
    Path("records/deep.json").write_text("[" * 100_000, "utf-8")
    shutil.copy("records/deregistered.json", "records/twice.json")
    names = (
        "no-ratings",
        "provider",
        "broken",
        "deep",
        "other-organisation",
        "deregistered",
        "twice",
    )
    err = reconciled(desk, "northbank", *names).err
    for expected in (
        "no-ratings.json:3:16: this is a record of ZX9",
        "provider.json:",
        "broken.json:1:1: this is not UTF-8 text",
        "deep.json:1:1: this is nested too deep",
        "other-organisation.json:3:16: this is a record of ZX2",
        "twice.json:1:1: the record of ZX3X2 is given twice, first as records/deregistered.json",
    ):
        assert f"records/{expected}" in err
    assert "the regulator's file has no value `Splendid`" in err
    assert "6 faults" in err


def test_the_command_says_what_it_needs(desk: Desk) -> None:
    for words, expected in (
        (
            ("northbnk", "records/provider.json"),
            "no trust has the id `northbnk`; did you mean `northbank`?",
        ),
        (("no-code", "records/provider.json"), "content/trusts/no-code.md has no code"),
        (("northbank", "records/none.json"), "does not exist"),
        (
            ("northbank", "records/provider.json", "--regulator", "nci"),
            "no regulator has the id `nci`",
        ),
        (("northbank",), "set CQC_API_KEY to a key of the regulator's API"),
    ):
        ran = desk.run("reconcile", *words, now=NOW)
        assert ran.status == 2
        assert expected in " ".join(ran.err.split())


# -- fetched ---------------------------------------------------------------------------------------


class _Api(BaseHTTPRequestHandler):
    """Answers with the records of `tests/reconcile/records`, to those who have the key."""

    def do_GET(self) -> None:
        names = {
            "/providers/ZX3": "provider",
            "/locations/ZX3Y3": "no-published-rating",
            "/locations/ZX3X2": "deregistered",
        }
        status = 200 if self.headers["Ocp-Apim-Subscription-Key"] == KEY else 401
        if self.path not in names:
            status = 404
        self.send_response(status)
        self.end_headers()
        if status == 200:
            self.wfile.write((HERE / "records" / f"{names[self.path]}.json").read_bytes())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def api() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_fetched_records_are_those_of_the_provider_and_its_locations(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(remote.CQC_KEY, KEY)
    with api() as address:
        monkeypatch.setattr(remote, "API", address)
        result = lists(desk, "northbank")
        saved = lists(desk, "northbank", "provider", "no-published-rating", "deregistered")
    assert [record["path"] for record in result.pop("records")] == [
        f"{address}/providers/ZX3", f"{address}/locations/ZX3Y3", f"{address}/locations/ZX3X2",
    ]  # fmt: skip
    saved.pop("records")
    assert result == saved


def test_a_refusal_of_the_api_says_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with api() as address:
        monkeypatch.setattr(remote, "API", address)
        monkeypatch.setenv(remote.CQC_KEY, "wrong")
        ran = desk.run("reconcile", "northbank", now=NOW)
        assert ran.status == 1
        assert "the API answers 401 Unauthorized\n    check the key in CQC_API_KEY" in ran.err
        monkeypatch.setenv(remote.CQC_KEY, KEY)
        desk.swap(TRUST, "ZX3}\nsites", "ZX4}\nsites")
        assert "the API answers 404 Not Found" in desk.run("reconcile", "northbank", now=NOW).err
    assert "the API can't be reached" in desk.run("reconcile", "northbank", now=NOW).err
