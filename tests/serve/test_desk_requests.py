"""Requests to the desk over a real socket: who may open it, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from briefings.cli import main
from tests.support.forms import Form
from tests.support.preview_server import Preview, preview, project

ONE = "/desk/briefings/2026/one.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("desk"), {"one": ""})


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Preview]:
    with preview(folder, "--drafts", "--desk") as shown:
        yield shown


@pytest.fixture(scope="module")
def cookie(running: Preview) -> str:
    opened = running.ask(running.opens)
    assert opened.status == 303
    assert opened.headers["location"] == "/desk/"
    header = opened.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/desk/"} <= set(header.split("; "))
    return header.split(";")[0]


def send(running: Preview, body: bytes, **headers: str) -> tuple[int, str]:
    """The answer to a form that is sent to the desk."""
    connection = HTTPConnection(running.host, timeout=30)
    given = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    connection.request("POST", ONE, body, given)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, text


def test_the_address_opens_one_browser_and_no_second(running: Preview, cookie: str) -> None:
    assert running.ask("/desk/", Cookie=cookie).status == 200
    assert running.ask(ONE, Cookie=cookie).status == 200
    for target in (running.opens, "/desk/", "/desk/?token=", "/desk/?token=x", ONE):
        answer = running.ask(target)
        assert answer.status == 403
        assert "On one" not in answer.text
    assert running.ask("/desk/", Cookie=cookie.split("=")[0] + "=x").status == 403


def test_every_page_says_what_may_run_in_it(running: Preview, cookie: str) -> None:
    for target in ("/desk/", ONE, "/desk/new/briefing", "/desk/ask/north", "/desk/none"):
        answer = running.ask(target, Cookie=cookie)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|\sstyle=|<script(?! src)|\son\w+=", answer.text)
        assert answer.headers["cache-control"] == "no-store"
    assert running.ask("/desk/desk.js").headers["content-type"].startswith("text/javascript")


def test_a_form_of_another_page_writes_nothing(running: Preview, cookie: str, folder: Path) -> None:
    form = Form(running.ask(ONE, Cookie=cookie).text)
    body = urlencode(form.with_(title="Taken over", do="save")).encode()
    file = folder / "content/briefings/2026/one.md"
    before = file.read_bytes()
    ours = f"http://{running.host}"
    for headers in (
        {"Cookie": cookie},
        {"Cookie": cookie, "Origin": "null"},
        {"Cookie": cookie, "Origin": "https://evil.example"},
        {"Cookie": cookie, "Origin": f"https://{running.host}"},
        {"Cookie": cookie, "Origin": ours, "Host": "evil.example"},
        {"Cookie": cookie, "Origin": ours, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ours},
        {"Cookie": "desk=1", "Origin": ours},
    ):
        status, text = send(running, body, **headers)
        assert status in {403, 421}, headers
        assert "Saved" not in text
        assert file.read_bytes() == before
    status, text = send(running, body, Cookie=cookie, Origin=ours)
    assert status == 200
    assert "Saved." in text
    assert b"title: Taken over" in file.read_bytes()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"title=" + b"x" * 5_000_000, 413),
        (b"&".join(b"a%d=" % n for n in range(30_000)), 400),
        (b"title=\xff\xfe", 400),
        (b"title=%ff%fe", 400),
        (b"{}", 400),
        (b"", 400),
    ],
    ids=["5 MB", "too many fields", "bytes", "no UTF-8", "JSON", "empty"],
)
def test_a_body_that_is_no_form_of_ours_is_refused(
    running: Preview, cookie: str, body: bytes, status: int
) -> None:
    code, text = send(running, body, Cookie=cookie, Origin=f"http://{running.host}")
    assert code == status, text


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "briefings/2026/%2e%2e/%2e%2e/site.yaml"]
)
def test_no_path_leads_out_of_content(running: Preview, cookie: str, path: str) -> None:
    assert running.ask(f"/desk/{path}", Cookie=cookie).status == 404


def test_the_desk_is_for_this_machine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project(tmp_path, {"one": ""}))
    assert main(["serve", "--desk", "--host", "0.0.0.0", "--port", "0"]) == 2
    assert "this machine alone" in capsys.readouterr().err


def test_without_the_option_there_is_no_desk(folder: Path) -> None:
    with preview(folder) as running:
        assert running.ask("/desk/").status == 404
