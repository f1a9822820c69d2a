"""`links`: every web address in the content is asked, politely, and each fault is at its line."""

from __future__ import annotations

import re
from pathlib import Path
from string import ascii_uppercase

import httpx
import pytest

from briefings import remote
from tests.support.editing import desk_with
from tests.support.stand_in import Answer, serving

PAGES = {
    "/there": [Answer(200)],
    "/moved": [Answer(301, {"Location": "/there"})],
    "/for-now": [Answer(302, {"Location": "/there"})],
    "/gone": [Answer(410)],
    "/locked": [Answer(403)],
    "/busy": [Answer(429, {"Retry-After": "9"}), Answer(200)],
    "/broken": [Answer(500), Answer(200)],
    "/slow": [Answer(200, wait=0.6)],
    "/round": [Answer(301, {"Location": "/round"})],
    "/(brackets)": [Answer(200)],
}


def test_each_address_is_asked_once_and_each_fault_is_told_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(remote, "sleep", waits.append)
    monkeypatch.setattr(remote, "_TIMEOUT", httpx.Timeout(0.3))
    answers = {
        f"{method} {path}": page for path, page in PAGES.items() for method in ("HEAD", "GET")
    }
    answers |= {"HEAD /no-head": [Answer(405)], "GET /no-head": [Answer(200)]}
    with serving(answers) as server:
        names = [*PAGES, "/no-head"]
        fields = "publisher: A Paper, type: news-report, published: 2026-01-14"
        rows = "".join(
            f"  {key}: {{{fields}, url: '{server.address}{path}'}}\n"
            for key, path in zip(ascii_uppercase, names, strict=False)
        )
        body = f"See [this]({server.address}/gone), {server.address}/there#part. [@A]\n"
        desk = desk_with(tmp_path, monkeypatch, capsys, {"one": f"sources:\n{rows}"})
        path = "briefings/2026/one.md"
        for name in desk.files():  # nobody else is asked
            others = re.compile(rf"(?<!base_url: )https?://(?!{server.address[7:]})[^\s\"',}}]+")
            desk.write(name, others.sub(f"{server.address}/there", desk.read(name)))
        text = desk.read(path)
        desk.write(path, f"{text}\n{body}")
        (regulator,) = (name for name in desk.files() if name.startswith("regulators/"))
        pattern = f"provider_page: {server.address}/gone/{{ods}}"
        desk.write(regulator, f"{desk.read(regulator)}{pattern}\n")
        before = desk.files()
        ran = desk.run("links", "--pause", "2")
        host = server.address
        dead = "http://127.0.0.1:9/"
        desk.write(path, f"{text}\nSee <{dead}> [@A].\n")
        again = desk.run("links", "--pause", "0")
    lines = [*text.split("\n"), *body.split("\n")]
    row = {name: lines.index(line) + 1 for name in names for line in lines if f"{name}'}}" in line}
    place = "content/briefings/2026/one.md:{}:"
    expected = {
        "/moved": f"warning: this page has moved to {host}/there",
        "/for-now": f"warning: this address leads elsewhere for now, to {host}/there",
        "/gone": "this address leads nowhere: status 410",
        "/locked": "warning: this page is not shown to programs: status 403",
        "/slow": "this address leads nowhere: ",
        "/round": "this address leads nowhere: Exceeded maximum allowed redirects.",
    }
    for name, words in expected.items():
        (fault_line,) = (
            line for line in ran.err.split("\n") if line.startswith(place.format(row[name]))
        )
        assert words in fault_line
    assert f"{len(lines) - 1}:12: this address leads nowhere: status 410" in ran.err
    assert f"{len(names)} addresses: 5 there, 2 moved, 1 not shown to programs, 3 gone" in ran.out
    for name in ("/there'", "/busy", "/broken", "/no-head", "/(brackets)"):
        assert not [line for line in ran.err.split("\n") if name in line]
    assert ran.status == 1
    assert desk.files().keys() == before.keys()
    assert server.asked.count("HEAD /gone") == 2, "once a run, though two places name it"
    assert 9 in waits
    assert waits.count(2) >= len(names) - 1, "a pause between two requests to one host"
    assert server.most == 1, "one request at a time"
    assert server.headers["User-Agent"].startswith("briefings/")
    assert f"{len(text.splitlines()) + 2}:6: this address leads nowhere" in again.err
