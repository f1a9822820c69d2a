"""`archive`: each source gets a copy in a web archive, and nothing else in its file changes."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from briefings import remote
from tests.support.editing import Desk, desk_with
from tests.support.on_disk import Ran
from tests.support.stand_in import Answer, StandIn, as_json, serving

PAGE = "https://paper.example/{}"
#: Name of a page → the archive's answers to the request for a copy, and on the job after that.
JOBS = {
    "plain": ([as_json(job_id="plain")], [as_json(status="pending"), as_json(status="success")]),
    "recent": (
        [as_json(job_id="recent", message="The same snapshot had been made 2 days ago.")],
        [as_json(status="success")],
    ),
    "busy": (
        [Answer(429, {"Retry-After": "7"}), as_json(job_id="busy")],
        [Answer(503), as_json(status="success")],
    ),
    "broken": ([Answer(502, body=b"<h1>Bad gateway"), as_json(job_id="broken")], []),
    "silent": ([as_json(job_id="silent")._replace(wait=0.6), as_json(job_id="silent")], []),
    "robots": (
        [as_json(job_id="robots")],
        [as_json(status="error", status_ext="error:blocked-url", message="The site forbids it.")],
    ),
    "odd": (
        [as_json(400, status="error", status_ext="error:bad-url", message="It is no address.")],
        [as_json(status="pending")],
    ),
    "stuck": ([as_json(job_id="stuck")], [as_json(status="pending")]),
}


def answers() -> dict[str, list[Answer]]:
    made: dict[str, list[Answer]] = {}
    for name, (start, state) in JOBS.items():
        made[f"POST {PAGE.format(name)}"] = start
        done = {"timestamp": "20261120101500", "original_url": PAGE.format(name)}
        made[f"GET /save/status/{name}"] = [
            as_json(status="success", **done) if b"success" in answer.body else answer
            for answer in state or [as_json(status="success")]
        ]
    return made


def sources(*names: str) -> str:
    lines = [
        f"  {key}:\n    # kept\n    publisher:   'A Paper'\n    type: news-report\n"
        f"    url: {PAGE.format(name)}\n    published: 2026-01-14\n"
        for key, name in zip("ABCDEFGH", names, strict=False)
    ]
    return f"sources:\n{''.join(lines)}"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that the program asks for; the test does not wait."""
    asked: list[float] = []
    monkeypatch.setattr(remote, "sleep", asked.append)
    monkeypatch.setattr(remote, "_TIMEOUT", httpx.Timeout(0.3))
    monkeypatch.setenv(remote.ARCHIVE_KEY, "us:secret")
    return asked


def site(
    folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> Desk:
    return desk_with(folder, patch, capsys, {"first": text, "second": f"status: draft\n{text}"})


def archive(desk: Desk, server: StandIn, *ids: str) -> Ran:
    return desk.run("archive", *ids, "--service", server.address)


def test_every_source_gets_a_copy_and_all_else_stays_byte_for_byte(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    waits: list[float],
) -> None:
    desk = site(tmp_path, monkeypatch, capsys, sources(*JOBS))
    before = desk.read("briefings/2026/first.md")
    with serving(answers()) as server:
        ran = archive(desk, server)
        asked, server.asked = server.asked, []
        again = archive(desk, server)
        asked_again = server.asked
        authorization = server.headers["Authorization"]
    refused = ["robots", "odd", "stuck"]
    expected = before
    for name in JOBS.keys() - refused:
        copy = f"{server.address}/web/20261120101500/{PAGE.format(name)}"
        url = f"    url: {PAGE.format(name)}\n    published: 2026-01-14\n"
        lines = f"    accessed: 2026-11-20\n    archived_url: {copy}\n"
        expected = expected.replace(url, url + lines)
        assert f"content/briefings/2026/first.md: {copy}" in ran.out
    assert desk.read("briefings/2026/first.md") == expected
    assert (ran.status, again.status) == (1, 1)
    assert "no copy of https://paper.example/robots: The site forbids it." in ran.err
    assert "no copy of https://paper.example/odd: It is no address." in ran.err
    assert "no copy of https://paper.example/stuck: the copy was not ready in time" in ran.err
    assert "5 sources archived, 3 refused" in ran.out
    posts = [name for name in asked_again if name.startswith("POST")]
    assert posts == [f"POST {PAGE.format(name)}" for name in refused], "made copies are kept"
    assert asked.count(f"POST {PAGE.format('plain')}") == 1
    assert authorization == "LOW us:secret"
    assert 7 in waits, "as long as Retry-After says"
    assert desk.faults() == ""
    assert "archived_url" not in desk.read("briefings/2026/second.md"), "it is a draft"


def test_a_file_that_is_named_is_archived_even_as_a_draft(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    waits: list[float],
) -> None:
    desk = site(tmp_path, monkeypatch, capsys, sources("plain"))
    with serving(answers()) as server:
        assert archive(desk, server, "second").status == 0
    assert "archived_url" in desk.read("briefings/2026/second.md")
    assert "archived_url" not in desk.read("briefings/2026/first.md")
    assert "did you mean `second`?" in desk.refuses("archive", "secnd")


def test_a_draft_that_is_named_and_has_a_fault_is_mended_first(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    waits: list[float],
) -> None:
    desk = site(tmp_path, monkeypatch, capsys, sources("plain"))
    text = desk.read("briefings/2026/second.md")
    draft = text.partition("sources:\n")[0]
    desk.write("briefings/2026/second.md", f"{draft}sources: [A]\n---\nWords.\n")
    assert ":10: this should be a group of keys" in desk.refuses("archive", "second")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(401), "the key in ARCHIVE_KEY is refused"),
        (Answer(429, {"Retry-After": "1"}), "answers 429"),
        (Answer(500, body=b"[]"), "answers 500"),
        (Answer(200, body=b"<html>"), "answers 200"),
        (
            as_json(429, status="error", status_ext="error:user-session-limit", message="Full."),
            "Full.",
        ),
    ],
)
def test_a_service_that_takes_no_more_is_asked_for_no_other_source(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    waits: list[float],
    answer: Answer,
    expected: str,
) -> None:
    desk = site(tmp_path, monkeypatch, capsys, sources("plain", "recent"))
    with serving(answers() | {f"POST {PAGE.format('recent')}": [answer]}) as server:
        ran = archive(desk, server)
    assert ran.status == 75
    assert expected in ran.err
    assert "1 source left; run this again later" in ran.err
    assert desk.read("briefings/2026/first.md").count("archived_url") == 1, "what was made is kept"


def test_without_a_key_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(remote.ARCHIVE_KEY, raising=False)
    desk = site(tmp_path, monkeypatch, capsys, sources("plain"))
    with serving({}) as server:
        assert "set ARCHIVE_KEY" in desk.refuses("archive", "--service", server.address)
        assert server.asked == []
